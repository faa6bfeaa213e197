"""Step 10 in the back office: the rules of whom we ask, what was drawn, low answers of the survey, visits that outlive the case."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints import permissions
from complaints.admin.reference import ReferenceAdmin
from complaints.forms.follow_up import EscalateForm, LowScoreForm, VisitMadeForm, VisitOffForm, VisitOwnerForm
from complaints.models import Complaint, FollowUpDraw, FollowUpRule, LowScore, Visit
from complaints.services import follow_up, visits
from staff.admin.acts import Act
from staff.admin.office import RecordAdmin, user_of
from staff.admin.paging import PagesWithoutCount


@admin.register(FollowUpRule)
class FollowUpRuleAdmin(ReferenceAdmin):
    list_display = ("name", "severity", "result", "mode", "percent", "active")
    ordering = ("-percent", "name")


@admin.register(FollowUpDraw)
class FollowUpDrawAdmin(PagesWithoutCount, RecordAdmin):
    """What the system drew; for who reads the audit."""

    list_display = ("at", "complaint", "round", "rule", "percent", "drawn", "selected")
    list_select_related = ("complaint",)
    list_filter = ("selected",)
    ordering = ("-at", "-pk")
    fields = ("complaint", "round", "rule", "percent", "drawn", "selected", "at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        seen = Complaint.objects.visible_to(user_of(request)).values("pk")
        return super().get_queryset(request).filter(complaint__in=seen)


def _asks_back(request: HttpRequest, row: LowScore) -> bool:
    user = user_of(request)
    return row.decided_at is None and permissions.refusal(user, row.complaint, "answer_low_score", timezone.localdate()) is None


@admin.register(LowScore)
class LowScoreAdmin(PagesWithoutCount, RecordAdmin):
    """Low answers of the customers' own survey, and what came of asking back."""

    view_permission: ClassVar[str | None] = "complaints.read_files"
    list_display = ("raised_at", "complaint", "result", "department", "decision", "decided_by")
    list_display_links = ("raised_at", "complaint")
    list_select_related = ("complaint", "survey", "department", "decided_by")
    ordering = ("-raised_at", "-pk")
    fields = ("complaint", "result", "words", "department", "raised_at", "escalated_at", "decision", "remark", "decided_by", "decided_at")
    readonly_fields = ("result", "words")
    acts = (
        Act(
            name="answer",
            label=_("Record what came of it"),
            explanation=_("Ask the customer back. The case is handled once more unless they say otherwise."),
            done=_("It is on file."),
            form=LowScoreForm,
            offered=_asks_back,
            run=lambda row, said, by, at: follow_up.answer_low_score(
                low_score_id=row.pk, decision=said["decision"], remark=said["remark"], by=by, at=at
            ),
        ),
        Act(
            name="escalate",
            label=_("Escalate"),
            explanation=_("Complaint management has it from now on."),
            done=_("Complaint management has it."),
            form=EscalateForm,
            offered=lambda request, row: row.escalated_at is None and _asks_back(request, row),
            run=lambda row, said, by, at: follow_up.escalate_low_score(low_score_id=row.pk, remark=said["remark"], by=by, at=at),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return LowScore.objects.visible_to(user_of(request)).select_related("complaint", "survey", "department", "decided_by")

    @admin.display(description=_("Result"))
    def result(self, row: LowScore) -> str:
        return str(_("%(score)s of 5") % {"score": row.survey.result_score})

    @admin.display(description=_("In the customer's own words"))
    def words(self, row: LowScore) -> str:
        return row.survey.open_answer


def _may_end(request: HttpRequest, row: Visit) -> bool:
    if row.ended_at is not None or row.complaint.is_erased:
        return False
    user = user_of(request)
    return row.owner_id == user.pk or permissions.refusal(user, row.complaint, "plan_visit", timezone.localdate()) is None


@admin.register(Visit)
class VisitAdmin(PagesWithoutCount, RecordAdmin):
    """Visits to customers: one's own, and those of the cases one sees."""

    list_display = ("due_on", "customer", "complaint", "owner", "every_months", "done_on")
    list_display_links = ("due_on", "customer")
    list_select_related = ("customer", "complaint", "owner")
    list_filter = (("done_on", admin.EmptyFieldListFilter),)
    ordering = ("ended_at", "due_on", "pk")
    fields = (
        "customer", "complaint", "purpose", "owner", "due_on", "every_months", "follows", "planned_by", "planned_at", "done_on", "medium", "result",
        "ended_by", "ended_at",
    )  # fmt: skip
    acts = (
        Act(
            name="made",
            label=_("Record the visit"),
            explanation=_("Say how it went. A visit that repeats is planned again."),
            done=_("The visit is on file."),
            form=VisitMadeForm,
            offered=_may_end,
            run=lambda row, said, by, at: visits.complete(visit_id=row.pk, **said, by=by, at=at),
        ),
        Act(
            name="hand_over",
            label=_("Hand over to a colleague"),
            explanation=_("Somebody else who sees the case makes it."),
            done=_("Handed over."),
            form=VisitOwnerForm,
            offered=_may_end,
            run=lambda row, said, by, at: visits.hand_over(visit_id=row.pk, owner=said["owner"], by=by, at=at),
        ),
        Act(
            name="call_off",
            label=_("Call off"),
            explanation=_("It is not made and not repeated."),
            done=_("Called off."),
            form=VisitOffForm,
            offered=_may_end,
            run=lambda row, said, by, at: visits.call_off(visit_id=row.pk, reason=said["reason"], by=by, at=at),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Visit.objects.visible_to(user_of(request)).select_related("customer", "complaint", "owner", "planned_by", "ended_by")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active)
