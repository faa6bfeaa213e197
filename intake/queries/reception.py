"""Leaders' reception days as customers see them: what is published, which times are free, what a case has booked."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Prefetch
from django.utils import timezone

from complaints.models import Complaint
from intake.models import Booking, ReceptionDay
from staff.models import Membership
from staff.models.compiled import Compiled, Given

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True)
class Slot:
    """A time on a day, under the name a form sends."""

    day: ReceptionDay
    begins: time

    @property
    def code(self) -> str:
        return f"{self.day.pk}-{self.begins:%H%M}"


@dataclass(frozen=True)
class Day:
    """A published day with the times nobody has booked."""

    day: ReceptionDay
    post: str
    free: list[Slot]


def times_of(day: ReceptionDay) -> list[time]:
    """When each conversation of the day begins; the last one ends before the day does."""
    start, end = datetime.combine(day.day, day.begins), datetime.combine(day.day, day.ends)
    step = timedelta(minutes=day.minutes)
    return [(start + number * step).time() for number in range((end - start) // step)]


def published(*, at: datetime) -> list[Day]:
    """Days still to come, soonest first; today's times that have passed are no longer offered."""
    posts = Prefetch(
        "leader__memberships", Membership.objects.filter(to_on=None).exclude(post=None).select_related("post").order_by("pk"), "posts_held"
    )
    today = timezone.localdate(at)
    days = ReceptionDay.objects.filter(published=True, day__gte=today).select_related("leader").prefetch_related(posts)
    listed = list(days.order_by("day", "begins"))
    taken = _taken(listed)
    return [Day(each, _post_of(each), _free(each, taken[each.pk], today, timezone.localtime(at).time())) for each in listed]


def slot_of(code: str, *, at: datetime) -> Slot | None:
    """The published time a form names, still to come; None of any other text. Free or not is for the booking to find out."""
    key, _dash, begins = code.partition("-")
    day = (
        ReceptionDay.objects.filter(pk=int(key), published=True).select_related("leader").first()
        if key.isdecimal() and len(key) < 10
        else None
    )
    if day is None:
        return None
    slot = next((Slot(day, each) for each in times_of(day) if f"{each:%H%M}" == begins), None)
    now = timezone.localtime(at)
    return slot if slot and (day.day, slot.begins) > (now.date(), now.time()) else None


def is_free(slot: Slot) -> bool:
    return not Booking.objects.filter(reception_day=slot.day, begins=slot.begins, cancelled_at=None).exists()


def _booked() -> "QuerySet[Booking]":
    of_case = Booking.objects.filter(complaint=Given("case"), cancelled_at=None, reception_day__day__gte=Given("today"))
    return of_case.select_related("reception_day__leader").order_by("reception_day__day", "begins")


BOOKED = Compiled(_booked)


def booked_by(case: Complaint, *, at: datetime) -> list[Booking]:
    """What this case has booked and is still to come."""
    return BOOKED(case=case.pk, today=timezone.localdate(at))


def _taken(days: Iterable[ReceptionDay]) -> dict[int, set[time]]:
    found: dict[int, set[time]] = defaultdict(set)
    rows = Booking.objects.filter(reception_day__in=[each.pk for each in days], cancelled_at=None)
    for key, begins in rows.values_list("reception_day", "begins"):
        found[key].add(begins)
    return found


def _free(day: ReceptionDay, taken: set[time], today: date, now: time) -> list[Slot]:
    return [Slot(day, each) for each in times_of(day) if each not in taken and (day.day > today or each > now)]


def _post_of(day: ReceptionDay) -> str:
    held = getattr(day.leader, "posts_held", [])
    return str(held[0].post) if held else ""
