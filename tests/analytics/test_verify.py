"""`manage.py verify` finds what was changed behind the database's back (threats F7, V1–V14)."""

from collections.abc import Callable
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection

from analytics.queries.integrity import CHECKS
from complaints.models import Complaint
from complaints.services import attachments
from complaints.workflow import Actor, Step
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(now: datetime) -> Complaint:
    return Walk(Office.found(), now).to(Step.CLOSED)


def verify() -> tuple[str, int]:
    """What it writes, and the code it ends with."""
    output = StringIO()
    try:
        call_command("verify", stdout=output)
    except SystemExit as end:
        return output.getvalue(), int(str(end.code))
    return output.getvalue(), 0


def tamper(table: str, statement: str) -> None:
    """As a superuser who switches the guards off, and on again."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER ALL')
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER ALL')


def test_an_untouched_record_has_no_violation(closed: Complaint) -> None:
    output, code = verify()
    assert output.splitlines()[-1] == "0 violations"
    assert code == 0
    assert all(name in output for name in CHECKS)


#: Table, what is done to it, the check that must find it.
TAMPERINGS = [
    ("complaints_stepchange", "UPDATE complaints_stepchange SET at = at - interval '1 day' WHERE sequence = 3", "the hash chain of each case holds"),
    ("complaints_stepchange", "UPDATE complaints_stepchange SET reason = 'other' WHERE sequence = 2", "the hash chain of each case holds"),
    ("complaints_stepchange", "DELETE FROM complaints_stepchange WHERE sequence = 4", "paths have no gap"),
    ("complaints_stepchange", "DELETE FROM complaints_stepchange WHERE sequence = 1", "every case has one beginning"),
    ("complaints_stepchange", "DELETE FROM complaints_stepchange WHERE to_step = 'closed'", "paths end at the case's step"),
    ("complaints_stepchange", "UPDATE complaints_stepchange SET transition = 'close' WHERE transition = 'classify'", "every act is one of the chart"),
    ("complaints_apology", "DELETE FROM complaints_apology", "what records name is on file"),
    ("complaints_stepchange", "UPDATE complaints_stepchange SET records = '[]' WHERE transition = 'follow_up'", "evidence has its record"),
    ("complaints_remedyitem", "UPDATE complaints_remedyitem SET amount = 999 WHERE amount IS NOT NULL", "rows agree with their history"),
    ("complaints_remedyitem", "UPDATE complaints_remedyitem SET fulfilled_at = NULL, fulfilled_by_id = NULL", "closed cases have every item carried out"),
    ("complaints_approval", "UPDATE complaints_approval a SET by_id = r.submitted_by_id FROM complaints_remedy r WHERE r.id = a.remedy_id", "second persons are others"),
    ("complaints_complaint", "UPDATE complaints_complaint SET handler_id = recorded_by_id", "cases are with whom they were given to"),
    ("complaints_complaint", "UPDATE complaints_complaint SET outcome = 'happy'", "closed cases have an outcome"),
    ("complaints_complaint", "UPDATE complaints_complaint SET facts = ''", "closed cases have their archive"),
    ("complaints_message", "DELETE FROM complaints_message WHERE kind = 'receipt'", "everything was said once"),
    ("complaints_message", "UPDATE complaints_message SET state = 'lost' WHERE kind = 'decision'", "messages are in legal states"),
    ("complaints_message", "UPDATE complaints_message SET text = 'ABCDEF-234567-GHJKMN' WHERE kind = 'decision'", "no message holds a tracking code"),
    ("complaints_approval", "DELETE FROM complaints_approval", "somebody else agreed to each solution"),
    ("complaints_remedy", "UPDATE complaints_remedy r SET submitted_by_id = a.by_id FROM complaints_approval a WHERE a.remedy_id = r.id", "somebody else agreed to each solution"),
    ("complaints_settlement", "INSERT INTO complaints_settlement (remedy_id, amount, first_contact, by_id, at) SELECT id, 5, false, submitted_by_id, submitted_at FROM complaints_remedy", "settlements were within authority"),
    ("complaints_ledgerentry", "UPDATE complaints_ledgerentry SET amount = 5000.01 WHERE kind = 'committed'", "nobody gave beyond every limit"),
    ("complaints_ledgerentry", "UPDATE complaints_ledgerentry SET amount = amount + 1 WHERE kind = 'committed'", "the ledger is that of the items"),
    ("complaints_ledgerentry", "DELETE FROM complaints_ledgerentry WHERE kind = 'committed'", "approved money is set aside"),
    ("complaints_ledgerentry", "UPDATE complaints_ledgerentry SET amount = 999 WHERE kind = 'paid'", "what is paid is set aside"),
    ("complaints_ledgerentry", "DELETE FROM complaints_ledgerentry WHERE kind = 'paid'", "what is paid is set aside"),
    ("complaints_budget", "INSERT INTO complaints_budget (department_id, month, amount, committed) SELECT min(id), '2026-03-01', 9, 5 FROM staff_department", "budgets are those of the ledger"),
    ("escalation_deadline", "UPDATE escalation_deadline SET state = 'open', closed_at = NULL WHERE matter = 'record'", "deadlines follow the steps"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "statement", "check"), TAMPERINGS)
def test_f7_tampering_is_found(closed: Complaint, table: str, statement: str, check: str) -> None:
    tamper(table, statement)
    assert CHECKS[check]().found
    output, code = verify()
    assert code == 1
    assert not output.splitlines()[-1].startswith("0 ")


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("ALTER TABLE complaints_stepchange DISABLE TRIGGER USER", "triggers are on"),
        ("ALTER TABLE complaints_remedyitem DROP CONSTRAINT item_amount_sane", "constraints are present"),
        (
            "ALTER TABLE complaints_remedyitem DROP CONSTRAINT item_amount_sane, ADD CONSTRAINT item_amount_sane CHECK (amount > 0) NOT VALID",
            "constraints are validated",
        ),
    ],
)
def test_v13_a_guard_taken_away_is_found(closed: Complaint, statement: str, check: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)
    assert CHECKS[check]().found


@pytest.mark.parametrize("change", [Path.unlink, lambda path: path.write_bytes(b"another")])
def test_v7_a_lost_or_changed_file_is_found(closed: Complaint, tmp_path: Path, settings: object, change: Callable[[Path], object]) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]  # pytest-django's settings
    upload = SimpleUploadedFile("slip.txt", b"paid in full", content_type="text/plain")
    kept = attachments.attach(complaint_id=closed.pk, upload=upload, by=Actor.COMPLAINANT, at=closed.received_at)
    assert not CHECKS["attachments are as they came"]().found
    change(tmp_path / str(kept.file.name))
    assert CHECKS["attachments are as they came"]().found
