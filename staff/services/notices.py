from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from staff.models import Department, Notice, NoticeReceipt, User
from staff.permissions import PUBLISH_NOTICE, NotAllowed, require
from staff.roles import Role
from staff.services.recording import recorded


@transaction.atomic
def publish(
    *,
    title: str,
    body: str,
    by: User,
    at: datetime,
    to_everyone: bool = False,
    departments: Iterable[Department] = (),
    roles: Iterable[Role | str] = (),
    users: Iterable[User] = (),
    answer_due_on: date | None = None,
) -> Notice:
    """Tell people something; whoever raises a notice for another app also sends its copy, staff sends nothing."""
    require(by, PUBLISH_NOTICE)
    departments, users = list(departments), list(users)
    named = sorted({Role(role).value for role in roles})
    if not (to_everyone or departments or named or users):
        raise ValidationError(_("Say who the notice is for."))
    notice = Notice(title=title.strip(), body=body.strip(), by=by, at=at, to_everyone=to_everyone, roles=named)
    notice.answer_due_on = answer_due_on
    notice.full_clean()
    with recorded(notice, by=by, at=at):
        notice.save()
        if departments:
            notice.departments.set(departments)
        if users:
            notice.users.set(users)
    return notice


@transaction.atomic
def receive(*, notice: Notice, state: NoticeReceipt.State | str, by: User, at: datetime, remark: str = "") -> NoticeReceipt:
    """What a reader made of a notice; unclear needs a word on what is not clear, and may become understood later."""
    if not Notice.objects.visible_to(by).filter(pk=notice.pk).exists():
        raise NotAllowed(_("This notice is not for you."))
    state, remark = NoticeReceipt.State(state), remark.strip()
    if state == NoticeReceipt.State.UNCLEAR and not remark:
        raise ValidationError({"remark": _("Say what is not clear.")})
    receipt = NoticeReceipt.objects.select_for_update().filter(notice=notice, user=by).first()
    if receipt is not None and receipt.state == NoticeReceipt.State.UNDERSTOOD:
        return receipt
    receipt = receipt or NoticeReceipt(notice=notice, user=by)
    receipt.state, receipt.at, receipt.remark = state, at, remark
    receipt.full_clean()
    with recorded(receipt, by=by, at=at):
        receipt.save()
    return receipt
