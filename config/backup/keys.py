"""The keys without which protected identities cannot be read and tracking codes lead nowhere."""

import hashlib
import hmac
import os
from pathlib import Path

from django.conf import settings

from config.backup.programs import BackupError
from config.places import from_environment

#: Name in the archive, in the settings and of the file in var.
KEYS = {"secret_key": "SECRET_KEY", "salt_key": "SALT_KEY"}


def own_keys() -> dict[str, str]:
    return {file: str(getattr(settings, name)) for file, name in KEYS.items()}


def fingerprint(keys: dict[str, str]) -> str:
    """Tells whether two installations have the same keys, and nothing about them."""
    return hmac.new(keys["secret_key"].encode(), b"redress backup " + keys["salt_key"].encode(), hashlib.sha256).hexdigest()


def check(expected: str, brought: dict[str, str]) -> None:
    """Raise BackupError where the restored data could not be read with the keys this place would use."""
    keys = brought or own_keys()
    if fingerprint(keys) != expected:
        raise BackupError(
            "The backup was made without its keys, and those set here are others: set SECRET_KEY and SALT_KEY of the old installation."
        )
    for file, value in brought.items():
        set_here = from_environment(KEYS[file])
        if set_here and set_here != value:
            raise BackupError(f"{KEYS[file]} is set in the environment, and is not the backup's: take it out, or set the old one.")


def put(brought: dict[str, str], var: Path) -> None:
    """Keep the keys where the settings look for them, readable by the owner alone."""
    for file, value in brought.items():
        target = var / file
        new = target.with_suffix(".new")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as written:
            written.write(value)
        new.rename(target)
