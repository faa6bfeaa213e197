"""Two at once: one wins, the other is told, the record stays a path. Real threads, real commits."""

import itertools
import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from django.db import connection

from complaints.models import Approval, Complaint, StepChange
from complaints.permissions import Refused
from complaints.services import advance, assign, endings, propose
from complaints.services.errors import NotPossible
from complaints.workflow import Actor, Step
from staff.models import User
from staff.roles import Role
from tests.factories.cases import Office, Walk
from tests.factories.staff import person

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 6


@pytest.fixture
def office() -> Office:
    return Office.found()


def at_once(*calls: Callable[[], Any]) -> list[BaseException | None]:
    """Run all calls from a barrier in threads of their own; what each raised."""
    barrier = threading.Barrier(len(calls))
    raised: list[BaseException | None] = [None] * len(calls)

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=20)
            call()
        except BaseException as error:  # noqa: BLE001  # the thread's error is the test's result
            raised[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index, call)) for index, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return raised


def is_a_path(case: Complaint) -> bool:
    changes = list(StepChange.objects.filter(complaint=case).order_by("sequence"))
    continues = all(before.to_step == after.from_step for before, after in itertools.pairwise(changes))
    return continues and changes[-1].to_step == Complaint.objects.get(pk=case.pk).step


def test_g1_eight_approvals_at_once_make_one(office: Office, now: datetime) -> None:
    for _round in range(ROUNDS):
        walk = Walk(office, now)
        walk.to(Step.PROPOSE)
        walk.submit()
        case = walk.case

        def approve(pk: int = case.pk) -> None:
            propose.approve_remedy(complaint_id=pk, by=User.objects.get(pk=office.head.pk), at=now, version=1)

        raised = at_once(*[approve] * 8)

        assert raised.count(None) == 1
        assert all(isinstance(error, NotPossible) for error in raised if error is not None)
        assert Approval.objects.filter(remedy__complaint=case).count() == 1
        assert is_a_path(case)


def test_g1_without_the_lock_several_approvals_would_pass_the_check(office: Office, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: with the locks of the case and of what one gives out of the way callers do run into each other, and only the
    database's own net holds."""

    def unlocked(complaint_id: int, by: User | Actor) -> Complaint:
        return Complaint.objects.visible_to(by).select_related("category", "department", "handling_department").get(pk=complaint_id)

    monkeypatch.setattr(advance, "locked", unlocked)
    monkeypatch.setattr(propose, "hold_giving", lambda *_names: None)  # held before the right is asked, it alone lets one after the other
    collided = False
    for _round in range(ROUNDS * 3):
        walk = Walk(office, now)
        walk.to(Step.PROPOSE)
        walk.submit()

        def approve(pk: int = walk.case.pk) -> None:
            propose.approve_remedy(complaint_id=pk, by=User.objects.get(pk=office.head.pk), at=now, version=1)

        raised = at_once(*[approve] * 8)
        assert Approval.objects.filter(remedy__complaint=walk.case).count() == 1
        collided = collided or any(error is not None and not isinstance(error, NotPossible) for error in raised)
        if collided:
            break
    assert collided, "the race never happened: this test would prove nothing about the lock"


def test_g2_approve_return_withdraw_at_once_have_one_winner_and_leave_a_path(office: Office, now: datetime) -> None:
    for _round in range(ROUNDS):
        walk = Walk(office, now)
        walk.to(Step.PROPOSE)
        walk.submit()
        pk = walk.case.pk
        raised = at_once(
            partial(_approve, office, pk, now),
            partial(_return, office, pk, now),
            partial(endings.withdraw, complaint_id=pk, by=Actor.COMPLAINANT, at=now, reason="算了", seen=_seen(pk)),
        )
        assert raised.count(None) >= 1
        assert all(isinstance(error, NotPossible) for error in raised if error is not None)
        assert Approval.objects.filter(remedy__complaint=walk.case).count() <= 1
        assert is_a_path(walk.case)


def _approve(office: Office, pk: int, now: datetime) -> None:
    propose.approve_remedy(complaint_id=pk, by=User.objects.get(pk=office.head.pk), at=now, version=1, seen=_seen(pk))


def _return(office: Office, pk: int, now: datetime) -> None:
    propose.return_remedy(complaint_id=pk, by=User.objects.get(pk=office.head.pk), at=now, version=1, reason="再议", seen=_seen(pk))


def _seen(pk: int) -> int:
    return StepChange.objects.filter(complaint=pk).count()


def test_g3_four_agents_claim_the_same_cases_and_each_is_owned_once(office: Office, now: datetime) -> None:
    agents = [office.agent, *(person(Role.AGENT, office.reception) for _each in range(3))]
    cases = [Walk(office, now).case.pk for _each in range(8)]

    def claim_all(agent_pk: int) -> None:
        for pk in cases:
            try:
                assign.claim(complaint_id=pk, by=User.objects.get(pk=agent_pk), at=now)
            except Refused:
                continue

    raised = at_once(*[lambda agent_pk=agent.pk: claim_all(agent_pk) for agent in agents])
    assert raised == [None] * 4
    assert StepChange.objects.filter(complaint__in=cases, transition="claim").count() == len(cases)
    assert not Complaint.objects.filter(pk__in=cases, handler=None).exists()


def test_g9_thirty_two_filings_at_once_get_thirty_two_numbers(office: Office, now: datetime) -> None:
    raised = at_once(*[lambda: Walk(office, now)] * 32)
    assert raised == [None] * 32
    numbers = list(Complaint.objects.values_list("number", flat=True))
    assert len(set(numbers)) == 32
    assert all(number.startswith("260302-") for number in numbers)


def test_g9_a_number_already_taken_is_drawn_again(office: Office, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Walk(office, now).case
    taken = first.number.split("-")[1]
    draws = iter([taken, taken, "ZZZZZ"])
    monkeypatch.setattr("complaints.signing.new_number_suffix", lambda: next(draws))
    assert Walk(office, now).case.number == "260302-ZZZZZ"
