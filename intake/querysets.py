"""The questions asked of what arrived."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Manager, QuerySet

from complaints.permissions import scope_of

if TYPE_CHECKING:
    from intake.models import Submission  # noqa: F401 - named in the quotes below
    from staff.models import User

#: What a reception listens to or types in; odd mail and what failed is for whoever looks after messages.
OF_THE_RECEPTION = ("recording", "slip", "post")


class SubmissionQuerySet(QuerySet["Submission"]):
    def waiting(self, *, since_before: datetime) -> Self:
        """Stored but never filed, oldest first: something died in between."""
        return self.filter(filing=None, hold=None, discard=None, received_at__lt=since_before).order_by("received_at")

    def held(self) -> Self:
        """Waiting for a person, oldest first."""
        return self.filter(hold__isnull=False, filing=None, discard=None).order_by("received_at")

    def held_for(self, user: "User") -> Self:
        """Of those that wait, the ones this person may file, join or put aside."""
        return self.held().looked_after_by(user)

    def looked_after_by(self, user: "User") -> Self:
        """Those that wait, or waited, for a person such as this one."""
        held = self.filter(hold__isnull=False)
        if user.is_active and user.has_perm("complaints.manage_messages"):
            return held
        if not user.is_active or not user.has_perm("complaints.file_case"):
            return self.none()
        return held.filter(channel__department__in=scope_of(user).departments, hold__why__in=OF_THE_RECEPTION)


class SubmissionManager(Manager.from_queryset(SubmissionQuerySet)):  # type: ignore[misc]  # made at run time
    """Leaves the raw form where it is until somebody asks for it: a list of mails would be hundreds of megabytes."""

    def get_queryset(self) -> SubmissionQuerySet:
        found: SubmissionQuerySet = super().get_queryset().defer("raw")
        return found
