"""Reads of deadlines, matters and incidents, named for the question they answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When

from complaints.permissions import scope_of
from escalation.obligations import BY_ITSELF
from staff.models import Absence, Membership
from staff.roles import Role

if TYPE_CHECKING:
    from escalation.models import CaseMark, DepartmentRequest, Digest, Escalation, Measure, RoutedItem, SupervisionOrder  # noqa: F401 - named in strings below
    from staff.models import User

#: Of a message that somebody has got.
GOT = ("sent", "told")

#: The states of one customer in one measure, each as far as it has come; the truth about "told" is the message's.
REACH_STATE = Case(
    When(fulfilled_at__isnull=False, then=Value("fulfilled")),
    When(answered_at__isnull=False, then=Value("answered")),
    When(read_at__isnull=False, then=Value("read")),
    When(unreachable_at__isnull=False, then=Value("unreachable")),
    When(message__state__in=GOT, then=Value("told")),
    When(message__state="to_tell", then=Value("to_tell")),
    When(message__state="failed", then=Value("failed")),
    default=Value("waiting"),
    output_field=CharField(),
)


def _cases_not_about(user: User) -> QuerySet[Any]:
    from complaints.models import Complaint  # noqa: PLC0415  # models of this app import this module

    return Complaint.objects.not_about(user).values("pk")


class RoutedItemQuerySet(QuerySet["RoutedItem"]):
    def undecided(self) -> Self:
        return self.filter(decision=None)

    def overdue(self, at: datetime) -> Self:
        return self.undecided().filter(due_at__lt=at)

    def laid_before(self, user: User) -> Self:
        """To them by name, by role, or as a head of the department; never a case that names them."""
        heads = user.memberships.filter(to_on=None, role=Role.HEAD).values("department")
        return self._without_cases_about(user).filter(self._addressed_to(user) | Q(department__in=heads))

    def visible_to(self, user: User) -> Self:
        """Theirs, and what was laid before those they head, for unanswered it climbs to them; for those who see every case, all."""
        scope = scope_of(user)
        theirs = self._addressed_to(user)
        for path in scope.headed_paths:
            theirs |= Q(department__path__startswith=path)
        found = self._without_cases_about(user)
        return found if scope.sees_all else found.filter(theirs)

    @staticmethod
    def _addressed_to(user: User) -> Q:
        return Q(user=user) | Q(role__in=scope_of(user).roles)

    def _without_cases_about(self, user: User) -> Self:
        """Nor, of what became a report since, to who does not see that."""
        from complaints.models import Complaint  # noqa: PLC0415  # models import this module

        seen = Complaint.objects.visible_to(user).values("pk")
        return self.filter(complaint__in=_cases_not_about(user)).filter(~Q(complaint__kind="report") | Q(complaint__in=seen))


class DigestQuerySet(QuerySet["Digest"]):
    def visible_to(self, user: User) -> Self:
        """Of the departments they head, or all for those who see every case."""
        scope = scope_of(user)
        if scope.sees_all:
            return self.all()
        theirs = Q(pk__in=[])
        for path in scope.headed_paths:
            theirs |= Q(department__path__startswith=path)
        return self.filter(theirs)


class RequestQuerySet(QuerySet["DepartmentRequest"]):
    def unanswered(self) -> Self:
        return self.filter(answered_at=None)

    def to_answer(self, user: User) -> Self:
        """Asked of a department they work in."""
        return self.unanswered().filter(to_department__in=scope_of(user).departments)

    def to_score(self, user: User) -> Self:
        """Answered to them, and not scored yet."""
        return self.filter(by=user, answered_at__isnull=False, score=None)

    def visible_to(self, user: User) -> Self:
        """Asked by them, of or by a department of theirs, or all for those who see every case; never of a case about them."""
        rows = self.filter(complaint__in=_cases_not_about(user))
        scope = scope_of(user)
        if scope.sees_all:
            return rows
        theirs = Q(by=user) | Q(to_department__in=scope.departments) | Q(from_department__in=scope.departments)
        for path in scope.headed_paths:
            theirs |= Q(to_department__path__startswith=path) | Q(from_department__path__startswith=path)
        return rows.filter(theirs)


class IncidentQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """An incident is known to all who work on complaints: the front line must know what to say. It names no customer."""
        return self if user.is_active and user.has_perm("complaints.read_files") else self.none()

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def published(self) -> Self:
        """Those with a page for everybody, the newest first."""
        return self.exclude(published_at=None).order_by("-published_at", "-pk")


class MeasureQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        return self if user.is_active and user.has_perm("complaints.read_files") else self.none()

    def open(self) -> Self:
        return self.exclude(state="done").filter(incident__closed_at=None)

    def running(self) -> Self:
        return self.filter(state="running").order_by("started_at", "pk")

    def begun(self) -> Self:
        """Started, or done already."""
        return self.exclude(started_at=None, done_at=None)

    def to_approve(self) -> Self:
        """Somebody is affected whom no second person has approved yet, or most of those approved were taken out since."""
        from escalation.models import Affected, Measure, Reach  # noqa: PLC0415  # models import this module

        rows = Reach.objects.filter(measure=OuterRef("pk"))
        approved = Reach.objects.filter(measure=OuterRef(OuterRef("pk")), affected=OuterRef("pk"))
        new = Affected.objects.filter(incident=OuterRef("incident")).confirmed().exclude(Exists(approved))
        open_ones = self.exclude(kind__in=Measure.GENERAL).filter(incident__closed_at=None)
        return open_ones.filter(Exists(new) | Q(Exists(rows), approved_at=None))

    def without_hand_of(self, user: User) -> Self:
        """Of incidents this person neither declared nor found, linked or reviewed anybody for, and which they did not choose."""
        from escalation.models import Affected, AffectedGoods  # noqa: PLC0415  # models import this module

        here = {"incident": OuterRef("incident")}
        found = AffectedGoods.objects.filter(Q(asked_by=user) | Q(reviewed_by=user), **here)
        judged = Affected.objects.filter(decided_by=user, **here)
        return self.exclude(Q(decided_by=user) | Q(incident__declared_by=user) | Exists(found) | Exists(judged))


class AffectedQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Who speaks with customers or carries measures out. A protected complainant is seen by whoever sees their case."""
        from complaints.models import Complaint  # noqa: PLC0415  # models import this module

        if not user.is_active or not user.has_perm("complaints.read_files"):
            return self.none()
        return self.filter(Q(complaint=None) | Q(complaint__in=Complaint.objects.visible_to(user).values("pk")))

    def confirmed(self) -> Self:
        return self.filter(state="confirmed")

    def taken_out(self) -> Self:
        """Excluded one by one, each for a reason; not with all that a wrong question had found."""
        return self.filter(state="excluded").exclude(goods__state="discarded")

    def not_approved_for(self, measure: Measure) -> Self:
        """Affected, and not among those the measure was approved for; in the order they were found."""
        from escalation.models import Reach  # noqa: PLC0415  # models import this module

        approved = Reach.objects.filter(measure=measure.pk, affected=OuterRef("pk"))
        return self.filter(incident=measure.incident_id).confirmed().exclude(Exists(approved)).order_by("pk")

    def with_complained(self) -> Self:
        """`complained`: whether they had, before we came to them."""
        from escalation.models import IncidentCase  # noqa: PLC0415  # models import this module

        theirs = IncidentCase.objects.filter(incident=OuterRef("incident"), complaint__complainant__customer=OuterRef("customer"))
        return self.annotate(complained=Case(When(complaint__isnull=False, then=Value(value=True)), default=Exists(theirs)))


class ReachQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        from escalation.models import Affected  # noqa: PLC0415  # models import this module

        return self.filter(affected__in=Affected.objects.visible_to(user).values("pk"))

    def with_state(self) -> Self:
        return self.annotate(state=REACH_STATE)

    def counted(self) -> dict[str, int]:
        """How many stand at each state."""
        return dict(self.order_by().values(state=REACH_STATE).annotate(rows=Count("pk")).values_list("state", "rows"))

    def approved_and_waiting(self) -> Self:
        """Still affected, and no way to them was tried yet; in the order they were found."""
        return self.filter(message=None, unreachable_at=None, affected__state="confirmed").order_by("affected")

    def come(self) -> Self:
        """What has been sent to them, by whatever channel."""
        return self.exclude(message=None)

    def to_call(self) -> Self:
        """Those only a person can reach, the longest waiting first."""
        return self.filter(message__state="to_tell", unreachable_at=None, measure__incident__closed_at=None).order_by("made_at", "pk")

    def left_to(self, user: User, at: datetime) -> Self:
        """But for those somebody else is calling now."""
        return self.exclude(Q(taken_at__gt=at - self.model.HELD) & ~Q(taken_by=user))

    def failed(self) -> Self:
        """The last try came back; there may be another channel. Nothing is tried with who was taken out, nor while it pauses."""
        silent = Q(read_at=None, answered_at=None, fulfilled_at=None, unreachable_at=None, affected__state="confirmed")
        return self.filter(silent, message__state="failed", measure__incident__closed_at=None).exclude(measure__state="paused")


