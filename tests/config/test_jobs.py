"""K3, K6: a job that fails, or ends its worker, is tried a few times, then given up where somebody sees it; the others go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django_q.brokers import get_broker
from django_q.conf import Conf
from django_q.models import OrmQ, Task
from django_q.monitor import save_task
from django_q.signals import post_execute_in_worker, pre_execute
from django_q.signing import SignedPackage
from django_q.tasks import async_task

from config import jobs
from config.broker import Broker
from config.places import BASE
from config.work.first_page import work_for
from config.worker import BROKEN
from tests.complaints.test_races import at_once
from tests.factories.cases import Office

JOB = "config.tasks.beat"


@pytest.fixture
def office(db: None) -> Office:
    return Office.found()


def handed_out() -> list[dict[str, Any]]:
    """What the queue gives to a worker once its earlier claims have run out."""
    OrmQ.objects.update(lock=timezone.now() - timedelta(seconds=1))
    found = []
    for pk, payload in get_broker().dequeue():
        task: dict[str, Any] = SignedPackage.loads(payload)
        found.append({**task, "ack_id": pk})
    return found


@pytest.mark.django_db
def test_k6_a_job_that_ends_its_worker_is_given_up_after_five_tries_and_shown(office: Office) -> None:
    async_task(JOB)
    for _try in range(Conf.MAX_ATTEMPTS):
        (task,) = handed_out()
        pre_execute.send(sender="django_q", func=None, task=task)  # and the process is gone

    assert handed_out() == []
    assert not OrmQ.objects.exists()
    assert [job.attempt_count for job in jobs.given_up()] == [Conf.MAX_ATTEMPTS]
    with translation.override("en"):
        assert "Jobs that were given up" in [str(pile.title) for pile in work_for(office.manager, timezone.now())]
        assert "Jobs that were given up" not in [str(pile.title) for pile in work_for(office.agent, timezone.now())]

    client = Client()
    client.force_login(office.agent)
    assert client.get(reverse("jobs")).status_code == 403
    client.force_login(office.manager)
    shown = client.get(reverse("jobs")).content.decode()
    assert JOB in shown
    assert client.post(reverse("jobs"), {"job": jobs.given_up()[0].id, "what": "again"}).status_code == 302
    assert (OrmQ.objects.count(), jobs.given_up().count()) == (1, 0)
    assert client.post(reverse("jobs"), {"job": "none", "what": "again"}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_k6_again_pressed_twice_queues_the_job_once() -> None:
    manager, answers = Office.found().manager, []
    Task.objects.create(
        id="j", name="j", func=JOB, success=False, attempt_count=Conf.MAX_ATTEMPTS, started=timezone.now(), stopped=timezone.now()
    )
    clients = [Client() for _press in range(4)]
    for client in clients:
        client.force_login(manager)

    at_once(
        *[
            partial(lambda client: answers.append(client.post(reverse("jobs"), {"job": "j", "what": "again"}).status_code), each)
            for each in clients
        ]
    )

    assert sorted(answers) == [302, 404, 404, 404]
    assert OrmQ.objects.count() == 1


@pytest.mark.django_db
def test_k6_a_job_that_was_only_beside_the_one_that_killed_is_not_given_up_with_it(office: Office) -> None:
    async_task(JOB)
    for _try in range(Conf.MAX_ATTEMPTS + 1):
        (task,) = handed_out()
        pre_execute.send(sender="django_q", func=None, task=task)
        jobs.acquit([os.getpid()])  # as the watchman does for those it has to end

    assert not jobs.given_up().exists()
    (task,) = handed_out()
    pre_execute.send(sender="django_q", func=None, task=task)
    jobs.acquit([os.getpid() + 1])
    assert Task.objects.get().attempt_count == 1


@pytest.mark.django_db
def test_k6_a_job_that_fails_is_counted_once_a_try_and_its_success_is_kept(office: Office) -> None:
    async_task(JOB)
    for tried in (1, 2, 3):
        (task,) = handed_out()
        pre_execute.send(sender="django_q", func=None, task=task)
        post_execute_in_worker.send(sender="django_q", func=None, task=task)
        save_task({**task, "sync": True, "success": False, "result": "ValueError: 13800138000", "stopped": timezone.now()}, get_broker())
        assert Task.objects.get().attempt_count == tried
        assert "13800138000" not in jobs.last_words(Task.objects.get())
    (task,) = handed_out()
    pre_execute.send(sender="django_q", func=None, task=task)
    post_execute_in_worker.send(sender="django_q", func=None, task=task)
    save_task({**task, "sync": True, "success": True, "result": "alive", "stopped": timezone.now()}, get_broker())

    assert Task.objects.get().success
    assert not jobs.given_up().exists()


@pytest.mark.django_db
def test_k7_the_queue_is_asked_again_within_a_second_when_the_database_was_away(monkeypatch: pytest.MonkeyPatch) -> None:
    async_task(JOB)
    with monkeypatch.context() as patch:

        def away(_broker: Broker) -> None:
            raise OperationalError("the server closed the connection")

        patch.setattr(Broker, "_claim", away)
        patch.setattr("config.broker.connections.close_all", lambda: None)  # the test's own connection
        began = time.monotonic()
        assert get_broker().dequeue() == []
        assert time.monotonic() - began < 3
    assert len(handed_out()) == 1


# --- the processes --------------------------------------------------------------------------------------------------
@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """A worker of its own on the test's database."""
    host, name = connection.settings_dict["HOST"], connection.settings_dict["NAME"]
    given = os.environ.get("TEST_DATABASE_URL", "")
    environment = os.environ | {
        "REDRESS_VAR": str(configured.VAR), "SECRET_KEY": configured.SECRET_KEY, "PYTHONWARNINGS": "ignore", "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": f"{given.rsplit('/', 1)[0]}/{name}" if given else f"postgres://redress@/{host}/{name}",
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=BASE, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait(30)


def children_of(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def eventually(holds: Any, seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.2)
    return False


def is_beating() -> bool:
    beat = async_task(JOB)
    return eventually(lambda: Task.objects.filter(id=beat, success=True).exists())


@pytest.mark.django_db(transaction=True)
def test_k3_when_one_process_of_the_worker_is_killed_all_end_and_none_is_left_behind() -> None:
    """K3: killed while it waits for a job, a process keeps the queue's lock; the others would hang for ever."""
    with worker() as process:
        assert is_beating()
        (watchman,) = children_of(process.pid)
        crew = children_of(watchman)
        assert len(crew) >= 4
        os.kill(crew[0], signal.SIGKILL)
        assert process.wait(20) == BROKEN
        assert eventually(
            lambda: (
                not [
                    pid for pid in (watchman, *crew) if Path(f"/proc/{pid}/cmdline").is_file() and Path(f"/proc/{pid}/cmdline").read_bytes()
                ]
            ),
            10,
        )


@pytest.mark.django_db(transaction=True)
def test_k6_the_watchman_counts_the_try_of_the_job_that_killed_and_not_of_its_neighbour() -> None:
    """K6: both run at once; the one aborts its process, the other is ended with it."""
    with worker() as process:
        assert is_beating()
        neighbour = async_task("time.sleep", 30)
        assert eventually(lambda: Task.objects.filter(id=neighbour, attempt_count=1).exists())
        poison = async_task("os.abort")
        assert process.wait(30) == BROKEN
    assert Task.objects.get(id=poison).attempt_count == 1
    assert Task.objects.get(id=neighbour).attempt_count == 0


@pytest.mark.django_db(transaction=True)
def test_k10_told_to_stop_the_worker_ends_within_seconds_and_in_order() -> None:
    with worker() as process:
        assert is_beating()
        began = time.monotonic()
        process.terminate()
        assert process.wait(30) == 0
        assert time.monotonic() - began < 30
