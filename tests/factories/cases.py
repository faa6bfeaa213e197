"""A small company and cases in it, made by the services themselves: `Office.found()`, then `Walk(office)` takes a case to any step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from complaints.models import (
    Allegation,
    Category,
    Cause,
    Classification,
    Complaint,
    Confirmation,
    Demand,
    DemandAnswer,
    Improvement,
    RemedyItem,
    Why,
)
from complaints.services import (
    apologize,
    assign,
    classify,
    drafts,
    filing,
    follow_up,
    improve,
    investigate,
    kinds,
    notify,
    penalize,
    propose,
    record,
    settle,
    starter,
)
from complaints.services.inputs import (
    NO_PURCHASE,
    AnswerInput,
    DemandInput,
    FindingInput,
    ImprovementInput,
    ItemInput,
    PartyInput,
    SheetInput,
    WhyInput,
)
from complaints.workflow import Actor, Feeling, Kind, Medium, Severity, Step
from staff.models import Department, Level, User
from staff.roles import Role
from tests.factories.staff import CompanyFactory, DepartmentFactory, person


@dataclass
class Office:
    """Reception, a division with the quality department under it, a follow-up unit, complaint management, the executives."""

    reception: Department
    division: Department
    quality: Department
    callers: Department
    management: Department
    board: Department
    agent: User
    reception_head: User
    investigator: User
    head: User
    division_head: User
    caller: User
    manager: User
    executive: User
    auditor: User
    personnel: User
    employee: User
    category: Category

    @classmethod
    def found(cls) -> Office:
        CompanyFactory.create()
        reception = DepartmentFactory.create(name="客户服务部", receives=True)
        division = DepartmentFactory.create(name="生产事业部")
        quality = DepartmentFactory.create(name="质量部", parent=division)
        callers = DepartmentFactory.create(name="回访组", follows_up=True)
        management = DepartmentFactory.create(name="投诉管理办公室", manages=True, level=Level.MANAGEMENT)
        board = DepartmentFactory.create(name="总经理室", level=Level.EXECUTIVE)
        office = cls(
            reception=reception, division=division, quality=quality, callers=callers, management=management, board=board,
            agent=person(Role.AGENT, reception, name="林小雨"),
            reception_head=person(Role.HEAD, reception, name="周敏"),
            investigator=person(Role.INVESTIGATOR, quality, name="陈立"),
            head=person(Role.HEAD, quality, name="吴强"),
            division_head=person(Role.HEAD, division, name="郑国栋"),
            caller=person(Role.AGENT, callers, name="何静"),
            manager=person(Role.MANAGER, management, name="孙丽"),
            executive=person(Role.EXECUTIVE, board, name="高远"),
            auditor=person(Role.AUDITOR, management, name="钱正"),
            personnel=person(Role.PERSONNEL, board, name="冯洁"),
            employee=person(Role.EMPLOYEE, quality, name="赵工"),
            category=Category.objects.create(name="质量问题", department=quality, default_severity=Severity.ORDINARY),
        )  # fmt: skip
        starter.load_money(office.manager, timezone.now())
        return office


class Walk:
    """Takes one case forward, each step by the person whose work it is. Every method moves the clock a little and returns the case."""

    def __init__(self, office: Office, at: datetime, **filing_options: Any) -> None:
        self.office, self.at = office, at
        self.case = self._file(**filing_options)

    def _file(self, **options: Any) -> Complaint:
        given: dict[str, Any] = {
            "story": "热水器用了三天就漏水，打了两次电话没人来修。",
            "demands": [DemandInput(Demand.Kind.REPAIR, "马上来修"), DemandInput(Demand.Kind.APOLOGY)],
            "complainant": PartyInput(name="王芳", email="wang.fang@example.com", phone="13800138000"),
            "medium": Medium.WEB,
            "department": self.office.reception,
            "by": Actor.COMPLAINANT,
            "at": self.at,
        }
        return filing.file(**(given | options))

    def _now(self) -> datetime:
        self.at += timedelta(minutes=10)
        return self.at

    def _acting(self, by: User | Actor, **values: Any) -> dict[str, Any]:
        return {"complaint_id": self.case.pk, "by": by, "at": self._now(), **values}

    def fresh(self) -> Complaint:
        self.case = Complaint.objects.get(pk=self.case.pk)
        return self.case

    def apologize(self, by: User | None = None, **changes: Any) -> Complaint:
        values = {
            "words": "非常抱歉，这件事由我负责到底。",
            "medium": Medium.PHONE,
            "feeling_before": Feeling.ANGRY,
            "feeling_after": Feeling.UPSET,
        }
        apologize.apologize(**self._acting(by or self.office.agent, **(values | changes)))
        return self.fresh()

    def record(self, by: User | None = None, **changes: Any) -> Complaint:
        values = {
            "facts": "顾客三月一日购买热水器，三日后漏水，两次报修无人上门。",
            "allegations": ["热水器漏水", "两次报修无人上门"],
            "how": Confirmation.How.READ_BACK,
            "result": Confirmation.Result.CONFIRMED,
        }
        record.record_facts(**self._acting(by or self.office.agent, **(values | changes)))
        return self.fresh()

    def judgement(self, **changes: Any) -> dict[str, Any]:
        return {
            "category": self.office.category, "severity": Severity.ORDINARY, "fault": Classification.Fault.PRODUCT, "reason_sufficient": True,
            "demand_reasonable": True, "standard": "产品质量标准第三条", "reasons": "漏水属于质量缺陷",
        } | changes  # fmt: skip

    def classify(self, by: User | None = None, **changes: Any) -> Complaint:
        classify.classify(**self._acting(by or self.office.agent, **self.judgement(**changes)))
        return self.fresh()

    def call_unfounded(self, by: User | None = None, **changes: Any) -> Complaint:
        values = self.judgement(reason_sufficient=False, demand_reasonable=False, fault=Classification.Fault.USE, **changes)
        classify.propose_unfounded(**self._acting(by or self.office.agent, **values))
        return self.fresh()

    def confirm_unfounded(self, by: User | None = None) -> Complaint:
        classify.confirm_unfounded(**self._acting(by or self.office.reception_head))
        return self.fresh()

    def assign(self, by: User | None = None, **changes: Any) -> Complaint:
        values = {"handler": self.office.investigator}
        assign.assign(**self._acting(by or self.office.agent, **(values | changes)))
        return self.fresh()

    def cause(self, **changes: Any) -> dict[str, Any]:
        rows = Allegation.objects.filter(complaint=self.case)
        return {
            "cause": Cause.SUPPLY, "cause_text": "阀门密封圈批次不合格", "responsible_department": self.office.quality,
            "whys": [WhyInput("密封圈老化", Why.Basis.EVIDENCE, "拆检照片"), WhyInput("进货未抽检", Why.Basis.OPINION)],
            "findings": {row.pk: FindingInput(Allegation.Finding.UPHELD, "拆检属实") for row in rows},
        } | changes  # fmt: skip

    def investigate(self, by: User | None = None, **changes: Any) -> Complaint:
        investigate.investigate(**self._acting(by or self.office.investigator, **self.cause(**changes)))
        return self.fresh()

    def worth(self) -> SheetInput:
        """What the sheet must say where the record speaks of a purchase; it works again after the repair."""
        bought = bool(self.case.order_number) or self.case.product_id is not None
        return SheetInput(purchase=True, price=Decimal(100), kept=Decimal(100)) if bought else NO_PURCHASE

    def solution(self, **changes: Any) -> dict[str, Any]:
        due = timezone.localdate(self.at) + timedelta(days=3)
        return {
            "why_it_cures": "更换合格密封圈后不再漏水",
            "own_proposal_answer": "同意您的方案" if self.case.own_proposal else "",
            "answers": {row.pk: AnswerInput(DemandAnswer.Answer.MET) for row in Demand.objects.filter(complaint=self.case)},
            "items": [
                ItemInput(RemedyItem.Kind.REPAIR, "上门更换密封圈", None, self.office.investigator, due),
                ItemInput(RemedyItem.Kind.COMPENSATION, "误工补偿", Decimal("120.00"), self.office.investigator, due),
            ],
            "value": self.worth(),
        } | changes  # fmt: skip

    def submit(self, by: User | None = None, **changes: Any) -> Complaint:
        propose.submit_remedy(**self._acting(by or self.office.investigator, **self.solution(**changes)))
        return self.fresh()

    @property
    def version(self) -> int:
        return self.case.remedies.count()

    def settle(self, by: User | None = None, **changes: Any) -> Complaint:
        """On the spot, by whoever has it."""
        settle.settle(**self._acting(by or self.office.agent, **(self.solution() | changes)))
        return self.fresh()

    def approve(self, by: User | None = None) -> Complaint:
        propose.approve_remedy(**self._acting(by or self.office.head, version=self.version))
        return self.fresh()

    def send(self, by: User | None = None) -> Complaint:
        by = by or (self.office.agent if self.case.unfounded else self.office.investigator)
        notify.send_decision(**self._acting(by, letter=drafts.draft_decision(self.case)))
        return self.fresh()

    def accept(self, by: User | Actor = Actor.COMPLAINANT) -> Complaint:
        notify.accept(**self._acting(by))
        return self.fresh()

    def lapse(self) -> Complaint:
        notify.lapse(complaint_id=self.case.pk, at=self._now())
        return self.fresh()

    def fulfil(self, by: User | None = None) -> Complaint:
        for item in RemedyItem.objects.filter(remedy__complaint=self.case, remedy__state="accepted", fulfilled_at=None):
            values = self._acting(by or self.office.investigator, item_id=item.pk, proof="签收单")
            notify.fulfil(**values, fulfilled_on=timezone.localdate(self.at))
        return self.fresh()

    def pass_penalize(self, by: User | None = None, **changes: Any) -> Complaint:
        values = {"reason": "进货抽检制度缺失，属于制度原因", "handling_answer": "处理及时，无不当"}
        penalize.pass_penalize(**self._acting(by or self.office.head, **(values | changes)))
        return self.fresh()

    def improve(self, by: User | None = None) -> Complaint:
        due = timezone.localdate(self.at) + timedelta(days=20)
        given = ImprovementInput(
            Improvement.Kind.CORRECTIVE,
            "进货须抽检",
            "修订进货检验规程",
            Improvement.Changes.DOCUMENT,
            "同类投诉不再发生",
            self.office.head,
            due,
        )
        improve.improve(**self._acting(by or self.office.head, improvements=[given]))
        return self.fresh()

    def ask(self, by: User | None = None, **changes: Any) -> Complaint:
        values: dict[str, Any] = {
            "medium": Medium.PHONE, "reached": True, "open_answer": "修好了，挺满意", "result_score": 5, "attitude_score": 5,
            "efficiency_score": 4, "ability_score": 5, "buys_again": "yes", "feeling": Feeling.CALM,
        }  # fmt: skip
        acting = self._acting(by or self.office.caller, **(values | changes))
        acting.setdefault("on", timezone.localdate(self.at))
        follow_up.follow_up(**acting)
        return self.fresh()

    def close(self, by: User | None = None) -> Complaint:
        follow_up.close(**self._acting(by or self.office.caller))
        return self.fresh()

    def to(self, step: Step) -> Complaint:
        """Forward to a step by the ordinary way; beside the ten, by what it really is."""
        if step == Step.ANSWER and self.case.step != step:
            kinds.change(**self._acting(self.office.agent, kind=Kind.ENQUIRY, reason="是咨询"))
            return self.fresh()
        ways = {
            Step.APOLOGIZE: self.apologize,
            Step.RECORD: self.record,
            Step.CLASSIFY: self.classify,
            Step.ASSIGN: self.assign,
            Step.INVESTIGATE: self.investigate,
            Step.PROPOSE: lambda: (self.submit(), self.approve()),
            Step.NOTIFY: lambda: (self.send(), self.accept()),
            Step.PENALIZE: lambda: (self.fulfil(), self.pass_penalize()),
            Step.IMPROVE: self.improve,
            Step.FOLLOW_UP: lambda: (self.ask(), self.close()),
        }
        while self.case.step != step:
            ways[Step(self.case.step)]()
        return self.case
