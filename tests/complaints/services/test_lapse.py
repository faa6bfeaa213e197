"""A decision nobody answers lapses, each for itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from complaints.models import Complaint
from complaints.services import notify
from complaints.services.lapse import lapse_unanswered
from complaints.workflow import Outcome, Step
from staff.models import Company
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db


def test_a_decision_lapses_after_its_window_and_not_before(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    walk.to(Step.NOTIFY)
    walk.send()
    end = walk.at + timedelta(days=Company.current().answer_days)

    assert lapse_unanswered(at=end - timedelta(minutes=1)) == 0
    assert walk.fresh().step == Step.NOTIFY
    assert lapse_unanswered(at=end) == 1
    assert walk.fresh().step == Step.PENALIZE
    assert lapse_unanswered(at=end) == 0
    walk.at = end
    assert walk.to(Step.CLOSED).outcome == Outcome.LAPSED


def test_one_case_that_cannot_lapse_stops_no_other(office: Office, now: datetime, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    walks = [Walk(office, now) for _number in range(2)]
    for walk in walks:
        walk.to(Step.NOTIFY)
        walk.send()
    lapse, broken = notify.lapse, walks[0].case

    def failing(*, complaint_id: int, at: datetime) -> Complaint:
        if complaint_id == broken.pk:
            raise ZeroDivisionError
        return lapse(complaint_id=complaint_id, at=at)

    monkeypatch.setattr(notify, "lapse", failing)

    assert lapse_unanswered(at=now + timedelta(days=30)) == 1
    assert [walk.fresh().step for walk in walks] == [Step.NOTIFY, Step.PENALIZE]
    assert broken.number in caplog.text
