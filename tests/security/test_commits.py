"""What only real commits and real threads show: F20, G1, G2, G5 through the pages themselves."""

import itertools
import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from complaints.admin.acts import ACTS
from complaints.models import Complaint, Message, Note, StepChange
from complaints.permissions import Refused
from complaints.services import notes
from complaints.workflow import Step
from intake.models import Submission
from intake.services import channels
from staff.models import DeniedAttempt
from tests.complaints.test_races import is_a_path
from tests.factories.cases import Office, Walk
from tests.intake.conftest import WORDS
from tests.security.world import client_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office(db: None, settings: Any, tmp_path: Any) -> Office:
    settings.MEDIA_ROOT = tmp_path
    office = Office.found()
    channels.seed()
    return office


def committed(sql: str) -> list[tuple[Any, ...]]:
    """What another connection sees: that is what was committed."""
    given = {
        key: value for key, value in connection.get_connection_params().items() if key in {"host", "port", "user", "password", "dbname"}
    }
    with psycopg.connect(**given) as other:
        return other.execute(sql).fetchall()


def test_f20_a_denied_attempt_is_committed_though_what_was_done_before_is_rolled_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = Walk(office, timezone.now() - timedelta(hours=3)).case

    @transaction.atomic
    def writes_then_refuses(**given: Any) -> None:
        notes.add(**given)
        raise Refused("Only the head may do this.", act="add_note", target=case.number)

    monkeypatch.setitem(ACTS, "add_note", replace(ACTS["add_note"], service=writes_then_refuses))
    answer = client_of(office.agent).post(f"/admin/complaints/complaint/{case.pk}/act/add_note/", {"text": "half done"})

    assert answer.status_code == 403
    assert committed("SELECT count(*) FROM complaints_note") == [(0,)]
    assert committed("SELECT user_id, method, act, target, reason FROM staff_deniedattempt") == [
        (office.agent.pk, "POST", "add_note", case.number, "Only the head may do this.")
    ]


def test_f20_every_kind_of_refusal_leaves_its_row(office: Office) -> None:
    case = Walk(office, timezone.now() - timedelta(hours=3)).case
    client = client_of(office.auditor)
    tried = [
        client.post(f"/admin/complaints/complaint/{case.pk}/act/apologize/"),
        client.post(f"/admin/complaints/complaint/{case.pk}/change/", {"step": "closed"}),
        client.post(f"/admin/complaints/complaint/{case.pk}/delete/", {"post": "yes"}),
        client.get("/admin/intake/submission/add/"),
        client.post("/admin/staff/user/add/", {"name": "x"}),
        client.post(f"/admin/staff/user/{office.agent.pk}/act/send-reset/"),
    ]
    assert {answer.status_code for answer in tried} == {403}
    assert committed("SELECT count(*), min(user_id), max(user_id) FROM staff_deniedattempt") == [
        (len(tried), office.auditor.pk, office.auditor.pk)
    ]
    assert not DeniedAttempt.objects.filter(at__lt=timezone.now() - timedelta(minutes=5)).exists()


def in_threads(*calls: Callable[[], Any]) -> list[Any]:
    """Run all calls from one barrier, each in a thread with a connection of its own; what each returned."""
    barrier, found = threading.Barrier(len(calls)), [None] * len(calls)

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=30)
            found[index] = call()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=entry) for entry in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=90)
    return found


def test_g5_one_form_sent_by_many_hands_at_once_is_one_case(office: Office) -> None:
    """Double click and two windows: one case, and every window ends at the same page of thanks."""
    for number in range(3):
        key = str(uuid.uuid4())

        def send(key: str = key, number: int = number) -> tuple[int, str, str]:
            client = Client(REMOTE_ADDR=f"127.0.1.{number}")
            answer = client.post("/complain/", {"form_key": key, **WORDS})
            thanks = client.get(answer["Location"]) if answer.status_code == 302 else answer
            return answer.status_code, str(thanks.context["number"]), str(thanks.context["code"])

        answers = in_threads(*[send] * 4)
        assert {status for status, _number, _code in answers} == {302}
        assert len({(shown, code) for _status, shown, code in answers}) == 1
        assert Complaint.objects.count() == Submission.objects.count() == number + 1
        assert Message.objects.filter(kind="receipt").count() == number + 1


