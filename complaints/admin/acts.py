"""What staff can do on a case page: for each act its form and the one service it calls."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.forms import apologize as apologizing
from complaints.forms import assign as assigning
from complaints.forms import beside
from complaints.forms import classify as classifying
from complaints.forms import endings as ending
from complaints.forms import follow_up as following
from complaints.forms import guide as guiding
from complaints.forms import improve as improving
from complaints.forms import investigate as investigating
from complaints.forms import notify as notifying
from complaints.forms import penalize as penalizing
from complaints.forms import propose as proposing
from complaints.forms import settle as settling
from complaints.forms.act import ActForm
from complaints.forms.letter import LetterForm
from complaints.forms.record import RecordForm
from complaints.models import Complaint
from complaints.services import (
    apologize,
    articles,
    assign,
    attachments,
    classify,
    drafts,
    endings,
    erasure,
    follow_up,
    guide,
    improve,
    investigate,
    kinds,
    letters,
    messages,
    notes,
    notify,
    penalize,
    promises,
    propose,
    record,
    recusals,
    reports,
    settle,
    vault,
    visits,
)  # fmt: skip
from complaints.services.inputs import (
    AnswerInput,
    CauseInput,
    DemandInput,
    FindingInput,
    ImprovementInput,
    ItemInput,
    PenaltyInput,
    SheetInput,
    WhyInput,
)
from staff.models import User

Values = dict[str, Any]


def written(form: ActForm) -> Values:
    """The plain fields, named as the service names them."""
    return {name: value for name, value in form.cleaned_data.items() if name not in {"seen", "send_anyway"}}


def _people(form: ActForm, rows: str) -> list[User]:
    return [row["user"] for row in form.filled(rows) if row.get("user")]


def _record(form: ActForm) -> Values:
    return written(form) | {
        "allegations": [row["text"] for row in form.filled("allegations")],
        "demands": [DemandInput(row["kind"], row["text"]) for row in form.filled("demands")],
        "named": _people(form, "named"),
    }


def _investigation(form: ActForm) -> Values:
    return written(form) | {
        "responsible_persons": _people(form, "responsible"),
        "whys": [WhyInput(row["answer"], row["basis"], row["evidence"]) for row in form.filled("whys")],
        "findings": {row["allegation"]: FindingInput(row["finding"], row["reason"]) for row in form.filled("findings")},
    }


#: Fields of the form that make up the value sheet; what is left empty is 0, or not there.
AMOUNTS, OTHERS = ("price", "kept", "spent"), ("purchase", "standard", "measured", "reason")


def _remedy(form: ActForm) -> Values:
    values = written(form)
    sheet: Values = {name: values.pop(name) or Decimal(0) for name in AMOUNTS} | {name: values.pop(name) for name in OTHERS}
    return values | {
        "answers": {row["demand"]: AnswerInput(row["answer"], row["reason"]) for row in form.filled("answers")},
        "items": [ItemInput(**row | {"option": row["option"] or 0}) for row in form.filled("items")],
        "value": SheetInput(**sheet),
    }


def _settlement(form: ActForm) -> Values:
    values = _remedy(form)
    cause, text = values.pop("cause", ""), values.pop("cause_text", "")
    return values | {"cause": CauseInput(cause, text) if cause else None}


def _penalties(form: ActForm) -> Values:
    return written(form) | {"penalties": [PenaltyInput(**row) for row in form.filled("penalties")]}


def _improvements(form: ActForm) -> Values:
    return {"improvements": [ImprovementInput(**row) for row in form.filled("improvements")]}


def _item(form: ActForm) -> Values:
    values = written(form)
    return {"item_id": values.pop("item").pk} | values


def _nothing(_case: Complaint) -> Values:
    return {}


def _letter(case: Complaint) -> Values:
    return {"letter": drafts.draft_decision(case)}


@dataclass(frozen=True, kw_only=True)
class Act:
    """One thing somebody may do to a case."""

    name: str
    label: str | Promise
    help: str | Promise = ""
    form: type[ActForm]
    service: Callable[..., object]
    values: Callable[[ActForm], Values] = written
    #: Given when the form was made from an older state of the case; acts beside the steps do not mind.
    minds_order: bool = True
    #: Shown open and first when it is what the step asks for.
    forward: bool = False
    #: What the form starts with beyond what the form itself knows.
    start: Callable[[Complaint], Values] = _nothing

    def run(self, *, case: Complaint, form: ActForm, by: User, at: datetime) -> object:
        """Call the one service with what was typed."""
        values = self.values(form) | {"by": by, "at": at}
        if self.minds_order:
            values["seen"] = form.cleaned_data["seen"]
        return self.service(complaint_id=case.pk, **values)


def _complete_improvement(*, complaint_id: int, improvement: Any, **values: Any) -> object:
    return improve.complete_improvement(improvement_id=improvement.pk, **values)


def _link_improvement(*, improvement: Any, **values: Any) -> object:
    return improve.link_improvement(improvement_id=improvement.pk, **values)


def _miss_statement(*, complaint_id: int, statement: Any, by: User, at: datetime) -> object:
    return investigate.miss_statement(statement_id=statement.pk, by=by, at=at)


ACTS: dict[str, Act] = {
    act.name: act
    for act in (
        # the ten steps, forward
        Act(name="apologize", label=_("Apologize"), help=_("A named person calms the customer and promises to see it through."), form=apologizing.ApologizeForm, service=apologize.apologize, forward=True),
        Act(name="record_facts", label=_("Record the facts"), help=_("What happened, what is asked for, each point by itself; then read it back or show it."), form=RecordForm, service=record.record_facts, values=_record, forward=True),
        Act(name="classify", label=_("Classify"), help=_("Category, severity and whose fault decide who must answer for it."), form=classifying.ClassifyForm, service=classify.classify, forward=True),
        Act(name="confirm_unfounded", label=_("Confirm “unfounded”"), help=_("You are the second person. The customer then gets the reasons and how to object."), form=classifying.SecondLookForm, service=classify.confirm_unfounded, forward=True),
        Act(name="assign", label=_("Assign"), help=_("The unit that must answer for it gets the case."), form=assigning.AssignForm, service=assign.assign, forward=True),
        Act(name="investigate", label=_("Record the cause"), help=_("The concrete cause, five whys and a finding for each allegation."), form=investigating.InvestigateForm, service=investigate.investigate, values=_investigation, forward=True),
        Act(name="submit_remedy", label=_("Propose a solution"), help=_("An answer to each demand, what will be done, and why it cures the cause. The head approves it."), form=proposing.RemedyForm, service=propose.submit_remedy, values=_remedy, forward=True),
        Act(name="settle", label=_("Settle on the spot"), help=_("Within your own authority: what you give goes out at once, nobody else has to agree."), form=settling.SettleForm, service=settle.settle, values=_settlement),
        Act(name="approve_remedy", label=_("Approve the solution"), help=_("You approve the version shown below."), form=proposing.ApproveForm, service=propose.approve_remedy, forward=True),
        Act(name="send_decision", label=_("Send the decision"), help=_("Reasons, solution and ways to object go to the customer."), form=notifying.DecisionForm, service=notify.send_decision, start=_letter, forward=True),
        Act(name="accept", label=_("The customer accepts"), help=_("Record the answer the customer gave to us in person, by telephone or letter."), form=notifying.AcceptForm, service=notify.accept, forward=True),
        Act(name="complete_investigation", label=_("Complete the investigation"), help=_("The cause was postponed and is still due."), form=investigating.InvestigateForm, service=investigate.complete_investigation, values=_investigation, forward=True),
        Act(name="penalize", label=_("Hold to account"), help=_("Those responsible, each by a clause of a written rule."), form=penalizing.PenalizeForm, service=penalize.penalize, values=_penalties, forward=True),
        Act(name="improve", label=_("Lay down improvements"), help=_("What is done so that it does not happen again, by whom and by when."), form=improving.ImproveForm, service=improve.improve, values=_improvements, forward=True),
        Act(name="follow_up", label=_("Record a follow-up"), help=_("Ask the customer, or record that nobody was reached."), form=following.FollowUpForm, service=follow_up.follow_up, forward=True),
        Act(name="close", label=_("Close the case"), help=_("Complaint, process, result and satisfaction are on file."), form=following.CloseForm, service=follow_up.close, forward=True),
        # instead of going on
        Act(name="claim", label=_("Claim"), help=_("You take this case on."), form=assigning.ClaimForm, service=assign.claim, forward=True),
        Act(name="propose_unfounded", label=_("Propose “unfounded”"), help=_("Takes effect when a second person agrees."), form=classifying.UnfoundedForm, service=classify.propose_unfounded),
        Act(name="reject_unfounded", label=_("Do not confirm “unfounded”"), help=_("The desk classifies anew."), form=classifying.SecondLookRefusedForm, service=classify.reject_unfounded),
        Act(name="postpone_investigation", label=_("Postpone the cause"), help=_("Settle with the customer first; the cause stays due."), form=investigating.PostponeForm, service=investigate.postpone_investigation),
        Act(name="return_remedy", label=_("Return for revision"), help=_("The proposer revises it."), form=proposing.ReturnForm, service=propose.return_remedy),
        Act(name="object_to_findings", label=_("The customer says the facts are wrong"), help=_("It is looked into again."), form=notifying.ObjectionForm, service=notify.object_to_findings),
        Act(name="object_to_remedy", label=_("The customer refuses the solution"), help=_("Another one is proposed."), form=notifying.ObjectionForm, service=notify.object_to_remedy),
        Act(name="pass_penalize", label=_("Nobody is responsible"), help=_("Skipped with a reason, which is counted."), form=penalizing.NobodyForm, service=penalize.pass_penalize),
        Act(name="pass_improve", label=_("Nothing to improve"), help=_("Skipped with a reason, which is counted."), form=improving.PassImproveForm, service=improve.pass_improve),
        Act(name="fulfil", label=_("Record an item as carried out"), help=_("With day and proof; the case closes only when every item is."), form=notifying.FulfilForm, service=notify.fulfil, values=_item),
        Act(name="reopen", label=_("Reopen"), help=_("Handled once more, from the investigation on."), form=following.ReopenForm, service=follow_up.reopen),
        # who has it
        Act(name="hand_over", label=_("Hand over to a colleague"), form=assigning.HandOverForm, service=assign.hand_over),
        Act(name="take_over", label=_("Take over"), form=assigning.TakeOverForm, service=assign.take_over),
        Act(name="transfer", label=_("Transfer to another department"), form=assigning.TransferForm, service=assign.transfer),
        # beside the ten steps
        Act(name="answer_matter", label=_("Answer"), help=_("A suggestion, an enquiry or praise is answered; with that it is done."), form=ending.AnswerForm, service=kinds.answer, forward=True),
        Act(name="change_kind", label=_("It is something else"), help=_("From now on it is handled as that, under the same number; nothing is filed anew."), form=ending.KindForm, service=kinds.change),
        # the end aside
        Act(name="withdraw", label=_("The customer withdraws"), form=ending.ReasonForm, service=endings.withdraw),
        Act(name="merge", label=_("Merge into another case"), form=ending.MergeForm, service=endings.merge),
        Act(name="dismiss_as_other", label=_("Not for us"), form=ending.OtherForm, service=endings.dismiss_as_other),
        Act(name="restore", label=_("Undo the end"), help=_("The case goes back to the step it stood at."), form=ending.ReasonForm, service=endings.restore),
        Act(name="erase", label=_("Erase personal data"), help=_("Words, people and files go for good; the skeleton of the case stays."), form=ending.EraseForm, service=erasure.erase),
        # beside the steps
        Act(name="ask_statement", label=_("Ask an employee for a statement"), form=investigating.AskStatementForm, service=investigate.ask_statement, minds_order=False),
        Act(name="miss_statement", label=_("A statement was not given in time"), form=investigating.MissStatementForm, service=_miss_statement, minds_order=False),
        Act(name="name_employee", label=_("An employee is named in the complaint"), form=assigning.NameEmployeeForm, service=recusals.name, minds_order=False),
        Act(name="name_unit", label=_("A unit is reported on"), help=_("Its members and the heads above it will not see this report."), form=assigning.NameUnitForm, service=reports.name_unit, minds_order=False),
        Act(name="complete_improvement", label=_("An improvement is done"), form=improving.CompleteImprovementForm, service=_complete_improvement, minds_order=False),
        Act(name="plan_visit", label=_("Plan a visit"), help=_("With day and owner; it outlives the case."), form=following.PlanVisitForm, service=visits.plan, minds_order=False),
        Act(name="link_improvement", label=_("Link to an improvement under way"), help=_("The same cause is being put right already; this customer is told too when it is done."), form=improving.LinkImprovementForm, service=_link_improvement, minds_order=False),
        Act(name="ask_identity", label=_("Ask to open"), help=_("Say why you need to know who this is. A second person decides; each look is kept."), form=ending.ReasonForm, service=vault.ask, minds_order=False),
        Act(name="write_message", label=_("Write to the customer"), form=beside.WriteForm, service=messages.write, minds_order=False),
        Act(name="receive_message", label=_("Record what the customer said"), form=beside.ReceivedForm, service=messages.receive, minds_order=False),
        Act(name="send_letter", label=_("Write a letter"), help=_("Choose a template above, read it, change it; it is sent and kept as sent."), form=LetterForm, service=letters.send_letter, minds_order=False),
        Act(name="guide", label=_("Begin a guided conversation"), form=guiding.GuideForm, service=guide.begin, minds_order=False),
        Act(name="guide_stage", label=_("Keep this stage"), form=guiding.GuideStageForm, service=guide.write_stage, minds_order=False),
        Act(name="promise_call", label=_("Promise a call"), form=guiding.PromiseCallForm, service=promises.promise_call, minds_order=False),
        Act(name="keep_promise", label=_("Record the call"), form=guiding.KeepPromiseForm, service=promises.keep_promise, minds_order=False),
        Act(name="article_helped", label=_("This solved it"), form=guiding.ArticleHelpedForm, service=articles.helped_case, minds_order=False),
        Act(name="add_note", label=_("Add a note"), form=beside.NoteForm, service=notes.add, minds_order=False),
        Act(name="attach", label=_("Attach a file"), form=beside.AttachForm, service=attachments.attach, values=lambda form: {"upload": form.cleaned_data["file"]}, minds_order=False),
    )
}  # fmt: skip

#: Shown in the customer's, the conversation's and the notes' panels, not among the acts.
PANEL_ACTS = (
    "ask_identity", "write_message", "receive_message", "add_note", "attach",
    "send_letter", "guide", "guide_stage", "promise_call", "keep_promise", "article_helped",
)  # fmt: skip


def in_order(names: Iterable[str]) -> list[Act]:
    """The acts of these names in the order of the page: those that lead on first."""
    allowed = set(names)
    return [act for act in ACTS.values() if act.name in allowed]
