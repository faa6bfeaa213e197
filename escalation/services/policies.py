"""The time limits a new installation starts with."""

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from complaints.workflow import Step
from escalation.models import DeadlinePolicy

#: Calendar days per step; "answer in 24 hours, solution in a week" (mission M12). Rows that complaint management edits.
STARTING_DAYS: dict[Step, int] = {
    Step.APOLOGIZE: 1,
    Step.RECORD: 1,
    Step.CLASSIFY: 1,
    Step.ASSIGN: 1,
    Step.INVESTIGATE: 3,
    Step.PROPOSE: 2,
    Step.NOTIFY: 2,
    Step.PENALIZE: 7,
    Step.IMPROVE: 7,
    Step.FOLLOW_UP: 7,
    Step.ANSWER: 3,
}


def seed(**_signal: Any) -> None:
    """Add a row for each step that has none; one that stands there is never touched. Connected to `post_migrate`."""
    with translation.override(settings.LANGUAGE_CODE):  # `migrate` speaks no language
        note = str(_("Starting value"))
    there = set(DeadlinePolicy.objects.values_list("step", flat=True))
    for step, days in STARTING_DAYS.items():
        if step not in there:
            DeadlinePolicy.objects.get_or_create(step=step, defaults={"days": days, "note": note})
