"""Who is held to account is heard first, judged by others, and may appeal; what was revoked counts nowhere (M9, steps 8 and 9)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from complaints.models import (
    Accountability,
    AppealRuling,
    Complaint,
    EffectivenessCheck,
    Improvement,
    Measure,
    Message,
    Penalty,
    PenaltyDecision,
    PenaltyLook,
    Recusal,
)
from complaints.models.accountability import may_deduct
from complaints.queries import penalties as rules
from complaints.queries.improvements import effect_of, to_check
from complaints.queries.my_matters import matters_of
from complaints.services import appeals, endings, improve, investigate, penalize, recusals, vault
from complaints.services.errors import NotPossible, Refused
from complaints.services.inputs import ImprovementInput, PartyInput, PenaltyInput
from complaints.signing import code_for
from complaints.workflow import Actor, Mode, Step
from staff.models import Notice, User
from staff.roles import Role
from staff.services import absences
from tests.factories.cases import Office, Walk
from tests.factories.findings import appealed, clause_in_force, hear, in_force, proposed, to_penalize
from tests.factories.staff import person

pytestmark = pytest.mark.django_db
WAGE = {"wage": Decimal("6000.00"), "least_left": Decimal("2690.00")}


@pytest.fixture
def office() -> Office:
    return Office.found()


@pytest.fixture
def walk(office: Office, now: datetime) -> Walk:
    return Walk(office, now)


@pytest.fixture
def ready(office: Office, walk: Walk) -> Walk:
    """At step 8, the employee heard and found responsible."""
    to_penalize(walk, office.employee)
    return walk


class TestAFinding:
    def test_moves_the_case_on_and_counts_only_when_two_others_agreed(self, office: Office, ready: Walk) -> None:
        penalty = proposed(ready, office.employee)
        assert ready.case.step == Step.IMPROVE
        assert not Penalty.objects.standing().exists()
        penalize.approve(penalty_id=penalty.pk, by=office.division_head, at=ready.at)
        assert not Penalty.objects.standing().exists()
        penalize.consent(penalty_id=penalty.pk, by=office.personnel, at=ready.at)
        assert Penalty.objects.standing().get().employee == office.employee

    def test_may_be_consented_to_before_it_is_approved(self, office: Office, ready: Walk) -> None:
        penalty = proposed(ready, office.employee)
        penalize.consent(penalty_id=penalty.pk, by=office.personnel, at=ready.at)
        penalize.approve(penalty_id=penalty.pk, by=office.division_head, at=ready.at)
        assert Penalty.objects.standing().count() == 1

    def test_falls_when_one_of_them_says_no_and_why(self, office: Office, ready: Walk) -> None:
        penalty = proposed(ready, office.employee)
        with pytest.raises(NotPossible):
            penalize.approve(penalty_id=penalty.pk, by=office.division_head, at=ready.at, agreed=False)
        penalize.approve(penalty_id=penalty.pk, by=office.division_head, at=ready.at, agreed=False, reason="条款引用不当")
        with pytest.raises(NotPossible):
            penalize.consent(penalty_id=penalty.pk, by=office.personnel, at=ready.at)
        assert Penalty.objects.get().state == "refused"
        assert matters_of(office.employee).findings == []
        assert Message.objects.filter(to_user=office.head).exists()

    def test_leaves_nobody_found_responsible_out_without_a_reason(self, office: Office, walk: Walk) -> None:
        other = person(Role.EMPLOYEE, office.quality)
        to_penalize(walk, office.employee, other)
        given = PenaltyInput(office.employee, "direct", clause_in_force(office, walk), "未抽检", "talk")
        values: dict[str, Any] = {"penalties": [given], "handling_answer": "无"}
        with pytest.raises(NotPossible):
            penalize.penalize(**walk._acting(office.head, **values))
        penalize.penalize(**walk._acting(office.head, **values, left_out="按调度令作业，无过错"))
        assert Penalty.objects.count() == 1

    def test_leaves_the_head_of_the_department_out_only_with_a_reason(self, office: Office, walk: Walk) -> None:
        to_penalize(walk, office.employee)
        given = PenaltyInput(office.employee, "direct", clause_in_force(office, walk), "未抽检", "talk")
        values: dict[str, Any] = {"penalties": [given], "handling_answer": "无"}
        for words in ("", "  "):
            with pytest.raises(NotPossible):
                penalize.penalize(**walk._acting(office.manager, **values, left_out=words))
        penalize.penalize(**walk._acting(office.manager, **values, left_out="主管已布置抽检并有记录"))
        assert Accountability.objects.get().left_out == "主管已布置抽检并有记录"

    def test_against_the_head_goes_to_the_heads_own_superior(self, office: Office, walk: Walk) -> None:
        walk.to(Step.INVESTIGATE)
        hear(walk, office.employee)
        hear(walk, office.head)
        walk.investigate(responsible_persons=[office.employee, office.head])
        walk.submit()
        walk.approve(by=office.division_head)
        walk.to(Step.PENALIZE)
        clause = clause_in_force(office, walk)
        both = [
            PenaltyInput(office.employee, "direct", clause, "未抽检", "talk"),
            PenaltyInput(office.head, "head", clause, "同类问题一季度内两次", "criticism"),
        ]
        with pytest.raises((Refused, Complaint.DoesNotExist)):
            penalize.penalize(**walk._acting(office.head, penalties=both, handling_answer="无"))
        penalize.penalize(**walk._acting(office.manager, penalties=both, handling_answer="无"))
        against_head = Penalty.objects.get(employee=office.head)
        assert rules.superiors_for(against_head, timezone.localdate(walk.at)) == {office.division_head.pk}

    def test_of_handling_is_asked_for_when_the_customer_complains_of_the_same_again(self, office: Office, ready: Walk) -> None:
        again = Walk(office, ready.at)
        assert again.case.complainant.customer == ready.case.complainant.customer
        again.to(Step.PENALIZE)
        with pytest.raises(NotPossible):
            again.pass_penalize(handling_answer="")
        assert again.pass_penalize(handling_answer="首次处理未查明原因，已追究").step == Step.IMPROVE


class TestWhoDecides:
    def test_r3_nobody_who_proposed_is_meant_or_answers_to_who_is_meant(self, office: Office, ready: Walk) -> None:
        """R3: the proposer, the employee, their subordinates, and who said the other word already."""
        penalty = proposed(ready, office.employee, by=office.manager)
        on = timezone.localdate(ready.at)
        for user in (office.head, office.manager, office.employee, office.agent, office.personnel, office.executive):
            assert rules.refusal(user, penalty, "approve_penalty", on), user.name
        assert rules.refusal(office.division_head, penalty, "approve_penalty", on) is None
        assert rules.refusal(office.head, penalty, "consent_penalty", on)
        assert rules.refusal(office.personnel, penalty, "consent_penalty", on) is None

    def test_the_database_refuses_a_word_of_the_proposer_and_of_the_same_person_twice(self, office: Office, ready: Walk) -> None:
        penalty = proposed(ready, office.employee)
        first = {"penalty": penalty, "kind": "approval", "agreed": True, "at": ready.at}
        for user in (office.head, office.employee):
            with pytest.raises(IntegrityError), transaction.atomic():
                PenaltyDecision.objects.create(**first, by=user)
        PenaltyDecision.objects.create(**first, by=office.division_head)
        with pytest.raises(IntegrityError), transaction.atomic():
            PenaltyDecision.objects.create(penalty=penalty, kind="consent", agreed=True, by=office.division_head, at=ready.at)

    def test_is_asked_anew_when_the_superior_turns_out_to_be_involved(self, office: Office, ready: Walk) -> None:
        """Recusal is live: whoever is named after the proposal approves nothing any more; the next above does."""
        penalty = proposed(ready, office.employee)
        recusals.name(**ready._acting(office.manager, user=office.division_head))
        with pytest.raises(Penalty.DoesNotExist):
            penalize.approve(penalty_id=penalty.pk, by=office.division_head, at=ready.at)
        assert rules.superiors_for(penalty, timezone.localdate(ready.at)) == {office.executive.pk}

    def test_falls_to_the_deputy_of_an_absent_superior_who_has_the_right(self, office: Office, ready: Walk) -> None:
        penalty = proposed(ready, office.employee)
        on = timezone.localdate(ready.at)
        absences.add(user=office.division_head, deputy=office.executive, from_on=on, to_on=on, by=office.manager, at=ready.at)
        assert rules.superiors_for(penalty, on) == {office.executive.pk}

    def test_whoever_is_asked_sees_the_case_no_more(self, office: Office, walk: Walk) -> None:
        """R1: they read the question, never the case; an investigator of the unit is no exception."""
        walk.to(Step.INVESTIGATE)
        colleague = person(Role.INVESTIGATOR, office.quality)
        assert Complaint.objects.visible_to(colleague).filter(pk=walk.case.pk).exists()
        hear(walk, colleague)
        assert not Complaint.objects.visible_to(colleague).filter(pk=walk.case.pk).exists()

    def test_the_handler_is_not_asked_while_the_case_is_in_their_hand(self, office: Office, walk: Walk) -> None:
        walk.to(Step.INVESTIGATE)
        with pytest.raises(NotPossible):
            investigate.ask_statement(**walk._acting(office.head, employee=office.investigator, question="？", due_on=walk.at.date()))


class TestADeduction:
    def consent(self, penalty: Penalty, walk: Walk, **changes: Any) -> Penalty:
        values: dict[str, Any] = {"month": timezone.localdate(walk.at), **WAGE} | changes
        return penalize.consent(penalty_id=penalty.pk, by=walk.office.personnel, at=walk._now(), **values)

    def test_stays_within_the_cap_of_the_law_whose_source_is_in_the_table(self, office: Office, ready: Walk) -> None:
        """Interim Provisions on Wage Payment, Art. 16: at most 20 % of the month's wage."""
        assert "第十六条" in Measure.objects.get(pk="deduction").source
        penalty = proposed(ready, office.employee, measure="deduction", amount=Decimal("1200.01"))
        with pytest.raises(NotPossible, match="1200"):
            self.consent(penalty, ready)
        self.consent(penalty, ready, amount=Decimal("1200.00"))
        word = PenaltyDecision.objects.get()
        assert (word.wage, word.amount, word.cap_percent) == (Decimal("6000.00"), Decimal("1200.00"), Decimal("20.00"))

    def test_leaves_the_minimum_wage(self, office: Office, ready: Walk) -> None:
        penalty = proposed(ready, office.employee, measure="deduction", amount=Decimal("500.00"))
        with pytest.raises(NotPossible, match="310"):
            self.consent(penalty, ready, wage=Decimal("3000.00"))

    def test_is_never_more_than_was_approved(self, office: Office, ready: Walk) -> None:
        penalty = proposed(ready, office.employee, measure="deduction", amount=Decimal("300.00"))
        with pytest.raises(NotPossible):
            self.consent(penalty, ready, amount=Decimal("300.01"))
        self.consent(penalty, ready, amount=Decimal("200.00"))
        penalize.approve(penalty_id=penalty.pk, by=office.division_head, at=ready.at)
        assert rules.measured(Penalty.objects.get()).amount == Decimal("200.00")

    def test_of_two_findings_in_one_month_keeps_one_cap(self, office: Office, ready: Walk) -> None:
        in_force(ready, office.employee, measure="deduction", amount=Decimal("1000.00"))
        second = Walk(office, ready.at)
        to_penalize(second, office.employee)
        penalty = proposed(second, office.employee, measure="deduction", amount=Decimal("300.00"))
        with pytest.raises(NotPossible, match="200"):
            self.consent(penalty, second)
        self.consent(penalty, second, amount=Decimal("200.00"))

    def test_and_nothing_else_has_an_amount(self, office: Office, ready: Walk) -> None:
        with pytest.raises(NotPossible):
            proposed(ready, office.employee, measure="talk", amount=Decimal("10.00"))
        with pytest.raises(NotPossible):
            proposed(ready, office.employee, measure="deduction")
        penalty = proposed(ready, office.employee)
        with pytest.raises(NotPossible):
            self.consent(penalty, ready)

    def test_is_rounded_down_to_the_cent(self) -> None:
        assert may_deduct(Decimal("3333.33"), Decimal("20.00")) == Decimal("666.66")

    @pytest.mark.parametrize(
        "wrong",
        [{"amount": Decimal("1200.01")}, {"amount": Decimal("-1.00")}, {"wage": Decimal("2691.00")}, {"month": None}, {"wage": None}],
    )
    def test_the_database_holds_the_cap_too(self, office: Office, ready: Walk, wrong: dict[str, Any]) -> None:
        """R5: whatever is written past the service."""
        penalty = proposed(ready, office.employee, measure="deduction", amount=Decimal("1200.00"))
        stated = {"month": ready.at.date(), **WAGE, "cap_percent": Decimal("20.00"), "amount": Decimal("1200.00")}
        values = {"penalty": penalty, "kind": "consent", "agreed": True, "by": office.personnel, "at": ready.at} | stated | wrong
        with pytest.raises(IntegrityError), transaction.atomic():
            PenaltyDecision.objects.create(**values)


