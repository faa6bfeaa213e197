"""Step 10: whom the system draws, what follows from low scores, who may give up, visits that outlive the case."""

from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.admin.offer import offered
from complaints.models import Complaint, DemandAnswer, FollowUp, FollowUpDraw, FollowUpRule, LowScore, StepChange, SurveyAnswer, Visit
from complaints.permissions import Refused
from complaints.queries.whole_file import whole_file
from complaints.services import erasure, follow_up, selection, visits
from complaints.services.errors import NotPossible
from complaints.services.inputs import AnswerInput, PartyInput
from complaints.workflow import Actor, Medium, Mode, Outcome, Severity, Step
from config.work.first_page import work_for
from staff.models import Company
from tests.factories.cases import Office, Walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def walk(office: Office, now: datetime) -> Walk:
    return Walk(office, now)


def rule(name: str, percent: int, **conditions: Any) -> FollowUpRule:
    return FollowUpRule.objects.create(name=name, percent=percent, **conditions)


def the_company(**values: int) -> None:
    Company.objects.update(**values)


def drawn(case: Complaint) -> FollowUpDraw:
    return FollowUpDraw.objects.get(complaint=case, round=case.round)


def spared(walk: Walk) -> Walk:
    """A case at step 10 whose customer was not drawn."""
    rule("其余", 0)
    walk.to(Step.FOLLOW_UP)
    return walk


# --- whom the system draws ---------------------------------------------------------------------------------------------------
class TestTheDrawing:
    def test_without_rules_everybody_is_asked(self, walk: Walk) -> None:
        walk.to(Step.FOLLOW_UP)
        assert (drawn(walk.case).percent, drawn(walk.case).selected) == (100, True)

    def test_it_is_part_of_the_record_of_the_act_that_brought_the_case_there(self, walk: Walk) -> None:
        walk.to(Step.FOLLOW_UP)
        change = StepChange.objects.get(complaint=walk.case, to_step=Step.FOLLOW_UP)
        assert ["followupdraw", drawn(walk.case).pk] in change.records

    def test_all_severe_cases_are_asked_though_of_the_rest_nobody_is(self, office: Office, now: datetime) -> None:
        rule("其余", 0)
        rule("重大", 100, severity=Severity.SEVERE)
        found = {}
        for severity in (Severity.SEVERE, Severity.ORDINARY):
            walk = Walk(office, now)
            walk.to(Step.CLASSIFY)
            walk.classify(severity=severity)
            walk.to(Step.FOLLOW_UP)
            found[severity] = drawn(walk.case)
        assert found[Severity.SEVERE].selected
        assert found[Severity.SEVERE].rule == "重大"
        assert not found[Severity.ORDINARY].selected

    def test_all_that_were_refused_something_are_asked(self, walk: Walk) -> None:
        rule("其余", 0)
        rule("被拒", 100, result=FollowUpRule.Result.REFUSED)
        walk.to(Step.PROPOSE)
        answers = {row.pk: AnswerInput(DemandAnswer.Answer.REFUSED, "超出标准") for row in walk.case.demands.all()}
        walk.submit(answers=answers)
        walk.approve()
        walk.to(Step.FOLLOW_UP)
        assert drawn(walk.case).selected

    def test_all_unfounded_cases_are_asked(self, walk: Walk) -> None:
        rule("其余", 0)
        rule("被拒", 100, result=FollowUpRule.Result.REFUSED)
        walk.to(Step.CLASSIFY)
        walk.call_unfounded()
        walk.confirm_unfounded()
        walk.send()
        walk.accept()
        walk.improve(by=walk.office.manager)
        assert walk.case.step == Step.FOLLOW_UP
        assert drawn(walk.case).selected

    def test_all_anonymous_cases_are_asked(self, office: Office, now: datetime) -> None:
        rule("其余", 0)
        rule("匿名", 100, mode=Mode.ANONYMOUS)
        walk = Walk(office, now, complainant=PartyInput(mode=Mode.ANONYMOUS))
        walk.to(Step.FOLLOW_UP)
        assert drawn(walk.case).selected

    def test_silence_and_a_second_round_are_results_too(self, walk: Walk) -> None:
        walk.to(Step.NOTIFY)
        walk.send()
        walk.lapse()
        assert selection.results_of(walk.case) == {FollowUpRule.Result.LAPSED}
        walk.to(Step.CLOSED)
        follow_up.reopen(complaint_id=walk.case.pk, by=walk.office.manager, at=walk.at, reason="再办")
        assert FollowUpRule.Result.REOPENED in selection.results_of(walk.fresh())

    def test_the_largest_share_of_the_rules_that_fit_counts_and_rules_out_of_use_do_not(self, walk: Walk) -> None:
        rule("其余", 20)
        rule("一般", 60, severity=Severity.ORDINARY)
        rule("停用", 100, active=False)
        walk.to(Step.FOLLOW_UP)
        assert (drawn(walk.case).rule, drawn(walk.case).percent) == ("一般", 60)

    def test_where_rules_fit_nobody_nobody_is_asked(self, walk: Walk) -> None:
        rule("重大", 100, severity=Severity.SEVERE)
        walk.to(Step.FOLLOW_UP)
        assert not drawn(walk.case).selected

    def test_a_share_of_a_quarter_takes_about_a_quarter(self) -> None:
        """The system's own dice: 4000 throws; a fair quarter lies between 850 and 1150 but once in a thousand million times."""
        picked = sum(selection.thrown() < 25 * 100 for _time in range(4_000))
        assert 850 < picked < 1_150

    def test_nobody_draws_again_or_changes_what_was_drawn(self, walk: Walk) -> None:
        spared(walk)
        row = drawn(walk.case)
        with pytest.raises(IntegrityError), transaction.atomic():
            FollowUpDraw.objects.create(complaint=walk.case, round=1, percent=100, drawn=5, selected=True, at=walk.at)
        for change in ({"selected": True}, {"drawn": 0, "percent": 100, "selected": True}):
            with pytest.raises(Exception, match=r"append|Cannot|refuse|kept|update"), transaction.atomic():
                FollowUpDraw.objects.filter(pk=row.pk).update(**change)
            row.refresh_from_db()
            assert not row.selected

    def test_the_database_refuses_a_selection_that_the_number_does_not_bear_out(self, walk: Walk) -> None:
        walk.to(Step.FOLLOW_UP)
        with pytest.raises(IntegrityError), transaction.atomic():
            FollowUpDraw.objects.create(complaint=walk.case, round=2, percent=10, drawn=9_000, selected=True, at=walk.at)


