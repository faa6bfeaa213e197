"""`make drill`: machines are killed, stopped and filled up under load; then it is counted what was lost, doubled, and how long it took."""

import os
import signal
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from config.bootstrap import Step
from config.drill import place, scenes
from config.drill.count import Outcome, outcome, settle
from config.drill.load import Load
from config.drill.machines import Machines, busy, eventually
from config.drill.scene import Scene
from config.drill.sink import Sink
from config.management.commands.serve import collect_static, is_empty
from config.postgres import PostgresError
from config.serving import ServeError
from config.walk.server import manage

#: Each mail takes the server so long: long enough to be killed within.
MAIL_SECONDS = 0.05
#: On a machine that does nothing else; where others want its cores it may take as many times longer as they are too few.
LONGEST_RECOVERY = 10.0
#: The beat comes every minute.
GREEN_SECONDS = 100
HEADS = ("scene", "what was done", "acknowledged", "lost", "doubled", "mails twice", "recovery", "verify", "load")


class Command(BaseCommand):
    help = "Drill failures of machines in a place of their own: prints what was acknowledged, lost and doubled, and how long it took to recover."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seconds", type=float, default=12.0, help="how long each fault goes on (default 12)")
        parser.add_argument("--scenes", default=",".join(scenes.SCENES), help=f"which ones, of {', '.join(scenes.SCENES)}")

    def handle(self, *_args: Any, seconds: float, scenes: str, **_options: Any) -> None:
        if place.INSIDE not in os.environ:
            sys.exit(place.run_inside(["--seconds", str(seconds), "--scenes", scenes]))
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        sink = Sink(delay=MAIL_SECONDS)
        machines = Machines(sink.port)
        self.rows: list[tuple[str, ...]] = []
        self.wrong: list[str] = []
        _send_to(sink)
        try:
            self.prepare(machines)
            for name in scenes.split(","):
                self.play(name, machines, sink, seconds)
        except (PostgresError, ServeError, RuntimeError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt as error:
            raise CommandError("Stopped.") from error
        finally:
            machines.stop()
            connection.close()
            machines.database.stop()
            self.tell()
        if self.wrong:
            raise CommandError("\n".join(self.wrong))

    def prepare(self, machines: Machines) -> None:
        with Step("Starting a database"):
            machines.database.start()
        with Step("Making its tables and a small company"):
            call_command("migrate", verbosity=0, interactive=False)
            collect_static()
            if is_empty():
                call_command("demo", no_cases=True, verbosity=0)
        with Step("Starting web server and worker"):
            machines.start()

    def play(self, name: str, machines: Machines, sink: Sink, seconds: float) -> None:
        act = scenes.SCENES.get(name)
        if act is None:
            raise CommandError(f"There is no scene “{name}”.")
        if name == "disk" and not os.environ[place.SMALL_DISK]:
            self.rows.append((name, "not done: no small disk can be mounted here (needs root and mount)", *["–"] * 7))
            return
        with Step(f"Scene {name}"):
            with Load(machines.port, scenes.NAMES.get(name, ("customer",))) as load:
                scene = Scene(machines, sink, seconds, load)
                act(scene)
            settle(sink, load.acknowledged, machines)
            if name == "mail":
                scenes.after_illness(scene)
            green = eventually(lambda: machines.answers("/readyz/"), GREEN_SECONDS)
            scene.require(green, f"/readyz/ is not green again: {machines.said('/readyz/')}")
            counted = outcome(sink, load.acknowledged)
            checked = manage(dict(machines.environment), "verify")
        self.judge(name, scene, counted, checked.stdout.strip().splitlines()[-1:] or [checked.stderr[-200:]])

    def judge(self, name: str, scene: Scene, counted: Outcome, verified: list[str]) -> None:
        recovery = max(scene.recovered, default=0.0)
        scene.require(not counted.lost, f"{counted.lost} acknowledged were lost")
        scene.require(not counted.doubled, f"{counted.doubled} cases were opened twice")
        scene.require(not counted.unsent, f"{counted.unsent} mails never came")
        scene.require(counted.mails_twice <= scene.may_double, f"{counted.mails_twice} mails came twice, {scene.may_double} may")
        scene.require(not counted.under_another_id, f"{counted.under_another_id} mails came twice under another Message-ID")
        scene.require(recovery <= LONGEST_RECOVERY * busy(), f"recovery took {recovery:.1f} s")
        scene.require(counted.acknowledged, "nothing was acknowledged")
        scene.require(verified == ["0 violations"], f"verify: {verified}")
        twice = f"{counted.mails_twice} of {scene.may_double} allowed"
        self.rows.append(
            (
                name,
                scene.done,
                str(counted.acknowledged),
                str(counted.lost),
                str(counted.doubled),
                twice,
                f"{recovery:.1f} s",
                verified[0],
                f"{os.getloadavg()[0]:.1f}",
            )
        )
        self.wrong += [f"{name}: {each}" for each in scene.wrong]

    def tell(self) -> None:
        rows = [HEADS, *self.rows]
        widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
        for row in rows:
            self.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _send_to(sink: Sink) -> None:
    """This process sends there too, when it brings home what dead ones held."""
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1", sink.port
    settings.EMAIL_TIMEOUT = 20
