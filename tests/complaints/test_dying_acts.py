"""K2: whoever is killed within an act, after whichever statement: all of it is there, or nothing."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from analytics.queries.integrity import CHECKS
from complaints.models import Complaint
from config.places import BASE
from tests.complaints.dying_acts import ACTS

pytestmark = pytest.mark.django_db(transaction=True)


def test_k2_an_act_killed_after_any_statement_is_done_whole_or_not_at_all() -> None:
    environment = os.environ | {
        "REDRESS_VAR": str(settings.VAR), "SECRET_KEY": settings.SECRET_KEY, "DATABASE_POOL": "0", "PYTHONWARNINGS": "ignore",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }  # fmt: skip
    if os.environ.get("TEST_DATABASE_URL"):
        environment["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.complaints.dying_acts", str(connection.settings_dict["NAME"])],
        cwd=BASE, env=environment, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    kills = dict(line.split() for line in done.stdout.strip().splitlines() if len(line.split()) == 2)
    assert set(kills) == {"file", *ACTS}
    assert all(int(count) >= 4 for count in kills.values()), kills
    assert Complaint.objects.count() >= 1
    assert {name: check().found for name, check in CHECKS.items() if check().found} == {}
