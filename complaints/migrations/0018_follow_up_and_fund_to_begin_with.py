"""An installation that is in use gets the rules a new one starts with; without any, every customer would be called."""

from typing import Any

from django.db import migrations

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


def add(apps: Any, _schema_editor: Any) -> None:
    """From now on a fifth of the ordinary cases is called, drawn by the system, until a manager sets another share."""
    if not apps.get_model("staff", "Company").objects.exists():
        return
    rules, rewards = apps.get_model("complaints", "FollowUpRule"), apps.get_model("complaints", "RewardRule")
    if not rules.objects.exists():
        for name, severity, result, mode, percent in FOLLOW_UP_RULES:
            rules.objects.create(name=name, severity=severity, result=result, mode=mode, percent=percent)
    if not rewards.objects.exists():
        for position, (name, name_en, text, text_en, least, most) in enumerate(REWARD_RULES, start=1):
            rewards.objects.create(position=position, name=name, name_en=name_en, text=text, text_en=text_en, least=least, most=most)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0017_texts_to_begin_with"), ("staff", "0004_follow_up_and_fund")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
