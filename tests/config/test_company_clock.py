"""The company's time zone, set up by the manager, is the one days are counted in."""

from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone
from django_q.tasks import async_task

from config import clock
from config.middleware import CompanyClock
from staff.models import Company
from tests.factories.staff import CompanyFactory

pytestmark = pytest.mark.django_db


def day_in_a_request(path: str = "/") -> str:
    seen: list[str] = []

    def view(_request: HttpRequest) -> HttpResponse:
        seen.append(str(timezone.localdate(datetime(2026, 3, 2, 20, 0, tzinfo=UTC))))
        return HttpResponse()

    CompanyClock(view)(RequestFactory().get(path))
    return seen[0]


@pytest.mark.parametrize(("zone", "day"), [("Asia/Shanghai", "2026-03-03"), ("America/New_York", "2026-03-02")])
def test_a_request_lives_in_the_company_s_day(zone: str, day: str) -> None:
    cache.delete("company.time_zone")
    CompanyFactory.create(time_zone=zone)
    assert day_in_a_request() == day
    cache.delete("company.time_zone")


@pytest.mark.parametrize(("zone", "day"), [("Asia/Shanghai", "2026-03-03"), ("America/New_York", "2026-03-02")])
def test_a_task_of_the_worker_lives_in_the_company_s_day(zone: str, day: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.delete("company.time_zone")
    CompanyFactory.create(time_zone=zone)
    before = timezone.get_current_timezone_name()
    seen: list[str] = []

    def see(**_asked: object) -> int:
        seen.append(str(timezone.localdate(datetime(2026, 3, 2, 20, 0, tzinfo=UTC))))
        return 0

    monkeypatch.setattr("complaints.services.lapse.lapse_unanswered", see)
    async_task("complaints.tasks.lapse_unanswered", sync=True)
    assert seen == [day]
    assert timezone.get_current_timezone_name() == before
    cache.delete("company.time_zone")


def test_a_database_that_cannot_be_asked_does_not_end_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise OperationalError

    monkeypatch.setattr(clock, "company_zone", gone)
    clock.before_task()


def test_a_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError):
        Company(name="公司", time_zone="Asia/Atlantis").full_clean()
