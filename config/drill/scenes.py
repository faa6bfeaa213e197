"""What is done to the machines: each scene is one kind of fault under load, and what must hold during it."""

import os
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_q.conf import Conf
from django_q.models import OrmQ, Task
from django_q.tasks import async_task

from complaints.models import Message
from config import jobs
from config.drill.broadcast import everybody_told
from config.drill.machines import CHANCE, PATIENCE_SECONDS, below, busy, children_of, eventually, kill
from config.drill.scene import Scene
from staff.models import User
from staff.roles import Role

#: What is left on a full disk: a page of the database and no more.
CRUMBS_BYTES = 8192
DEPLOY_SECONDS = 30
#: Kills at least (threats K1, K3, K4), and how many requests or mails must have been under way, or nothing is proved.
WEB_KILLS, JOB_KILLS, CLUSTER_KILLS, STRUCK = 25, 6, 3, 2
#: Processes below one worker: the watchman, two that do jobs, two that carry them.
CREW = 3 + int(settings.Q_CLUSTER["workers"])
#: So often the database is stopped at most until that has met a request.
STOPS = 20
SLOW_BANNERS = 3
#: D13: how late others' mails may be.
OTHERS_WAIT_SECONDS = 30


Act = Callable[[Scene], None]


def web_workers_killed(scene: Scene) -> None:
    """K1: one web process after the other is killed outright, while requests are under way."""
    kills = 0
    while scene.goes_on(proved=kills >= WEB_KILLS and scene.load.broken >= STRUCK):
        eventually(lambda: scene.load.in_flight > 0 and bool(children_of(scene.machines.pid("web"))))
        serving = children_of(scene.machines.pid("web"))
        if serving:
            kill(CHANCE.choice(serving))
            kills += 1
        scene.wait_for_customers(time.monotonic())
        time.sleep(CHANCE.uniform(0.05, 0.5))
    again = sum(each.tries > 1 for each in scene.load.acknowledged)
    scene.require(kills >= WEB_KILLS, f"only {kills} kills")
    scene.require(scene.load.broken >= STRUCK, f"only {scene.load.broken} requests were under way when their process was killed")
    scene.done = f"{kills} web processes killed, {scene.load.broken} requests broken off, {again} forms sent again"


def job_workers_killed(scene: Scene) -> None:
    """K3: processes that do jobs are killed while they send."""
    kills, held = 0, _held()
    while scene.goes_on(proved=kills >= JOB_KILLS and _held() - held >= STRUCK):
        scene.wait_for_mail(time.monotonic())
        if crew := scene.machines.crew():
            kill(CHANCE.choice(crew))
            kills += 1
        eventually(scene.machines.children["worker"].has_died, 5)
        eventually(lambda: not scene.machines.children["worker"].has_died(), 10)
    scene.wait_for_mail(time.monotonic())
    _struck(scene, _held() - held)
    scene.done = f"{kills} processes of the worker killed, {scene.may_double} mails under way"


def clusters_killed(scene: Scene) -> None:
    """K4: two whole workers are killed in the midst of many mails."""
    scene.machines.add_worker("worker2")
    names, kills, held = ("worker", "worker2"), 0, _held()
    _wait_for_crews(scene, names)
    while scene.goes_on(proved=kills >= 2 * CLUSTER_KILLS and _held() - held >= STRUCK):
        scene.wait_for_mail(time.monotonic())
        for name in names:
            pid = scene.machines.pid(name)
            kill(pid, *below(pid))
            kills += 1
        _wait_for_crews(scene, names)
    scene.wait_for_mail(time.monotonic())
    scene.machines.remove("worker2")
    _struck(scene, _held() - held)
    scene.done = f"{kills} whole workers killed, two at a time, {scene.may_double} mails under way"


def _wait_for_crews(scene: Scene, names: tuple[str, ...]) -> None:
    up = eventually(lambda: all(len(below(scene.machines.pid(name))) >= CREW for name in names))
    scene.require(up, "a worker did not start again")


