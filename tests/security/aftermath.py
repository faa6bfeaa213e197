"""A row of each page of the knowledge base, the standards, the follow-up and the reward fund, hostile where somebody can write."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from complaints.models import (
    Article,
    Complaint,
    CostRate,
    CustomerLook,
    FollowUpDraw,
    FollowUpRule,
    FundEntry,
    ItemRule,
    LetterTemplate,
    LowScore,
    RewardRule,
    Standard,
    Vip,
)
from complaints.services import customers, fund, guide, standards, visits
from staff.models import DocumentVersion
from tests.factories.cases import Office


def rows_of_aftermath(office: Office, case: Complaint, late: Complaint, hostile: str, at: datetime) -> dict[str, Any]:
    """By "app.model". `case` is with quality, `late` was answered with a low score."""
    made = [*_of_writing(office, case, hostile, at), *_of_follow_up(office, late, hostile, at), *_of_the_fund(office, case, hostile, at)]
    return {row._meta.label_lower: row for row in made}


def _of_writing(office: Office, case: Complaint, hostile: str, at: datetime) -> list[Any]:
    version = DocumentVersion.objects.latest("pk")
    standard = Standard(
        version=version, kind="service", title=hostile[:100], quantity=hostile[:60], unit="日", limit=Decimal(3), basis="each",
        least=Decimal(10), most=Decimal(20), recommended=Decimal(15),
    )  # fmt: skip
    state = Article.State.PUBLISHED
    article = Article.objects.create(
        question=hostile[:150], answer=hostile, owner=office.agent, review_on=at.date() + timedelta(days=99), state=state, public=True
    )
    customers.look(complaint_id=case.pk, by=office.investigator, at=at)
    return [
        article, LetterTemplate.objects.create(kind="reply", name=hostile[:60], body=hostile), CustomerLook.objects.latest("pk"),
        standards.add(standard=standard, by=office.manager, at=at), CostRate.objects.order_by("pk").first(),
        ItemRule.objects.order_by("pk").first(),
        guide.begin(complaint_id=case.pk, by=office.investigator, at=at, path="six_steps", medium="phone"),
    ]  # fmt: skip


def _of_follow_up(office: Office, late: Complaint, hostile: str, at: datetime) -> list[Any]:
    rule = FollowUpRule.objects.create(name=hostile[:60], percent=100)
    due_on = timezone.localdate(at) + timedelta(days=30)
    visit = visits.plan(complaint_id=late.pk, purpose=hostile, owner=office.investigator, due_on=due_on, by=office.manager, at=at)
    return [rule, FollowUpDraw.objects.get(complaint=late), LowScore.objects.get(complaint=late), visit]


def _of_the_fund(office: Office, case: Complaint, hostile: str, at: datetime) -> list[Any]:
    rule = RewardRule.objects.create(name=hostile[:60], text=hostile, least=Decimal(10), most=Decimal(500))
    budget = fund.set_budget(year=timezone.localdate(at).year, amount=Decimal(1000), by=office.manager, at=at)
    reward = fund.nominate(number=case.number, rule=rule, reason=hostile, amount=Decimal(50), vip=True, by=office.employee, at=at)
    fund.approve(reward_id=reward.pk, thanks=hostile, by=office.executive, at=at)
    reward.refresh_from_db()
    return [rule, budget, reward, FundEntry.objects.filter(fund=budget).latest("pk"), Vip.objects.get(complaint=case)]
