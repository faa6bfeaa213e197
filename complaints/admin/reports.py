"""What the supervision looks at again: leads that were set aside and are named anew, and what happens to the job of who reported (M10)."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from complaints.models import LeadLink, RetaliationFlag
from complaints.queries.leads import flags_for, leads_for
from complaints.services import reports
from staff.admin.acts import Act
from staff.admin.office import RecordAdmin, holds, user_of
from staff.admin.paging import PagesWithoutCount
from staff.forms.fields import Text


class ConclusionForm(forms.Form):
    conclusion = Text(label=_("Conclusion"), rows=4)


def _may_review(request: HttpRequest, row: Any) -> bool:
    return row.reviewed_at is None and holds(request, "complaints.add_note")


@admin.register(LeadLink)
class LeadLinkAdmin(PagesWithoutCount, RecordAdmin):
    view_permission: ClassVar[str | None] = "complaints.read_files"
    list_display = ("at", "earlier", "later", "reviewed_by", "reviewed_at")
    list_select_related = ("earlier", "later", "reviewed_by")
    ordering = ("-at", "-pk")
    fields = ("earlier", "later", "at", "conclusion", "reviewed_by", "reviewed_at")
    acts = (
        Act(
            name="review",
            label=_("I looked at it again"),
            explanation=_("A later report names the same as this one, which was set aside. Say what follows from both."),
            done=_("Your conclusion is on file."),
            form=ConclusionForm,
            offered=_may_review,
            run=lambda row, said, by, at: reports.review_lead(link_id=row.pk, conclusion=said["conclusion"], by=by, at=at),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return leads_for(user_of(request)).select_related("earlier", "later", "reviewed_by")


@admin.register(RetaliationFlag)
class RetaliationFlagAdmin(PagesWithoutCount, RecordAdmin):
    view_permission: ClassVar[str | None] = "complaints.read_files"
    list_display = ("at", "complaint", "what", "reviewed_by", "reviewed_at")
    list_select_related = ("complaint", "reviewed_by")
    ordering = ("-at", "-pk")
    fields = ("complaint", "what", "at", "conclusion", "reviewed_by", "reviewed_at")
    acts = (
        Act(
            name="review",
            label=_("I looked into it"),
            explanation=_("Say whether what happened has to do with the report, and what follows."),
            done=_("Your conclusion is on file."),
            form=ConclusionForm,
            offered=_may_review,
            run=lambda row, said, by, at: reports.review_flag(flag_id=row.pk, conclusion=said["conclusion"], by=by, at=at),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return flags_for(user_of(request)).select_related("complaint", "reviewed_by")
