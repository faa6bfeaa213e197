"""Kinds and modes on the public form: each asks what it needs, keeps what it may (I1, I2, I7, R12), and answers alike (A4)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from complaints.models import Attachment, Complaint, Customer, NamedUnit, Party
from complaints.signing import keyed
from complaints.workflow import Kind, Mode, Standing, Step
from intake.models import Submission
from staff.models import Company
from tests.complaints.admin.desk import Desk
from tests.factories.cases import Office
from tests.intake.conftest import WORDS, plain

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + b"\x00" * 64
#: What would tell who an anonymous customer is.
CANARIES = {
    "name": "林黛玉CANARY", "phone": "13977770001", "email": "canary@canary.example", "address": "CANARY 路 7 号",
    "employee_number": "CANARY-007", "represented": "贾宝玉CANARY", "others": "史湘云CANARY\n薛宝钗CANARY",
}  # fmt: skip
ASSISTED = {"standing": "guardian", "under_14": "on", "consent": "on"}


def everything_stored() -> str:
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'")
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" t')
            found.append(str(cursor.fetchone()[0] or ""))
    return "\n".join(found)


@pytest.mark.parametrize("kind", [Kind.SUGGESTION, Kind.ENQUIRY, Kind.PRAISE])
def test_what_is_only_answered_asks_for_no_demand_and_waits_for_its_answer(send: Send, customer: Client, kind: Kind) -> None:
    page = customer.get(f"/complain/?kind={kind.value}").content.decode()
    assert 'name="demands"' not in page
    assert 'name="standing"' not in page

    assert send(kind=kind.value, demands=[], own_proposal="").status_code == 302
    case = Complaint.objects.get()
    assert (case.kind, case.step, case.demands.count()) == (kind, Step.ANSWER, 0)


def test_an_unknown_kind_is_a_complaint(customer: Client, office: Office, send: Send) -> None:
    assert customer.get("/complain/?kind=gold").status_code == 200
    assert send(kind="gold").status_code == 302
    assert Complaint.objects.get().kind == Kind.COMPLAINT


def test_a_report_names_a_unit_and_never_reaches_it(send: Send, office: Office) -> None:
    assert send(kind="report", demands=[], named_unit=str(office.quality.pk)).status_code == 302

    case = Complaint.objects.get()
    assert NamedUnit.objects.get().department == office.quality
    assert [demand.kind for demand in case.demands.all()] == ["improvement"]
    for outside in (office.investigator, office.head, office.division_head):
        assert not Complaint.objects.visible_to(outside).filter(pk=case.pk).exists()


def test_an_employee_who_reports_is_known_by_a_keyed_hash_alone(send: Send) -> None:
    send(kind="report", mode="confidential", employee_number=" E-1024 ")

    assert Party.objects.get().employee_digest == keyed("employee", "e-1024")
    assert "E-1024" not in everything_stored()


def test_confidential_who_it_is_lies_under_seal_alone(send: Send, office: Office) -> None:
    """I7: what is sealed is in no column that could be searched, sorted or listed, and not on the page of the case."""
    send(mode="confidential", name="林黛玉CANARY", phone="13977770001", email="canary@canary.example")

    party = Party.objects.get()
    assert (party.mode, party.identity().name, party.identity().email) == (Mode.CONFIDENTIAL, "林黛玉CANARY", "canary@canary.example")
    assert not Customer.objects.exists()
    stored = everything_stored()
    for value in ("林黛玉CANARY", "13977770001", "canary@canary.example"):
        assert value not in stored
    assert "林黛玉CANARY" not in Desk(office.agent).case(Complaint.objects.get()).content.decode()


def test_confidential_needs_no_contact(send: Send) -> None:
    assert send(mode="confidential", name="", phone="", email="").status_code == 302


@pytest.mark.parametrize("kind", ["complaint", "report", "enquiry"])
def test_i1_of_an_anonymous_form_nothing_that_identifies_is_kept_whatever_was_posted(customer: Client, office: Office, kind: str) -> None:
    answer = customer.post(
        "/complain/",
        {
            "form_key": "5f0c6f4e-6f39-4ed1-9f39-6b4d4d2f0a11", **WORDS, **CANARIES, **(ASSISTED if kind != "enquiry" else {}),
            "mode": "anonymous", "kind": kind, "uploads": SimpleUploadedFile("CANARY的发票.png", PNG),
        },
        REMOTE_ADDR="127.0.0.77", headers={"user-agent": "CANARY-browser", "referer": "http://testserver/CANARY", "accept-language": "zh-CANARY"},
    )  # fmt: skip

    assert (answer.status_code, answer["Location"]) == (302, "/thanks/")
    stored = everything_stored()
    assert "热水壶漏水" in stored
    for value in ("CANARY", "13977770001", "127.0.0.77"):
        assert value not in stored
    assert Submission.objects.get().claim is None
    assert not Customer.objects.exists()
    assert "CANARY" not in Attachment.objects.get().name


def test_i2_a_refused_anonymous_form_keeps_nothing_either(send: Send) -> None:
    refused = send(mode="anonymous", story="", **{name: CANARIES[name] for name in ("name", "phone", "email")})

    assert refused.status_code == 422
    assert "CANARY" not in everything_stored()
    assert "CANARY" not in refused.content.decode()  # not even shown again


def test_an_anonymous_customer_talks_with_us_by_the_code_alone(send: Send, enter: Callable[..., Any], customer: Client) -> None:
    send(mode="anonymous", name="", phone="", email="")
    case = Complaint.objects.get()
    enter(customer, case)

    photo = SimpleUploadedFile("王芳的照片.png", PNG)
    answer = customer.post("/track/case/write/", {"complaint": case.number, "write-text": "还有一张照片。", "write-uploads": photo})

    assert answer.status_code == 302
    assert case.messages.filter(direction="in").get().text == "还有一张照片。"
    assert "王芳" not in Attachment.objects.get().name


# --- for somebody else ----------------------------------------------------------------------------------------------------------
def test_a_guardian_speaks_for_a_child_and_says_so(send: Send) -> None:
    assert send(standing="guardian", represented="小明", under_14="on", consent="on").status_code == 302

    case = Complaint.objects.get()
    child = Party.objects.get(beside=case)
    assert (case.complainant.standing, child.name, child.under_14, case.sensitive) == (Standing.GUARDIAN, "小明", True, True)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"standing": "agent", "represented": ""}, "represented"),
        ({"standing": "guardian", "represented": "小明", "under_14": "on"}, "consent"),
        ({"standing": "representative", "people": ""}, "people"),
        ({"standing": "representative", "people": "1"}, "people"),
        ({"standing": "representative", "people": "many"}, "people"),
    ],
)
def test_what_is_missing_when_one_speaks_for_others_is_said(send: Send, said: dict[str, str], field: str) -> None:
    page = plain(send(**said))

    assert f'href="#id_{field}"' in page
    assert not Submission.objects.exists()


def test_a_joint_complaint_has_as_many_representatives_as_the_company_allows(send: Send) -> None:
    Company.objects.update(representatives_most=3)

    assert send(standing="representative", people="12", others="李四\n王五\n赵六").status_code == 422
    assert send(standing="representative", people="12", others="李四\n\n王五").status_code == 302
    case = Complaint.objects.get()
    assert sorted(Party.objects.filter(beside=case).values_list("name", flat=True)) == ["李四", "王五"]
    assert case.complainant.standing == Standing.REPRESENTATIVE


# --- odd input ------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["kind", "mode", "standing", "about", "named_unit", "at", "slot", "opened", "proof", "people"])
@pytest.mark.parametrize("bad", ["x" * 5_000, "<script>", "-1", "99999999999999999999", "１２", "[]", "a" * 90 + "\u202e"])
def test_h6_h9_h13_whatever_stands_in_a_choice_gets_an_answer(send: Send, name: str, bad: str) -> None:
    for kind in ("complaint", "report"):
        assert send(**{"kind": kind, name: bad}).status_code in {302, 400, 409, 422}


def test_h13_a_field_sent_twice_counts_once(send: Send) -> None:
    assert send(mode=["real_name", "anonymous"], kind=["report", "praise"]).status_code == 302

    case = Complaint.objects.get()
    assert (case.kind, case.complainant.mode) == (Kind.PRAISE, Mode.ANONYMOUS)
    assert Submission.objects.get().claim is None


def test_the_three_modes_are_compared_line_by_line(customer: Client, office: Office) -> None:
    page = customer.get("/complain/?kind=report", headers={"accept-language": "en"}).content.decode()

    for line in ("Who sees your name", "Who sees what you wrote", "Our answer", "Reward", "Protection"):
        assert line in page
    for mode in Mode.values:
        assert f'value="{mode}"' in page
