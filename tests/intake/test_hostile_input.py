"""Input made to hurt: it gets an answer that refuses it, soon."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.test import Client

from complaints.models import Complaint
from intake.models import Submission
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db
#: The threats say one second; the machine of a test may be busy with much else.
SECONDS = 8
DOORS = ("/complain/", "/track/", "/lost-code/", "/track/case/write/", "/language/")


def soon(act: Callable[[], Any]) -> Any:
    began = time.monotonic()
    answer = act()
    assert time.monotonic() - began < SECONDS
    return answer


JSON = {
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "long number": b'{"story": ' + b"9" * 5_000 + b"}",
    "no number": b'{"story": NaN, "form_key": Infinity}',
    "the same key twice": b'{"story": "a", "story": "b"}',
    "a list": b'["story"]',
    "many keys": b"{" + b",".join(b'"k%d":1' % number for number in range(150_000)) + b"}",
    "another charset": '{"story": "漏水"}'.encode("utf-16"),
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("body", JSON.values(), ids=JSON.keys())
def test_h8_h13_json_at_the_door_of_a_form_is_refused(office: Office, door: str, body: bytes) -> None:
    answer = soon(lambda: Client().post(door, body, content_type="application/json"))

    assert 300 <= answer.status_code < 500
    assert not Submission.objects.exists()


def test_h8_too_many_fields_are_refused(office: Office) -> None:
    answer = soon(lambda: Client().post("/complain/", {f"field{number}": "x" for number in range(1_001)}))

    assert answer.status_code in {400, 413}
    assert not Submission.objects.exists()


SLOW = {"(": "(", "&": "&", "<": "<", "a.": "a.", "@": "a@", "=?": "=?utf-8?q?", "space": " \t", "mark": "\u0301"}
NOTHING_TO_SEE = {" \t", "\u0301"}


@pytest.mark.parametrize("piece", SLOW.values(), ids=SLOW.keys())
@pytest.mark.parametrize("length", [9_900, 1_000_000])
def test_h10_text_made_to_be_slow_is_not(send: Callable[..., Any], piece: str, length: int) -> None:
    text = (piece * length)[:length]

    answer = soon(lambda: send(story=text))
    known = answer.status_code == 302
    assert answer.status_code in {302, 413, 422}
    assert Complaint.objects.exists() is known
    for name in ("email", "phone", "name", "order_number"):
        answer = soon(partial(send, **{name: text}))
        assert answer.status_code in {413, 422} or piece in NOTHING_TO_SEE  # which counts as an empty field


@pytest.mark.parametrize("piece", SLOW.values(), ids=SLOW.keys())
def test_h10_slow_text_at_the_other_doors(walk: Walk, piece: str) -> None:
    text = (piece * 900_000)[:900_000]

    assert soon(lambda: Client().post("/track/", {"code": text})).status_code in {413, 422}
    assert soon(lambda: Client().post("/lost-code/", {"number": text, "contact": text})).status_code in {302, 413, 422}


@pytest.mark.parametrize("header", ["Accept-Language", "Accept", "Content-Type", "Cookie", "If-None-Match", "X-Forwarded-For", "Referer"])
@pytest.mark.parametrize("separator", [",", ";", "-", "=", " ", ";q=0.1,"])
def test_h11_headers_of_separators_are_no_work(office: Office, header: str, separator: str) -> None:
    for path in ("/", "/complain/", "/track/"):
        answer = soon(partial(Client().get, path, headers={header: separator * 100_000}))
        assert answer.status_code < 500