def _held() -> int:
    """Messages claimed and neither sent nor given back: nearly all by processes that are no more, for a claim is over in a moment."""
    old = timezone.now() - timedelta(seconds=2)
    return int(Message.objects.filter(state=Message.State.SENDING, claimed_at__lt=old).count())


def _struck(scene: Scene, held: int) -> None:
    """A mail that was under way when its sender died is all that may come twice."""
    scene.may_double = held
    scene.require(held >= STRUCK, f"only {held} mails were under way when their sender was killed")


def database_restarted(scene: Scene) -> None:
    """K7: the database is stopped at once, as if it had crashed, and started again; until that has met a request, which a quick machine may finish first."""
    time.sleep(scene.seconds / 2)
    before, stops, up = scene.load.failed, 0, time.monotonic()
    while scene.load.failed == before and stops < STOPS:
        eventually(lambda: scene.load.in_flight > 0)
        _stop_database(scene)
        scene.machines.database.start()
        stops, up = stops + 1, time.monotonic()
        scene.wait_for_customers(up)
    scene.wait_for_mail(up)
    _no_tracebacks(scene)
    failed = scene.load.failed - before
    scene.require(failed, "no request was under way when the database was stopped")
    scene.done = f"database stopped at once and started, {stops} times ({failed} requests failed)"
    scene.may_double = stops  # the last word to a server may have been lost with the database's answer, each time


def database_away(scene: Scene) -> None:
    """K8: the database is away for a while: 503 with a time to come back, red at /readyz/, nothing to restart by hand."""
    _stop_database(scene)
    time.sleep(2)
    began, restarts, until = time.monotonic(), scene.machines.restarts, time.monotonic() + max(scene.seconds, 8)
    alive = eventually(lambda: scene.machines.status("/healthz/") == 200, 10)
    scene.require(alive, "/healthz/ did not answer without a database")
    red = eventually(lambda: scene.machines.status("/readyz/") == 503, 15)
    scene.require(red, f"/readyz/ was not red without a database: {scene.machines.status('/readyz/')}")
    while time.monotonic() < until:
        time.sleep(0.2)
    scene.require(eventually(lambda: scene.load.retry_after > 0, 15), "no 503 told when to come back")
    away = time.monotonic() - began + 2
    scene.require(scene.machines.restarts == restarts, "something was restarted again and again while the database was away")
    scene.machines.database.start()
    up = time.monotonic()
    scene.wait_for_customers(up)
    scene.wait_for_mail(up)
    _no_tracebacks(scene)
    scene.done, scene.may_double = f"database away for {away:.0f} s", 1


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
        scene.began = began = time.monotonic()
        while scene.goes_on(proved=scene.load.failed):
            time.sleep(0.3)
            _fill(file.fileno())  # what was freed meanwhile is taken too
    took, refused = time.monotonic() - began, scene.load.failed
    scene.require(refused, "nothing was refused: the disk was not full")
    connection.close()
    ballast.unlink()
    if not scene.machines.database.is_running():
        scene.machines.database.start()  # a service manager would (Restart=on-failure)
    up = time.monotonic()
    scene.wait_for_customers(up)
    scene.wait_for_mail(up)
    _no_tracebacks(scene)
    scene.done, scene.may_double = f"disk full for {took:.0f} s ({refused} requests refused)", 1


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
    scene.sink.slow_banners = SLOW_BANNERS
    while scene.goes_on(proved=_ill(scene)):
        time.sleep(0.5)
    scene.require(_ill(scene), f"not every fault struck: {sorted(scene.sink.struck)}, {scene.sink.slow_banners} slow greetings left")
    scene.wait_for_mail(time.monotonic())
    slowest = _longest_wait(scene)
    scene.require(slowest <= OTHERS_WAIT_SECONDS * busy(), f"others waited {slowest:.0f} s")
    scene.may_double = sum(address.startswith("dropped") for address in scene.sink.struck)
    faults = ", ".join(f"{count} {name}" for name, count in sorted(_faults(scene).items()))
    scene.done = f"{faults}, {SLOW_BANNERS} slow greetings; others waited {slowest:.0f} s at most"


