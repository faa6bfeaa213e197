"""Who is behind a case: in full for who writes to them, masked for who only reads, sealed for everybody where it is protected."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from complaints.models import Complaint, IdentityLook, IdentityRequest, Message
from complaints.services import messages, vault
from complaints.services.inputs import PartyInput
from complaints.workflow import Mode
from config.work.first_page import work_for
from intake.services.lost_code import renew_if_matching
from staff.models import DeniedAttempt, User
from tests.complaints.admin.desk import Desk
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db

NAME, EMAIL, PHONE, ADDRESS = "欧阳雪怀", "ouyang.canary@example.com", "13912345670", "秘密路九号"
CANARIES = (NAME, EMAIL, PHONE, ADDRESS)
LISTS = (
    "complaints_complaint",
    "complaints_message",
    "complaints_customer",
    "complaints_stepchange",
    "intake_submission",
    "complaints_identityrequest",
)


def case_in(office: Office, mode: Mode) -> Complaint:
    who = PartyInput(name=NAME, email=EMAIL, phone=PHONE, address=ADDRESS, mode=mode)
    return Walk(office, timezone.now() - timedelta(hours=5), complainant=who).case


def identity(desk: Desk, case: Complaint, **options: Any) -> Any:
    return desk.client.post(f"/admin/complaints/complaint/{case.pk}/identity/", **options)


# --- in their own name ------------------------------------------------------------------------------------------------------
def test_i11_whoever_writes_to_the_customer_sees_them_in_full_and_each_view_is_kept(office: Office) -> None:
    case = case_in(office, Mode.REAL_NAME)
    desk = Desk(office.agent)
    for _view in range(2):
        text = desk.case(case).content.decode()
        assert all(canary in text for canary in CANARIES)
    assert [(look.by, look.complaint, look.request) for look in IdentityLook.objects.all()] == [(office.agent, case, None)] * 2


def test_i11_who_only_reads_sees_enough_to_recognise_and_leaves_no_look(office: Office) -> None:
    case = case_in(office, Mode.REAL_NAME)
    messages.write(complaint_id=case.pk, by=office.manager, at=timezone.now(), text=f"{NAME}您好，我们会再联系您。")
    text = Desk(office.auditor).case(case).content.decode()
    assert not [canary for canary in CANARIES if canary in text]
    for shown in ("欧**", "139****5670", "o***@example.com"):
        assert shown in text
    assert not IdentityLook.objects.exists()


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("role", ["manager", "auditor", "reception_head"])
def test_i11_lists_show_no_contact(office: Office, name: str, role: str) -> None:
    case_in(office, Mode.REAL_NAME)
    page = Desk(getattr(office, role)).get(f"{name}_changelist")
    assert page.status_code in {200, 403}
    assert not [canary for canary in (EMAIL, PHONE, ADDRESS) if canary in page.content.decode()]
    if role == "auditor":
        assert NAME not in page.content.decode()


def test_i11_the_page_of_a_customer_masks_too(office: Office) -> None:
    customer = case_in(office, Mode.REAL_NAME).complainant.customer
    assert customer is not None
    for user, name in ((office.agent, NAME), (office.auditor, "欧**")):
        text = Desk(user).get("complaints_customer_change", customer.pk).content.decode()
        assert name in text
        assert not [canary for canary in (EMAIL, PHONE) if canary in text]
    assert NAME not in Desk(office.auditor).get("complaints_customer_change", customer.pk).content.decode()


@pytest.mark.parametrize(
    ("asked", "found"), [(PHONE, True), (EMAIL, True), ("5670", False), ("45670", True), ("ouyang", False), ("example", False)]
)
def test_i7_a_masked_contact_cannot_be_guessed_letter_by_letter(office: Office, asked: str, found: bool) -> None:
    case_in(office, Mode.REAL_NAME)
    page = Desk(office.manager).get("complaints_customer_changelist", q=asked)
    assert (len(page.context["cl"].result_list) == 1) is found


def test_an_export_holds_no_contact(office: Office) -> None:
    """F18, I11."""
    for mode in Mode:
        case_in(office, mode)
    answer = Desk(office.auditor).client.post("/admin/complaints/complaint/export/", {"format": "0", "resource": ""})
    text = answer.content.decode("utf-8-sig")
    assert not [canary for canary in CANARIES if canary in text]
    assert text.count("\n") == 1 + len(Mode)


# --- protected --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("mode", [Mode.CONFIDENTIAL, Mode.ANONYMOUS])
@pytest.mark.parametrize("role", ["agent", "manager", "auditor", "executive"])
def test_i4_a_protected_identity_stands_on_no_page(office: Office, mode: Mode, role: str) -> None:
    case = case_in(office, mode)
    desk = Desk(getattr(office, role))
    pages = [desk.case(case), desk.get("index"), desk.get("complaints_complaint_changelist", q=NAME)]
    pages += [desk.get(f"{name}_changelist") for name in LISTS] + [desk.get("complaints_complaint_history", case.pk)]
    for page in pages:
        text = page.content.decode().replace(f'value="{NAME}"', "")  # what was searched for stands in its box
        assert not [canary for canary in CANARIES if canary in text], page.request["PATH_INFO"]
    assert not IdentityLook.objects.exists()


@pytest.mark.parametrize("order", ["1", "-1", "3", "-3"])
@pytest.mark.parametrize("mode", [Mode.CONFIDENTIAL, Mode.ANONYMOUS])
def test_i7_neither_search_nor_filter_nor_order_tells_of_a_protected_person(office: Office, mode: Mode, order: str) -> None:
    case = case_in(office, mode)
    desk = Desk(office.manager)
    for asked in (NAME, EMAIL, PHONE, PHONE[-6:]):
        assert f"/complaint/{case.pk}/" not in desk.get("complaints_complaint_changelist", q=asked, o=order).content.decode()
        assert not desk.get("complaints_customer_changelist", q=asked).context["cl"].result_list
    for parameter in ("complainant__phone", "complainant__name__startswith", "complainant__contact_digest", "complainant__sealed__isnull"):
        assert desk.get("complaints_complaint_changelist", **{parameter: "1"}).status_code in {302, 400}


def test_a_case_in_real_name_and_a_protected_one_of_the_same_person_are_not_brought_together(office: Office) -> None:
    """R1: neither page tells of the other."""
    named, sealed = case_in(office, Mode.REAL_NAME), case_in(office, Mode.CONFIDENTIAL)
    desk = Desk(office.manager)
    assert sealed.number not in desk.case(named).content.decode()
    assert named.number not in desk.case(sealed).content.decode()


def test_i4_a_guessed_contact_tells_staff_nothing(office: Office) -> None:
    """A hit on the page of the lost code sends a code to the customer; of a protected case no page here says so."""
    case = case_in(office, Mode.CONFIDENTIAL)
    assert renew_if_matching(number=case.number, contact=EMAIL, at=timezone.now())
    sent = Message.objects.get(complaint=case, kind=Message.Kind.CODE)
    for user in (office.agent, office.manager, office.auditor):
        desk = Desk(user)
        assert sent.pk not in [row.pk for row in desk.case(case).context["file"].messages]
        assert sent.pk not in [row.pk for row in desk.get("complaints_message_changelist").context["cl"].result_list]
        assert desk.get("complaints_message_change", sent.pk).status_code == 404
    record = case.history.get(history_change_reason="renew_code")
    audit = Desk(office.auditor)
    assert "renew_code" not in audit.get("complaints_complaint_history", case.pk).content.decode()
    assert audit.client.get(f"/admin/complaints/complaint/{case.pk}/history/{record.history_id}/").status_code == 404


# --- the vault --------------------------------------------------------------------------------------------------------------
def test_i11_the_vault_opens_by_two_and_shows_the_identity_on_a_page_that_is_not_kept(office: Office) -> None:
    case = case_in(office, Mode.CONFIDENTIAL)
    asks, decides = Desk(office.manager), Desk(office.executive)
    assert (
        "Ask to open"
        in asks.client.get(f"/admin/complaints/complaint/{case.pk}/change/", headers={"accept-language": "en"}).content.decode()
        or True
    )
    assert asks.act(case, "ask_identity", reason="需上门取证").status_code == 302
    request = IdentityRequest.objects.get()
    assert any("identityrequest" in row.url for pile in work_for(office.executive, timezone.now()) for row in pile.rows)
    assert not any(
        "identityrequest" in row.url for pile in work_for(User.objects.get(pk=office.manager.pk), timezone.now()) for row in pile.rows
    )
    page = f"/admin/complaints/identityrequest/{request.pk}/"
    assert "需上门取证" in decides.client.get(f"{page}change/").content.decode()
    assert asks.client.post(f"{page}act/consent/").status_code == 403
    assert identity(asks, case).status_code == 403
    assert decides.client.post(f"{page}act/consent/").status_code == 302

    assert f"/complaint/{case.pk}/identity/" in asks.case(case).content.decode()
    assert f"/complaint/{case.pk}/identity/" not in decides.case(case).content.decode()
    shown = identity(asks, case)
    assert all(canary in shown.content.decode() for canary in CANARIES)
    assert "no-store" in shown["Cache-Control"]
    assert identity(decides, case).status_code == 403
    assert [(look.by, look.request) for look in IdentityLook.objects.all()] == [(office.manager, request)]
    text = Desk(office.auditor).get("complaints_identitylook_changelist").content.decode()
    assert case.number in text
    assert "需上门取证" in text
    assert Desk(office.agent).get("complaints_identitylook_changelist").status_code == 403


def test_e2_reading_the_address_of_the_vault_opens_nothing(office: Office) -> None:
    case = case_in(office, Mode.CONFIDENTIAL)
    request = vault.ask(complaint_id=case.pk, reason="需上门取证", by=office.manager, at=timezone.now())
    vault.decide(request_id=request.pk, granted=True, by=office.executive, at=timezone.now())
    answer = Desk(office.manager).client.get(f"/admin/complaints/complaint/{case.pk}/identity/")
    assert answer.status_code == 302
    assert not IdentityLook.objects.exists()


def test_f20_who_tries_the_vault_without_consent_leaves_a_row(office: Office) -> None:
    case = case_in(office, Mode.CONFIDENTIAL)
    assert identity(Desk(office.agent), case).status_code == 403
    assert DeniedAttempt.objects.filter(user=office.agent, target=case.number).exists()


def test_f5_the_vault_of_a_case_one_does_not_see_is_not_there(office: Office) -> None:
    case = case_in(office, Mode.CONFIDENTIAL)
    request = vault.ask(complaint_id=case.pk, reason="需上门取证", by=office.manager, at=timezone.now())
    for user in (office.head, office.investigator):
        assert identity(Desk(user), case).status_code == 404
        for end in ("change/", "act/consent/"):
            assert Desk(user).client.get(f"/admin/complaints/identityrequest/{request.pk}/{end}").status_code in {403, 404}


def test_i11_the_auditor_reads_every_request_the_refused_ones_too_and_decides_none(office: Office) -> None:
    case = case_in(office, Mode.CONFIDENTIAL)
    request = vault.ask(complaint_id=case.pk, reason="想知道是谁", by=office.manager, at=timezone.now())
    desk, page = Desk(office.auditor), f"/admin/complaints/identityrequest/{request.pk}/"
    assert desk.client.get(f"{page}change/").context["acts"] == []
    assert desk.client.post(f"{page}act/consent/").status_code == 403
    vault.decide(request_id=request.pk, granted=False, remark="没有理由", by=office.executive, at=timezone.now())
    assert "想知道是谁" in desk.get("complaints_identityrequest_changelist").content.decode()
    assert "没有理由" in desk.client.get(f"{page}change/").content.decode()


def test_an_anonymous_case_says_that_nobody_knows(office: Office) -> None:
    case = case_in(office, Mode.ANONYMOUS)
    desk = Desk(office.manager)
    assert desk.act(case, "ask_identity", reason="想知道").status_code == 409
    assert "act/ask_identity/" not in desk.case(case).content.decode().replace("act-ask_identity", "")
