"""I10: at any time a customer can have a copy of their data, put it right, and ask for erasure. A11: never anything of staff's own."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from complaints.models import Complaint, Customer, DataRequest, Message, Note
from complaints.services import erasure, kinds, notes
from complaints.services.people import contact_digest
from complaints.workflow import Actor, Kind, Mode, Outcome, Step
from intake.models import Channel
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]
Enter = Callable[..., Any]
OWN_PAGES = ("/track/case/data/", "/track/case/copy/", "/track/case/copy/?as=json", "/track/case/reception/")


@pytest.mark.parametrize("path", OWN_PAGES)
def test_a9_a12_the_pages_open_for_the_holder_of_the_code_alone_and_no_cache_keeps_them(
    walk: Walk, customer: Client, enter: Enter, path: str, django_assert_max_num_queries: Any
) -> None:
    assert Client().get(path)["Location"] == "/track/"
    enter(customer, walk.case)
    with django_assert_max_num_queries(20 if "copy" in path else 12):
        response = customer.get(path)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]


def test_i10_the_copy_holds_what_they_gave_and_were_told(send: Send, customer: Client, enter: Enter) -> None:
    send(story="壶漏水了", own_proposal="换一只新的", email="wang.fang@example.com")
    case = Complaint.objects.get()
    enter(customer, case)

    copied = customer.get("/track/case/copy/?as=json")

    assert copied["Content-Disposition"] == f'attachment; filename="{case.number}.json"'
    held = copied.content.decode()
    data = json.loads(held)
    for given in ("壶漏水了", "换一只新的", "王芳", "138 0013 8000", "wang.fang@example.com", "A-1024", case.number):
        assert given in held
        assert given in customer.get("/track/case/copy/").content.decode()
    assert {"case", "person", "arrived", "given", "conversation"} <= set(data)


def test_a11_the_copy_holds_nothing_of_staffs_own(walk: Walk, customer: Client, enter: Enter, office: Office) -> None:
    walk.to(Step.PROPOSE)
    notes.add(complaint_id=walk.case.pk, by=office.investigator, at=timezone.now(), text="内部备注：此人难缠")
    walk.submit()
    enter(customer, walk.case)

    for path in OWN_PAGES:
        page = customer.get(path).content.decode()
        assert Note.objects.get().text not in page
        assert "阀门密封圈批次不合格" not in page  # the cause, before anybody decided
        assert "上门更换密封圈" not in page  # a solution that waits for approval


def test_i4_i10_what_lies_under_seal_is_masked_even_for_the_holder_of_the_code(send: Send, customer: Client, enter: Enter) -> None:
    """The customer knows it and sees that we have it; who came by the code otherwise does not learn who they are."""
    send(mode=Mode.CONFIDENTIAL.value, email="sealed@example.com", name="欧阳雪怀", phone="13912345670")
    enter(customer, Complaint.objects.get())

    for path in OWN_PAGES:
        page = customer.get(path).content.decode()
        assert not [each for each in ("sealed@example.com", "欧阳雪怀", "13912345670", "雪怀") if each in page], path
    for path in OWN_PAGES[1:3]:
        page = customer.get(path).content.decode()
        assert "s***@example.com" in page
        assert "139****5670" in page


def test_i4_what_is_left_empty_stays_under_seal_as_it_was(send: Send, customer: Client, enter: Enter) -> None:
    send(mode=Mode.CONFIDENTIAL.value, email="sealed@example.com", name="欧阳雪怀", phone="13912345670")
    case = Complaint.objects.get()
    enter(customer, case)

    assert customer.post("/track/case/contact/", {"complaint": case.number, "contact-phone": "13900000001"}).status_code == 302

    party = Complaint.objects.get().complainant
    assert (party.identity().name, party.identity().email, party.identity().phone) == ("欧阳雪怀", "sealed@example.com", "13900000001")
    assert party.contact_digest == contact_digest("sealed@example.com", "")


@pytest.mark.parametrize("mode", [Mode.REAL_NAME, Mode.CONFIDENTIAL])
def test_i10_name_and_contact_are_put_right_and_staff_read_that_not_what(send: Send, customer: Client, enter: Enter, mode: Mode) -> None:
    send(mode=mode.value, email="old@example.com")
    case = Complaint.objects.get()
    enter(customer, case)

    wrong = customer.post("/track/case/contact/", {"complaint": case.number, "contact-email": "nonsense"})
    assert wrong.status_code == 422
    right = {"complaint": case.number, "contact-name": "王小芳", "contact-phone": "139 0000 0001", "contact-email": "New@example.com"}
    assert customer.post("/track/case/contact/", right).status_code == 302

    party = Complaint.objects.get().complainant
    assert (party.identity().name, party.identity().email, party.identity().phone) == ("王小芳", "new@example.com", "139 0000 0001")
    assert party.contact_digest == contact_digest("new@example.com", "")
    assert party.history.filter(history_change_reason="correct").exists()
    said = Message.objects.get(complaint=case, direction="in").text
    assert "new@example.com" not in said.lower()
    assert "王小芳" not in said
    if mode == Mode.REAL_NAME:
        assert Customer.objects.get().email == "new@example.com"


def test_a_customer_known_from_other_cases_is_matched_anew(send: Send, customer: Client, enter: Enter) -> None:
    send(email="wang.fang@example.com", client=Client())
    send(email="wang.fang@example.com", story="另一件事", client=Client())
    case = Complaint.objects.latest("pk")
    enter(customer, case)

    customer.post(
        "/track/case/contact/", {"complaint": case.number, "contact-name": "李四", "contact-phone": "", "contact-email": "li@example.com"}
    )

    assert sorted(Customer.objects.values_list("email", flat=True)) == ["li@example.com", "wang.fang@example.com"]


def test_in_ones_own_name_some_contact_stays(send: Send, customer: Client, enter: Enter) -> None:
    send()
    case = Complaint.objects.get()
    enter(customer, case)

    assert customer.post("/track/case/contact/", {"complaint": case.number, "contact-name": "王芳"}).status_code == 422
    assert Complaint.objects.get().complainant.phone == "138 0013 8000"


def test_i1_an_anonymous_customer_has_nothing_to_put_right(send: Send, customer: Client, enter: Enter) -> None:
    send(mode=Mode.ANONYMOUS.value)
    case = Complaint.objects.get()
    enter(customer, case)

    assert 'name="contact-email"' not in customer.get("/track/case/data/").content.decode()
    forced = customer.post(
        "/track/case/contact/", {"complaint": case.number, "contact-name": "林CANARY", "contact-email": "a@canary.example"}
    )
    assert forced.status_code == 409
    assert Complaint.objects.get().complainant.identity().email == ""


def test_i10_erasure_is_asked_for_once_and_answered_on_the_page(walk: Walk, customer: Client, enter: Enter, office: Office) -> None:
    enter(customer, walk.case)
    for _twice in range(2):
        assert customer.post("/track/case/erase/", {"complaint": walk.case.number}).status_code == 302
    request = DataRequest.objects.get()
    erasure.decide(request_id=request.pk, granted=False, answer="法律要求保存三年。", by=office.manager, at=timezone.now())

    assert "法律要求保存三年。" in customer.get("/track/case/data/").content.decode()


def test_i10_after_the_erasure_the_code_opens_a_case_without_words(walk: Walk, customer: Client, enter: Enter) -> None:
    walk.to(Step.CLOSED)
    erasure.erase(complaint_id=walk.case.pk, reason="at request", by=Actor.SYSTEM, at=timezone.now())
    enter(customer, walk.case)

    for path in ("/track/case/", *OWN_PAGES):
        page = customer.get(path).content.decode()
        for gone in ("热水器用了三天就漏水", "王芳", "wang.fang@example.com", "13800138000"):
            assert gone not in page


def test_what_is_only_answered_shows_two_stages_and_can_be_taken_back(walk: Walk, customer: Client, enter: Enter, office: Office) -> None:
    asked = Walk(office, timezone.now() - timedelta(hours=1), kind=Kind.ENQUIRY, demands=[])
    enter(customer, asked.case)

    page = customer.get("/track/case/").content.decode()
    assert page.count('<li class="now"') + page.count('<li class="ahead"') == 2
    assert "/track/case/withdraw/" in page
    kinds.answer(complaint_id=asked.case.pk, by=office.agent, at=timezone.now(), text="我们周末也营业。")
    page = customer.get("/track/case/").content.decode()
    assert asked.fresh().outcome == Outcome.ANSWERED
    assert "我们周末也营业。" in page


def test_channels_are_made_known_as_their_rows_say(customer: Client, office: Office) -> None:
    Channel.objects.filter(code="phone").update(address="400-820-1234", hours="全天", note="可以留言")
    Channel.objects.filter(code="fax").update(address="021-5555", published=False)
    Channel.objects.filter(code="letter").update(address="邮政信箱 7 号", active=False)

    page = customer.get("/channels/").content.decode()

    for shown in ("400-820-1234", "全天", "可以留言"):
        assert shown in page
    for hidden in ("021-5555", "邮政信箱 7 号"):
        assert hidden not in page
    assert "400-820-1234" in customer.get("/").content.decode()