class TestAnAppeal:
    def test_f13_only_the_employee_files_it_once_and_in_time(self, office: Office, ready: Walk) -> None:
        """F13: another's finding is not there (404); twice and after the deadline it is refused (409)."""
        penalty = in_force(ready, office.employee)
        assert penalty.appeal_until == timezone.localdate(ready.at) + timedelta(days=10)
        for other in (office.agent, office.head, office.personnel, person(Role.EMPLOYEE, office.quality)):
            with pytest.raises(Penalty.DoesNotExist):
                appeals.file(penalty_id=penalty.pk, words="不服", by=other, at=ready.at)
        late = ready.at + timedelta(days=11)
        with pytest.raises(NotPossible):
            appeals.file(penalty_id=penalty.pk, words="不服", by=office.employee, at=late)
        appeals.file(penalty_id=penalty.pk, words="不服", by=office.employee, at=ready.at)
        with pytest.raises(NotPossible):
            appeals.file(penalty_id=penalty.pk, words="再次不服", by=office.employee, at=ready.at)

    def test_f13_suspends_the_measure(self, office: Office, ready: Walk) -> None:
        """F13, M9: a suspended finding is in no figure and is told to nobody."""
        penalty = appealed(ready, office.employee)
        assert not Penalty.objects.standing().exists()
        with pytest.raises(NotPossible):
            penalize.announce(penalty_id=penalty.pk, title="通报", body="某员工被批评", by=office.head, at=ready.at)

    def test_f13_is_not_decided_by_the_issuer_nor_by_a_subordinate(self, office: Office, ready: Walk) -> None:
        """F13: decider ≠ proposer, approver, consenter; no subordinate of these; nobody who looked into the case."""
        penalty = appealed(ready, office.employee)
        on = timezone.localdate(ready.at)
        below = person(Role.HEAD, office.quality)  # a head below the approver, the head of the division
        for user in (office.head, office.division_head, office.personnel, office.investigator, office.employee, office.agent, below):
            assert rules.refusal(user, penalty, "decide_appeal", on), user.name
            with pytest.raises((Refused, Penalty.DoesNotExist)):
                appeals.rule(penalty_id=penalty.pk, outcome="upheld", reasons="维持", by=user, at=ready.at)
        assert rules.refusal(office.manager, penalty, "decide_appeal", on) is None
        with pytest.raises(DatabaseError), transaction.atomic():
            AppealRuling.objects.create(penalty=penalty, outcome="upheld", reasons="维持", by=office.head, at=ready.at)

    def test_revoked_leaves_every_figure_and_corrects_the_notices(self, office: Office, ready: Walk) -> None:
        penalty = in_force(ready, office.employee)
        told = penalize.announce(penalty_id=penalty.pk, title="关于漏检的通报", body="质量部一名员工受到批评", by=office.head, at=ready.at)
        assert rules.figures(office.manager)[0].standing == 1
        appeals.file(penalty_id=penalty.pk, words="按令放行", by=office.employee, at=ready.at)
        appeals.rule(penalty_id=penalty.pk, outcome="revoked", reasons="调度令属实", by=office.manager, at=ready.at)
        assert not Penalty.objects.standing().exists()
        assert [row.standing for row in rules.figures(office.manager)] in ([], [0])
        correction = Notice.objects.exclude(pk=told.notice_id).get()
        assert "关于漏检的通报" in correction.body
        assert set(correction.departments.all()) == set(told.notice.departments.all()) == {office.quality}
        assert Message.objects.filter(to_user=office.employee).count() >= 3  # asked, found, decided

    def test_reduced_makes_the_measure_lighter_never_heavier(self, office: Office, ready: Walk) -> None:
        penalty = appealed(ready, office.employee, measure="criticism")
        rule: dict[str, Any] = {"penalty_id": penalty.pk, "outcome": "reduced", "reasons": "情节轻微", "by": office.manager, "at": ready.at}
        for wrong in (None, Measure.objects.get(pk="warning"), Measure.objects.get(pk="criticism")):
            with pytest.raises(NotPossible):
                appeals.rule(**rule, measure=wrong)
        appeals.rule(**rule, measure=Measure.objects.get(pk="talk"))
        assert rules.measured(Penalty.objects.get()).measure.pk == "talk"
        assert Penalty.objects.standing().count() == 1

    def test_upheld_stands_and_is_the_end_of_it(self, office: Office, ready: Walk) -> None:
        penalty = appealed(ready, office.employee)
        appeals.rule(penalty_id=penalty.pk, outcome="upheld", reasons="事实清楚", by=office.manager, at=ready.at)
        with pytest.raises(NotPossible):
            appeals.rule(penalty_id=penalty.pk, outcome="revoked", reasons="改判", by=office.executive, at=ready.at)
        with pytest.raises(NotPossible):
            appeals.file(penalty_id=penalty.pk, words="不服", by=office.employee, at=ready.at)
        assert Penalty.objects.standing().count() == 1

    @pytest.mark.parametrize("state", ["proposed", "in_force", "appealed"])
    def test_r4_its_states_go_no_other_way(self, office: Office, ready: Walk, state: str) -> None:
        """R4: the database refuses what the chart does not have."""
        penalty = appealed(ready, office.employee)
        appeals.rule(penalty_id=penalty.pk, outcome="revoked", reasons="属实", by=office.manager, at=ready.at)
        with pytest.raises(DatabaseError), transaction.atomic():
            Penalty.objects.filter(pk=penalty.pk).update(state=state)


