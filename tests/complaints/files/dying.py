"""A program that uploads, or examines, a file again and again, each time killed outright one step later, until once it comes to its end.

`python -m tests.complaints.files.dying upload|examine CASE STORE DATABASE`. A step is whatever leaves a trace outside the process: a
statement, a commit, a file opened, moved or deleted, a program started. Prints how often it was killed.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from typing import Any

import django
from django.conf import settings

SEEN = {"os.rename", "os.remove", "os.mkdir", "subprocess.Popen"}


class Fate:
    """Kills the process at the step after the next `left`."""

    def __init__(self, left: int) -> None:
        self.left, self.is_on = left, False

    def step(self) -> None:
        if self.is_on:
            self.left -= 1
            if self.left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def audited(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in SEEN or (event == "open" and str(settings.MEDIA_ROOT) in str(arguments[0])):
            self.step()

    def executed(self, execute: Any, *statement: Any) -> Any:
        self.step()
        return execute(*statement)


def live_and_die(what: str, case: int, left: int, at: datetime) -> None:
    from django.db import connection

    from complaints.services import attachments, examinations
    from complaints.workflow import Actor
    from tests.factories.files import picture, upload

    fate, commit = Fate(left), connection._commit  # type: ignore[attr-defined]  # private: here the process is to die

    def committed() -> None:
        fate.step()
        commit()
        fate.step()

    connection._commit = committed  # type: ignore[attr-defined]  # the same
    sys.addaudithook(fate.audited)
    with connection.execute_wrapper(fate.executed):
        fate.is_on = what == "upload"
        attachment = attachments.attach(complaint_id=case, upload=upload("a.png", picture()), by=Actor.COMPLAINANT, at=at)
        fate.is_on = what == "examine"
        if fate.is_on:
            examinations.examine(attachment_id=attachment.pk, at=at)


def main(what: str, case: int, store: str, database: str) -> int:
    django.setup()
    from django.db import connection
    from django.utils import timezone

    settings.MEDIA_ROOT, settings.ATTACHMENTS_PER_CASE = store, 10_000
    connection.settings_dict["NAME"] = database
    for left in range(200):
        child = os.fork()
        if not child:
            live_and_die(what, case, left, timezone.now())
            os._exit(0)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
            return left
    raise SystemExit("it never came to its end")


if __name__ == "__main__":
    print(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]))  # noqa: T201 - its answer
