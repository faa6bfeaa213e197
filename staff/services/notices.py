import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from staff import events
from staff import queries as organisation
from staff.models import Department, Notice, NoticeClimb, NoticeReceipt, User
from staff.permissions import PUBLISH_NOTICE, NotAllowed, require
from staff.querysets import UserQuerySet
from staff.roles import Role
from staff.services.recording import recorded

log = logging.getLogger(__name__)


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
    form: Notice.Form | str = Notice.Form.NOTICE,
    by_mail: bool = False,
    by_chat: bool = False,
) -> Notice:
    """Tell people something, or write down what was said in a talk, a call, a meeting; copies go out by whoever has registered to send them."""
    require(by, PUBLISH_NOTICE)
    return write(
        title=title, body=body, by=by, at=at, to_everyone=to_everyone, departments=departments, roles=roles, users=users,
        answer_due_on=answer_due_on, form=form, by_mail=by_mail, by_chat=by_chat,
    )  # fmt: skip


@transaction.atomic
def write(
    *, title: str, body: str, by: User, at: datetime, to_everyone: bool = False, departments: Iterable[Department] = (),
    roles: Iterable[Role | str] = (), users: Iterable[User] = (), answer_due_on: date | None = None,
    form: Notice.Form | str = Notice.Form.NOTICE, by_mail: bool = False, by_chat: bool = False,
) -> Notice:  # fmt: skip
    """The same for a notice that follows from a rule, in the name of whoever set it going."""
    departments, users = list(departments), list(users)
    named = sorted({Role(role).value for role in roles})
    if not (to_everyone or departments or named or users):
        raise ValidationError(_("Say who the notice is for."))
    notice = Notice(title=title.strip(), body=body.strip(), by=by, at=at, to_everyone=to_everyone, roles=named, form=form)
    notice.answer_due_on, notice.by_mail, notice.by_chat = answer_due_on, by_mail, by_chat
    notice.full_clean()
    with recorded(notice, by=by, at=at):
        notice.save()
        if departments:
            notice.departments.set(departments)
        if users:
            notice.users.set(users)
    for announce in events.announce:
        announce(notice, by, at)
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


#: Days after the answer was due at which the nearest superior, the next one … is told.
RUNGS = (1, 3, 6)
#: A notice that nobody cared for this long is past caring for.
LOOKED_BACK = timedelta(days=30)


#: So many readers are looked up at a time; what was told of them stays told, whatever ends the worker.
READERS = 500


def climb(*, at: datetime) -> int:
    """Tell superiors who has not understood a notice in time (unread, or not clear): each rung once, in as few notices as may be; how many rungs."""
    today = timezone.localdate(at)
    overdue = Notice.objects.overdue(today).filter(answer_due_on__gte=today - LOOKED_BACK).order_by("pk")
    return sum(_climb_one(notice, rungs=range(1, _rungs(notice, today) + 1), at=at) for notice in overdue)


def _rungs(notice: Notice, today: date) -> int:
    """How many rungs are due."""
    late = (today - notice.answer_due_on).days if notice.answer_due_on else 0
    return sum(late >= days for days in RUNGS)


def _climb_one(notice: Notice, *, rungs: Sequence[int], at: datetime) -> int:
    understood = notice.receipts.filter(state=NoticeReceipt.State.UNDERSTOOD).values("user")
    done = set(notice.climbs.values_list("reader", "rung"))
    silent = readers(notice).exclude(pk__in=understood).order_by("pk").values_list("pk", flat=True)
    late = [reader for reader in silent if not done.issuperset((reader, rung) for rung in rungs)]
    told = 0
    for first in range(0, len(late), READERS):
        below: dict[User, list[NoticeClimb]] = defaultdict(list)
        for reader in User.objects.filter(pk__in=late[first : first + READERS]).order_by("pk"):
            for rung in rungs:
                superior = _superior(reader, rung, on=timezone.localdate(at)) if (reader.pk, rung) not in done else None
                if superior is not None and superior.pk != notice.by_id:
                    below[superior].append(NoticeClimb(notice=notice, reader=reader, rung=rung, told=superior, at=at))
        told += sum(_tell_superior(notice, superior, climbs, at=at) for superior, climbs in below.items())
    return told


def _tell_superior(notice: Notice, superior: User, climbs: list[NoticeClimb], *, at: datetime) -> int:
    """One superior, in a transaction of its own: one who cannot be told stops no other, and who comes second says nothing."""
    try:
        with transaction.atomic(), translation.override(superior.language):
            if Notice.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=notice.pk).first() is None:
                return 0
            done = set(notice.climbs.filter(told=superior).values_list("reader", "rung"))
            new = [each for each in climbs if (each.reader_id, each.rung) not in done]
            if new:
                NoticeClimb.objects.bulk_create(new)
                names = _(", ").join(dict.fromkeys(each.reader.name for each in new))
                text = _("Not read, or not clear in time: %(people)s. The notice: %(title)s") % {"people": names, "title": notice.title}
                write(title=_("A notice is not understood"), body=text, by=notice.by, at=at, users=[superior], by_mail=True)
            return len(new)
    except Exception:
        log.exception("superior %d could not be told of notice %d", superior.pk, notice.pk)
        return 0


def _superior(reader: User, rung: int, *, on: date) -> User | None:
    """The head so many levels up who is there, or who stands in; nobody above the top, nor while all are away."""
    place = reader.memberships.filter(to_on=None).select_related("department").order_by("from_on", "pk").first()
    if place is None:
        return None
    levels = [[head for head in level if head.pk != reader.pk] for level in organisation.heads_above(place.department)]
    levels = [level for level in levels if level]
    if rung > len(levels):
        return None
    head = levels[rung - 1][0]
    return organisation.present(head, on)


def readers(notice: Notice) -> UserQuerySet:
    """Everybody a notice is addressed to who works here."""
    active = User.objects.active()
    if notice.to_everyone:
        return active
    now = {"memberships__to_on": None}
    audience = Q(pk__in=notice.users.values("pk")) | Q(memberships__role__in=notice.roles, **now)
    for path in notice.departments.values_list("path", flat=True):
        audience |= Q(memberships__department__path__startswith=path, **now)
    found: UserQuerySet = active.filter(audience).distinct()
    return found


@dataclass(frozen=True)
class Receipts:
    """How a notice was taken by those who work here and are addressed: how many understood it and did not read it, and what is not clear to whom."""

    understood: int
    unclear: list[NoticeReceipt]
    unread: int


def receipts_of(notice: Notice) -> Receipts:
    answered = notice.receipts.exclude(state=NoticeReceipt.State.DELIVERED)
    unclear = (
        answered.filter(state=NoticeReceipt.State.UNCLEAR, user__in=readers(notice).values("pk")).select_related("user").order_by("at")
    )
    understood = answered.filter(state=NoticeReceipt.State.UNDERSTOOD).count()
    unread = readers(notice).exclude(pk__in=answered.values("user")).count()
    return Receipts(understood=understood, unclear=list(unclear), unread=unread)
