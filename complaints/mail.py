"""The words of messages: rendered once, when they are enqueued, in the language of whoever gets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint, Message
from complaints.outbox import CODE_MARK, LINK_MARK, RESET_MARK, SURVEY_MARK
from complaints.workflow import TEN_STEP_KINDS, Mode, Outcome
from staff.models import Company, User

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from complaints.workflow import Actor

Kind = Message.Kind

#: How the handling ended, in words for the customer. A reopening is told by the same kind of message.
ENDINGS = {
    Outcome.WITHDRAWN: _("You have taken your complaint back. Thank you for telling us; should you change your mind, we are here."),
    Outcome.MERGED: _("The same matter is already in our hands as another complaint; we answer both there."),
    Outcome.OTHER: _("This is not something our complaint handling decides. If you see it differently, please tell us."),
    "reopened": _("We are looking at your complaint once more. Where it stands you see on the tracking page."),
}
SUBJECT_LENGTH = 200
#: What a person says to the customer in words of their own; everything else the company says, whoever pressed the button.
PERSONAL = (Kind.APOLOGY, Kind.REPLY, Kind.REQUEST, Kind.ANSWER, Kind.LETTER)


@dataclass(frozen=True)
class Rendered:
    subject: str
    text: str
    html: str


def render(*, complaint: Complaint, kind: str, by: User | Actor, at: datetime, text: str, extra: Mapping[str, Any]) -> Rendered:
    """The words of one message to the complainant. What people wrote goes in as values only, never as a template."""
    context: dict[str, Any] = {
        "number": complaint.number,
        "track_url": f"{settings.SITE_URL}/track/",
        "code": CODE_MARK,
        "survey_url": SURVEY_MARK,
        "contact_by": complaint.due_at or at + timedelta(days=1),
        "text": text,
        "walks": complaint.kind in TEN_STEP_KINDS,
        "is_anonymous": complaint.complainant.mode == Mode.ANONYMOUS,
        "signed": by.name if isinstance(by, User) and kind in PERSONAL else "",
        **extra,
    }
    if kind == Kind.DECISION:
        context["answer_by"] = complaint.answer_until
    if kind == Kind.ENDED:
        context["ending"] = ENDINGS.get(context.get("outcome", ""), "")
    if kind == Kind.RECORD:
        context |= _record_of(complaint)
    if kind != Kind.RECEIPT:  # the address of a receipt is not confirmed: nothing the sender typed goes there, not even a name (D5)
        context["name"] = complaint.complainant.name
    return _render(kind, complaint.complainant.language, context)


def render_notice(*, user: User, subject: str | Promise, text: str | Promise) -> Rendered:
    """A notice to an employee in the employee's language."""
    with translation.override(_known(user.language)):
        context = {"title": str(subject), "text": str(text), "name": user.name, "home_url": f"{settings.SITE_URL}/admin/"}
    return _render(Kind.NOTICE, user.language, context)


def render_incident(*, language: str, subject: str, text: str, amount: str) -> Rendered:
    """What all affected customers get in this language: without a name, and the way to their own page put in at delivery."""
    return _render(Kind.INCIDENT, language, {"subject": subject, "text": text, "amount": amount, "link": LINK_MARK})


def render_password_reset(*, user: User) -> Rendered:
    """The way to a new password; the link itself is put in at delivery."""
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    return _render(Kind.PASSWORD_RESET, user.language, {"name": user.name, "link": RESET_MARK, "hours": hours})


def _record_of(complaint: Complaint) -> dict[str, Any]:
    """What the complainant is asked to confirm."""
    return {
        "facts": complaint.facts,
        "allegations": list(complaint.allegations.order_by("number")),
        "demands": list(complaint.demands.order_by("number")),
        "own_proposal": complaint.own_proposal,
    }


def _render(kind: str, language: str, context: Mapping[str, Any]) -> Rendered:
    company = Company.current()
    everything = {"company": company, "hotline": company.hotline, "language": _known(language), "site_url": settings.SITE_URL, **context}
    with translation.override(_known(language)):
        subject, text, html = (render_to_string(f"messages/{kind}.{part}", everything) for part in ("subject.txt", "txt", "html"))
    return Rendered(subject=" ".join(subject.split())[:SUBJECT_LENGTH], text=_plain(text), html=html.strip())


def _plain(text: str) -> str:
    """Without the blank lines that template tags leave behind."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return "\n".join(line for number, line in enumerate(lines) if line or (number and lines[number - 1]))


def _known(language: str) -> str:
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
