"""What an open crisis waits for, and the register of those that could come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.queries.words import cut, due_in_words
from config.work.pile import Pile, day_of, list_page, pile_of, row_of, until
from escalation.models import Crisis, CrisisImprovement, CrisisRisk, CrisisRole, FactSheet, MediaQuestion
from escalation.services.crises import RIGHT as CRISES
from staff.models import User


def piles(user: User, at: datetime) -> Iterable[Pile]:
    today = timezone.localdate(at)
    mine = CrisisRole.objects.filter(user=user, ended_at=None, role__in=[CrisisRole.Role.LEAD, CrisisRole.Role.SPOKESPERSON])
    due = Crisis.objects.filter(closed_at=None, pk__in=mine.values("crisis")).order_by("statement_due_at")
    row = row_of("escalation_crisis", str, lambda each: due_in_words(each.statement_due_at, at), lambda each: each.statement_due_at < at)
    yield pile_of(_("Crises: the next statement"), due, row, list_page("", "crisis", "escalation"))
    speaks = mine.filter(role=CrisisRole.Role.SPOKESPERSON).values("crisis")
    asked = MediaQuestion.objects.filter(answered_at=None, crisis__closed_at=None, crisis__in=speaks).order_by("asked_at")
    row = row_of("escalation_mediaquestion", lambda each: cut(each.question, 40), lambda each: each.asked_by)
    yield pile_of(_("Questions of the media"), asked, row, list_page("", "mediaquestion", "escalation"))
    if user.has_perm(CRISES):
        newer = FactSheet.objects.filter(crisis=OuterRef("crisis"), version__gt=OuterRef("version"))
        sheets = FactSheet.objects.filter(approved_at=None, crisis__closed_at=None).exclude(written_by=user).exclude(Exists(newer))
        row = row_of("escalation_factsheet", lambda each: f"{each.crisis} {each.version}", lambda each: day_of(each.written_at))
        yield pile_of(
            _("Facts to approve"), sheets.select_related("crisis").order_by("written_at"), row, list_page("", "factsheet", "escalation")
        )
    better = CrisisImprovement.objects.filter(owner=user, done_at=None).order_by("due_on")
    row = row_of(
        "escalation_crisisimprovement", lambda each: cut(each.action, 40), lambda each: until(each.due_on), lambda each: each.due_on < today
    )
    yield pile_of(_("Improvements after a crisis"), better, row, list_page("", "crisisimprovement", "escalation"))
    risks = CrisisRisk.objects.filter(owner=user, active=True, review_on__lte=today).order_by("review_on")
    row = row_of("escalation_crisisrisk", str, lambda each: until(each.review_on), lambda each: each.review_on < today)
    yield pile_of(_("Crises that could happen: review"), risks, row, list_page("", "crisisrisk", "escalation"))
