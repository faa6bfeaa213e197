"""How often one source may try: counted in the database, so that every process and every restart knows.

Each attempt is a row of its own: no row is shared, so the requests of one source, or of all, never wait for each other.
"""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Min
from django.utils.crypto import salted_hmac

from intake.models import Attempt
from staff.models.compiled import Compiled, Figures, Given

if TYPE_CHECKING:
    from django.db.models import QuerySet

Act = Attempt.Act
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """So many attempts within a span that moves with the clock."""

    attempts: int
    within: timedelta


class TooOften(Exception):
    """The source has used up its attempts; `seconds` until it may try again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class CannotCount(Exception):
    """The attempts could not be counted, so what was attempted is refused (threats K13)."""


def limit_of(act: Act) -> Limit:
    """How often one source may do this."""
    attempts, seconds = settings.LIMITS[act.value]
    return Limit(attempts, timedelta(seconds=seconds))


def limit_for_all() -> Limit:
    """How often all sources together may file."""
    attempts, seconds = settings.LIMIT_OF_ALL_FILINGS
    return Limit(attempts, timedelta(seconds=seconds))


def times_for(*, proved: bool) -> int:
    """How many times the usual a source may file: more for who has proved work."""
    return int(settings.LIMIT_FILE_PROVED_TIMES) if proved else 1


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


def count(act: Act, *, address: str, at: datetime, times: int = 1) -> Attempt:
    """Count one attempt before it is made; `times` as many are allowed to who has proved work. Raises TooOften, uncounted, when there were enough already; CannotCount when nobody knows.

    Outside a transaction the row is there for everybody before the others are counted: of any number at once no more get through than
    may. Inside one (filing, which commits once) those under way at the same moment do not see each other yet.
    """
    try:
        attempt = Attempt(act=act, source=source_of(address, at=at), at=at)
        attempt.save(force_insert=True)
        wait = _wait_of_source(attempt, address, times) or (_wait_of_all(attempt) if act == Act.FILE else None)
        if wait is not None:
            forgive(attempt)
    except DatabaseError as error:
        raise CannotCount from error
    if wait is not None:
        raise TooOften(max(1, int(wait.total_seconds()) + 1))
    return attempt


def forgive(attempt: Attempt) -> None:
    """It was no attempt after all: the code was right, or the act was refused."""
    attempt.delete()


def is_busy(act: Act, *, address: str, at: datetime) -> bool:
    """Whether this source has used up its attempts, so that the next is refused; counts nothing."""
    limit = limit_of(act)
    since = at - limit.within
    sources = {source_of(address, at=at), source_of(address, at=since)}
    return Attempt.objects.filter(act=act, source__in=sources, at__gt=since).count() >= limit.attempts


def sweep(*, at: datetime) -> int:
    """Forget attempts older than a day; how many."""
    return Attempt.objects.filter(act__in=Act.values, at__lt=at - KEPT).delete()[0]


def _of_source() -> "QuerySet[Attempt, Any]":
    recent = Attempt.objects.filter(act=Given("act"), source__in=[Given("now"), Given("before")], at__gt=Given("since"))
    return recent.order_by().values("act").annotate(made=Count("pk"), oldest=Min("at")).values_list("made", "oldest")


OF_SOURCE = Figures(_of_source)  # never empty: the attempt itself is among them
OLDEST = Compiled(lambda: Attempt.objects.filter(act=Given("act"), at__gt=Given("since")).order_by("at").only("at")[:1])


def _wait_of_source(attempt: Attempt, address: str, times: int) -> timedelta | None:
    """How long this source has to wait, if it must. Those refused are not kept, so there are hardly more rows than attempts allowed."""
    limit = limit_of(Act(attempt.act))
    since = attempt.at - limit.within
    [(made, oldest)] = OF_SOURCE(act=str(attempt.act), now=attempt.source, before=source_of(address, at=since), since=since)
    wait: timedelta = oldest - since
    return wait if made > limit.attempts * times else None


def _wait_of_all(attempt: Attempt) -> timedelta | None:
    """How long everybody has to wait, if they must.

    Numbers rise from attempt to attempt, of any act: from the oldest within the span to this one there are at most as many as their
    numbers lie apart. Only where that is too many are they really counted.
    """
    limit = limit_for_all()
    since = attempt.at - limit.within
    oldest = OLDEST.first(act=str(attempt.act), since=since)
    if oldest is None or attempt.pk - oldest.pk < limit.attempts:
        return None
    wait: timedelta = oldest.at - since
    return wait if Attempt.objects.filter(act=attempt.act, at__gt=since).count() > limit.attempts else None
