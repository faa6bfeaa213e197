"""How often one source may try: counted in the database, so that every process and every restart knows."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import F, Min, QuerySet, Sum
from django.utils.crypto import salted_hmac

from intake.models import AttemptCounter

Act = AttemptCounter.Act
KEPT = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Limit:
    """So many attempts within a span that moves with the clock."""

    attempts: int
    within: timedelta


#: Ten wrong codes in ten minutes are refused at the tenth; the rest is generous to people behind one address.
LIMITS = {
    Act.FILE: Limit(30, timedelta(hours=1)),
    Act.TRACK: Limit(9, timedelta(minutes=10)),
    Act.LOST_CODE: Limit(9, timedelta(minutes=10)),
    Act.WRITE: Limit(30, timedelta(hours=1)),
}


class TooOften(Exception):
    """The source has used up its attempts; `seconds` until it may try again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True)
class Attempt:
    """One attempt that was counted; can be taken back when it turns out to be harmless."""

    act: AttemptCounter.Act
    source: str
    minute: datetime

    def forgive(self) -> None:
        _rows(self).update(count=F("count") - 1)


def network_of(address: str) -> str:
    """The address, or of an IPv6 address its network (/64), which is one household's; what is no address stays as it is."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return str(mapped or parsed) if mapped or parsed.version == 4 else str(ipaddress.ip_network((parsed, 64), strict=False))


def source_of(address: str, *, at: datetime) -> str:
    """The keyed hash of where an address belongs (`network_of`) for the UTC day of `at`."""
    network = network_of(address)
    day = at.astimezone(UTC).date().isoformat()
    return salted_hmac("redress.attempts", f"{day}|{network}", secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()


def count(act: AttemptCounter.Act, *, address: str, at: datetime) -> Attempt:
    """Count one attempt before it is made. Raises TooOften, uncounted, when there were enough already."""
    limit = LIMITS[act]
    attempt = Attempt(act, source_of(address, at=at), at.replace(second=0, microsecond=0))
    AttemptCounter.objects.bulk_create([AttemptCounter(act=act, source=attempt.source, minute=attempt.minute)], ignore_conflicts=True)
    _rows(attempt).update(count=F("count") + 1)
    sources = [attempt.source, source_of(address, at=at - limit.within)]
    span = limit.within + MINUTE  # an attempt counts from its minute's beginning on; in full at least as long as promised
    recent = AttemptCounter.objects.filter(act=act, source__in=sources, minute__gt=at - span, count__gt=0)
    found = recent.aggregate(total=Sum("count"), oldest=Min("minute"))
    if (found["total"] or 0) > limit.attempts:
        attempt.forgive()
        raise TooOften(max(1, int((found["oldest"] + span - at).total_seconds()) + 1))
    return attempt


def sweep(*, at: datetime) -> int:
    """Forget counters older than a day; how many."""
    return AttemptCounter.objects.filter(minute__lt=at - KEPT).delete()[0]


def _rows(attempt: Attempt) -> QuerySet[AttemptCounter]:
    return AttemptCounter.objects.filter(act=attempt.act, source=attempt.source, minute=attempt.minute)