def test_g1_two_approvals_by_the_page_at_once_one_wins_and_the_other_is_told(office: Office) -> None:
    walk = Walk(office, timezone.now() - timedelta(hours=5))
    walk.to(Step.PROPOSE)
    walk.submit()
    pk, seen = walk.case.pk, walk.case.changes.latest("sequence").sequence

    def approve() -> tuple[int, str]:
        answer = client_of(office.head).post(f"/admin/complaints/complaint/{pk}/act/approve_remedy/", {"seen": seen, "version": 1})
        return answer.status_code, answer.content.decode()

    answers = in_threads(*[approve] * 4)
    assert sorted(status for status, _page in answers) == [302, 409, 409, 409]
    assert all(office.head.name in page for status, page in answers if status == 409)
    assert StepChange.objects.filter(complaint=pk, transition="approve_remedy").count() == 1
    assert is_a_path(walk.case)


def test_g2_close_and_reopen_and_a_new_follow_up_at_once_leave_one_path(office: Office) -> None:
    for _round in range(3):
        walk = Walk(office, timezone.now() - timedelta(days=1))
        walk.to(Step.FOLLOW_UP)
        walk.ask()
        pk, seen = walk.case.pk, walk.case.changes.latest("sequence").sequence
        today = str(timezone.localdate())
        acts: dict[str, dict[str, Any]] = {
            "close": {},
            "reopen": {"reason": "顾客不满意"},
            "follow_up": {"on": today, "medium": "phone", "reached": "no"},
        }

        def do(act: str, pk: int = pk, seen: int = seen, acts: dict[str, dict[str, Any]] = acts) -> int:
            return client_of(office.caller).post(f"/admin/complaints/complaint/{pk}/act/{act}/", {"seen": seen, **acts[act]}).status_code

        statuses = in_threads(*[lambda act=act: do(act) for act in acts])
        # 404: reopened, the case went out of the caller's sight before the other could ask; 403: it had only just.
        assert set(statuses) <= {302, 403, 404, 409}, statuses
        assert statuses.count(302) == 1
        assert is_a_path(walk.case)
        assert StepChange.objects.filter(complaint=pk).count() == seen + 1


def test_g2_the_customer_answers_while_staff_withdraw(office: Office) -> None:
    from complaints.signing import code_for

    for _round in range(3):
        walk = Walk(office, timezone.now() - timedelta(days=1))
        walk.to(Step.NOTIFY)
        walk.send()
        case, seen = walk.case, walk.case.changes.latest("sequence").sequence

        def accept(case: Complaint = case, seen: int = seen) -> int:
            client = Client()
            client.post("/track/", {"code": code_for(case.code_key)})
            return client.post("/track/case/answer/", {"complaint": case.number, "seen": seen, "answer-verdict": "accept"}).status_code

        def withdraw(case: Complaint = case, seen: int = seen) -> int:
            path = f"/admin/complaints/complaint/{case.pk}/act/withdraw/"
            return client_of(office.investigator).post(path, {"seen": seen, "reason": "顾客来电"}).status_code

        statuses = in_threads(accept, withdraw)
        assert sorted(statuses) == [302, 409], statuses
        assert is_a_path(case)
        newest = StepChange.objects.filter(complaint=case).order_by("-sequence").values_list("transition", flat=True)
        assert len({"accept", "withdraw"} & set(newest)) == 1


def test_g9_cases_filed_at_once_by_the_page_have_numbers_of_their_own(office: Office) -> None:
    keys = [str(uuid.uuid4()) for _each in range(8)]

    def send(key: str) -> int:
        return Client(REMOTE_ADDR="127.0.2.1").post("/complain/", {"form_key": key, **WORDS}).status_code

    assert in_threads(*[lambda key=key: send(key) for key in keys]) == [302] * 8
    numbers = list(Complaint.objects.values_list("number", flat=True))
    assert len(numbers) == len(set(numbers)) == 8
    assert all(before != after for before, after in itertools.pairwise(sorted(numbers)))
    assert not Note.objects.exists()
