"""The role of web server and worker owns nothing: not even a flaw of the application can switch off what guards the record (R4, F7)."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from complaints.models import StepChange
from complaints.workflow import Step
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db

ROLE = "redress_web_of_the_tests"


@pytest.fixture
def web() -> Iterator[str]:
    """Made and granted within the test's transaction, and gone with it."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
    call_command("grant", ROLE)
    yield ROLE
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def become(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")


def test_a_case_goes_through_all_ten_steps_as_the_role_that_owns_nothing(web: str, now: datetime) -> None:
    office = Office.found()
    become(web)
    walk = Walk(office, now)
    walk.to(Step.CLOSED)
    assert walk.case.step == Step.CLOSED


def test_f7_the_role_cannot_have_triggers_passed_over(web: str, now: datetime) -> None:
    """The setting by which django-pgtrigger passes over triggers is open to every role."""
    Walk(Office.found(), now)
    become(web)
    names = "SELECT array_agg(tgname)::text FROM pg_trigger WHERE NOT tgisinternal"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT set_config('pgtrigger.ignore', ({names}), true)")
    with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
        StepChange.objects.all()._raw_delete("default")
    assert StepChange.objects.exists()


@pytest.mark.parametrize(
    "attempt",
    [
        "ALTER TABLE complaints_stepchange DISABLE TRIGGER ALL",
        "TRUNCATE complaints_stepchange CASCADE",
        "DROP TABLE complaints_stepchange CASCADE",
        "CREATE TABLE beside (a int)",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('complaints', '9999', now())",
        "ALTER ROLE redress_web_of_the_tests SUPERUSER",
        "SET session_replication_role = replica",
    ],
)
def test_f7_the_role_cannot_touch_what_guards_the_record(web: str, now: datetime, attempt: str) -> None:
    Walk(Office.found(), now)
    become(web)
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attempt)
    assert StepChange.objects.exists()


def test_a_role_that_could_do_more_is_refused() -> None:
    for role in ("nobody_of_the_tests", str(connection.settings_dict["USER"])):
        with pytest.raises(CommandError):
            call_command("grant", role)


def test_before_the_tables_are_made_it_says_what_comes_first(web: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_migrations RENAME TO not_made_yet")
    with pytest.raises(CommandError, match="migrate first"):
        call_command("grant", web)
