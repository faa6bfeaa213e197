"""Crises: the register kept up to date, the file of an open one, one voice that speaks from approved facts."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.services import messages
from complaints.services.errors import NotPossible
from complaints.workflow import Actor
from escalation.models import (
    AfterReview,
    Crisis,
    CrisisImprovement,
    CrisisRisk,
    CrisisRole,
    CrisisTick,
    FactSheet,
    Incident,
    MediaQuestion,
    Point,
    RiskReview,
    Statement,
)
from staff.models import User
from staff.permissions import NotAllowed, NotForOneself, require
from staff.services.recording import recorded

RIGHT = "escalation.manage_crises"
#: A crisis speaks within this time (mission, M2).
FIRST_STATEMENT = timedelta(hours=2)
#: Whoever speaks is reminded so long before.
REMIND_BEFORE = timedelta(minutes=30)
#: In a crisis nobody waits longer for the next word, if only that nothing is new.
LONGEST_SILENCE = timedelta(hours=24)
SPOKESPERSON = CrisisRole.Role.SPOKESPERSON


# --- the register -------------------------------------------------------------------------------------------------------
@transaction.atomic
def review_risk(*, risk_id: int, finding: str, next_on: date, by: User, at: datetime) -> RiskReview:
    """Its owner, or who manages crises, looked at it again."""
    risk = CrisisRisk.objects.select_for_update().get(pk=risk_id)
    if risk.owner_id != by.pk:
        require(by, RIGHT)
    if not finding.strip():
        raise ValidationError(_("Write what you found."))
    if next_on <= timezone.localdate(at):
        raise ValidationError(_("The next review lies in the future."))
    risk.review_on = next_on
    with recorded(risk, by=by, at=at):
        risk.save(update_fields=["review_on"])
    return RiskReview.objects.create(risk=risk, finding=finding.strip(), next_on=next_on, by=by, at=at)


# --- the file -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def open_crisis(
    *, title: str, what: str, spokesperson: User, lead: User, by: User, at: datetime, risk: CrisisRisk | None = None, incident: Incident | None = None
) -> Crisis:  # fmt: skip
    """Open the file: who leads, who alone speaks; the first statement is due in two hours."""
    require(by, RIGHT)
    crisis = Crisis(
        title=title.strip(), what=what.strip(), risk=risk, incident=incident, opened_by=by, opened_at=at, statement_due_at=at + FIRST_STATEMENT
    )  # fmt: skip
    crisis.full_clean()
    _keep(crisis, by, at)
    for role, user in ((CrisisRole.Role.LEAD, lead), (SPOKESPERSON, spokesperson)):
        _give(crisis, role, user, by=by, at=at)
    return crisis


@transaction.atomic
def give_role(*, crisis_id: int, role: str, user: User, by: User, at: datetime) -> CrisisRole:
    """One person for each role; who had it before has it no more."""
    crisis = _open(crisis_id)
    require(by, RIGHT)
    return _give(crisis, role, user, by=by, at=at)


def _give(crisis: Crisis, role: str, user: User, *, by: User, at: datetime) -> CrisisRole:
    crisis.roles.filter(role=role, ended_at=None).update(ended_at=at)
    given = CrisisRole.objects.create(crisis=crisis, role=role, user=user, by=by, at=at)
    local = timezone.localtime(crisis.statement_due_at)
    messages.notify_employee(
        user=user,
        subject=gettext_lazy("You have a role in a crisis"),
        text=_said_of_role(crisis.title, given.get_role_display(), f"{local:%Y-%m-%d %H:%M}"),
        at=at,
        by=by,
    )
    return given


def _said_of_role(title: str, role: str, due: str) -> str:
    return _("%(title)s: %(role)s. The next statement is due at %(due)s.") % {"title": title, "role": role, "due": due}


@transaction.atomic
def write_facts(*, crisis_id: int, text: str, by: User, at: datetime) -> FactSheet:
    """A new version of what is known for sure; it counts when somebody else has approved it."""
    crisis = _open(crisis_id)
    _require_part(crisis, by)
    if not text.strip():
        raise ValidationError(_("Write down the facts."))
    newest = crisis.fact_sheets.order_by("-version").first()
    sheet = FactSheet(crisis=crisis, version=newest.version + 1 if newest else 1, text=text.strip(), written_by=by, written_at=at)
    sheet.full_clean()
    sheet.save()
    return sheet


@transaction.atomic
def approve_facts(*, sheet_id: int, by: User, at: datetime) -> FactSheet:
    """Somebody who did not write it."""
    sheet = FactSheet.objects.select_for_update(of=("self",)).select_related("crisis").get(pk=sheet_id)
    _open(sheet.crisis_id)
    require(by, RIGHT)
    if sheet.written_by_id == by.pk:
        raise NotForOneself(_("Whoever wrote the facts does not approve them."))
    if sheet.approved_at is not None or sheet.crisis.fact_sheets.filter(version__gt=sheet.version).exists():
        raise NotPossible(_("This is not the newest version, or it is approved already."))
    sheet.approved_by, sheet.approved_at = by, at
    sheet.save(update_fields=["approved_by", "approved_at"])
    return sheet


def facts_in_force(crisis: Crisis) -> FactSheet | None:
    """The one version that is spoken from: the newest approved."""
    sheet: FactSheet | None = crisis.fact_sheets.exclude(approved_at=None).order_by("-version").first()
    return sheet


@transaction.atomic
def say(
    *, crisis_id: int, audience: str, text: str, next_due_at: datetime, by: User, at: datetime, corrects: Statement | None = None
) -> Statement:  # fmt: skip
    """The spokesperson spoke, from the approved facts, and said when they speak next."""
    crisis = _open(crisis_id)
    sheet = _facts_for(crisis, by)
    if next_due_at <= at:
        raise ValidationError(_("Say when the next update comes; it lies in the future."))
    if next_due_at > at + LONGEST_SILENCE:
        raise ValidationError(_("The next update comes within 24 hours."))
    if corrects is not None and corrects.crisis_id != crisis.pk:
        raise ValidationError(_("That statement belongs to another crisis."))
    said = Statement(
        crisis=crisis, fact_sheet=sheet, audience=audience, text=text.strip(), spoken_by=by, at=at, next_due_at=next_due_at, corrects=corrects
    )  # fmt: skip
    said.full_clean()
    said.save()
    crisis.statement_due_at = next_due_at
    _keep(crisis, by, at)
    return said


@transaction.atomic
def log_question(*, crisis_id: int, asked_by: str, question: str, by: User, at: datetime) -> MediaQuestion:
    """Anybody who manages crises or has a role takes down what was asked; answering is the spokesperson's."""
    crisis = _open(crisis_id)
    _require_part(crisis, by)
    asked = MediaQuestion(crisis=crisis, asked_by=asked_by.strip(), question=question.strip(), logged_by=by, asked_at=at)
    asked.full_clean()
    asked.save()
    return asked


