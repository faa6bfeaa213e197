"""Reports of misconduct go to the supervision and never reach the unit or line they name (M10, R1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from analytics.queries.integrity.reports import somebody_sees
from complaints.models import Complaint, LeadLink, Message, RetaliationFlag
from complaints.permissions import Refused
from complaints.queries.hidden import hidden_from
from complaints.queries.leads import flags_for
from complaints.services import assign, kinds, recusals, reports
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


# --- never lost ---------------------------------------------------------------------------------------------------------------
def whole_company(office: Office) -> Department:
    """A top unit over every department, with a head of its own."""
    company = DepartmentFactory.create(name="公司")
    for department in Department.objects.filter(parent=None).exclude(pk=company.pk):
        department.parent = company
        department.save()
    for unit in vars(office).values():
        if isinstance(unit, Department):
            unit.refresh_from_db()
    return company


def test_f5_a_report_on_the_whole_company_is_there_for_the_supervision_alone(guarded: Guarded, now: datetime) -> None:
    """R1: every department is a part of the company; the supervision, which is one too, sees the report all the same."""
    company = whole_company(guarded.office)
    chief = person(Role.HEAD, company)
    case = report(guarded, now, named_unit=company).case
    assert case.department == guarded.supervision
    assert sees(guarded.supervisor, case)
    assert sees(guarded.clerk, case)
    office = guarded.office
    for user in (chief, office.executive, office.manager, office.auditor, office.reception_head, office.agent, office.head):
        assert not sees(user, case), user


def test_a_report_on_a_division_is_there_for_the_supervision_inside_it(guarded: Guarded, now: datetime) -> None:
    office = guarded.office
    guarded.supervision.parent = office.division
    guarded.supervision.save()
    case = report(guarded, now, named_unit=office.division).case
    assert case.department == guarded.supervision
    assert sees(guarded.clerk, case)
    assert not sees(office.division_head, case)
    assert not sees(office.head, case)


def test_a_report_on_the_whole_company_without_a_supervision_is_there_for_complaint_management(now: datetime) -> None:
    office = Office.found()
    company = whole_company(office)
    case = Walk(office, now, kind=Kind.REPORT, named_unit=company).case
    assert case.department == office.management
    assert sees(office.manager, case)
    assert not sees(office.agent, case)
    assert not sees(office.head, case)


def test_a_report_on_a_part_of_the_supervision_goes_elsewhere(guarded: Guarded, now: datetime) -> None:
    desk = DepartmentFactory.create(name="监察一组", parent=guarded.supervision)
    case = report(guarded, now, named_unit=desk).case
    assert case.department == guarded.office.management
    assert not sees(guarded.supervisor, case)


def test_verify_finds_an_open_report_that_nobody_may_see(guarded: Guarded, now: datetime) -> None:
    case = report(guarded, now).case
    assert not somebody_sees().found
    User.objects.update(is_active=False)
    assert somebody_sees().found == [f"{case.number}: is a report nobody may see"]


# --- who comes to be kept out -------------------------------------------------------------------------------------------------
def join(user: User, department: Department, now: datetime) -> None:
    Membership.objects.create(user=user, department=department, role=Role.EMPLOYEE, from_on=now.date())


def test_r1_a_handler_of_the_unit_named_later_loses_the_report(guarded: Guarded, now: datetime) -> None:
    join(guarded.clerk, guarded.office.quality, now)
    case = report(guarded, now).case
    assign.claim(complaint_id=case.pk, by=guarded.clerk, at=now)
    reports.name_unit(complaint_id=case.pk, department=guarded.office.quality, by=guarded.supervisor, at=now)
    case = Complaint.objects.get(pk=case.pk)
    assert (case.handler, case.department) == (None, guarded.supervision)
    assert not sees(guarded.clerk, case)


def test_r1_a_report_is_not_handed_to_a_member_of_the_unit_it_names(guarded: Guarded, now: datetime) -> None:
    join(guarded.clerk, guarded.office.quality, now)
    case = report(guarded, now, named_unit=guarded.office.quality).case
    assign.claim(complaint_id=case.pk, by=guarded.supervisor, at=now)
    with pytest.raises(NotPossible):
        assign.hand_over(complaint_id=case.pk, by=guarded.supervisor, at=now, to=guarded.clerk, reason="出差")


def test_r1_a_handler_who_comes_to_the_named_unit_can_do_nothing_more_with_the_report(guarded: Guarded, now: datetime) -> None:
    case = report(guarded, now, named_unit=guarded.office.quality).case
    assign.claim(complaint_id=case.pk, by=guarded.clerk, at=now)
    join(guarded.clerk, guarded.office.quality, now)
    with pytest.raises(Complaint.DoesNotExist):
        recusals.name(complaint_id=case.pk, user=guarded.office.employee, by=User.objects.get(pk=guarded.clerk.pk), at=now)


def test_r1_moving_the_named_employee_does_not_show_the_report_to_their_superior(guarded: Guarded, now: datetime) -> None:
    office, case = guarded.office, report(guarded, now).case
    recusals.name(complaint_id=case.pk, user=office.employee, by=guarded.clerk, at=now)
    office.employee.memberships.update(department=office.callers)
    Complaint.objects.filter(pk=case.pk).update(handling_department=office.quality)
    assert not sees(office.head, case)
    assert not sees(office.division_head, case)
    assert sees(guarded.supervisor, case)


# --- no report after all ------------------------------------------------------------------------------------------------------
def test_r1_a_report_that_names_somebody_is_not_called_a_complaint_by_its_handler_alone(guarded: Guarded, now: datetime) -> None:
    case = report(guarded, now, named_unit=guarded.office.quality).case
    with pytest.raises(Refused):
        kinds.change(complaint_id=case.pk, by=guarded.clerk, at=now, kind=Kind.COMPLAINT, reason="只是投诉")
    assert Complaint.objects.get(pk=case.pk).kind == Kind.REPORT


def test_r1_a_report_called_a_complaint_stays_hidden_from_whom_it_names(guarded: Guarded, now: datetime) -> None:
    office, walk = guarded.office, report(guarded, now, named_unit=guarded.office.division)
    kinds.change(complaint_id=walk.case.pk, by=office.manager, at=walk.at, kind=Kind.COMPLAINT, reason="只是投诉")
    case = walk.fresh()
    assert case.department == office.reception
    assert sees(office.agent, case)
    walk.apologize()
    walk.record()
    walk.classify()
    with pytest.raises(NotPossible):
        assign.assign(complaint_id=case.pk, by=office.agent, at=walk.at + timedelta(hours=1))  # quality, below the division
    Complaint.objects.filter(pk=case.pk).update(handling_department=office.quality)
    assert not sees(office.head, case)
    assert not sees(office.division_head, case)


def test_a_report_on_the_only_reception_stays_with_the_supervision_when_it_is_none(guarded: Guarded, now: datetime) -> None:
    office = guarded.office
    office.reception.parent = office.division
    office.reception.save()
    case = report(guarded, now, named_unit=office.division).case
    kinds.change(complaint_id=case.pk, by=office.manager, at=now, kind=Kind.COMPLAINT, reason="只是投诉")
    assert Complaint.objects.get(pk=case.pk).department == guarded.supervision
    assert not sees(office.reception_head, case)


# --- who reported stays unknown to whoever changes jobs -----------------------------------------------------------------------
def test_r1_who_ends_a_role_does_not_learn_from_a_flag_that_its_holder_reported(guarded: Guarded, now: datetime) -> None:
    office = guarded.office
    reporter = person(Role.AGENT, office.quality, name="白露")
    given = PartyInput(name="白露", phone="13800000001", mode=Mode.CONFIDENTIAL, employee_number=reporter.employee_number)
    case = report(guarded, now, complainant=given).case
    join(office.manager, guarded.supervision, now)
    manager = User.objects.get(pk=office.manager.pk)
    second = person(Role.MANAGER, office.management)

    memberships.revoke(membership=reporter.memberships.get(), by=manager, at=now + timedelta(days=10))

    flag = RetaliationFlag.objects.get(complaint=case)
    assert flag.changed_by == manager
    for user in (manager, second, office.head, office.agent):
        assert not flags_for(User.objects.get(pk=user.pk)).exists(), user
    for user in (guarded.supervisor, guarded.clerk, office.executive, office.auditor):
        assert flags_for(User.objects.get(pk=user.pk)).get() == flag, user
    told = set(Message.objects.filter(to_user__isnull=False, text__contains=case.number).values_list("to_user", flat=True))
    assert told == {guarded.supervisor.pk}
    with pytest.raises(Refused):
        reports.review_flag(flag_id=flag.pk, conclusion="无关", by=office.auditor, at=now)
