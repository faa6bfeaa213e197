from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from staff.models import Clause, Document, DocumentAcknowledgement, DocumentVersion, User
from staff.permissions import MANAGE_DOCUMENTS, require
from staff.services.recording import recorded


class NumberedClause(NamedTuple):
    number: str
    title: str
    text: str


@transaction.atomic
def publish_version(
    *,
    document: Document,
    body: str,
    clauses: Iterable[NumberedClause],
    in_force_from: date,
    by: User,
    at: datetime,
) -> DocumentVersion:
    """The next version; the one before ends the day before this one begins."""
    require(by, MANAGE_DOCUMENTS)
    document = Document.objects.select_for_update().get(pk=document.pk)
    before = document.versions.order_by("-version").first()
    if before is not None:
        _end(before, on=in_force_from - timedelta(days=1), by=by, at=at)
    version = DocumentVersion(
        document=document,
        version=before.version + 1 if before else 1,
        in_force_from=in_force_from,
        body=body,
        by=by,
        at=at,
    )
    version.full_clean()
    with recorded(version, by=by, at=at):
        version.save()
    for clause in clauses:
        row = Clause(version=version, number=clause.number.strip(), title=clause.title.strip(), text=clause.text.strip())
        row.full_clean()
        row.save()
    return version


@transaction.atomic
def acknowledge(*, version: DocumentVersion, by: User, at: datetime) -> DocumentAcknowledgement:
    """Somebody has read a version; saying so twice changes nothing."""
    made, _new = DocumentAcknowledgement.objects.get_or_create(user=by, version=version, defaults={"at": at})
    return made


def _end(version: DocumentVersion, *, on: date, by: User, at: datetime) -> None:
    if on < version.in_force_from:
        raise ValidationError({"in_force_from": _("The new version must begin after the one before it.")})
    if version.in_force_to is None:
        version.in_force_to = on
        with recorded(version, by=by, at=at):
            version.save(update_fields=["in_force_to"])
