"""F2, F3: nobody approves what they proposed, nobody gives more than their authority; not in pieces, not by order, not by a second role."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from complaints.models import Approval, Authority, Complaint, LedgerEntry, Remedy, RemedyItem, Settlement
from complaints.permissions import Refused
from complaints.queries.approval import approvers
from complaints.queries.authorities import room_of
from complaints.services import assign, endings, follow_up, notify, propose
from complaints.services.errors import NotPossible
from complaints.services.inputs import ItemInput, PartyInput, SheetInput
from complaints.workflow import Actor, Medium, Step
from staff.models import DeniedAttempt, User
from staff.roles import Role
from staff.services import absences
from tests.complaints.admin.desk import Desk
from tests.factories.cases import Office, Walk
from tests.factories.staff import MembershipFactory

pytestmark = pytest.mark.django_db

BEYOND = Decimal("5000.01")


@pytest.fixture
def walk(office: Office) -> Walk:
    walk = Walk(office, timezone.make_aware(datetime(2026, 3, 2, 9, 0)))
    walk.to(Step.PROPOSE)
    return walk


def item(walk: Walk, amount: Decimal | str, kind: str = "compensation", **changes: Any) -> ItemInput:
    due = timezone.localdate(walk.at) + timedelta(days=3)
    return ItemInput(kind, "补偿", Decimal(amount), walk.office.investigator, due, **changes)


def who_may(walk: Walk) -> set[User]:
    return set(User.objects.filter(pk__in=approvers(Complaint.objects.get(pk=walk.case.pk), timezone.localdate(walk.at))))


def approve(walk: Walk, by: User) -> None:
    walk.approve(User.objects.get(pk=by.pk))


def limits(role: Role, use: str = "approve", **columns: int | None) -> None:
    Authority.objects.filter(use=use, role=role).update(**columns)


# --- F2: never one's own --------------------------------------------------------------------------------------------
def test_f2_a_head_who_proposed_it_does_not_approve_it_by_whatever_way(office: Office, walk: Walk) -> None:
    _head_proposes(walk)
    with pytest.raises(Refused):
        approve(walk, office.head)
    desk = Desk(office.head)
    assert desk.act(walk.fresh(), "approve_remedy", version=walk.version, reason="").status_code == 403
    assert DeniedAttempt.objects.filter(user=office.head, act="approve_remedy").exists()
    remedy = Remedy.objects.get(complaint=walk.case, state="submitted")
    with pytest.raises(IntegrityError, match="nobody approves what they proposed"), transaction.atomic():
        Approval.objects.create(remedy=remedy, approved=True, by=office.head, at=walk.at)
    assert who_may(walk) == {office.division_head}
    approve(walk, office.division_head)


def _head_proposes(walk: Walk) -> None:
    assign.take_over(**walk._acting(walk.office.head, reason="亲自处理"))
    walk.submit(walk.office.head)


def test_f2_nor_when_a_colleague_lays_the_same_before_them_again(office: Office, walk: Walk) -> None:
    _head_proposes(walk)
    assign.hand_over(**walk._acting(office.head, to=office.investigator, reason="请再提一次"))
    walk.fresh()
    walk.submit(office.investigator)
    assert office.head not in who_may(walk)
    with pytest.raises(Refused):
        approve(walk, office.head)


def test_f2_a_second_role_makes_nobody_their_own_approver(office: Office, walk: Walk) -> None:
    MembershipFactory.create(user=office.investigator, department=office.quality, role=Role.HEAD)
    MembershipFactory.create(user=office.investigator, department=office.board, role=Role.EXECUTIVE)
    walk.submit(User.objects.get(pk=office.investigator.pk))
    assert office.investigator not in who_may(walk)
    with pytest.raises(Refused):
        approve(walk, office.investigator)


def test_f2_nobody_approves_as_a_deputy_what_they_proposed(office: Office, walk: Walk) -> None:
    MembershipFactory.create(user=office.investigator, department=office.callers, role=Role.HEAD)
    investigator = User.objects.get(pk=office.investigator.pk)
    walk.submit(investigator)
    day = timezone.localdate(walk.at)
    absences.add(user=office.head, from_on=day, to_on=day, deputy=investigator, by=office.personnel, at=walk.at)
    assert who_may(walk) == {office.division_head}
    with pytest.raises(Refused):
        approve(walk, investigator)


def test_a_deputy_approves_with_the_limit_of_the_person_away(office: Office, walk: Walk) -> None:
    limits(Role.HEAD, per_case=200)
    day = timezone.localdate(walk.at)
    absences.add(user=office.head, from_on=day, to_on=day, deputy=office.reception_head, by=office.personnel, at=walk.at)
    walk.submit(items=[item(walk, "200.00")])
    assert office.reception_head not in who_may(walk), "who does not see the case stands in for nobody"
    absences.add(user=office.division_head, from_on=day, to_on=day, deputy=office.executive, by=office.personnel, at=walk.at)
    assert who_may(walk) == {office.executive}


# --- F3: never beyond -----------------------------------------------------------------------------------------------
def test_f3_beyond_the_heads_limit_it_goes_to_the_executive(office: Office, walk: Walk) -> None:
    walk.submit(items=[item(walk, BEYOND)])
    assert who_may(walk) == {office.executive}
    with pytest.raises(Refused):
        approve(walk, office.head)
    approve(walk, office.executive)
    assert Approval.objects.get().by == office.executive


def test_f3_neither_in_pieces_nor_by_an_alternative_nor_by_kind(office: Office, walk: Walk) -> None:
    limits(Role.HEAD, per_case=1000)
    for items in (
        [item(walk, "600.00"), item(walk, "600.00")],
        [item(walk, "600.00"), item(walk, "600.00", "refund")],
        [item(walk, "900.00"), item(walk, "50.00", option=1), item(walk, "100.01", option=2)],
    ):
        walk.submit(items=items)
        assert who_may(walk) == {office.executive}
    walk.submit(items=[item(walk, "900.00"), item(walk, "50.00", option=1), item(walk, "100.00", option=2)])
    assert who_may(walk) == {office.head}, "of alternatives one is given"


def test_f3_a_limit_of_one_kind_holds_beside_that_of_all(office: Office, walk: Walk) -> None:
    since = timezone.localdate(walk.at) - timedelta(days=1)
    Authority.objects.create(use="approve", role=Role.HEAD, kind="refund", per_case=Decimal(100), valid_from=since)
    walk.submit(items=[item(walk, "100.01", "refund")])
    assert who_may(walk) == {office.executive}
    walk.submit(items=[item(walk, "100.00", "refund"), item(walk, "400.00", "gift")])
    assert who_may(walk) == {office.head}


def again(walk: Walk, how: str) -> None:
    """The case comes back to proposing after 600.00 were given on it, or not given."""
    office = walk.office
    if how == "objected":
        walk.send()
        notify.object_to_remedy(**walk._acting(Actor.COMPLAINANT, words="不够"))
    elif how == "reopened":
        walk.to(Step.FOLLOW_UP)
        walk.ask()
        follow_up.reopen(**walk._acting(office.manager, reason="又漏了"))
        walk.fresh()
        walk.investigate()
    walk.fresh()


def test_f3_what_the_customer_took_counts_when_the_case_is_reopened(office: Office, walk: Walk) -> None:
    limits(Role.HEAD, per_case=1000)
    walk.submit(items=[item(walk, "600.00")])
    walk.approve()
    again(walk, "reopened")
    walk.submit(items=[item(walk, "400.01")])
    assert who_may(walk) == {office.executive}
    walk.submit(items=[item(walk, "400.00")])
    assert who_may(walk) == {office.head}


def test_f3_what_the_customer_refused_counts_no_more(office: Office, walk: Walk) -> None:
    limits(Role.HEAD, per_case=1000)
    walk.submit(items=[item(walk, "600.00")])
    walk.approve()
    again(walk, "objected")
    walk.submit(items=[item(walk, "1000.00")])
    assert who_may(walk) == {office.head}


def test_f3_a_merger_starts_no_limit_anew(office: Office, walk: Walk) -> None:
    limits(Role.HEAD, per_case=1000)
    walk.submit(items=[item(walk, "600.00")])
    walk.approve()
    again(walk, "reopened")
    other = Walk(office, walk.at, complainant=PartyInput(name="李四", email="li@example.com"))
    other.to(Step.PROPOSE)
    assign.take_over(**walk._acting(office.head, reason="亲自处理"))
    endings.merge(**walk._acting(office.head, into=other.case, reason="同一件事"))
    other.submit(items=[item(other, "400.01")])
    assert who_may(other) == {office.executive}


def test_f3_order_is_no_way_around_first_on_the_spot_then_by_approval(office: Office, walk: Walk) -> None:
    """What was settled on the spot counts for the approver, what was approved for who settles."""
    limits(Role.HEAD, per_case=600)
    walk.settle(office.investigator, items=[item(walk, "500.00")], agreed_medium=Medium.PHONE)
    again(walk, "reopened")
    walk.submit(items=[item(walk, "100.01")])
    assert who_may(walk) == {office.executive}
    assert room_of(office.investigator.pk, walk.case, timezone.localdate(walk.at)) == 0
    with pytest.raises(Refused):
        walk.settle(office.investigator, items=[item(walk, "0.01")])


def test_f3_the_day_of_one_person_counts_over_all_cases(office: Office, walk: Walk) -> None:
    limits(Role.HEAD, per_day=1000)
    walk.submit(items=[item(walk, "600.00")])
    walk.approve()
    other = Walk(office, walk.at, complainant=PartyInput(name="李四", email="li@example.com"))
    other.to(Step.PROPOSE)
    other.submit(items=[item(other, "400.01")])
    assert who_may(other) == {office.division_head}, "whose own day is still free"
    other.at += timedelta(days=1)
    assert who_may(other) == {office.head}


def test_f3_one_customer_counts_over_all_cases_and_people(office: Office, walk: Walk) -> None:
    limits(Role.HEAD, per_customer=1000)
    walk.submit(items=[item(walk, "600.00")])
    walk.approve()
    same, other = Walk(office, walk.at), Walk(office, walk.at, complainant=PartyInput(name="李四", email="li@example.com"))
    for each in (same, other):
        each.to(Step.PROPOSE)
        each.submit(items=[item(each, "400.01")])
    assert who_may(same) == {office.executive}
    assert who_may(other) == {office.head}


def test_f3_what_waited_long_counts_from_the_day_it_was_given(office: Office, walk: Walk) -> None:
    """A proposal laid aside until the window has passed would else be given outside every window."""
    limits(Role.HEAD, per_customer=1000, customer_days=30)
    walk.submit(items=[item(walk, "600.00")])
    walk.at += timedelta(days=40)
    walk.approve()
    same = Walk(office, walk.at)
    same.to(Step.PROPOSE)
    same.submit(items=[item(same, "400.01")])
    assert who_may(same) == {office.executive}
    same.at += timedelta(days=31)
    assert who_may(same) == {office.head}


def test_r2_nobody_gives_away_the_money_of_a_unit_they_do_not_head(office: Office, walk: Walk) -> None:
    """R2: who approves heads each department that pays, or one above it; else the executive decides."""
    for payers, expected in (
        ([office.quality], office.head),
        ([office.division], office.division_head),
        ([office.quality, office.division], office.division_head),
        ([office.reception], office.executive),
        ([office.quality, office.reception], office.executive),
    ):
        walk.submit(items=[item(walk, "10.00", paid_by=payer) for payer in payers])
        assert who_may(walk) == {expected}
    with pytest.raises(Refused):
        approve(walk, office.head)
    MembershipFactory.create(user=office.head, department=office.reception, role=Role.HEAD)
    assert who_may(walk) == {office.head}, "who heads both gives of both"


def test_f3_below_the_value_rule_it_goes_one_level_up_with_a_reason(office: Office, walk: Walk) -> None:
    short = SheetInput(purchase=True, price=Decimal(1000), reason="顾客只要道歉")
    with pytest.raises(NotPossible):
        walk.submit(items=[item(walk, "100.00")], value=SheetInput(purchase=True, price=Decimal(1000)))
    walk.submit(items=[item(walk, "100.00")], value=short)
    assert who_may(walk) == {office.division_head}
    walk.submit(items=[item(walk, BEYOND)], value=SheetInput(purchase=True, price=Decimal(9000), reason="顾客同意"))
    assert who_may(walk) == {office.executive}, "there is nobody above"


def test_f3_without_a_row_nobody_gives_money(office: Office, walk: Walk) -> None:
    Authority.objects.all().delete()
    walk.submit(items=[item(walk, "0.01")])
    assert who_may(walk) == set()
    with pytest.raises(Refused):
        walk.settle(office.investigator, items=[item(walk, "0.01")])
    walk.submit(items=[ItemInput(RemedyItem.Kind.APOLOGY, "道歉", None, office.investigator, walk.at.date())])
    assert who_may(walk) == {office.head}, "without money nobody's authority is asked"


# --- exactly the version that was seen ------------------------------------------------------------------------------
def test_the_approver_agrees_to_the_version_they_saw_and_no_other(office: Office, walk: Walk) -> None:
    walk.submit(items=[item(walk, "100.00")])
    walk.submit(items=[item(walk, "900.00")])
    with pytest.raises(NotPossible):
        propose.approve_remedy(**walk._acting(office.head, version=1))
    page = Desk(office.head).act(walk.fresh(), "approve_remedy", version=1, reason="")
    assert page.status_code == 409
    assert not LedgerEntry.objects.exists()
    assert Remedy.objects.get(complaint=walk.case, version=1).state == "superseded"


def test_a_returned_version_is_never_approved_the_next_is_looked_at_anew(office: Office, walk: Walk) -> None:
    walk.submit(items=[item(walk, "100.00")])
    propose.return_remedy(**walk._acting(office.head, version=1, reason="再议"))
    with pytest.raises(NotPossible):
        propose.approve_remedy(**walk._acting(office.head, version=1))
    walk.fresh()
    walk.submit(items=[item(walk, BEYOND)])
    with pytest.raises(Refused):
        propose.approve_remedy(**walk._acting(office.head, version=2))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE complaints_remedyitem SET amount = 999",
        "UPDATE complaints_remedyitem SET option = 1",
        "UPDATE complaints_remedyitem SET remedy_id = remedy_id + 1",
        "DELETE FROM complaints_remedyitem",
        "UPDATE complaints_remedy SET version = 9",
        "UPDATE complaints_sheet SET v2 = 9999",
        "UPDATE complaints_ledgerentry SET amount = 1",
        "DELETE FROM complaints_ledgerentry",
        "UPDATE complaints_settlement SET amount = 1",
        "INSERT INTO complaints_remedyitem (remedy_id, kind, description, amount, option, cash, currency, owner_id, due_on, proof) SELECT remedy_id, kind, description, 9, 0, cash, currency, owner_id, due_on, '' FROM complaints_remedyitem",
    ],
)
def test_the_database_lets_nothing_of_a_decided_version_change(office: Office, walk: Walk, change: str) -> None:
    walk.settle(office.investigator, items=[item(walk, "100.00")])
    with pytest.raises(IntegrityError if "INSERT" in change else Exception) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert refused.value is not None
    assert Settlement.objects.get().amount == RemedyItem.objects.get().amount == 100


def test_a_case_restored_after_an_offer_is_proposed_anew(office: Office, walk: Walk) -> None:
    """The offer was superseded when the case ended and its money given back: nobody can still accept it."""
    walk.submit(items=[item(walk, "100.00")])
    walk.approve()
    walk.send()
    endings.withdraw(**walk._acting(Actor.COMPLAINANT, reason=""))
    endings.restore(**walk._acting(office.manager, reason="顾客反悔"))
    assert walk.fresh().step == Step.PROPOSE
    assert sorted(LedgerEntry.objects.values_list("kind", "amount")) == [("committed", Decimal(100)), ("released", Decimal(100))]
