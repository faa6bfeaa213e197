"""Lists: few queries however many rows, search in Chinese, odd parameters, exports that stay text and leave a trace."""

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from complaints.admin.export import as_text
from complaints.models import Apology, Complaint, Message
from complaints.queries.words import due_in_words
from complaints.services import assign, endings, messages, vault
from complaints.services.inputs import PartyInput
from complaints.workflow import Actor, Kind, Medium, Mode, Step
from escalation.models import Deadline
from staff.models import DeniedAttempt
from tests.complaints.admin.desk import Desk
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db

LISTS = (
    "complaints_complaint", "complaints_message", "complaints_improvement", "complaints_customer", "complaints_statement", "complaints_category",
    "complaints_product", "complaints_wordtoavoid", "complaints_stepchange", "admin_logentry", "staff_deniedattempt",
    "complaints_identityrequest", "complaints_identitylook", "complaints_leadlink", "complaints_retaliationflag", "complaints_datarequest",
    "complaints_question", "intake_submission", "intake_boxopening", "intake_box", "intake_receptionday", "intake_channel",
)  # fmt: skip
ODD: tuple[dict[str, Any], ...] = (
    {"o": "abc"}, {"o": "-99.7"}, {"p": "x"}, {"p": "99999999999999999999"}, {"p": "-1"}, {"q": "'"}, {"q": "x" * 5000}, {"q": '"><svg/onload=1>'},
    {"step": "id'"}, {"department": "1e9"}, {"category": "٣"}, {"whose": "everyone"}, {"due": "--"}, {"ordering": "assigned_to__password"},
    {"handler__password__startswith": "a"}, {"complainant__phone": "1"}, {"e": "1"}, {"_facets": "True"}, {"all": "1"}, {"q": "%"}, {"q": "\u202e退款"},
)  # fmt: skip


@pytest.fixture
def earlier() -> Any:
    return timezone.now() - timedelta(hours=5)


@pytest.mark.parametrize("name", LISTS)
def test_lists_take_few_queries_and_stay_so(office: Office, earlier: Any, name: str) -> None:
    desk = Desk(office.manager)
    for _number in range(3):
        Walk(office, earlier).to(Step.RECORD)
    desk.get(f"{name}_changelist")
    with CaptureQueriesContext(connection) as few:
        assert desk.get(f"{name}_changelist").status_code == 200
    for _number in range(6):
        Walk(office, earlier).to(Step.RECORD)
    with CaptureQueriesContext(connection) as many:
        assert desk.get(f"{name}_changelist").status_code == 200
    assert len(many) <= len(few) <= 15, [query["sql"][:150] for query in many.captured_queries]
    counted = name not in {
        "complaints_category",
        "complaints_product",
        "complaints_wordtoavoid",
        "complaints_question",
    }  # small tables may be
    assert not any(counted and "COUNT(" in query["sql"] and "complaints_" in query["sql"] for query in many.captured_queries)


def test_the_case_page_takes_few_queries_whatever_is_on_file(office: Office, earlier: Any) -> None:
    desks = [Desk(user) for user in (office.manager, office.auditor, office.head, office.investigator)]
    walk = Walk(office, earlier)
    for step in list(Step)[:8]:
        walk.to(step)
        for desk in desks:
            with CaptureQueriesContext(connection) as asked:
                desk.case(walk.case)
            assert len(asked) <= 27, (step, desk.user.name, [query["sql"][:200] for query in asked.captured_queries])


def test_the_case_page_of_a_protected_report_takes_few_queries_too(office: Office, earlier: Any) -> None:
    sealed = PartyInput(name="某人", phone="13900000000", mode=Mode.CONFIDENTIAL)
    first = Walk(office, earlier, kind=Kind.REPORT, named_unit=office.quality, complainant=sealed).case
    Complaint.objects.filter(pk=first.pk).update(unfounded=True)
    case = Walk(office, earlier, kind=Kind.REPORT, named_unit=office.quality, complainant=sealed).case
    vault.ask(complaint_id=case.pk, reason="需核实", by=office.manager, at=timezone.now())
    for user in (office.manager, office.auditor, office.executive):
        desk = Desk(user)
        with CaptureQueriesContext(connection) as asked:
            assert desk.case(case).status_code == 200
        assert len(asked) <= 27, (user.name, [query["sql"][:200] for query in asked.captured_queries])


