"""Each working day every department gets the sorted originals that concern it (mission, M3)."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from escalation.models import Digest
from escalation.queries.originals import concerning
from staff.models import Department
from staff.queries import Calendars

#: The first one reaches back so far.
FIRST = timedelta(days=1)


def make(*, at: datetime) -> int:
    """Make today's for each department that works today and has something; how many. Run twice it makes none twice."""
    today, calendars = timezone.localdate(at), Calendars(since=at)
    made = Digest.objects.filter(day__gte=today).values("department")
    departments = Department.objects.active().exclude(pk__in=made).order_by("pk")
    return sum(_make_one(each, at=at) for each in departments if calendars.of(each).hours_of(today))


def _make_one(department: Department, *, at: datetime) -> bool:
    day = timezone.localdate(at)
    last = Digest.objects.filter(department=department).order_by("-day").first()
    if last is not None and last.day >= day:
        return False
    since = last.until if last is not None else at - FIRST
    cases = concerning(department, since, at).count()
    if not cases:
        return False
    try:
        with transaction.atomic():
            Digest.objects.create(department=department, day=day, since=since, until=at, cases=cases)
    except IntegrityError:  # somebody else made it meanwhile
        return False
    return True
