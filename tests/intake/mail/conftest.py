"""A company that reads mail, and what its mails hold in their corpus."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from complaints import signing
from complaints.models import Complaint
from complaints.services.inputs import PartyInput
from intake.models import Submission
from tests.factories.cases import Office, Walk

MAILBOX = "complaints@shop.example"
CORPUS = Path(__file__).parent / "corpus"


@pytest.fixture(autouse=True)
def mailbox(settings: Any) -> str:
    settings.SITE_URL = "https://redress.shop.example"
    settings.DEFAULT_FROM_EMAIL = "Shop <no-reply@shop.example>"
    settings.MAIL_IN_ADDRESS = MAILBOX
    return MAILBOX


@pytest.fixture
def known_case(office: Office) -> Complaint:
    """A case of somebody who can be written to."""
    return Walk(office, timezone.now() - timedelta(days=1), complainant=PartyInput(name="王芳", email="wang@example.com")).case


@pytest.fixture
def ingest(office: Office, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], Submission]:
    """One mail through `manage.py ingest_mail`; its submission."""

    def run(raw: bytes) -> Submission:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
        call_command("ingest_mail")
        newest: Submission = Submission.objects.order_by("-pk")[0]
        return newest

    return run


def letter(
    body: str = "热水壶漏水。", *, sender: str = "李雷 <li@example.com>", message_id: str = "<1@example.com>", **headers: str
) -> bytes:
    """A plain mail; `headers` by names with `_` for `-`."""
    lines = {"From": sender, "To": MAILBOX, "Subject": "投诉", "Date": "Mon, 2 Mar 2026 09:00:00 +0800", "Message-ID": message_id}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "\r\n".join(f"{name}: {value}" for name, value in lines.items() if value)
    return f"{head}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n".encode()


def filled_in(raw: bytes, case: Complaint, office: Office) -> bytes:
    """The marks of the corpus replaced by what this case and this company have."""
    token = signing.mail_token(case.pk)
    altered = token[:-1] + ("b" if token[-1] == "a" else "a")
    marks = {
        "TOKEN": token, "UPPER": token.upper(), "ALTERED": altered, "NOCASE": signing.mail_token(987_654_321), "ID": str(case.pk),
        "NUMBER": case.number, "MANAGER": office.manager.email, "OLD": f"{'0a' * 16}@redress.shop.example",
        "SENT": case.messages.get(kind="receipt").message_id.strip("<>"), "PORT": "9",
    }  # fmt: skip
    for mark, value in marks.items():
        raw = raw.replace(f"@@{mark}@@".encode(), value.encode())
    return raw
