"""Supervision orders: given by rung or by hand, answered by the head, climbing when not (督办)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.models import Complaint
from complaints.permissions import over_it, scope_of
from complaints.services import messages
from complaints.services.advance import keep
from complaints.services.errors import NotPossible, Refused
from escalation.models import Rung, SupervisionOrder
from escalation.queries.people import may_answer, told_by
from staff.models import User


@transaction.atomic
def give(*, complaint_id: int, words: str, due_at: datetime, by: User, at: datetime) -> SupervisionOrder:
    """Order the head of the unit that has the case to answer."""
    case = Complaint.objects.visible_to(by).select_related("department", "handling_department", "handler").get(pk=complaint_id)
    on = timezone.localdate(at)
    if not by.has_perm("escalation.order_supervision") or not over_it(by, case, scope_of(by), on):
        raise Refused(_("Your role does not allow this."), act="order_supervision", target=case.number)
    if not case.is_open:
        raise NotPossible(_("This case is closed."))
    if not words.strip():
        raise NotPossible(_("Say what has to be answered."))
    if due_at <= at:
        raise NotPossible(_("This time has passed."))
    order = SupervisionOrder(complaint=case, department=case.department, words=words.strip(), by=by, at=at, due_at=due_at)
    keep(order, by=by, at=at, reason="order_supervision")
    for person in told_by(Rung.Act.ORDER, case, on):
        _point(order, person, gettext_lazy("A supervision order for you to answer"), by=by, at=at)
    return order


@transaction.atomic
def answer(*, order_id: int, text: str, by: User, at: datetime) -> SupervisionOrder:
    """The head (or who stands in, or above) answers, once; whoever ordered it is told."""
    order = (
        SupervisionOrder.objects.visible_to(by)
        .select_for_update(of=("self",))
        .select_related("complaint", "department", "by")
        .get(pk=order_id)
    )
    if not may_answer(by, order, timezone.localdate(at)):
        raise Refused(_("This is for the head of the unit to answer."), act="answer_order", target=order.complaint.number)
    if order.answered_at is not None:
        raise NotPossible(_("This has been answered already."))
    if not text.strip():
        raise NotPossible(_("Write an answer."))
    order.answer, order.answered_by, order.answered_at = text.strip(), by, at
    keep(order, by=by, at=at, reason="answer_order")
    if order.by is not None:
        _point(order, order.by, gettext_lazy("A supervision order was answered"), by=by, at=at)
    return order


def _point(order: SupervisionOrder, person: User, subject: Promise, *, by: User, at: datetime) -> None:
    page = "admin:escalation_supervisionorder_change"
    messages.point_employee(user=person, subject=subject, number=order.complaint.number, page=page, row=order.pk, by=by, at=at)
