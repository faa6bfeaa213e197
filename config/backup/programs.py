"""PostgreSQL's own programs, as old or as new as the server they speak to."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from config.postgres import folders, version_of

#: Options of the connection that the programs read from the environment under these names.
OPTIONS = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY", "service": "PGSERVICE"}


class BackupError(Exception):
    """It cannot be done; the message is one line that says what to do."""


@dataclass(frozen=True)
class Programs:
    """A folder with pg_dump, pg_restore and psql, and the major version they are of."""

    folder: Path
    version: int

    def run(self, program: str, *arguments: str | Path) -> None:
        """Run one against our database. Raises BackupError with the last line it said."""
        command = [str(self.folder / program), *map(str, arguments)]
        done = subprocess.run(command, env=environment(), capture_output=True, text=True, errors="replace", check=False)
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines() or ["no output"]
            raise BackupError(f"{program} failed: {next((line for line in said if 'ERROR' in line or 'error:' in line), said[-1])}")


def programs_for(server: int, *, made_by: int = 0) -> Programs:
    """Those of the server's own version; else the oldest newer ones, which speak to it too. None older than the dump's (`made_by`)."""
    found = [Programs(folder, version_of(folder)) for folder in folders() if (folder / "pg_dump").is_file() and (folder / "psql").is_file()]
    fitting = [each for each in found if each.version >= max(server, made_by)]
    if not fitting:
        raise BackupError(f"There is no pg_dump of PostgreSQL {max(server, made_by)} or newer here: install postgresql-client.")
    return min(fitting, key=lambda each: each.version)


def server_version() -> int:
    """The major version of the server that holds our database."""
    version: int = connection.pg_version  # type: ignore[attr-defined]  # of PostgreSQL's backend
    return version // 10_000


def environment() -> Mapping[str, str]:
    """Ours, with what the programs must know of our database; a password on the command line could be read by others."""
    ours = connection.settings_dict
    given = {
        "PGHOST": ours.get("HOST"),
        "PGPORT": ours.get("PORT"),
        "PGUSER": ours.get("USER"),
        "PGPASSWORD": ours.get("PASSWORD"),
        "PGDATABASE": ours["NAME"],
    }
    given |= {OPTIONS[name]: value for name, value in ours.get("OPTIONS", {}).items() if name in OPTIONS}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {name: str(value) for name, value in given.items() if value} | {"PGCLIENTENCODING": "UTF8", "LC_ALL": "C.UTF-8"}
