"""Where a quarter is simulated: a folder and a database of its own, gone afterwards."""

import os
import secrets
import subprocess
import sys
import tempfile

from django.conf import settings

from config.serving import end_with_parent

#: Tells the command that it runs inside already.
INSIDE = "REDRESS_QUARTER"


def run_inside(arguments: list[str]) -> int:
    """This command once more, in a place of its own."""
    with tempfile.TemporaryDirectory(prefix="redress-quarter-") as folder:
        environment = os.environ | {
            INSIDE: "1", "DJANGO_SETTINGS_MODULE": "config.settings", "REDRESS_VAR": folder, "SECRET_KEY": secrets.token_hex(32),
            "DATABASE_URL": "", "DATABASE_POOL": "0", "REDRESS_DEMO": "1", "REDRESS_DEMO_PASSWORD": secrets.token_hex(8),
            "SITE_URL": "http://127.0.0.1:8000", "ALLOWED_HOSTS": "127.0.0.1", "EMAIL_URL": "", "SMS_URL": "", "MAIL_IN_URL": "", "DEBUG": "0",
            "LOG_LEVEL": "WARNING", "PYTHONWARNINGS": "ignore",
        }  # fmt: skip
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "quarter", *arguments]
        process = subprocess.Popen(command, env=environment, preexec_fn=end_with_parent)
        try:
            return process.wait()
        except KeyboardInterrupt:  # it was told too, and ends in order
            return process.wait()
