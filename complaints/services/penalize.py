"""Step 8: who is held to account, or why nobody is; then the words of the superior and of personnel, without which no finding counts."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.models import (
    Accountability,
    Complaint,
    Investigation,
    Measure,
    Penalty,
    PenaltyDecision,
    PenaltyLook,
    PenaltyNotice,
    Statement,
)
from complaints.models.accountability import may_deduct
from complaints.queries import penalties as rules
from complaints.services import amounts, messages
from complaints.services.advance import Move, advancing
from complaints.services.errors import NotPossible, Refused
from complaints.services.inputs import PenaltyInput
from complaints.services.reports import job_changed
from complaints.services.statements import check_tells_nobody
from staff.models import Company, Membership, User
from staff.services import notices

Kind, State, For = PenaltyDecision.Kind, Penalty.State, Penalty.For


def handling_in_question(case: Complaint) -> bool:
    """Whether the handling itself must be asked about: the case was late, reopened, objected to, or the customer's repeat."""
    objected = case.customer_answers.filter(kind__in=["objected_facts", "objected_remedy", "not_understood"]).exists()
    return case.late_steps > 0 or case.round > 1 or objected or _is_repeat(case)


def _is_repeat(case: Complaint) -> bool:
    """The same customer complained of the same kind of thing before, and that was handled."""
    earlier = Complaint.objects.same_customer(case).in_figures()
    if case.category_id is None:
        return False
    same = earlier.filter(category=case.category_id, received_at__lt=case.received_at)
    return same.filter(product=case.product_id).exists() if case.product_id else same.exists()


def _check_handling_answer(case: Complaint, handling_answer: str) -> None:
    if handling_in_question(case) and not handling_answer.strip():
        raise NotPossible(_("This case was late, reopened, objected to or a repeat: say whether it was handled badly, and by whom."))


def penalize(
    *, complaint_id: int, by: User, at: datetime, penalties: Sequence[PenaltyInput], handling_answer: str = "", left_out: str = "",
    seen: int | None = None,
) -> Accountability:  # fmt: skip
    """Propose findings by clauses. Nobody who was not asked for a statement; nobody about themselves. None counts before it is approved."""
    with advancing(complaint_id, "penalize", by=by, at=at, seen=seen) as move:
        case = move.complaint
        _check_handling_answer(case, handling_answer)
        _check_heard(case, penalties, by)
        _check_left_out(case, penalties, left_out)
        accountability = Accountability.objects.create(complaint=case, handling_answer=handling_answer, left_out=left_out, by=by, at=at)
        move.record(accountability)
        for penalty in penalties:
            _propose(move, accountability, penalty)
    return accountability


def _check_heard(case: Complaint, penalties: Iterable[PenaltyInput], by: User) -> None:
    """A statement given or declined, or the recorded lapse of its time."""
    answered = Statement.objects.filter(investigation__complaint=case).exclude(state=Statement.State.ASKED)
    heard = set(answered.values_list("employee_id", flat=True))
    for penalty in penalties:
        if penalty.employee.pk not in heard:
            text = _("%(name)s has not been heard: ask for a statement first.")
            raise NotPossible(text % {"name": penalty.employee.name})
        if penalty.employee.pk == by.pk:
            raise Refused(_("Nobody decides about themselves."), act="penalize", target=case.number)


def _check_left_out(case: Complaint, penalties: Iterable[PenaltyInput], left_out: str) -> None:
    """A person found responsible, or the head of the responsible department, goes without a finding only for a reason on file."""
    found = {penalty.employee.pk for penalty in penalties}
    investigation = case.investigations.select_related("responsible_department").order_by("-pk").first()
    if investigation is None or left_out.strip():
        return
    if set(investigation.responsible_persons.values_list("pk", flat=True)) - found:
        raise NotPossible(_("Somebody was found responsible and has no finding here: add one, or say why not."))
    if _heads_of(investigation) - found:
        raise NotPossible(_("The head of the responsible department has no finding here: add one, or say why not."))


def _heads_of(investigation: Investigation) -> set[int]:
    """Of the responsible department itself; those above answer for it only where the finding says so."""
    heads = Membership.objects.heads().filter(department=investigation.responsible_department)
    return set(heads.values_list("user", flat=True))


