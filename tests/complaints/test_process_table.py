"""The literal process table: step × act × role → allowed, and where it leads. Written by hand from the mission, not from the code.

A row names the act, the steps it starts from, and the roles that may do it *from their place in the case*: the agent of the reception
(at the follow-up: of the callers), the investigator and head of the handling department, an executive, complaint management.
Everything not in the table is refused. "customer" and "system" stand for those without account.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from complaints.models import Complaint, Confirmation, Improvement, RemedyItem, StepChange
from complaints.models.lifecycle import transitions
from complaints.services import (
    apologize,
    assign,
    classify,
    endings,
    erasure,
    follow_up,
    improve,
    investigate,
    kinds,
    notify,
    penalize,
    propose,
    record,
    recusals,
    reports,
    settle,
)
from complaints.services.errors import NotPossible, Refused
from complaints.services.inputs import ImprovementInput, PenaltyInput
from complaints.workflow import Actor, Feeling, Kind, Medium, Step
from staff.models import Clause, Document, DocumentVersion, User
from staff.roles import Role
from tests.factories.cases import Office, Walk
from tests.factories.staff import DepartmentFactory, person

pytestmark = pytest.mark.django_db

A, R, C, S, V, P, N, Z, M, F, D, X = (
    Step  # apologize record classify assign investigate propose notify penalize improve follow-up answer closed
)
TEN = (A, R, C, S, V, P, N, Z, M, F)
ROLES = ("agent", "investigator", "head", "executive", "manager", "auditor", "personnel", "employee", "customer", "system")

# act: {step it starts from: (step it leads to, roles)}. The handler of the steps 1-4 is the agent (reception_head is tested beside),
# of 5-9 the investigator, of 10 the agent of the callers. "agent" at F is the caller.
TABLE: dict[str, dict[Step, tuple[Step, set[str]]]] = {
    "claim": {step: (step, {"agent"}) for step in (A, R, C, S, F, D)}
    | {step: (step, {"investigator", "head"}) for step in (V, P, N, Z, M)},
    "hand_over": {step: (step, {"agent", "system"}) for step in (A, R, C, S, F, D)}
    | {step: (step, {"investigator", "system"}) for step in (V, P, N, Z, M)},
    "take_over": {step: (step, {"manager"}) for step in (A, R, C, S, D)}
    | {step: (step, {"head", "manager"}) for step in (V, P, N, Z, M)}
    | {F: (F, {"manager"})},
    "name_employee": {step: (step, {"agent", "manager"}) for step in (A, R, C, S, D)}
    | {step: (step, {"investigator", "head", "manager"}) for step in (V, P, N, Z, M)}
    | {F: (F, {"agent", "head", "manager"})},
    "name_unit": {step: (step, {"agent", "manager"}) for step in (A, R, C, S)}
    | {step: (step, {"investigator", "head", "manager"}) for step in (V, P, N, Z, M)}
    | {F: (F, {"agent", "head", "manager"})},
    "apologize": {A: (R, {"agent"})},
    "record_facts": {R: (C, {"agent"})},
    "classify": {C: (S, {"agent"})},
    "propose_unfounded": {C: (C, {"agent"})},
    "confirm_unfounded": {C: (N, {"manager"})},
    "reject_unfounded": {C: (C, {"manager"})},
    "assign": {S: (V, {"agent"})},
    "transfer": {V: (V, {"investigator", "manager"}), P: (V, {"investigator", "manager"})},
    "investigate": {V: (P, {"investigator"})},
    "postpone_investigation": {V: (P, {"investigator"})},
    "complete_investigation": {step: (step, {"investigator"}) for step in (P, N, Z)},
    "submit_remedy": {P: (P, {"investigator"})},
    "return_remedy": {P: (P, {"head"})},
    "approve_remedy": {P: (N, {"head"})},
    "settle": {S: (N, {"agent"}), V: (N, {"investigator"}), P: (N, {"investigator"})},
    "send_decision": {N: (N, {"investigator"})},
    "accept": {N: (Z, {"investigator", "customer"})},
    "object_to_findings": {N: (V, {"investigator", "customer"})},
    "object_to_remedy": {N: (P, {"investigator", "customer"})},
    "lapse": {N: (Z, {"system"})},
    "fulfil": {step: (step, {"investigator", "head", "manager"}) for step in (V, P, N, Z, M, F)},
    "penalize": {Z: (M, {"head", "executive", "manager"})},
    "pass_penalize": {Z: (M, {"head", "executive", "manager"})},
    "improve": {M: (F, {"investigator", "head", "manager"})},
    "pass_improve": {M: (F, {"head", "manager"})},
    "follow_up": {F: (F, {"agent"})},
    "close": {F: (X, {"agent"})},
    "reopen": {F: (V, {"agent", "head", "executive", "manager"}), X: (V, {"head", "executive", "manager"})},
    "change_kind": {step: (D, {"agent", "executive", "manager"}) for step in (A, R, C)} | {D: (A, {"agent", "executive", "manager"})},
    "answer_matter": {D: (X, {"agent"})},
    "withdraw": {step: (X, {"agent", "customer"}) for step in (A, R, C, S, D)}
    | {step: (X, {"investigator", "customer"}) for step in (V, P, N)},
    "merge": {step: (X, {"agent"}) for step in (A, R, C, S, D)},
    "dismiss_as_other": {step: (X, {"agent"}) for step in (A, R, C, D)},
    "restore": {X: (A, {"manager"})},
    "erase": {X: (X, {"manager", "system"})},
}


@dataclass
class Stage:
    """A case brought to a step with everything on file that the act needs, and the people around it."""

    office: Office
    walk: Walk

    @property
    def case(self) -> Complaint:
        return self.walk.case

    def actor(self, role: str) -> User | Actor:
        if role in {"customer", "system"}:
            return Actor.COMPLAINANT if role == "customer" else Actor.SYSTEM
        if role == "agent" and self.case.step in {Step.FOLLOW_UP, Step.CLOSED}:
            return self.office.caller
        found: User = getattr(self.office, role)
        return User.objects.get(pk=found.pk)


def stage_at(step: Step, office: Office, now: datetime) -> Stage:
    """A case brought to the step by the ordinary way, everything owed on the way done."""
    if step == D:
        return Stage(office, Walk(office, now, kind=Kind.ENQUIRY))
    walk = Walk(office, now)
    walk.to(step)
    return Stage(office, walk)


def special_stage(act: str, step: Step, office: Office, now: datetime) -> Stage | None:
    """Where the ordinary way does not leave what the act looks for."""
    walk = Walk(office, now)
    if act == "restore" and step == X:
        endings.withdraw(complaint_id=walk.case.pk, by=Actor.COMPLAINANT, at=now, reason="")
        walk.fresh()
    elif act == "complete_investigation" and step in {P, N, Z}:
        _postponed(walk, step)
    elif act == "fulfil" and step in {M, F}:
        walk.to(Z)
        walk.pass_penalize()
        if step == F:
            walk.improve()
    elif act == "fulfil" and step in {V, P, N}:
        _reopened(walk, step)
    else:
        return None
    return Stage(office, walk)


def _postponed(walk: Walk, step: Step) -> None:
    walk.to(V)
    at = walk.at + timedelta(hours=2)
    investigate.postpone_investigation(complaint_id=walk.case.pk, by=walk.office.investigator, at=at, reason="先赔付")
    walk.fresh()
    if step in {N, Z}:
        walk.submit()
        walk.approve()
    if step == Z:
        walk.send()
        walk.accept()


def _reopened(walk: Walk, step: Step) -> None:
    """Handled once more while something accepted before is still owed."""
    walk.to(Z)
    walk.pass_penalize()
    walk.improve()
    follow_up.reopen(complaint_id=walk.case.pk, by=walk.office.manager, at=walk.at, reason="又漏了")
    walk.fresh()
    if step in {P, N}:
        walk.investigate()
    if step == N:
        walk.submit()
        walk.approve()


def _unclaimed(walk: Walk) -> None:
    """Nobody has it: as after an assignment to the department, or a filing on the web."""
    Complaint.objects.filter(pk=walk.case.pk).update(handler=None)
    walk.fresh()


def _is_a_report(walk: Walk) -> None:
    if walk.case.step not in {D, X}:
        Complaint.objects.filter(pk=walk.case.pk).update(kind=Kind.REPORT)
        walk.fresh()


READY: dict[tuple[str, Step | None], Callable[[Walk], Any]] = {
    ("claim", None): _unclaimed,
    ("name_unit", None): _is_a_report,
    ("confirm_unfounded", C): lambda walk: walk.call_unfounded(),
    ("reject_unfounded", C): lambda walk: walk.call_unfounded(),
    ("approve_remedy", P): lambda walk: walk.submit(),
    ("return_remedy", P): lambda walk: walk.submit(),
    ("accept", N): lambda walk: walk.send(),
    ("object_to_findings", N): lambda walk: walk.send(),
    ("object_to_remedy", N): lambda walk: walk.send(),
    ("lapse", N): lambda walk: walk.send(),
    ("close", F): lambda walk: walk.ask(),
    ("penalize", Z): lambda walk: _heard(walk),
}


def _heard(walk: Walk) -> None:
    """The employee has given a statement."""
    office = walk.office
    at = walk.at + timedelta(minutes=5)
    statement = investigate.ask_statement(
        complaint_id=walk.case.pk, employee=office.employee, question="请说明情况", due_on=at.date(), by=office.investigator, at=at
    )
    investigate.give_statement(statement_id=statement.pk, by=office.employee, at=at, text="当时未抽检")


def _clause(at: datetime) -> Clause:
    document, _ = Document.objects.get_or_create(code="ACC", defaults={"name": "责任追究办法"})
    author = User.objects.order_by("pk").first()
    version = DocumentVersion.objects.filter(document=document).first()
    if version is None:
        version = DocumentVersion.objects.create(document=document, version="1", in_force_from=at.date(), body="", by=author, at=at)
    clause, _ = Clause.objects.get_or_create(version=version, number="1", defaults={"title": "抽检", "text": "未抽检的，批评教育"})
    return clause


def perform(act: str, stage: Stage, by: User | Actor) -> Any:
    """Call the one service of an act with sound input."""
    walk, office = stage.walk, stage.office
    walk.at += timedelta(hours=1)
    pk, at = walk.case.pk, walk.at
    base: dict[str, Any] = {"complaint_id": pk, "by": by, "at": at}
    item = RemedyItem.objects.filter(remedy__complaint_id=pk, remedy__state="accepted", fulfilled_at=None).first()
    calls: dict[str, Callable[[], Any]] = {
        "claim": lambda: assign.claim(**base),
        "hand_over": lambda: assign.hand_over(**base, to=_colleague(stage), reason="休假"),
        "take_over": lambda: assign.take_over(**base, reason="亲自处理"),
        "name_employee": lambda: recusals.name(**base, user=office.employee),
        "name_unit": lambda: reports.name_unit(**base, department=DepartmentFactory.create()),
        "change_kind": lambda: kinds.change(**base, kind=Kind.COMPLAINT if walk.case.step == D else Kind.ENQUIRY, reason="看错了"),
        "answer_matter": lambda: kinds.answer(**base, text="营业时间是早九点到晚六点。"),
        "erase": lambda: erasure.erase(**base, reason="保存期满"),
        "apologize": lambda: apologize.apologize(**base, words="抱歉", medium=Medium.PHONE, feeling_before=Feeling.CALM),
        "record_facts": lambda: record.record_facts(**base, facts="事实", allegations=["漏水"], how=Confirmation.How.READ_BACK),
        "classify": lambda: classify.classify(**base, **walk.judgement()),
        "propose_unfounded": lambda: classify.propose_unfounded(**base, **walk.judgement()),
        "confirm_unfounded": lambda: classify.confirm_unfounded(**base),
        "reject_unfounded": lambda: classify.reject_unfounded(**base, reason="标准不符"),
        "assign": lambda: assign.assign(**base, handler=office.investigator),
        "transfer": lambda: assign.transfer(**base, department=DepartmentFactory.create(), reason="不归我部门"),
        "investigate": lambda: investigate.investigate(**base, **walk.cause()),
        "postpone_investigation": lambda: investigate.postpone_investigation(**base, reason="先赔付"),
        "complete_investigation": lambda: investigate.complete_investigation(**base, **walk.cause()),
        "submit_remedy": lambda: propose.submit_remedy(**base, **walk.solution()),
        "return_remedy": lambda: propose.return_remedy(**base, version=walk.version, reason="金额说明不足"),
        "approve_remedy": lambda: propose.approve_remedy(**base, version=walk.version),
        "settle": lambda: settle.settle(**base, **walk.solution()),
        "send_decision": lambda: notify.send_decision(**base, letter="处理结果"),
        "accept": lambda: notify.accept(**base),
        "object_to_findings": lambda: notify.object_to_findings(**base, words="事实不对"),
        "object_to_remedy": lambda: notify.object_to_remedy(**base, words="不够"),
        "lapse": lambda: _lapse(pk, at, by),
        "fulfil": lambda: notify.fulfil(**base, item_id=item.pk if item else 0, fulfilled_on=at.date(), proof="签收"),
        "penalize": lambda: penalize.penalize(
            **base,
            handling_answer="无",
            left_out="主管无责",
            penalties=[PenaltyInput(office.employee, "direct", _clause(at), "未抽检", "talk")],
        ),
        "pass_penalize": lambda: penalize.pass_penalize(**base, reason="制度原因", handling_answer="无"),
        "improve": lambda: improve.improve(
            **base, improvements=[ImprovementInput(Improvement.Kind.CORRECTIVE, "教训", "措施", "training", "效果", office.head, at.date())]
        ),
        "pass_improve": lambda: improve.pass_improve(**base, reason="个案"),
        "follow_up": lambda: follow_up.follow_up(**base, on=at.date(), medium=Medium.PHONE, reached=False),
        "close": lambda: follow_up.close(**base),
        "reopen": lambda: follow_up.reopen(**base, reason="顾客不满意"),
        "withdraw": lambda: endings.withdraw(**base, reason="不追究了"),
        "merge": lambda: endings.merge(**base, into=Walk(office, at).case, reason="同一事"),
        "dismiss_as_other": lambda: endings.dismiss_as_other(**base, kind="spam", reason="广告"),
        "restore": lambda: endings.restore(**base, reason="误操作"),
    }
    return calls[act]()


def _lapse(pk: int, at: datetime, by: User | Actor) -> Any:
    """Only the system lets a decision lapse; nobody else even has a way to ask."""
    if by is not Actor.SYSTEM:
        raise Refused("no way in", act="lapse", target="")
    return notify.lapse(complaint_id=pk, at=at)


def _colleague(stage: Stage) -> User:
    role = Role.INVESTIGATOR if stage.case.department == stage.office.quality else Role.AGENT
    return person(role, stage.case.department)


@pytest.fixture
def office() -> Office:
    return Office.found()


def test_the_table_names_every_act_of_the_chart_and_the_same_steps() -> None:
    chart = {name: set(sources) for name, (sources, _targets, _method) in transitions().items()}
    narrower = {"merge": {V, P, N}}  # the reception merges; later the agent has no part in the case any more
    wider = {"settle": {S, V}}  # it does the acts on the way itself
    assert {name: (set(rows) | narrower.get(name, set())) - wider.get(name, set()) for name, rows in TABLE.items()} == chart


@pytest.mark.parametrize("step", list(Step))
def test_at_each_step_each_act_is_done_by_its_roles_and_by_nobody_else(step: Step, office: Office, now: datetime) -> None:
    """F11: out of order, twice, on a closed case, by the wrong role: refused, and the record is as before."""
    ordinary = stage_at(step, office, now)
    wrong: list[str] = []
    for act, rows in TABLE.items():
        with transaction.atomic():
            at = ordinary.walk.at
            stage = special_stage(act, step, office, now) or ordinary
            prepare = READY.get((act, step)) or READY.get((act, None))
            if prepare:
                prepare(stage.walk)
            leads_to, allowed = rows.get(step, (step, set()))
            for role in ROLES:
                wrong += tried(act, stage, role, leads_to=leads_to, expected=role in allowed)
            transaction.set_rollback(True)
        ordinary.walk.at = at
        ordinary.walk.fresh()
    assert not wrong, "\n".join(wrong)


def tried(act: str, stage: Stage, role: str, *, leads_to: Step, expected: bool) -> list[str]:
    """Try the act in a role, see what came of it, and undo it."""
    at, found = stage.walk.at, []
    before = StepChange.objects.filter(complaint=stage.case).count()
    with transaction.atomic():
        try:
            with transaction.atomic():
                perform(act, stage, stage.actor(role))
            outcome = "done"
        except (NotPossible, Refused, Complaint.DoesNotExist) as error:
            outcome = f"refused ({error})"
        after = Complaint.objects.get(pk=stage.case.pk)
        if (outcome == "done") is not expected or (expected and after.step != leads_to):
            found.append(f"{act} by {role}: {outcome}, now at {after.step}; the table says {expected} → {leads_to.value}")
        if not expected and StepChange.objects.filter(complaint=stage.case).count() != before:
            found.append(f"{act} by {role}: refused, yet the record grew")
        transaction.set_rollback(True)
    stage.walk.at = at
    return found


def test_an_illegal_step_by_raw_sql_is_refused(office: Office, now: datetime) -> None:
    """F7, F11: the database holds the chart too."""
    case = Walk(office, now).case
    legal = {(frm, to) for frm, rows in _moves().items() for to in rows}
    for target in Step:
        if (Step.APOLOGIZE, target) in legal or target == Step.APOLOGIZE:
            continue  # a legal move without its record is the next test
        with pytest.raises(Exception, match=r"(?i)invalid transition|cannot"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE complaints_complaint SET step = %s WHERE id = %s", [target.value, case.pk])


def _moves() -> dict[Step, set[Step]]:
    moves: dict[Step, set[Step]] = {}
    for sources, targets, _method in transitions().values():
        for source in sources:
            moves.setdefault(source, set()).update(targets or ())
    return moves


def test_a_legal_step_without_its_record_is_refused_at_commit(office: Office, now: datetime) -> None:
    case = Walk(office, now).case
    with pytest.raises(IntegrityError, match="its record says"), transaction.atomic(), connection.cursor() as cursor:  # noqa: PT012 - it fails at the second statement
        cursor.execute("UPDATE complaints_complaint SET step = 'record' WHERE id = %s", [case.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
