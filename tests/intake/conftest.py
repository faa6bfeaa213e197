"""A small company with its doors open, and a customer in front of the public pages."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from complaints.models import Complaint
from complaints.signing import code_for
from intake.services import channels
from tests.factories.cases import Office, Walk

WORDS = {
    "story": "热水壶漏水，客服两次都没有回电话。",
    "demands": ["repair", "apology"],
    "demand_words": "",
    "own_proposal": "换一只新的",
    "occurred_on": "2026-03-01",
    "order_number": "A-1024",
    "name": "王芳",
    "phone": "138 0013 8000",
    "email": "",
}


def plain(response: Any) -> str:
    """The page without what differs from request to request: the token against forged forms."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())


@pytest.fixture(autouse=True)
def attachments_aside(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "attachments"


@pytest.fixture
def office(db: None) -> Office:
    office = Office.found()
    channels.seed()
    return office


@pytest.fixture
def customer() -> Client:
    return Client()


@pytest.fixture
def send(office: Office, customer: Client) -> Callable[..., Any]:
    """Sends the form; `client=` another browser, `form_key=` another form, `address=` another network address."""

    def post(*, client: Client | None = None, address: str = "127.0.0.1", **changes: Any) -> Any:
        values = {"form_key": str(uuid.uuid4()), **WORDS, **changes}
        return (client or customer).post("/complain/", values, REMOTE_ADDR=address)

    return post


@pytest.fixture
def enter() -> Callable[..., Any]:
    """Opens a case in a browser by its tracking code."""

    def post(client: Client, case: Complaint, **extra: Any) -> Any:
        return client.post("/track/", {"code": code_for(case.code_key)}, **extra)

    return post


@pytest.fixture
def walk(office: Office) -> Walk:
    return Walk(office, timezone.now() - timedelta(days=2))
