"""The rungs and marks a new installation starts with: rows that complaint management edits."""

from typing import Any

from complaints.workflow import Severity
from escalation.models import CaseMark, MarkRule, Rung
from escalation.models.rung import ORDER, PROMISE

HOUR, DAY = 60, 24 * 60
Act = Rung.Act
#: Matter, severity, minutes after due, act.
RUNGS = [
    ("", "", -2 * HOUR, Act.REMIND),
    ("", "", 0, Act.HEAD),
    ("", "", DAY, Act.ORDER),
    ("", "", 3 * DAY, Act.EXECUTIVES),
    ("", Severity.SEVERE, 0, Act.EXECUTIVES),
    (PROMISE, "", -30, Act.REMIND),
    (PROMISE, "", 15, Act.HEAD),
    (PROMISE, "", DAY, Act.MANAGEMENT),
    (ORDER, "", 0, Act.MANAGEMENT),
    (ORDER, "", DAY, Act.EXECUTIVES),
]
#: These reach the executives at once; the others the head and complaint management.
TO_EXECUTIVES = {CaseMark.Cause.LEADERS, CaseMark.Cause.REGULATOR, CaseMark.Cause.MEDIA, CaseMark.Cause.MANY, CaseMark.Cause.INJURY}


def seed(**_signal: Any) -> None:
    """Fill each table only while it is empty. Connected to `post_migrate`."""
    if not Rung.objects.exists():
        for matter, severity, minutes, act in RUNGS:
            Rung.objects.get_or_create(matter=matter, severity=severity, kind="", minutes=minutes, act=act)
    if not MarkRule.objects.exists():
        for cause in CaseMark.Cause.values:
            MarkRule.objects.get_or_create(cause=cause, defaults={"to_executives": cause in TO_EXECUTIVES})
