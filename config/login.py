"""Guessing at the sign-in: what counts as one account and one source, and how often a source may be wrong.

Nobody locks somebody else out: an account is locked for one network only, never by its number alone.
"""

import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.db.models import Sum
from django.http import HttpRequest
from django.utils import timezone

from intake.services.limits import network_of

#: Over all accounts, wrong passwords from one network within the time that axes forgets them in. A whole office may sit behind one.
WRONG_FROM_ONE_NETWORK = 30
WITHIN = timedelta(minutes=15)


def account_tried(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """The employee number somebody tries to sign in with, spelled one way.

    Numbers are found whatever their case, so failed tries must be counted so too, or every spelling gets its own eight tries.
    """
    typed = (credentials or request.POST).get("username") or ""
    return unicodedata.normalize("NFKC", str(typed)).strip().casefold()


def network_tried_from(request: HttpRequest) -> str | None:
    """Where the try comes from: an IPv6 household has more addresses than anybody could count one by one."""
    return network_of(str(request.META.get("REMOTE_ADDR", ""))).partition("/")[0] or None


class LoginHandler(AxesDatabaseHandler):
    """Counts tries as axes does, and besides those of one network at all accounts together."""

    def is_locked(self, request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> bool:
        return bool(super().is_locked(request, credentials)) or wrong_from(network_tried_from(request)) >= WRONG_FROM_ONE_NETWORK


def wrong_from(network: str | None) -> int:
    """How many wrong passwords have come from there of late."""
    lately = AccessAttempt.objects.filter(ip_address=network, attempt_time__gt=timezone.now() - WITHIN)
    return int(lately.aggregate(found=Sum("failures_since_start"))["found"] or 0)