# --- who is not asked --------------------------------------------------------------------------------------------------------
class TestWhoIsNotAsked:
    def test_the_system_closes_the_case_after_its_days_and_the_survey_stays_open(self, walk: Walk) -> None:
        spared(walk)
        assert selection.close_unasked(at=walk.at + timedelta(days=1)) == 0
        assert selection.close_unasked(at=walk.at + timedelta(days=4)) == 1
        case = walk.fresh()
        assert (case.step, case.outcome) == (Step.CLOSED, Outcome.ACCEPTED)
        assert case.changes.latest("sequence").actor == "system"
        assert follow_up.answer_survey(complaint_id=case.pk, at=walk.at + timedelta(days=6), result_score=5).pk

    def test_an_agent_can_close_it_without_a_call(self, walk: Walk) -> None:
        spared(walk)
        file = whole_file(Complaint.objects.all(), walk.case.pk, with_penalties=False)
        assert "close" in offered(walk.office.caller, file, timezone.localdate(walk.at))
        walk.close()
        assert walk.case.step == Step.CLOSED

    def test_the_system_never_closes_who_was_drawn_even_after_the_call(self, walk: Walk) -> None:
        walk.to(Step.FOLLOW_UP)
        walk.ask()
        with pytest.raises(NotPossible):
            follow_up.close(complaint_id=walk.case.pk, by=Actor.SYSTEM, at=walk.at)
        assert selection.close_unasked(at=walk.at + timedelta(days=30)) == 0

    def test_a_low_answer_in_the_survey_keeps_it_open_for_a_person(self, walk: Walk) -> None:
        spared(walk)
        follow_up.answer_survey(complaint_id=walk.case.pk, at=walk.at, result_score=1)
        assert selection.close_unasked(at=walk.at + timedelta(days=30)) == 0
        with pytest.raises(NotPossible):
            walk.close()

    def test_verify_takes_a_case_closed_without_a_call_for_complete(self, walk: Walk) -> None:
        spared(walk).close()
        output = StringIO()
        call_command("verify", stdout=output)
        assert output.getvalue().splitlines()[-1] == "0 violations", output.getvalue()


