"""The log: one line per event that a machine can read, and nobody's data in it."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from config import logs

CANARIES = {
    "address": "203.0.113.77",
    "browser": "Canary/77.0",
    "referer": "canary-page.example",
    "language": "tlh-CANARY",
    "query": "canary77",
}


def line(record: logging.LogRecord) -> str:
    formatter = logs.FORMATTER["()"](foreign_pre_chain=logs.STEPS, processors=logs.FORMATTER["processors"])
    return str(formatter.format(record))


def test_an_exception_is_one_line_without_the_values_of_variables() -> None:
    secret = "13800138000"
    try:
        raise ValueError("wrong" if secret else "")
    except ValueError:
        record = logging.LogRecord("redress", logging.ERROR, __file__, 1, "failed", None, sys.exc_info())
    shown = line(record)
    assert "\n" not in shown
    assert "13800138000" not in shown.replace('secret = "13800138000"', "")
    assert json.loads(shown)["level"] == "error"


def test_personal_values_and_query_strings_are_dropped() -> None:
    event = logs.drop_personal(None, "info", {"event": "request", "ip": "203.0.113.9", "request": "GET /track/?code=abc", "user_id": 3})
    assert event == {"event": "request", "request": "GET /track/", "user_id": 3}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything the system logs meanwhile, as its own handler writes it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.FORMATTER["()"](foreign_pre_chain=logs.STEPS, processors=logs.FORMATTER["processors"]))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


def visit(client: Client, method: str, path: str, **options: Any) -> Any:
    headers = {"user-agent": CANARIES["browser"], "referer": f"https://{CANARIES['referer']}/x", "accept-language": CANARIES["language"]}
    headers["origin"] = f"https://{CANARIES['referer']}"
    return client.generic(method, f"{path}?q={CANARIES['query']}", headers=headers, REMOTE_ADDR=CANARIES["address"], **options)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/", 200), ("GET", "/nowhere/", 404), ("POST", "/complain/", 403), ("POST", "/track/", 403)]
)
def test_i1_i2_the_log_of_a_visit_holds_nothing_of_the_visitor(log: io.StringIO, method: str, path: str, status: int) -> None:
    assert visit(Client(enforce_csrf_checks=True), method, path).status_code == status
    assert path in log.getvalue()
    assert [name for name, value in CANARIES.items() if value in log.getvalue()] == []


@pytest.mark.django_db
def test_i2_nor_when_the_page_breaks(log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_given: Any, **_named: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("intake.views.plain.render", breaks)
    assert visit(Client(raise_request_exception=False), "GET", "/").status_code == 500
    assert "RuntimeError: broken" in log.getvalue()
    assert [name for name, value in CANARIES.items() if value in log.getvalue()] == []


@pytest.mark.django_db
def test_i2_a_form_that_claims_to_come_from_elsewhere_leaves_no_trace_of_where(log: io.StringIO) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/track/", {"code": "x"}, secure=True, headers={"referer": f"https://{CANARIES['referer']}/a b/?c=d"})
    assert answer.status_code == 403
    assert "Referer checking failed: it does not match any trusted origins" in log.getvalue()
    assert CANARIES["referer"] not in log.getvalue()


def test_i9_what_the_database_quotes_from_a_row_it_refuses_is_not_logged() -> None:
    """The traceback of a refused row holds its values; the log says what went wrong without them."""
    quoted = (
        "null value violates not-null constraint\nDETAIL:  Failing row contains (17, 金丝雀, 13800138000,\n second line).\nCONTEXT:  COPY x"
    )
    try:
        raise ValueError(quoted)
    except ValueError:
        record = logging.LogRecord("redress", logging.ERROR, __file__, 1, "failed", None, sys.exc_info())
    shown = line(record)
    assert "13800138000" not in shown.replace(repr(quoted), "").replace(json.dumps(quoted, ensure_ascii=False)[1:-1], "")
    assert "金丝雀, 1380013800" not in json.loads(shown)["exception"].split("ValueError: ")[-1]
    assert "violates not-null constraint" in shown


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/%0aINFO%20forged%20line/", "/%1b[31mred/", "/%0d%0aforged/"])
def test_i9_an_address_makes_no_line_of_its_own_and_no_colour(log: io.StringIO, path: str) -> None:
    assert Client().get(path).status_code in (400, 404)
    lines = log.getvalue().splitlines()
    assert lines
    for each in lines:
        assert json.loads(each)
        assert "\x1b" not in each


@pytest.mark.django_db
def test_i9_a_form_that_breaks_us_is_not_in_the_log(log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_given: Any, **_named: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("intake.views.track.render", breaks)
    answer = Client(raise_request_exception=False).post("/track/", {"code": "CANARY-13800138000"})
    assert answer.status_code == 500
    assert "RuntimeError: broken" in log.getvalue()
    assert "13800138000" not in log.getvalue()
