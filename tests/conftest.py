"""What every test may ask for: a database of its own, a clock that stands still, a browser."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from config.places import var_folder
from config.postgres import Server
from tests.browser import FLAGS, find_chromium

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page
    from pytest_django.plugin import DjangoDbBlocker

SERVER = pytest.StashKey[Server]()
#: A Monday morning in Shanghai, far from midnight, month ends and daylight saving.
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


# --- The database ---------------------------------------------------------------------------------------------------
def pytest_configure(config: pytest.Config) -> None:
    """Start the private server of the tests, once for all workers."""
    if hasattr(config, "workerinput") or config.option.collectonly or os.environ.get("TEST_DATABASE_URL"):
        return
    server = Server(var_folder() / "test", fast=True)
    if server.start():
        config.stash[SERVER] = server


def pytest_unconfigure(config: pytest.Config) -> None:
    server = config.stash.get(SERVER, None)
    if server:
        server.stop()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Copy a migrated database of an earlier run, if the migrations have not changed since: the first migration takes long."""
    from django.db import connection

    from tests.template import find_template

    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = find_template(connection)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Tests that commit leave the database as migration made it, its append-only tables too."""
    from django.db import connection
    from django.test import TransactionTestCase

    from tests.emptying import empty, remember
    from tests.template import keep_template

    with django_db_blocker.unblock():
        keep_template(connection)
        remember(connection)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _self: empty(connection))
        yield


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


# --- The clock ------------------------------------------------------------------------------------------------------
class Clock:
    """A clock that moves only when told to."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def forward(self, **by: float) -> datetime:
        """Move on by hours=, days= …; the new time."""
        self.now += timedelta(**by)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock(MONDAY)


@pytest.fixture
def now() -> datetime:
    return MONDAY.astimezone(UTC)


# --- The browser ----------------------------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all journeys of a worker."""
    from django.db import connections
    from playwright.sync_api import sync_playwright

    chromium = find_chromium()
    assert chromium, "No Chromium: run `make test`, which gets one, or `python -m tests.browser`."
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright runs an event loop in this thread; Django would take every query here for one inside a coroutine.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        launched = playwright.chromium.launch(executable_path=str(chromium), args=list(FLAGS))
        yield launched
        connections.close_all()  # those opened beside the loop; afterwards they are out of reach
        launched.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages, each with cookies of its own: `open_page(width=390, language="zh-CN")`. A script error on one fails the test."""
    contexts = []
    errors: list[str] = []

    def open_one(*, width: int = 390, height: int = 844, language: str = "zh-CN", **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, locale=language, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not errors
