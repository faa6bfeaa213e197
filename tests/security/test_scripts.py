"""C1 in a real browser: what customers typed is hostile, the main pages are opened, and nothing of it runs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as configured
from django.test import Client

from complaints.signing import code_for
from complaints.workflow import Step
from tests.security.world import World, build, client_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import ConsoleMessage, Dialog, Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]


def cookies_of(client: Client, live_server: LiveServer) -> list[Any]:
    names = (configured.SESSION_COOKIE_NAME, configured.CSRF_COOKIE_NAME)
    return [{"name": name, "value": client.cookies[name].value, "url": live_server.url} for name in names if name in client.cookies]


@pytest.fixture
def committed(transactional_db: None, settings: Any, tmp_path: Any) -> World:
    settings.MEDIA_ROOT = tmp_path
    return build()


def test_c1_nothing_a_customer_typed_runs_in_a_browser(committed: World, live_server: LiveServer, open_page: Callable[..., Page]) -> None:
    office, cases = committed.office, committed.cases
    visits: list[tuple[Client, list[str]]] = [
        (
            client_of(office.manager),
            [
                "/admin/", "/admin/complaints/complaint/", "/admin/complaints/customer/", "/admin/complaints/message/", "/admin/complaints/improvement/",
                "/admin/staff/suggestion/", "/admin/staff/notice/", "/admin/staff/deniedattempt/", "/admin/complaints/stepchange/",
                f"/admin/complaints/complaint/{cases[Step.NOTIFY].pk}/change/", f"/admin/complaints/complaint/{cases[Step.CLOSED].pk}/change/",
                f"/admin/complaints/complaint/{cases[Step.CLOSED].pk}/history/",
                "/admin/complaints/complaint/?q=%22%3E%3Csvg/onload%3Dwindow.__x%3D1%3E",
            ],
        ),
        (client_of(office.investigator), [f"/admin/complaints/complaint/{cases[Step.INVESTIGATE].pk}/change/"]),
        (_customer(cases[Step.NOTIFY]), ["/track/case/", "/complain/", "/track/case/withdraw/"]),
        (_customer(cases[Step.CLOSED]), ["/track/case/"]),
    ]  # fmt: skip
    for client, paths in visits:
        page = open_page(width=1440)
        page.context.add_cookies(cookies_of(client, live_server))
        said: list[str] = []
        page.on("dialog", partial(_heard, said))
        page.on("console", partial(_noted, said))
        for path in paths:
            answer = page.goto(f"{live_server.url}{path}")
            assert answer is not None
            assert answer.status == 200, path
            assert page.evaluate("typeof window.__x") == "undefined", path
            assert page.locator("svg[onload]").count() == 0, path
        assert said == []


def _heard(said: list[str], dialog: Dialog) -> None:
    said.append(dialog.message)
    dialog.dismiss()


def _noted(said: list[str], line: ConsoleMessage) -> None:
    if "inline script" in line.text.lower():
        said.append(line.text)


def _customer(case: Any) -> Client:
    client = Client()
    client.post("/track/", {"code": code_for(case.code_key)})
    return client
