"""One server and one office for each module and language: a journey costs its pages, not its surroundings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys.reader import DESK, HEIGHTS, PHONE, Reader
from tests.journeys.words import BY_LANGUAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page
    from pytest_django.plugin import DjangoDbBlocker

    from staff.models import User
    from tests.journeys.site import Site


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="module", params=sorted(BY_LANGUAGE, reverse=True))
def site(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
    browser: object,
) -> Iterator[Site]:
    """Not pytest-django's `live_server`: with that one the database is emptied after every test, here at the end of the module."""
    from django.db import connection
    from django.test import TransactionTestCase, override_settings
    from pytest_django.live_server_helper import LiveServer

    from tests.emptying import empty
    from tests.journeys.site import Site, found_office

    words = BY_LANGUAGE[request.param]
    aside = override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"], MEDIA_ROOT=tmp_path_factory.mktemp("attachments")
    )
    with django_db_blocker.unblock(), aside, pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _self: None)
        server = LiveServer("localhost")
        yield Site(server.url, words, found_office(words))
        server.stop()
        empty(connection)


@pytest.fixture(params=[PHONE, DESK])
def width(request: pytest.FixtureRequest) -> int:
    size: int = request.param
    return size


@pytest.fixture
def reader(site: Site, open_page: Callable[..., Page]) -> Iterator[Callable[..., Reader]]:
    """Opens a browser for somebody: `reader(width)` a customer, `reader(width, user)` staff signed in. Fails at the end with all that was wrong."""
    opened: list[Reader] = []

    def open_one(width: int, user: User | None = None, **options: Any) -> Reader:
        page = open_page(width=width, height=HEIGHTS[width], language=site.words.locale, **options)
        page.set_default_timeout(10_000)
        if user is not None:
            page.context.add_cookies([{"name": "sessionid", "value": site.session_of(user), "url": site.url}])
        opened.append(Reader(page, site.url, site.words))
        return opened[-1]

    yield open_one
    wrong = sorted({each for one in opened for each in one.wrong})
    texts = {text: where for one in reversed(opened) for text, where in one.untranslated.items()}
    wrong += [f"not translated: {text!r} ({where})" for text, where in sorted(texts.items())]
    assert not wrong, "\n" + "\n".join(wrong)
