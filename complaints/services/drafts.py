"""Drafts from templates, with the data of the case in place of the placeholders. Nothing is written here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from complaints.models import Complaint, LetterTemplate
from complaints.placeholders import NAMES, fill, used_in
from complaints.services.notify import findings_in_words, solution_in_words
from staff.models import Company, User


@dataclass(frozen=True)
class Draft:
    """What a person goes on with: to be read, changed and sent by them."""

    subject: str
    body: str


def draft_of(template: LetterTemplate, *, case: Complaint, by: User, at: datetime) -> Draft:
    """The template in its own language with the words of this case. What people wrote goes in as it is, never as a template."""
    with override(template.language):
        values = values_for(case, by=by, at=at, names=used_in(template.subject) | used_in(template.body))
        return Draft(" ".join(fill(template.subject, values).split())[:200], fill(template.body, values))


def values_for(case: Complaint, *, by: User, at: datetime, names: set[str]) -> dict[str, str]:
    """The words for these placeholders, in the language that is active."""
    company = Company.current()
    made: dict[str, Callable[[], str]] = {
        "name": lambda: case.complainant.name,
        "number": lambda: case.number,
        "company": lambda: company.name,
        "hotline": lambda: company.hotline,
        "today": lambda: date_format(timezone.localdate(at)),
        "received": lambda: date_format(timezone.localdate(case.received_at)),
        "due": lambda: date_format(timezone.localdate(case.due_at)) if case.due_at else "",
        "handler": lambda: case.handler.name if case.handler else by.name,
        "signed": lambda: by.name,
        "department": lambda: str(case.handling_department or case.department),
        "product": lambda: case.product.named if case.product else "",
        "story": lambda: case.story,
        "facts": lambda: case.facts,
        "findings": lambda: "\n".join(findings_in_words(case)),
        "solution": lambda: "\n".join(line for line in solution_in_words(case) if line),
        "standard": lambda: _judged(case, "standard"),
        "reasons": lambda: _judged(case, "reasons"),
        "track": lambda: f"{settings.SITE_URL}/track/",
    }
    return {name: made[name]() for name in NAMES if name in names}


def _judged(case: Complaint, column: str) -> str:
    newest = case.classifications.order_by("-pk").first()
    return str(getattr(newest, column)) if newest else ""
