"""R3: nobody decides on what concerns themselves, also when they are who complains; and no sum hides in words (F3)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from complaints.models import RemedyItem
from complaints.permissions import Refused
from complaints.queries.acts import acts_for
from complaints.queries.approval import approvers
from complaints.services.errors import NotPossible
from complaints.services.inputs import ItemInput, PartyInput
from complaints.workflow import Mode, Step
from staff.models import User
from tests.factories.cases import Office, Walk

KNOWN_BY: dict[str, dict[str, Any]] = {
    "number": {},
    "number in confidence": {"mode": Mode.CONFIDENTIAL},
    "address": {"employee_number": "", "email": "OWN"},
}


def own_case(office: Office, who: User, now: datetime, known_by: str) -> Walk:
    given = {"name": who.name, "email": "private@example.com", "employee_number": who.employee_number.lower(), **KNOWN_BY[known_by]}
    given["email"] = who.email if given["email"] == "OWN" else given["email"]
    return Walk(office, now, complainant=PartyInput(**given))


@pytest.mark.parametrize("known_by", KNOWN_BY)
def test_f2_nobody_handles_or_settles_their_own_complaint(office: Office, now: datetime, known_by: str) -> None:
    walk = own_case(office, office.agent, now, known_by)
    assert acts_for(office.agent, walk.case, now.date()) == []
    with pytest.raises(Refused):
        walk.apologize(by=office.agent)
    walk.apologize(by=office.reception_head)
    walk.record(by=office.reception_head)
    walk.classify(by=office.reception_head)
    with pytest.raises(Refused):
        walk.settle(by=office.agent)


def to_approve(office: Office, now: datetime, known_by: str) -> Walk:
    """A complaint of the head who would have to approve."""
    walk = own_case(office, office.head, now, known_by)
    walk.to(Step.PROPOSE)
    walk.submit()
    return walk


@pytest.mark.parametrize("known_by", KNOWN_BY)
def test_f2_nobody_approves_what_is_given_to_themselves(office: Office, now: datetime, known_by: str) -> None:
    walk = to_approve(office, now, known_by)
    with pytest.raises(Refused):
        walk.approve(by=office.head)


def test_the_next_level_approves_for_an_employee_who_complains_openly(office: Office, now: datetime) -> None:
    walk = to_approve(office, now, "number")
    assert approvers(walk.case, walk.at.date()) == {office.division_head.pk}
    walk.approve(by=office.division_head)
    assert walk.case.step == Step.NOTIFY


def test_who_is_asked_to_approve_does_not_tell_who_complained_in_confidence(office: Office, now: datetime) -> None:
    walk = to_approve(office, now, "number in confidence")
    assert approvers(walk.case, walk.at.date()) == {office.head.pk}


@pytest.mark.parametrize("kind", ["refund", "compensation", "goodwill", "voucher"])
def test_f3_money_has_an_amount(office: Office, now: datetime, kind: str) -> None:
    walk = Walk(office, now)
    walk.to(Step.PROPOSE)
    with pytest.raises(NotPossible):
        walk.submit(items=[in_words(walk, kind)])


@pytest.mark.parametrize("kind", ["refund", "replacement", "gift", "free_service", "other"])
def test_f3_nobody_settles_alone_what_has_no_price(office: Office, now: datetime, kind: str) -> None:
    walk = Walk(office, now)
    walk.to(Step.ASSIGN)
    with pytest.raises(NotPossible):
        walk.settle(items=[in_words(walk, kind)])
    words = in_words(walk, "explanation"), ItemInput(RemedyItem.Kind.GIFT, "滤芯", Decimal("20.00"), office.investigator, walk.at.date())
    walk.settle(items=list(words))
    assert walk.case.step == Step.NOTIFY


def in_words(walk: Walk, kind: str) -> ItemInput:
    return ItemInput(RemedyItem.Kind(kind), "赔付 88,000 元", None, walk.office.investigator, walk.at.date())
