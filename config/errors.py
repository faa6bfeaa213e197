"""The pages of errors that Django hands to a handler of ours."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from intake.services.limits import CannotCount

RETRY_AFTER_SECONDS = 30


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of a failure: 503 with a time to come back when the database cannot be reached or attempts not be counted, else 500.

    Rendered without the request: what failed may be what a context processor asks for.
    """
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError | CannotCount):
        return HttpResponse(loader.get_template("503.html").render(), status=503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
    return HttpResponse(loader.get_template("500.html").render(), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page of a form that was open too long or sent from another site; says so, without the technical reason."""
    return render(request, "403_csrf.html", status=403)
