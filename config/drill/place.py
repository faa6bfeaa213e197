"""Where it is drilled: a folder on a small disk of its own, with its own database, servers and mail server; gone afterwards."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from config.serving import end_with_parent

#: Tells the command that it runs inside already, and whether the folder is a small disk that may be filled.
INSIDE, SMALL_DISK = "REDRESS_DRILL", "REDRESS_DRILL_SMALL_DISK"
DISK_MEGABYTES = 700
RAISED = dict.fromkeys(("LIMIT_FILE", "LIMIT_OF_ALL_FILINGS", "LIMIT_UPLOAD", "LIMIT_TRACK", "LIMIT_WRITE", "LIMIT_FORM"), "1000000000")


def run_inside(arguments: list[str]) -> int:
    """This command once more, in a place of its own."""
    with _small_disk() as (folder, is_small):
        environment = os.environ | {
            INSIDE: "1", SMALL_DISK: "1" if is_small else "", "DJANGO_SETTINGS_MODULE": "config.settings", "REDRESS_VAR": str(folder),
            "SECRET_KEY": secrets.token_hex(32), "DATABASE_URL": "", "REDRESS_DEMO": "1", "REDRESS_DEMO_PASSWORD": secrets.token_hex(8),
            "SITE_URL": "http://127.0.0.1:8000", "ALLOWED_HOSTS": "127.0.0.1", "SMS_URL": "", "MAIL_IN_URL": "", "DEBUG": "0",
            "EMAIL_URL": "", "TRUSTED_PROXIES": "0", "LOG_LEVEL": "WARNING", "PYTHONWARNINGS": "ignore", **RAISED,
        }  # fmt: skip
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "drill", *arguments]
        process = subprocess.Popen(command, env=environment, preexec_fn=end_with_parent)
        signal.signal(signal.SIGTERM, lambda *_signal: process.terminate())
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches it too, and it ends in order
        return process.wait()


@contextmanager
def _small_disk() -> Iterator[tuple[Path, bool]]:
    """A folder in memory that ends at so many megabytes, where that may be mounted; else an ordinary one, which nobody fills."""
    folder = Path(tempfile.mkdtemp(prefix="redress-drill-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m,mode=700", "redress-drill", str(folder)]
    is_small = bool(shutil.which("mount")) and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield folder, is_small
    finally:
        if is_small:
            subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)
        shutil.rmtree(folder, ignore_errors=True)
