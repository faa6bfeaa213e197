"""Who is on the page: the browser that filed, or the one that showed the tracking code.

A signed cookie holds the digest of the code, never the code; nothing is stored here. A code made later has another digest, so an old
cookie opens nothing any more.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from intake.queries import case_page

#: Each cookie goes to the pages of its view and those below alone.
FILED, FILED_FOR = "redress_filed", "thanks"
CASE, CASE_FOR = "redress_case", "track"
UNATTACHED, UNATTACHED_FOR = "redress_unattached", "thanks"
BEFORE, BEFORE_FOR = "redress_before", "complain"
Response = TypeVar("Response", bound=HttpResponseBase)


def personal(view: Callable[..., Response]) -> Callable[..., Response]:
    """Marks a page made for one person: no cache keeps it, no search engine lists it."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return wrapped


def remember_filed(response: HttpResponse, digest: str, *, warn: bool = False) -> None:
    """Let this browser see number and code of what it has just filed. `warn`: and remind it on the form, should it file again."""
    _hand_out(response, FILED, FILED_FOR, digest)
    if warn:
        _hand_out(response, BEFORE, BEFORE_FOR, digest)


def filed_before(request: HttpRequest) -> Any:
    """The open case this browser filed a little while ago, or None.

    This is all the form says about other complaints. That the same contact has an open case about the same is never said here, whoever
    types it: a stranger would learn from it that somebody complains, and about what (R1). The contact is told in the receipt, which goes
    to them alone, and staff see it on the case page (services.hints).
    """
    digest = _handed_out(request, BEFORE)
    return case_page.open_case_behind(digest) if isinstance(digest, str) else None


def filed(request: HttpRequest) -> Any:
    """The case this browser has just filed, or None; a code made later is not for it but for the contact on file."""
    return _case_behind(request, FILED)


def open_case(response: HttpResponse, digest: str) -> None:
    """Let this browser into the case whose code it has shown."""
    _hand_out(response, CASE, CASE_FOR, digest)


def case_of(request: HttpRequest) -> Any:
    """The case this browser may see, or None; after a new code was made the old one opens nothing any more."""
    return _case_behind(request, CASE)


def leave(response: HttpResponse) -> None:
    """Forget the case on this device."""
    for name, place in ((FILED, FILED_FOR), (CASE, CASE_FOR), (UNATTACHED, UNATTACHED_FOR), (BEFORE, BEFORE_FOR)):
        response.delete_cookie(name, path=reverse(place), samesite="Lax")


def remember_unattached(response: HttpResponse, problems: list[str]) -> None:
    """Keep for the page of thanks what to say about files that could not be added."""
    if problems:
        _hand_out(response, UNATTACHED, UNATTACHED_FOR, problems)
    else:
        response.delete_cookie(UNATTACHED, path=reverse(UNATTACHED_FOR), samesite="Lax")


def unattached(request: HttpRequest) -> list[str]:
    held = _handed_out(request, UNATTACHED)
    return held if isinstance(held, list) else []


def address_of(request: HttpRequest) -> str:
    """Where the request comes from, as the outermost middleware has settled it."""
    return str(request.META.get("REMOTE_ADDR", ""))


def _hand_out(response: HttpResponse, name: str, place: str, value: Any) -> None:
    response.set_cookie(
        name,
        signing.dumps(value, salt=_salt(name), compress=True),
        max_age=settings.SESSION_COOKIE_AGE,
        path=reverse(place),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _handed_out(request: HttpRequest, name: str) -> Any:
    """What the cookie of this name holds; None if there is none, if it is too old or not from us."""
    try:
        return signing.loads(request.COOKIES.get(name, ""), salt=_salt(name), max_age=settings.SESSION_COOKIE_AGE)
    except signing.BadSignature:
        return None


def _case_behind(request: HttpRequest, name: str) -> Any:
    digest = _handed_out(request, name)
    return case_page.for_complainant(digest) if isinstance(digest, str) else None


def _salt(name: str) -> str:
    return f"redress.cookie.{name}"