class TestWhatTheEmployeeIsTold:
    def test_that_the_investigation_is_open_and_never_the_case(self, office: Office, walk: Walk) -> None:
        walk.to(Step.RECORD)
        walk.record(named=[office.employee])
        assert not Message.objects.filter(to_user=office.employee).exists()
        walk.to(Step.INVESTIGATE)
        told = Message.objects.get(to_user=office.employee)
        assert walk.case.number not in told.text + told.subject
        assert matters_of(office.employee).named_since == [timezone.localdate(walk.at)]

    def test_that_it_is_over_once_the_case_is_closed(self, office: Office, walk: Walk) -> None:
        walk.to(Step.RECORD)
        walk.record(named=[office.employee])
        walk.to(Step.INVESTIGATE)
        endings.withdraw(**walk._acting(Actor.COMPLAINANT, reason=""))
        matters = matters_of(office.employee)
        assert (matters.named_since, len(matters.named_before)) == ([], 1)
        assert not matters.is_empty

    def test_a_report_of_misconduct_warns_nobody(self, office: Office, walk: Walk) -> None:
        walk.to(Step.INVESTIGATE)
        Complaint.objects.filter(pk=walk.case.pk).update(kind="report")
        Recusal.objects.create(complaint=walk.case, user=office.employee, kind="named", actor=Actor.SYSTEM, at=walk.at)
        assert matters_of(office.employee).named_since == []

    def test_the_facts_and_never_a_protected_identity(self, office: Office, now: datetime) -> None:
        """Who looked into the vault cannot hand the name on by mistake; who did not learns nothing from trying."""
        walk = Walk(office, now, complainant=PartyInput(name="王芳芳", email="w@example.com", mode=Mode.CONFIDENTIAL))
        walk.to(Step.INVESTIGATE)
        asked = {"employee": office.employee, "question": "三月二日谁接的电话？", "due_on": walk.at.date()}
        asking = vault.ask(complaint_id=walk.case.pk, reason="须核对签名", by=office.investigator, at=walk.at)
        vault.decide(request_id=asking.pk, granted=True, by=office.manager, at=walk.at)
        vault.look(complaint_id=walk.case.pk, by=office.investigator, at=walk.at)
        with pytest.raises(NotPossible):
            investigate.ask_statement(**walk._acting(office.investigator, **asked, facts="王芳芳反映热水器漏水"))
        statement = investigate.ask_statement(**walk._acting(office.investigator, **asked, facts="有顾客反映热水器漏水"))
        assert matters_of(office.employee).statements == [statement]

    def test_the_mail_says_that_there_is_a_finding_not_which(self, office: Office, ready: Walk) -> None:
        penalty = in_force(ready, office.employee)
        for message in Message.objects.filter(to_user=office.employee):
            assert penalty.finding not in message.text + message.html
            assert str(penalty.measure) not in message.text

    def test_before_it_counts_there_is_nothing(self, office: Office, ready: Walk) -> None:
        proposed(ready, office.employee)
        assert matters_of(office.employee).findings == []


