"""The queue in PostgreSQL, made to live through what happens to machines."""

import logging
import time
from typing import Any

from django.core.signing import BadSignature
from django.db import DatabaseError, InterfaceError, connections
from django_q.brokers.orm import ORM
from django_q.signing import SignedPackage

from config.jobs import is_given_up

log = logging.getLogger(__name__)


class Broker(ORM):
    """Asks again soon after the database was away, and hands out no job that has been given up."""

    def dequeue(self) -> list[tuple[int, str]]:
        try:
            claimed: list[tuple[int, str]] = super().dequeue() or []
            return [(pk, payload) for pk, payload in claimed if not self._gave_up(pk, payload)]
        except (DatabaseError, InterfaceError) as error:
            # Raised, it would end the process that asks, after ten seconds of sleep.
            log.warning("the queue cannot be asked: %s", type(error).__name__)
            connections.close_all()
            time.sleep(1)
            return []

    def _gave_up(self, pk: int, payload: str) -> bool:
        try:
            task: dict[str, Any] = SignedPackage.loads(payload)
        except (TypeError, BadSignature):  # the queue's own code says so, and throws it away
            return False
        if not is_given_up(task):
            return False
        log.error("job %s was tried too often and is given up", task["func"])
        self.acknowledge(pk)
        return True
