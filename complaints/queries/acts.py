"""What a person may do with a case now: the step, the role and the relation. Whether the file is complete is asked when they do it."""

from collections.abc import Iterable
from datetime import date

from complaints.models import Complaint
from complaints.models.lifecycle import transitions
from complaints.permissions import RELATIONS, in_hand, is_complainant, may_handle, refusal, role_refusal, scope_of
from complaints.workflow import OPEN_STEPS, Step
from staff.models import User

CHART = transitions()
#: Beside the chart: the steps at which they make sense (None: any), and the act whose right they need.
BESIDE: dict[str, tuple[tuple[Step, ...] | None, str]] = {
    "ask_statement": ((Step.INVESTIGATE, Step.PROPOSE, Step.NOTIFY, Step.PENALIZE), "ask_statement"),
    "miss_statement": ((Step.INVESTIGATE, Step.PROPOSE, Step.NOTIFY, Step.PENALIZE), "ask_statement"),
    "complete_improvement": (None, "complete_improvement"),
    "link_improvement": ((Step.PENALIZE, Step.IMPROVE, Step.FOLLOW_UP, Step.CLOSED), "link_improvement"),
    "ask_identity": (None, "ask_identity"),
    "write_message": (None, "write_message"),
    "receive_message": (None, "write_message"),
    "add_note": (None, "add_note"),
    "attach": (None, "attach"),
    "guide": (OPEN_STEPS, "guide"),
    "guide_stage": (OPEN_STEPS, "guide"),
    "promise_call": (OPEN_STEPS, "guide"),
    "keep_promise": (None, "guide"),
    "article_helped": (None, "guide"),
    "send_letter": (None, "write_message"),
    "plan_visit": (None, "plan_visit"),
}
#: An act that walks the steps before its own: where it can begin.
BEGINS: dict[str, tuple[Step, ...]] = {"settle": (Step.ASSIGN, Step.INVESTIGATE, Step.PROPOSE)}


def acts_for(user: User, case: Complaint, on: date, among: Iterable[str] | None = None) -> list[str]:
    """The names of the acts, of those in `among` or of all."""
    names = [*CHART, *BESIDE] if among is None else list(among)
    possible = [name for name in names if is_at_its_step(name, case) and role_refusal(user, _right(name)) is None]
    if not possible or case.is_erased or not may_handle(user, case, on) or is_complainant(user, case):
        return []
    scope = scope_of(user)
    asked: dict[object, bool] = {}
    allowed = []
    for name in possible:
        relation = RELATIONS.get(_right(name), in_hand)
        if relation not in asked:
            asked[relation] = relation(user, case, scope, on)
        if asked[relation]:
            allowed.append(name)
    return allowed


def why_not(user: User, case: Complaint, name: str, on: date) -> str | None:
    """Why this person may not do the act, whatever the step; None when only the step could be in the way."""
    return refusal(user, case, _right(name), on)


def is_at_its_step(name: str, case: Complaint) -> bool:
    sources = BESIDE[name][0] if name in BESIDE else BEGINS.get(name, CHART[name][0])
    return sources is None or case.step in sources


def _right(name: str) -> str:
    return BESIDE[name][1] if name in BESIDE else name
