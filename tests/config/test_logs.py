"""The log: one line per event that a machine can read, and nobody's data in it."""

import json
import logging
import sys

from config import logs


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