# --- attempts and low scores are rows of the company ---------------------------------------------------------------------------
class TestAttempts:
    @pytest.mark.parametrize("needed", [1, 2, 4])
    def test_so_many_days_as_the_company_says_end_an_unreached_follow_up(self, walk: Walk, needed: int) -> None:
        the_company(follow_up_attempts=needed)
        walk.to(Step.FOLLOW_UP)
        for attempt in range(needed):
            with pytest.raises(NotPossible):
                walk.close()
            walk.ask(reached=False, open_answer="", result_score=None, attitude_score=None, efficiency_score=None, ability_score=None)
            walk.ask(reached=False, open_answer="", result_score=None, attitude_score=None, efficiency_score=None, ability_score=None)
            walk.at += timedelta(days=1)
            assert FollowUp.objects.filter(complaint=walk.case).count() == 2 * (attempt + 1)
        walk.close()
        assert walk.case.step == Step.CLOSED

    def test_a_score_is_low_by_the_rule_of_its_day(self, walk: Walk) -> None:
        walk.to(Step.FOLLOW_UP)
        walk.ask(result_score=3)
        the_company(low_score=3)
        assert not FollowUp.objects.get(complaint=walk.case).is_low
        with pytest.raises(NotPossible):
            walk.ask(result_score=3)

    @pytest.mark.parametrize(("column", "value"), [("low_score", 0), ("low_score", 5), ("follow_up_attempts", 0), ("survey_days", 0)])
    def test_senseless_rules_are_refused(self, office: Office, column: str, value: int) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            the_company(**{column: value})

    def test_an_anonymous_customer_is_asked_on_the_tracking_page(self, office: Office, now: datetime) -> None:
        walk = Walk(office, now, complainant=PartyInput(mode=Mode.ANONYMOUS))
        walk.to(Step.FOLLOW_UP)
        walk.ask(medium=Medium.WEB, reached=False, open_answer="", result_score=None)
        assert FollowUp.objects.get(complaint=walk.case).medium == Medium.WEB