def test_two_character_words_find_a_case(office: Office, earlier: Any) -> None:
    walk = Walk(office, earlier, story="在贵店买的空调退款一直没有到账。")
    Walk(office, earlier, story="送货员态度恶劣。")
    desk = Desk(office.manager)
    for word in ("退款", "空调", walk.case.number, "王芳", "13800138000"):
        page = desk.get("complaints_complaint_changelist", q=word).content.decode()
        assert f"/complaint/{walk.case.pk}/change/" in page, word
    assert f"/complaint/{walk.case.pk}/change/" not in desk.get("complaints_complaint_changelist", q="态度").content.decode()


@pytest.mark.parametrize("query", ODD)
def test_f15_odd_parameters_are_refused_not_broken(office: Office, earlier: Any, query: dict[str, Any]) -> None:
    Walk(office, earlier)
    desk = Desk(office.manager)
    for name in ("complaints_complaint", "complaints_message"):
        assert desk.get(f"{name}_changelist", **query).status_code in {200, 302, 400}
    assert desk.get("complaints_complaint_export", **query).status_code in {200, 302, 400}


def test_filters_narrow(office: Office, earlier: Any) -> None:
    mine, other = Walk(office, earlier), Walk(office, earlier)
    mine.to(Step.RECORD)
    page = Desk(office.agent).get("complaints_complaint_changelist", whose="mine").content.decode()
    assert f"/complaint/{mine.case.pk}/change/" in page
    assert f"/complaint/{other.case.pk}/change/" not in page


def test_f18_c8_an_export_is_what_the_screen_shows_as_text_and_is_kept(office: Office, earlier: Any) -> None:
    evil = Walk(office, earlier, story='=HYPERLINK("http://x")', complainant=PartyInput(name="@SUM(1)"))
    Walk(office, earlier)
    Walk(office, earlier, department=office.division, story="别的部门的案子")
    head = Desk(office.reception_head)
    assert Desk(office.agent).get("complaints_complaint_export").status_code == 403
    answer = head.client.post("/admin/complaints/complaint/export/", {"format": "1", "resource": ""})
    assert answer.status_code == 200, answer.context and answer.context["form"].errors
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    cells = [list(row) for row in sheet.iter_rows()]
    assert len(cells) == 3
    assert not [cell.value for row in cells for cell in row if cell.value is not None and cell.data_type != "s"]
    assert any(str(cell.value).startswith("'=HYPERLINK") for row in cells for cell in row)
    assert not any("别的部门" in str(cell.value) for row in cells for cell in row)
    assert evil.case.number in {cells[1][0].value, cells[2][0].value}
    text = head.client.post("/admin/complaints/complaint/export/", {"format": "0", "resource": ""}).content.decode("utf-8-sig")
    assert "'=HYPERLINK" in text
    assert LogEntry.objects.filter(user=office.reception_head, change_message__startswith="export: 2 rows").count() == 2
    page = Desk(office.auditor).get("admin_logentry_changelist").content.decode()
    assert "export: 2 rows" in page
    assert head.get("admin_logentry_changelist").status_code == 403


def test_f18_the_log_of_exports_holds_no_words_that_were_searched_for(office: Office, earlier: Any) -> None:
    Walk(office, earlier)
    desk = Desk(office.reception_head)
    desk.client.post("/admin/complaints/complaint/export/?q=王芳13800138000&step=apologize&p=0", {"format": "0", "resource": ""})
    (kept,) = LogEntry.objects.filter(user=office.reception_head)
    assert kept.change_message.endswith("rows; q=…; step=apologize")


def test_f7_who_is_named_in_a_case_meets_its_number_nowhere(office: Office, earlier: Any) -> None:
    walk, other = Walk(office, earlier), Walk(office, earlier)
    walk.to(Step.RECORD)
    walk.record(named=[office.manager])
    page = f"/admin/complaints/complaint/{walk.case.pk}/change/"
    for target, path in ((walk.case.number, "/elsewhere/"), ("", page), (other.case.number, "/seen/")):
        DeniedAttempt.objects.create(user=office.agent, method="POST", path=path, target=target, at=earlier)
    named, auditor = Desk(office.manager), Desk(office.auditor)

    shown = named.get("staff_deniedattempt_changelist").content.decode()
    assert walk.case.number not in shown
    assert page not in shown
    assert other.case.number in shown
    for attempt in DeniedAttempt.objects.exclude(target=other.case.number):
        text = named.get("staff_deniedattempt_change", attempt.pk).content.decode()
        assert walk.case.number not in text
        assert page not in text
    assert "/elsewhere/" not in named.get("staff_deniedattempt_changelist", q=walk.case.number).content.decode()
    assert walk.case.number in auditor.get("staff_deniedattempt_changelist").content.decode()

    endings.merge(complaint_id=other.case.pk, by=office.agent, at=timezone.now(), into=walk.case, reason="同一事")
    assert walk.case.number not in named.case(other.case).content.decode()
    assert walk.case.number in auditor.case(other.case).content.decode()


