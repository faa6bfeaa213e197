"""A company with every kind of row in it, made once for a whole test module and put back after each test.

All that customers and plain employees can type is hostile here. One case belongs to another reception, whose staff alone may see it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from complaints.models import (
    Authority,
    Budget,
    Category,
    Complaint,
    Confirmation,
    IdentityLook,
    LeadLink,
    Measure,
    Message,
    MyFinding,
    MyImprovement,
    Payout,
    PenaltyLook,
    Product,
    Question,
    RetaliationFlag,
    Settlement,
    WordToAvoid,
)
from complaints.services import (
    attachments,
    erasure,
    examinations,
    follow_up,
    improve,
    messages,
    notes,
    notify,
    penalize,
    record,
    sending,
    vault,
)
from complaints.services.inputs import DemandInput, ImprovementInput, ItemInput, PartyInput
from complaints.signing import code_for
from complaints.workflow import Actor, Kind, Medium, Mode, Step
from escalation.models import DeadlinePolicy
from escalation.services import policies
from intake.models import Box, Channel, FormEvent, ReceptionDay, Submission
from intake.services import boxes, channels, submit
from staff.models import Company, Department, User
from staff.roles import Role
from staff.services import absences, certificates, denials, documents, notices, suggestions
from staff.services.documents import NumberedClause
from tests.complaints.test_process_table import READY
from tests.factories import findings
from tests.factories.cases import Office, Walk
from tests.factories.findings import to_penalize
from tests.factories.staff import CourseFactory, DepartmentFactory, DocumentFactory, PostFactory, person
from tests.security.aftermath import rows_of_aftermath
from tests.security.oversight import rows_of_oversight
from tests.security.spread import rows_of_spread

MARKUP = '"><svg/onload=window.__x=1>'
QUOTES = "'-alert(1)-'"
HOSTILE = MARKUP + QUOTES + "{{7*7}}{% now %}"
#: Words of the foreign case, and of nothing else.
FOREIGN = "只在他处可见的暗号"

#: Who tries the doors: the attribute of `Office` that holds the person.
ROLES = ("agent", "investigator", "head", "executive", "manager", "auditor", "personnel", "employee")
#: They see every case that does not name them.
SEES_ALL = ("executive", "manager", "auditor")

BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass
class World:
    """What the tests find: people, a case at each step, the foreign case, one row for each page of the back office."""

    office: Office
    at: datetime
    cases: dict[Step, Complaint]
    foreign: Complaint
    foreign_agent: User
    rows: dict[str, Any]

    def user(self, role: str) -> User:
        return User.objects.get(pk=getattr(self.office, role).pk)

    def row(self, name: str, role: str) -> Any:
        """One row of a table; of a case the role sees, where the table is about cases."""
        case = self.cases[Step.RECORD] if role == "agent" else self.cases[Step.NOTIFY]
        parts = {
            "complaints.complaint": lambda: case,
            "complaints.message": case.messages.first,
            "complaints.stepchange": case.changes.first,
            "complaints.customer": lambda: case.complainant.customer,
        }
        return parts[name]() if name in parts else self.rows[name]

    def client(self, role: str, **options: Any) -> Client:
        """A browser with that person signed in."""
        return client_of(self.user(role), **options)

    def customer(self, case: Complaint, **options: Any) -> Client:
        """The browser of the complainant, let in by the tracking code."""
        client = Client(**options)
        client.post("/track/", {"code": code_for(case.code_key)})
        return client


def client_of(user: User, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(user, backend=BACKEND)
    return client


def registered() -> dict[str, Any]:
    """ "app.model" → its page in the back office."""
    return {model._meta.label_lower: page for model, page in admin.site._registry.items()}


@contextmanager
def undone() -> Iterator[None]:
    """A transaction that is rolled back at the end. Services that insist on being outermost take it for the test's own."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # what Django's own TestCase does
    with block:
        yield
        transaction.set_rollback(True)


