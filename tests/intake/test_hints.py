"""D5, A11: a second complaint about the same is noticed, and nobody but staff and the contact itself is told."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from complaints import outbox
from complaints.models import Complaint, Message
from complaints.signing import code_for
from complaints.workflow import Mode
from intake.likeness import likeness
from intake.models import DuplicateHint
from intake.queries import hints
from tests.complaints.admin.desk import Desk
from tests.factories.cases import Office
from tests.intake.conftest import plain

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]
FIRST = "热水壶漏水，客服两次都没有回电话。"
AGAIN = "我的热水壶又漏水了，打了客服两次，没有人回电话"
OTHER = "快递送错了地址，鞋子的尺码也不对"


def both(send: Send, second: str = AGAIN, **changes: Any) -> tuple[Complaint, Complaint]:
    """Two complaints under the same e-mail address, from two browsers."""
    send(story=FIRST, email="wang.fang@example.com", phone="", order_number="", client=Client())
    send(story=second, **({"email": "Wang.Fang+2@example.com", "phone": "", "order_number": "", "client": Client()} | changes))
    first, last = Complaint.objects.order_by("pk")
    return first, last


def test_likeness_is_the_share_of_the_shorter_text() -> None:
    assert likeness(["a", "b", "c"], ["a", "b", "c", "d", "e"]) == 1.0
    assert likeness(["a", "b", "c", "x"], ["c", "d", "e", "f"]) == 0.25
    assert likeness(["a"], ["a"]) == 0.0


def test_staff_see_on_both_cases_that_they_may_be_one(send: Send, office: Office) -> None:
    first, last = both(send)

    hint = DuplicateHint.objects.get()
    assert (hint.complaint, hint.other, hint.why) == (last, first, DuplicateHint.Why.WORDS)
    assert first.number in Desk(office.agent).case(last).content.decode()
    assert last.number in Desk(office.agent).case(first).content.decode()


def test_another_matter_another_contact_and_a_closed_case_are_no_duplicates(send: Send) -> None:
    both(send, OTHER)
    send(story=AGAIN, email="li.si@example.com", phone="", order_number="", client=Client())

    assert not DuplicateHint.objects.exists()


def test_the_same_order_number_is_a_sign_too(send: Send) -> None:
    send(order_number="A-77", client=Client())
    send(order_number="a-77", story=OTHER, client=Client())

    assert DuplicateHint.objects.get().why == DuplicateHint.Why.ORDER


def test_d5_the_contact_alone_is_told_in_the_receipt_as_it_is_delivered(send: Send) -> None:
    first, last = both(send)
    receipt = Message.objects.get(complaint=last, kind=Message.Kind.RECEIPT)

    assert first.number not in receipt.subject + receipt.text + receipt.html
    body = outbox.body_of(receipt)
    assert first.number in body.text
    assert first.number in body.html
    assert last.number not in outbox.body_of(Message.objects.get(complaint=first, kind=Message.Kind.RECEIPT)).text


def test_a11_who_types_somebody_elses_contact_learns_nothing(send: Send, enter: Callable[..., Any]) -> None:
    """Neither the answer to the form, nor the thanks, nor the tracking page or the copy of the new case names the other one."""
    send(story=FIRST, email="wang.fang@example.com", phone="", order_number="", client=Client())
    first = Complaint.objects.get()
    stranger = Client()

    answer = send(story=AGAIN, email="wang.fang@example.com", phone="", order_number="", client=stranger)
    last = Complaint.objects.exclude(pk=first.pk).get()
    enter(stranger, last)

    assert (answer.status_code, answer["Location"]) == (302, "/thanks/")
    for path in ("/thanks/", "/track/case/", "/track/case/copy/", "/track/case/copy/?as=json", "/complain/"):
        page = stranger.get(path).content.decode()
        assert first.number not in page
        assert code_for(first.code_key) not in page


def test_a_protected_case_is_compared_with_nothing(send: Send) -> None:
    both(send, AGAIN, mode=Mode.CONFIDENTIAL.value)

    assert not DuplicateHint.objects.exists()


def test_a_sign_names_no_case_that_does_not_exist_for_the_reader(send: Send, office: Office) -> None:
    first, last = both(send)

    assert [each for each, _why in hints.of_case(first, user=office.agent)] == [last]
    assert hints.of_case(first, user=office.investigator) == []


def test_the_browser_that_filed_is_asked_before_it_files_again(send: Send, customer: Client) -> None:
    send()
    number = Complaint.objects.get().number

    assert number in customer.get("/complain/").content.decode()
    assert number not in Client().get("/complain/").content.decode()
    customer.post("/track/leave/")
    assert number not in plain(customer.get("/complain/"))


def test_i1_an_anonymous_browser_is_reminded_of_nothing(send: Send, customer: Client) -> None:
    send(mode=Mode.ANONYMOUS.value)

    assert Complaint.objects.get().number not in customer.get("/complain/").content.decode()