def test_messages_to_employees_are_seen_when_they_failed_and_without_their_words(office: Office, earlier: Any) -> None:
    row = messages.notify_employee(user=office.agent, subject="一份说明", text="请就此写一份说明", at=earlier, by=Actor.SYSTEM)
    desk = Desk(office.manager)
    assert desk.get("complaints_message_change", row.pk).status_code == 404
    Message.objects.filter(pk=row.pk).update(state=Message.State.FAILED, last_error="550")
    text = desk.get("complaints_message_change", row.pk).content.decode()
    assert "550" in text
    assert "一份说明" not in text + desk.get("complaints_message_changelist").content.decode()
    assert Desk(office.agent).get("complaints_message_change", row.pk).status_code == 404


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_c8_no_cell_starts_a_formula(start: str) -> None:
    assert as_text(f"{start}1+1").startswith("'")
    assert "\x00" not in as_text(f"\x00{start}1")


def test_evidence_is_read_never_written(office: Office, earlier: Any) -> None:
    walk = Walk(office, earlier)
    walk.to(Step.RECORD)
    desk = Desk(office.manager)
    change = walk.case.changes.first()
    message = walk.case.messages.first()
    assert change is not None
    assert message is not None
    for model, pk in (("stepchange", change.pk), ("message", message.pk), ("customer", walk.case.complainant.customer_id)):
        if pk is None:
            continue
        base = f"/admin/complaints/{model}/"
        assert desk.client.get(f"{base}{pk}/change/").status_code == 200
        assert desk.client.post(f"{base}{pk}/change/", {"text": "x"}).status_code == 403
        assert desk.client.post(f"{base}add/", {"text": "x"}).status_code == 403
        assert desk.client.post(f"{base}{pk}/delete/", {"post": "yes"}).status_code == 403


def test_an_act_is_shown_in_words(office: Office, earlier: Any) -> None:
    walk = Walk(office, earlier)
    walk.to(Step.RECORD)
    change = walk.case.changes.get(transition="apologize")
    page = Desk(office.auditor).get("complaints_stepchange_change", change.pk).content.decode()
    with translation.override("zh-hans"):
        kind = str(Apology._meta.verbose_name)
    assert f"{kind} {Apology.objects.get().pk}" in page
    assert change.hash in page
    assert "Previous hash" not in page
    assert "apology" not in page


def test_an_edit_is_shown_in_words(office: Office) -> None:
    Desk(office.manager).client.post("/admin/complaints/product/add/", {"code": "p-1", "name": "锅", "active": "on"})
    page = Desk(office.auditor).get("admin_logentry_changelist").content.decode()
    assert "已添加" in page
    assert "added" not in page


def test_history_is_read_by_those_who_audit_and_never_put_back(office: Office, earlier: Any) -> None:
    walk = Walk(office, earlier)
    walk.to(Step.RECORD)
    url = f"/admin/complaints/complaint/{walk.case.pk}/history/"
    auditor = Desk(office.auditor)
    page = auditor.client.get(url)
    assert page.status_code == 200
    assert ">file<" not in page.content.decode().replace(" ", "").replace("\n", "")
    version = walk.case.history.first().history_id
    assert auditor.client.get(f"{url}{version}/").status_code == 200
    assert auditor.client.post(f"{url}{version}/", {"number": "x"}).status_code == 403
    assert Desk(office.agent).client.get(url).status_code == 403


def test_a_message_to_tell_is_marked_as_told(office: Office, earlier: Any) -> None:
    walk = Walk(office, earlier, complainant=PartyInput(name="李四", phone="010-1234567"), medium=Medium.LETTER)
    walk.to(Step.RECORD)
    desk = Desk(office.agent)
    desk.act(walk.case, "write_message", kind="reply", text="我们明天上门。")
    message = Message.objects.get(complaint=walk.case, kind="reply")
    assert message.state == Message.State.TO_TELL
    assert "我们明天" not in message.subject
    assert desk.client.get(f"/admin/complaints/message/{message.pk}/act/told/").status_code == 200
    assert desk.client.post(f"/admin/complaints/message/{message.pk}/act/told/").status_code == 302
    message.refresh_from_db()
    assert message.state == Message.State.TOLD


