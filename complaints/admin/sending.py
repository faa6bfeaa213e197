"""Holds on sending: since when, why, and who let messages go again."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from complaints.models import SendingHold
from complaints.services import sending
from staff.admin.acts import Act
from staff.admin.office import RecordAdmin, holds
from staff.admin.paging import PagesWithoutCount

MANAGES = "complaints.manage_messages"


def _may_release(request: HttpRequest, row: SendingHold) -> bool:
    return row.released_at is None and holds(request, MANAGES)


@admin.register(SendingHold)
class SendingHoldAdmin(PagesWithoutCount, RecordAdmin):
    view_permission: ClassVar[str | None] = MANAGES
    list_display = ("at", "why", "backup_at", "released_at", "released_by", "kept_back")
    list_select_related = ("released_by",)
    ordering = ("-at", "-pk")
    fields = ("why", "at", "backup_at", "released_at", "released_by", "kept_back")
    acts: ClassVar[Any] = (
        Act(
            name="keep_back",
            label=_("Release, but not what waited then"),
            explanation=_(
                "New messages go out. What waited when the backup was made may have gone out since: it is listed among the failed messages, "
                "where each can be sent again."
            ),
            done=_("Messages go out again; the old ones wait among the failed."),
            offered=_may_release,
            run=lambda row, _said, by, at: sending.release(hold_id=row.pk, keep_back=True, by=by, at=at),
        ),
        Act(
            name="release",
            label=_("Release and send all"),
            explanation=_("Everything that waits goes out now, also what the old system may have sent since the backup was made."),
            done=_("Messages go out again."),
            offered=_may_release,
            run=lambda row, _said, by, at: sending.release(hold_id=row.pk, keep_back=False, by=by, at=at),
        ),
    )
