"""The demo: made in an empty database alone, the same for the same seed, whole in its record."""

import multiprocessing
from collections import Counter
from contextlib import suppress
from io import StringIO
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.models import F, Q
from django.utils import timezone

from complaints.models import Budget, Complaint, Message, Penalty, Promise, Reward
from complaints.queries.approval import approvers
from complaints.workflow import Step
from config.demo.organisation_data import ACCOUNTS
from config.demo.plan import plans
from config.demo.play_all import close_pools, leave_connections, play_all
from config.demo.texts import STORIES
from config.progress import Bar
from escalation.models import (
    AffectedGoods,
    CrisisRisk,
    DepartmentRequest,
    Digest,
    Extension,
    Incident,
    Reach,
    RoutedItem,
    RoutingRule,
    Statement,
)
from escalation.permissions import may_grant
from staff.models import Meeting, User
from staff.roles import Role
from tests.factories.staff import person

pytestmark = pytest.mark.django_db
PASSWORD = "bamboo-lantern-9"


@pytest.fixture(autouse=True)
def own_var(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.VAR, settings.MEDIA_ROOT = tmp_path, tmp_path / "attachments"
    monkeypatch.setenv("REDRESS_DEMO_PASSWORD", PASSWORD)
    monkeypatch.delenv("REDRESS_DEMO", raising=False)
    return tmp_path


def test_the_organisation_has_every_role_and_readable_accounts(own_var: Path) -> None:
    call_command("demo", "--no-cases", stdout=StringIO())
    for role in Role:
        assert User.objects.with_role(role).exists()
    for number, *_rest in ACCOUNTS:
        assert User.objects.get(employee_number=number).check_password(PASSWORD)
    assert len((own_var / "demo_accounts.txt").read_text().splitlines()) == len(ACCOUNTS)
    assert not Complaint.objects.exists()


def test_cases_stand_at_every_step_and_the_record_is_whole() -> None:
    call_command("demo", "--cases", "60", stdout=StringIO())
    steps = Counter(Complaint.objects.values_list("step", flat=True))
    assert sum(steps.values()) == 60
    assert set(steps) == set(Step.values)
    assert not Message.objects.filter(state__in=["queued", "sending"]).exists()
    nothing_is_empty()
    nothing_of_time_and_spread_is_empty()
    output = StringIO()
    with suppress(SystemExit):  # what it wrote says more than its code
        call_command("verify", stdout=output)
    assert output.getvalue().splitlines()[-1] == "0 violations", output.getvalue()


def nothing_is_empty() -> None:
    """What a visitor would try: a budget drawn on, rewards at each point, a solution before the head, a finding to appeal against or appealed."""
    assert Budget.objects.filter(committed__gt=0).exists()
    assert set(Reward.objects.values_list("state", flat=True)) == {"paid", "approved", "nominated"}
    head, today = User.objects.get(employee_number="head"), timezone.localdate()
    assert any(head.pk in approvers(case, today) for case in Complaint.objects.awaiting_approval())
    assert Penalty.objects.filter(Q(state="appealed") | Q(state="in_force", appeal_until__gte=today)).exists()


def nothing_of_time_and_spread_is_empty() -> None:
    """An incident half told and one to look through, risks and a crisis with its first statement, matters, requests, calls, meetings, digests."""
    head, today = User.objects.get(employee_number="head"), timezone.localdate()
    assert AffectedGoods.objects.filter(state="found").exists()
    assert AffectedGoods.objects.filter(state="accepted", found__gt=0).exclude(reviewed_by=F("asked_by")).exists()
    assert Incident.objects.published().exists()
    assert {"to_tell", "told", "fulfilled"} <= set(Reach.objects.counted())
    assert CrisisRisk.objects.count() == 2
    assert Statement.objects.filter(crisis__closed_at=None).exclude(fact_sheet__approved_by=F("fact_sheet__written_by")).exists()
    assert RoutingRule.objects.count() == 2
    assert RoutedItem.objects.laid_before(head).undecided().exists()
    assert DepartmentRequest.objects.unanswered().exists()
    assert Promise.objects.filter(called_at=None, call_at__date__gt=today).exists()
    assert any(may_grant(head, each.complaint, today) for each in Extension.objects.filter(state="asked"))
    assert {meeting.held_at is None for meeting in Meeting.objects.all()} == {True, False}
    assert Digest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_told_to_stop_it_does_not_wait_until_all_cases_are_played(own_var: Path) -> None:
    class Told(BaseException):
        pass

    def stop() -> None:
        raise Told

    call_command("demo", "--no-cases", stdout=StringIO())
    lanes = plans(60, Random("redress"))
    with pytest.raises(Told):
        play_all([lanes[::2], lanes[1::2]], now=timezone.now(), seed="redress", each=stop)
    assert 1 <= Complaint.objects.count() < 20
    assert multiprocessing.active_children() == []


def _backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _say_backend(pipe: Connection) -> None:
    leave_connections()
    pipe.send(_backend())
    close_pools()


@pytest.mark.django_db(transaction=True)
def test_a_child_speaks_on_no_connection_that_was_open_when_it_began() -> None:
    ours = _backend()
    fork = multiprocessing.get_context("fork")
    reader, writer = fork.Pipe(duplex=False)
    child = fork.Process(target=_say_backend, args=(writer,))
    child.start()
    writer.close()
    theirs = reader.recv()
    child.join()
    assert child.exitcode == 0
    assert theirs != ours
    assert _backend() == ours


def test_who_breaks_off_while_cases_are_made_finds_the_accounts_all_the_same(own_var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_bar: Bar) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Bar, "forward", stop)
    with pytest.raises(KeyboardInterrupt):
        call_command("demo", "--cases", "2", stdout=StringIO())
    assert len((own_var / "demo_accounts.txt").read_text().splitlines()) == len(ACCOUNTS)


def test_the_same_seed_plans_the_same_cases() -> None:
    assert plans(300, Random("a")) == plans(300, Random("a"))
    assert plans(300, Random("a")) != plans(300, Random("b"))


def test_300_cases_cover_what_can_happen() -> None:
    made = plans(300, Random("redress"))
    assert len(made) + sum(plan.has("merged") for plan in made) == 300
    assert 60 <= sum(plan.stop is not None for plan in made) <= 95
    assert {plan.stop for plan in made} == {*Step} - {Step.CLOSED} | {None}


def test_texts_are_many_and_different() -> None:
    assert len({story.text for story in STORIES}) == len(STORIES) >= 60


@pytest.mark.parametrize("obstacle", ["accounts", "switched off", "short password"])
def test_it_refuses_where_it_does_not_belong(obstacle: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if obstacle == "accounts":
        person()
    elif obstacle == "switched off":
        monkeypatch.setenv("REDRESS_DEMO", "0")
    else:
        monkeypatch.setenv("REDRESS_DEMO_PASSWORD", "short")
    before = User.objects.count()
    with pytest.raises(CommandError):
        call_command("demo", stdout=StringIO())
    assert User.objects.count() == before


def test_without_a_password_one_is_made_and_kept(own_var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDRESS_DEMO_PASSWORD")
    call_command("demo", "--no-cases", stdout=StringIO())
    kept = own_var / "demo_password"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert User.objects.get(employee_number="agent").check_password(kept.read_text().strip())
