"""The files of the repository, as the architecture tests read them."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from config.places import BASE

APPS = ("config", "analytics", "intake", "escalation", "complaints", "staff")


def committed_files() -> Iterator[Path]:
    """Every file under version control or about to be, by its absolute path."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    # The clone may belong to another user, as in CI.
    listed = subprocess.run(
        [*command[:1], "-c", "safe.directory=*", *command[1:]], cwd=BASE, capture_output=True, text=True, check=True
    ).stdout
    for name in filter(None, listed.split("\0")):
        path = BASE / name
        if path.is_file():
            yield path


def modules() -> Iterator[Path]:
    """The product's own Python modules, without migrations."""
    for app in APPS:
        yield from (path for path in sorted((BASE / app).rglob("*.py")) if "migrations" not in path.parts)
