"""The originals behind a digest: what was alleged, in the words on record, sorted by gravity; never who said it."""

from dataclasses import astuple
from datetime import datetime
from typing import Any

from django.db.models import Case, IntegerField, Prefetch, Q, QuerySet, Value, When

from complaints.masking import hide_text, mask_text
from complaints.models import Allegation, Complaint
from complaints.queries.words import cut
from complaints.workflow import Kind, Severity
from escalation.models import Digest
from staff.models import Department, User

#: Of a story so many letters are quoted.
QUOTED = 200
#: More than one reads in a day.
MOST = 200
GRAVEST_FIRST = Case(
    *(When(severity=severity, then=Value(place)) for place, severity in enumerate(reversed(Severity.values))),
    default=Value(len(Severity.values)),
    output_field=IntegerField(),
)


def concerning(department: Department, since: datetime, until: datetime) -> QuerySet[Complaint]:
    """Cases of that stretch the department answers for, by the table or in fact; without reports of misconduct and what was erased."""
    concerns = Q(handling_department=department) | Q(handling_department=None, category__department=department)
    found: Any = Complaint.objects.in_figures().filter(concerns, received_at__gte=since, received_at__lt=until)
    result: QuerySet[Complaint] = found.exclude(kind=Kind.REPORT).exclude(code_key="")
    return result


def of_digest(digest: Digest, reader: User) -> list[tuple[Complaint, bool, list[str]]]:
    """Its cases, the gravest first, whether the reader may open each, and its quotes; without those about them."""
    cases: Any = concerning(digest.department, digest.since, digest.until)
    rows = (
        cases.filter(pk__in=Complaint.objects.not_about(reader).values("pk"))
        .select_related("category", "product", "complainant")
        .prefetch_related(Prefetch("allegations", Allegation.objects.order_by("number")))
        .order_by(GRAVEST_FIRST, "category__name", "received_at")[:MOST]
    )
    found = list(rows)
    opens = set(Complaint.objects.visible_to(reader).filter(pk__in=[case.pk for case in found]).values_list("pk", flat=True))
    return [(case, case.pk in opens, _quotes(case)) for case in found]


def _quotes(case: Complaint) -> list[str]:
    """The points on record; before there are any, the customer's own words, of who is not protected. Without names and numbers."""
    points, person = [allegation.text for allegation in case.allegations.all()], case.complainant
    if person.is_protected:
        return [hide_text(point, *astuple(person.identity())) for point in points]
    return [mask_text(point, person.name) for point in points] or [cut(mask_text(case.story, person.name), QUOTED)]
