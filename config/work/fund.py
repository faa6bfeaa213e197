"""Nominations to decide on, those in real name first; rewards to pay."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Case, When
from django.utils.translation import gettext as _

from complaints.models import Reward
from complaints.queries.words import cut
from complaints.workflow import Mode
from config.work.pile import Pile, day_of, list_page, pile_of, row_of
from staff.models import User


def piles(user: User, at: datetime) -> Iterable[Pile]:
    row = row_of("complaints_reward", lambda each: f"{each.number} {cut(each.reason, 24)}", lambda each: day_of(each.nominated_at))
    open_ones = Reward.objects.order_by(Case(When(complaint__complainant__mode=Mode.REAL_NAME, then=0), default=1), "nominated_at")
    if user.has_perm("complaints.approve_reward"):
        nominated = open_ones.of_cases_seen_by(user).filter(state=Reward.State.NOMINATED).exclude(nominated_by=user)
        yield pile_of(_("Nominations to decide on"), nominated, row, list_page("state=nominated", "reward"))
    if user.has_perm("complaints.manage_fund"):
        to_pay = open_ones.visible_to(user).filter(state=Reward.State.APPROVED)
        yield pile_of(_("Rewards to pay"), to_pay, row, list_page("state=approved", "reward"))
        lost = open_ones.filter(state=Reward.State.NOMINATED, complaint=None)
        yield pile_of(_("Nominations that fit no complaint"), lost, row, list_page("state=nominated", "reward"))
