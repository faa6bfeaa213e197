"""Two requests at the same moment."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from complaints.models import Complaint, Message
from intake.models import Attempt, Filing, Submission
from intake.services import channels
from tests.factories.cases import Office
from tests.intake.conftest import WORDS

AT_ONCE = 6


@pytest.mark.django_db(transaction=True)
def test_g5_the_same_form_sent_many_times_at_once_is_one_case() -> None:
    Office.found()
    channels.seed()
    key, ready = str(uuid.uuid4()), Barrier(AT_ONCE)

    def send(_number: int) -> int:
        ready.wait()
        try:
            return Client().post("/complain/", {"form_key": key, **WORDS}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(send, range(AT_ONCE)))

    assert answers == [302] * AT_ONCE
    assert (Submission.objects.count(), Filing.objects.count(), Complaint.objects.count()) == (1, 1, 1)
    assert Message.objects.filter(kind=Message.Kind.RECEIPT).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a6_wrong_codes_tried_at_once_are_all_counted() -> None:
    Office.found()
    tries = 14

    def guess(_number: int) -> int:
        try:
            return Client().post("/track/", {"code": "ABCDEF-GHJKMN-PQRST2"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(guess, range(tries)))

    assert answers.count(422) <= 9
    assert answers.count(429) >= tries - 9
    assert Attempt.objects.count() <= 9
