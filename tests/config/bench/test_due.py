"""What `make bench` asks of the deadlines."""

from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from config.bench import due
from escalation.models import Deadline
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db


def test_it_is_measured_on_deadlines_that_are_gone_afterwards(now: datetime) -> None:
    Walk(Office.found(), now)
    before = Deadline.objects.count()
    lines = due.due(1)

    assert lines[0] == f"What is due, {before + 1} deadlines open, medians of 1 rounds"
    assert all(line.endswith(" ms") for line in lines[1:])
    assert Deadline.objects.count() == before


@pytest.mark.parametrize("asked", ["due_by", "overdue"])
def test_what_is_due_is_found_by_one_index(asked: str, now: datetime) -> None:
    """With few rows any way is quick: so only the way in the order of the dates is left open, if there is one."""
    with connection.cursor() as cursor:
        for other in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{other} = off")
    assert "deadline_running_due" in getattr(Deadline.objects, asked)(now).explain()


def test_the_due_list_begins_with_what_is_not_done_yet_and_shows_the_rest_when_asked(now: datetime) -> None:
    office = Office.found()
    walk = Walk(office, now)
    walk.apologize()
    assert Deadline.objects.exclude(state__in=("open", "paused")).exists()
    client = Client()
    client.force_login(office.manager)

    def shown(**asked: str) -> set[str]:
        found = client.get(reverse("admin:escalation_deadline_changelist"), asked).context["cl"].result_list
        return {row.state for row in found}

    assert shown() == {"open"}
    assert shown(which="all") > {"open"}
