"""The queue in PostgreSQL, made to live through what happens to machines."""

import logging
import time
from typing import Any

from django.core.signing import BadSignature
from django.db import DatabaseError, InterfaceError, connection, connections, transaction
from django.utils import timezone
from django_q.brokers.orm import ORM
from django_q.conf import Conf
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from config.jobs import is_given_up
from config.schedules import SWEEPS

log = logging.getLogger(__name__)

#: Stands before the name of a sweep in the key of its row, by which a waiting one is known without unpacking it.
SWEEP = "sweep "
#: One statement, so that a filing pays no more for its nudge than it did. Two at the same moment may both write: one too many does no harm.
ONCE = (
    'INSERT INTO "django_q_ormq" (key, payload, lock) SELECT %(key)s, %(payload)s, %(now)s '
    'WHERE NOT EXISTS (SELECT 1 FROM "django_q_ormq" WHERE key = %(key)s AND lock <= %(now)s) RETURNING id'
)


class Broker(ORM):
    """First come, first served; of jobs that sweep up whatever is due, one waits at most. Asks again soon after the database was away,
    and hands out no job that has been given up."""

    def enqueue(self, task: str) -> int:
        """The number of the row; 0 when the same sweep waits already. One that has been begun may be past what is written now: it does not count."""
        func = _swept_by(task)
        if not func:
            return int(super().enqueue(task))
        with connection.cursor() as cursor:
            cursor.execute(ONCE, {"key": (SWEEP + func)[:100], "payload": task, "now": timezone.now()})
            row = cursor.fetchone()
        return int(row[0]) if row else 0

    def dequeue(self) -> list[tuple[int, str]]:
        try:
            claimed = self._claim()
            if not claimed:
                time.sleep(Conf.POLL)
            return [(pk, payload) for pk, payload in claimed if not self._gave_up(pk, payload)]
        except (DatabaseError, InterfaceError) as error:
            # Raised, it would end the process that asks, after ten seconds of sleep.
            log.warning("the queue cannot be asked: %s", type(error).__name__)
            connections.close_all()
            time.sleep(1)
            return []

    def _claim(self) -> list[tuple[int, str]]:
        """The longest due, whatever their key: there is one queue in this database. The library's own takes them in no order at all."""
        now = timezone.now()
        with transaction.atomic():
            due = OrmQ.objects.filter(lock__lte=now).order_by("lock", "pk").select_for_update(skip_locked=True)
            claimed = list(due.values_list("pk", "payload")[: Conf.BULK])
            if claimed:
                OrmQ.objects.filter(pk__in=[pk for pk, _payload in claimed]).update(lock=self.timeout(None))
        return claimed

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


def _swept_by(payload: str) -> str:
    """The name of the sweep a packed job is; nothing when it is another job."""
    task: dict[str, Any] = SignedPackage.loads(payload)
    return str(task["func"]) if task["func"] in SWEEPS and not task["args"] and not task["kwargs"] else ""
