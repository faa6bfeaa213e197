"""Measurable standards are added to a version of a managed document and never changed; a new version begins with rows of its own."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import Standard
from complaints.queries.standards import of_version
from staff.models import DocumentVersion, User
from staff.permissions import require

MANAGE = "complaints.manage_reference"
#: What a row says beside where it belongs to.
SAID = (
    "kind", "title", "title_en", "category", "product", "quantity", "quantity_en", "unit", "unit_en", "direction", "limit", "item_kinds",
    "basis", "least", "most", "recommended", "floor", "floor_percent", "floor_source", "published",
)  # fmt: skip


@transaction.atomic
def add(*, standard: Standard, by: User, at: datetime) -> Standard:
    """Enter a row. A version that has ended gets no more: nobody is judged by what was written afterwards."""
    require(by, MANAGE)
    ends = standard.version.in_force_to
    if ends is not None and ends < timezone.localdate(at):
        raise ValidationError({"version": _("This version has ended: enter the row for the version that follows.")})
    if standard.clause is not None and standard.clause.version_id != standard.version_id:
        raise ValidationError({"clause": _("This clause is of another version.")})
    if of_version(standard.version).filter(title=standard.title).exists():
        raise ValidationError({"title": _("This version has a row of this title already.")})
    standard.full_clean()
    standard.save(force_insert=True)
    return standard


@transaction.atomic
def carry_over(*, version: DocumentVersion, by: User, at: datetime) -> list[Standard]:
    """Copy into the newest version of the document the rows of this one that it lacks; each goes to the clause of the same number."""
    require(by, MANAGE)
    newest = newest_after(version)
    if newest is None:
        raise ValidationError(_("There is no newer version of this document."))
    clauses = {clause.number: clause for clause in newest.clauses.all()}
    there = set(of_version(newest).values_list("title", flat=True))
    added = []
    for row in of_version(version).select_related("clause").exclude(title__in=there):
        said: dict[str, Any] = {name: getattr(row, name) for name in SAID}
        clause = clauses.get(row.clause.number) if row.clause is not None else None
        added.append(add(standard=Standard(version=newest, clause=clause, **said), by=by, at=at))
    return added


def newest_after(version: DocumentVersion) -> DocumentVersion | None:
    """The newest version of the same document, if it is a newer one."""
    return version.document.versions.filter(version__gt=version.version).order_by("-version").first()
