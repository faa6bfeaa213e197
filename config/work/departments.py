"""Matters to decide, questions of other departments, answers to score, what meetings asked for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.queries.words import cut, due_in_words
from config.work.pile import Pile, day_of, list_page, pile_of, row_of, until
from escalation.models import DepartmentRequest, RoutedItem, SupervisionOrder
from staff.models import ActionItem, User


def piles(user: User, at: datetime) -> Iterable[Pile]:
    today = timezone.localdate(at)
    if user.has_perm("escalation.decide_routed"):
        routed = RoutedItem.objects.laid_before(user).undecided().order_by("due_at")
        row = row_of(
            "escalation_routeditem",
            lambda each: cut(each.question, 40),
            lambda each: due_in_words(each.due_at, at),
            lambda each: each.due_at < at,
        )
        yield pile_of(_("Matters to decide"), routed, row, list_page("", "routeditem", "escalation"))
    if user.has_perm("escalation.order_supervision"):
        orders = SupervisionOrder.objects.to_answer(user, today).select_related("complaint").order_by("due_at")
        row = row_of(
            "escalation_supervisionorder",
            lambda each: cut(each.words, 40),
            lambda each: due_in_words(each.due_at, at),
            lambda each: each.due_at < at,
        )
        yield pile_of(_("Supervision orders to answer"), orders, row, list_page("", "supervisionorder", "escalation"))
    asked = DepartmentRequest.objects.visible_to(user).to_answer(user).exclude(by=user).order_by("wanted_at")
    row = row_of(
        "escalation_departmentrequest", lambda each: cut(each.question, 40), lambda each: due_in_words(each.promised_at or each.wanted_at, at),
        lambda each: (each.promised_at or each.wanted_at) < at,
    )  # fmt: skip
    yield pile_of(_("Other departments ask"), asked, row, list_page("", "departmentrequest", "escalation"))
    answered = DepartmentRequest.objects.to_score(user).order_by("answered_at")
    row = row_of("escalation_departmentrequest", lambda each: cut(each.answer, 40), lambda each: day_of(each.answered_at))
    yield pile_of(_("Answers of other departments to score"), answered, row)
    actions = ActionItem.objects.open().filter(owner=user).order_by("due_on")
    row = row_of("staff_actionitem", lambda each: cut(each.text, 40), lambda each: until(each.due_on), lambda each: each.due_on < today)
    yield pile_of(_("What meetings asked of me"), actions, row, list_page("", "actionitem", "staff"))
