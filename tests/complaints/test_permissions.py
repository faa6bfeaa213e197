"""Who sees a case, who keeps out of it, who approves."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from complaints.models import Category, Complaint, Recusal, Remedy, WordToAvoid
from complaints.permissions import Refused
from complaints.queries.approval import approvers
from complaints.queries.open_matters import open_matters_of
from complaints.services import apologize, assign, investigate, notify, penalize, propose, record, recusals, starter
from complaints.services.errors import NotPossible, Stale
from complaints.services.inputs import ItemInput, PenaltyInput
from complaints.workflow import Actor, Feeling, Medium, Step
from staff.models import Absence, User
from staff.roles import Role
from staff.services import starter as departments
from staff.services import users
from tests.factories.cases import Office, Walk
from tests.factories.staff import DepartmentFactory, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return Office.found()


@pytest.fixture
def walk(office: Office, now: datetime) -> Walk:
    return Walk(office, now)


def sees(user: User, case: Complaint) -> bool:
    return Complaint.objects.visible_to(User.objects.get(pk=user.pk)).filter(pk=case.pk).exists()


def who_sees(office: Office, case: Complaint) -> set[str]:
    names = (
        "agent",
        "reception_head",
        "investigator",
        "head",
        "division_head",
        "caller",
        "manager",
        "executive",
        "auditor",
        "personnel",
        "employee",
    )
    return {name for name in names if sees(getattr(office, name), case)}


OVER_ALL = {"manager", "executive", "auditor"}


class TestWhoSeesACase:
    def test_before_assignment_it_is_the_reception_s(self, office: Office, walk: Walk) -> None:
        assert who_sees(office, walk.case) == OVER_ALL | {"agent", "reception_head"}

    def test_after_assignment_it_is_the_handling_department_s_and_its_heads(self, office: Office, walk: Walk) -> None:
        assert who_sees(office, walk.to(Step.INVESTIGATE)) == OVER_ALL | {"investigator", "head", "division_head"}

    def test_at_the_follow_up_the_callers_see_it_too(self, office: Office, walk: Walk) -> None:
        assert who_sees(office, walk.to(Step.FOLLOW_UP)) == OVER_ALL | {"investigator", "head", "division_head", "caller"}

    def test_another_department_sees_nothing_f5(self, walk: Walk) -> None:
        other = DepartmentFactory.create()
        assert not sees(person(Role.HEAD, other), walk.case)
        assert not sees(person(Role.AGENT, other), walk.case)

    def test_who_recorded_it_sees_it_until_it_is_assigned(self, office: Office, now: datetime) -> None:
        recorder = person(Role.AGENT)
        walk = Walk(office, now, by=recorder, medium=Medium.PHONE)
        assert sees(recorder, walk.case)
        assign.hand_over(complaint_id=walk.case.pk, by=recorder, at=now, to=office.agent, reason="归属前台")
        assert not sees(recorder, walk.to(Step.INVESTIGATE))

    @pytest.mark.parametrize("role", ["investigator", "head", "manager", "executive", "auditor"])
    def test_who_is_named_in_it_never_does_whatever_the_role(self, office: Office, walk: Walk, role: str, now: datetime) -> None:
        named: User = getattr(office, role)
        recusals.name(complaint_id=walk.case.pk, user=named, by=office.agent, at=now)
        assert not sees(named, walk.to(Step.INVESTIGATE) if role == "auditor" else walk.case)
        with pytest.raises(Complaint.DoesNotExist):
            assign.take_over(complaint_id=walk.case.pk, by=named, at=now, reason="亲自处理")

    def test_a_leaver_sees_nothing(self, office: Office, walk: Walk) -> None:
        User.objects.filter(pk=office.agent.pk).update(is_active=False)
        assert not sees(office.agent, walk.case)

    def test_a_role_that_was_taken_away_opens_nothing_e4(self, office: Office, walk: Walk) -> None:
        office.agent.memberships.all().update(to_on=office.agent.memberships.get().from_on)
        assert not sees(office.agent, walk.case)


class TestWhoKeepsOutOfIt:
    def test_the_superior_of_the_named_sees_but_never_decides(self, office: Office, walk: Walk, now: datetime) -> None:
        recusals.name(complaint_id=walk.case.pk, user=office.investigator, by=office.agent, at=now)
        walk.to(Step.ASSIGN)
        walk.assign(handler=None)
        assert sees(office.head, walk.case)
        with pytest.raises(Refused):
            assign.take_over(complaint_id=walk.case.pk, by=office.head, at=walk.at, reason="亲自处理")

    def test_a_named_handler_loses_the_case_at_once(self, office: Office, walk: Walk, now: datetime) -> None:
        walk.to(Step.INVESTIGATE)
        recusals.name(complaint_id=walk.case.pk, user=office.investigator, by=office.manager, at=walk.at)
        assert walk.fresh().handler is None

    def test_who_is_away_cannot_act_and_cannot_be_given_a_case(self, office: Office, walk: Walk, now: datetime) -> None:
        today = now.date()
        Absence.objects.create(user=office.agent, from_on=today, to_on=today, deputy=office.reception_head, reason="病假")
        with pytest.raises(Refused):
            apologize.apologize(
                complaint_id=walk.case.pk, by=office.agent, at=now, words="抱歉", medium=Medium.PHONE, feeling_before=Feeling.CALM
            )

    def test_who_called_it_unfounded_does_not_judge_it_again(self, office: Office, walk: Walk) -> None:
        walk.to(Step.CLASSIFY)
        walk.call_unfounded()
        walk.confirm_unfounded()
        walk.send()
        notify.object_to_findings(complaint_id=walk.case.pk, by=Actor.COMPLAINANT, at=walk.at, words="看不懂")
        case = walk.fresh()
        assert case.step == Step.INVESTIGATE
        assert case.department == office.quality
        assert case.handler is None
        kept_out = set(case.recusals.filter(kind=Recusal.Kind.JUDGED_BEFORE).values_list("user", flat=True))
        assert kept_out == {office.agent.pk, office.reception_head.pk}

    def test_nobody_confirms_their_own_unfounded(self, office: Office, walk: Walk) -> None:
        walk.to(Step.CLASSIFY)
        assign.take_over(complaint_id=walk.case.pk, by=office.reception_head, at=walk.at, reason="复杂")
        walk.call_unfounded(by=office.reception_head)
        with pytest.raises(Refused):
            walk.confirm_unfounded(by=office.reception_head)
        walk.confirm_unfounded(by=office.manager)

    def test_an_injury_cannot_be_called_unfounded_at_the_desk(self, office: Office, walk: Walk) -> None:
        office.category.injury = True
        office.category.save()
        walk.to(Step.CLASSIFY)
        with pytest.raises(NotPossible):
            walk.call_unfounded()
        assert walk.classify().severity == "severe"


class TestWhoApproves:
    def ids(self, walk: Walk) -> set[int]:
        return approvers(walk.fresh(), walk.at.date())

    def test_the_head_of_the_handling_department(self, office: Office, walk: Walk) -> None:
        walk.to(Step.PROPOSE)
        walk.submit()
        assert self.ids(walk) == {office.head.pk}

    def test_the_next_head_up_when_the_head_proposed_it(self, office: Office, walk: Walk) -> None:
        walk.to(Step.PROPOSE)
        assign.take_over(complaint_id=walk.case.pk, by=office.head, at=walk.at, reason="亲自处理")
        walk.submit(by=office.head)
        assert self.ids(walk) == {office.division_head.pk}
        with pytest.raises(Refused):
            walk.approve(by=office.head)
        walk.approve(by=office.division_head)

    def test_at_last_the_executive_when_all_heads_are_recused(self, office: Office, walk: Walk, now: datetime) -> None:
        for named in (office.head, office.division_head):
            recusals.name(complaint_id=walk.case.pk, user=named, by=office.agent, at=now)
        walk.to(Step.PROPOSE)
        walk.submit()
        assert self.ids(walk) == {office.executive.pk}

    def test_the_executive_alone_where_a_ruling_is_needed(self, office: Office, walk: Walk) -> None:
        office.category.needs_ruling = True
        office.category.save()
        walk.to(Step.PROPOSE)
        walk.submit()
        assert self.ids(walk) == {office.executive.pk}
        with pytest.raises(Refused):
            walk.approve(by=office.head)

    def test_the_deputy_of_a_head_who_is_away(self, office: Office, walk: Walk) -> None:
        walk.to(Step.PROPOSE)
        walk.submit()
        day = walk.at.date()
        Absence.objects.create(user=office.head, from_on=day, to_on=day + timedelta(days=1), deputy=office.division_head, reason="出差")
        assert self.ids(walk) == {office.division_head.pk}

    def test_exactly_the_version_that_was_seen(self, office: Office, walk: Walk) -> None:
        walk.to(Step.PROPOSE)
        walk.submit()
        walk.submit(items=[ItemInput("apology", "书面致歉", None, office.investigator, walk.at.date())])
        with pytest.raises(NotPossible):
            propose.approve_remedy(complaint_id=walk.case.pk, by=office.head, at=walk.at, version=1)
        assert Remedy.objects.get(complaint=walk.case, version=1).state == Remedy.State.SUPERSEDED


class TestWhatMustBeOnFile:
    def test_a_form_made_before_somebody_else_moved_the_case_is_stale_g8(self, office: Office, walk: Walk) -> None:
        seen = walk.case.changes.count()
        walk.apologize()
        with pytest.raises(Stale) as stale:
            record.record_facts(
                complaint_id=walk.case.pk, by=office.agent, at=walk.at, seen=seen, facts="事实", allegations=["一"], how="read_back"
            )
        assert office.agent.name in str(stale.value)

    def test_nobody_is_penalised_unheard(self, office: Office, walk: Walk) -> None:
        from tests.complaints.test_process_table import _clause

        walk.to(Step.PENALIZE)
        given = PenaltyInput(office.employee, "direct", _clause(walk.at), "未抽检", "talk")
        with pytest.raises(NotPossible):
            penalize.penalize(complaint_id=walk.case.pk, by=office.head, at=walk.at, penalties=[given])

    def test_a_postponed_cause_must_be_found_before_anybody_is_judged(self, office: Office, walk: Walk) -> None:
        walk.to(Step.INVESTIGATE)
        investigate.postpone_investigation(complaint_id=walk.case.pk, by=office.investigator, at=walk.at, reason="先赔付")
        walk.fresh()
        walk.submit()
        walk.approve()
        walk.send()
        walk.accept()
        with pytest.raises(NotPossible):
            walk.pass_penalize()
        investigate.complete_investigation(complaint_id=walk.case.pk, by=office.investigator, at=walk.at, **walk.cause())
        assert walk.pass_penalize().step == Step.IMPROVE

    def test_a_case_with_an_open_item_is_not_closed(self, walk: Walk) -> None:
        walk.to(Step.PENALIZE)
        walk.pass_penalize()
        walk.improve()
        walk.ask()
        with pytest.raises(NotPossible):
            walk.close()
        walk.fulfil()
        assert walk.close().step == Step.CLOSED

    def test_a_low_score_must_be_answered_and_may_reopen(self, walk: Walk) -> None:
        walk.to(Step.FOLLOW_UP)
        with pytest.raises(NotPossible):
            walk.ask(result_score=2)
        case = walk.ask(result_score=2, low_answer="reopen", remark="仍在漏水")
        assert (case.step, case.round) == (Step.INVESTIGATE, 2)

    def test_three_attempts_on_three_days_end_an_unreached_follow_up(self, walk: Walk) -> None:
        walk.to(Step.FOLLOW_UP)
        for day in range(3):
            with pytest.raises(NotPossible):
                walk.close()
            walk.at += timedelta(days=1)
            walk.ask(reached=False, open_answer="", result_score=None, attitude_score=None, efficiency_score=None, ability_score=None)
            assert day < 3
        assert walk.close().step == Step.CLOSED

    def test_the_follow_up_is_made_outside_the_handling_unit(self, office: Office, walk: Walk) -> None:
        walk.to(Step.FOLLOW_UP)
        with pytest.raises(Refused):
            walk.ask(by=person(Role.AGENT, office.quality))
        with pytest.raises((Refused, Complaint.DoesNotExist)):
            walk.ask(by=office.agent)

    def test_a_second_transfer_needs_complaint_management(self, office: Office, walk: Walk) -> None:
        walk.to(Step.INVESTIGATE)
        second, third = DepartmentFactory.create(), DepartmentFactory.create()
        colleague = person(Role.INVESTIGATOR, second)
        assign.transfer(
            complaint_id=walk.case.pk, by=office.investigator, at=walk.at, department=second, reason="属运输", handler=colleague
        )
        with pytest.raises(Refused):
            assign.transfer(complaint_id=walk.case.pk, by=colleague, at=walk.at, department=third, reason="也不归我")
        assign.transfer(complaint_id=walk.case.pk, by=office.manager, at=walk.at, department=third, reason="定责")
        assert walk.fresh().handling_department == third


class TestALeaver:
    def test_must_hand_over_cases_items_and_improvements_first(self, office: Office, walk: Walk) -> None:
        walk.to(Step.PENALIZE)
        matters = open_matters_of(office.investigator)
        assert len(matters) == 2  # the case, and its items
        assert walk.case.number not in str(matters)
        with pytest.raises(ValidationError):
            users.deactivate(user=office.investigator, by=office.manager, at=walk.at)
        walk.to(Step.CLOSED)
        assert open_matters_of(office.investigator) == []
        users.deactivate(user=office.investigator, by=office.manager, at=walk.at)
        assert not User.objects.get(pk=office.investigator.pk).is_active


class TestTheStarterSet:
    def test_gives_every_category_a_department_and_can_be_loaded_twice(self, office: Office, now: datetime) -> None:
        departments.load_departments(by=office.manager, at=now)
        for _time in range(2):
            starter.load(office.manager, now)
        assert Category.objects.filter(name="合同纠纷", needs_ruling=True, department__code="HQ").count() == 1
        assert WordToAvoid.objects.count() == len(starter.WORDS_TO_AVOID)
