"""Reports of misconduct go to the supervision and never reach the unit or line they name (M10, R1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from complaints.models import Complaint, LeadLink, RetaliationFlag
from complaints.queries.hidden import hidden_from
from complaints.services import assign, recusals, reports
from complaints.services.errors import NotPossible
from complaints.services.inputs import PartyInput
from complaints.workflow import Kind, Mode, Step
from staff.models import Department, Membership, User
from staff.roles import Role
from staff.services import memberships, users
from tests.factories.cases import Office, Walk
from tests.factories.staff import DepartmentFactory, person

pytestmark = pytest.mark.django_db


@dataclass
class Guarded:
    """An office with a supervision."""

    office: Office
    supervision: Department
    supervisor: User
    clerk: User


@pytest.fixture
def guarded() -> Guarded:
    office = Office.found()
    unit = DepartmentFactory.create(name="监察室", supervises=True)
    return Guarded(office, unit, person(Role.HEAD, unit, name="秦正"), person(Role.AGENT, unit, name="方洁"))


def report(guarded: Guarded, now: datetime, **options: object) -> Walk:
    return Walk(guarded.office, now, kind=Kind.REPORT, story="采购经理收受回扣。", **options)


def sees(user: User, case: Complaint) -> bool:
    return Complaint.objects.visible_to(User.objects.get(pk=user.pk)).filter(pk=case.pk).exists()


def test_a_report_opens_at_the_supervision_and_the_reception_never_sees_it(guarded: Guarded, now: datetime) -> None:
    case = report(guarded, now).case
    assert case.department == guarded.supervision
    assert sees(guarded.clerk, case)
    assert not sees(guarded.office.agent, case)
    assert not sees(guarded.office.reception_head, case)


def test_an_agent_who_takes_a_report_down_passes_it_on_and_sees_it_no_more(guarded: Guarded, now: datetime) -> None:
    case = report(guarded, now, by=guarded.office.agent).case
    assert (case.recorded_by, case.handler) == (guarded.office.agent, None)
    assert not sees(guarded.office.agent, case)


def test_f5_the_unit_and_the_line_above_it_see_nothing_of_a_report_that_names_it(guarded: Guarded, now: datetime) -> None:
    """R1: list, search, notice texts: as if it did not exist, whatever the role."""
    office = guarded.office
    Membership.objects.create(user=office.manager, department=office.quality, role=Role.EMPLOYEE, from_on=now.date())
    case = report(guarded, now, named_unit=office.quality).case
    for user in (office.investigator, office.head, office.division_head, office.employee, office.manager):
        assert not sees(user, case), user
        reader = User.objects.get(pk=user.pk)
        assert not Complaint.objects.visible_to(reader).search("回扣").exists()
        assert hidden_from(reader, [f"投诉单 {case.number}"])
    assert sees(guarded.supervisor, case)
    assert sees(office.executive, case)
    assert sees(office.auditor, case)


def test_the_superior_of_somebody_named_does_not_see_the_report_either(guarded: Guarded, now: datetime) -> None:
    office, case = guarded.office, report(guarded, now).case
    Complaint.objects.filter(pk=case.pk).update(handling_department=office.quality)  # as after an assignment
    assert sees(office.head, case)
    recusals.name(complaint_id=case.pk, user=office.employee, by=guarded.clerk, at=now)
    assert not sees(office.head, case)
    assert not sees(office.division_head, case)


def test_a_report_is_not_given_to_the_unit_it_names(guarded: Guarded, now: datetime) -> None:
    office = guarded.office
    walk = report(guarded, now, named_unit=office.division)
    walk.apologize(by=guarded.clerk)
    walk.record(by=guarded.clerk)
    walk.classify(by=guarded.clerk)
    with pytest.raises(NotPossible):
        assign.assign(complaint_id=walk.case.pk, by=guarded.clerk, at=walk.at + timedelta(hours=1))  # quality, below the division
    assert walk.fresh().step == Step.ASSIGN


def test_a_report_on_the_supervision_goes_to_the_managing_department(guarded: Guarded, now: datetime) -> None:
    case = report(guarded, now, named_unit=guarded.supervision).case
    assert case.department == guarded.office.management
    assert not sees(guarded.supervisor, case)


def set_aside(guarded: Guarded, now: datetime) -> Complaint:
    walk = report(guarded, now, named_unit=guarded.office.quality)
    Complaint.objects.filter(pk=walk.case.pk).update(unfounded=True)
    return walk.fresh()


def test_a_lead_set_aside_is_looked_at_again_when_another_names_the_same(guarded: Guarded, now: datetime) -> None:
    earlier = set_aside(guarded, now)
    later = report(guarded, now + timedelta(days=30), named_unit=guarded.office.quality).case

    link = LeadLink.objects.get()
    assert (link.earlier, link.later, link.reviewed_at) == (earlier, later, None)
    reports.review_lead(link_id=link.pk, conclusion="两份举报相互印证，重新调查。", by=guarded.clerk, at=now)
    with pytest.raises(NotPossible):
        reports.review_lead(link_id=link.pk, conclusion="再看一次", by=guarded.clerk, at=now)


def test_a_lead_that_names_somebody_else_is_left_alone(guarded: Guarded, now: datetime) -> None:
    set_aside(guarded, now)
    assert report(guarded, now, named_unit=guarded.office.callers)
    assert not LeadLink.objects.exists()


def test_who_may_not_see_a_report_cannot_close_its_lead(guarded: Guarded, now: datetime) -> None:
    set_aside(guarded, now)
    report(guarded, now, named_unit=guarded.office.quality)
    with pytest.raises(LeadLink.DoesNotExist):
        reports.review_lead(link_id=LeadLink.objects.get().pk, conclusion="无事", by=guarded.office.head, at=now)


@pytest.mark.parametrize("mode", [Mode.REAL_NAME, Mode.CONFIDENTIAL])
def test_what_happens_to_the_job_of_who_reported_is_noticed_and_names_nobody(guarded: Guarded, now: datetime, mode: Mode) -> None:
    office = guarded.office
    reporter = person(Role.AGENT, office.quality, name="白露")
    given = PartyInput(name="白露", phone="13800000001", mode=mode, employee_number=reporter.employee_number)
    case = report(guarded, now, complainant=given).case

    memberships.revoke(membership=reporter.memberships.get(), by=office.manager, at=now + timedelta(days=10))

    flag = RetaliationFlag.objects.get(complaint=case)
    assert "白露" not in flag.what
    reports.review_flag(flag_id=flag.pk, conclusion="本人申请调岗，与举报无关。", by=guarded.clerk, at=now + timedelta(days=11))


def test_whose_job_changes_without_having_reported_is_nobodys_business(guarded: Guarded, now: datetime) -> None:
    report(guarded, now, complainant=PartyInput(phone="13800000001"))
    leaver = person(Role.EMPLOYEE, guarded.office.callers)
    users.deactivate(user=leaver, by=guarded.office.manager, at=now)
    assert not RetaliationFlag.objects.exists()
