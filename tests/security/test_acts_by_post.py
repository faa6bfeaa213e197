"""F11 by the forms of the case page: every act of the process table × every role, once from a step it belongs to and from three others.

The table is the one of `tests/complaints/test_process_table.py`; there the services are asked, here a browser posts. What may not be
done is 403 (404 for whoever does not even see the case), the wrong step 409; in either case the record is as it was.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.utils import timezone

from complaints.models import Complaint, RemedyItem, StepChange
from complaints.workflow import Step
from staff.models import Clause, User
from staff.services import documents
from staff.services.documents import NumberedClause
from tests.complaints.admin.desk import rows
from tests.complaints.admin.test_acts import ALLEGATIONS, APOLOGY, FACTS, cause, improvement, judgement, solution
from tests.complaints.test_process_table import READY, TABLE, Stage, _colleague, special_stage, stage_at
from tests.factories.cases import Office, Walk
from tests.factories.staff import DepartmentFactory, DocumentFactory
from tests.security.world import client_of

pytestmark = pytest.mark.django_db

ROLES = ("agent", "investigator", "head", "executive", "manager", "auditor", "personnel", "employee")
STEPS = list(Step)
#: What an act answers from a step it does not belong to.
NOT_NOW = {403, 404, 409}


@pytest.fixture(autouse=True)
def unpainted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages are not painted here; that is most of the time they take."""
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", property(lambda _page: ""))


@pytest.fixture
def office(db: None) -> Office:
    office = Office.found()
    clause = NumberedClause("1", "抽检", "未抽检的，批评教育")
    document = DocumentFactory.create(code="ACC")
    documents.publish_version(
        document=document, body="", clauses=[clause], in_force_from=timezone.localdate(), by=office.manager, at=timezone.now()
    )
    return office


def fields(act: str, stage: Stage) -> dict[str, Any]:
    """What somebody types who does the act as it should be done."""
    office, case, today = stage.office, stage.case, str(timezone.localdate())
    why = {"reason": "有理由", "handling_answer": "处理及时"}
    typed: dict[str, Callable[[], dict[str, Any]]] = {
        "apologize": lambda: APOLOGY,
        "record_facts": lambda: FACTS | ALLEGATIONS,
        "classify": lambda: judgement(office),
        "propose_unfounded": lambda: judgement(office),
        "name_employee": lambda: {"user": office.employee.employee_number},
        "assign": lambda: {"department": office.quality.pk, "handler": office.investigator.pk},
        "hand_over": lambda: why | {"to": _colleague(stage).pk},
        "transfer": lambda: why | {"department": DepartmentFactory.create().pk},
        "investigate": lambda: cause(office, case),
        "complete_investigation": lambda: cause(office, case),
        "submit_remedy": lambda: solution(office, case),
        "settle": lambda: solution(office, case),
        "approve_remedy": lambda: why | {"version": case.remedies.count()},
        "return_remedy": lambda: why | {"version": case.remedies.count()},
        "send_decision": lambda: {"letter": "处理结果如下。"},
        "accept": lambda: {"words": "可以", "medium": "phone"},
        "object_to_findings": lambda: {"words": "不对", "medium": "phone"},
        "object_to_remedy": lambda: {"words": "不够", "medium": "phone"},
        "fulfil": lambda: {"item": _waiting(case), "fulfilled_on": today, "proof": "签收单"},
        "penalize": lambda: why | {"left_out": "主管无责"} | rows("penalties", _penalty(office)),
        "improve": lambda: improvement(office),
        "follow_up": lambda: {"on": today, "medium": "phone", "reached": "no"},
        "merge": lambda: why | {"into": Walk(office, stage.walk.at).case.number},
        "dismiss_as_other": lambda: why | {"kind": "spam"},
        "change_kind": lambda: why | {"kind": "complaint" if case.step == Step.ANSWER else "enquiry"},
        "answer_matter": lambda: {"text": "营业时间是早九点到晚六点。"},
        "name_unit": lambda: {"department": DepartmentFactory.create().pk},
    }
    return typed[act]() if act in typed else why


def _waiting(case: Complaint) -> int | str:
    found = RemedyItem.objects.filter(remedy__complaint=case, remedy__state="accepted", fulfilled_at=None).first()
    return found.pk if found else ""


def _penalty(office: Office) -> dict[str, Any]:
    clause = Clause.objects.get(version__document__code="ACC")
    number = office.employee.employee_number
    return {"employee": number, "responsible_as": "direct", "clause": clause.pk, "finding": "未抽检", "measure": "talk"}


def prepared(act: str, step: Step, ordinary: Stage) -> Stage:
    """The case at the step with what the act looks for."""
    stage = special_stage(act, step, ordinary.office, ordinary.walk.at - timedelta(minutes=1)) or ordinary
    ready = READY.get((act, step)) or READY.get((act, None))
    if ready:
        ready(stage.walk)
    return stage


class Desks(dict[int, Client]):
    """Who has signed in already stays signed in."""

    def of(self, user: User) -> Client:
        if user.pk not in self:
            self[user.pk] = client_of(user)
        return self[user.pk]


def post(act: str, stage: Stage, role: str, typed: dict[str, Any], desks: Desks) -> int:
    client = desks.of(_person(stage, role))
    newest = stage.case.changes.order_by("-sequence").values_list("sequence", flat=True).first()
    return client.post(f"/admin/complaints/complaint/{stage.case.pk}/act/{act}/", {"seen": newest, **typed}).status_code


def _person(stage: Stage, role: str) -> User:
    found = stage.actor(role)
    assert isinstance(found, User)
    return found


