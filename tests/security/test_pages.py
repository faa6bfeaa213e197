"""Every page that every role can reach by links: nothing changes, nothing breaks, nothing is run, nothing foreign is seen."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import reverse

from complaints.workflow import Step
from tests.security.crawl import Page, crawl, tables
from tests.security.world import FOREIGN, HOSTILE, MARKUP, QUOTES, ROLES, SEES_ALL, World, registered, undone

pytestmark = pytest.mark.django_db

PUBLIC = ["/", "/privacy/", "/robots.txt", "/favicon.ico", "/complain/", "/thanks/", "/lost-code/", "/lost-code/sent/", "/track/", "/track/case/",
          "/track/case/withdraw/", "/track/case/write/", "/track/leave/", "/healthz/", "/nowhere/", "/language/"]  # fmt: skip
TARGET = re.compile(r"""(?:href|src|action)=["']([^"']*)""")
EVERY = {"admin:complaints_complaint_change", "admin:complaints_complaint_file"}


@dataclass(frozen=True)
class Walked:
    """What somebody saw, and the tables before and after."""

    pages: dict[str, Page]
    before: dict[str, Any]
    after: dict[str, Any]


@pytest.fixture(scope="module")
def walked(built: World) -> Iterator[dict[str, Walked]]:
    found = {}
    lists = [reverse(f"admin:{name.replace('.', '_')}_changelist") for name in registered()]
    with undone():
        for role in ROLES:
            starts = ["/admin/", "/admin/logout/", "/admin/password_change/", *lists, *PUBLIC]
            found[role] = _walk(built.client(role, raise_request_exception=False), starts, most=2 if role == "manager" else 1)
        for step in (Step.CLASSIFY, Step.NOTIFY, Step.CLOSED):
            found[f"customer at {step}"] = _walk(built.customer(built.cases[step], raise_request_exception=False), PUBLIC, most=1)
        yield found


def _walk(client: Any, starts: list[str], *, most: int) -> Walked:
    before = tables()
    pages = crawl(client, starts, most=most, every=EVERY)
    return Walked(pages, before, tables())


def test_e2_no_get_changes_anything(walked: dict[str, Walked]) -> None:
    # That somebody saw who a customer is, or what an employee is charged with, must be kept, however they came to see it (threats I11).
    kept = {"complaints_identitylook", "complaints_penaltylook"}
    changed = {
        who: [name for name in seen.before if seen.before[name] != seen.after[name] and name not in kept] for who, seen in walked.items()
    }
    assert {who: names for who, names in changed.items() if names} == {}
    assert len(walked["manager"].pages) > 100, "the crawl has not gone far enough to prove anything"


def test_e2_no_link_leads_to_an_error_of_ours(walked: dict[str, Walked]) -> None:
    broken = [(who, page.url, page.status) for who, seen in walked.items() for page in seen.pages.values() if page.status >= 500]
    assert broken == []


def test_c1_what_people_typed_is_text_on_every_page(walked: dict[str, Walked]) -> None:
    shown = 0
    for who, seen in walked.items():
        for page in seen.pages.values():
            if page.is_html:
                text = page.text
                assert "<svg/onload" not in text.lower(), (who, page.url)
                assert QUOTES not in text, (who, page.url)
                shown += "&lt;svg/onload" in text
    assert shown > 60, "what was typed is hardly shown anywhere: this proves nothing"
    assert MARKUP in HOSTILE


def test_c7_what_people_typed_is_no_template(walked: dict[str, Walked]) -> None:
    """Where the words are shown whole they are shown as they were typed: no calculation was made of them."""
    whole = [page.text for page in walked["manager"].pages.values() if "alert(1)" in page.text and "7*7" in page.text]
    assert len(whole) > 10
    assert all("{{7*7}}" in text for text in whole)


def test_c2_no_link_runs_anything(walked: dict[str, Walked]) -> None:
    for who, seen in walked.items():
        for page in seen.pages.values():
            targets = TARGET.findall(page.text) if page.is_html else []
            assert not [target for target in targets if target.strip().lower().startswith(("javascript:", "data:text", "vbscript:"))], (
                who,
                page.url,
            )


def test_c4_strict_headers_on_every_page(walked: dict[str, Walked]) -> None:
    statuses, kinds = set(), set()
    for who, seen in walked.items():
        for page in seen.pages.values():
            told = page.headers
            statuses.add(page.status)
            kinds.add(told.get("Content-Type", "").partition(";")[0])
            policy = told["Content-Security-Policy"]
            assert told["X-Content-Type-Options"] == "nosniff", (who, page.url)
            assert told["X-Frame-Options"] == "DENY", (who, page.url)
            assert told["Referrer-Policy"] in {"no-referrer", "same-origin"}, (who, page.url)
            assert told["Cross-Origin-Opener-Policy"] == "same-origin", (who, page.url)
            assert "unsafe-inline" not in _of(policy, "script-src"), (who, page.url)
            if not page.url.startswith("/admin/"):
                assert "unsafe" not in policy, (who, page.url)
            elif page.url != "/admin/jsi18n/":
                assert "no-store" in told["Cache-Control"], (who, page.url)
    assert {200, 302, 403, 404, 405} <= statuses
    assert {"text/html", "application/octet-stream"} <= kinds


def _of(policy: str, directive: str) -> str:
    found = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    return found.get(directive, found.get("default-src", ""))


@pytest.mark.parametrize("role", [role for role in ROLES if role not in SEES_ALL])
def test_f5_nothing_of_a_foreign_case_is_on_any_page(world: World, walked: dict[str, Walked], role: str) -> None:
    case = world.foreign
    for page in walked[role].pages.values():
        text = page.text
        assert FOREIGN not in text, page.url
        assert case.number not in text, page.url
        assert f"/complaint/{case.pk}/" not in text, page.url
        assert "foreign@example.com" not in text, page.url
        assert "13911112222" not in text, page.url


@pytest.mark.parametrize("role", SEES_ALL)
def test_f5_who_sees_all_sees_it(walked: dict[str, Walked], role: str) -> None:
    """The control: where it may be seen it is."""
    assert any(FOREIGN in page.text for page in walked[role].pages.values())
