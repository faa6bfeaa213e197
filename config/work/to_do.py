"""What a person has to carry out, improve, or whom to visit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import Complaint, Improvement, RemedyItem, Visit
from complaints.queries.words import cut
from config.work.pile import Pile, Row, case_page, list_page, pile_of, row_of, until
from staff.models import User


def piles(user: User, at: datetime) -> Iterable[Pile]:
    today = timezone.localdate(at)
    visible = Complaint.objects.visible_to(user)
    items = (
        RemedyItem.objects.open().filter(owner=user, remedy__complaint__in=visible).select_related("remedy__complaint").order_by("due_on")
    )

    def to_do(each: RemedyItem) -> Row:
        """An item is carried out on the page of its case; whoever owns one sees the case."""
        case = each.remedy.complaint
        return Row(f"{case.number} {each.get_kind_display()}", case_page(case.pk), until(each.due_on), each.due_on < today)

    yield pile_of(_("To carry out for customers"), items, to_do)
    owned = Improvement.objects.filter(owner=user, done_at=None).order_by("due_on")

    def better(each: Improvement) -> Row:
        """On the owner's own page, who need not see the case."""
        page = reverse("admin:complaints_myimprovement_change", args=[each.pk])
        return Row(cut(each.action, 40), page, until(each.due_on), each.due_on < today)

    yield pile_of(_("My improvements"), owned, better)
    visits = Visit.objects.open().filter(owner=user).select_related("customer").order_by("due_on", "pk")
    row = row_of("complaints_visit", lambda each: cut(each.purpose, 40), lambda each: until(each.due_on), lambda each: each.due_on < today)
    yield pile_of(_("My visits"), visits, row, list_page("", "visit"))