class TestLowSurveyAnswers:
    def low(self, walk: Walk, **scores: int) -> LowScore:
        follow_up.answer_survey(complaint_id=walk.case.pk, at=walk.at, result_score=scores.get("result", 1), open_answer="还是漏水")
        return LowScore.objects.get(complaint=walk.case)

    def test_is_a_task_and_moves_nothing(self, walk: Walk) -> None:
        walk.to(Step.CLOSED)
        before = walk.case.changes.count()
        row = self.low(walk)
        assert (row.department, row.decided_at) == (walk.office.callers, None)
        assert (walk.fresh().step, walk.case.changes.count()) == (Step.CLOSED, before)
        titles = [str(pile.title) for pile in work_for(walk.office.caller, walk.at)]
        assert "待回访的低分评价" in titles

    def test_a_good_answer_is_no_task(self, walk: Walk) -> None:
        walk.to(Step.CLOSED)
        follow_up.answer_survey(complaint_id=walk.case.pk, at=walk.at, result_score=3)
        assert not LowScore.objects.exists()

    def test_any_low_score_counts_not_the_result_alone(self, walk: Walk) -> None:
        walk.to(Step.CLOSED)
        follow_up.answer_survey(complaint_id=walk.case.pk, at=walk.at, result_score=5, attitude_score=1)
        assert LowScore.objects.count() == 1

    def test_reopens_the_closed_case_by_the_callers_hand(self, walk: Walk) -> None:
        walk.to(Step.CLOSED)
        with pytest.raises(Refused):  # without the low answer a caller reopens nothing that is closed
            follow_up.reopen(complaint_id=walk.case.pk, by=walk.office.caller, at=walk.at, reason="再办")
        row = self.low(walk)
        follow_up.answer_low_score(low_score_id=row.pk, by=walk.office.caller, at=walk.at, decision="reopen", remark="顾客要求再修")
        row.refresh_from_db()
        assert (row.decision, row.decided_by) == ("reopen", walk.office.caller)
        assert (walk.fresh().step, walk.case.round) == (Step.INVESTIGATE, 2)

    def test_stays_as_it_is_when_the_customer_says_so(self, walk: Walk) -> None:
        walk.to(Step.CLOSED)
        row = self.low(walk)
        follow_up.answer_low_score(low_score_id=row.pk, by=walk.office.caller, at=walk.at, decision="not_wanted", remark="顾客说不必了")
        assert walk.fresh().step == Step.CLOSED
        with pytest.raises((NotPossible, Refused)):
            follow_up.answer_low_score(low_score_id=row.pk, by=walk.office.caller, at=walk.at, decision="reopen", remark="又要")

    def test_is_given_up_as_unreached_by_management_alone(self, walk: Walk) -> None:
        walk.to(Step.CLOSED)
        row = self.low(walk)
        with pytest.raises(NotPossible):
            follow_up.answer_low_score(low_score_id=row.pk, by=walk.office.caller, at=walk.at, decision="unreached", remark="三次未接")
        follow_up.escalate_low_score(low_score_id=row.pk, by=walk.office.caller, at=walk.at, remark="三次未接")
        with pytest.raises(Refused):
            follow_up.answer_low_score(low_score_id=row.pk, by=walk.office.caller, at=walk.at, decision="unreached", remark="三次未接")
        follow_up.answer_low_score(low_score_id=row.pk, by=walk.office.manager, at=walk.at, decision="unreached", remark="登门也无人")
        row.refresh_from_db()
        assert (row.decision, row.department) == ("unreached", walk.office.management)

    def test_is_not_for_the_unit_that_handled_the_case(self, walk: Walk) -> None:
        walk.to(Step.CLOSED)
        row = self.low(walk)
        for person in (walk.office.investigator, walk.office.head, walk.office.agent):
            with pytest.raises((Refused, LowScore.DoesNotExist)):
                follow_up.answer_low_score(low_score_id=row.pk, by=person, at=walk.at, decision="not_wanted", remark="没事")

    def test_is_answered_by_a_talk_that_reaches_the_customer(self, walk: Walk) -> None:
        walk.to(Step.FOLLOW_UP)
        row = self.low(walk)
        walk.ask(reached=False, open_answer="", result_score=None, attitude_score=None, efficiency_score=None, ability_score=None)
        row.refresh_from_db()
        assert row.decided_at is None
        walk.ask(result_score=4)
        row.refresh_from_db()
        assert row.decision == LowScore.Decision.ASKED
        walk.close()

    def test_the_page_of_the_task_offers_it_to_the_callers_and_to_nobody_else(self, walk: Walk) -> None:
        walk.to(Step.CLOSED)
        row = self.low(walk)
        path = reverse("admin:complaints_lowscore_act", args=[row.pk, "answer"])
        for person, status in ((walk.office.caller, 200), (walk.office.head, 403), (walk.office.personnel, 403)):
            client = Client()
            client.force_login(person)
            assert client.get(path).status_code in ({status} if status == 200 else {403, 404}), person
        client = Client()
        client.force_login(walk.office.caller)
        assert client.post(path, {"decision": "not_wanted", "remark": "顾客说不必了"}).status_code == 302
        row.refresh_from_db()
        assert row.decided_by == walk.office.caller


