"""Set-up says in one line what stops it, and does nothing twice."""

import os
import socket
import stat
import sys
from pathlib import Path

import pytest

from config import bootstrap, places
from config.serving import ServeError, check_port


def test_old_python_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(bootstrap.SetupError, match=r"^Python 3\.11 or newer is needed[^\n]*$"):
        bootstrap.check_python()


def test_missing_venv_module_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(bootstrap.SetupError, match=r"apt-get install python3-venv$"):
        bootstrap.check_python()


def test_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(bootstrap.SetupError, match=r"^The folder [^\n]* cannot be written[^\n]*REDRESS_VAR[^\n]*$"):
        bootstrap.check_folder(tmp_path / "file" / "var", "; set REDRESS_VAR to one that can")


def test_secret_key_is_made_once_and_private(tmp_path: Path) -> None:
    bootstrap.keep_secret_key(tmp_path)
    first = (tmp_path / "secret_key").read_text()
    bootstrap.keep_secret_key(tmp_path)
    assert (tmp_path / "secret_key").read_text() == first
    assert len(first) >= 50
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_stamp_follows_the_inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "STAMPS", tmp_path / "stamps")
    source = tmp_path / "lock"
    source.write_text("a==1")
    bootstrap.put_stamp("lock", bootstrap.digest(source))
    assert bootstrap.is_stamped("lock", bootstrap.digest(source))
    source.write_text("a==2")
    assert not bootstrap.is_stamped("lock", bootstrap.digest(source))


def test_environment_comes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("# a remark\nREDRESS_VAR='data'\n")
    monkeypatch.setattr(places, "BASE", tmp_path)
    monkeypatch.delenv("REDRESS_VAR", raising=False)
    assert places.var_folder() == tmp_path / "data"
    monkeypatch.setenv("REDRESS_VAR", str(tmp_path / "other"))
    assert places.var_folder() == tmp_path / "other"


def test_port_in_use_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServeError, match=rf"^Port {port} is in use[^\n]*$"):
            check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may use every port")
def test_port_of_root_is_one_line() -> None:
    with pytest.raises(ServeError, match=r"^Port 80 [^\n]*$"):
        check_port("127.0.0.1", 80)
