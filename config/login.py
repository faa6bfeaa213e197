import unicodedata
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest


def account_tried(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """The employee number somebody tries to sign in with, spelled one way.

    Numbers are found whatever their case, so failed tries must be counted so too, or every spelling gets its own eight tries.
    """
    typed = (credentials or request.POST).get("username") or ""
    return unicodedata.normalize("NFKC", str(typed)).strip().casefold()
