"""Staff take down what customers tell: kept before it is understood, number and code once, nothing twice, nothing lost."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from complaints import signing
from complaints.models import Attachment, Complaint, Customer, IdentityLook, Message, Party
from complaints.services.inputs import PartyInput
from complaints.workflow import Kind, Mode, Step
from intake.models import Channel, Filing, Submission
from staff.roles import Role
from tests.canaries import tables_with
from tests.complaints.admin.desk import Desk
from tests.factories.cases import Office, Walk
from tests.factories.staff import DepartmentFactory, person

pytestmark = pytest.mark.django_db

ADD = "/admin/intake/submission/add/"
SAID = {
    "kind": "complaint",
    "mode": "real_name",
    "standing": "self",
    "story": "电话里说：冰箱不制冷。",
    "demand": "repair",
    "demand_text": "派人来修",
    "name": "王芳",
    "phone": "13800138000",
}
NAME, EMAIL, PHONE = "欧阳雪怀", "ouyang.canary@example.com", "13912345670"
WHO = {"name": NAME, "email": EMAIL, "phone": PHONE}


def filled(desk: Desk, *, code: str = "phone", query: str = "", **changes: Any) -> dict[str, Any]:
    page = desk.client.get(ADD + query)
    channel = Channel.objects.get(code=code).pk
    return {
        name: value for name, value in (SAID | {"once": page.context["once"], "channel": channel} | changes).items() if value is not None
    }


def test_a_call_becomes_a_case_and_the_code_is_shown_once(office: Office) -> None:
    desk = Desk(office.agent)
    answer = desk.client.post(ADD, filled(desk, reference="REC-77"), follow=True)
    case = Complaint.objects.get()
    assert (case.recorded_by, case.medium, case.handler, case.step) == (office.agent, "phone", office.agent, Step.APOLOGIZE)
    assert case.number in answer.content.decode()
    assert answer.context["code"] in answer.content.decode()
    assert answer.context["code"] not in desk.client.get(f"{ADD}filed/", follow=True).content.decode()


def test_what_was_told_is_kept_beside_the_case_and_who_told_it_apart(office: Office) -> None:
    desk = Desk(office.agent)
    desk.client.post(ADD, filled(desk, reference="REC-77", **WHO))
    kept = Submission.objects.get()
    assert Filing.objects.get().complaint == Complaint.objects.get()
    assert (kept.recorded_by, kept.channel.code, kept.payload["reference"]) == (office.agent, "phone", "REC-77")
    assert not any(canary in str(kept.payload) for canary in WHO.values())
    assert kept.claimed["name"] == NAME


@pytest.mark.parametrize("code", ["phone", "counter", "letter", "fax", "social", "reception", "field", "behalf"])
def test_every_channel_that_staff_take_down_is_offered(office: Office, code: str) -> None:
    desk = Desk(office.agent)
    assert desk.client.post(ADD, filled(desk, code=code)).status_code == 302
    assert Submission.objects.get().channel.code == code
    assert Complaint.objects.get().medium == Channel.objects.get(code=code).medium


def test_g5_the_same_page_sent_twice_makes_one_case(office: Office) -> None:
    desk = Desk(office.agent)
    data = filled(desk)
    assert desk.client.post(ADD, data).status_code == 302
    assert desk.client.post(ADD, data).status_code == 302
    assert (Complaint.objects.count(), Submission.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"story": ""},
        {"demand": ""},
        {"email": "a@b.c,evil@x"},
        {"occurred_on": "2999-01-01"},
        {"channel": "0"},
        {"kind": "gossip"},
        {"mode": "secret"},
        {"standing": "agent"},
        {"named_unit": "1"},
        {"others": "\n".join("x" * 3 for _each in range(60))},
        {"once": "forged"},
        {"story": "x" * 10_001},
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(office: Office, changes: dict[str, Any]) -> None:
    desk = Desk(office.agent)
    answer = desk.client.post(ADD, filled(desk, **changes))
    assert answer.status_code == 422
    assert "13800138000" in answer.content.decode()
    assert not Complaint.objects.exists()
    assert not Submission.objects.exists()


def test_only_those_who_may_file(office: Office) -> None:
    for user in (office.auditor, office.investigator, office.employee):
        assert Desk(user).client.get(ADD).status_code == 403
        assert Desk(user).client.post(ADD, SAID).status_code == 403


def test_the_usual_case_needs_five_answers(office: Office) -> None:
    """In under a minute: channel, kind and name are chosen already, all else that is not needed is folded away."""
    page = Desk(office.agent).client.get(ADD)
    form = page.context["form"]
    unfolded = [field.name for field in form.usual if not form.initial.get(field.name)]
    assert unfolded == ["story", "demand", "demand_text", "phone", "name", "attached"]
    assert not any(fold.is_open for fold in form.folds)


# --- in what name ---------------------------------------------------------------------------------------------------------
def test_i4_an_anonymous_call_keeps_nothing_that_identifies_whatever_was_typed(office: Office) -> None:
    desk = Desk(office.agent)
    sent = filled(desk, mode="anonymous", address="秘密路九号", others=NAME, standing="agent", reference="REC-99", **WHO)
    assert desk.client.post(ADD, sent).status_code == 302
    party = Party.objects.get()
    assert party.mode == Mode.ANONYMOUS
    assert [tables_with(canary) for canary in (NAME, EMAIL, PHONE, "秘密路九号", "REC-99")] == [[], [], [], [], []]
    assert not Customer.objects.exists()
    assert Submission.objects.get().claim is None


def test_a_confidential_call_is_kept_sealed(office: Office) -> None:
    desk = Desk(office.agent)
    assert desk.client.post(ADD, filled(desk, mode="confidential", **WHO)).status_code == 302
    assert [tables_with(canary) for canary in (NAME, EMAIL, PHONE)] == [[], [], []]
    assert Party.objects.get().identity().phone == PHONE


def test_who_is_represented_stands_beside_the_complainant(office: Office) -> None:
    desk = Desk(office.agent)
    assert desk.client.post(ADD, filled(desk, standing="guardian", others="王小宝", under_14="on")).status_code == 302
    case = Complaint.objects.select_related("complainant").get()
    assert case.complainant.standing == "guardian"
    assert [other.name for other in case.others.all()] == ["王小宝"]
    assert case.sensitive
    assert "王小宝" in desk.case(case).content.decode()


# --- reports --------------------------------------------------------------------------------------------------------------
def test_m10_a_report_goes_to_the_supervision_and_its_number_is_shown_once_all_the_same(office: Office) -> None:
    supervision = DepartmentFactory.create(name="监察部", supervises=True)
    person(Role.HEAD, supervision)
    desk = Desk(office.agent)
    answer = desk.client.post(ADD, filled(desk, kind="report", named_unit=str(office.quality.pk)), follow=True)
    case = Complaint.objects.get()
    assert (case.kind, case.department, case.handler) == (Kind.REPORT, supervision, None)
    assert [unit.department for unit in case.named_units.all()] == [office.quality]
    assert case.number in answer.content.decode()
    assert answer.context["code"] in answer.content.decode()
    assert f"/complaint/{case.pk}/" not in answer.content.decode()
    assert desk.case(case).status_code == 404
    assert Desk(office.head).case(case).status_code == 404


def test_i4_r1_the_code_of_a_report_goes_to_the_reporter_not_to_who_took_it_down(office: Office) -> None:
    person(Role.HEAD, DepartmentFactory.create(name="监察部", supervises=True))
    desk = Desk(office.agent)
    sent = filled(desk, kind="report", mode="confidential", named_unit=str(office.reception.pk), **WHO)
    answer = desk.client.post(ADD, sent, follow=True)
    case = Complaint.objects.get()
    page = answer.content.decode()
    assert case.number in page
    assert answer.context["code"] == ""
    assert signing.code_for(case.code_key) not in page
    assert Message.objects.get(complaint=case, kind="receipt").medium == "email"


@pytest.mark.parametrize("kind", ["suggestion", "enquiry", "praise"])
def test_what_is_only_answered_needs_no_demand(office: Office, kind: str) -> None:
    desk = Desk(office.agent)
    assert desk.client.post(ADD, filled(desk, kind=kind, demand="")).status_code == 302
    assert Complaint.objects.get().step == Step.ANSWER


# --- files ----------------------------------------------------------------------------------------------------------------
def test_a_scan_comes_with_the_letter(office: Office, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    desk = Desk(office.agent)
    scan = SimpleUploadedFile("来信.txt", "尊敬的公司：".encode())
    assert desk.client.post(ADD, filled(desk, code="letter", attached=scan)).status_code == 302
    assert [row.name for row in Attachment.objects.all()] == ["来信.txt"]
    assert Submission.objects.get().payload["files"] == ["来信.txt"]


def test_b4_a_file_of_a_wrong_type_is_refused_and_nothing_is_kept(office: Office) -> None:
    desk = Desk(office.agent)
    answer = desk.client.post(ADD, filled(desk, attached=SimpleUploadedFile("x.exe", b"MZ" + b"\0" * 100)))
    assert answer.status_code == 422
    assert not Submission.objects.exists()


# --- who is on the telephone ----------------------------------------------------------------------------------------------
def look(desk: Desk, asked: str, **changes: Any) -> Any:
    return desk.client.post(ADD, filled(desk, **changes) | {"look": "1", "asked": asked})


@pytest.mark.parametrize("asked", ["13800138000", "+86 138 0013 8000", "wang.fang@example.com", "A-1024"])
def test_a_customer_is_found_by_phone_mail_or_order_number(office: Office, now: Any, asked: str) -> None:
    case = Walk(office, now, order_number="A-1024").case
    page = look(Desk(office.agent), asked, story="说到一半")
    text = page.content.decode()
    assert "王芳" in text
    assert case.number in text
    assert "138****8000" in text
    assert "说到一半" in text
    assert not page.context["form"].errors
    assert not Submission.objects.exists()


def test_who_is_picked_is_filled_in_and_the_look_is_kept(office: Office, now: Any) -> None:
    """I11: whoever reads a contact in full leaves a trace."""
    case = Walk(office, now).case
    desk = Desk(office.agent)
    page = desk.client.post(ADD, filled(desk, name="", phone="") | {"pick": str(case.pk)})
    form = page.context["form"]
    assert (form.initial["name"], form.initial["phone"], form.initial["email"]) == ("王芳", "13800138000", "wang.fang@example.com")
    assert [(row.by, row.complaint) for row in IdentityLook.objects.all()] == [(office.agent, case)]


@pytest.mark.parametrize("asked", ["1380013", "8000", "wang", "王芳", "@example.com", "%", ""])
def test_i7_a_part_of_a_contact_finds_nobody(office: Office, now: Any, asked: str) -> None:
    Walk(office, now)
    assert not look(Desk(office.agent), asked).context["found"]


def test_r1_whose_cases_one_may_not_see_is_not_found(office: Office, now: Any) -> None:
    case = Walk(office, now, department=office.division).case
    hidden = Walk(office, now, complainant=PartyInput(name=NAME, email=EMAIL, phone=PHONE, mode=Mode.CONFIDENTIAL)).case
    desk = Desk(office.agent)
    assert "王芳" not in look(desk, "13800138000", name="", story="x").content.decode()
    assert not look(desk, PHONE).context["found"]
    for pk in (str(case.pk), str(hidden.pk), "0", "x", "9" * 30):
        page = desk.client.post(ADD, filled(desk, name="") | {"pick": pk})
        assert page.context["form"].initial["name"] == ""
    assert hidden.complainant.customer_id is None


def test_i7_r1_a_number_tells_nothing_of_a_person_whose_case_one_may_not_see(office: Office, now: Any) -> None:
    """A case of one's own with somebody's number joins them to their other cases; of these neither name nor address shows."""
    hidden = Walk(office, now, department=office.division, complainant=PartyInput(name=NAME, email=EMAIL, phone=PHONE)).case
    desk = Desk(office.agent)
    assert desk.client.post(ADD, filled(desk, name="来电者", phone=PHONE)).status_code == 302
    own = Complaint.objects.exclude(pk=hidden.pk).get()
    assert own.complainant.customer_id == hidden.complainant.customer_id
    pages = [look(desk, PHONE, name=""), desk.client.post(ADD, filled(desk, name="") | {"pick": str(own.pk)}), desk.case(own)]
    pages += [desk.get("complaints_customer_changelist"), desk.get("complaints_customer_change", own.complainant.customer_id)]
    pages.append(desk.get("complaints_customer_changelist", q="来电"))
    for page in pages:
        text = page.content.decode()
        assert "来电者" in text
        assert not [each for each in (NAME, EMAIL, "o***@", hidden.number) if each in text]
    assert not desk.get("complaints_customer_changelist", q=EMAIL).context["cl"].result_list


def test_i11_every_name_that_is_looked_up_leaves_a_look(office: Office, now: Any) -> None:
    case = Walk(office, now).case
    look(Desk(office.agent), "13800138000")
    assert [(row.by, row.complaint) for row in IdentityLook.objects.all()] == [(office.agent, case)]
