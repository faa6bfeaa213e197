from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.forms import Form
from django.http import HttpRequest

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from staff.models import User


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something done to one object on a page of its own: GET shows what will happen and the form, POST does it."""

    name: str
    label: "StrOrPromise"
    explanation: "StrOrPromise"
    done: "StrOrPromise"
    #: Calls the one service: run(object, what the form says, by, at).
    run: Callable[[Any, dict[str, Any], "User", datetime], object]
    #: Whether this user may do it to this object now; otherwise there is neither link nor page.
    offered: Callable[[HttpRequest, Any], bool]
    form: type[Form] = Form
    #: Fields of the object to read again above the form.
    shows: tuple[str, ...] = ()
    #: What else to read there.
    reads: Callable[[Any], list[str]] | None = None

    def shown(self, obj: Model) -> list[str]:
        """What these fields say, the empty ones left out, and what else is to be read."""
        said = [words for name in self.shows if (words := str(getattr(obj, name)))]
        return said + (self.reads(obj) if self.reads else [])

    def bound(self, request: HttpRequest, obj: Model) -> Form:
        data = request.POST if request.method == "POST" else None
        form = self.form(data)
        if hasattr(form, "about"):
            form.about(obj)
        return form