class TestWhatTheComplainantNeverLearns:
    def test_a11_no_finding_measure_statement_or_appeal(self, office: Office, ready: Walk) -> None:
        """A11: not on the tracking page, in no mail, not in the copy of their data."""
        canaries = ["陈述暗号甲", "认定暗号乙", "申诉暗号丙", "裁决暗号丁", "扣减工资", office.employee.name]
        walk = Walk(office, ready.at, complainant=PartyInput(name="李四", email="li@example.com"))
        walk.to(Step.INVESTIGATE)
        hear(walk, office.employee, text="陈述暗号甲", facts="陈述暗号甲")
        walk.investigate(responsible_persons=[office.employee])
        walk.to(Step.PENALIZE)
        walk.fulfil()
        penalty = in_force(walk, office.employee, finding="认定暗号乙", measure="deduction", amount=Decimal("100.00"))
        appeals.file(penalty_id=penalty.pk, words="申诉暗号丙", by=office.employee, at=walk.at)
        appeals.rule(penalty_id=penalty.pk, outcome="upheld", reasons="裁决暗号丁", by=office.manager, at=walk.at)
        walk.to(Step.CLOSED)
        client = Client()
        client.post("/track/", {"code": code_for(walk.case.code_key)})
        pages = [client.get(f"/track/case/{page}") for page in ("", "data/", "copy/", "copy/?as=json")]
        read = "".join(page.content.decode() for page in pages)
        assert [page.status_code for page in pages] == [200] * 4
        assert walk.case.number in read
        mails = "".join(f"{row.subject}{row.text}{row.html}" for row in Message.objects.filter(complaint=walk.case))
        for canary in canaries:
            assert canary not in read + mails, canary


