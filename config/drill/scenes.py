"""What is done to the machines: each scene is one kind of fault under load, and what must hold during it."""

import itertools
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import connection
from django_q.conf import Conf
from django_q.tasks import async_task

from complaints.models import Message
from config import jobs
from config.drill.broadcast import everybody_told
from config.drill.load import Load
from config.drill.machines import Machines, below, children_of, eventually, kill
from config.drill.sink import SLOW_BANNER_SECONDS, Sink

#: What is left on a full disk: a page of the database and no more.
CRUMBS_BYTES = 8192
DEPLOY_SECONDS = 30


@dataclass
class Scene:
    """One line of the table as it comes about."""

    machines: Machines
    sink: Sink
    #: How long each part of it goes on, in seconds.
    seconds: float
    load: Load
    #: What was done, in words, and how many mails may have gone out twice for it.
    done: str = ""
    may_double: int = 0
    #: Seconds until it worked again, after each fault.
    recovered: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def require(self, holds: object, otherwise: str) -> None:
        if not holds:
            self.wrong.append(otherwise)

    def wait_for_customers(self, since: float) -> None:
        """Until a customer's form is acknowledged again."""
        self.require(eventually(lambda: self.load.first_after(since) is not None), "no form was acknowledged any more")
        self.recovered.append(self.load.first_after(since) or 60.0)

    def wait_for_mail(self, since: float) -> None:
        """Until a mail arrives again."""
        self.require(eventually(lambda: any(at > since for at in self.sink.times)), "no mail was sent any more")
        self.recovered.append(min((at - since for at in self.sink.times if at > since), default=60.0))


Act = Callable[[Scene], None]


def web_workers_killed(scene: Scene) -> None:
    """K1: one web process after the other is killed outright."""
    kills, until = 0, time.monotonic() + scene.seconds
    while time.monotonic() < until:
        time.sleep(0.4)
        serving = children_of(scene.machines.pid("web"))
        if serving:
            kill(random.choice(serving))  # noqa: S311 - no secret hangs on it
            kills += 1
    scene.wait_for_customers(time.monotonic())
    scene.done = f"{kills} web processes killed"


def job_workers_killed(scene: Scene) -> None:
    """K3: processes that do jobs are killed while they send."""
    kills, began = 0, time.monotonic()
    while kills < 3 or time.monotonic() < began + scene.seconds:
        scene.wait_for_mail(time.monotonic())
        crew = [pid for watchman in children_of(scene.machines.pid("worker")) for pid in children_of(watchman)]
        if crew:
            kill(random.choice(crew))  # noqa: S311 - the same
            kills += 1
        eventually(lambda: scene.machines.children["worker"].has_died(), 5)
        eventually(lambda: not scene.machines.children["worker"].has_died(), 10)
    scene.wait_for_mail(time.monotonic())
    scene.done, scene.may_double = f"{kills} processes of the worker killed", kills * int(settings.Q_CLUSTER["workers"])


def clusters_killed(scene: Scene) -> None:
    """K4: two whole workers are killed in the midst of many mails."""
    scene.machines.add_worker("worker2")
    eventually(lambda: len(below(scene.machines.pid("worker2"))) >= 5, 40)
    kills, until = 0, time.monotonic() + scene.seconds
    while kills < 2 or time.monotonic() < until:
        scene.wait_for_mail(time.monotonic())
        for name in ("worker", "worker2"):
            pid = scene.machines.pid(name)
            kill(pid, *below(pid))
            kills += 1
        eventually(lambda: all(len(below(scene.machines.pid(name))) >= 5 for name in ("worker", "worker2")), 40)
    scene.wait_for_mail(time.monotonic())
    scene.machines.remove("worker2")
    scene.done, scene.may_double = f"{kills} whole workers killed, two at a time", kills * int(settings.Q_CLUSTER["workers"])


def database_restarted(scene: Scene) -> None:
    """K7: the database is stopped at once, as if it had crashed, and started again."""
    time.sleep(scene.seconds / 2)
    _stop_database(scene)
    scene.machines.database.start()
    up = time.monotonic()
    scene.wait_for_customers(up)
    scene.wait_for_mail(up)
    _no_tracebacks(scene)
    scene.done = "database stopped at once and started"
    scene.may_double = 1  # its last word to a server may have been lost with the database's answer


def database_away(scene: Scene) -> None:
    """K8: the database is away for a while: 503 with a time to come back, red at /readyz/, nothing to restart by hand."""
    _stop_database(scene)
    time.sleep(2)
    restarts, until = scene.machines.restarts, time.monotonic() + max(scene.seconds, 8)
    scene.require(scene.machines.status("/healthz/") == 200, "/healthz/ did not answer without a database")
    scene.require(scene.machines.status("/readyz/") == 503, "/readyz/ was not red without a database")
    while time.monotonic() < until:
        time.sleep(0.2)
    scene.require(scene.load.retry_after, "no 503 told when to come back")
    scene.require(scene.machines.restarts == restarts, "something was restarted again and again while the database was away")
    scene.machines.database.start()
    up = time.monotonic()
    scene.wait_for_customers(up)
    scene.wait_for_mail(up)
    _no_tracebacks(scene)
    scene.done, scene.may_double = f"database away for {max(scene.seconds, 8) + 2:.0f} s", 1


def _stop_database(scene: Scene) -> None:
    connection.close()
    scene.machines.database.stop(at_once=True)


