"""Notices to read, and what came back to one's own; suggestions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from complaints.queries.words import cut
from config.work.pile import Pile, day_of, list_page, pile_of, row_of
from staff.models import Notice, Suggestion, User


def piles(user: User, at: datetime) -> Iterable[Pile]:
    unread = Notice.objects.unread_for(user).order_by("-at")
    yield pile_of(
        _("Notices to read"),
        unread,
        row_of("staff_notice", str, lambda each: day_of(each.at)),
        list_page("", "notice", "staff"),
        stays=True,
    )
    asked_back = Notice.objects.unclear_of(user).order_by("-at")
    row = row_of("staff_notice", str, lambda each: _("not clear to %(n)d") % {"n": each.questions})
    yield pile_of(_("My notices that are not clear to somebody"), asked_back, row, list_page("", "notice", "staff"))
    if user.has_perm("staff.answer_suggestion"):
        new = Suggestion.objects.visible_to(user).unanswered().exclude(by=user).order_by("at")
        yield pile_of(
            _("Suggestions to answer"),
            new,
            row_of("staff_suggestion", lambda each: cut(each.text, 40), lambda each: each.get_kind_display()),
        )
