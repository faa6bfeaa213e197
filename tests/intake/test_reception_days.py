"""Leaders' reception days: published, booked once, given back."""

import threading
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from complaints.models import Complaint
from complaints.services.errors import NotPossible
from complaints.workflow import Medium
from intake.models import Booking, ReceptionDay, Submission
from intake.queries import reception
from intake.services import reception_days
from intake.services.reception_days import Taken
from tests.emptying import empty
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]


def make_day(office: Office, *, on: date | None = None, published: bool = True) -> ReceptionDay:
    day = on or timezone.localdate() + timedelta(days=3)
    return ReceptionDay.objects.create(
        leader=office.executive, day=day, begins=time(9), ends=time(10, 40), minutes=30, place="一楼接待室", published=published
    )


@pytest.fixture
def day(office: Office) -> ReceptionDay:
    return make_day(office)


def code(day: ReceptionDay, at: str = "0930") -> str:
    return f"{day.pk}-{at}"


def test_the_last_conversation_ends_before_the_day_does(day: ReceptionDay) -> None:
    assert reception.times_of(day) == [time(9), time(9, 30), time(10)]


def test_what_is_published_and_free_is_offered(customer: Client, office: Office, day: ReceptionDay, walk: Walk) -> None:
    hidden = make_day(office, on=timezone.localdate() + timedelta(days=4), published=False)
    past = make_day(office, on=timezone.localdate() - timedelta(days=1))
    reception_days.book(complaint_id=walk.case.pk, slot=code(day), at=timezone.now())

    page = customer.get("/reception-days/").content.decode()

    assert (code(day, "0900") in page, code(day, "0930") in page) == (True, False)
    assert code(hidden, "0900") not in page
    assert code(past, "0900") not in page
    assert office.executive.name in page
    reception_days.publish(day_id=hidden.pk, by=office.manager, at=timezone.now())
    assert code(hidden, "0900") in customer.get("/reception-days/").content.decode()


def test_a_customer_books_from_the_tracking_page_and_gives_it_back(
    customer: Client, day: ReceptionDay, walk: Walk, enter: Callable[..., Any]
) -> None:
    enter(customer, walk.case)
    mine = {"complaint": walk.case.number}

    assert customer.post("/track/case/reception/", {**mine, "book-slot": code(day)})["Location"] == "/track/case/"
    booking = Booking.objects.get()
    assert "09:30" in customer.get("/track/case/").content.decode()
    second = customer.post("/track/case/reception/", {**mine, "book-slot": code(day, "1000")})
    assert second.status_code == 409
    customer.post("/track/case/reception/cancel/", {**mine, "cancel-booking": str(booking.pk)})
    booking.refresh_from_db()
    assert booking.cancelled_at is not None
    assert customer.post("/track/case/reception/", {**mine, "book-slot": code(day, "1000")}).status_code == 302


def test_a_time_somebody_has_is_refused_with_the_free_ones(
    customer: Client, office: Office, day: ReceptionDay, walk: Walk, enter: Callable[..., Any]
) -> None:
    other = Walk(office, timezone.now())
    reception_days.book(complaint_id=other.case.pk, slot=code(day), at=timezone.now())
    enter(customer, walk.case)

    refused = customer.post("/track/case/reception/", {"complaint": walk.case.number, "book-slot": code(day)})

    assert refused.status_code == 409
    assert code(day, "1000") in refused.content.decode()
    assert code(day, "0930") not in refused.content.decode()


def test_a9_a10_nobody_gives_back_the_time_of_another_case(
    customer: Client, office: Office, day: ReceptionDay, walk: Walk, enter: Callable[..., Any]
) -> None:
    other = Walk(office, timezone.now())
    booking = reception_days.book(complaint_id=other.case.pk, slot=code(day), at=timezone.now())
    enter(customer, walk.case)

    answer = customer.post("/track/case/reception/cancel/", {"complaint": walk.case.number, "cancel-booking": str(booking.pk)})

    assert answer.status_code == 404
    booking.refresh_from_db()
    assert booking.cancelled_at is None


def test_a_new_complaint_comes_with_a_time(customer: Client, day: ReceptionDay, send: Send) -> None:
    assert code(day) in customer.get(f"/complain/?slot={code(day)}").content.decode()

    assert send(slot=code(day)).status_code == 302
    case = Complaint.objects.get()
    assert Booking.objects.get(complaint=case).begins == time(9, 30)
    assert (Submission.objects.get().channel.code, case.medium) == ("reception", Medium.VISIT)
    assert "09:30" in customer.get("/thanks/").content.decode()


def test_a_new_complaint_whose_time_is_gone_is_asked_for_another_and_nothing_is_lost(
    customer: Client, day: ReceptionDay, send: Send, walk: Walk
) -> None:
    reception_days.book(complaint_id=walk.case.pk, slot=code(day), at=timezone.now())

    refused = send(slot=code(day), story="我想当面谈谈")

    assert refused.status_code == 409
    assert "我想当面谈谈" in refused.content.decode()
    assert code(day, "1000") in refused.content.decode()
    assert not Submission.objects.exists()
    assert send(slot=code(day, "1000")).status_code == 302


@pytest.mark.parametrize("slot", ["", "x", "1", "1-", "0-0930", "999999999-0930", "1-9999", "１-0930", "9" * 60 + "-0930"])
def test_h6_an_odd_time_books_nothing(customer: Client, day: ReceptionDay, walk: Walk, enter: Callable[..., Any], slot: str) -> None:
    enter(customer, walk.case)

    assert customer.post("/track/case/reception/", {"complaint": walk.case.number, "book-slot": slot}).status_code in {409, 422}
    assert customer.get("/complain/", {"slot": slot}).status_code == 200
    with pytest.raises(NotPossible):
        reception_days.book(complaint_id=walk.case.pk, slot=slot, at=timezone.now())
    assert not Booking.objects.exists()


def test_the_page_of_a_day_has_few_queries(customer: Client, office: Office, day: ReceptionDay, django_assert_max_num_queries: Any) -> None:
    for number in range(4, 9):
        make_day(office, on=timezone.localdate() + timedelta(days=number))

    with django_assert_max_num_queries(10):
        customer.get("/reception-days/")


@pytest.mark.django_db(transaction=True)
def test_of_many_who_book_one_time_at_once_one_gets_it() -> None:
    office = Office.found()
    day = make_day(office)
    cases = [Walk(office, timezone.now()).case for _number in range(4)]
    start, got = threading.Barrier(len(cases)), []

    def book(case: Complaint) -> None:
        start.wait()
        try:
            reception_days.book(complaint_id=case.pk, slot=code(day), at=timezone.now())
            got.append("booked")
        except Taken:
            got.append("taken")
        finally:
            connection.close()

    threads = [threading.Thread(target=book, args=(case,)) for case in cases]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(got) == ["booked", "taken", "taken", "taken"]
    assert Booking.objects.count() == 1
    empty(connection)


def test_the_database_itself_books_a_time_once(office: Office, day: ReceptionDay, walk: Walk) -> None:
    other = Walk(office, timezone.now())
    Booking.objects.create(reception_day=day, begins=time(9), complaint=walk.case, at=timezone.now())
    with pytest.raises(Exception, match="booking_one_at_a_time"), transaction.atomic():
        Booking.objects.create(reception_day=day, begins=time(9), complaint=other.case, at=timezone.now())
