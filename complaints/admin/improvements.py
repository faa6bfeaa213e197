"""Improvements: for who works on cases, with the check whether they helped."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.forms.improve import EffectForm
from complaints.models import Complaint, Improvement
from complaints.permissions import refusal
from complaints.queries.improvements import check_due_on
from complaints.services import improve
from staff.admin.acts import Act
from staff.admin.office import RecordAdmin, user_of
from staff.admin.paging import PagesWithoutCount


def may_check(request: HttpRequest, row: Improvement) -> bool:
    """Ripe, and neither owner nor doer."""
    due, user = check_due_on(row), user_of(request)
    if due is None or timezone.localdate() < due or user.pk in (row.owner_id, row.done_by_id):
        return False
    return refusal(user, row.complaint, "check_effect", timezone.localdate()) is None


@admin.register(Improvement)
class ImprovementAdmin(PagesWithoutCount, RecordAdmin):
    view_permission: ClassVar[str | None] = "complaints.read_files"
    list_display = ("complaint", "kind", "action", "changes", "owner", "due_on", "done_at")
    list_select_related = ("complaint", "owner")
    search_fields = ("complaint__number", "action", "lesson")
    ordering = ("-due_on", "-pk")
    fields = (
        "complaint", "kind", "lesson", "action", "changes", "changes_nothing_because", "expectation", "owner", "due_on", "proposed_by",
        "proposed_at", "result", "proof", "done_by", "done_at", "check_days", "linked", "effect",
    )  # fmt: skip
    readonly_fields = ("linked", "effect")
    acts = (
        Act(
            name="check",
            label=_("Check whether it helped"),
            explanation=_("You are neither its owner nor who did it. The numbers are counted by the system."),
            done=_("The check is on file."),
            form=EffectForm,
            offered=may_check,
            run=lambda row, said, by, at: improve.check_effect(improvement_id=row.pk, by=by, at=at, **said),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        seen = Complaint.objects.visible_to(user_of(request))
        rows = super().get_queryset(request).filter(complaint__in=seen.values("pk"))
        return rows.select_related("complaint__category", "complaint__product", "complaint__department", "complaint__handling_department")

    @admin.display(description=_("cases that led to it"))
    def linked(self, row: Improvement) -> str:
        others = row.links.select_related("complaint").order_by("pk")
        return ", ".join([str(row.complaint), *(str(link.complaint) for link in others)])

    @admin.display(description=_("Effect"))
    def effect(self, row: Improvement) -> str:
        return effect_in_words(row)


def effect_in_words(row: Improvement) -> str:
    """The checks on file; else when it will be checked."""
    text = _("%(verdict)s: %(before)s in %(days)s days before, %(after)s after. %(remark)s")
    said = [
        str(
            text
            % {"verdict": each.get_verdict_display(), "before": each.before, "after": each.after, "days": each.days, "remark": each.remark}
        )
        for each in row.checks.order_by("pk")
    ]
    due = check_due_on(row)
    waits = str(_("to be checked from %(day)s") % {"day": due}) if due else "–"
    return "\n".join(said) or waits
