"""Which of the acts a person may do make sense on this file now. The service decides; this only keeps dead ends off the page."""

from collections.abc import Callable
from datetime import date

from complaints.guides import next_stage
from complaints.models import Complaint
from complaints.queries.acts import BESIDE, CHART, acts_for
from complaints.queries.whole_file import WholeFile
from complaints.workflow import ON_ITS_MERITS, REVERSIBLE, Kind, Mode, Step
from staff.models import User

Condition = Callable[[WholeFile, date], bool]


def remedy_waits(file: WholeFile) -> bool:
    return file.current_remedy is not None and file.current_remedy.state == "submitted"


def may_be_settled(file: WholeFile) -> bool:
    """A category whose cases may be; and not while others decide on a solution."""
    category = file.case.category
    return category is not None and category.may_be_settled and not remedy_waits(file)


def second_look_waits(file: WholeFile) -> bool:
    latest = file.classifications[-1] if file.classifications else None
    return latest is not None and latest.unfounded and not latest.review_rows


def cause_is_due(file: WholeFile) -> bool:
    return bool(file.investigations) and file.investigations[-1].completed_at is None


def item_waits(file: WholeFile) -> bool:
    accepted = [remedy for remedy in file.remedies if remedy.state == "accepted"]
    return any(item.fulfilled_at is None for remedy in accepted for item in remedy.agreed_rows)


def asked_this_round(file: WholeFile) -> bool:
    return any(attempt.round == file.case.round for attempt in file.follow_ups)


def is_not_asked(file: WholeFile) -> bool:
    """The drawing spared this customer a call."""
    return any(draw.round == file.case.round and not draw.selected for draw in file.draws)


def _was_sent(case: Complaint) -> bool:
    return case.decision_sent_at is not None


def _path_goes_on(file: WholeFile) -> bool:
    newest = file.guided_paths[-1]
    return next_stage(newest.path, {row.stage for row in file.guide_entries if row.path_id == newest.pk}) is not None


MAKES_SENSE: dict[str, Condition] = {
    "approve_remedy": lambda file, _on: remedy_waits(file),
    "return_remedy": lambda file, _on: remedy_waits(file),
    "settle": lambda file, _on: may_be_settled(file),
    "submit_remedy": lambda file, _on: not remedy_waits(file),
    "confirm_unfounded": lambda file, _on: second_look_waits(file),
    "reject_unfounded": lambda file, _on: second_look_waits(file),
    "propose_unfounded": lambda file, _on: not second_look_waits(file),
    "send_decision": lambda file, _on: not _was_sent(file.case),
    "accept": lambda file, _on: _was_sent(file.case),
    "object_to_findings": lambda file, _on: _was_sent(file.case),
    "object_to_remedy": lambda file, _on: _was_sent(file.case) and not file.case.unfounded,
    "complete_investigation": lambda file, _on: cause_is_due(file),
    "penalize": lambda file, _on: not cause_is_due(file),
    "pass_penalize": lambda file, _on: not cause_is_due(file),
    "fulfil": lambda file, _on: item_waits(file),
    "withdraw": lambda file, _on: not item_waits(file),
    "merge": lambda file, _on: not item_waits(file),
    "close": lambda file, _on: asked_this_round(file) or is_not_asked(file),
    "plan_visit": lambda file, _on: file.case.complainant.customer_id is not None,
    "restore": lambda file, _on: file.case.outcome in REVERSIBLE,
    "reopen": lambda file, _on: file.case.outcome in ("", *ON_ITS_MERITS),
    "miss_statement": lambda file, on: any(row.state == "asked" and row.due_on < on for row in file.statements),
    "ask_identity": lambda file, _on: file.case.complainant.mode == Mode.CONFIDENTIAL,
    "name_unit": lambda file, _on: file.case.kind == Kind.REPORT,
    "erase": lambda file, _on: all(change.transition != "erase" for change in file.changes),
    "guide_stage": lambda file, _on: bool(file.guided_paths) and _path_goes_on(file),
    "keep_promise": lambda file, _on: any(row.called_at is None for row in file.promises),
    "complete_improvement": lambda file, _on: any(row.done_at is None for row in file.improvements),
}


def offered(user: User, file: WholeFile, on: date) -> list[str]:
    """Names of the acts to put on the page."""
    sensible = [name for name in (*CHART, *BESIDE) if name not in MAKES_SENSE or MAKES_SENSE[name](file, on)]
    return acts_for(user, file.case, on, sensible)


def main_act(names: list[str], file: WholeFile) -> str | None:
    """The one to show open: what the case waits for."""
    wanted = ["confirm_unfounded", *_BY_STEP.get(Step(file.case.step), ())]
    if file.case.step == Step.FOLLOW_UP and (asked_this_round(file) or is_not_asked(file)):
        wanted.insert(0, "close")
    return next((name for name in wanted if name in names), None)


_BY_STEP: dict[Step, tuple[str, ...]] = {
    Step.APOLOGIZE: ("apologize", "claim"),
    Step.RECORD: ("record_facts", "claim"),
    Step.CLASSIFY: ("classify", "claim"),
    Step.ASSIGN: ("assign", "claim"),
    Step.INVESTIGATE: ("investigate", "claim"),
    Step.PROPOSE: ("approve_remedy", "submit_remedy", "claim"),
    Step.NOTIFY: ("send_decision", "accept", "claim"),
    Step.PENALIZE: ("complete_investigation", "penalize", "claim"),
    Step.IMPROVE: ("improve", "claim"),
    Step.FOLLOW_UP: ("follow_up", "claim"),
    Step.ANSWER: ("answer_matter", "claim"),
}
