"""What is tried against the back office: markup in every field, forged and foreign requests, unsafe reads, two at once."""

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from complaints.models import Category, Complaint, StepChange
from complaints.services import messages, notes
from complaints.services.inputs import DemandInput, PartyInput
from complaints.workflow import Actor, Step
from tests.complaints.admin.desk import Desk
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db

EVIL = '"><svg/onload=window.__x=1>'
PAGES = ("complaints_complaint", "complaints_message", "complaints_customer", "complaints_stepchange")


def evil_walk(office: Office) -> Walk:
    who = PartyInput(name=EVIL[:80], phone="13800138000", address=EVIL)
    walk = Walk(
        office,
        timezone.now() - timedelta(hours=4),
        story=EVIL,
        own_proposal=EVIL,
        order_number=EVIL,
        complainant=who,
        demands=[DemandInput("other", EVIL)],
    )
    walk.apologize(words=EVIL)
    walk.record(facts=EVIL, allegations=[EVIL])
    messages.receive(complaint_id=walk.case.pk, text=EVIL, medium="web", by=Actor.COMPLAINANT, at=walk.at)
    notes.add(complaint_id=walk.case.pk, by=office.agent, at=walk.at, text=EVIL)
    return walk


def test_c1_markup_of_customers_is_text_everywhere(office: Office) -> None:
    walk = evil_walk(office)
    desk = Desk(office.manager)
    pages = [desk.case(walk.case), desk.get("index"), desk.get("complaints_complaint_history", walk.case.pk)]
    pages += [desk.get(f"{name}_changelist", q="svg") for name in PAGES] + [desk.get(f"{name}_changelist") for name in PAGES]
    pages.append(Desk(office.agent).act(walk.case, "classify", reasons=EVIL))
    for page in pages:
        assert "<svg/onload" not in page.content.decode()


def test_c4_pages_of_staff_have_their_policy_and_no_inline_script(office: Office) -> None:
    walk = evil_walk(office)
    desk = Desk(office.agent)
    for page in (
        desk.case(walk.case),
        desk.get("index"),
        desk.get("complaints_complaint_changelist"),
        desk.get("intake_submission_add"),
    ):
        policy = page["Content-Security-Policy"]
        assert "script-src 'self' 'unsafe-eval'" in policy
        assert "frame-ancestors 'none'" in policy
        assert page["X-Frame-Options"] == "DENY"
        assert "no-store" in page["Cache-Control"]
        scripts = re.findall(r"<script([^>]*)>", page.content.decode())
        assert [attributes for attributes in scripts if "src=" not in attributes and "application/json" not in attributes] == []


def test_e1_an_act_without_its_token_is_refused(office: Office) -> None:
    walk = evil_walk(office)
    client = Client(enforce_csrf_checks=True)
    client.force_login(office.agent, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(f"/admin/complaints/complaint/{walk.case.pk}/act/add_note/", {"text": "x"}).status_code == 403
    assert walk.case.notes.count() == 1


def test_e2_reading_changes_nothing(office: Office) -> None:
    walk = evil_walk(office)
    desk, before = Desk(office.agent), StepChange.objects.count()
    for act in ("claim", "classify", "withdraw", "close"):
        assert desk.client.get(f"/admin/complaints/complaint/{walk.case.pk}/act/{act}/").status_code == 302
    desk.case(walk.case)
    assert StepChange.objects.count() == before


def test_f9_nothing_is_deleted(office: Office) -> None:
    walk = evil_walk(office)
    desk = Desk(office.manager)
    for url in (f"complaint/{walk.case.pk}", f"category/{office.category.pk}"):
        assert desk.client.post(f"/admin/complaints/{url}/delete/", {"post": "yes"}).status_code == 403
    assert Category.objects.filter(pk=office.category.pk).exists()
    assert Complaint.objects.filter(pk=walk.case.pk).exists()


@pytest.mark.parametrize("pk", ["0", "99999999999999999999", "abc", "1;drop", "٣x", "-1", "1.5"])
def test_an_address_of_no_case_is_404(office: Office, pk: str) -> None:
    desk = Desk(office.manager)
    for end in ("change/", "act/claim/", "history/", "delete/"):
        assert desk.client.get(f"/admin/complaints/complaint/{pk}/{end}").status_code == 404


@pytest.mark.parametrize("field", ["facts", "allegations-0-text"])
@pytest.mark.parametrize("text", ["", " ", "x" * 20_000, "e" + "\u0301" * 10_000, "\u202e" * 5])
def test_bad_text_is_refused_or_kept_never_broken(office: Office, field: str, text: str) -> None:
    walk = Walk(office, timezone.now() - timedelta(hours=4))
    walk.apologize()
    said = {"facts": "漏水", "how": "read_back", "result": "confirmed", "allegations-TOTAL_FORMS": "1", "allegations-INITIAL_FORMS": "0"}
    said |= {
        "allegations-0-text": "漏水",
        "demands-TOTAL_FORMS": "0",
        "demands-INITIAL_FORMS": "0",
        "named-TOTAL_FORMS": "0",
        "named-INITIAL_FORMS": "0",
    }
    fields: dict[str, Any] = {**said, field: text}
    assert Desk(office.agent).act(walk.case, "record_facts", **fields).status_code in {302, 409, 422}


def test_forged_row_counts_are_refused(office: Office) -> None:
    walk = Walk(office, timezone.now() - timedelta(hours=4))
    walk.apologize()
    fields: dict[str, Any] = {
        "facts": "x",
        "allegations-TOTAL_FORMS": "1000000",
        "allegations-INITIAL_FORMS": "-3",
        "demands-TOTAL_FORMS": "abc",
    }
    assert Desk(office.agent).act(walk.case, "record_facts", **fields).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_g1_two_heads_approve_at_once_and_one_wins() -> None:
    office = Office.found()
    walk = Walk(office, timezone.now() - timedelta(hours=4))
    walk.to(Step.PROPOSE)
    walk.submit()
    seen = walk.case.changes.count()
    desks = [Desk(office.head), Desk(office.head)]
    start, answers = threading.Barrier(2), []

    def approve(desk: Desk) -> None:
        start.wait(timeout=20)
        answers.append(desk.act(walk.case, "approve_remedy", seen=seen, version=1).status_code)
        connection.close()

    threads = [threading.Thread(target=approve, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(answers) == [302, 409]
    assert StepChange.objects.filter(complaint=walk.case, transition="approve_remedy").count() == 1
