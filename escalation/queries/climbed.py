"""What was escalated of a case, one line a matter: "First answer: reminded A, told B"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from escalation.models import CaseMark, Escalation, Rung
from escalation.models.rung import OF_RUNGS

Act = Rung.Act


def by_matter(escalations: Iterable[Escalation], marks: Iterable[CaseMark]) -> list[tuple[str, str]]:
    """Each matter and what was done on it, in the order it began; one query, and none where nothing was escalated."""
    rows = list(escalations)
    told, lines, because = _told(rows), defaultdict(list), {mark.pk: mark.get_cause_display() for mark in marks}
    names = dict(OF_RUNGS)
    for row in rows:
        label = names.get(row.matter, row.matter) if row.matter else because.get(row.mark_id or 0, "")
        said = _done(row.act) % {"people": _(", ").join(told[row.pk]) or "–"}
        lines[str(label)].append(f"{said} ({timezone.localtime(row.at):%m-%d %H:%M})")
    return [(label, _(", ").join(said)) for label, said in lines.items()]


def _told(rows: list[Escalation]) -> dict[int, list[str]]:
    found = defaultdict(list)
    if rows:
        through = Escalation.told.through.objects.filter(escalation__in=[row.pk for row in rows])
        for escalation, name in through.order_by("pk").values_list("escalation_id", "user__name"):
            found[escalation].append(name)
    return found


def _done(act: str) -> str:
    said = {Act.REMIND: _("reminded %(people)s"), Act.ORDER: _("supervision order to %(people)s")}
    return said.get(Act(act), _("told %(people)s"))
