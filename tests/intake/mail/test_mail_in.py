from __future__ import annotations

from collections.abc import Callable

import pytest

from complaints.models import Complaint, Message
from intake.models import Submission
from tests.intake.mail.conftest import letter

pytestmark = pytest.mark.django_db


def test_a_mail_becomes_a_case(ingest: Callable[[bytes], Submission]) -> None:
    submission = ingest(letter("热水壶漏水，请退款。"))

    case = submission.filing.complaint
    assert case.story == "投诉\n\n热水壶漏水，请退款。"
    assert (case.medium, case.complainant.name, case.complainant.email) == ("email", "李雷", "li@example.com")
    receipt = Message.objects.get(complaint=case)
    assert (receipt.kind, receipt.state, receipt.medium) == ("receipt", "queued", "email")
    assert Complaint.objects.count() == 1
