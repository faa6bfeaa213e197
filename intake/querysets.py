"""The questions asked of what arrived."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Manager, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from complaints.permissions import scope_of
from staff.models import Department

if TYPE_CHECKING:
    from intake.models import Submission  # noqa: F401 - named in the quotes below
    from staff.models import User

#: What a reception listens to or types in; odd mail and what failed is for whoever looks after messages.
OF_THE_RECEPTION = ("recording", "slip", "post")


def _said(name: str) -> Coalesce:
    """An answer of the stored form as text; "" where there is none, so that it can be left out by."""
    return Coalesce(KeyTextTransform(name, "payload"), Value(""), output_field=TextField())


def _supervises(user: "User") -> bool:
    """Whether the person belongs to those who look into reports, or heads them; where nobody supervises these are who manages."""
    scope, units = scope_of(user), Department.objects.active()
    looking = units.filter(supervises=True) if units.filter(supervises=True).exists() else units.filter(manages=True)
    return any(pk in scope.departments or scope.heads(path) for pk, path in looking.values_list("pk", "path"))


def _line_of(user: "User") -> list[str]:
    """The units a person works in or stands above or below, as a form names them."""
    scope = scope_of(user)
    below = [unit for path in scope.headed_paths for unit in Department.objects.filter(path__startswith=path).values_list("pk", flat=True)]
    return [str(pk) for pk in {*scope.units_and_above, *(top for top, _below in scope.tops), *below}]


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
        held = self.filter(hold__isnull=False).without_reports_kept_from(user)
        if user.is_active and user.has_perm("complaints.manage_messages"):
            return held
        if not user.is_active or not user.has_perm("complaints.file_case"):
            return self.none()
        in_reception = Q(channel__department__in=scope_of(user).departments, hold__why__in=OF_THE_RECEPTION)
        return held.filter(in_reception | Q(said_kind="report"))

    def without_reports_kept_from(self, user: "User") -> Self:
        """Without the reports that are not for this person: a report is for the supervision before it is a case too, and never for the
        line of the unit it names (threat R1)."""
        rows = self.alias(said_kind=_said("kind"), said_unit=_said("named_unit"))
        if not _supervises(user):
            return rows.exclude(said_kind="report")
        return rows.exclude(said_kind="report", said_unit__in=_line_of(user))


class SubmissionManager(Manager.from_queryset(SubmissionQuerySet)):  # type: ignore[misc]  # made at run time
    """Leaves the raw form where it is until somebody asks for it: a list of mails would be hundreds of megabytes."""

    def get_queryset(self) -> SubmissionQuerySet:
        found: SubmissionQuerySet = super().get_queryset().defer("raw")
        return found
