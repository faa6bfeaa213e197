"""What a new installation starts with for step 10 and for the reward fund: whom the follow-up asks, what is rewarded and how."""

from datetime import datetime
from decimal import Decimal

from complaints.models import FollowUpRule, RewardRule
from complaints.services.advance import keep
from staff.models import User

#: Name, severity, result, in what name, per cent asked. Of several that fit the largest share counts.
FOLLOW_UP_RULES = [
    ("重大投诉全部回访", "severe", "", "", 100),
    ("被拒绝或不成立的全部回访", "", "refused", "", 100),
    ("匿名投诉全部回访", "", "", "anonymous", 100),
    ("其余随机抽取", "", "", "", 20),
]

#: Name and rule in both languages, from, up to; without amounts: thanks in words.
REWARD_RULES: list[tuple[str, str, str, str, int | None, int | None]] = [
    (
        "诚恳的投诉",
        "A sincere complaint",
        "您把问题如实告诉我们，让我们看到了自己看不到的地方。我们书面感谢您。",
        "You told us frankly what went wrong and showed us what we did not see. We thank you in words.",
        None,
        None,
    ),
    (
        "促成改进的投诉",
        "A complaint that led to an improvement",
        "您的投诉促成了产品、服务、标准或制度的改进。",
        "Your complaint led to a better product, service, standard or rule.",
        100,
        500,
    ),
    (
        "避免了危险或损失",
        "A warning that spared harm or loss",
        "您的投诉或举报使我们及时发现危险或重大损失。",
        "Your complaint or report let us see a danger or a great loss in time.",
        500,
        5_000,
    ),
]


def load(by: User, at: datetime) -> None:
    """Each table only where it is empty."""
    if not FollowUpRule.objects.exists():
        for name, severity, result, mode, percent in FOLLOW_UP_RULES:
            keep(FollowUpRule(name=name, severity=severity, result=result, mode=mode, percent=percent), by=by, at=at, reason="setup")
    if RewardRule.objects.exists():
        return
    for position, (name, name_en, text, text_en, least, most) in enumerate(REWARD_RULES, start=1):
        amounts = {"least": least and Decimal(least), "most": most and Decimal(most)}
        keep(RewardRule(position=position, name=name, name_en=name_en, text=text, text_en=text_en, **amounts), by=by, at=at, reason="setup")