@transaction.atomic
def answer_question(*, question_id: int, answer: str, by: User, at: datetime) -> MediaQuestion:
    asked = MediaQuestion.objects.select_for_update(of=("self",)).get(pk=question_id)
    crisis = _open(asked.crisis_id)
    if asked.answered_at is not None:
        raise NotPossible(_("This has been answered already."))
    if not answer.strip():
        raise ValidationError(_("Write the answer; “no comment” is none."))
    asked.fact_sheet, asked.answer, asked.answered_by, asked.answered_at = _facts_for(crisis, by), answer.strip(), by, at
    asked.save(update_fields=["fact_sheet", "answer", "answered_by", "answered_at"])
    return asked


@transaction.atomic
def tick(*, crisis_id: int, point: str, by: User, at: datetime, remark: str = "") -> CrisisTick:
    """Somebody made sure of one point, now; ticked once it stays ticked."""
    crisis = _open(crisis_id)
    _require_part(crisis, by)
    if point not in Point.values:
        raise ValidationError(_("There is no such point."))
    made, _new = CrisisTick.objects.get_or_create(crisis=crisis, point=point, defaults={"by": by, "at": at, "remark": remark.strip()[:300]})
    return made


@transaction.atomic
def look_back(*, crisis_id: int, went_well: str, went_wrong: str, lesson: str, by: User, at: datetime) -> AfterReview:
    """What was learned when it was over."""
    crisis = _open(crisis_id)
    require(by, RIGHT)
    if AfterReview.objects.filter(crisis=crisis).exists():
        raise NotPossible(_("The review has been written already."))
    review = AfterReview(crisis=crisis, went_well=went_well.strip(), went_wrong=went_wrong.strip(), lesson=lesson.strip(), by=by, at=at)
    review.full_clean()
    review.save()
    return review


