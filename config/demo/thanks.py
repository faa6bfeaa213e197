"""The reward fund of the demo: a budget, somebody thanked and paid, somebody still to be paid, a nomination to decide on."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef
from django.utils import timezone

from complaints.models import Complaint, Improvement, Reward, RewardRule
from complaints.permissions import refusal
from complaints.services import fund
from complaints.workflow import Mode
from config.demo.organisation import person
from config.demo.organisation_data import FUND
from staff.models import User

#: How far each of the nominations has come, with the days since.
COURSES = (("paid", 20), ("approved", 6), ("nominated", 1))
LONG_AGO = timedelta(days=COURSES[0][1] + 1)
REASON = "顾客的投诉使我们发现{category}方面的漏洞，已据此改进。"
THANKS = "感谢您把问题如实告诉我们。因为您的投诉，我们改了做法，后面的顾客不会再遇到同样的麻烦。"


def thank(*, now: datetime) -> None:
    """Nominated by an agent, decided by who heads a unit, paid by the management of complaints."""
    manager, agent, boss = person("manager"), person("agent"), person("executive")
    fund.set_budget(year=timezone.localdate(now).year, amount=Decimal(FUND), by=manager, at=now - timedelta(days=30))
    rule = RewardRule.objects.filter(active=True, most__gt=0).order_by("position")[0]
    for (state, days), case in zip(COURSES, _helpful(boss, now), strict=False):
        at = now - timedelta(days=days)
        reason = REASON.format(category=case.category)
        reward = fund.nominate(number=case.number, rule=rule, reason=reason, amount=rule.least, vip=state == "paid", by=agent, at=at)
        if state != "nominated":
            _grant(reward, state=state, boss=boss, manager=manager, at=at)


def _helpful(boss: User, now: datetime) -> list[Complaint]:
    """Long closed, well-founded, in their own name; seen by who decides. Those that led to an improvement come first."""
    closed = Complaint.objects.visible_to(boss).filter(
        step="closed", unfounded=False, category__isnull=False, complainant__mode=Mode.REAL_NAME, closed_at__lt=now - LONG_AGO
    )
    improved = Exists(Improvement.objects.filter(complaint=OuterRef("pk")))
    found = closed.in_figures().annotate(improved=improved).order_by("-improved", "-closed_at", "-pk")[: 5 * len(COURSES)]
    today = timezone.localdate(now)
    return [case for case in found if refusal(boss, case, "approve_reward", today) is None][: len(COURSES)]


def _grant(reward: Reward, *, state: str, boss: User, manager: User, at: datetime) -> None:
    fund.approve(reward_id=reward.pk, thanks=THANKS, by=boss, at=at + timedelta(hours=3))
    if state == "paid":
        later = at + timedelta(days=2)
        fund.pay(reward_id=reward.pk, paid_on=timezone.localdate(later), proof="转账回单 20260018", by=manager, at=later)
