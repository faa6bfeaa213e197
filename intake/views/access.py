"""Who is on the page: the browser that filed, or the one that showed the tracking code. The session keeps no code, only its digest."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers

from intake.queries import case_page

FILED = "intake_filed"
CASE = "intake_case"
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


def remember_filed(request: HttpRequest, complaint_id: int, digest: str) -> None:
    request.session.cycle_key()  # a planted session must not learn what it became (threats E3)
    request.session[FILED] = [complaint_id, digest]


def filed(request: HttpRequest) -> Any:
    """The case this browser has just filed, or None; a code made later is not for it but for the contact on file."""
    held = request.session.get(FILED)
    return case_page.for_complainant(*held) if isinstance(held, list) else None


def open_case(request: HttpRequest, complaint_id: int, digest: str) -> None:
    """Let this browser into the case whose code it has shown."""
    request.session.cycle_key()
    request.session[CASE] = [complaint_id, digest]


def case_of(request: HttpRequest) -> Any:
    """The case this browser may see, or None; after a new code was made the old one opens nothing any more."""
    held = request.session.get(CASE)
    return case_page.for_complainant(*held) if held else None


def leave(request: HttpRequest) -> None:
    """Forget the case on this device."""
    for name in (FILED, CASE):
        request.session.pop(name, None)
    request.session.cycle_key()
    if request.session.is_empty():
        request.session.flush()


def address_of(request: HttpRequest) -> str:
    """Where the request comes from, as the outermost middleware has settled it."""
    return str(request.META.get("REMOTE_ADDR", ""))
