"""The private server: where its socket lies, and that it starts and stops whole."""

import stat
from pathlib import Path

import pytest

from config.postgres import PostgresError, Server, find_binaries, socket_directory


def test_socket_lies_in_the_var_folder() -> None:
    assert socket_directory(Path("/srv/redress/var")) == Path("/srv/redress/var/postgres/socket")


def test_socket_of_a_long_path_is_short_and_always_the_same() -> None:
    long = Path("/srv") / ("长" * 60)
    assert len(str(socket_directory(long)).encode()) < 60
    assert socket_directory(long) == socket_directory(long) != socket_directory(long / "other")


def test_no_binaries_of_that_version_is_one_line() -> None:
    with pytest.raises(PostgresError, match=r"made by PostgreSQL 9,[^\n]+$"):
        find_binaries(made_by=9)


def test_server_starts_twice_and_stops_twice(tmp_path: Path) -> None:
    server = Server(tmp_path, fast=True)
    try:
        assert server.start()
        assert not server.start()
        assert server.is_running()
        assert stat.S_IMODE(server.socket.stat().st_mode) == 0o700
    finally:
        assert server.stop()
    assert not server.stop()
    assert not server.is_running()
