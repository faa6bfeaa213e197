"""Texts a person may begin with: chosen on the case page by its address, put into a form, read and changed there, sent by them."""

from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import override

from complaints.models import Article, Complaint, LetterTemplate
from complaints.models.letter import WRITTEN_BESIDE
from complaints.services.drafts import Draft, draft_of
from staff.models import User

Kind = LetterTemplate.Kind
#: The act → what its form begins with.
Drafted = dict[str, dict[str, Any]]


def drafted(asked: QueryDict, *, case: Complaint, names: list[str], by: User, at: datetime) -> Drafted:
    """What `?template=` or `?article=` asks for; nothing where there is none such, or the act is not this person's now."""
    if "write_message" not in names:
        return {}
    template = _row(LetterTemplate.objects.filter(active=True), asked.get("template", ""))
    if template is not None:
        found = _of_template(template, draft_of(template, case=case, by=by, at=at), names)
    else:
        article = _row(Article.objects.published(), asked.get("article", ""))
        with override(case.complainant.language):
            found = {"write_message": {"kind": "reply", "text": article.answered}} if article else {}
    return {name: values for name, values in found.items() if name in names}


def _of_template(template: LetterTemplate, draft: Draft, names: list[str]) -> Drafted:
    if template.kind == Kind.REPLY:
        return {"write_message": {"kind": "reply", "text": draft.body}}
    if template.kind in (Kind.DECISION, Kind.REFUSAL):
        return {"send_decision": {"letter": draft.body}}
    if template.kind == Kind.APOLOGY and "apologize" in names:
        return {"apologize": {"words": draft.body}}
    return {"send_letter": {"kind": template.kind, "subject": draft.subject, "text": draft.body, "template": template.pk}}


def texts_for(case: Complaint, names: list[str]) -> dict[str, list[LetterTemplate]]:
    """What can be chosen for each act: the templates in the customer's language."""
    if "write_message" not in names:
        return {}
    rows = LetterTemplate.objects.filter(active=True, language=case.complainant.language).order_by("kind", "name").defer("body", "subject")
    texts: dict[str, list[LetterTemplate]] = {"write_message": [], "send_decision": [], "apologize": [], "send_letter": []}
    decision = Kind.REFUSAL if case.unfounded else Kind.DECISION
    for row in rows:
        if row.kind == Kind.REPLY:
            texts["write_message"].append(row)
        elif row.kind == decision:
            texts["send_decision"].append(row)
        elif row.kind in WRITTEN_BESIDE:
            target = "apologize" if row.kind == Kind.APOLOGY and "apologize" in names else "send_letter"
            texts[target].append(row)
    return texts


def _row(rows: Any, key: str) -> Any:
    return rows.filter(pk=int(key)).first() if key.isascii() and key.isdecimal() and len(key) < 18 else None