def legal_step(act: str) -> Step:
    """One of the steps the act belongs to; over all acts they are spread."""
    possible = sorted(TABLE[act], key=STEPS.index)
    return possible[len(act) % len(possible)]


def other_steps(act: str) -> list[Step]:
    """Three steps it does not belong to (fewer where there are fewer), spread over the acts."""
    others = [step for step in STEPS if step not in TABLE[act]]
    start = len(act) % max(1, len(others))
    return [others[(start + turn * max(1, len(others) // 3)) % len(others)] for turn in range(min(3, len(others)))]


def plan() -> dict[Step, list[tuple[str, bool]]]:
    """For each step the acts tried there, and whether they belong there."""
    found: dict[Step, list[tuple[str, bool]]] = {step: [] for step in STEPS}
    for act in TABLE:
        found[legal_step(act)].append((act, True))
        for step in other_steps(act):
            found[step].append((act, False))
    return found


def test_the_plan_tries_every_act_at_one_step_of_its_own_and_at_three_others() -> None:
    tried = [entry for entries in plan().values() for entry in entries]
    for act in TABLE:
        assert tried.count((act, True)) == 1
        assert tried.count((act, False)) == min(3, len(STEPS) - len(TABLE[act])), act


@pytest.mark.parametrize("step", STEPS)
def test_f11_each_act_by_each_role_does_what_the_table_says(office: Office, step: Step) -> None:
    ordinary = stage_at(step, office, timezone.now() - timedelta(days=1))
    wrong: list[str] = []
    desks = Desks()
    for role in ROLES:
        desks.of(_person(ordinary, role))
    for act, belongs in plan()[step]:
        with transaction.atomic():
            at = ordinary.walk.at
            stage = prepared(act, step, ordinary) if belongs else ordinary
            typed = fields(act, stage)
            for role in ROLES:
                wrong += tried(act, stage, role, typed, desks, belongs=belongs)
            transaction.set_rollback(True)
        ordinary.walk.at = at
        ordinary.walk.fresh()
    assert not wrong, "\n".join(wrong)


def tried(act: str, stage: Stage, role: str, typed: dict[str, Any], desks: Desks, *, belongs: bool) -> list[str]:
    step = Step(stage.case.step)
    leads_to, allowed = TABLE[act].get(step, (step, set())) if belongs else (step, set())
    expected = {302} if role in allowed else {403, 404} if belongs else NOT_NOW
    before = StepChange.objects.count()
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # the denied attempt is written in a transaction of its own
    with block:
        status = post(act, stage, role, typed, desks)
        after = Complaint.objects.get(pk=stage.case.pk)
        grown = StepChange.objects.count() - before
        transaction.set_rollback(True)
    found = []
    if status not in expected or (status == 302 and after.step != leads_to):
        found.append(f"{act} by {role} at {step.value}: {status} → {after.step}; expected {expected} → {leads_to.value}")
    walks = act == "settle" and grown > 1  # it does the acts on the way too, each with its record
    if grown != (status == 302) and not (walks and status == 302):
        found.append(f"{act} by {role} at {step.value}: {status}, and the record grew by {grown}")
    return found


def test_f11_the_same_form_sent_twice_acts_once(office: Office) -> None:
    """Double click: the second is told, and nothing is done again."""
    at = timezone.now() - timedelta(days=1)
    for act, role in (("apologize", "agent"), ("investigate", "investigator"), ("submit_remedy", "investigator"), ("improve", "head")):
        stage = stage_at(legal_step(act), office, at)
        typed, count = fields(act, stage), StepChange.objects.filter(complaint=stage.case).count()
        newest = stage.case.changes.order_by("-sequence").values_list("sequence", flat=True).first()
        client = client_of(_person(stage, role))
        path = f"/admin/complaints/complaint/{stage.case.pk}/act/{act}/"
        assert [client.post(path, {"seen": newest, **typed}).status_code for _turn in range(2)] == [302, 409], act
        assert StepChange.objects.filter(complaint=stage.case).count() == count + 1


def test_f11_a_closed_case_takes_no_act_of_a_step(office: Office) -> None:
    stage = stage_at(Step.CLOSED, office, timezone.now() - timedelta(days=1))
    before, desks = list(Complaint.objects.values()), Desks()
    for act in set(TABLE) - {"reopen", "lapse", "restore", "erase"}:
        for role in ("manager", "head", "agent"):
            assert post(act, stage, role, {"reason": "x"}, desks) in NOT_NOW, act
    assert list(Complaint.objects.values()) == before


@pytest.mark.parametrize("field", ["step", "handler", "unfounded", "closed_at", "outcome", "round", "handling_department"])
def test_f10_fields_that_no_form_offers_are_not_taken(office: Office, field: str) -> None:
    stage = stage_at(Step.CLASSIFY, office, timezone.now() - timedelta(days=1))
    before: dict[str, Any] = dict(Complaint.objects.values().get(pk=stage.case.pk))
    forged = {
        field: {"step": "closed", "closed_at": "2026-01-01", "outcome": "accepted"}.get(field, "1"),
        "id": "1",
        "by": "1",
        "at": "2000-01-01",
    }
    assert post("classify", stage, "agent", judgement(office) | forged, Desks()) == 302
    after: dict[str, Any] = dict(Complaint.objects.values().get(pk=stage.case.pk))
    kept = {"handler_id", "unfounded", "closed_at", "outcome", "round", "handling_department_id"}
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert after["step"] == Step.ASSIGN
    newest = StepChange.objects.filter(complaint=stage.case).latest("sequence")
    assert newest.by_id == office.agent.pk
    assert newest.at > timezone.now() - timedelta(minutes=1)
