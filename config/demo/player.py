"""Plays one case by the services, each act by the person whose work it is, at its own moment in the past."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from complaints.models import (
    Allegation,
    Classification,
    Complaint,
    Confirmation,
    Demand,
    DemandAnswer,
    FollowUp,
    Message,
    Penalty,
    RemedyItem,
    Statement,
    Why,
)
from complaints.queries import approval
from complaints.queries import penalties as finding_rules
from complaints.queries.authorities import room_of
from complaints.queries.cost import cost_of
from complaints.services import (
    apologize,
    appeals,
    assign,
    attachments,
    classify,
    drafts,
    endings,
    examinations,
    filing,
    follow_up,
    improve,
    investigate,
    kinds,
    messages,
    notes,
    notify,
    penalize,
    propose,
    record,
    settle,
)  # fmt: skip
from complaints.services.inputs import (
    AnswerInput,
    DemandInput,
    FindingInput,
    ImprovementInput,
    ItemInput,
    PartyInput,
    PenaltyInput,
    SheetInput,
    WhyInput,
)
from complaints.workflow import Actor, Feeling, Kind, Medium, Mode, Step
from config.demo import texts
from config.demo.cast import Cast
from config.demo.causes import CAUSES
from config.demo.plan import Plan
from config.demo.words import amount, choose_story, fill, is_english, photo, somebody
from intake.services import submit
from staff.models import Department, User

OPENS, SHUTS = 8, 20
#: What the account "head" of the README decides on.
OF_THE_HEAD = "质量问题"
#: What everybody in the demo paid.
PRICE = Decimal("1299.00")
WINDOW = timedelta(days=15, hours=9)
#: What makes a case go back; each happens once.
BACK = frozenset(
    {"reopened", "objected_remedy", "objected_facts", "returned", "transferred", "unfounded_objected", "unfounded_rejected", "postponed"}
)
MEDIA = (Medium.WEB,) * 11 + (Medium.PHONE,) * 6 + (Medium.COUNTER,) * 2 + (Medium.LETTER,)


class Player:
    """One case from its filing to where its plan says it stands."""

    case: Complaint
    party: PartyInput

    def __init__(self, plan: Plan, cast: Cast, *, now: datetime, seed: str, regulars: list[PartyInput]) -> None:
        self.plan, self.cast = plan, cast
        self.random = Random(f"{seed} {plan.number}")  # noqa: S311 - the same cases for the same seed
        self.regulars = regulars
        self.begin = now - timedelta(days=plan.days_ago)
        self.limit = now - timedelta(days=plan.waits)
        self.at = self._in_hours(self.begin, latest=self.limit)
        self.pending = set(plan.traits) & BACK
        self.agent = cast.person(self.random.choice(["agent", "agent", "agent2"]))
        self._choose_words()

    def _choose_words(self) -> None:
        self.standard = self.reasons = ""
        if any(trait.startswith("unfounded") for trait in self.plan.traits):
            self.story, self.standard, self.reasons = self.random.choice(texts.UNFOUNDED)
        else:
            self.story = choose_story(
                self.random, named=self.plan.has("named"), with_person=self.plan.has("penalty") or self.plan.has("named"),
                category=OF_THE_HEAD if self.plan.has("waiting") else "",
            )  # fmt: skip
        self.words = fill(self.story, self.random, filed_on=timezone.localdate(self.at))
        self.origin = CAUSES[self.story.cause]
        self.category = self.cast.categories[self.story.category]

    # --- the clock -------------------------------------------------------------------------------------------------------------
    def _in_hours(self, at: datetime, *, latest: datetime) -> datetime:
        """Moved into working hours, unless that would be too late."""
        local = timezone.localtime(at)
        if OPENS <= local.hour < SHUTS:
            return at
        morning = local.replace(hour=OPENS, minute=self.random.randint(5, 55))
        moved = morning if local.hour < OPENS else morning + timedelta(days=1)
        return moved if moved < latest else at

    def after(self, least: float, most: float) -> datetime:
        """Some hours later; never later than the case's last sign of life."""
        wish = timedelta(hours=self.random.uniform(least, most))
        self.at = self._in_hours(self.at + min(wish, (self.limit - self.at) / 2), latest=self.limit)
        return self.at

    # --- the whole ----------------------------------------------------------------------------------------------------------------
    def play(self) -> int:
        """Play it; how many cases it made."""
        if self.plan.has("other") or self.plan.has("restored"):
            return self._play_other()
        if self.plan.has("answered") or self.plan.has("matter"):
            return self._play_matter()
        if self.plan.has("report"):
            return self._play_report()
        self._file()
        with transaction.atomic():
            made = 1
            if self.plan.has("merged"):
                self._file_again_and_merge()
                made = 2
            if self.plan.has("withdrawn"):
                self._go_to(self.random.choice([Step.RECORD, Step.INVESTIGATE, Step.PROPOSE]))
                endings.withdraw(
                    complaint_id=self.case.pk, by=Actor.COMPLAINANT, at=self.after(3, 30), reason=self.random.choice(texts.WITHDRAWN)
                )
            else:
                self._go_to(self.plan.stop or Step.CLOSED)
                self._last_touch()
        return made

    def _play_other(self) -> int:
        kind, words, reason = self.random.choice(texts.OTHERS)
        self._file(story=words, demands=[DemandInput(Demand.Kind.HEARD)])
        with transaction.atomic():
            endings.dismiss_as_other(complaint_id=self.case.pk, by=self.agent, at=self.after(1, 8), kind=kind, reason=reason)
            if self.plan.has("restored"):
                manager = self.cast.person("manager")
                endings.restore(complaint_id=self.case.pk, by=manager, at=self.after(10, 30), reason="顾客来电说明确有不满，继续办理。")
                self._go_to(Step.CLOSED)
        return 1

    def _play_matter(self) -> int:
        """A suggestion, an enquiry or praise: answered, or waiting for it."""
        answer = self._file_matter()
        if self.plan.has("answered"):
            kinds.answer(complaint_id=self.case.pk, by=self.agent, at=self.after(1, 20), text=answer)
        return 1

    def _file_matter(self) -> str:
        """The answer it shall have."""
        kind, words, answer = self.random.choice(texts.MATTERS)
        self.party = somebody(self.random, english=False, written=False)
        self.case = filing.file(
            kind=kind, story=words, demands=[], complainant=self.party, medium=Medium.PHONE,
            department=self.cast.channels["phone"].department, by=self.agent, at=self.at,
        )  # fmt: skip
        return answer

    def _play_report(self) -> int:
        """A report of misconduct, in the hands of the supervision."""
        self._file_report()
        with transaction.atomic():
            self._go_to(self.plan.stop or Step.CLASSIFY)
        return 1

    def _file_report(self) -> None:
        words, named = self.random.choice(texts.REPORTS)
        self.agent = self.cast.person("supervisor")
        mode = self.random.choice([Mode.CONFIDENTIAL, Mode.ANONYMOUS, Mode.REAL_NAME])
        self.party = replace(somebody(self.random, english=False, written=False), mode=mode)
        self.case = filing.file(
            kind=Kind.REPORT, story=words, demands=[DemandInput(Demand.Kind.IMPROVEMENT)], complainant=self.party, medium=Medium.WEB,
            department=self.cast.channels["web"].department, named_unit=self.cast.departments[named] if named else None,
            by=Actor.COMPLAINANT, at=self.at,
        )  # fmt: skip

    def _go_to(self, goal: Step) -> None:
        """One thing after the other until the case stands there and nothing that was planned before is left."""
        while self._fresh().step != goal or (self.pending and goal is not Step.CLOSED and self._still_before(goal)):
            WORK[Step(self.case.step)](self)

    def _still_before(self, goal: Step) -> bool:
        happens = {"returned": Step.PROPOSE, "transferred": Step.INVESTIGATE, "postponed": Step.INVESTIGATE, "reopened": Step.FOLLOW_UP}
        steps = list(Step)
        return any(trait not in happens or steps.index(happens[trait]) >= steps.index(goal) for trait in self.pending)

    def _fresh(self) -> Complaint:
        related = ("category", "department", "handling_department", "complainant")
        self.case = Complaint.objects.select_related(*related).get(pk=self.case.pk)
        return self.case

    def _now(self, trait: str) -> bool:
        """Whether this peculiarity happens now; it happens once."""
        if trait in self.pending:
            self.pending.discard(trait)
            return True
        return False

    def _act(self, service: Callable[..., Any], by: User | Actor, hours: tuple[float, float], **values: Any) -> Any:
        return service(complaint_id=self.case.pk, by=by, at=self.after(*hours), **values)

    # --- filing -------------------------------------------------------------------------------------------------------------------
    def _file(self, story: str = "", demands: list[DemandInput] | None = None) -> None:
        english = is_english(self.story)
        medium = Medium.WEB if english else self.random.choice(MEDIA)
        known = self.regulars and not english and self.random.random() < 0.1
        self.party = self.random.choice(self.regulars) if known else somebody(self.random, english=english, written=medium == Medium.LETTER)
        if not english and len(self.regulars) < 40 and self.party.phone:
            self.regulars.append(self.party)
        kinds = self.story.demands
        wanted = demands or [DemandInput(kind, self.story.words if place == 0 else "") for place, kind in enumerate(kinds)]
        proposal = "" if demands else self.story.proposal
        self.case = self._submit(story or self.words.story, wanted, proposal) if medium == Medium.WEB else self._take_down(
            story or self.words.story, wanted, proposal, medium
        )  # fmt: skip

    def _submit(self, story: str, demands: list[DemandInput], proposal: str) -> Complaint:
        """By the public form."""
        payload = {
            "story": story, "demands": [str(demand.kind) for demand in demands], "demand_words": demands[0].text, "own_proposal": proposal,
            "occurred_on": self.words.occurred_on.isoformat(), "order_number": self.words.order,
        }  # fmt: skip
        claim = {"name": self.party.name, "phone": self.party.phone, "email": self.party.email}
        key = UUID(int=self.random.getrandbits(128), version=4)
        channel, language = self.cast.channels["web"], self.party.language
        kept = submit.store(channel=channel, form_key=key, language=language, payload=payload, claim=claim, at=self.at)
        return submit.file_stored(submission_id=kept.pk, at=self.at)

    def _take_down(self, story: str, demands: list[DemandInput], proposal: str, medium: Medium) -> Complaint:
        """By telephone, at the counter, from a letter."""
        return filing.file(
            story=story, demands=demands, complainant=self.party, medium=medium, department=self.cast.channels[medium].department,
            own_proposal=proposal, occurred_on=self.words.occurred_on, order_number=self.words.order, by=self.agent, at=self.at,
            product=self.cast.products[self.story.product],
        )  # fmt: skip

    def _file_again_and_merge(self) -> None:
        first = self.case
        self.after(4, 20)
        again = filing.file(
            story="前面已经投诉过一次，再补充：" + self.words.story, demands=[DemandInput(self.story.demands[0])], complainant=self.party,
            medium=Medium.PHONE, department=self.cast.channels["phone"].department, by=self.agent, at=self.at,
        )  # fmt: skip
        values: dict[str, Any] = {"into": first, "reason": "同一顾客就同一事项再次反映，并入首件办理。"}
        endings.merge(complaint_id=again.pk, by=self.agent, at=self.at + timedelta(minutes=20), **values)

    # --- the reception ------------------------------------------------------------------------------------------------------------
    def _apologize(self) -> None:
        if self.plan.has("attached"):
            upload = SimpleUploadedFile("现场照片.png", photo(self.random), content_type="image/png")
            at = self.at + timedelta(minutes=1)
            sent = attachments.attach(complaint_id=self.case.pk, upload=upload, by=Actor.COMPLAINANT, at=at)
            examinations.examine(attachment_id=sent.pk, at=at + timedelta(minutes=1))
        before = self.random.choice([Feeling.UPSET, Feeling.ANGRY, Feeling.ANGRY, Feeling.DISTRESSED, Feeling.CALM])
        after = self.random.choice([Feeling.CALM, Feeling.CALM, Feeling.UPSET])
        spoken = bool(self.party.phone)
        words = f"您好，我是{self.agent.name}。给您添了这么多麻烦，真的很抱歉。这件事由我跟进到底，公司一定会给您一个说法，今后有任何情况您都可以直接找我。"
        if self.party.language == "en":
            words = f"My name is {self.agent.name}. I am sorry for the trouble we caused. I follow your case to its end, and you can always turn to me."
        self._act(
            apologize.apologize, self.agent, (0.3, 18), words=words, medium=Medium.PHONE if spoken else Medium.EMAIL, feeling_before=before,
            feeling_after=after if spoken else "", judged_by_complainant=spoken and self.random.random() < 0.3,
        )  # fmt: skip
        self._tell_what_waits()

    def _tell_what_waits(self) -> None:
        """What could only be told in person (the receipt of a letter) is told with the apology."""
        for message in Message.objects.filter(complaint=self.case, state=Message.State.TO_TELL):
            messages.mark_told(message_id=message.pk, by=self.agent, at=self.at + timedelta(minutes=2))

    def _record(self) -> None:
        if (
            self.plan.has("handed_over")
            and self.case.handler_id == self.agent.pk
            and not self.case.assignments.filter(kind="handed_over").exists()
        ):
            other = self.cast.person("agent2" if self.agent.employee_number == "agent" else "agent")
            self._act(assign.hand_over, self.agent, (0.5, 4), to=other, reason="轮休，交同事继续办理。")
            self.agent = other
        if self.plan.has("talks"):
            messages.receive(
                complaint_id=self.case.pk, text=self.random.choice(texts.QUESTIONS), medium="web", by=Actor.COMPLAINANT, at=self.after(1, 6)
            )
            self._act(messages.write, self.agent, (0.3, 5), text=self.random.choice(texts.REPLIES))
        product = self.cast.products[self.story.product]
        facts = f"{self.party.name or '顾客'}于{self.words.occurred_on:%Y年%m月%d日}反映“{product.name}”：{'；'.join(self.words.allegations)}。经核对订单与通话记录，购买关系属实。"
        named = [self.cast.person(self.origin.person)] if self.plan.has("named") else []
        shown = self.plan.has("shown")
        self._act(
            record.record_facts, self.agent, (0.5, 16), facts=facts, allegations=list(self.words.allegations), product=product, named=named,
            how=Confirmation.How.SHOWN if shown else Confirmation.How.READ_BACK,
            result=Confirmation.Result.WAITING if shown else Confirmation.Result.CONFIRMED,
        )  # fmt: skip
        if shown:
            corrects = self.random.random() < 0.2
            result = Confirmation.Result.CORRECTED if corrects else Confirmation.Result.CONFIRMED
            self._act(
                record.confirm_record,
                Actor.COMPLAINANT,
                (0.5, 5),
                result=result,
                correction="时间记得晚了一天，其他都对。" if corrects else "",
            )
        if self.plan.has("noted"):
            self._act(notes.add, self.agent, (0.1, 1), text=self.random.choice(texts.NOTES))

    def _judgement(self, *, unfounded: bool) -> dict[str, Any]:
        category = self.category
        fault = Classification.Fault.USE if self.story.cause == "use" else Classification.Fault.PRODUCT
        return {
            "category": category, "severity": category.default_severity, "fault": fault, "reason_sufficient": not unfounded,
            "demand_reasonable": not unfounded, "standard": self.standard or "公司服务标准与产品说明", "reasons": self.reasons or "情况属实，要求合理。",
        }  # fmt: skip

    def _classify(self) -> None:
        latest = self.case.classifications.order_by("-pk").first()
        waits = latest is not None and latest.unfounded and not hasattr(latest, "review")
        if waits and self._now("unfounded_rejected"):
            self._act(classify.reject_unfounded, self.cast.person("head2"), (1, 8), reason="现场证据不足以排除质量原因，应先检测。")
            self.reasons = ""
        elif waits:
            self._act(classify.confirm_unfounded, self.cast.person("head2"), (1, 10))
        elif self.reasons:
            self._act(classify.propose_unfounded, self.agent, (0.5, 8), **self._judgement(unfounded=True))
        else:
            self._act(classify.classify, self.agent, (0.5, 8), **self._judgement(unfounded=False))

    def _assign(self) -> None:
        if self.plan.has("settled") and self.category.may_be_settled and self._settles():
            return
        handler = self.cast.investigator_of(self.category.department) if self.random.random() < 0.8 else None
        self._act(assign.assign, self.agent, (0.3, 8), handler=handler)

    def _settles(self) -> bool:
        """On the spot, with one of two things the customer chooses; False where making up for C goes beyond the agent's authority."""
        due = timezone.localdate(self.at) + timedelta(days=6)
        money = max(Decimal(self.random.randrange(20, 90, 5)), cost_of(self.case, self.at).total)
        room = room_of(self.agent.pk, self.case, timezone.localdate(self.at))
        if room is not None and money + Decimal(38) > room:
            return False
        extras = [(RemedyItem.Kind.VOUCHER, "代金券一张", Decimal(30), 1), (RemedyItem.Kind.GIFT, "净水滤芯一个", Decimal(38), 2)]
        items = [ItemInput(RemedyItem.Kind.COMPENSATION, "按补偿标准当场补偿", money, self.investigator, due)]
        items += [ItemInput(kind, what, worth, self.investigator, due, option=option) for kind, what, worth, option in extras]
        answers = {demand.pk: AnswerInput(DemandAnswer.Answer.MET) for demand in Demand.objects.filter(complaint=self.case)}
        own = "您的方案合理，我们照办。" if self.case.own_proposal else ""
        words = "先弥补您的损失，原因由责任部门随后查明。"
        told: dict[str, Any] = {"why_it_cures": words, "own_proposal_answer": own, "answers": answers, "value": self._worth(items)}
        self._act(settle.settle, self.agent, (0.3, 6), items=items, **told)
        return True

    # --- the unit that answers for it ------------------------------------------------------------------------------------------------
    @property
    def unit(self) -> Department:
        return self.case.handling_department or self.category.department

    @property
    def investigator(self) -> User:
        return self.cast.investigator_of(self.unit)

    @property
    def head(self) -> User:
        """The head of the unit; where somebody of theirs is named, complaint management."""
        return self.cast.person("manager") if self.plan.has("named") else self.cast.head_of(self.unit)

    def _investigate(self) -> None:
        if self._now("transferred"):
            code = "RND" if self.category.department.code != "RND" else "QC"
            self._act(
                assign.transfer,
                self.investigator,
                (4, 30),
                department=self.cast.departments[code],
                reason="经初查属于设计原因，转研发部门查明。",
            )
            return
        if self._now("postponed"):
            self._act(investigate.postpone_investigation, self.investigator, (1, 6), reason="顾客急用，先行换货解决，送检结果随后补上。")
            return
        self._hear_who_is_responsible()
        self._act(investigate.investigate, self.investigator, (10, 60), **self._cause())

    def _hear_who_is_responsible(self) -> None:
        if (
            not (self.plan.has("penalty") or self.plan.has("named"))
            or Statement.objects.filter(investigation__complaint=self.case).exists()
        ):
            return
        statement = self._ask()
        answered = self.after(4, 30)
        if self.random.random() < 0.8:
            text = "当天任务很多，确实没有按规程做，我愿意承担责任，也希望能合理安排班次。"
            investigate.give_statement(statement_id=statement.pk, by=statement.employee, at=answered, text=text)
        else:
            investigate.decline_statement(statement_id=statement.pk, by=statement.employee, at=answered)

    def _ask(self) -> Statement:
        employee = self.cast.person(self.origin.person or "employee")
        due = timezone.localdate(self.at) + timedelta(days=4)
        statement: Statement = self._act(
            investigate.ask_statement,
            self.investigator,
            (1, 8),
            employee=employee,
            question="请说明当日作业经过及是否按规程操作。",
            facts=f"有顾客反映：{'；'.join(self.words.allegations)}。",
            due_on=due,
        )
        return statement

    def _cause(self) -> dict[str, Any]:
        rows = Allegation.objects.filter(complaint=self.case)
        weak = self.story.cause == "use"
        finding = Allegation.Finding.NOT_UPHELD if weak else Allegation.Finding.UPHELD
        findings = {
            row.pk: FindingInput(finding, "检测未见异常，但说明不够醒目。" if weak else f"经查属实：{self.origin.text}") for row in rows
        }
        whys = [WhyInput(answer, Why.Basis.EVIDENCE if evidence else Why.Basis.OPINION, evidence) for answer, evidence in self.origin.whys]
        heard = Statement.objects.filter(investigation__complaint=self.case).select_related("employee")
        return {
            "cause": self.origin.kind, "cause_text": self.origin.text, "responsible_department": self.case.handling_department, "whys": whys,
            "findings": findings, "responsible_persons": [statement.employee for statement in heard],
        }  # fmt: skip

    def _propose(self) -> None:
        waiting = self.case.remedies.filter(state="submitted").first()
        if waiting is None:
            self._act(propose.submit_remedy, self.investigator, (4, 30), **self._solution())
            return
        boss = self.cast.by_id(min(approval.approvers(self.case, timezone.localdate(self.at))))
        if self._now("returned"):
            self._act(propose.return_remedy, boss, (2, 20), version=waiting.version, reason="补偿低于标准第1条，请按标准重算并说明依据。")
        else:
            self._act(propose.approve_remedy, boss, (2, 20), version=waiting.version, reason="同意")

    def _solution(self) -> dict[str, Any]:
        partly = self.random.random() < 0.25
        demands = list(Demand.objects.filter(complaint=self.case).order_by("number"))
        answers = {demand.pk: AnswerInput(DemandAnswer.Answer.MET) for demand in demands}
        if partly:
            answers[demands[-1].pk] = AnswerInput(DemandAnswer.Answer.PARTLY, "按补偿标准办理，超出部分以购物券补足。")
        due = timezone.localdate(self.at) + timedelta(days=6)
        items = [ItemInput(item.kind, item.what, amount(item.amount, self.random), self.investigator, due) for item in self.origin.items]
        return {
            "why_it_cures": self.origin.cures, "own_proposal_answer": "您的方案合理，我们照办。" if self.case.own_proposal else "",
            "answers": answers, "items": items, "value": self._worth(items),
        }  # fmt: skip

    def _worth(self, items: list[ItemInput]) -> SheetInput:
        """The customer keeps what was bought; where little is given beside it, somebody higher up reads why."""
        given = sum((item.amount for item in items if item.amount is not None and not item.option), Decimal(0))
        short = given * Decimal("0.7") < cost_of(self.case, self.at).total  # a voucher counts for less than its amount
        return SheetInput(purchase=True, price=PRICE, kept=PRICE, reason="顾客要的是说法和改进，已向其说明。" if short else "")

    def _notify(self) -> None:
        if self.case.decision_sent_at is None:
            by = self.agent if self.case.unfounded else self.investigator
            self._act(notify.send_decision, by, (1, 18), letter=drafts.draft_decision(self.case))
        elif self._now("unfounded_objected") or self._now("objected_facts"):
            self._act(notify.object_to_findings, Actor.COMPLAINANT, (4, 60), words=self.random.choice(texts.DENIED))
        elif not self.case.unfounded and self._now("objected_remedy"):
            self._act(notify.object_to_remedy, Actor.COMPLAINANT, (4, 60), words=self.random.choice(texts.REFUSED))
        elif self.plan.has("lapsed") and self.at + WINDOW < self.limit:
            self.at += WINDOW
            notify.lapse(complaint_id=self.case.pk, at=self.at)
        else:
            self._accept()

    def _accept(self) -> None:
        words = self.random.choice(texts.ACCEPTED)
        option = self.random.choice([1, 2]) if RemedyItem.objects.filter(remedy__complaint=self.case, option__gt=0).exists() else None
        if option or self.random.random() < 0.75:
            self._act(notify.accept, Actor.COMPLAINANT, (2, 70), words=words, option=option)
        else:
            by = self.agent if self.case.unfounded else self.investigator
            self._act(notify.accept, by, (2, 70), words=words or "电话里同意。", medium=Medium.PHONE)

    # --- what follows -----------------------------------------------------------------------------------------------------------------
    def _penalize(self) -> None:
        investigation = self.case.investigations.order_by("-pk")[0]
        if investigation.completed_at is None:
            self._hear_who_is_responsible()
            self._act(investigate.complete_investigation, self.investigator, (10, 60), **self._cause())
        self._fulfil()
        handling = "逾期一日，系等待检测结果，已向顾客说明；处理人无不当。"
        heard = Statement.objects.filter(investigation__complaint=self.case).select_related("employee").first()
        if heard is not None and (self.plan.has("penalty") or self.plan.has("named")):
            measure = self.random.choice(["talk", "training", "training", "criticism"])
            clause = self.cast.clauses[self.origin.clause]
            given = [PenaltyInput(heard.employee, Penalty.For.DIRECT, clause, "未按规程操作，事实清楚，本人陈述在卷。", measure)]
            told = {"handling_answer": handling, "left_out": "部门主管已按规程布置并有检查记录，未发现失职。"}
            made = self._act(penalize.penalize, self.head, (10, 60), penalties=given, **told)
            self._decide_on(made.penalties.get())
        else:
            system = not self.plan.has("nothing_to_improve") and self.random.random() < 0.6
            reason = "属于流程与制度原因，不追究个人，转入改善。" if system else "各环节均按规程操作，无人失职。"
            self._act(penalize.pass_penalize, self.head, (10, 60), reason=reason, system_cause=system, handling_answer=handling)

    def _decide_on(self, penalty: Penalty) -> None:
        """The superior and personnel agree; some employees appeal, and somebody else decides."""
        superiors, personnel = finding_rules.superiors_for(penalty, timezone.localdate(self.at)), self.cast.person("personnel")
        if not superiors or not self._may(personnel, penalty, "consent_penalty"):
            return
        penalize.approve(penalty_id=penalty.pk, by=self.cast.by_id(min(superiors)), at=self.at + timedelta(minutes=20))
        penalize.consent(penalty_id=penalty.pk, by=personnel, at=self.at + timedelta(minutes=40))
        if self.random.random() < 0.4:
            words = "当日派工超过上限，我已向调度说明，不应由我一人承担。"
            appeals.file(penalty_id=penalty.pk, words=words, by=penalty.employee, at=self.at + timedelta(minutes=60))
            if self.plan.stop is None:  # of the open ones some wait to be decided, in the others there is time to appeal
                self._rule_on(penalty)

    def _rule_on(self, penalty: Penalty) -> None:
        penalty.refresh_from_db()
        for number in ("executive", "manager", "E1001"):
            by = self.cast.person(number)
            if self._may(by, penalty, "decide_appeal"):
                outcome = self.random.choice(["upheld", "revoked"])
                reasons = "派工单与本人所述相符，撤销认定。" if outcome == "revoked" else "经复核，事实清楚，维持原认定。"
                appeals.rule(penalty_id=penalty.pk, outcome=outcome, reasons=reasons, by=by, at=self.at + timedelta(minutes=90))
                return

    def _may(self, by: User, penalty: Penalty, act: str) -> bool:
        sees = Penalty.objects.visible_to(by).filter(pk=penalty.pk).exists()
        return sees and finding_rules.refusal(by, penalty, act, timezone.localdate(self.at)) is None

    def _fulfil(self) -> None:
        for item in RemedyItem.objects.open().filter(remedy__complaint=self.case).order_by("pk"):
            at = self.after(6, 40)
            proof = f"转账回单 {self.random.randint(10**7, 10**8)}" if item.amount else "顾客签收单与照片"
            values: dict[str, Any] = {"item_id": item.pk, "fulfilled_on": timezone.localdate(at), "proof": proof}
            notify.fulfil(complaint_id=self.case.pk, by=self.investigator, at=at, **values)

    def _improve(self) -> None:
        head = self.cast.person("head2") if self.case.handling_department is None else self.head
        if self.plan.has("nothing_to_improve") and not self.case.unfounded:
            self._act(improve.pass_improve, head, (6, 40), reason="偶发事件，现行规程已覆盖，无须另行改善。")
            return
        origin, due = self.origin, timezone.localdate(self.at) + timedelta(days=30)
        kind = self.random.choice(["corrective", "corrective", "preventive"])
        given = ImprovementInput(kind, origin.lesson, origin.action, origin.changes, origin.expectation, head, due)
        made = self._act(improve.improve, head, (6, 60), improvements=[given])
        if self.plan.stop is None and self.random.random() < 0.7:
            result = f"已完成：{origin.action}"
            done = {"result": result, "proof": "文件新版本编号与培训签到表在卷"}
            improve.complete_improvement(improvement_id=made[0].pk, by=head, at=self.at + timedelta(hours=2), **done)

    @property
    def asker(self) -> User:
        return self.cast.person("caller" if self.case.department.code == "VISIT" else "manager")

    def _follow_up(self) -> None:
        this_round = self.case.follow_ups.filter(round=self.case.round)
        if self.plan.has("surveyed") and not self.case.survey_answers.filter(round=self.case.round).exists():
            self._answer_survey()
        if this_round.filter(reached=True).exists() or (self.plan.has("unreached") and len({row.on for row in this_round}) >= 3):
            self._act(follow_up.close, self.asker, (0.2, 10))
        elif self.plan.has("unreached"):
            self._try_in_vain()
        else:
            self._ask_customer()

    def _answer_survey(self) -> None:
        good = self.random.random() < 0.8 and "reopened" not in self.pending
        # A low one must be asked about before the case is closed: only those that stay open give one.
        scores = {name: self.random.choice([4, 5, 5] if good else [3, 3] if self.plan.stop is None else [2, 3]) for name in SCORES}
        words = self.random.choice(texts.PRAISED if good else texts.SO_SO)
        follow_up.answer_survey(
            complaint_id=self.case.pk, at=self.after(6, 60), open_answer=words, buys_again="yes" if good else "maybe", **scores
        )

    def _try_in_vain(self) -> None:
        last = self.case.follow_ups.order_by("-on").first()
        at = self.after(20, 40)
        if last is not None and timezone.localdate(at) <= last.on:  # three attempts count on three days
            self.at = at = min(self.at + timedelta(days=1), self.limit)
        follow_up.follow_up(
            complaint_id=self.case.pk,
            by=self.asker,
            at=at,
            on=timezone.localdate(at),
            medium=Medium.PHONE,
            reached=False,
            remark="无人接听",
        )

    def _ask_customer(self) -> None:
        at, low = self.after(20, 90), ""
        if self._now("reopened"):
            low = FollowUp.LowAnswer.REOPEN
        elif self.plan.has("low_escalated"):
            low = FollowUp.LowAnswer.ESCALATE
        elif self.plan.has("low_not_wanted"):
            low = FollowUp.LowAnswer.NOT_WANTED
        if low:
            scores: dict[str, Any] = {
                "result_score": self.random.choice([1, 2]),
                "attitude_score": 3,
                "efficiency_score": 2,
                "ability_score": 3,
            }
            words, buys, feeling = self.random.choice(texts.BLAMED), "no", Feeling.ANGRY
        elif self.random.random() < 0.75:
            scores = {name: self.random.choice([4, 5, 5]) for name in SCORES}
            words, buys, feeling = self.random.choice(texts.PRAISED), "yes", Feeling.CALM
        else:
            scores = {name: self.random.choice([3, 3, 4]) for name in SCORES}
            words, buys, feeling = self.random.choice(texts.SO_SO), "maybe", Feeling.UPSET
        follow_up.follow_up(
            complaint_id=self.case.pk, by=self.asker, at=at, on=timezone.localdate(at), medium=Medium.PHONE, reached=True, open_answer=words,
            buys_again=buys, feeling=feeling, low_answer=low, remark="顾客仍不满意，按其意愿办理。" if low else "", **scores,
        )  # fmt: skip

    def _last_touch(self) -> None:
        """What an open case has begun at the step where it stands."""
        stop, case = self.plan.stop, self._fresh()
        if stop is Step.CLASSIFY and self.plan.has("unfounded"):
            self._classify()
        elif stop is Step.INVESTIGATE and self.plan.has("asked"):
            self._ask()
        elif stop is Step.PROPOSE and self.plan.has("waiting"):
            self._propose()
        elif stop is Step.NOTIFY and self.plan.has("sent"):
            self._notify()
        elif stop is Step.FOLLOW_UP and self.plan.has("tried"):
            self._try_in_vain()
        elif stop is Step.FOLLOW_UP and self.plan.has("surveyed") and not case.survey_answers.exists():
            self._answer_survey()


SCORES = ("result_score", "attitude_score", "efficiency_score", "ability_score")
WORK: dict[Step, Callable[[Player], None]] = {
    Step.APOLOGIZE: Player._apologize,
    Step.RECORD: Player._record,
    Step.CLASSIFY: Player._classify,
    Step.ASSIGN: Player._assign,
    Step.INVESTIGATE: Player._investigate,
    Step.PROPOSE: Player._propose,
    Step.NOTIFY: Player._notify,
    Step.PENALIZE: Player._penalize,
    Step.IMPROVE: Player._improve,
    Step.FOLLOW_UP: Player._follow_up,
}