def test_a_customer_s_page_lists_the_cases_this_person_may_see(office: Office, earlier: Any) -> None:
    first, second = Walk(office, earlier, story="热水器漏水"), Walk(office, earlier, department=office.division, story="送货迟到")
    customer = first.case.complainant.customer_id
    assert customer == second.case.complainant.customer_id

    page = Desk(office.auditor).get("complaints_customer_change", customer).content.decode()
    for case in (first.case, second.case):
        assert page.count(f'href="/admin/complaints/complaint/{case.pk}/change/">{case.number}</a>') == 1
        assert str(case.get_step_display()) in page
    narrow = Desk(office.agent).get("complaints_customer_change", customer).content.decode()
    assert first.case.number in narrow
    assert second.case.number not in narrow


def test_a_customer_s_page_takes_few_queries(office: Office, earlier: Any) -> None:
    desk, counts = Desk(office.manager), []
    desk.get("complaints_customer_change", Walk(office, earlier).case.complainant.customer_id)
    for _number in range(2):
        walk = Walk(office, earlier)
        with CaptureQueriesContext(connection) as asked:
            assert desk.get("complaints_customer_change", walk.case.complainant.customer_id).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 15


def test_the_time_limits_stand_on_the_case_kept_missed_or_running(office: Office) -> None:
    walk = Walk(office, timezone.now() - timedelta(days=5))
    walk.apologize()
    walk.at += timedelta(days=2)
    walk.record()

    page = Desk(office.agent).case(walk.case).content.decode()
    panel = page[page.index('id="deadlines"') :]
    panel = panel[: panel.index("</section>")]

    states = [str(Deadline.State(state).label) for state in (Deadline.State.MET, Deadline.State.BREACHED)]
    assert [panel.count(f">{state}<") for state in states] == [1, 1], panel
    assert panel.count("<li>") == 5  # the two steps done, the one it stands at, the first answer and the decision


def test_words_of_a_deadline(now: Any) -> None:
    """Monday at nine: office time is what counts, by the clock only where none lies between. The Saturday before was worked."""
    with translation.override("en"):
        said = [
            due_in_words(now + timedelta(hours=hours, minutes=minutes), now) for hours, minutes in ((48, 1), (-72, -1), (5, 1), (-1, -1))
        ]
    assert [words.replace("\xa0", " ") for words in said] == [
        "2 working days left",
        "overdue by 2 working days",
        "5 working hours left",
        "overdue by 1 hour",
    ]


def test_what_is_to_be_told_goes_with_the_case(office: Office, earlier: Any) -> None:
    """A customer with a telephone only: every message waits on the list of whoever has the case now."""
    walk = Walk(office, earlier, complainant=PartyInput(name="李四", phone="010-1234567"))
    waiting = Message.objects.filter(complaint=walk.case, state=Message.State.TO_TELL)
    assert not waiting.exists()  # the receipt: they saw number and code on the page
    walk.to(Step.INVESTIGATE)
    desks = {person.name: Desk(person) for person in (office.agent, office.investigator, office.head)}
    desks[office.investigator.name].act(walk.case, "write_message", kind="reply", text="我们明天上门。")
    row = waiting.get(kind="reply")

    def has_it(name: str) -> bool:
        return f"/message/{row.pk}/change/" in desks[name].get("index").content.decode()

    assert {name: has_it(name) for name in desks} == {office.agent.name: False, office.investigator.name: True, office.head.name: False}
    assert "/act/told/" in desks[office.investigator.name].get("complaints_message_change", row.pk).content.decode()
    listed = desks[office.investigator.name].get("complaints_message_changelist", state="to_tell").content.decode()
    assert f"/message/{row.pk}/change/" in listed

    assign.take_over(complaint_id=walk.case.pk, by=office.head, at=timezone.now(), reason="由我负责")
    assert {name: has_it(name) for name in desks} == {office.agent.name: False, office.investigator.name: False, office.head.name: True}

    assert desks[office.head.name].client.post(f"/admin/complaints/message/{row.pk}/act/told/").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.told_by) == (Message.State.TOLD, office.head)
    assert not has_it(office.head.name)


def test_what_is_to_be_told_in_nobody_s_case_is_its_department_s(office: Office, earlier: Any) -> None:
    walk = Walk(office, earlier, complainant=PartyInput(name="李四", phone="010-1234567"))
    walk.to(Step.FOLLOW_UP)
    survey = Message.objects.get(complaint=walk.case, kind="survey", state="to_tell")
    assert walk.case.handler is None
    assert f"/message/{survey.pk}/change/" in Desk(office.caller).get("index").content.decode()
    assert f"/message/{survey.pk}/change/" not in Desk(office.agent).get("index").content.decode()