def _no_tracebacks(scene: Scene) -> None:
    scene.require(not scene.load.tracebacks, f"{scene.load.tracebacks} answers showed a traceback")


def disk_full(scene: Scene) -> None:
    """K9: the disk of database, files and logs is full; then there is room again."""
    ballast: Path = settings.VAR / "ballast"
    time.sleep(scene.seconds / 4)
    with ballast.open("wb") as file:
        _fill(file.fileno())
        until = time.monotonic() + scene.seconds
        while time.monotonic() < until:
            time.sleep(0.3)
            _fill(file.fileno())  # what was freed meanwhile is taken too
    refused = sum(count for said, count in scene.load.refused.items() if said.startswith("5"))
    connection.close()
    ballast.unlink()
    if not scene.machines.database.is_running():
        scene.machines.database.start()  # a service manager would (Restart=on-failure)
    up = time.monotonic()
    scene.wait_for_customers(up)
    scene.wait_for_mail(up)
    _no_tracebacks(scene)
    scene.done, scene.may_double = f"disk full for {scene.seconds:.0f} s ({refused} answers of 5xx)", 1


def _fill(descriptor: int) -> None:
    """Write until the disk takes no more."""
    size = 1 << 20
    while size >= CRUMBS_BYTES:
        try:
            os.write(descriptor, b"\0" * size)
        except OSError:
            size //= 2


def mail_server_ill(scene: Scene) -> None:
    """D13: the mail server refuses, delays, hangs up after the message, is slow to greet; others are not kept waiting."""
    scene.sink.refused = {"refused": "550 5.1.1 no such mailbox"}
    scene.sink.once = {"busy": "421 4.3.2 try later", "dropped": "drop"}
    scene.sink.slow_banners = 3
    began = time.monotonic()
    time.sleep(scene.seconds)
    scene.wait_for_mail(time.monotonic())
    slowest = _longest_wait(scene.sink.times, began)
    scene.require(slowest <= SLOW_BANNER_SECONDS + 20, f"others waited {slowest:.0f} s")
    scene.done = "550, 421, dropped after DATA, slow banners"
    scene.may_double = sum(each.email.startswith("dropped") for each in scene.load.acknowledged) + len(scene.load.acknowledged)


def after_illness(scene: Scene) -> None:
    """Called when all is settled: the dead letters are where staff see them, and nothing else is."""
    scene.sink.once, scene.sink.slow_banners = {}, 0
    refused = [each.email for each in scene.load.acknowledged if each.email.startswith("refused")]
    failed = Message.objects.filter(state=Message.State.FAILED, complaint__complainant__email__in=refused).count()
    scene.require(failed == len(refused), f"{len(refused)} addresses were refused, {failed} messages are marked as failed")
    dropped = sum(each.email.startswith("dropped") for each in scene.load.acknowledged)
    scene.may_double = dropped


def _longest_wait(times: list[float], since: float) -> float:
    late = [since, *(at for at in times if at >= since)]
    return max((after - before for before, after in itertools.pairwise(late)), default=0.0)


def job_that_kills(scene: Scene) -> None:
    """K6: a job ends its worker whenever it is begun; it is given up, and shown to whoever looks after messages."""
    before = jobs.given_up().count()
    began = scene.machines.restarts
    scene.machines.remove("worker")
    scene.machines.add_worker("hasty", WORKER_TIMEOUT="6")  # tries again after 9 s, where ordinarily three minutes pass
    poison = async_task("os.abort")
    scene.require(eventually(lambda: jobs.given_up().filter(id=poison).exists(), 150), "the job was tried for ever")
    scene.wait_for_mail(time.monotonic())
    tries = scene.machines.restarts - began
    scene.require(tries <= Conf.MAX_ATTEMPTS + 1, f"it ended its worker {tries} times")
    scene.require(jobs.given_up().count() == before + 1, "another job was given up with it")
    scene.machines.remove("hasty")
    scene.machines.add_worker("worker")
    scene.done, scene.may_double = f"a job that aborts its process: stopped after {tries} tries", tries * int(settings.Q_CLUSTER["workers"])


def deployed(scene: Scene) -> None:
    """K10: web server and worker are told to end and started anew, under load."""
    longest = 0.0
    for _time in range(2):
        time.sleep(scene.seconds / 4)
        longest = max(longest, scene.machines.deploy("web", DEPLOY_SECONDS))
        scene.wait_for_customers(time.monotonic())
        longest = max(longest, scene.machines.deploy("worker", DEPLOY_SECONDS))
    scene.wait_for_mail(time.monotonic())
    failed = sum(scene.load.refused.values())
    scene.require(failed <= scene.load.customers * 2, f"{failed} requests failed, more than were in flight: {dict(scene.load.refused)}")
    scene.require(longest < DEPLOY_SECONDS, f"one took {longest:.0f} s to end")
    scene.done = f"2 deploys by SIGTERM: at most {longest:.0f} s to end, {failed} requests failed"


SCENES: dict[str, Act] = {
    "web": web_workers_killed,
    "jobs": job_workers_killed,
    "clusters": clusters_killed,
    "restart": database_restarted,
    "away": database_away,
    "disk": disk_full,
    "mail": mail_server_ill,
    "poison": job_that_kills,
    "deploy": deployed,
    "broadcast": everybody_told,
}
#: Addresses the customers of a scene have, where that matters.
NAMES: dict[str, tuple[str, ...]] = {"mail": ("customer", "refused", "customer", "busy", "customer", "dropped")}
