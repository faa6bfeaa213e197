"""What `make bench` asks of the deadlines."""

from datetime import datetime

import pytest

from config.bench import due
from escalation.models import Deadline
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db


def test_it_is_measured_on_deadlines_that_are_gone_afterwards(now: datetime) -> None:
    Walk(Office.found(), now)
    before = Deadline.objects.count()
    lines = due.due()

    assert lines[0] == f"What is due, {before + 1} deadlines open"
    assert all(line.endswith(" ms") for line in lines[1:])
    assert Deadline.objects.count() == before


def test_what_is_due_is_found_by_one_index() -> None:
    plan = Deadline.objects.due_by(datetime.fromisoformat("2026-03-02T09:00:00+08:00")).explain()
    assert "escalation_deadline" in plan