def _propose(move: Move, accountability: Accountability, given: PenaltyInput) -> None:
    measure = given.measure if isinstance(given.measure, Measure) else Measure.objects.get(pk=given.measure)
    if measure.takes_wages is (given.amount is None):
        raise NotPossible(_("An amount belongs to a deduction from wages, and to no other measure."))
    amounts.check(given.amount)
    check_tells_nobody(move.complaint, move.person, given.finding, given.evidence)
    row = Penalty.objects.create(
        accountability=accountability, employee=given.employee, responsible_as=given.responsible_as, clause=given.clause,
        finding=given.finding, evidence=given.evidence, measure=measure, amount=given.amount, currency=Company.current().currency,
    )  # fmt: skip
    move.record(row)
    job_changed(given.employee, _("A penalty"), move.at, move.person)


def pass_penalize(
    *,
    complaint_id: int,
    by: User,
    at: datetime,
    reason: str,
    system_cause: bool = False,
    handling_answer: str = "",
    seen: int | None = None,
) -> Accountability:
    """Nobody, and why. A system cause makes an improvement due."""
    with advancing(complaint_id, "pass_penalize", by=by, at=at, seen=seen, reason=reason) as move:
        _check_handling_answer(move.complaint, handling_answer)
        accountability = Accountability.objects.create(
            complaint=move.complaint, nobody_reason=reason, system_cause=system_cause, handling_answer=handling_answer, by=by, at=at
        )
        move.record(accountability)
    return accountability


# --- the two words it takes ----------------------------------------------------------------------------------------------------
@transaction.atomic
def approve(*, penalty_id: int, by: User, at: datetime, agreed: bool = True, reason: str = "") -> Penalty:
    """The superior of the department's head says yes or, with a reason, no."""
    penalty = undecided(penalty_id, "approve_penalty", by=by, at=at)
    _say(penalty, PenaltyDecision(penalty=penalty, kind=Kind.APPROVAL, agreed=agreed, reason=reason.strip(), by=by, at=at))
    return penalty


@transaction.atomic
def consent(
    *, penalty_id: int, by: User, at: datetime, agreed: bool = True, reason: str = "", month: date | None = None,
    wage: Decimal | None = None, least_left: Decimal | None = None, amount: Decimal | None = None,
) -> Penalty:  # fmt: skip
    """Personnel says yes or no. For a deduction they state the month's wage, and the amount: no more than proposed, no more than the law."""
    penalty = undecided(penalty_id, "consent_penalty", by=by, at=at)
    word = PenaltyDecision(penalty=penalty, kind=Kind.CONSENT, agreed=agreed, reason=reason.strip(), by=by, at=at)
    if agreed and penalty.measure.takes_wages:
        if month is None or wage is None or least_left is None:
            raise NotPossible(_("State the month, its wage and the minimum wage of the place."))
        word.month, word.wage, word.least_left, word.cap_percent = month.replace(day=1), wage, least_left, penalty.measure.cap_percent
        word.amount = penalty.amount if amount is None else amount
        amounts.check(wage, word.amount)
        amounts.check(least_left, nothing_too=True)
        _check_deduction(penalty, word, month=word.month, wage=wage, least_left=least_left)
    elif wage is not None or amount is not None:
        raise NotPossible(_("This measure takes nothing from the wage."))
    _say(penalty, word)
    return penalty


def _check_deduction(penalty: Penalty, word: PenaltyDecision, *, month: date, wage: Decimal, least_left: Decimal) -> None:
    """All that is taken from one month's wage counts together, so that two findings do not pass the cap that one must keep."""
    User.objects.select_for_update().get(pk=penalty.employee_id)  # one deduction of this person at a time
    taken = rules.deducted_in(month, penalty.employee)
    most = min(may_deduct(wage, word.cap_percent or Decimal(0)) - taken, wage - least_left - taken, penalty.amount or Decimal(0))
    if word.amount is None or word.amount > most:
        said = {"most": max(most, Decimal(0)), "percent": word.cap_percent, "source": penalty.measure.source}
        raise NotPossible(_("At most %(most)s can be deducted from this month's wage (%(percent)s %%, %(source)s).") % said)


