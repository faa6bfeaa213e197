"""A case at step 8 in which an employee was heard, and a finding against them in any state, made by the services."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from complaints.models import Accountability, Penalty, Statement
from complaints.services import appeals, investigate, penalize
from complaints.services.inputs import PenaltyInput
from complaints.workflow import Step
from staff.models import Clause, User
from staff.services import documents
from tests.factories.cases import Office, Walk
from tests.factories.staff import DocumentFactory


def clause_in_force(office: Office, walk: Walk) -> Clause:
    """The rule of the company on accountability, published once."""
    found = Clause.objects.filter(version__document__code="RULE").first()
    if found is None:
        document, on = DocumentFactory.create(name="投诉责任追究办法", code="RULE"), timezone.localdate(walk.at) - timedelta(days=30)
        numbered = [documents.NumberedClause("3.1", "直接责任", "违反作业规程造成投诉的，追究直接责任。")]
        documents.publish_version(document=document, body="责任追究", clauses=numbered, in_force_from=on, by=office.manager, at=walk.at)
        found = Clause.objects.get(version__document__code="RULE")
    return found


def hear(walk: Walk, employee: User, text: str = "当天任务多，漏检一批。", **changes: Any) -> Statement:
    """Asked, and answered."""
    asked = {"employee": employee, "question": "请说明当日作业经过。", "due_on": timezone.localdate(walk.at) + timedelta(days=3)}
    statement = investigate.ask_statement(**walk._acting(walk.office.investigator, **(asked | changes)))
    investigate.give_statement(statement_id=statement.pk, by=employee, at=walk._now(), text=text)
    return statement


def to_penalize(walk: Walk, *employees: User) -> None:
    """To step 8, everybody heard and the items carried out."""
    walk.to(Step.INVESTIGATE)
    for employee in employees:
        hear(walk, employee)
    walk.investigate(responsible_persons=list(employees))
    walk.to(Step.PENALIZE)
    walk.fulfil()


def proposed(walk: Walk, employee: User, *, by: User | None = None, **changes: Any) -> Penalty:
    """Step 8 done by a head: a finding that waits."""
    given: dict[str, Any] = {
        "responsible_as": "direct",
        "clause": clause_in_force(walk.office, walk),
        "finding": "未按规程抽检，本人承认。",
        "measure": "talk",
    }
    found = PenaltyInput(employee=employee, **(given | changes))
    said = {"handling_answer": "处理及时", "left_out": "主管当月在外培训，由上级另行谈话。"}
    row: Accountability = penalize.penalize(**walk._acting(by or walk.office.head, penalties=[found], **said))
    walk.fresh()
    return row.penalties.get()


def in_force(walk: Walk, employee: User, **changes: Any) -> Penalty:
    """Approved by the head of the division, consented to by personnel."""
    penalty = proposed(walk, employee, **changes)
    penalize.approve(penalty_id=penalty.pk, by=walk.office.division_head, at=walk._now())
    wage: dict[str, Any] = (
        {}
        if penalty.amount is None
        else {"month": timezone.localdate(walk.at), "wage": Decimal("6000.00"), "least_left": Decimal("2690.00")}
    )
    penalize.consent(penalty_id=penalty.pk, by=walk.office.personnel, at=walk._now(), **wage)
    return Penalty.objects.get(pk=penalty.pk)


def appealed(walk: Walk, employee: User, **changes: Any) -> Penalty:
    penalty = in_force(walk, employee, **changes)
    appeals.file(penalty_id=penalty.pk, words="当日按调度令放行，附调度令。", by=employee, at=walk._now())
    return Penalty.objects.get(pk=penalty.pk)
