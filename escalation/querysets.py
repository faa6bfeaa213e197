"""Reads of deadlines, matters and incidents, named for the question they answer."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

from complaints.permissions import scope_of
from staff.roles import Role

if TYPE_CHECKING:
    from escalation.models import DepartmentRequest, Digest, RoutedItem  # noqa: F401 - named in strings below
    from staff.models import User


class RoutedItemQuerySet(QuerySet["RoutedItem"]):
    def undecided(self) -> Self:
        return self.filter(decision=None)

    def overdue(self, at: datetime) -> Self:
        return self.undecided().filter(due_at__lt=at)

    def laid_before(self, user: User) -> Self:
        """To them by name, by role, or as a head of the department or of one above it; never a case that names them."""
        scope = scope_of(user)
        mine = Q(user=user) | Q(role__in=scope.roles)
        heads = user.memberships.filter(to_on=None, role=Role.HEAD).values("department")
        return self._without_cases_about(user).filter(mine | Q(department__in=heads))

    def visible_to(self, user: User) -> Self:
        """Theirs; and for those who see every case, all."""
        if scope_of(user).sees_all:
            return self._without_cases_about(user)
        return self.laid_before(user)

    def _without_cases_about(self, user: User) -> Self:
        case = self.model._meta.get_field("complaint").related_model
        return self.filter(complaint__in=case._default_manager.not_about(user).values("pk"))


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
        case = self.model._meta.get_field("complaint").related_model
        rows = self.filter(complaint__in=case._default_manager.not_about(user).values("pk"))
        scope = scope_of(user)
        if scope.sees_all:
            return rows
        theirs = Q(by=user) | Q(to_department__in=scope.departments) | Q(from_department__in=scope.departments)
        for path in scope.headed_paths:
            theirs |= Q(to_department__path__startswith=path) | Q(from_department__path__startswith=path)
        return rows.filter(theirs)
