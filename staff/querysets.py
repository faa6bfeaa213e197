"""Reads of the organisation, named for the question they answer."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Count, Prefetch, Q, QuerySet

from staff.roles import Role

if TYPE_CHECKING:
    from staff.models import (  # noqa: F401 - named in strings below
        Absence,
        ActionItem,
        Certificate,
        DeniedAttempt,
        Department,
        DocumentVersion,
        Meeting,
        Membership,
        Notice,
        Suggestion,
        User,
    )

#: They see every notice and suggestion, whomever it is addressed to.
OVERSEERS = (Role.MANAGER, Role.AUDITOR, Role.EXECUTIVE)


class UserQuerySet(QuerySet["User"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def with_role(self, *roles: Role) -> Self:
        """Active people who hold one of the roles somewhere."""
        held = Q(memberships__role__in=roles, memberships__to_on=None)
        return self.active().filter(held).distinct()

    def for_list(self) -> Self:
        """With what each does now, as `active_memberships`."""
        memberships = self.model._meta.get_field("memberships").related_model._default_manager
        now = memberships.filter(to_on=None).select_related("department", "post").order_by("from_on", "pk")
        return self.prefetch_related(Prefetch("memberships", queryset=now, to_attr="active_memberships"))


class DepartmentQuerySet(QuerySet["Department"]):
    def active(self) -> Self:
        return self.filter(active=True)

    def receiving(self) -> Self:
        return self.active().filter(receives=True)

    def following_up(self) -> Self:
        return self.active().filter(follows_up=True)

    def for_list(self) -> Self:
        return self.select_related("parent").order_by("path")


class MembershipQuerySet(QuerySet["Membership"]):
    def active(self) -> Self:
        """Not ended, and of a person who still works here."""
        return self.filter(to_on=None, user__is_active=True)

    def of(self, user: "User") -> Self:
        return self.filter(user=user)

    def heads(self) -> Self:
        return self.active().filter(role=Role.HEAD)

    def for_list(self) -> Self:
        return self.select_related("user", "department", "post")


class AbsenceQuerySet(QuerySet["Absence"]):
    def on(self, day: date) -> Self:
        return self.filter(from_on__lte=day, to_on__gte=day)

    def for_list(self) -> Self:
        return self.select_related("user", "deputy")


class CertificateQuerySet(QuerySet["Certificate"]):
    def for_list(self) -> Self:
        return self.select_related("user", "course")


class DocumentVersionQuerySet(QuerySet["DocumentVersion"]):
    def for_list(self) -> Self:
        return self.select_related("document", "by")


class NoticeQuerySet(QuerySet["Notice"]):
    def addressed_to(self, user: "User") -> Self:
        """Notices whose audience this person is in; one to a department reaches everybody below it."""
        memberships = user.memberships.filter(to_on=None).values_list("department__path", "role")
        paths, roles = {path for path, _ in memberships}, {role for _, role in memberships}
        above = {int(part) for path in paths for part in path.strip("/").split("/") if part}
        audience = Q(to_everyone=True) | Q(users=user) | Q(departments__in=above) | Q(roles__overlap=sorted(roles))
        return self.filter(pk__in=self.model._default_manager.filter(audience).values("pk"))

    def visible_to(self, user: "User") -> Self:
        """Addressed to them, written by them, or everything for those who oversee the organisation."""
        if user.memberships.filter(to_on=None, role__in=OVERSEERS).exists():
            return self.all()
        addressed = self.model._default_manager.all().addressed_to(user)
        return self.filter(Q(by=user) | Q(pk__in=addressed.values("pk")))

    def unread_for(self, user: "User") -> Self:
        """Addressed to them and not yet answered with understood or unclear."""
        answered = user.notice_receipts.exclude(state="delivered").values("notice")
        return self.addressed_to(user).exclude(pk__in=answered)

    def unclear_of(self, user: "User") -> Self:
        """Published by them, and not clear to somebody who still works here: `questions` says to how many."""
        asked = Count("receipts", filter=Q(receipts__state="unclear", receipts__user__is_active=True))
        return self.filter(by=user).annotate(questions=asked).filter(questions__gt=0)

    def for_list(self) -> Self:
        return self.select_related("by").order_by("-at", "-pk")

    def overdue(self, on: date) -> Self:
        """Whose answers were due before that day."""
        return self.filter(answer_due_on__lt=on)


class MeetingQuerySet(QuerySet["Meeting"]):
    def visible_to(self, user: "User") -> Self:
        """Those one called or is invited to, of the departments one heads, or all for those who oversee the organisation."""
        memberships = user.memberships.filter(to_on=None)
        if memberships.filter(role__in=OVERSEERS).exists():
            return self.all()
        mine = Q(called_by=user) | Q(pk__in=user.meetings.values("pk"))
        for path in memberships.filter(role=Role.HEAD).values_list("department__path", flat=True):
            mine |= Q(department__path__startswith=path)
        return self.filter(mine)


class ActionItemQuerySet(QuerySet["ActionItem"]):
    def visible_to(self, user: "User") -> Self:
        """One's own, and those of the meetings one sees."""
        meetings: Any = self.model._meta.get_field("meeting").related_model._default_manager.all()
        return self.filter(Q(owner=user) | Q(meeting__in=meetings.visible_to(user).values("pk")))

    def open(self) -> Self:
        return self.filter(done_at=None)


class SuggestionQuerySet(QuerySet["Suggestion"]):
    def unanswered(self) -> Self:
        return self.filter(state="new")

    def visible_to(self, user: "User") -> Self:
        """Their own; with the right to answer: a head those of their departments, those who oversee all."""
        memberships = user.memberships.filter(to_on=None)
        if memberships.filter(role__in=OVERSEERS).exists():
            return self.all()
        headed = memberships.filter(role=Role.HEAD).values_list("department", flat=True)
        below = Q(pk__in=[])
        for pk in headed:
            below |= Q(department__path__contains=f"/{pk}/")
        return self.filter(Q(by=user) | below)

    def for_list(self) -> Self:
        return self.select_related("by", "department", "answered_by").order_by("-at", "-pk")


class DeniedAttemptQuerySet(QuerySet["DeniedAttempt"]):
    def for_list(self) -> Self:
        return self.select_related("user").order_by("-at", "-pk")