@transaction.atomic
def improve(*, crisis_id: int, action: str, owner: User, due_on: date, by: User, at: datetime) -> CrisisImprovement:
    """What follows from the review: it stays with its owner when the crisis is closed."""
    crisis = _open(crisis_id)
    require(by, RIGHT)
    better = CrisisImprovement(crisis=crisis, action=action.strip(), owner=owner, due_on=due_on, by=by, at=at)
    better.full_clean()
    better.save()
    return better


@transaction.atomic
def complete_improvement(*, improvement_id: int, proof: str, by: User, at: datetime) -> CrisisImprovement:
    better = CrisisImprovement.objects.select_for_update(of=("self",)).get(pk=improvement_id)
    if better.owner_id != by.pk:
        require(by, RIGHT)
    if better.done_at is not None:
        raise NotPossible(_("This is done already."))
    if not proof.strip():
        raise ValidationError(_("Say what shows that it is done."))
    better.proof, better.done_by, better.done_at = proof.strip(), by, at
    better.save(update_fields=["proof", "done_by", "done_at"])
    return better


@transaction.atomic
def close(*, crisis_id: int, by: User, at: datetime) -> Crisis:
    """Over when it was spoken, every question was answered, and the review has led to improvements."""
    crisis = _open(crisis_id)
    require(by, RIGHT)
    if not crisis.statements.exists():
        raise NotPossible(_("Nothing was said to anybody yet."))
    if crisis.questions.filter(answered_at=None).exists():
        raise NotPossible(_("A question has not been answered yet."))
    if not AfterReview.objects.filter(crisis=crisis).exists() or not crisis.improvements.exists():
        raise NotPossible(_("First the review, with at least one improvement."))
    crisis.closed_by, crisis.closed_at = by, at
    _keep(crisis, by, at)
    return crisis


@transaction.atomic
def remind(*, at: datetime) -> int:
    """Tell lead and spokesperson that a statement is due soon, and when it is late; each once for each time it is due."""
    told = 0
    for crisis in Crisis.objects.filter(closed_at=None, statement_due_at__lte=at + REMIND_BEFORE).order_by("pk"):
        is_late = crisis.statement_due_at <= at
        subject = gettext_lazy("A statement is overdue") if is_late else gettext_lazy("A statement is due soon")
        for role in crisis.roles.filter(ended_at=None, role__in=[CrisisRole.Role.LEAD, SPOKESPERSON]).select_related("user"):
            due = f"{timezone.localtime(crisis.statement_due_at):%Y-%m-%d %H:%M}"
            key = f"crisis:{crisis.pk}:{role.user_id}:{due}:{'late' if is_late else 'soon'}"
            text = f"{crisis.title} · {due}"
            told += messages.remind_employee(user=role.user, subject=subject, text=text, at=at, by=Actor.SYSTEM, key=key)
    return told


# --- who may ------------------------------------------------------------------------------------------------------------
def has_part(crisis: Crisis, user: User) -> bool:
    """Whoever has a role in it now."""
    return bool(crisis.roles.filter(user=user, ended_at=None).exists())


def is_spokesperson(crisis: Crisis, user: User) -> bool:
    return bool(crisis.roles.filter(user=user, role=SPOKESPERSON, ended_at=None).exists())


def seen_by(user: User) -> Q:
    """Which crises somebody sees: all who manage or audit them, of others those they have a role in."""
    if user.has_perm(RIGHT) or user.has_perm("staff.read_audit"):
        return Q()
    return Q(roles__user=user, roles__ended_at=None)


def _require_part(crisis: Crisis, by: User) -> None:
    if not has_part(crisis, by):
        require(by, RIGHT)


def _facts_for(crisis: Crisis, by: User) -> FactSheet:
    """What the spokesperson speaks from; refuses everybody else, and everybody while no facts are approved."""
    if not is_spokesperson(crisis, by):
        raise NotAllowed(_("Only the spokesperson speaks."))
    sheet = facts_in_force(crisis)
    if sheet is None:
        raise NotPossible(_("There is no approved fact sheet to speak from."))
    return sheet


def _open(crisis_id: int) -> Crisis:
    crisis = Crisis.objects.select_for_update(of=("self",)).get(pk=crisis_id)
    if not crisis.is_open:
        raise NotPossible(_("This crisis is closed."))
    return crisis


def _keep(crisis: Crisis, by: User, at: datetime) -> None:
    with recorded(crisis, by=by, at=at):
        crisis.save()
