"""The worker: django-q2's processes, ended as a whole when one of them is killed, so that whoever watches can start them anew.

The processes share queues guarded by locks. Whoever is killed while holding one keeps it for ever: the rest would live on and never get
another job. So nobody lives on. A job in flight comes back from the database.
"""

import logging
import os
import queue
import signal
import sys
import time
from contextlib import suppress
from multiprocessing.process import BaseProcess
from typing import Any

from django.db import connections
from django_q.cluster import Cluster, Sentinel, get_mp_context

from complaints import tasks
from config.jobs import acquit, put_back
from config.serving import end_with_parent

log = logging.getLogger(__name__)

#: How the process ends when it must be started anew.
BROKEN = 70


class Watchman(Sentinel):
    """Keeps the processes going, as long as each comes to its own end."""

    def __init__(self, stop_event: Any, *arguments: Any) -> None:
        end_with_parent(signal.SIGKILL)
        os.register_at_fork(after_in_child=lambda: end_with_parent(signal.SIGKILL))
        tasks.asked_to_stop.append(stop_event.is_set)  # the workers are forked from here
        super().__init__(stop_event, *arguments)

    def reincarnate(self, process: BaseProcess) -> None:
        if process.exitcode is not None and process.exitcode < 0:
            log.critical("a process of the worker was ended by signal %s: all begin anew", -process.exitcode)
            unharmed = [each for each in self.pool if each.is_alive()]
            for each in [*self.pool, self.monitor, self.pusher]:
                each.kill()
            for each in unharmed:
                each.join(1)
            connections.close_all()  # a database that is away or was restarted gives an error here, not an endless wait
            acquit([each.pid for each in unharmed])
            os._exit(BROKEN)
        super().reincarnate(process)

    def stop(self) -> None:
        """Finish what is begun; what only waits here goes back to the database, where another worker finds it at once (K10)."""
        self.event_out.set()
        waiting: list[int] = []
        while self.pusher.is_alive():  # it may be waiting for room in the queue
            waiting += self._taken_out()
            time.sleep(0.05)
        waiting += self._taken_out()
        put_back(waiting)
        super().stop()

    def _taken_out(self) -> list[int]:
        """The numbers of the jobs nobody has begun."""
        found: list[int] = []
        with suppress(queue.Empty):
            while True:
                found.append(int(self.task_queue.get(timeout=0.1)["ack_id"]))
        return found


class Crew(Cluster):
    """The same processes under our watchman."""

    def run(self) -> int:
        """Work until told to stop (0), or until all must begin anew."""
        self.stop_event, self.start_event = get_mp_context().Event(), get_mp_context().Event()
        given = (self.stop_event, self.start_event, self.cluster_id, self.broker, self.timeout)
        self.sentinel = get_mp_context().Process(target=Watchman, name="watchman", args=given)
        self.sentinel.start()
        while self.sentinel.is_alive():
            self.sentinel.join(1)
        return BROKEN if self.sentinel.exitcode else 0

    def sig_handler(self, _number: int, _frame: Any) -> None:
        """Told to stop: what is begun is finished. Nothing is waited for here, inside whatever was interrupted."""
        if self.stop_event is not None:
            self.stop_event.set()
        else:
            sys.exit(0)
