"""Drafts of letters: of the decision from the case itself, of all from templates with its data in place of the placeholders. Nothing is written here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from complaints.models import Complaint, LetterTemplate, RemedyItem
from complaints.placeholders import NAMES, fill, used_in
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


# --- the decision in words -----------------------------------------------------------------------------------------------------
def draft_decision(case: Complaint) -> str:
    """A first draft of the decision in the customer's language: the findings, the answer to each demand, what will be done, how to object."""
    with override(case.complainant.language):
        found = findings_in_words(case)
        if found or case.unfounded:
            lines = [_("Thank you for telling us. We have looked into your complaint and inform you of the result.")]
        else:  # the investigation was postponed
            lines = [_("Thank you for telling us. We put it right first, and go on looking into how it could happen.")]
        if case.unfounded:
            judgement = case.classifications.filter(unfounded=True).order_by("-pk")[0]
            row = judgement.measured_against
            against = judgement.standard if row is None else f"{row.named} ({row.limit_said})"
            lines += [_("We measured it against: %(standard)s") % {"standard": against}, judgement.reasons]
        else:
            lines += [*found, *solution_in_words(case)]
        lines.append(
            _(
                "If you do not agree, you can object on the tracking page or by phone; somebody else will look at it. You may also turn to 12315."
            )
        )
        return "\n\n".join(line for line in lines if line)


def findings_in_words(case: Complaint) -> list[str]:
    """One line for each allegation that was looked into, in the language that is active."""
    return [
        _("%(number)s. %(point)s: %(finding)s. %(reason)s")
        % {"number": row.number, "point": row.text, "finding": row.get_finding_display(), "reason": row.finding_reason}
        for row in case.allegations.exclude(finding="").order_by("number")
    ]


def solution_in_words(case: Complaint) -> list[str]:
    """The answer to each demand and what will be done, in the language that is active."""
    remedy = case.remedies.order_by("-version").first()
    if remedy is None:
        return []
    answers = [
        _("You asked for: %(demand)s. Our answer: %(answer)s. %(reason)s")
        % {"demand": str(answer.demand).rstrip(".。"), "answer": answer.get_answer_display(), "reason": answer.reason}
        for answer in remedy.answers.select_related("demand").order_by("demand__number")
    ]
    granted = _("We do what you proposed: %(proposal)s") % {"proposal": case.own_proposal} if remedy.grants_proposal else ""
    items = list(remedy.items.order_by("option", "pk"))
    lines = [granted, remedy.own_proposal_answer, *answers, *_items_in_words(items)]
    return [line.replace("  ", " ").strip() for line in lines]  # where there is no reason or no amount


def _items_in_words(items: list[RemedyItem]) -> list[str]:
    """What is done in any case, then each alternative under its number."""
    by_option: dict[int, list[str]] = {}
    for item in items:
        said = {"kind": item.get_kind_display(), "what": item.description, "amount": item.money, "day": date_format(item.due_on)}
        by_option.setdefault(item.option, []).append(_("· %(kind)s: %(what)s %(amount)s (by %(day)s)") % said)
    found = []
    for option, lines in by_option.items():
        found += [_("Alternative %(number)s:") % {"number": option} if option else _("What we will do:"), "\n".join(lines)]
    if len(by_option.keys() - {0}) > 1:
        found.append(_("Of the alternatives please choose one, on the tracking page or by telling us."))
    return found
