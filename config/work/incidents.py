"""Measures to carry out, customers to review and to call."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.queries.words import cut
from config.work.pile import Pile, Row, day_of, list_page, pile_of, row_of, until
from escalation.models import AffectedGoods, Measure, Reach
from escalation.services.incidents import DECLARE, RUN
from escalation.services.reach import CALL
from staff.models import User


def piles(user: User, at: datetime) -> Iterable[Pile]:
    today = timezone.localdate(at)

    def measure(each: Measure) -> Row:
        place = reverse("admin:escalation_measure_change", args=[each.pk])
        return Row(f"{each.get_kind_display()} {cut(each.incident.title, 24)}", place, until(each.due_on), each.due_on < today)

    measures: Any = Measure.objects.open().select_related("incident").order_by("due_on", "pk")
    if user.has_perm(DECLARE):
        waits = measures.to_approve().without_hand_of(user)
        yield pile_of(_("Measures to approve"), waits, measure, list_page("", "measure", "escalation"))
    if user.has_perm(RUN):
        goods = (
            AffectedGoods.objects.filter(state="found", incident__closed_at=None).select_related("incident", "product").order_by("asked_at")
        )
        found = row_of("escalation_affectedgoods", lambda each: f"{cut(each.incident.title, 24)} {each}", lambda each: str(each.found))
        yield pile_of(_("Affected customers to review"), goods, found, list_page("state__exact=found", "affectedgoods", "escalation"))
    if user.has_perm("complaints.read_files"):
        yield pile_of(_("Measures of incidents"), measures.filter(owner=user), measure, list_page("", "measure", "escalation"))
    if user.has_perm(CALL):
        calls = Reach.objects.visible_to(user).to_call().left_to(user, at).select_related("measure__incident", "affected")
        row = row_of("escalation_reach", lambda each: cut(each.measure.incident.title, 40), lambda each: day_of(each.made_at))
        yield pile_of(_("Affected customers to call"), calls, row, list_page("state=to_tell", "reach", "escalation"))
