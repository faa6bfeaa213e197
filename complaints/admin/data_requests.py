"""Requests for erasure: granted, and the case is emptied; or refused with what must be kept, and until when."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from complaints.models import DataRequest
from complaints.services import erasure
from staff.admin.acts import Act
from staff.admin.office import RecordAdmin, holds, user_of
from staff.admin.paging import PagesWithoutCount
from staff.forms.fields import Text

ERASES = "complaints.erase"


class AnswerForm(forms.Form):
    answer = Text(label=_("What must be kept, by which law or for which open matter, and until when"), rows=4)


def _may_decide(request: HttpRequest, row: DataRequest) -> bool:
    return row.decided_at is None and holds(request, ERASES)


@admin.register(DataRequest)
class DataRequestAdmin(PagesWithoutCount, RecordAdmin):
    view_permission: ClassVar[str | None] = ERASES
    list_display = ("at", "complaint", "step", "granted", "decided_by", "decided_at")
    list_select_related = ("complaint", "decided_by")
    ordering = ("-at", "-pk")
    fields = ("complaint", "step", "at", "granted", "answer", "decided_by", "decided_at")
    readonly_fields = ("step",)
    acts = (
        Act(
            name="grant",
            label=_("Erase"),
            explanation=_(
                "Words, people and files of the case go for good; that it was there, and what was done when, stays. The case must be closed."
            ),
            done=_("The case is erased."),
            offered=_may_decide,
            run=lambda row, _said, by, at: erasure.decide(request_id=row.pk, granted=True, answer="", by=by, at=at),
        ),
        Act(
            name="refuse",
            label=_("Refuse"),
            explanation=_("The customer reads your answer on the tracking page."),
            done=_("Refused; the customer can read why."),
            form=AnswerForm,
            offered=_may_decide,
            run=lambda row, said, by, at: erasure.decide(request_id=row.pk, granted=False, answer=said["answer"], by=by, at=at),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return DataRequest.objects.visible_to(user_of(request)).select_related("complaint", "decided_by")

    @admin.display(description=_("Step"))
    def step(self, row: DataRequest) -> str:
        return row.complaint.get_step_display()
