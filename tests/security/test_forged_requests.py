"""E1: what another site makes a browser send is refused, at every address and by every method that changes things."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from complaints.models import Complaint
from staff.models import DeniedAttempt
from tests.security.crawl import tables
from tests.security.world import World

pytestmark = pytest.mark.django_db

UNSAFE = ("post", "put", "patch", "delete")
SECRET = "a" * 32


def addresses() -> list[str]:
    """Every address of the site, made from the patterns themselves."""
    return sorted({_filled(route) for route in _routes(get_resolver().url_patterns, "")})


def _routes(patterns: Any, before: str) -> Iterator[str]:
    for one in patterns:
        route = before + str(one.pattern).removeprefix("^").removesuffix("$").removesuffix(r"\Z")
        if isinstance(one, URLResolver):
            yield from _routes(one.url_patterns, route)
        elif isinstance(one, URLPattern):
            yield route


def _filled(route: str) -> str:
    route = re.sub(r"\(\?P<app_label>([a-z_]+)[^)]*\)", r"\1", route)
    route = re.sub(r"\(\?P<url>[^)]*\)", "anything", route)
    route = re.sub(r"\(\?P<token>\[a-z2-7\]\{(\d+)\}\)", lambda found: "a" * int(found[1]), route)
    route = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: {"act": "claim", "token": "set-password"}.get(found[1], "1"), route)
    return "/" + re.sub(r"\(\[\^/\]\+\)", "1", route).lstrip("/")


@pytest.fixture
def manager(world: World) -> Client:
    client = world.client("manager", enforce_csrf_checks=True)
    client.cookies[configured.CSRF_COOKIE_NAME] = SECRET
    return client


def test_e1_the_walk_meets_every_address() -> None:
    found = addresses()
    assert {"/complain/", "/track/", "/language/", "/admin/login/", "/admin/complaints/complaint/1/act/claim/", "/healthz/"} <= set(found)
    assert len(found) > 150
    assert not [address for address in found if re.search(r"[<>()^$\[\]]", address)]


def test_e1_no_unsafe_method_works_without_a_token(world: World, manager: Client) -> None:
    before = tables()
    let_in = [
        (method, address, answer.status_code)
        for address in addresses()
        for method in UNSAFE
        if (answer := getattr(manager, method)(address)).status_code != 403
    ]
    assert let_in == []
    assert tables() == before
    assert not DeniedAttempt.objects.filter(user=world.office.manager).exists(), "a forged form is not an attempt of the person"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://testserver.evil.example"},
        {"origin": "http://testserver:81"},
    ],
)
def test_e1_no_unsafe_request_from_another_origin(world: World, manager: Client, headers: dict[str, str]) -> None:
    case = world.foreign
    for address in ("/complain/", "/track/", "/language/", "/admin/login/", f"/admin/complaints/complaint/{case.pk}/act/claim/"):
        answer = manager.post(address, {"csrfmiddlewaretoken": SECRET}, headers=headers)
        assert answer.status_code == 403, address


@pytest.mark.parametrize("referer", ["", "https://evil.example/", "http://testserver/", "https://testserver.evil.example/"])
def test_e1_over_https_the_referrer_must_be_ours(world: World, manager: Client, referer: str) -> None:
    for address in ("/complain/", "/track/", "/admin/login/"):
        answer = manager.post(address, {"csrfmiddlewaretoken": SECRET}, secure=True, headers={"referer": referer} if referer else {})
        assert answer.status_code == 403, address


def test_e1_our_own_forms_are_let_in(world: World, manager: Client) -> None:
    """The control: with token and origin the same requests are answered."""
    sent = {"csrfmiddlewaretoken": SECRET}
    assert manager.post("/track/", {**sent, "code": "x"}, headers={"origin": "http://testserver"}).status_code == 422
    assert manager.post("/track/", {**sent, "code": "x"}, secure=True, headers={"referer": "https://testserver/track/"}).status_code == 422
    taken = manager.post(f"/admin/complaints/complaint/{world.cases['apologize'].pk}/act/add_note/", {**sent, "text": "note"})  # type: ignore[index]  # a step by its value
    assert taken.status_code == 302


def test_e1_a_token_of_another_browser_is_worth_nothing(world: World, manager: Client) -> None:
    before = Complaint.objects.count()
    assert manager.post("/complain/", {"csrfmiddlewaretoken": "b" * 32}).status_code == 403
    assert Complaint.objects.count() == before


@pytest.mark.parametrize("method", UNSAFE)
def test_h13_the_method_is_the_one_sent(world: World, manager: Client, method: str) -> None:
    """A GET that says it is something else stays a GET."""
    before = tables()
    case = world.foreign
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        manager.get(f"/admin/complaints/complaint/{case.pk}/act/claim/?_method={method}", headers={name: method.upper()})
    assert tables() == before
