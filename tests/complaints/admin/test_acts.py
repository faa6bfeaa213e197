"""Every step is done by posting the form of the case page; what is refused says why and keeps what was typed."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from complaints.models import Complaint, RemedyItem, StepChange, WordToAvoid
from complaints.queries.blame import words_that_blame
from complaints.workflow import Outcome, Step
from staff.models import DeniedAttempt
from tests.complaints.admin.desk import Desk, errors, rows
from tests.factories.cases import Office, Walk
from tests.factories.files import examine_all

pytestmark = pytest.mark.django_db

APOLOGY: dict[str, Any] = {
    "words": "非常抱歉，这件事由我负责到底。",
    "medium": "phone",
    "feeling_before": "angry",
    "feeling_after": "upset",
}
FACTS = {"facts": "三日后漏水，两次报修无人上门。", "how": "read_back", "result": "confirmed"} | rows("demands") | rows("named")
ALLEGATIONS = rows("allegations", {"text": "热水器漏水"}, {"text": "报修无人上门"})


@pytest.fixture
def walk(office: Office) -> Walk:
    return Walk(office, timezone.now() - timedelta(hours=3))


def judgement(office: Office) -> dict[str, Any]:
    said = {
        "category": office.category.pk,
        "severity": "ordinary",
        "fault": "product",
        "reason_sufficient": "yes",
        "demand_reasonable": "yes",
    }
    return said | {"standard": "产品质量标准第三条", "reasons": "漏水属于质量缺陷"}


def cause(office: Office, case: Complaint) -> dict[str, Any]:
    findings = [{"allegation": row.pk, "finding": "upheld", "reason": "拆检属实"} for row in case.allegations.order_by("number")]
    said = {"cause": "supply", "cause_text": "密封圈批次不合格", "responsible_department": office.quality.pk}
    whys = rows("whys", {"answer": "密封圈老化", "basis": "evidence", "evidence": "拆检照片"}, {"answer": "未抽检", "basis": "opinion"})
    return said | rows("findings", *findings) | whys | rows("responsible")


def solution(office: Office, case: Complaint) -> dict[str, Any]:
    answers = [{"demand": row.pk, "answer": "met"} for row in case.demands.order_by("number")]
    item = {
        "kind": "compensation",
        "description": "误工补偿",
        "amount": "120.50",
        "owner": office.investigator.employee_number,
        "due_on": str(timezone.localdate()),
    }
    return {"why_it_cures": "更换密封圈"} | rows("answers", *answers) | rows("items", item)


def improvement(office: Office) -> dict[str, Any]:
    row = {
        "kind": "corrective", "lesson": "进货须抽检", "action": "修订规程", "changes": "document", "expectation": "不再发生",
        "owner": f"{office.head.employee_number} {office.head.name}", "due_on": str(timezone.localdate() + timedelta(days=20)),
    }  # fmt: skip
    return rows("improvements", row)


def test_a_case_walks_all_ten_steps_by_the_forms(office: Office, walk: Walk) -> None:  # noqa: PLR0915  # ten steps
    agent, investigator, head, caller = (Desk(user) for user in (office.agent, office.investigator, office.head, office.caller))
    case = walk.case

    def do(desk: Desk, name: str, **fields: Any) -> None:
        assert desk.case(case).status_code == 200
        response = desk.act(walk.fresh(), name, **fields)
        assert response.status_code == 302, (name, errors(response))
        walk.fresh()

    do(agent, "apologize", **APOLOGY)
    do(agent, "record_facts", **FACTS, **ALLEGATIONS)
    do(agent, "classify", **judgement(office))
    do(agent, "assign", department=office.quality.pk, handler=office.investigator.pk)
    do(investigator, "investigate", **cause(office, walk.case))
    do(investigator, "submit_remedy", **solution(office, walk.case))
    do(head, "approve_remedy", version=1)
    letter = investigator.case(walk.case).context["main_act"].form.initial["letter"]
    do(investigator, "send_decision", letter=letter)
    do(investigator, "accept", words="可以", medium="phone")
    item = RemedyItem.objects.get(remedy__complaint=case)
    do(investigator, "fulfil", item=item.pk, fulfilled_on=str(timezone.localdate()), proof="转账单号 88")
    do(head, "pass_penalize", reason="制度原因", system_cause="on", handling_answer="处理及时")
    do(head, "improve", **improvement(office))
    asked = {"on": str(timezone.localdate()), "medium": "phone", "reached": "yes", "open_answer": "挺满意", "result_score": "5"}
    do(caller, "follow_up", **asked)
    do(caller, "close")

    assert walk.fresh().step == Step.CLOSED
    assert walk.case.outcome == Outcome.ACCEPTED
    assert item.amount is not None
    assert str(item.amount) == "120.50"
    page = Desk(office.auditor).case(walk.case)
    assert page.status_code == 200
    assert "转账单号 88" in page.content.decode()


def test_unfounded_needs_a_second_person_and_her_form(office: Office, walk: Walk) -> None:
    walk.to(Step.CLASSIFY)
    agent, head = Desk(office.agent), Desk(office.reception_head)
    assert agent.act(walk.case, "propose_unfounded", **judgement(office)).status_code == 302
    assert agent.act(walk.fresh(), "confirm_unfounded").status_code == 403
    assert head.act(walk.fresh(), "reject_unfounded", reason="").status_code == 422
    assert head.act(walk.fresh(), "confirm_unfounded", reason="同意").status_code == 302
    assert walk.fresh().step == Step.NOTIFY


def test_g8_a_stale_form_is_told_who_was_faster_and_keeps_what_was_typed(office: Office, walk: Walk) -> None:
    first, second = Desk(office.agent), Desk(office.agent)
    seen = walk.case.changes.count()
    assert first.act(walk.case, "apologize", seen=seen, **APOLOGY).status_code == 302
    answer = second.act(walk.fresh(), "apologize", seen=seen, **(APOLOGY | {"words": "真诚道歉的另一种说法"}))
    assert answer.status_code == 409
    text = answer.content.decode()
    assert office.agent.name in text
    assert "真诚道歉的另一种说法" in text
    assert walk.fresh().apologies.count() == 1


def test_g1_two_approvals_of_one_solution_one_wins(office: Office, walk: Walk) -> None:
    walk.to(Step.PROPOSE)
    walk.submit()
    seen = walk.case.changes.order_by("-sequence").first()
    assert seen is not None
    answers = [Desk(office.head).act(walk.fresh(), "approve_remedy", seen=seen.sequence, version=1).status_code for _turn in range(2)]
    assert answers == [302, 409]
    assert StepChange.objects.filter(complaint=walk.case, transition="approve_remedy").count() == 1


@pytest.mark.parametrize(
    "amount",
    ["-0.01", "0", "0.001", "0.125", "NaN", "sNaN", "Infinity", "1e3", "1e-3", "1_000", "１２", "1,000", "0x10", "10000000.01", "9" * 13],
)
def test_h1_an_amount_that_is_none_is_refused(office: Office, walk: Walk, amount: str) -> None:
    walk.to(Step.PROPOSE)
    answer = Desk(office.investigator).act(walk.case, "submit_remedy", **(solution(office, walk.case) | {"items-0-amount": amount}))
    assert answer.status_code == 422
    assert not walk.case.remedies.exists()


def test_words_that_blame_are_marked_once(office: Office, walk: Walk) -> None:
    WordToAvoid.objects.create(text="您应该看说明书", instead="我们再为您演示一次")
    desk, fields = Desk(office.agent), {**APOLOGY, "words": "您应该看说明书"}
    answer = desk.act(walk.case, "apologize", **fields)
    assert answer.status_code == 422
    assert "我们再为您演示一次" in answer.content.decode()
    assert desk.act(walk.case, "apologize", **fields, send_anyway="on").status_code == 302


def test_the_customer_s_own_hard_words_may_be_quoted(office: Office, walk: Walk) -> None:
    WordToAvoid.objects.create(text="不可能")
    walk.to(Step.RECORD)
    walk.record(allegations=["客服说这不可能退"])
    assert words_that_blame("您反映：客服说这不可能退。我们已核实。", walk.case) == []
    assert [word.text for word in words_that_blame("这不可能。", walk.case)] == ["不可能"]


def test_what_must_be_on_file_is_said_with_409_or_422_never_500(office: Office, walk: Walk) -> None:
    desk = Desk(office.agent)
    assert desk.act(walk.case, "apologize").status_code == 422
    assert desk.act(walk.case, "record_facts", **FACTS, **ALLEGATIONS).status_code == 409
    assert desk.act(walk.case, "no_such_act").status_code == 404


def test_f6_the_auditor_reads_everything_and_changes_nothing(office: Office, walk: Walk) -> None:
    walk.to(Step.RECORD)
    desk, before = Desk(office.auditor), StepChange.objects.count()
    assert desk.case(walk.case).status_code == 200
    for name in ("apologize", "record_facts", "add_note", "write_message", "close", "claim"):
        assert desk.act(walk.case, name, **FACTS, **ALLEGATIONS).status_code == 403
    assert desk.client.post(f"/admin/complaints/complaint/{walk.case.pk}/change/", {"step": "closed", "_saveasnew": "1"}).status_code == 403
    assert desk.client.post(
        "/admin/complaints/complaint/", {"action": "delete_selected", "_selected_action": walk.case.pk}
    ).status_code in {403, 302, 200}
    assert desk.client.post("/admin/intake/submission/add/", {"story": "x"}).status_code == 403
    assert desk.client.post(f"/admin/complaints/complaint/{walk.case.pk}/delete/", {"post": "yes"}).status_code == 403
    assert StepChange.objects.count() == before
    assert DeniedAttempt.objects.filter(user=office.auditor).count() >= 6


def test_f5_a_foreign_case_is_not_there(office: Office, walk: Walk) -> None:
    stranger = Desk(office.investigator)  # of the quality department; the case is at the reception
    for url in ("change/", "history/", "delete/", "files/1/"):
        assert stranger.client.get(f"/admin/complaints/complaint/{walk.case.pk}/{url}").status_code == 404
    assert stranger.act(walk.case, "claim").status_code == 404
    found = stranger.get("complaints_complaint_changelist", q=walk.case.number).content.decode()
    assert f"/complaint/{walk.case.pk}/" not in found


def test_who_is_named_never_sees_the_case_again(office: Office, walk: Walk) -> None:
    walk.to(Step.RECORD)
    named = rows("named", {"user": office.reception_head.employee_number})
    desk = Desk(office.reception_head)
    assert desk.case(walk.case).status_code == 200
    assert Desk(office.agent).act(walk.case, "record_facts", **(FACTS | ALLEGATIONS | named)).status_code == 302
    assert desk.case(walk.case).status_code == 404


def test_beside_the_steps(office: Office, walk: Walk) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    desk = Desk(office.agent)
    assert desk.act(walk.case, "add_note", text="已电话核实").status_code == 302
    assert desk.act(walk.case, "write_message", kind="request", text="请补充发票照片").status_code == 302
    assert desk.act(walk.case, "receive_message", medium="phone", text="发票找到了").status_code == 302
    assert desk.act(walk.case, "attach", file=SimpleUploadedFile("a.html", b"<script>")).status_code == 409
    assert desk.act(walk.case, "attach", file=SimpleUploadedFile("记录.txt", "通话记录".encode())).status_code == 302
    attachment = walk.case.attachments.get()
    examine_all()
    answer: Any = desk.client.get(f"/admin/complaints/complaint/{walk.case.pk}/files/{attachment.pk}/")
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content).decode() == "通话记录"
    other = Walk(office, walk.at)
    assert desk.client.get(f"/admin/complaints/complaint/{other.case.pk}/files/{attachment.pk}/").status_code == 404
    text = desk.case(walk.case).content.decode()
    assert "已电话核实" in text
    assert "发票找到了" in text
