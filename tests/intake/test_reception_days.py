"""Leaders' reception days in the back office: laid down, published, and who has booked as far as the reader sees the case."""

from datetime import date, time, timedelta

import pytest
from django.utils import timezone

from intake.models import Booking, ReceptionDay
from tests.complaints.admin.desk import Desk
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db

LIST = "/admin/intake/receptionday/"


@pytest.fixture
def day(office: Office) -> ReceptionDay:
    return ReceptionDay.objects.create(
        leader=office.executive, day=date(2099, 3, 2), begins=time(9), ends=time(11), place="三楼接待室", published=True
    )


def test_complaint_management_lays_down_a_day_and_its_history_is_kept(office: Office) -> None:
    said = {
        "leader": office.executive.pk,
        "day": "2099-03-02",
        "begins": "09:00",
        "ends": "11:00",
        "minutes": "30",
        "place": "三楼",
        "published": "on",
    }
    desk = Desk(office.manager)
    assert desk.client.post(f"{LIST}add/", said | {"ends": "08:00"}).status_code == 200
    assert desk.client.post(f"{LIST}add/", said).status_code == 302
    day = ReceptionDay.objects.get()
    assert (day.leader, day.published) == (office.executive, True)
    assert day.history.get().history_user == office.manager
    for user in (office.agent, office.executive):
        assert Desk(user).client.get(LIST).status_code == 200
        assert Desk(user).client.post(f"{LIST}add/", said).status_code == 403


def test_r1_of_a_hidden_case_only_the_time_is_shown(office: Office, day: ReceptionDay) -> None:
    at = timezone.now() - timedelta(days=1)
    mine, hidden = Walk(office, at).case, Walk(office, at, department=office.division).case
    for case, begins in ((mine, time(9)), (hidden, time(9, 30))):
        Booking.objects.create(reception_day=day, begins=begins, complaint=case, at=at)
    page = Desk(office.agent).client.get(f"{LIST}{day.pk}/change/").content.decode()
    assert mine.number in page
    assert hidden.number not in page
    assert f"/complaint/{hidden.pk}/" not in page
    assert "09:30" in page
    assert hidden.number in Desk(office.executive).client.get(f"{LIST}{day.pk}/change/").content.decode()