class TestAnImprovement:
    def give(self, walk: Walk, owner: User, **changes: Any) -> Improvement:
        values: dict[str, Any] = {
            "kind": "corrective", "lesson": "须抽检", "action": "修订检验规程", "changes": "document", "expectation": "不再发生",
            "owner": owner, "due_on": timezone.localdate(walk.at) + timedelta(days=20), "check_days": 30,
        }  # fmt: skip
        if walk.case.step == Step.PENALIZE:
            walk.pass_penalize()
        [made] = improve.improve(**walk._acting(walk.office.head, improvements=[ImprovementInput(**(values | changes))]))
        walk.fresh()
        return made

    def done(self, improvement: Improvement, by: User, at: datetime) -> Improvement:
        done = {"result": "规程第三版已实施", "proof": "文件 QC-12 第三版"}
        return improve.complete_improvement(improvement_id=improvement.pk, by=by, at=at, **done)

    def test_can_be_owned_and_finished_by_a_plain_employee_who_never_sees_the_case(self, office: Office, walk: Walk) -> None:
        walk.to(Step.IMPROVE)
        improvement = self.give(walk, office.employee)
        assert matters_of(office.employee).improvements[0].pk == improvement.pk
        self.done(improvement, office.employee, walk.at)
        assert not Complaint.objects.visible_to(office.employee).exists()
        assert Message.objects.get(complaint=walk.case, kind="improved").text.count("规程第三版") == 1

    def test_needs_proof(self, office: Office, walk: Walk) -> None:
        walk.to(Step.IMPROVE)
        improvement = self.give(walk, office.employee)
        with pytest.raises(NotPossible):
            improve.complete_improvement(improvement_id=improvement.pk, by=office.employee, at=walk.at, result="已做", proof=" ")

    def test_is_linked_from_many_cases_and_all_who_complained_are_told_once(self, office: Office, walk: Walk) -> None:
        walk.to(Step.IMPROVE)
        improvement = self.give(walk, office.head)
        others = [Walk(office, walk.at, complainant=PartyInput(name=f"顾客{n}", email=f"c{n}@example.com")) for n in range(2)]
        for other in others:
            other.to(Step.PENALIZE)
            other.fulfil()
            other.pass_penalize()
            improve.link_improvement(**other._acting(office.head, improvement_id=improvement.pk))
            with pytest.raises(NotPossible):
                improve.link_improvement(**other._acting(office.head, improvement_id=improvement.pk))
            improve.pass_improve(**other._acting(office.head, reason="并入已立项的改善"))  # a system cause, answered by the link
        self.done(improvement, office.head, others[-1].at)
        told = Message.objects.filter(kind="improved").values_list("complaint", flat=True)
        assert sorted(told) == sorted([walk.case.pk, *(other.case.pk for other in others)])

    def test_linked_after_it_is_done_tells_at_once(self, office: Office, walk: Walk) -> None:
        walk.to(Step.IMPROVE)
        improvement = self.done(self.give(walk, office.head), office.head, walk.at)
        other = Walk(office, walk.at)
        other.to(Step.IMPROVE)
        improve.link_improvement(**other._acting(office.head, improvement_id=improvement.pk))
        assert Message.objects.filter(kind="improved", complaint=other.case).exists()

    def test_its_effect_is_counted_on_the_same_kind_in_as_many_days_before_and_after(self, office: Office, walk: Walk) -> None:
        walk.to(Step.IMPROVE)
        improvement = self.done(self.give(walk, office.employee), office.employee, walk.at)
        assert improvement.done_at is not None
        for days in (3, 40):  # one inside the window, one beyond it
            Walk(office, improvement.done_at + timedelta(days=days)).to(Step.ASSIGN)
        Walk(office, improvement.done_at + timedelta(days=5))  # not classified yet: of no kind
        effect = effect_of(Improvement.objects.get(pk=improvement.pk))
        assert (effect.before, effect.after, effect.days) == (1, 1, 30)

    def test_it_is_checked_by_somebody_else_when_the_time_has_passed(self, office: Office, walk: Walk) -> None:
        walk.to(Step.IMPROVE)
        improvement = self.done(self.give(walk, office.head), office.head, walk.at)
        check: dict[str, Any] = {"improvement_id": improvement.pk, "verdict": "effective"}
        ripe = walk.at + timedelta(days=31)
        with pytest.raises(NotPossible):
            improve.check_effect(**check, by=office.manager, at=walk.at)
        with pytest.raises(Refused):
            improve.check_effect(**check, by=office.head, at=ripe)
        assert list(to_check(office.manager, ripe)) == [improvement]
        assert not to_check(office.head, ripe).exists()
        found = improve.check_effect(**check, by=office.manager, at=ripe)
        assert (found.before, found.after) == (1, 0)
        assert not to_check(office.manager, ripe).exists()

    def test_a_number_that_did_not_fall_is_no_success_without_words(self, office: Office, walk: Walk) -> None:
        walk.to(Step.IMPROVE)
        improvement = self.done(self.give(walk, office.employee), office.employee, walk.at)
        assert improvement.done_at is not None
        Walk(office, improvement.done_at + timedelta(days=3)).to(Step.ASSIGN)
        ripe = walk.at + timedelta(days=31)
        with pytest.raises(NotPossible):
            improve.check_effect(improvement_id=improvement.pk, verdict="effective", by=office.manager, at=ripe)
        improve.check_effect(improvement_id=improvement.pk, verdict="not", remark="另立改善", by=office.manager, at=ripe)
        assert EffectivenessCheck.objects.get().verdict == "not"
        assert Message.objects.filter(to_user=office.employee).exists()


