"""What tests of the file share."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.factories.cases import Office
from tests.smtp import Sink, serving


@pytest.fixture
def office(db: None) -> Office:
    return Office.found()


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """E-mail goes to a real SMTP server on the loopback."""
    sink = Sink()
    server = serving(sink)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield sink
    server.stop()
