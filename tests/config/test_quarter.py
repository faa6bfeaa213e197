"""A fortnight over the Spring Festival, small: the scheduler's command is called as processes, often killed and often two at once (G10, H4)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from random import Random

import pytest
from django.core.management import call_command
from django.utils import timezone, translation

from complaints import outbox
from config.clock import company_clock
from config.quarter import calls, company
from config.quarter.calls import Caller
from config.quarter.compare import compare
from config.quarter.expect import Expectation, beat
from config.quarter.simulate import Quarter
from staff.models import Company

CASES, DAYS, SEED = 8, 6, "small"


@pytest.fixture
def caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Caller]:
    monkeypatch.setattr(calls, "KILLED", 25)
    monkeypatch.setattr(calls, "PAIRED", 25)
    monkeypatch.setattr(calls, "AFRESH", 10**9)  # a process started afresh takes two seconds; `make quarter` has them
    made = Caller(Random(SEED), tmp_path / "calls.log")
    yield made
    made.stop()


@pytest.mark.django_db(transaction=True)
def test_g10_h4_every_rung_fires_once_and_to_the_minute_whoever_is_killed(caller: Caller) -> None:
    """G10, H4: deadlines, promises, orders, matters, notices, a crisis and absences of a fortnight, against what was reckoned beforehand."""
    with translation.override("zh-hans"), outbox.replaying(), company_clock():
        begin = timezone.make_aware(datetime(2026, 2, 10, 8))
        away = company.set_up(password="quarter-2026", begin=begin, days=DAYS)
        caller.start(begin - timedelta(days=1))
        expectation = Expectation(timezone.get_current_timezone(), timedelta(days=Company.current().survey_wait_days))
        quarter = Quarter(CASES, begin, DAYS, SEED, expectation, caller, away, grid=60)
        quarter.run()
        lines = compare(expectation.happened)
    assert [line for line in lines if not line.is_right] == []
    assert caller.counts.failed == 0, caller.log.read_text()
    assert {line.name: line.happened > 0 for line in lines}["deadline, promise, order"]
    assert caller.counts.killed > 5
    assert caller.counts.pairs > 5
    out = StringIO()
    call_command("verify", stdout=out)
    assert out.getvalue().strip().splitlines()[-1] == "0 violations"


@pytest.mark.parametrize(
    ("due", "since", "first"),
    [
        ("10:00:00", None, "10:00"),
        ("10:00:01", None, "10:01"),
        ("10:00:00", "10:30:00", "10:31"),
        ("10:00:00", "10:30:20", "10:31"),
        ("10:40:00", "10:30:20", "10:40"),
    ],
)
def test_a_thing_is_owed_from_the_first_whole_minute_on(due: str, since: str | None, first: str) -> None:
    def moment(text: str) -> datetime:
        return timezone.make_aware(datetime.fromisoformat(f"2026-03-02T{text}"))

    assert beat(moment(due), moment(since) if since else None) == moment(first)
