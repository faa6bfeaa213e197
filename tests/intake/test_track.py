"""The tracking code: who gets in, and who learns nothing."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from complaints.models import Complaint, Message
from complaints.services import codes
from complaints.services.inputs import PartyInput
from complaints.signing import code_for
from intake.models import Attempt
from intake.services import limits
from tests.factories.cases import Office, Walk
from tests.intake.conftest import plain

pytestmark = pytest.mark.django_db
Enter = Callable[..., Any]
WRONG = "ABCDEF-GHJKMN-PQRST2"


def test_the_code_opens_the_case_however_it_is_typed(walk: Walk, customer: Client) -> None:
    code = code_for(walk.case.code_key)

    response = customer.post("/track/", {"code": f"  {code.lower().replace('-', ' ')} "})

    assert response["Location"] == "/track/case/"
    assert walk.case.number in customer.get("/track/case/").content.decode()


def test_a3_the_code_stands_in_no_address_and_in_no_cookie(walk: Walk, customer: Client, enter: Enter) -> None:
    code = code_for(walk.case.code_key)
    response = enter(customer, walk.case)
    page = customer.get("/track/case/")

    assert code not in response["Location"] + page.content.decode()
    assert code not in str(customer.cookies)
    assert not Session.objects.exists()
    assert page["Referrer-Policy"] == "same-origin"
    assert "no-store" in page["Cache-Control"]


def test_a4_every_text_that_is_no_code_gets_the_same_answer(walk: Walk, office: Office) -> None:
    other = Walk(office, timezone.now())
    old = code_for(other.case.code_key)
    codes.renew(complaint=other.case, at=timezone.now())
    texts = [WRONG, "", "x", "漏水", "9" * 5_000, walk.case.number, str(walk.case.pk), old, "' OR 1=1 --"]

    answers = {
        (response.status_code, plain(response))
        for text in texts
        for response in [Client().post("/track/", {"code": text}, REMOTE_ADDR="127.0.0.9")]
    }

    assert len(answers) == 1
    assert next(iter(answers))[0] == 422


def test_a6_the_tenth_wrong_code_is_refused_in_any_session(walk: Walk, enter: Enter) -> None:
    answers = [Client().post("/track/", {"code": WRONG}).status_code for _number in range(12)]

    assert answers[:9] == [422] * 9
    assert set(answers[9:]) == {429}
    refused = enter(Client(), walk.case)
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 660
    assert enter(Client(), walk.case, REMOTE_ADDR="127.0.0.2").status_code == 302


def test_a7_headers_a_client_can_write_do_not_reset_the_count(walk: Walk) -> None:
    sent = [
        Client().post(
            "/track/",
            {"code": WRONG},
            headers={"X-Forwarded-For": f"10.0.0.{n}", "Forwarded": f"for=10.0.0.{n}", "CF-Connecting-IP": f"10.0.0.{n}"},
        )
        for n in range(10)
    ]

    assert sent[-1].status_code == 429


def test_a7_one_ipv6_network_is_one_source_and_right_codes_are_not_counted(walk: Walk, enter: Enter) -> None:
    for number in range(15):
        assert enter(Client(), walk.case, REMOTE_ADDR=f"2001:db8::{number + 1:x}").status_code == 302
    for number in range(9):
        Client().post("/track/", {"code": WRONG}, REMOTE_ADDR=f"2001:db8::{number + 1:x}")

    assert Client().post("/track/", {"code": WRONG}, REMOTE_ADDR="2001:db8::ffff").status_code == 429
    assert Client().post("/track/", {"code": WRONG}, REMOTE_ADDR="2001:db8:0:1::1").status_code == 422


def test_attempts_are_remembered_over_midnight_and_forgotten_after_the_window(db: None) -> None:
    late = datetime(2026, 3, 1, 23, 58, tzinfo=UTC)
    for _number in range(9):
        limits.count(limits.Act.TRACK, address="127.0.0.1", at=late)

    with pytest.raises(limits.TooOften):
        limits.count(limits.Act.TRACK, address="127.0.0.1", at=late + timedelta(minutes=5))
    limits.count(limits.Act.TRACK, address="127.0.0.1", at=late + timedelta(minutes=10))
    kept = Attempt.objects.count()
    assert kept == 10
    assert limits.sweep(at=late + timedelta(days=2)) == kept
    assert not Attempt.objects.exists()


def test_e3_what_was_planted_before_opens_nothing_afterwards(walk: Walk, customer: Client, enter: Enter) -> None:
    customer.get("/complain/")
    session = customer.session
    session["planted"] = True
    session.save()
    planted = {"sessionid": str(session.session_key), "redress_case": "planted"}
    customer.cookies.load(planted)

    enter(customer, walk.case)

    assert walk.case.number in customer.get("/track/case/").content.decode()
    thief = Client()
    thief.cookies.load(planted)
    assert thief.get("/track/case/").status_code == 302


def test_e9_the_way_in_is_closed_to_scripts_other_sites_and_other_pages(walk: Walk, customer: Client, enter: Enter, settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = True
    enter(customer, walk.case)
    cookie = customer.cookies["redress_case"]

    assert (cookie["httponly"], cookie["secure"], cookie["samesite"], cookie["path"]) == (True, True, "Lax", "/track/")
    assert cookie["max-age"] == settings.SESSION_COOKIE_AGE
    made_up = Client()
    made_up.cookies["redress_case"] = cookie.value[:-2] + "xx"
    assert made_up.get("/track/case/")["Location"] == "/track/"
    other = Client()
    other.cookies["redress_filed"] = cookie.value
    assert other.get("/thanks/")["Location"] == "/track/"


def test_e3_the_way_in_ends_after_twelve_hours(walk: Walk, customer: Client, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    enter(customer, walk.case)
    thirteen_hours_on = time.time() + 13 * 3600
    monkeypatch.setattr("django.core.signing.time.time", lambda: thirteen_hours_on)

    assert customer.get("/track/case/")["Location"] == "/track/"


def test_a_renewed_code_ends_what_the_old_one_opened(walk: Walk, customer: Client, enter: Enter) -> None:
    enter(customer, walk.case)
    codes.renew(complaint=walk.case, at=timezone.now())

    assert customer.get("/track/case/")["Location"] == "/track/"
    late = customer.post("/track/case/write/", {"write-text": "一段很长的话"})
    assert late.status_code == 403
    assert "一段很长的话" in late.content.decode()


def test_leaving_forgets_the_case_on_this_device(walk: Walk, customer: Client, enter: Enter) -> None:
    enter(customer, walk.case)

    customer.post("/track/leave/")

    assert customer.get("/track/case/")["Location"] == "/track/"


def test_a9_numbers_and_ids_open_nothing(walk: Walk, customer: Client) -> None:
    for path in (
        f"/complaints/{walk.case.pk}",
        f"/track/{walk.case.number}/",
        f"/track/case/{walk.case.pk}/",
        "/media/",
        "/track/case/file/1/",
    ):
        assert customer.get(path).status_code == 404


@pytest.mark.parametrize("contact", ["wang.fang@example.com", "WANG.FANG@example.com ", "+86 138-0013-8000"])
def test_a_lost_code_is_renewed_for_who_knows_number_and_contact(walk: Walk, customer: Client, contact: str) -> None:
    before = walk.case.code_digest

    response = customer.post("/lost-code/", {"number": walk.case.number.lower(), "contact": contact})

    assert response["Location"] == "/lost-code/sent/"
    assert walk.fresh().code_digest != before
    assert Message.objects.filter(complaint=walk.case, kind=Message.Kind.CODE).count() == 1


@pytest.mark.parametrize(
    ("number", "contact"), [(None, "other@example.com"), ("260101-AAAAA", "wang.fang@example.com"), ("漏水", "1"), (None, "0")]
)
def test_a4_the_page_of_lost_codes_tells_nobody_anything(walk: Walk, customer: Client, number: str | None, contact: str) -> None:
    before = walk.case.code_digest

    wrong = customer.post("/lost-code/", {"number": number or walk.case.number, "contact": contact})
    right = customer.post("/lost-code/", {"number": walk.case.number, "contact": "wang.fang@example.com"})

    assert (wrong.status_code, wrong["Location"], wrong.content) == (right.status_code, right["Location"], right.content)
    assert walk.fresh().code_digest != before
    assert Message.objects.filter(complaint=walk.case, kind=Message.Kind.CODE).count() == 1


def test_a_code_is_renewed_at_most_three_times_an_hour(walk: Walk) -> None:
    for number in range(5):
        Client().post("/lost-code/", {"number": walk.case.number, "contact": "wang.fang@example.com"}, REMOTE_ADDR=f"127.0.0.{number + 1}")

    assert Message.objects.filter(complaint=walk.case, kind=Message.Kind.CODE).count() <= 3


def test_asking_for_new_codes_is_limited_for_one_source(walk: Walk, customer: Client) -> None:
    answers = [customer.post("/lost-code/", {"number": "260101-AAAAA", "contact": "x@example.com"}).status_code for _number in range(11)]

    assert answers[-1] == 429


def test_a1_codes_of_many_cases_differ_and_hold_no_mistakable_letter(walk: Walk) -> None:
    found = {code_for(f"key {number}") for number in range(1_000)}

    assert len(found) == 1_000
    assert not set("".join(found)) & set("ILOU01")
    assert Complaint.objects.filter(code_digest__in=found).count() == 0


def test_who_gave_only_a_telephone_is_told_to_call_and_so_is_everybody_else(
    walk: Walk, office: Office, customer: Client, settings: Any
) -> None:
    only_phone = Walk(office, timezone.now(), complainant=PartyInput(name="李四", phone="010-1234567"))
    before = only_phone.case.code_digest
    sent = [
        customer.post("/lost-code/", {"number": number, "contact": contact}, follow=True, headers={"accept-language": "en"})
        for number, contact in (
            (only_phone.case.number, "0101234567"),
            (walk.case.number, "wang.fang@example.com"),
            ("260101-AAAAA", "x@y.cn"),
        )
    ]
    texts = {plain(page) for page in sent}

    assert len(texts) == 1
    assert "You gave us no e-mail address?" in texts.pop()
    assert "400-000-0000" in plain(sent[0])
    assert "You gave us no e-mail address?" in plain(customer.get("/lost-code/", headers={"accept-language": "en"}))
    assert only_phone.fresh().code_digest == before
    settings.SMS_URL = "https://sms.example.com"
    assert "You gave us neither e-mail nor telephone?" in plain(customer.get("/lost-code/", headers={"accept-language": "en"}))