def undecided(penalty_id: int, act: str, *, by: User, at: datetime) -> Penalty:
    """The finding, locked, on which this person may say this word now. Raises Penalty.DoesNotExist, Refused, NotPossible."""
    related = ("accountability__complaint__complainant", "accountability__by", "employee", "measure")
    seen = Penalty.objects.visible_to(by).select_for_update(of=("self",))
    penalty: Penalty = seen.select_related(*related).get(pk=penalty_id)
    case = penalty.accountability.complaint
    why_not = rules.refusal(by, penalty, act, timezone.localdate(at))
    if why_not:
        raise Refused(why_not, act=act, target=f"{case.number} {penalty.pk}")
    if not rules.is_waiting_for(penalty, act):
        raise NotPossible(_("This has been decided already."))
    return penalty


def _say(penalty: Penalty, word: PenaltyDecision) -> None:
    if not word.agreed and not word.reason:
        raise NotPossible(_("Say why not."))
    word.save(force_insert=True)
    if not word.agreed:
        penalty.state = State.REFUSED
        penalty.save(update_fields=["state"])
        text = gettext_lazy("A finding you proposed on complaint %(number)s was not approved. The reason is on file.")
        said = text % {"number": penalty.accountability.complaint.number}
        subject = gettext_lazy("A finding was not approved")
        messages.notify_employee(user=penalty.accountability.by, subject=subject, text=said, by=word.by, at=word.at)
    elif penalty.decisions.filter(agreed=True).count() == len(Kind):
        _take_effect(penalty, by=word.by, at=word.at)


def _take_effect(penalty: Penalty, *, by: User, at: datetime) -> None:
    """From now on it counts; the employee is told, and until when they may appeal. The mail itself says nothing of it."""
    penalty.state, penalty.in_force_at = State.IN_FORCE, at
    penalty.appeal_until = timezone.localdate(at) + timedelta(days=penalty.measure.appeal_days)
    penalty.save(update_fields=["state", "in_force_at", "appeal_until"])
    text = gettext_lazy("Read it under “My matters”. You may appeal until %(day)s; an appeal suspends it.")
    said = text % {"day": f"{penalty.appeal_until:%Y-%m-%d}"}
    messages.notify_employee(user=penalty.employee, subject=gettext_lazy("There is a finding about you"), text=said, by=by, at=at)


# --- told to others, and read -----------------------------------------------------------------------------------------------------
@transaction.atomic
def announce(*, penalty_id: int, title: str, body: str, by: User, at: datetime, to_everyone: bool = False) -> PenaltyNotice:
    """Tell the employee's department, or everybody. Should the finding be revoked, the same people read that too."""
    penalty = Penalty.objects.visible_to(by).standing().select_for_update(of=("self",)).filter(pk=penalty_id).first()
    if penalty is None:
        raise NotPossible(_("Only a finding that stands is told to others."))
    if rules.is_kept_out(by, penalty, timezone.localdate(at)):
        raise Refused(_("You have a part in this, or answer to the person it is about."), act="announce", target=str(penalty.pk))
    check_tells_nobody(penalty.accountability.complaint, by, title, body)
    audience = [] if to_everyone else [rules.department_of(penalty)]
    notice = notices.publish(title=title, body=body, by=by, at=at, to_everyone=to_everyone, departments=audience)
    return PenaltyNotice.objects.create(penalty=penalty, notice=notice)


def correct_notices(penalty: Penalty, *, by: User, at: datetime) -> None:
    """After an appeal: whoever read of the finding reads what became of it."""
    for told in penalty.notices.filter(corrects=None, correction=None).select_related("notice").order_by("pk"):
        said = {"title": told.notice.title, "day": f"{timezone.localtime(told.notice.at):%Y-%m-%d}"}
        if penalty.state == State.REVOKED:
            body = _("The finding told in the notice “%(title)s” of %(day)s was revoked on appeal. It no longer counts.") % said
        else:
            body = _("The measure told in the notice “%(title)s” of %(day)s was made lighter on appeal.") % said
        title = (_("Correction: %(title)s") % said)[:200]
        notice = notices.publish(
            title=title, body=body, by=by, at=at, to_everyone=told.notice.to_everyone, departments=told.notice.departments.all(),
            users=told.notice.users.all(), roles=told.notice.roles,
        )  # fmt: skip
        PenaltyNotice.objects.create(penalty=penalty, notice=notice, corrects=told)


def note_look(*, case: Complaint, by: User, at: datetime, penalty: Penalty | None = None) -> None:
    """Somebody read findings: that is kept (threats I11)."""
    PenaltyLook.objects.create(complaint=case, penalty=penalty, by=by, at=at)
