"""What must be on file before a transition: the conditions of the process chart, each with the sentence staff read when it is missing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.workflow import ON_ITS_MERITS, REVERSIBLE, Kind, Outcome
from staff.models import Company

if TYPE_CHECKING:
    from complaints.models.complaint import Complaint

type_guard = Callable[["Complaint"], bool]


def guard(says: str | Promise, *, before: bool = False) -> Callable[[type_guard], type_guard]:
    """Attach the sentence to a condition.

    One that must hold `before` is asked before the act records anything; the act itself then changes what it looked at (an approval
    answers the solution that waited), so it is remembered in `case.guards_held` and not asked again when the machine runs.
    """

    def attach(condition: type_guard) -> type_guard:
        @wraps(condition)
        def asked(case: Complaint) -> bool:
            return asked in case.guards_held or condition(case)

        asked.says, asked.before = says, before  # type: ignore[attr-defined]  # functions take attributes; their type does not say so
        return asked

    return attach


def asked_before(condition: type_guard) -> bool:
    return bool(condition.before)  # type: ignore[attr-defined]  # functions take attributes; their type does not say so


def why_not(condition: type_guard) -> str:
    """The sentence of a condition that does not hold."""
    return str(condition.says)  # type: ignore[attr-defined]  # functions take attributes; their type does not say so


@guard(_("A named person must have apologised first."))
def has_apology(case: Complaint) -> bool:
    return case.apologies.exists()


@guard(_("Write down what happened."))
def has_facts(case: Complaint) -> bool:
    return bool(case.facts.strip())


@guard(_("Write down what the customer asks for; it may be only to be heard."))
def has_demand(case: Complaint) -> bool:
    return case.demands.exists()


@guard(_("Write each point of the complaint as an allegation of its own."))
def has_allegation(case: Complaint) -> bool:
    return case.allegations.exists()


@guard(_("Read the record back to the customer, or show it."))
def was_shown(case: Complaint) -> bool:
    return case.confirmations.exists()


@guard(_("Choose category, severity and whose fault it is."))
def is_classified(case: Complaint) -> bool:
    return case.category_id is not None and bool(case.severity) and case.classifications.exists()


@guard(_("An injury cannot be called unfounded at the desk."))
def injures_nobody(case: Complaint) -> bool:
    latest = case.classifications.select_related("category").order_by("-pk").first()
    return latest is None or not latest.category.injury


@guard(_("There is no finding of “unfounded” waiting for a second person."), before=True)
def unfounded_waits(case: Complaint) -> bool:
    latest = case.classifications.order_by("-pk").first()
    return latest is not None and latest.unfounded and not hasattr(latest, "review")


@guard(_("Choose the department that must answer for it."))
def has_handling_department(case: Complaint) -> bool:
    return case.handling_department_id is not None


@guard(_("The investigation lacks its cause, five whys, a finding for each allegation or an employee's statement."))
def cause_is_known(case: Complaint) -> bool:
    current = case.investigations.order_by("-pk").first()
    return (
        current is not None
        and current.completed_at is not None
        and not case.allegations.filter(finding="").exists()
        and not current.statements.filter(state="asked").exists()
    )


@guard(_("Say why the cause has to wait."))
def cause_is_postponed(case: Complaint) -> bool:
    current = case.investigations.order_by("-pk").first()
    return current is not None and current.postponed_at is not None


@guard(_("The cause was postponed and is due now: complete the investigation first."), before=True)
def cause_not_owed(case: Complaint) -> bool:
    return cause_is_known(case)


@guard(_("Answer each demand, add what will be done, and say why it cures the cause."))
def remedy_is_complete(case: Complaint) -> bool:
    latest = case.remedies.order_by("-version").first()
    if latest is None:
        return False
    answered = set(latest.answers.values_list("demand_id", flat=True))
    return set(case.demands.values_list("pk", flat=True)) <= answered and latest.state == "submitted"


@guard(_("No solution is waiting for approval."), before=True)
def remedy_waits(case: Complaint) -> bool:
    latest = case.remedies.order_by("-version").first()
    return latest is not None and latest.state == "submitted"


@guard(_("Write the decision first."))
def decision_is_written(case: Complaint) -> bool:
    return case.messages.filter(kind="decision").exists()


@guard(_("The decision has not been sent yet."), before=True)
def decision_was_sent(case: Complaint) -> bool:
    return case.decision_sent_at is not None


@guard(_("There is no solution to refuse: the complaint was found unfounded."), before=True)
def is_founded(case: Complaint) -> bool:
    return not case.unfounded


@guard(_("Name who is responsible and the clause, or say why nobody is."))
def has_penalty(case: Complaint) -> bool:
    current = case.accountabilities.order_by("-pk").first()
    return current is not None and current.penalties.exists()


@guard(_("Say why nobody is held responsible."))
def nobody_is_explained(case: Complaint) -> bool:
    current = case.accountabilities.order_by("-pk").first()
    return current is not None and bool(current.nobody_reason)


@guard(_("Add at least one improvement with owner and date."))
def has_improvement(case: Complaint) -> bool:
    return case.improvements.exists()


@guard(_("What led the customer to expect otherwise? An unfounded complaint, or one where nobody was to blame, needs an improvement."))
def may_leave_unimproved(case: Complaint) -> bool:
    if case.improvement_links.exists():
        return True
    if case.unfounded:
        return False
    current = case.accountabilities.order_by("-pk").first()
    return current is None or not current.system_cause


@guard(_("An accepted item has not been carried out yet."), before=True)
def items_are_fulfilled(case: Complaint) -> bool:
    from complaints.models import RemedyItem  # noqa: PLC0415  # the models import this module

    return not RemedyItem.objects.open().filter(remedy__complaint=case).exists()


@guard(_("Ask the customer first, or try on as many different days as the company's rules say."), before=True)
def follow_up_is_done(case: Complaint) -> bool:
    """Whether the customer was asked, tried often enough, or not drawn for a call."""
    if case.draws.filter(round=case.round, selected=False).exists():
        return True
    this_round = case.follow_ups.filter(round=case.round)
    if this_round.filter(reached=True).exists():
        return True
    return len({day for (day,) in this_round.values_list("on")}) >= Company.current().follow_up_attempts


@guard(_("A low score needs an answer: reopen, escalate, or the customer's word that it is not wanted."), before=True)
def low_score_is_answered(case: Complaint) -> bool:
    """In the talk and in the customer's own survey."""
    if case.low_scores.filter(survey__round=case.round, decided_at=None).exists():
        return False
    reached = case.follow_ups.filter(round=case.round, reached=True).order_by("-pk").first()
    return reached is None or not reached.is_low or bool(reached.low_answer)


@guard(_("Name the case in which the matter is handled."))
def is_merged_elsewhere(case: Complaint) -> bool:
    return case.merged_into_id is not None


@guard(_("Only a report of misconduct keeps whole units out."))
def is_a_report(case: Complaint) -> bool:
    return case.kind == Kind.REPORT


@guard(_("This case has been erased already."), before=True)
def not_erased_yet(case: Complaint) -> bool:
    return not hasattr(case, "erasure")


@guard(_("Write the answer."))
def was_answered(case: Complaint) -> bool:
    return case.outcome == Outcome.ANSWERED and case.messages.filter(direction="out", kind="answer").exists()


@guard(_("Only a withdrawal, a merger, an answer or “not for us” can be undone."), before=True)
def end_is_reversible(case: Complaint) -> bool:
    return case.outcome in REVERSIBLE


@guard(_("This case did not end on its merits; a manager can restore it."), before=True)
def ended_on_its_merits(case: Complaint) -> bool:
    return case.outcome in ("", *ON_ITS_MERITS)
