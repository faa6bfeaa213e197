"""Cases made like others are whole: `manage.py verify` finds nothing wrong with them."""

import uuid
from contextlib import suppress
from datetime import timedelta
from io import StringIO
from random import Random
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from complaints.models import Complaint, Message, StepChange
from complaints.querysets import ComplaintQuerySet
from complaints.signing import code_for, digest_of
from complaints.workflow import Step
from config.bench import generate, originals
from config.bench.copies import Mould
from config.bench.words import COMMON, Sentences
from intake.models import Submission
from intake.services import channels, submit
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def attachments_aside(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "attachments"


def company_with_two_cases() -> None:
    """One closed, one that came by the form and is open."""
    office = Office.found()
    channels.seed()
    Walk(office, timezone.now() - timedelta(days=60)).to(Step.CLOSED)
    web = channels.web()
    assert web is not None
    claim = {"name": "王芳", "phone": "138 0013 8000"}
    words = {"story": "热水壶漏水。", "demands": ["repair"]}
    submit.submit(channel=web, form_key=uuid.uuid4(), language="zh-hans", payload=words, claim=claim, at=timezone.now())


def moulds() -> list[Mould]:
    return [Mould(originals.read(case)) for case in Complaint.objects.order_by("pk")]


def test_made_cases_are_whole_and_differ_in_what_is_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    company_with_two_cases()
    monkeypatch.setattr(generate, "OPEN_SHARE", 0.5)

    generate._stream(moulds(), 2, 42, "seed")

    assert Complaint.objects.count() == 42
    assert Complaint.objects.filter(step=Step.CLOSED).count() == 21
    for name in ("number", "code_key", "code_digest"):
        assert Complaint.objects.values(name).distinct().count() == 42
    newest = Complaint.objects.select_related("complainant__customer").latest("pk")
    assert newest.code_digest == digest_of(code_for(newest.code_key))
    customer = newest.complainant.customer
    assert customer is not None
    assert newest.complainant.name == customer.name
    assert newest.complainant.email.endswith("customers.example") or newest.complainant.phone.startswith("100")
    assert Message.objects.filter(complaint=newest, kind=Message.Kind.RECEIPT, text__contains=newest.number).exists()
    assert StepChange.objects.filter(complaint=newest).exists()
    assert Submission.objects.count() == 21 == Submission.objects.values("form_key").distinct().count()
    said = StringIO()
    with suppress(SystemExit):
        call_command("verify", stdout=said)
    assert said.getvalue().splitlines()[-1] == "0 violations", said.getvalue()


def test_made_cases_are_found_by_what_they_say_and_who_says_it() -> None:
    company_with_two_cases()
    generate._stream(moulds(), 2, 60, "seed")
    sentence = next(text for text in COMMON if Complaint.objects.filter(story__endswith=text).exists())
    case = Complaint.objects.filter(story__endswith=sentence).select_related("complainant").latest("pk")
    everything: ComplaintQuerySet = Complaint.objects.all()

    for text in (sentence[-5:-1], case.number.lower(), case.complainant.name, case.complainant.email or case.complainant.phone[-6:]):
        assert case in everything.search(text), text


def test_new_cases_go_on_where_the_made_ones_end() -> None:
    company_with_two_cases()
    generate._stream(moulds(), 2, 10, "seed")
    channel, last = channels.web(), Complaint.objects.latest("pk").pk
    assert channel is not None

    words = {"story": "再来一次。", "demands": ["heard"]}
    sent = submit.submit(channel=channel, form_key=uuid.uuid4(), language="zh-hans", payload=words, at=timezone.now())

    assert sent.complaint is not None
    assert sent.complaint.pk == last + 1


def test_the_same_seed_says_the_same() -> None:
    sentences = Sentences()
    assert [sentences.draw(Random(number)) for number in range(50)] == [Sentences().draw(Random(number)) for number in range(50)]
