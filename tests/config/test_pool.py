"""The pool of connections after the server was away."""

import threading
import time
from typing import Any, Self

from django.conf import settings
from psycopg import OperationalError
from psycopg_pool import ConnectionPool, PoolTimeout

is_back = threading.Event()


class Connection:
    """Stands for one of psycopg; there is none to be had until the server is back."""

    closed = False

    @classmethod
    def connect(cls, *_given: Any, **_named: Any) -> Self:
        if not is_back.is_set():
            raise OperationalError("the server is away")
        return cls()

    def close(self) -> None:
        self.closed = True


def got_one(pool: "ConnectionPool[Any]") -> bool:
    try:
        pool.getconn(timeout=0.5)
    except PoolTimeout:
        return False
    return True


def test_k7_k8_the_first_request_after_the_server_is_back_gets_a_connection_soon() -> None:
    is_back.clear()
    options: dict[str, Any] = {**settings.POOL, "max_size": 8}
    pool: ConnectionPool[Any] = ConnectionPool("", connection_class=Connection, open=True, **options)
    try:
        away_until = time.monotonic() + 7.5  # long enough for a pool that waits twice as long each time to have gone to sleep
        while time.monotonic() < away_until:
            assert not got_one(pool)
        is_back.set()
        back_at = time.monotonic()
        while not got_one(pool):
            pass
        assert time.monotonic() - back_at < 3
    finally:
        pool.close(timeout=5)
