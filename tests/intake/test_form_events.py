"""How the form is used is counted by the hour; nothing about who (I1)."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from intake.models import FormEvent
from intake.queries.form_figures import figures
from intake.services import form_events
from tests.factories.cases import Office

pytestmark = pytest.mark.django_db
What = FormEvent.What


def opened(seconds_ago: int = 0) -> str:
    return form_events.stamp(at=timezone.now() - timedelta(seconds=seconds_ago))


def tell(client: Client, **said: str) -> int:
    return int(client.post("/complain/event/", {"opened": opened(40), **said}).status_code)


def test_opened_left_refused_and_sent_are_counted_by_the_hour(customer: Client, office: Office, send: Callable[..., Any]) -> None:
    tell(customer, what="opened")
    tell(customer, what="left", field="own_proposal", fields="3")
    send(story="", opened=opened(60))
    send(opened=opened(90))

    kept = list(FormEvent.objects.order_by("pk").values_list("what", "field", "fields"))
    assert kept == [("opened", "", None), ("left", "own_proposal", 3), ("refused", "story", None), ("sent", "", 7)]
    assert FormEvent.objects.get(what=What.LEFT).seconds in range(40, 60)
    assert FormEvent.objects.get(what=What.SENT).seconds in range(90, 120)
    assert {(each.hour.minute, each.hour.second, each.hour.microsecond) for each in FormEvent.objects.all()} == {(0, 0, 0)}


@pytest.mark.parametrize(
    "said",
    [
        {"what": "sent"}, {"what": "x" * 900}, {"what": "opened", "opened": "forged"}, {"what": "opened", "opened": ""},
        {"what": "opened", "opened": "x" * 5_000},
    ],
)  # fmt: skip
def test_what_is_not_ours_is_not_kept(customer: Client, office: Office, said: dict[str, str]) -> None:
    assert tell(customer, **said) == 204
    assert not FormEvent.objects.exists()


def test_a_name_that_is_no_field_and_a_count_that_is_none_are_not_kept(customer: Client, office: Office) -> None:
    tell(customer, what="left", field="王芳 13800138000", fields="9" * 50)

    event = FormEvent.objects.get()
    assert (event.field, event.fields) == ("", None)


def test_a_form_left_open_for_a_day_counts_for_no_time(send: Callable[..., Any]) -> None:
    send(opened=opened(90_000))

    assert FormEvent.objects.get(what=What.SENT).seconds is None


def test_the_beacon_bears_the_token_like_every_form(office: Office) -> None:
    strict = Client(enforce_csrf_checks=True)
    page = strict.get("/complain/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token

    assert strict.post("/complain/event/", {"what": "opened", "opened": opened()}).status_code == 403
    assert strict.post("/complain/event/", {"what": "opened", "opened": opened(), "csrfmiddlewaretoken": token[1]}).status_code == 204
    assert FormEvent.objects.count() == 1


def test_h14_a_flood_of_events_is_dropped_in_silence(customer: Client, office: Office, settings: Any) -> None:
    settings.LIMITS = {**settings.LIMITS, "form": (3, 3600)}

    assert [tell(customer, what="opened") for _number in range(5)] == [204] * 5
    assert FormEvent.objects.count() == 3


def test_the_figures_tell_where_people_leave(customer: Client, office: Office, send: Callable[..., Any]) -> None:
    for _number in range(2):
        tell(customer, what="opened")
    tell(customer, what="left", field="phone", fields="2")
    send(opened=opened(100))
    send(story="")

    now = timezone.now()
    found = figures(since=now - timedelta(hours=2), until=now + timedelta(hours=1))
    assert (found.opened, found.sent) == (2, 1)
    assert found.median_seconds is not None
    assert 100 <= found.median_seconds < 130
    assert [times for _label, times in found.left_at] == [1]
    assert [times for _label, times in found.refused_at] == [1]
    assert figures(since=now + timedelta(hours=2), until=now + timedelta(hours=3)).median_seconds is None


def test_complaint_management_reads_the_figures_and_finds_the_posters(customer: Client, office: Office, send: Callable[..., Any]) -> None:
    send(opened=opened(100))
    tell(customer, what="left", field="phone", fields="2")
    page = Client()
    page.force_login(office.manager, backend="django.contrib.auth.backends.ModelBackend")

    text = page.get("/admin/intake/formevent/").content.decode()

    assert f"/poster/{office.reception.code}/" in text
    page.force_login(office.employee, backend="django.contrib.auth.backends.ModelBackend")
    assert page.get("/admin/intake/formevent/").status_code == 403