def settle() -> None:
    """Run the checks that wait for a commit, so that nothing stands in the way of a TRUNCATE."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def build(now: datetime | None = None) -> World:
    at = (now or timezone.now()) - timedelta(days=2)
    office = Office.found()
    channels.seed()
    policies.seed()
    cases = {step: _hostile_case(step, office, at) for step in Step}
    foreign_agent, foreign = _foreign_case(office, at)
    for case in (cases[Step.NOTIFY], foreign):  # each file takes a process of its own: two are enough to be had
        examinations.examine(attachment_id=case.attachments.values_list("pk", flat=True)[0], at=at)
    rows = (
        _rows(office, at)
        | _rows_of_fairness(office, at)
        | _rows_of_money(office, at)
        | _rows_of_cases(cases, office)
        | _rows_of_doors(office, cases, at)
        | {"intake.submission": _submission(at)}
        | rows_of_spread(office, cases[Step.PROPOSE], HOSTILE, at)
        | _rows_of_what_follows(office, cases, at)
    )
    settle()
    return World(office, at, cases, foreign, foreign_agent, rows)


def _filing(**changes: Any) -> dict[str, Any]:
    """As a customer who means harm fills in the form."""
    return {
        "story": f"热水器漏水。{HOSTILE}",
        "demands": [DemandInput("repair", HOSTILE), DemandInput("apology", HOSTILE)],
        "complainant": PartyInput(name=HOSTILE, email="a@example.com", phone=f"13800138000 {MARKUP}"[:40], address=HOSTILE),
        "own_proposal": HOSTILE,
        "order_number": (MARKUP + QUOTES)[:60],
    } | changes


def _hostile_case(step: Step, office: Office, at: datetime) -> Complaint:
    walk = Walk(office, at, **_filing())
    case = walk.case
    messages.receive(complaint_id=case.pk, text=HOSTILE, medium=Medium.WEB, by=Actor.COMPLAINANT, at=at)
    upload = SimpleUploadedFile(f"{MARKUP}.txt".replace("/", "_"), HOSTILE.encode(), content_type="text/plain")
    attachments.attach(complaint_id=case.pk, upload=upload, by=Actor.COMPLAINANT, at=at)
    notes.add(complaint_id=case.pk, by=office.agent, at=at, text=HOSTILE)
    if step == Step.ANSWER:
        return walk.to(step)
    if list(Step).index(step) >= list(Step).index(Step.CLASSIFY):
        walk.to(Step.RECORD)
        walk.record(how=Confirmation.How.SHOWN, result=Confirmation.Result.WAITING)
    walk.to(Step.CLASSIFY if list(Step).index(step) >= list(Step).index(Step.CLASSIFY) else step)
    if walk.case.step == Step.CLASSIFY:
        record.confirm_record(
            complaint_id=case.pk, by=Actor.COMPLAINANT, at=walk.at + timedelta(minutes=1), result="corrected", correction=HOSTILE
        )
        walk.to(min(step, Step.NOTIFY, key=list(Step).index))
    if walk.case.step == Step.NOTIFY:
        walk.send()
        notify.object_to_remedy(complaint_id=case.pk, by=Actor.COMPLAINANT, at=walk.at + timedelta(minutes=1), words=HOSTILE)
        walk.fresh()
        walk.to(step)
    ready = READY.get(("penalize" if step == Step.PENALIZE else "accept", step))
    if ready:
        ready(walk)
    if step in (Step.FOLLOW_UP, Step.CLOSED):
        answer = {"result_score": 1, "open_answer": HOSTILE}
        follow_up.answer_survey(complaint_id=case.pk, at=walk.at + timedelta(minutes=1), **answer)  # type: ignore[arg-type]  # numbers and words in one mapping
    return walk.fresh()


def _foreign_case(office: Office, at: datetime) -> tuple[User, Complaint]:
    """A case of another reception, with something of it in every place where it could be seen."""
    elsewhere = DepartmentFactory.create(name="他处接待", receives=True)
    agent = person(Role.AGENT, elsewhere, name="他处的人")
    words = f"{FOREIGN} {HOSTILE}"
    party = PartyInput(name=FOREIGN, email="foreign@example.com", phone="13911112222")
    walk = Walk(office, at, department=elsewhere, **_filing(story=words, complainant=party, order_number="FOREIGN-1"))
    case = walk.case
    messages.receive(complaint_id=case.pk, text=FOREIGN, medium=Medium.WEB, by=Actor.COMPLAINANT, at=at)
    upload = SimpleUploadedFile(f"{FOREIGN}.txt", FOREIGN.encode(), content_type="text/plain")
    attachments.attach(complaint_id=case.pk, upload=upload, by=Actor.COMPLAINANT, at=at)
    notes.add(complaint_id=case.pk, by=agent, at=at, text=FOREIGN)
    for step in (walk.apologize, walk.record, walk.classify):
        step(agent)
    return agent, walk.fresh()


def _rows(office: Office, at: datetime) -> dict[str, Any]:
    """One row of each page of the organisation and the reference tables, by "app.model"."""
    manager, employee, on = office.manager, office.employee, at.date()
    document = DocumentFactory.create(name="责任追究办法", code="ACC")
    clause = NumberedClause("1", "抽检", "未抽检的，批评教育")
    documents.publish_version(document=document, body="正文", clauses=[clause], in_force_from=at.date(), by=manager, at=at)
    version = document.versions.get()
    notice = notices.publish(title=HOSTILE[:100], body=HOSTILE, by=manager, at=at, to_everyone=True)
    receipt = notices.receive(notice=notice, state="unclear", remark=HOSTILE, by=employee, at=at)
    course = CourseFactory.create()
    away = person(Role.EMPLOYEE, office.division)
    made: list[Any] = [
        document, version, notice, receipt, course,
        documents.acknowledge(version=version, by=employee, at=at),
        certificates.issue(user=employee, course=course, issued_on=on, expires_on=None, by=manager, at=at),
        absences.add(user=away, deputy=manager, from_on=on, to_on=on, reason="", by=manager, at=at),
        denials.record(user=employee, method="GET", path=f"/admin/{MARKUP}", at=at, target=MARKUP, reason=HOSTILE),
        suggestions.make(kind="noticed", text=HOSTILE, department=office.quality, by=employee, at=at),
        PostFactory.create(), Department.objects.get(pk=office.quality.pk), employee, employee.memberships.get(),
        Category.objects.get(pk=office.category.pk), Product.objects.create(code="P-1", name="热水器"),
        WordToAvoid.objects.create(text="您应该", instead="我们一起"),
    ]  # fmt: skip
    return {row._meta.label_lower: row for row in made}


def _submission(at: datetime) -> Submission:
    """What a customer who means harm typed into the public form, kept as it was."""
    channel, key = channels.web(), uuid4()
    assert channel is not None
    words = dict.fromkeys(("story", "demand_words", "own_proposal", "order_number"), HOSTILE[:60])
    payload = words | {"demands": ["repair", MARKUP], "occurred_on": ""}
    claim = {"name": HOSTILE[:60], "phone": "13800138000"}
    submit.submit(channel=channel, form_key=key, language="zh-hans", payload=payload, claim=claim, at=at)
    found: Submission = Submission.objects.get(form_key=key)
    return found


def _rows_of_doors(office: Office, cases: dict[Step, Complaint], at: datetime) -> dict[str, Any]:
    """One row of each page about boxes, reception days, protected identities, reports and personal data."""
    case, sealed = cases[Step.NOTIFY], PartyInput(name=HOSTILE, phone="13900000000", mode=Mode.CONFIDENTIAL)
    asked = Walk(office, at, complainant=sealed, story=HOSTILE).case
    first, again = (Walk(office, at, kind=Kind.REPORT, story=HOSTILE, department=office.management).case for _each in range(2))
    box = Box.objects.create(name="意见箱", place=HOSTILE, department=office.reception)
    made: list[Any] = [
        box, boxes.open_box(box=box, slips=1, witness=office.manager, by=office.agent, at=at),
        ReceptionDay.objects.create(leader=office.executive, day=at.date(), begins=time(9), ends=time(10), place=HOSTILE[:60]),
        Question.objects.create(category=office.category, text=HOSTILE), FormEvent.objects.create(what="left", field=MARKUP, hour=at),
        vault.ask(complaint_id=asked.pk, reason=HOSTILE, by=office.reception_head, at=at),
        IdentityLook.objects.create(complaint=case, by=office.manager, at=at),
        LeadLink.objects.create(earlier=first, later=again, at=at), RetaliationFlag.objects.create(complaint=first, what=HOSTILE[:100], at=at),
        erasure.ask(complaint_id=case.pk, at=at), sending.hold(why=HOSTILE[:100], at=at),
    ]  # fmt: skip
    return {row._meta.label_lower: row for row in made}


def _rows_of_fairness(office: Office, at: datetime) -> dict[str, Any]:
    """A finding that its employee appealed against, and an improvement of theirs that is done."""
    walk = Walk(office, at)
    to_penalize(walk, office.employee)
    penalty = findings.appealed(walk, office.employee, finding=HOSTILE, evidence=HOSTILE)
    due = timezone.localdate(walk.at) + timedelta(days=9)
    given = ImprovementInput("corrective", HOSTILE, HOSTILE, "training", HOSTILE, office.employee, due)
    other = Walk(office, at)  # who is found responsible owns no improvement of that case
    other.to(Step.IMPROVE)
    [better] = improve.improve(complaint_id=other.case.pk, by=office.head, at=other.at, improvements=[given])
    improve.complete_improvement(improvement_id=better.pk, by=office.employee, at=other.at, result=HOSTILE, proof=HOSTILE)
    penalize.note_look(case=walk.case, penalty=penalty, by=office.manager, at=walk.at)
    made: list[Any] = [
        penalty, MyFinding.objects.get(pk=penalty.pk), MyImprovement.objects.get(pk=better.pk), PenaltyLook.objects.latest("pk"),
        Measure.objects.get(pk="talk"),
    ]  # fmt: skip
    return {row._meta.label_lower: row for row in made}


def _rows_of_money(office: Office, at: datetime) -> dict[str, Any]:
    """A settlement on the spot with its entry, its budget and a payment on its way."""
    budget = Budget.objects.create(department=office.quality, month=at.date().replace(day=1), amount=Decimal(1000))
    walk = Walk(office, at, **_filing(complainant=_another("1")))  # what one customer may be given has a limit
    walk.to(Step.ASSIGN)
    due = timezone.localdate(walk.at) + timedelta(days=3)
    item = ItemInput("compensation", HOSTILE, Decimal("50.00"), office.investigator, due)
    walk.settle(why_it_cures=HOSTILE, own_proposal_answer=HOSTILE, items=[item], agreed_medium=Medium.PHONE, agreed_words=HOSTILE)
    settlement = Settlement.objects.get(remedy__complaint=walk.case)
    payout = Payout.objects.create(
        item=settlement.remedy.items.get(), way="order", key="hostile-1", amount=Decimal("50.00"), currency="CNY", state="failed", at=at,
        last_error=HOSTILE[:300],
    )  # fmt: skip
    made: list[Any] = [budget, settlement, payout, settlement.remedy.ledger.get(), Authority.objects.get(use="settle", role="agent")]
    return {row._meta.label_lower: row for row in made}


def _another(number: str) -> PartyInput:
    """A customer of their own, no better than the others."""
    return PartyInput(name=HOSTILE, email=f"b{number}@example.com", phone=f"1370000000{number}", address=HOSTILE)


def _rows_of_what_follows(office: Office, cases: dict[Step, Complaint], at: datetime) -> dict[str, Any]:
    """On cases of their own, where something runs, stands still or is given."""
    walk = Walk(office, at, **_filing(complainant=_another("2")))
    walk.to(Step.INVESTIGATE)
    lasting = Walk(office, at, **_filing(complainant=_another("3")))
    lasting.to(Step.PROPOSE)
    late, after = cases[Step.CLOSED], timezone.now()
    return rows_of_oversight(office, walk, cases[Step.RECORD], HOSTILE, walk.at) | rows_of_aftermath(
        office, lasting.case, late, HOSTILE, after
    )


def _rows_of_cases(cases: dict[Step, Complaint], office: Office) -> dict[str, Any]:
    late, asked = cases[Step.CLOSED], cases[Step.PENALIZE]
    case = cases[Step.NOTIFY]
    LogEntry.objects.log_actions(office.manager.pk, Product.objects.all(), 2, change_message="x", single_object=True)
    made: list[Any] = [
        case, case.changes.first(), late.improvements.first(), case.complainant.customer,
        Message.objects.filter(complaint=case).first(), asked.investigations.latest("pk").statements.first(),
        DeadlinePolicy.objects.first(), Company.current(), LogEntry.objects.first(), Channel.objects.order_by("pk").first(),
    ]  # fmt: skip
    return {row._meta.label_lower: row for row in made}
