"""Vocabulary of time limits: what has one, in what unit, what makes it stand still. Which acts begin and end what."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from complaints.workflow import OPEN_STEPS
from staff import calendar


class Obligation(TextChoices):
    """What is owed across the steps."""

    FIRST_ANSWER = "first_answer", _("First answer")
    DECISION = "decision", _("Decision")
    REMEDY = "remedy", _("Solution carried out")
    WHOLE_CASE = "whole_case", _("Whole case")
    REPORT_REPLY = "report_reply", _("Reply to the report")


#: What can have a time limit: each step where there is work to do, and the obligations across them.
MATTERS = [(each.value, each.label) for each in (*OPEN_STEPS, *Obligation)]
STEPS = frozenset(step.value for step in OPEN_STEPS)


class Unit(TextChoices):
    OFFICE_MINUTES = calendar.OFFICE_MINUTES, pgettext_lazy("unit", "minutes of office time")
    OFFICE_HOURS = calendar.OFFICE_HOURS, pgettext_lazy("unit", "hours of office time")
    WORKING_DAYS = calendar.WORKING_DAYS, pgettext_lazy("unit", "working days")
    HOURS = calendar.HOURS, pgettext_lazy("unit", "hours")
    CALENDAR_DAYS = calendar.CALENDAR_DAYS, pgettext_lazy("unit", "calendar days")
    MONTHS = calendar.MONTHS, pgettext_lazy("unit", "months")


class PauseReason(TextChoices):
    """Why no time passes. Which limits stand still for which reason says each policy."""

    CUSTOMER = "customer", _("Waiting for the customer")
    TESTING = "testing", _("Testing or appraisal")
    AUTHORITY = "authority", _("Waiting for an authority or court")
    #: By itself, from the decision until the customer has answered it.
    ANSWER = "answer", _("The customer considers the decision")


#: A handler cannot say these; the steps do.
BY_ITSELF = frozenset({PauseReason.ANSWER})

#: Acts that begin an obligation. What a change of kind or severity makes owed, or not, is found by the policies themselves.
BEGINS: dict[str, frozenset[str]] = {
    "file": frozenset({Obligation.FIRST_ANSWER, Obligation.DECISION, Obligation.WHOLE_CASE, Obligation.REPORT_REPLY}),
    "change_kind": frozenset({Obligation.FIRST_ANSWER, Obligation.DECISION, Obligation.WHOLE_CASE, Obligation.REPORT_REPLY}),
    "restore": frozenset({Obligation.FIRST_ANSWER, Obligation.DECISION, Obligation.WHOLE_CASE, Obligation.REPORT_REPLY}),
    "reopen": frozenset({Obligation.DECISION, Obligation.WHOLE_CASE}),
    "object_to_findings": frozenset({Obligation.DECISION}),
    "object_to_remedy": frozenset({Obligation.DECISION}),
    #: Only while an item of the solution is to be carried out.
    "accept": frozenset({Obligation.REMEDY}),
}
#: Acts that fulfil one.
FULFILS: dict[str, frozenset[str]] = {
    "send_decision": frozenset({Obligation.FIRST_ANSWER, Obligation.DECISION, Obligation.REPORT_REPLY}),
    "answer_matter": frozenset({Obligation.FIRST_ANSWER, Obligation.DECISION, Obligation.WHOLE_CASE}),
    #: With the last item.
    "fulfil": frozenset({Obligation.REMEDY}),
    "close": frozenset(Obligation),
}
#: Acts that end a case before anything was owed in full: what runs ends without having been kept or missed.
GIVES_UP = frozenset({"withdraw", "merge", "dismiss_as_other"})


#: So many of each; `number` chooses the form, `n` is what is shown.
COUNTED = {
    Unit.OFFICE_MINUTES: ngettext_lazy("%(n)s minute of office time", "%(n)s minutes of office time", "number"),
    Unit.OFFICE_HOURS: ngettext_lazy("%(n)s hour of office time", "%(n)s hours of office time", "number"),
    Unit.WORKING_DAYS: ngettext_lazy("%(n)s working day", "%(n)s working days", "number"),
    Unit.HOURS: ngettext_lazy("%(n)s hour", "%(n)s hours", "number"),
    Unit.CALENDAR_DAYS: ngettext_lazy("%(n)s calendar day", "%(n)s calendar days", "number"),
    Unit.MONTHS: ngettext_lazy("%(n)s month", "%(n)s months", "number"),
}


def with_unit(amount: int, unit: str, more: int = 0) -> str:
    """So many of what: "7 calendar days"; "5 + 2 working days" with what was granted."""
    shown = f"{amount} + {more}" if more else str(amount)
    return str(COUNTED[Unit(unit)] % {"n": shown, "number": amount + more})
