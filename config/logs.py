"""One line of JSON per event, with the request's id and without what would tell who a customer is."""

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

#: Put into events by libraries; a log is read by more people than a case.
PERSONAL = ("ip", "user_agent", "referer", "email", "username")
#: Django says with a forged form where it claims to come from; that is the visitor's doing, and may name them (threats I2).
CLAIMED_ORIGIN = re.compile(r"(?P<what>Referer|Origin) checking failed - .* does not match", re.DOTALL)


#: The way to the survey, or to one's own page about an incident, is open to whoever has its token; a log needs none (threats R13).
TOKEN = re.compile(r"/(survey|safety/own)/[a-z2-7]{8,}")


#: PostgreSQL quotes the row it refuses, and with it names and numbers (threats I9).
QUOTED_ROW = re.compile(r"^(DETAIL|CONTEXT):.*?(?=^\S|\Z)", re.MULTILINE | re.DOTALL)


def drop_quoted_rows(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Leave out of a traceback what the database quotes from its rows."""
    for key in ("exception", "event", "error"):
        if isinstance(event.get(key), str):
            event[key] = QUOTED_ROW.sub(r"\1: (left out)\n", event[key])
    return event


def drop_personal(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Leave out the values that name a person or open something, and what follows `?` in an address."""
    for key in PERSONAL:
        event.pop(key, None)
    if isinstance(event.get("request"), str):
        event["request"] = event["request"].partition("?")[0]
    if isinstance(event.get("event"), str):
        event["event"] = CLAIMED_ORIGIN.sub(r"\g<what> checking failed: it does not match", event["event"])
    for key in ("request", "event", "path"):
        if isinstance(event.get(key), str):
            event[key] = TOKEN.sub(r"/\1/…", event[key])
    return event


STEPS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    drop_personal,
    structlog.processors.format_exc_info,  # the plain traceback: the decorated one shows the values of variables
    drop_quoted_rows,
]
FORMATTER: dict[str, Any] = {
    "()": structlog.stdlib.ProcessorFormatter,
    "foreign_pre_chain": STEPS,
    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer(ensure_ascii=False)],
}


def configure() -> None:
    """Send structlog's events through the standard library's handlers and levels."""
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *STEPS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
