"""One complaint through all ten steps, by the services alone."""

import itertools
from datetime import datetime

import pytest

from complaints.models import StepChange
from complaints.workflow import TEN_STEPS, Outcome, Step
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return Office.found()


def test_a_case_walks_all_ten_steps_and_leaves_a_gap_free_record(office: Office, now: datetime) -> None:
    walk = Walk(office, now)

    case = walk.to(Step.CLOSED)

    assert case.outcome == Outcome.ACCEPTED
    assert case.closed_at is not None
    changes = list(StepChange.objects.filter(complaint=case).order_by("sequence"))
    moves = [(change.from_step, change.to_step) for change in changes if change.moved]
    steps = [*TEN_STEPS, Step.CLOSED]
    assert moves == [("", Step.APOLOGIZE), *[(before.value, after.value) for before, after in itertools.pairwise(steps)]]
    assert [change.sequence for change in changes] == list(range(1, len(changes) + 1))
    assert all(change.hash == change.expected_hash() for change in changes)


def test_an_unfounded_complaint_passes_penalties_but_not_improvement(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    walk.to(Step.CLASSIFY)

    walk.call_unfounded()
    walk.confirm_unfounded()
    walk.send()
    case = walk.accept()
    assert case.step == Step.IMPROVE

    walk.improve(by=office.reception_head)
    walk.ask()
    assert walk.close().outcome == Outcome.UNDERSTOOD


def test_silence_ends_as_a_lapse_and_never_as_satisfaction(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    walk.to(Step.NOTIFY)
    walk.send()
    assert walk.lapse().step == Step.PENALIZE
    assert walk.to(Step.CLOSED).outcome == Outcome.LAPSED
