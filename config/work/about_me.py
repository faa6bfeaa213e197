"""What a person is asked, or told, about themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import Statement
from complaints.queries.my_matters import to_appeal
from complaints.queries.words import cut
from config.work.pile import SHOWN, Pile, Row, pile_of, row_of, until
from staff.models import User


def piles(user: User, at: datetime) -> Iterable[Pile]:
    today = timezone.localdate(at)
    asked = Statement.objects.filter(employee=user, state=Statement.State.ASKED).order_by("due_on")
    row = row_of(
        "complaints_statement", lambda each: cut(each.question, 40), lambda each: until(each.due_on), lambda each: each.due_on < today
    )
    yield pile_of(_("Statements asked of me"), asked, row)
    appealable = [
        Row(
            str(each.measure),
            reverse("admin:complaints_myfinding_change", args=[each.pk]),
            until(each.appeal_until) if each.appeal_until else "",
        )
        for each in to_appeal(user, at)
    ]
    yield Pile(_("Findings about me"), len(appealable), appealable[:SHOWN], reverse("admin:complaints_statement_mine"))
