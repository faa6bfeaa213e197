"""Everything on file about one case, in a handful of queries however long the case is.

The rows of all related sets come as JSON arrays of one query and are made into model instances again; people and departments they
name are then read once. A prefetch would take a query per set: more than twenty for one page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef, TextField
from django.db.models.functions import Cast, JSONObject

from complaints.models import (
    Accountability,
    Allegation,
    Answer,
    Apology,
    Appeal,
    AppealRuling,
    Approval,
    Assignment,
    Attachment,
    Classification,
    ClassificationReview,
    Complaint,
    Confirmation,
    CostCorrection,
    Demand,
    DemandAnswer,
    EffectivenessCheck,
    Examination,
    FollowUp,
    FollowUpDraw,
    GuidedPath,
    GuideEntry,
    IdentityRequest,
    Improvement,
    ImprovementLink,
    Investigation,
    Letter,
    LowScore,
    Measure,
    Message,
    NamedUnit,
    Note,
    Penalty,
    PenaltyDecision,
    Promise,
    QuestionAnswer,
    Recusal,
    Remedy,
    RemedyItem,
    Reward,
    Settlement,
    Sheet,
    Standard,
    Statement,
    StepChange,
    SurveyAnswer,
    Visit,
    Why,
)  # fmt: skip
from staff.models import Clause, Department, User
from staff.models.compiled import Compiled, Given

#: Related sets by name: the model and the way from it to the case.
SETS: dict[str, tuple[type[models.Model], str]] = {
    "changes": (StepChange, "complaint"),
    "apologies": (Apology, "complaint"),
    "confirmations": (Confirmation, "complaint"),
    "classifications": (Classification, "complaint"),
    "reviews": (ClassificationReview, "classification__complaint"),
    "assignments": (Assignment, "complaint"),
    "recusals": (Recusal, "complaint"),
    "messages": (Message, "complaint"),
    "attachments": (Attachment, "complaint"),
    "examinations": (Examination, "attachment__complaint"),
    "notes": (Note, "complaint"),
    "allegations": (Allegation, "complaint"),
    "demands": (Demand, "complaint"),
    "investigations": (Investigation, "complaint"),
    "whys": (Why, "investigation__complaint"),
    "statements": (Statement, "investigation__complaint"),
    "remedies": (Remedy, "complaint"),
    "answers": (DemandAnswer, "remedy__complaint"),
    "items": (RemedyItem, "remedy__complaint"),
    "approvals": (Approval, "remedy__complaint"),
    "settlements": (Settlement, "remedy__complaint"),
    "sheets": (Sheet, "remedy__complaint"),
    "cost_corrections": (CostCorrection, "complaint"),
    "customer_answers": (Answer, "complaint"),
    "accountabilities": (Accountability, "complaint"),
    "penalties": (Penalty, "accountability__complaint"),
    "penalty_decisions": (PenaltyDecision, "penalty__accountability__complaint"),
    "appeals": (Appeal, "penalty__accountability__complaint"),
    "rulings": (AppealRuling, "penalty__accountability__complaint"),
    "improvements": (Improvement, "complaint"),
    "improvement_links": (ImprovementLink, "complaint"),
    "improvement_checks": (EffectivenessCheck, "improvement__complaint"),
    "follow_ups": (FollowUp, "complaint"),
    "draws": (FollowUpDraw, "complaint"),
    "survey_answers": (SurveyAnswer, "complaint"),
    "low_scores": (LowScore, "complaint"),
    "visits": (Visit, "complaint"),
    "rewards": (Reward, "complaint"),
    "question_answers": (QuestionAnswer, "complaint"),
    "named_units": (NamedUnit, "complaint"),
    "identity_requests": (IdentityRequest, "complaint"),
    "guided_paths": (GuidedPath, "complaint"),
    "guide_entries": (GuideEntry, "complaint"),
    "promises": (Promise, "complaint"),
    "letters": (Letter, "complaint"),
}
#: Read only by those who may see penalties.
PENALTIES = frozenset({"accountabilities", "penalties", "penalty_decisions", "appeals", "rulings"})
#: Not shown on the page and long: the HTML twin of each message.
LEFT_OUT = frozenset({"html"})


@dataclass(frozen=True)
class WholeFile:
    """A case and the rows of its related sets, oldest first; foreign keys to people, departments and clauses are filled in."""

    case: Complaint
    sets: dict[str, list[Any]]

    def __getattr__(self, name: str) -> list[Any]:
        if name not in SETS:
            raise AttributeError(name)
        return self.sets.get(name, [])

    @property
    def current_remedy(self) -> Any:
        return self.remedies[-1] if self.remedies else None

    @property
    def seen(self) -> int:
        """Number of the newest record; an act's form carries it to notice that somebody was faster."""
        return self.changes[-1].sequence if self.changes else 0


def whole_file(cases: models.QuerySet[Complaint], pk: Any, *, with_penalties: bool) -> WholeFile:
    """The file of the case `pk` of `cases` (already narrowed to what the reader may see). Raises Complaint.DoesNotExist."""
    wanted = _wanted(with_penalties=with_penalties)
    case = one_case(cases, pk)
    [read] = ROWS[with_penalties](pk=case.pk)
    case.__dict__["responsible_rows"] = read.responsible_rows
    sets = {name: _made(model, getattr(read, f"{name}_rows")) for name, (model, _path) in wanted.items()}
    _name_people(sets, case)
    _join(sets, case)
    _join_examinations(sets)
    return WholeFile(case, sets)


def one_case(cases: models.QuerySet[Complaint], pk: Any) -> Complaint:
    """The case alone, with what it refers to. Raises Complaint.DoesNotExist."""
    related = ("category", "product", "department", "handling_department", "handler", "complainant", "recorded_by")
    return cases.select_related(*related).get(pk=pk)


