"""What holds for every request: who really asks, clean input, denied attempts kept, private pages not cached, strict policies."""

import ipaddress
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from config.clock import company_clock
from staff.models import User
from staff.services import denials

Handler = Callable[[HttpRequest], HttpResponse]

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
PERMISSIONS_POLICY = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"


def is_back_office(request: HttpRequest) -> bool:
    """Whether the request is for a page of the staff."""
    return request.path.startswith(reverse("admin:index"))


def client_address(request: HttpRequest) -> str:
    """Who really asks. Of the forwarding header only the entries that our own TRUSTED_PROXIES added are believed."""
    remote = str(request.META.get("REMOTE_ADDR", ""))
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    if not 0 < settings.TRUSTED_PROXIES <= len(hops):
        return remote
    try:
        return str(ipaddress.ip_address(hops[-settings.TRUSTED_PROXIES]))
    except ValueError:
        return remote


class ClientAddress:
    """Puts the true address into REMOTE_ADDR, where limits, lock-outs and logs look for it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.META["REMOTE_ADDR"] = client_address(request)
        return self.get_response(request)


class Policies:
    """Headers that differ between the public pages and the back office, and those Django has no setting for."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if is_back_office(request):
            response._csp_replace = settings.BACK_OFFICE_CSP  # type: ignore[attr-defined]  # where django-csp looks
        if "Cache-Control" not in response and self._is_personal(request):
            add_never_cache_headers(response)
        return response

    def _is_personal(self, request: HttpRequest) -> bool:
        """A page made for one person: answers to what they sent, and all that looked at their session."""
        session = getattr(request, "session", None)
        return is_back_office(request) or request.method == "POST" or bool(session is not None and session.accessed)


class CompanyClock:
    """Days begin and end where the company is, as it was set up."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == reverse("healthz"):  # answers without a database
            return self.get_response(request)
        with company_clock():
            return self.get_response(request)


class StaffLanguage:
    """The back office speaks the language of whoever is signed in."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_back_office(request) and isinstance(request.user, User):
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


class CleanInput:
    """Refuses what no person types and no database stores: NUL bytes and lone surrogates, in path, query, form and cookies."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        require_clean([request.path_info, *request.COOKIES.values()])
        if is_too_large(request):
            return render(request, "413.html", status=413)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        try:
            for sent in (request.GET, request.POST):
                for name, values in sent.lists():
                    require_clean([name, *map(str, values)])
            require_clean(str(file.name) for _name, files in request.FILES.lists() for file in files)
        except RequestDataTooBig:
            return render(request, "413.html", status=413)
        return None


def is_too_large(request: HttpRequest) -> bool:
    """Whether more is announced than all the files and fields we take together, or nothing is announced at all; asked before any is read."""
    if "CONTENT_LENGTH" not in request.META and "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
        return True
    length = request.META.get("CONTENT_LENGTH") or "0"
    return length.isdecimal() and int(length) > settings.REQUEST_MAX_BYTES


def require_clean(texts: Iterable[str]) -> None:
    """Raise BadRequest if a text holds what cannot be stored."""
    if any(UNSTORABLE.search(text) for text in texts):
        raise BadRequest(_("What was sent holds characters that cannot be stored."))


class DeniedAttempts:
    """Keeps every attempt of somebody signed in to do what they may not, in a transaction of its own: the request's was rolled back."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> None:
        if not isinstance(error, PermissionDenied) or not isinstance(request.user, User):
            return
        match = request.resolver_match
        denials.record(
            user=request.user,
            method=request.method or "",
            path=request.path,
            act=str(getattr(error, "act", "") or (match.view_name if match else "")),
            target=str(getattr(error, "target", "") or (" ".join(map(str, (*match.args, *match.kwargs.values()))) if match else "")),
            reason=str(error),
            at=timezone.now(),
        )
