"""The world of the security tests: one per module, every test undone."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.security.world import World, build, undone


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Built once; whatever a module does is rolled back when it is done."""
    from django.test import override_settings

    folder = tmp_path_factory.mktemp("attachments")
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=folder, PASSWORD_HASHERS=quick), undone():
        yield build()


@pytest.fixture
def world(built: World, db: None) -> World:
    """The same; what this test does is undone after it."""
    return built
