"""The process chart of a case: which act leads from which step to which, under what conditions, with what permission.

No writing here. `services.advance` is the only caller; it checks the permission, which a transition method itself never does.
A `target` of None is an act that belongs to its steps and leaves the case where it stands.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import RETURN_VALUE, ConcurrentTransitionMixin, FSMField, FSMFieldMixin, Transition, transition

from complaints.models import guards
from complaints.workflow import OPEN_STEPS, RECEPTION, TEN_STEP_KINDS, TEN_STEPS, UNANSWERED, Step

AFTER_ANSWER = (Step.PENALIZE, Step.IMPROVE)
#: Also while a reopened case is handled once more: what was accepted before is still owed.
WHERE_ITEMS_ARE_OWED = (Step.INVESTIGATE, Step.PROPOSE, Step.NOTIFY, Step.PENALIZE, Step.IMPROVE, Step.FOLLOW_UP)


def may(codename: str) -> str:
    return f"complaints.{codename}"


class ProtectedStep(ConcurrentTransitionMixin, models.Model):
    """A protected state field whose refresh is safe in threads: the library's own lifts the protection on the class for a moment."""

    class Meta:
        abstract = True

    def refresh_from_db(self, using: str | None = None, fields: Iterable[str] | None = None, from_queryset: Any = None) -> None:
        wanted = None if fields is None else list(fields)
        protected = [
            field.attname
            for field in self._meta.concrete_fields
            if isinstance(field, FSMFieldMixin) and field.protected and (wanted is None or field.name in wanted)
        ]
        saved = {name: self.__dict__.pop(name) for name in protected if name in self.__dict__}
        if wanted is None:
            wanted = [field.attname for field in self._meta.concrete_fields if field.attname in self.__dict__ or field.attname in saved]
        try:
            models.Model.refresh_from_db(self, using=using, fields=wanted, from_queryset=from_queryset)
        except BaseException:
            self.__dict__.update(saved)
            raise
        self._update_initial_state()


