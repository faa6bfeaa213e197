"""E5: a forgotten password."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints import outbox
from complaints.models import Message
from staff.models import User
from tests.factories.staff import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    found: User = UserFactory.create(email="kim@example.com", language="en")
    return found


def ask(client: Any, email: str) -> Any:
    return client.post(reverse("admin_password_reset"), {"email": email})


def link_for(user: User) -> str:
    row = Message.objects.filter(to_user=user).latest("pk")
    found = re.search(r"https?://\S+", outbox.body_of(row).text)
    assert found
    return found[0].removeprefix("http://localhost:8000")


def test_the_sign_in_page_leads_there(client: Any) -> None:
    assert reverse("admin_password_reset") in client.get(reverse("admin:login")).content.decode()
    assert client.get(reverse("admin_password_reset")).status_code == 200
    assert client.get(reverse("password_reset_complete")).status_code == 200


def test_e5_known_and_unknown_get_the_same_answer(client: Any, user: User) -> None:
    known, unknown = ask(client, "KIM@example.com"), ask(client, "nobody@example.com")

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert client.get(known.url).status_code == 200
    assert Message.objects.get().to_user == user


def test_e5_twenty_requests_are_three_mails(client: Any, user: User) -> None:
    assert {ask(client, "kim@example.com").status_code for _time in range(20)} == {302}

    assert Message.objects.filter(to_user=user, kind=Message.Kind.PASSWORD_RESET).count() == 3


@pytest.mark.parametrize("twin", ["\u212aim@example.com", "ｋim@example.com", "kım@example.com", "kim@exampIe.com"])
def test_e5_a_look_alike_finds_nobody(client: Any, user: User, twin: str) -> None:
    assert ask(client, twin).status_code in (200, 302)

    assert not Message.objects.exists()


def test_e5_the_link_works_once(client: Any, user: User) -> None:
    ask(client, "kim@example.com")
    link = link_for(user)

    form = client.get(link, follow=True)
    assert form.context["validlink"]
    answer = client.post(form.request["PATH_INFO"], {"new_password1": "harbour-rain-9-plum", "new_password2": "harbour-rain-9-plum"})
    assert answer.url == reverse("password_reset_complete")
    user.refresh_from_db()
    assert user.check_password("harbour-rain-9-plum")

    assert not client.get(link, follow=True).context["validlink"]


def test_e5_the_link_is_good_for_a_day(client: Any, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.contrib.auth.tokens import default_token_generator

    ask(client, "kim@example.com")
    link = link_for(user)
    late = timezone.make_naive(timezone.now()) + timedelta(hours=25)
    monkeypatch.setattr(default_token_generator, "_now", lambda: late)

    assert not client.get(link, follow=True).context["validlink"]


def test_who_left_gets_no_link(client: Any) -> None:
    UserFactory.create(email="gone@example.com", is_active=False)

    ask(client, "gone@example.com")

    assert not Message.objects.exists()


@pytest.mark.parametrize("host", ["evil.example", "good@evil.example", "localhost:1@evil.example"])
def test_d12_another_host_is_refused(client: Any, user: User, host: str) -> None:
    assert client.post(reverse("admin_password_reset"), {"email": "kim@example.com"}, headers={"host": host}).status_code == 400
    client.post(reverse("admin_password_reset"), {"email": "kim@example.com"}, headers={"x-forwarded-host": host})
    assert outbox.body_of(Message.objects.get()).text.count("evil") == 0