# --- visits ------------------------------------------------------------------------------------------------------------------
class TestVisits:
    def plan(self, walk: Walk, **changes: Any) -> Visit:
        values: dict[str, Any] = {
            "purpose": "看热水器用得怎样",
            "owner": walk.office.caller,
            "due_on": timezone.localdate(walk.at) + timedelta(days=30),
        }
        return visits.plan(complaint_id=walk.case.pk, by=walk.office.caller, at=walk.at, **(values | changes))

    def test_outlives_the_case_and_stands_in_the_owner_s_work(self, walk: Walk) -> None:
        walk.to(Step.FOLLOW_UP)
        visit = self.plan(walk)
        walk.to(Step.CLOSED)
        assert list(Visit.objects.open().filter(owner=walk.office.caller)) == [visit]
        rows = [row.text for pile in work_for(walk.office.caller, walk.at) for row in pile.rows]
        assert "看热水器用得怎样" in rows

    def test_a_repeated_one_is_planned_again_when_it_was_made(self, walk: Walk) -> None:
        walk.to(Step.CLOSED)
        visit = self.plan(walk, every_months=6)
        day = timezone.localdate(walk.at)
        visits.complete(visit_id=visit.pk, done_on=day, medium=Medium.VISIT, result="很满意", by=walk.office.caller, at=walk.at)
        following = Visit.objects.get(follows=visit)
        assert following.due_on == visits.months_after(day, 6)
        assert (following.owner, following.purpose, following.every_months) == (visit.owner, visit.purpose, 6)
        visits.call_off(visit_id=following.pk, reason="顾客搬走", by=walk.office.caller, at=walk.at)
        assert not Visit.objects.open().exists()

    def test_months_end_where_there_is_no_such_day(self) -> None:
        assert visits.months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
        assert visits.months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)
        assert visits.months_after(date(2026, 3, 15), 24) == date(2028, 3, 15)

    def test_nobody_is_sent_to_who_is_protected(self, office: Office, now: datetime) -> None:
        for given in (PartyInput(mode=Mode.ANONYMOUS), PartyInput(mode=Mode.CONFIDENTIAL, name="王芳", phone="13800138000")):
            walk = Walk(office, now, complainant=given)
            walk.to(Step.CLOSED)
            with pytest.raises(NotPossible):
                self.plan(walk)

    def test_the_owner_sees_the_case(self, walk: Walk) -> None:
        walk.to(Step.CLOSED)
        with pytest.raises(NotPossible):
            self.plan(walk, owner=walk.office.employee)

    def test_goes_with_the_customer_s_data(self, walk: Walk) -> None:
        walk.to(Step.CLOSED)
        visit = self.plan(walk)
        erasure.erase(complaint_id=walk.case.pk, reason="顾客要求", by=walk.office.manager, at=walk.at)
        visit.refresh_from_db()
        assert visit.purpose == "—"
        assert not Visit.objects.open().exists()
        with pytest.raises((NotPossible, Refused)):
            visits.complete(
                visit_id=visit.pk, done_on=timezone.localdate(walk.at), medium="visit", result="去了", by=walk.office.caller, at=walk.at
            )

    def test_words_and_days_stay_as_written(self, walk: Walk) -> None:
        walk.to(Step.CLOSED)
        visit = self.plan(walk)
        for change in ({"due_on": timezone.localdate(walk.at)}, {"purpose": "别的"}, {"ended_at": walk.at}):
            with pytest.raises(Exception, match=r"stay|Cannot|cannot|violates|written"), transaction.atomic():
                Visit.objects.filter(pk=visit.pk).update(**change)

    def test_is_planned_made_and_handed_over_in_the_back_office(self, walk: Walk) -> None:
        walk.to(Step.CLOSED)
        client = Client()
        client.force_login(walk.office.caller)
        today = timezone.localdate()
        page = reverse("admin:complaints_complaint_change", args=[walk.case.pk])
        values = {"purpose": "年度回访", "owner": walk.office.caller.employee_number, "due_on": str(today), "every_months": ""}
        assert client.post(page.replace("change/", "act/plan_visit/"), values).status_code == 302
        visit = Visit.objects.get()
        assert "年度回访" in client.get(page).content.decode()
        path = reverse("admin:complaints_visit_act", args=[visit.pk, "made"])
        assert client.post(path, {"done_on": str(today), "medium": "visit", "result": "一切正常"}).status_code == 302
        visit.refresh_from_db()
        assert (visit.result, visit.ended_by) == ("一切正常", walk.office.caller)


def test_a_survey_answer_belongs_to_a_round(walk: Walk) -> None:
    walk.to(Step.CLOSED)
    with pytest.raises(NotPossible):
        follow_up.answer_survey(complaint_id=walk.case.pk, at=walk.at, result_score=4, of_round=2)
    assert not SurveyAnswer.objects.exists()
