"""R11: a thousand nudges are one job, and nothing waits behind what came after it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.models import OrmQ
from django_q.signing import SignedPackage
from django_q.tasks import async_task

from complaints.models import Message
from complaints.services import messages
from complaints.services.inputs import PartyInput
from config.schedules import BEAT, SWEEPS
from tests.factories.cases import Office, Walk

OUTBOX = "complaints.tasks.deliver_outbox"


def claimed() -> list[str]:
    """What a worker gets when it asks once."""
    found: list[dict[str, Any]] = [SignedPackage.loads(payload) for _pk, payload in get_broker().dequeue()]
    return [str(task["func"]) for task in found]


@pytest.mark.django_db(transaction=True)
def test_many_filings_leave_one_nudge_and_each_its_message() -> None:
    office, at = Office.found(), timezone.now()
    for number in range(5):
        Walk(office, at, complainant=PartyInput(name="王芳", email=f"customer{number}@example.com", language="en"))

    assert Message.objects.filter(state=Message.State.QUEUED).count() == 5
    assert [job.func() for job in OrmQ.objects.all()] == [OUTBOX]


@pytest.mark.django_db(transaction=True)
def test_a_nudge_that_was_begun_may_be_past_what_is_written_now_and_so_another_is_queued() -> None:
    messages.nudge()
    assert claimed() == [OUTBOX]

    messages.nudge()
    messages.nudge()

    assert OrmQ.objects.count() == 2
    assert claimed() == [OUTBOX]
    assert claimed() == []


@pytest.mark.django_db(transaction=True)
def test_a_nudge_nobody_committed_keeps_nobody_from_nudging() -> None:
    with transaction.atomic():
        messages.nudge()
        transaction.set_rollback(True)

    messages.nudge()

    assert OrmQ.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_sweep_keeps_no_other_job_from_being_queued_and_no_other_job_is_queued_once_only() -> None:
    for func in sorted(SWEEPS):
        async_task(func)
    async_task(BEAT)
    async_task(BEAT)
    async_task("complaints.tasks.sweep_files")
    async_task("complaints.tasks.sweep_files")

    assert OrmQ.objects.count() == len(SWEEPS) + 4


@pytest.mark.django_db(transaction=True)
def test_what_was_due_first_is_begun_first_whatever_was_written_since() -> None:
    """The library's own broker takes rows as the disk has them: one tried again would wait behind all that came later."""
    async_task(BEAT)
    messages.nudge()
    OrmQ.objects.filter(key="redress").update(lock=timezone.now() - timedelta(seconds=1))
    OrmQ.objects.exclude(key="redress").update(lock=timezone.now() - timedelta(seconds=9))

    assert [claimed(), claimed(), claimed()] == [[OUTBOX], [BEAT], []]
    assert not OrmQ.objects.filter(lock__lte=timezone.now()).exists()
