"""Suggestions, enquiries and praise are answered; a wrong kind is changed without filing anew."""

from datetime import datetime

import pytest

from complaints.models import Complaint, Message
from complaints.services import kinds
from complaints.services.errors import NotPossible
from complaints.workflow import Kind, Outcome, Step
from tests.factories.cases import Office, Walk
from tests.factories.staff import DepartmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return Office.found()


@pytest.mark.parametrize("kind", [Kind.ENQUIRY, Kind.SUGGESTION, Kind.PRAISE])
def test_what_is_no_complaint_is_answered_and_done(office: Office, now: datetime, kind: Kind) -> None:
    case = Walk(office, now, kind=kind).case
    assert case.step == Step.ANSWER

    kinds.answer(complaint_id=case.pk, by=office.agent, at=now, text="谢谢您的建议，我们已经采纳。")

    case = Complaint.objects.get(pk=case.pk)
    assert (case.step, case.outcome) == (Step.CLOSED, Outcome.ANSWERED)
    answer = Message.objects.get(complaint=case, kind=Message.Kind.ANSWER)
    assert "我们已经采纳" in answer.text
    assert not Complaint.objects.in_figures().filter(pk=case.pk).exists()


def test_an_enquiry_that_is_a_complaint_becomes_one_under_the_same_number_and_code(office: Office, now: datetime) -> None:
    case = Walk(office, now, kind=Kind.ENQUIRY).case

    kinds.change(complaint_id=case.pk, by=office.agent, at=now, kind=Kind.COMPLAINT, reason="其实是投诉")

    after = Complaint.objects.get(pk=case.pk)
    assert (after.kind, after.step) == (Kind.COMPLAINT, Step.APOLOGIZE)
    assert (after.number, after.code_key, after.story) == (case.number, case.code_key, case.story)


def test_a_complaint_that_is_a_suggestion_leaves_the_ten_steps(office: Office, now: datetime) -> None:
    walk = Walk(office, now)
    walk.apologize()

    kinds.change(complaint_id=walk.case.pk, by=office.agent, at=now, kind=Kind.SUGGESTION, reason="是建议")

    assert walk.fresh().step == Step.ANSWER


def test_a_complaint_that_is_a_report_goes_to_the_supervision_and_its_first_reader_sees_it_no_more(office: Office, now: datetime) -> None:
    supervision = DepartmentFactory.create(name="监察室", supervises=True)
    walk = Walk(office, now)

    kinds.change(complaint_id=walk.case.pk, by=office.agent, at=now, kind=Kind.REPORT, reason="反映收受回扣")

    case = walk.fresh()
    assert (case.department, case.handler, case.step) == (supervision, None, Step.APOLOGIZE)
    assert not Complaint.objects.visible_to(office.agent).filter(pk=case.pk).exists()


def test_the_same_kind_again_changes_nothing(office: Office, now: datetime) -> None:
    case = Walk(office, now).case
    with pytest.raises(NotPossible):
        kinds.change(complaint_id=case.pk, by=office.agent, at=now, kind=Kind.COMPLAINT, reason="")
