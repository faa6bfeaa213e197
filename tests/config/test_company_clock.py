"""The company's time zone, set up by the manager, is the one days are counted in."""

from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

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


def test_a_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError):
        Company(name="公司", time_zone="Asia/Atlantis").full_clean()
