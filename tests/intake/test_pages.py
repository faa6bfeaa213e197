"""What holds for all public pages."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from complaints.models import Message
from staff.models import Company
from tests.factories.cases import Office

pytestmark = pytest.mark.django_db
PUBLIC = (
    "/",
    "/complain/",
    "/complain/?kind=report",
    "/channels/",
    "/reception-days/",
    "/track/",
    "/lost-code/",
    "/lost-code/sent/",
    "/privacy/",
    "/robots.txt",
)


@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_opens_with_few_queries_and_strict_headers(
    office: Office, path: str, language: str, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(10):
        response = Client().get(path, headers={"accept-language": language})

    assert response.status_code == 200
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    text = response.content.decode()
    assert re.findall("<script[^>]*>", text) in (
        [],
        ['<script src="/static/complain.js" defer>'],
    )  # one, ours, and the form works without it
    assert " style=" not in text
    assert "http://" not in text
    assert "https://" not in text


def test_the_first_page_says_how_to_reach_the_company(office: Office) -> None:
    Company.objects.update(hotline="400-820-1234", address="示范路 100 号", privacy_contact="privacy@example.com")

    home = Client().get("/").content.decode()

    assert "400-820-1234" in home
    assert "示范路 100 号" in home
    assert home.count("<li><strong>") == 10
    assert "privacy@example.com" in Client().get("/privacy/").content.decode()


def test_the_pages_open_before_the_company_is_set_up(db: None) -> None:
    assert Client().get("/").status_code == 200
    assert Client().get("/privacy/").status_code == 200


@pytest.mark.parametrize("path", ["/track/", "/thanks/", "/lost-code/", "/complain/", "/track/case/"])
def test_a12_pages_made_for_one_person_are_kept_by_no_cache(office: Office, path: str) -> None:
    response = Client().get(path)

    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "https:evil.example", "https://evil.example/", "/%0d%0aX-A: 1", "/\r\nX-A: 1", "javascript:1"],
)
def test_e8_the_language_switch_stays_on_the_site(office: Office, target: str) -> None:
    response = Client().post("/language/", {"language": "en", "next": target})

    assert response.status_code == 302
    assert response["Location"].startswith("/")
    assert not response["Location"].startswith(("//", "/\\"))
    assert "X-A" not in response.headers


def test_the_language_switch_changes_the_language_and_nothing_by_get(office: Office) -> None:
    browser = Client(headers={"accept-language": "zh-CN"})

    assert 'lang="zh-Hans"' in browser.get("/").content.decode()
    browser.get("/language/?language=en")
    assert 'lang="zh-Hans"' in browser.get("/").content.decode()
    browser.post("/language/", {"language": "en", "next": "/"})
    assert 'lang="en"' in browser.get("/").content.decode()


@pytest.mark.parametrize("host", ["evil.example", "good@evil.example", "localhost:1@evil.example"])
def test_d12_a_forged_host_is_refused_and_links_name_our_own_address(office: Office, send: Callable[..., Any], host: str) -> None:
    assert Client().get("/", headers={"host": host}).status_code == 400

    assert Client().post("/complain/", {}, headers={"x-forwarded-host": host}).status_code == 422
    send()
    receipt = Message.objects.get(kind=Message.Kind.RECEIPT)
    assert settings.SITE_URL in receipt.text
    assert host not in receipt.text


def test_robots_keep_away_from_personal_pages(db: None) -> None:
    text = Client().get("/robots.txt").content.decode()

    for path in ("/track/", "/thanks/", "/lost-code/", "/admin/"):
        assert f"Disallow: {path}\n" in text


@pytest.mark.parametrize(
    "path", ["/%00", "/track/%ED%A0%80", "/track/case/file/" + "a" * 3_000 + "/", "/track/?x=%00", "/../../etc/passwd"]
)
def test_h6_odd_addresses_are_no_failure(office: Office, path: str) -> None:
    assert Client().get(path).status_code in {400, 404, 414}


def test_a_form_without_its_token_is_refused_with_a_page(office: Office) -> None:
    response = Client(enforce_csrf_checks=True).post("/track/", {"code": "x"})

    assert response.status_code == 403
    assert "<h1>" in response.content.decode()


@pytest.mark.parametrize("path", ["/", "/privacy/"])
def test_a12_a_shared_cache_keeps_no_page_with_the_token_of_one_browser(office: Office, path: str) -> None:
    assert "private" in Client().get(path)["Cache-Control"]