def _wanted(*, with_penalties: bool) -> dict[str, tuple[type[models.Model], str]]:
    return {name: SETS[name] for name in SETS if with_penalties or name not in PENALTIES}


def _all_rows(*, with_penalties: bool) -> Any:
    arrays = {f"{name}_rows": _rows(model, path) for name, (model, path) in _wanted(with_penalties=with_penalties).items()}
    return Complaint._default_manager.filter(pk=Given("pk")).only("pk", "step").annotate(**arrays, responsible_rows=_responsible())


#: Some thirty arrays in one statement: making its SQL takes longer than all the rest of the page's questions.
ROWS: dict[bool, Compiled[Any]] = {
    True: Compiled(lambda: _all_rows(with_penalties=True)),
    False: Compiled(lambda: _all_rows(with_penalties=False)),
}


def _columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if field.name not in LEFT_OUT]


def _rows(model: type[models.Model], path: str) -> ArraySubquery:
    values: dict[str, Any] = {}
    for field in _columns(model):
        # Money travels as text: a JSON number would become a float.
        values[field.attname] = Cast(field.attname, TextField()) if isinstance(field, models.DecimalField) else field.attname
    rows = model._default_manager.filter(**{path: OuterRef("pk")}).order_by("pk")
    return ArraySubquery(rows.values(row=JSONObject(**values)))


def _responsible() -> ArraySubquery:
    link = Investigation.responsible_persons.through._default_manager.filter(investigation__complaint=OuterRef("pk"))
    return ArraySubquery(link.values(row=JSONObject(investigation="investigation_id", user="user_id")))


def _made(model: type[models.Model], rows: Iterable[dict[str, Any]]) -> list[Any]:
    fields = _columns(model)
    made = [model(**{field.attname: field.to_python(row[field.attname]) for field in fields}) for row in rows]
    for instance in made:
        instance._state.adding, instance._state.db = False, "default"
    return made


def _name_people(sets: dict[str, list[Any]], case: Complaint) -> None:
    """Fill in every foreign key to a person, department, clause or category, each kind read once."""
    wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
    places: list[tuple[Any, models.Field[Any, Any]]] = []
    for rows in sets.values():
        for row in rows:
            for field in row._meta.concrete_fields:
                pk = getattr(row, field.attname, None)
                if field.related_model in (User, Department, Clause, Measure, Standard, Improvement) and pk is not None:
                    wanted[field.related_model].add(pk)
                    places.append((row, field))
    wanted[User] |= {link["user"] for link in case.responsible_rows}
    found: dict[Any, dict[Any, Any]] = {model: _all(model, pks) for model, pks in wanted.items() if pks}
    for row, field in places:
        setattr(row, field.name, found[field.related_model][getattr(row, field.attname)])
    for investigation in sets["investigations"]:
        links = case.responsible_rows
        investigation.responsible = [found[User][link["user"]] for link in links if link["investigation"] == investigation.pk]


def _all(model: type[models.Model], pks: set[Any]) -> dict[Any, Any]:
    rows = model._default_manager.filter(pk__in=pks)
    if model is Standard:
        rows = rows.select_related("version__document")
    if model is Clause:
        rows = rows.select_related("version__document")
    return {row.pk: row for row in rows}


#: Rows that stand inside another row on the page: set, its key to the owner, the owners' set, the name there.
INSIDE = (
    ("whys", "investigation_id", "investigations", "why_rows"),
    ("statements", "investigation_id", "investigations", "statement_rows"),
    ("answers", "remedy_id", "remedies", "answer_rows"),
    ("items", "remedy_id", "remedies", "item_rows"),
    ("approvals", "remedy_id", "remedies", "approval_rows"),
    ("settlements", "remedy_id", "remedies", "settlement_rows"),
    ("sheets", "remedy_id", "remedies", "sheet_rows"),
    ("reviews", "classification_id", "classifications", "review_rows"),
    ("penalties", "accountability_id", "accountabilities", "penalty_rows"),
    ("penalty_decisions", "penalty_id", "penalties", "decision_rows"),
    ("appeals", "penalty_id", "penalties", "appeal_rows"),
    ("rulings", "penalty_id", "penalties", "ruling_rows"),
    ("improvement_checks", "improvement_id", "improvements", "check_rows"),
    ("attachments", "message_id", "messages", "attachment_rows"),
)


def _join_examinations(sets: dict[str, list[Any]]) -> None:
    """Each file knows what the worker found in it, or that it has not looked yet."""
    found = {row.attachment_id: row for row in sets["examinations"]}
    link: Any = Attachment._meta.get_field("examination")
    for attachment in sets["attachments"]:
        link.set_cached_value(attachment, found.get(attachment.pk))


def _join_agreed(sets: dict[str, list[Any]]) -> None:
    """Each solution knows what the customer takes: without the alternatives not taken."""
    for remedy in sets["remedies"]:
        remedy.agreed_rows = [item for item in remedy.item_rows if item.goes_with(remedy.chosen_option)]


def _join(sets: dict[str, list[Any]], case: Complaint) -> None:
    for inner, key, outer, name in INSIDE:
        by_owner: dict[int, list[Any]] = defaultdict(list)
        for row in sets.get(inner, []):
            by_owner[getattr(row, key)].append(row)
        for owner in sets.get(outer, []):
            setattr(owner, name, by_owner[owner.pk])
    _join_agreed(sets)
    demands = {demand.pk: demand for demand in sets["demands"]}
    for answer in sets["answers"]:
        answer.demand = demands[answer.demand_id]
    for rows in sets.values():
        for row in rows:
            if hasattr(row, "complaint_id"):
                row.complaint = case