class Lifecycle(ProtectedStep):
    """The ten steps as a machine."""

    step = FSMField(_("step"), choices=Step.choices, default=Step.APOLOGIZE, protected=True, db_index=False)

    class Meta:
        abstract = True

    # --- who works on it, at any step -------------------------------------------------------------------------------
    @transition(field=step, source=OPEN_STEPS, target=None, permission=may("claim"))
    def claim(self) -> None:
        """A member of the department takes the case on."""

    @transition(field=step, source=OPEN_STEPS, target=None, permission=may("hand_over"))
    def hand_over(self) -> None:
        """The handler gives it to a colleague, saying why."""

    @transition(field=step, source=OPEN_STEPS, target=None, permission=may("take_over"))
    def take_over(self) -> None:
        """The head or complaint management takes it on."""

    @transition(field=step, source=OPEN_STEPS, target=None, permission=may("name_employee"))
    def name_employee(self) -> None:
        """An employee turns out to be complained about: from now on the case does not exist for them."""

    @transition(field=step, source=TEN_STEPS, target=None, conditions=[guards.is_a_report], permission=may("name_unit"))
    def name_unit(self) -> None:
        """A report turns out to be about a unit: from now on it does not exist for its members and the heads above it."""

    # --- 1 to 4, the reception --------------------------------------------------------------------------------------
    @transition(field=step, source=Step.APOLOGIZE, target=Step.RECORD, conditions=[guards.has_apology], permission=may("apologize"))
    def apologize(self) -> None:
        """A named person has calmed the complainant and apologised."""

    @transition(field=step, source=Step.RECORD, target=Step.CLASSIFY, conditions=[guards.has_facts, guards.has_demand, guards.has_allegation, guards.was_shown], permission=may("record_facts"))  # fmt: skip
    def record_facts(self) -> None:
        """What happened and what is asked for is on file and was read back or shown."""

    @transition(field=step, source=Step.CLASSIFY, target=Step.ASSIGN, conditions=[guards.is_classified], permission=may("classify"))
    def classify(self) -> None:
        """Category, severity and whose fault are judged."""

    @transition(field=step, source=Step.CLASSIFY, target=None, conditions=[guards.injures_nobody], permission=may("propose_unfounded"))
    def propose_unfounded(self) -> None:
        """The desk thinks the complaint unfounded and says against which standard; a second person must look."""

    @transition(field=step, source=Step.CLASSIFY, target=None, conditions=[guards.unfounded_waits], permission=may("confirm_unfounded"))
    def reject_unfounded(self) -> None:
        """The second person does not agree; the desk classifies anew."""

    @transition(field=step, source=Step.CLASSIFY, target=Step.NOTIFY, conditions=[guards.unfounded_waits, guards.injures_nobody], permission=may("confirm_unfounded"))  # fmt: skip
    def confirm_unfounded(self) -> None:
        """A second person agrees: the customer gets the reasons and how to object."""

    @transition(
        field=step, source=Step.ASSIGN, target=Step.INVESTIGATE, conditions=[guards.has_handling_department], permission=may("assign")
    )
    def assign(self) -> None:
        """The unit that must answer for it has it."""

    # --- 5 to 7 -----------------------------------------------------------------------------------------------------
    @transition(field=step, source=[Step.INVESTIGATE, Step.PROPOSE], target=Step.INVESTIGATE, permission=may("transfer"))
    def transfer(self) -> None:
        """Passed on to another department with a reason; the second time complaint management decides."""

    @transition(field=step, source=Step.INVESTIGATE, target=Step.PROPOSE, conditions=[guards.cause_is_known], permission=may("investigate"))
    def investigate(self) -> None:
        """The concrete cause is found."""

    @transition(field=step, source=Step.INVESTIGATE, target=Step.PROPOSE, conditions=[guards.cause_is_postponed], permission=may("postpone_investigation"))  # fmt: skip
    def postpone_investigation(self) -> None:
        """The customer is settled with first; the cause stays due."""

    @transition(field=step, source=[Step.PROPOSE, Step.NOTIFY, Step.PENALIZE], target=None, conditions=[guards.cause_is_known], permission=may("complete_investigation"))  # fmt: skip
    def complete_investigation(self) -> None:
        """A postponed cause is found."""

    @transition(field=step, source=Step.PROPOSE, target=None, conditions=[guards.remedy_is_complete], permission=may("submit_remedy"))
    def submit_remedy(self) -> None:
        """A solution is laid before the approver."""

    @transition(field=step, source=Step.PROPOSE, target=None, conditions=[guards.remedy_waits], permission=may("return_remedy"))
    def return_remedy(self) -> None:
        """The approver wants it revised, saying why."""

    @transition(field=step, source=Step.PROPOSE, target=Step.NOTIFY, conditions=[guards.remedy_waits], permission=may("approve_remedy"))
    def approve_remedy(self) -> None:
        """The approver agrees."""

    @transition(field=step, source=Step.PROPOSE, target=Step.NOTIFY, conditions=[guards.remedy_waits], permission=may("settle"))
    def settle(self) -> None:
        """The handler gives it on the spot, within their own authority."""

    @transition(field=step, source=Step.NOTIFY, target=None, conditions=[guards.decision_is_written], permission=may("send_decision"))
    def send_decision(self) -> None:
        """The decision with reasons, remedy and ways to object goes out."""

    @transition(field=step, source=Step.NOTIFY, target=RETURN_VALUE(*AFTER_ANSWER), conditions=[guards.decision_was_sent], permission=may("record_answer"))  # fmt: skip
    def accept(self) -> Step:
        """The customer accepts the solution, or understands why there is none."""
        return self._after_answer()

    @transition(field=step, source=Step.NOTIFY, target=Step.INVESTIGATE, conditions=[guards.decision_was_sent, guards.has_handling_department], permission=may("record_answer"))  # fmt: skip
    def object_to_findings(self) -> None:
        """The customer says the facts are wrong: looked into again, after an unfounded finding by somebody else."""

    @transition(field=step, source=Step.NOTIFY, target=Step.PROPOSE, conditions=[guards.decision_was_sent, guards.is_founded], permission=may("record_answer"))  # fmt: skip
    def object_to_remedy(self) -> None:
        """The customer refuses the solution: another is proposed."""

    @transition(field=step, source=Step.NOTIFY, target=RETURN_VALUE(*AFTER_ANSWER), conditions=[guards.decision_was_sent])
    def lapse(self) -> Step:
        """The window for an answer has passed; the case goes on, and nobody calls it satisfied."""
        return self._after_answer()

    # --- 8 to 10 ----------------------------------------------------------------------------------------------------
    @transition(field=step, source=WHERE_ITEMS_ARE_OWED, target=None, permission=may("fulfil"))
    def fulfil(self) -> None:
        """An accepted item was carried out, with date, doer and proof."""

    @transition(field=step, source=Step.PENALIZE, target=Step.IMPROVE, conditions=[guards.cause_not_owed, guards.has_penalty], permission=may("penalize"))  # fmt: skip
    def penalize(self) -> None:
        """Those responsible are held to account by written rules."""

    @transition(field=step, source=Step.PENALIZE, target=Step.IMPROVE, conditions=[guards.cause_not_owed, guards.nobody_is_explained], permission=may("pass_penalize"))  # fmt: skip
    def pass_penalize(self) -> None:
        """Nobody is to blame, and it is said why."""

    @transition(field=step, source=Step.IMPROVE, target=Step.FOLLOW_UP, conditions=[guards.has_improvement], permission=may("improve"))
    def improve(self) -> None:
        """What will be done so that it does not happen again has owner and date."""

    @transition(
        field=step, source=Step.IMPROVE, target=Step.FOLLOW_UP, permission=may("pass_improve"), conditions=[guards.may_leave_unimproved]
    )
    def pass_improve(self) -> None:
        """Nothing to improve, and it is said why."""

    @transition(field=step, source=Step.FOLLOW_UP, target=None, permission=may("follow_up"))
    def follow_up(self) -> None:
        """Somebody outside the handling unit has asked the customer, or has tried to."""

    @transition(field=step, source=Step.FOLLOW_UP, target=Step.CLOSED, conditions=[guards.items_are_fulfilled, guards.follow_up_is_done, guards.low_score_is_answered], permission=may("close"))  # fmt: skip
    def close(self) -> None:
        """Archived with its four contents: complaint, process, result, satisfaction."""

    # --- back and aside ---------------------------------------------------------------------------------------------
    @transition(field=step, source=[Step.FOLLOW_UP, Step.CLOSED], target=Step.INVESTIGATE, conditions=[guards.has_handling_department, guards.ended_on_its_merits], permission=may("reopen"))  # fmt: skip
    def reopen(self) -> None:
        """Handled once more."""

    @transition(field=step, source=[*RECEPTION, Step.ANSWER], target=RETURN_VALUE(*RECEPTION, Step.ANSWER), permission=may("change_kind"))
    def change_kind(self) -> Step:
        """It is something else than it was taken for: from now on it is handled as that, under the same number and code."""
        if self.kind not in TEN_STEP_KINDS:
            return Step.ANSWER
        return Step.APOLOGIZE if self.step == Step.ANSWER else Step(self.step)

    @transition(field=step, source=Step.ANSWER, target=Step.CLOSED, conditions=[guards.was_answered], permission=may("answer_matter"))
    def answer_matter(self) -> None:
        """A suggestion, an enquiry or praise has its answer."""

    @transition(field=step, source=[*UNANSWERED, Step.ANSWER], target=Step.CLOSED, conditions=[guards.items_are_fulfilled], permission=may("withdraw_for"))  # fmt: skip
    def withdraw(self) -> None:
        """The complainant takes the complaint back."""

    @transition(field=step, source=[*UNANSWERED, Step.ANSWER], target=Step.CLOSED, conditions=[guards.items_are_fulfilled, guards.is_merged_elsewhere], permission=may("merge"))  # fmt: skip
    def merge(self) -> None:
        """The same matter is handled in another case."""

    @transition(field=step, source=[*RECEPTION, Step.ANSWER], target=Step.CLOSED, permission=may("dismiss_as_other"))
    def dismiss_as_other(self) -> None:
        """Spam or another firm's matter: outside all figures."""

    @transition(
        field=step,
        source=Step.CLOSED,
        target=RETURN_VALUE(*UNANSWERED, Step.ANSWER),
        conditions=[guards.end_is_reversible],
        permission=may("restore"),
    )
    def restore(self) -> Step:
        """A withdrawal, merger or dismissal is undone; the case goes back to where it stood, or to proposing where an offer had been made."""
        return self._step_before_end()

    @transition(field=step, source=Step.CLOSED, target=None, conditions=[guards.not_erased_yet], permission=may("erase"))
    def erase(self) -> None:
        """Its people, words and files are erased; the skeleton stays."""

    def _after_answer(self) -> Step:
        return Step.IMPROVE if self.unfounded else Step.PENALIZE

    def _step_before_end(self) -> Step:
        """What had been offered was superseded with the end, and its money given back: it is proposed anew."""
        before = Step(self.changes.order_by("-sequence").first().from_step)
        return Step.PROPOSE if before == Step.NOTIFY and not self.unfounded else before


def transitions() -> dict[str, tuple[tuple[Step, ...], tuple[Step, ...] | None, Callable[..., Any]]]:
    """Every act: name → (steps it starts from, steps it can lead to or None, its method). Read from the chart above."""
    found: dict[str, tuple[tuple[Step, ...], tuple[Step, ...] | None, Callable[..., Any]]] = {}
    for name, method in vars(Lifecycle).items():
        machine = getattr(method, "_django_fsm", None)
        if machine is None:
            continue
        moves: list[Transition] = list(machine.transitions.values())
        target = moves[0].target
        targets = None if target is None else tuple(Step(step) for step in getattr(target, "allowed_states", [target]))
        found[name] = (tuple(step for step in Step if step in {move.source for move in moves}), targets, method)
    return found


def legal_moves() -> list[tuple[str, str]]:
    """All (from, to) pairs the chart allows, for the database's own guard."""
    return sorted(
        {
            (source.value, target.value)
            for sources, targets, _method in transitions().values()
            for source in sources
            for target in targets or ()
        }
    )
