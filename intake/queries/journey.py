"""The ten steps in the customer's words, and where a case stands on that way."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.workflow import TEN_STEP_KINDS, Kind, Outcome, Step

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from complaints.models import Complaint

#: Said on the first page: what a customer may expect, one line a step.
TEN_STEPS: "tuple[tuple[Promise, Promise], ...]" = (
    (_("We apologise"), _("A person with a name says sorry, whoever is at fault, and stays with you to the end.")),
    (_("We write it down"), _("What happened and what you ask for. You read it and put it right.")),
    (_("We judge how serious it is"), _("By published standards, the same for everybody.")),
    (_("We say who answers for it"), _("One department and one person. Nobody judges a complaint about themselves.")),
    (_("We find the cause"), _("We keep asking why until we know, and rely on evidence.")),
    (_("We propose a solution"), _("To each thing you ask for you get an answer, with reasons.")),
    (_("You decide"), _("You accept, or you object and we look into it again.")),
    (_("We answer for our mistakes"), _("By written rules, and fairly.")),
    (_("We change what went wrong"), _("So that it happens neither to you nor to anybody else.")),
    (_("We ask whether it is good now"), _("Somebody who did not handle it asks you. If it is not, we go on.")),
)


@dataclass(frozen=True)
class Stage:
    """One stop on the rail of the tracking page: several steps of ours can be one for the customer."""

    label: "Promise"
    steps: tuple[Step, ...]


STAGES = (
    Stage(pgettext_lazy("stage", "Received"), (Step.APOLOGIZE, Step.RECORD)),
    Stage(pgettext_lazy("stage", "Examined"), (Step.CLASSIFY, Step.ASSIGN, Step.INVESTIGATE)),
    Stage(pgettext_lazy("stage", "Solution"), (Step.PROPOSE,)),
    Stage(pgettext_lazy("stage", "Your answer"), (Step.NOTIFY,)),
    Stage(pgettext_lazy("stage", "Put right"), (Step.PENALIZE, Step.IMPROVE)),
    Stage(pgettext_lazy("stage", "Asked again"), (Step.FOLLOW_UP,)),
    Stage(pgettext_lazy("stage", "Completed"), (Step.CLOSED,)),
)

#: The way of what is answered and done: a suggestion, an enquiry, praise.
SHORT_WAY = (
    Stage(pgettext_lazy("stage", "Received"), (Step.ANSWER,)),
    Stage(pgettext_lazy("stage", "Answered"), (Step.CLOSED,)),
)

#: What is happening now, and what comes next.
NOW: "dict[str, tuple[Promise, Promise]]" = {
    Step.APOLOGIZE: (
        _("It has reached us."),
        _("A person with a name will contact you and stay responsible for you from then on."),
    ),
    Step.RECORD: (
        _("We are writing down exactly what happened and what you ask for."),
        _("You will be shown our record and can put it right."),
    ),
    Step.CLASSIFY: (
        _("We are looking at what it is about and how serious it is."),
        _("Then we decide which department has to answer for it."),
    ),
    Step.ASSIGN: (
        _("We are deciding which department has to answer for it."),
        _("Then somebody will find out the cause."),
    ),
    Step.INVESTIGATE: (
        _("We are finding out how it could happen."),
        _("Then we propose a solution to you."),
    ),
    Step.PROPOSE: (
        _("We are working out a solution for you."),
        _("You will get our answer to each thing you ask for, with reasons."),
    ),
    Step.NOTIFY: (
        _("Our decision is being prepared for you."),
        _("You will find it here, and can accept it or object."),
    ),
    Step.PENALIZE: (
        _("Your answer has arrived. We are keeping what we promised, and clearing up responsibility on our side."),
        _("Then we change what led to the mistake."),
    ),
    Step.IMPROVE: (
        _("We are changing what led to your complaint."),
        _("Then somebody who did not handle it asks you whether all is well."),
    ),
    Step.FOLLOW_UP: (
        _("We would like to know whether all is well now."),
        _("Somebody who did not handle your complaint will contact you; you can also answer the questions on this page."),
    ),
    Step.ANSWER: (
        _("It is with those who can answer you."),
        _("You get an answer, and find it here."),
    ),
    Step.CLOSED: (
        _("The handling of your complaint is completed."),
        _("If something is still not right, write to us here."),
    ),
}

DECISION_IS_HERE = (_("Our decision is here."), _("Please read it and tell us whether you accept it."))

ENDS: "dict[str, Promise]" = {
    Outcome.ANSWERED: _("We have answered you."),
    Outcome.WITHDRAWN: _("You have taken your complaint back. Thank you for telling us."),
    Outcome.MERGED: _("The same matter is handled in another complaint of yours; this one was joined with it."),
    Outcome.OTHER: _("What you wrote to us was handled in another way than as a complaint. You find our answer below."),
    Outcome.LAPSED: _("We have not heard from you about our decision, and have completed the handling. You can still write to us here."),
}


def rail(case: "Complaint") -> list[tuple[Stage, str]]:
    """Each stage of this case's way with its place in time: "past", "now" or "ahead"."""
    stages = STAGES if case.kind in TEN_STEP_KINDS else SHORT_WAY
    # A case whose kind was changed after it ended stands on neither way's steps but at its end.
    here = next((index for index, stage in enumerate(stages) if case.step in stage.steps), len(stages) - 1)
    return [(stage, "past" if index < here else "now" if index == here else "ahead") for index, stage in enumerate(stages)]


def standing(case: "Complaint") -> "tuple[Promise, Promise]":
    """Where the case stands and what comes next, in the customer's words."""
    if case.step == Step.NOTIFY and case.decision_sent_at:
        return DECISION_IS_HERE
    now, after = NOW[case.step]
    return ENDS.get(case.outcome, now) if case.step == Step.CLOSED else now, after


#: What it is called on the customer's pages.
YOURS: "dict[str, Promise]" = {
    Kind.COMPLAINT: _("Your complaint"),
    Kind.REPORT: _("Your report"),
    Kind.SUGGESTION: _("Your suggestion"),
    Kind.ENQUIRY: _("Your enquiry"),
    Kind.PRAISE: _("Your praise"),
}
