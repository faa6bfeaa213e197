"""The questions asked of what arrived."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import QuerySet

if TYPE_CHECKING:
    from intake.models import Submission  # noqa: F401 - named in the quotes below


class SubmissionQuerySet(QuerySet["Submission"]):
    def waiting(self, *, since_before: datetime) -> Self:
        """Stored but never filed, oldest first: something died in between."""
        return self.filter(filing=None, hold=None, discard=None, received_at__lt=since_before).order_by("received_at")

    def held(self) -> Self:
        """Waiting for a person, oldest first."""
        return self.filter(hold__isnull=False, filing=None, discard=None).order_by("received_at")
