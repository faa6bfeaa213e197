"""What a given database is like is told where it is not like ours."""

from typing import Any

import pytest
from django.core.checks import Tags, run_checks

from config import checks


@pytest.mark.django_db
def test_the_private_server_needs_no_warning() -> None:
    """What else is told depends on the day: from December on, that next year's calendar is missing."""
    told = run_checks(tags=[Tags.database], databases=["default"])
    assert not [each for each in told if each.id != "staff.W001"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("'UTF8', 'c', 'en_US.UTF-8', 'en_US.UTF-8', NULL", ["config.W002"]),
        ("'UTF8', 'c', 'C', 'C', NULL", ["config.W002"]),
        ("'UTF8', 'i', 'C.UTF-8', 'C.UTF-8', 'zh-CN'", ["config.W002"]),
        ("'UTF8', 'b', 'C.UTF-8', 'C.UTF-8', 'C'", ["config.W002"]),
        ("'LATIN1', 'c', 'de_DE', 'de_DE', NULL", ["config.W001", "config.W002"]),
        ("'UTF8', 'c', 'C.utf8', 'C.utf8', NULL", []),
        ("'UTF8', 'b', 'en_US.UTF-8', 'en_US.UTF-8', 'C.UTF-8'", []),
    ],
)
def test_another_one_is_told_with_what_to_do(row: str, told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "DATABASE", f"SELECT {row}")
    found: list[Any] = checks.check_locale(databases=["default"])
    assert [one.id for one in found] == told
    assert all("createdb" in one.hint for one in found)


def test_without_a_database_nothing_is_asked() -> None:
    assert checks.check_locale(databases=None) == []