class TestLooks:
    def test_i11_reading_a_penalty_file_is_kept(self, office: Office, ready: Walk) -> None:
        """I11: one row for each reading of the file, by the case page and by its own; the list masks the name."""
        penalty = in_force(ready, office.employee)
        client = Client()
        client.force_login(office.personnel, backend="django.contrib.auth.backends.ModelBackend")
        listed = client.get("/admin/complaints/penalty/").content.decode()
        assert office.employee.name not in listed
        assert not PenaltyLook.objects.exists()
        page = client.get(f"/admin/complaints/penalty/{penalty.pk}/change/")
        assert office.employee.name in page.content.decode()
        assert PenaltyLook.objects.get().by == office.personnel
        client.force_login(office.manager, backend="django.contrib.auth.backends.ModelBackend")
        client.get(f"/admin/complaints/complaint/{ready.case.pk}/change/")
        assert PenaltyLook.objects.filter(by=office.manager, penalty=None, complaint=ready.case).count() == 1
        client.force_login(office.auditor, backend="django.contrib.auth.backends.ModelBackend")
        assert office.personnel.name in client.get("/admin/complaints/penaltylook/").content.decode()

    def test_f13_anothers_finding_is_not_there(self, office: Office, ready: Walk) -> None:
        """F13: the employee's page of a finding answers 404 to everybody else, and the file answers nobody who is meant."""
        penalty = in_force(ready, office.employee)
        Penalty.objects.filter(pk=penalty.pk).update(appeal_until=timezone.localdate() + timedelta(days=1))
        client = Client()
        for user, status in ((office.employee, 200), (office.agent, 404), (office.personnel, 404)):
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            assert client.get(f"/admin/complaints/myfinding/{penalty.pk}/change/").status_code == status
            answer = client.post(f"/admin/complaints/myfinding/{penalty.pk}/act/appeal/", {"words": ""})
            assert answer.status_code == (400 if status == 200 else 404)
        client.force_login(office.employee, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(f"/admin/complaints/penalty/{penalty.pk}/change/").status_code in {403, 404}
