"""The tests' own tools: an evidence table is emptied after a test that committed, and a browser opens the running site."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import DatabaseError, connection, transaction

from staff.models import DeniedAttempt, User
from staff.services import denials
from tests.conftest import Clock
from tests.emptying import empty

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer


@pytest.mark.django_db(transaction=True)
def test_committed_evidence_is_emptied_and_reference_rows_are_put_back(now: datetime) -> None:
    groups, permissions = Group.objects.count(), Permission.objects.count()
    user = User.objects.create_user(employee_number="E7", name="Wang Wei", password="a long pass word")
    denials.record(user=user, method="POST", path="/", at=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        DeniedAttempt.objects.all().delete()

    empty(connection)

    assert not DeniedAttempt.objects.exists()
    assert not User.objects.exists()
    assert (Group.objects.count(), Permission.objects.count()) == (groups, permissions)
    assert groups
    user = User.objects.create_user(employee_number="E8", name="Wang Wei", password="a long pass word")
    row = denials.record(user=user, method="POST", path="/", at=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        DeniedAttempt.objects.filter(pk=row.pk).delete()


def test_clock_moves_only_when_told(clock: Clock) -> None:
    before = clock.now
    assert clock.forward(hours=2) == before + timedelta(hours=2) == clock.now


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
def test_browser_opens_the_back_office_without_a_refused_script(live_server: "LiveServer", open_page: "Callable[..., Page]") -> None:
    page = open_page(width=390, language="en-US")
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.goto(f"{live_server.url}/admin/login/")
    assert page.locator("input[name=username]").is_visible()
    assert not refused
