"""Where things lie on this machine. Standard library only: set-up uses it before anything is installed."""

from __future__ import annotations

import os
from pathlib import Path

#: The folder that holds manage.py.
BASE = Path(__file__).resolve().parent.parent


def from_environment(name: str, default: str = "") -> str:
    """The value of a variable: from the environment, else from `.env`, else the default."""
    if name in os.environ:
        return os.environ[name]
    dotenv = BASE / ".env"
    if dotenv.is_file():
        for line in dotenv.read_text(encoding="utf-8").splitlines():
            key, found, value = line.strip().partition("=")
            if found and key.strip() == name:
                return value.strip().strip("'\"")
    return default


def var_folder() -> Path:
    """The folder of everything the running system writes: database, attachments, mail, logs, keys."""
    return Path(BASE, from_environment("REDRESS_VAR") or "var").expanduser().resolve()
