"""How customers get on with the public form: figures to make it shorter by (mission M8). Counted by the hour, nobody is followed."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Aggregate, Avg, Count, FloatField

from intake.models import FormEvent
from intake.queries.arrived import FILES, LABELS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

What = FormEvent.What
#: Names of form fields that are stored under another.
SAME = {"uploads": FILES}


class Median(Aggregate):
    """The middle of the values."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True)
class Figures:
    """The use of the form within a span of time."""

    opened: int
    sent: int
    #: Of the forms sent; None where there was none with a known beginning.
    median_seconds: float | None
    mean_fields: float | None
    left_at: "list[tuple[StrOrPromise, int]]"
    refused_at: "list[tuple[StrOrPromise, int]]"


def figures(*, since: datetime, until: datetime) -> Figures:
    """What happened from `since` (included) to `until`, whole hours."""
    span = FormEvent.objects.filter(hour__gte=since, hour__lt=until)
    counts = dict(span.values_list("what").annotate(times=Count("pk")).order_by("what"))
    sent = span.filter(what=What.SENT).aggregate(seconds=Median("seconds"), fields=Avg("fields"))
    return Figures(
        opened=counts.get(What.OPENED, 0),
        sent=counts.get(What.SENT, 0),
        median_seconds=sent["seconds"],
        mean_fields=sent["fields"],
        left_at=_by_field(What.LEFT, since, until),
        refused_at=_by_field(What.REFUSED, since, until),
    )


def _by_field(what: What, since: datetime, until: datetime) -> "list[tuple[StrOrPromise, int]]":
    """Fields and how often, the most frequent first; where people left before any field, the field is empty."""
    rows = FormEvent.objects.filter(what=what, hour__gte=since, hour__lt=until).values_list("field")
    return [(LABELS.get(SAME.get(name, name), name), times) for name, times in rows.annotate(times=Count("pk")).order_by("-times", "field")]