class PartOfCaseQuerySet(QuerySet[Any]):
    """Rows that belong to a case are seen by whoever sees the case."""

    def visible_to(self, user: User) -> Self:
        case = self.model._meta.get_field("complaint").related_model
        return self.filter(complaint__in=case._default_manager.visible_to(user).values("pk"))


class DeadlineQuerySet(PartOfCaseQuerySet):
    def open(self) -> Self:
        """Those time passes for."""
        return self.filter(state="open")

    def paused(self) -> Self:
        return self.filter(state="paused")

    def running(self) -> Self:
        """Open or paused: not done yet."""
        return self.filter(state__in=("open", "paused"))

    def due_by(self, moment: datetime) -> Self:
        """Those open whose time is over at this moment, the earliest first."""
        return self.open().filter(due_at__lte=moment).order_by("due_at", "pk")

    def overdue(self, at: datetime) -> Self:
        """The same without those that end this very moment: they can still be kept."""
        return self.open().filter(due_at__lt=at).order_by("due_at", "pk")

    def for_list(self) -> Self:
        """With everything a row of a list, or a rung, says of it."""
        return self.select_related("complaint__handler", "complaint__department", "regime", "policy")

    def of_handler(self, user: User) -> Self:
        return self.filter(complaint__handler=user)


class PauseQuerySet(PartOfCaseQuerySet):
    def by_hand(self) -> Self:
        """Those somebody said; the steps make the others by themselves."""
        return self.exclude(reason__in=BY_ITSELF)

    def over(self, at: datetime) -> Self:
        """Those whose end has come, the earliest first."""
        return self.filter(to_at=None, until__lte=at).order_by("until", "pk")


class EscalationQuerySet(QuerySet["Escalation"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(complaint__in=_cases_seen_by(user))

    def lying_with(self, user: User) -> Self:
        """Told to them and still so: what was due then is due still; or it reached the executives by a mark, and the case is open."""
        from complaints.models import Promise  # noqa: PLC0415  # models of this app import this module
        from escalation.models import Deadline, SupervisionOrder  # noqa: PLC0415  # models import this module

        case, due = {"complaint": OuterRef("complaint")}, OuterRef("due_at")
        limit = Deadline.objects.open().filter(**case, matter=OuterRef("matter"), due_at=due)
        call = Promise.objects.to_keep().filter(**case, call_at=due)
        order = SupervisionOrder.objects.unanswered().filter(**case, due_at=due)
        owed = Exists(limit) | Q(Exists(call), matter="promise") | Q(Exists(order), matter="order")
        marked = Q(mark__isnull=False, act="executives") & ~Q(complaint__step="closed")
        return self.filter(owed | marked, told=user).exclude(act="remind")


class CaseMarkQuerySet(QuerySet["CaseMark"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(complaint__in=_cases_seen_by(user))


class OrderQuerySet(QuerySet["SupervisionOrder"]):
    def unanswered(self) -> Self:
        return self.filter(answered_at=None)

    def to_answer(self, user: User, on: date) -> Self:
        """Of the departments they head, or whose head they stand in for that day; not what they ordered."""
        away = Absence.objects.on(on).filter(deputy=user).values("user")
        heads = Membership.objects.heads().filter(Q(user=user) | Q(user__in=away)).values("department")
        return self.unanswered().filter(department__in=heads).exclude(by=user)

    def visible_to(self, user: User) -> Self:
        return self.filter(complaint__in=_cases_seen_by(user))


def _cases_seen_by(user: User) -> QuerySet[Any]:
    from complaints.models import Complaint  # noqa: PLC0415  # models of this app import this module

    return Complaint.objects.visible_to(user).values("pk")
