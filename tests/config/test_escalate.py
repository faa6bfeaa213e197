"""`manage.py escalate`: once what the scheduler does by the clock."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.utils import timezone

from config.management.commands import escalate
from config.schedules import TIMETABLE, Timetable
from escalation.models import Deadline, Escalation, Rung
from escalation.services import starter_rungs
from staff.models import Absence
from staff.roles import Role
from tests.factories.cases import Office, Walk
from tests.factories.staff import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> datetime:
    return timezone.make_aware(datetime(2026, 3, 2, 9, 0))


@pytest.fixture
def office() -> Office:
    cache.delete("company.time_zone")
    office = Office.found()
    starter_rungs.seed()
    return office


def run(at: datetime | str) -> dict[str, int]:
    out = StringIO()
    call_command("escalate", at=at if isinstance(at, str) else at.isoformat(), stdout=out)
    return {name: int(number) for name, number in (line.rsplit(": ", 1) for line in out.getvalue().splitlines())}


def test_g10_it_climbs_what_is_due_as_of_a_moment_and_nothing_twice(office: Office, at: datetime) -> None:
    """G10, H4: once, again, and by a clock that was put back."""
    walk = Walk(office, at)
    walk.apologize()
    due = Deadline.objects.get(complaint=walk.case, matter="record", state="open")
    Rung.objects.all().update(active=False)
    Rung.objects.create(matter="record", minutes=0, act=Rung.Act.HEAD)
    late = due.due_at + timedelta(minutes=1)
    assert [run(moment)["rungs"] for moment in (late, late, late - timedelta(hours=2))] == [1, 0, 0]
    assert Escalation.objects.get(rung__isnull=False).at == late


def test_a_moment_without_a_zone_is_of_the_company_s_time(office: Office, at: datetime) -> None:
    walk = Walk(office, at)
    Absence.objects.create(user=office.agent, from_on=at.date(), to_on=at.date(), deputy=person(Role.AGENT, office.reception, name="代班"))
    walk.case.handler = office.agent
    walk.case.save()
    assert run("2026-03-01T23:59")["hand over"] == 0
    assert "hand over" not in run("2026-03-02T07:04"), "its time of day has not come"
    assert run("2026-03-02T07:05")["hand over"] == 1


@pytest.mark.parametrize("text", ["tomorrow", "2026-02-30T10:00", "9 o'clock"])
def test_what_is_no_moment_is_refused(office: Office, text: str) -> None:
    with pytest.raises(CommandError, match="no moment"):
        run(text)


def test_one_thing_that_fails_keeps_no_other_from_being_done(office: Office, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = Timetable(name="broken", func="operator.truediv", minutes=1, escalates=True)
    monkeypatch.setattr(escalate, "TIMETABLE", (failing, *TIMETABLE))
    out = StringIO()
    with pytest.raises(CommandError, match="broken"):
        call_command("escalate", at=at.isoformat(), stdout=out)
    assert "rungs: 0" in out.getvalue()


def test_every_function_of_the_command_is_one_of_the_worker_s(office: Office, at: datetime) -> None:
    """Without --at it is now."""
    out = StringIO()
    call_command("escalate", stdout=out)
    assert {line.rsplit(": ")[0] for line in out.getvalue().splitlines()} <= {entry.name for entry in TIMETABLE}
    assert "rungs" in out.getvalue()
