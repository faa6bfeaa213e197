"""A protected identity: nowhere in the open, opened by two for one case and a while, every look kept (M10, R12)."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from complaints import outbox
from complaints.models import Complaint, Customer, IdentityLook, Message, Party
from complaints.permissions import Refused
from complaints.services import codes, vault
from complaints.services.errors import NotPossible
from complaints.services.inputs import PartyInput
from complaints.workflow import Mode
from tests.canaries import tables_with
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db

NAME, EMAIL, PHONE = "欧阳雪怀", "ouyang.canary@example.com", "13912345670"


@pytest.fixture
def office() -> Office:
    return Office.found()


def case_in(office: Office, now: datetime, mode: Mode) -> Complaint:
    return Walk(office, now, complainant=PartyInput(name=NAME, email=EMAIL, phone=PHONE, mode=mode)).case


def test_i4_a_confidential_identity_stands_in_no_column_of_any_table(office: Office, now: datetime) -> None:
    case = case_in(office, now, Mode.CONFIDENTIAL)
    assert [tables_with(canary) for canary in (NAME, EMAIL, PHONE)] == [[], [], []]
    assert not Customer.objects.exists()
    assert case.complainant.identity().name == NAME


def test_an_anonymous_party_is_empty_whatever_was_given(office: Office, now: datetime) -> None:
    """R12: nothing that identifies is kept, not even encrypted."""
    case = case_in(office, now, Mode.ANONYMOUS)
    party = Party.objects.get(pk=case.complainant_id)
    assert (party.name, party.email, party.phone, party.address, party.sealed, party.contact_digest, party.customer) == (
        "",
        "",
        "",
        "",
        None,
        "",
        None,
    )
    assert tables_with(EMAIL) == []


@pytest.mark.parametrize("mode", [Mode.ANONYMOUS, Mode.CONFIDENTIAL])
def test_the_database_refuses_a_protected_identity_in_the_open(office: Office, now: datetime, mode: Mode) -> None:
    """V12."""
    case = case_in(office, now, mode)
    with pytest.raises(IntegrityError), transaction.atomic():
        Party.objects.filter(pk=case.complainant_id).update(name=NAME)


def test_a_confidential_customer_is_written_to_and_gets_a_lost_code_without_anybody_seeing_the_address(
    office: Office, now: datetime
) -> None:
    case = case_in(office, now, Mode.CONFIDENTIAL)
    receipt = Message.objects.get(complaint=case, kind=Message.Kind.RECEIPT)
    assert outbox.recipient_of(receipt) == EMAIL
    assert NAME not in receipt.text + receipt.html
    assert codes.contact_matches(case, PHONE)
    assert not codes.contact_matches(case, "13900000000")


def test_two_people_open_it_for_a_while_and_every_look_is_kept(office: Office, now: datetime) -> None:
    """I11: reading an identity is itself audited."""
    case = case_in(office, now, Mode.CONFIDENTIAL)
    request = vault.ask(complaint_id=case.pk, reason="需上门取证", by=office.manager, at=now)
    with pytest.raises(Refused):
        vault.look(complaint_id=case.pk, by=office.manager, at=now)
    with pytest.raises(Refused):
        vault.decide(request_id=request.pk, granted=True, by=office.manager, at=now)
    vault.decide(request_id=request.pk, granted=True, by=office.executive, at=now)

    seen = vault.look(complaint_id=case.pk, by=office.manager, at=now + timedelta(minutes=5))

    assert (seen.name, seen.phone) == (NAME, PHONE)
    assert [(look.by, look.request) for look in IdentityLook.objects.filter(complaint=case)] == [(office.manager, request)]
    with pytest.raises(Refused):
        vault.look(complaint_id=case.pk, by=office.executive, at=now)  # consent is not a look of one's own
    with pytest.raises(Refused):
        vault.look(complaint_id=case.pk, by=office.manager, at=now + timedelta(hours=2))


def test_the_database_refuses_consent_by_who_asked(office: Office, now: datetime) -> None:
    case = case_in(office, now, Mode.CONFIDENTIAL)
    request = vault.ask(complaint_id=case.pk, reason="需上门取证", by=office.manager, at=now)
    request.decided_by, request.decided_at, request.open_until = office.manager, now, now + timedelta(hours=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        request.save()


def test_a_refusal_needs_its_reason_and_opens_nothing(office: Office, now: datetime) -> None:
    case = case_in(office, now, Mode.CONFIDENTIAL)
    request = vault.ask(complaint_id=case.pk, reason="好奇", by=office.manager, at=now)
    with pytest.raises(NotPossible):
        vault.decide(request_id=request.pk, granted=False, by=office.executive, at=now)
    vault.decide(request_id=request.pk, granted=False, remark="不需要", by=office.executive, at=now)
    with pytest.raises(Refused):
        vault.look(complaint_id=case.pk, by=office.manager, at=now)


def test_there_is_nothing_to_open_where_nobody_knows_who_it_is(office: Office, now: datetime) -> None:
    case = case_in(office, now, Mode.ANONYMOUS)
    with pytest.raises(NotPossible):
        vault.ask(complaint_id=case.pk, reason="需核实", by=office.manager, at=now)


def test_an_agent_may_not_ask(office: Office, now: datetime) -> None:
    case = case_in(office, now, Mode.CONFIDENTIAL)
    with pytest.raises(Refused):
        vault.ask(complaint_id=case.pk, reason="想知道", by=office.agent, at=now)


def test_i7_searching_for_a_protected_person_finds_nothing(office: Office, now: datetime) -> None:
    for mode in (Mode.CONFIDENTIAL, Mode.ANONYMOUS):
        case_in(office, now, mode)
    for asked in (NAME, EMAIL, PHONE):
        assert not Complaint.objects.visible_to(office.manager).search(asked).exists()