def _faults(scene: Scene) -> Counter[str]:
    """How many addresses each fault has struck, of customers whose form was acknowledged."""
    acknowledged = {each.email for each in scene.load.acknowledged}
    return Counter(address.partition("@")[0].rstrip("0123456789") for address in scene.sink.struck & acknowledged)


def _ill(scene: Scene) -> bool:
    return {"busy", "dropped", "refused"} <= _faults(scene).keys() and not scene.sink.slow_banners


def _longest_wait(scene: Scene) -> float:
    """Seconds from the acknowledgement of somebody who has no fault of their own to their mail; what has not come yet waits still."""
    now, first = time.monotonic(), dict(scene.sink.first)
    unharmed = [each for each in scene.load.acknowledged if each.email.startswith("customer")]
    return max((first.get(each.email, now) - each.at for each in unharmed), default=0.0)


def after_illness(scene: Scene) -> None:
    """Called when all is settled: the dead letters are where staff see them, and nothing else is."""
    scene.sink.once, scene.sink.slow_banners = {}, 0
    refused = [each.email for each in scene.load.acknowledged if each.email.startswith("refused")]
    failed = Message.objects.filter(state=Message.State.FAILED, complaint__complainant__email__in=refused).count()
    scene.require(failed == len(refused), f"{len(refused)} addresses were refused, {failed} messages are marked as failed")
    scene.may_double = sum(address.startswith("dropped") for address in scene.sink.struck)


def _has_begun_anew(scene: Scene, times: int) -> bool:
    return scene.machines.restarts >= times


def job_that_kills(scene: Scene) -> None:
    """K6: a job ends its worker whenever it is begun; it is given up, and shown to whoever looks after messages."""
    before = set(jobs.given_up().values_list("id", flat=True))
    began = scene.machines.restarts
    poison = async_task("os.abort")
    row = next(row.pk for row in OrmQ.objects.order_by("-pk") if row.task_id() == poison)
    for tries in range(1, Conf.MAX_ATTEMPTS + 1):
        died = eventually(partial(_has_begun_anew, scene, began + tries))
        scene.require(died, f"it was begun {tries - 1} times in {PATIENCE_SECONDS} s and more")
        OrmQ.objects.filter(pk=row).update(lock=timezone.now())  # ordinarily three minutes pass; nobody waits for them here
    stopped = eventually(lambda: not OrmQ.objects.filter(pk=row).exists())
    scene.require(stopped, "it is in the queue still")
    up = time.monotonic()
    scene.wait_for_mail(up)
    scene.wait_for_customers(up)
    scene.require(Task.objects.get(id=poison).attempt_count == Conf.MAX_ATTEMPTS, "its tries were not counted")
    scene.require(set(jobs.given_up().values_list("id", flat=True)) == before | {poison}, "another job was given up with it")
    scene.require(scene.machines.restarts == began + Conf.MAX_ATTEMPTS, f"it ended its worker {scene.machines.restarts - began} times")
    scene.require("os.abort" in _page_of_jobs(), "it is not shown to those who look after messages")
    scene.done = f"a job that aborts its process: stopped after {Conf.MAX_ATTEMPTS} tries, shown"
    scene.may_double = Conf.MAX_ATTEMPTS * (int(settings.Q_CLUSTER["workers"]) - 1)  # what its neighbour was sending


def _page_of_jobs() -> str:
    client = Client(headers={"host": "127.0.0.1"})
    manager = User.objects.active().filter(memberships__role=Role.MANAGER, memberships__to_on=None).order_by("pk").first()
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    return str(client.get(reverse("jobs")).content.decode())


def deployed(scene: Scene) -> None:
    """K10: web server and worker are told to end and started anew, under load."""
    longest = 0.0
    for _time in range(2):
        time.sleep(scene.seconds / 4)
        eventually(lambda: scene.load.in_flight > 0)
        longest = max(longest, scene.machines.deploy("web", DEPLOY_SECONDS))
        scene.wait_for_customers(time.monotonic())
        longest = max(longest, scene.machines.deploy("worker", DEPLOY_SECONDS))
    scene.wait_for_mail(time.monotonic())
    failed = scene.load.failed
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
