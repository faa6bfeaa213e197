"""The register of crises that could happen, and the file of one that has."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from escalation.forms import crises as forms
from escalation.forms.incidents import ProofForm
from escalation.models import CheckList, Crisis, CrisisImprovement, CrisisRisk, CrisisRole, FactSheet, MediaQuestion, Point
from escalation.services import crises
from escalation.services.crises import RIGHT
from staff.admin.acts import Act
from staff.admin.office import OfficeAdmin, RecordAdmin, holds, user_of


def _may_review(request: HttpRequest, risk: CrisisRisk) -> bool:
    return risk.active and (risk.owner_id == request.user.pk or holds(request, RIGHT))


@admin.register(CrisisRisk)
class CrisisRiskAdmin(OfficeAdmin):
    """Kept before any crisis; each is looked at again by its owner."""

    manage_permission: ClassVar[str | None] = RIGHT
    list_display = ("what", "owner", "review_on", "active")
    list_select_related = ("owner",)
    list_filter = ("active",)
    search_fields = ("what", "early_sources", "prevention")
    ordering = ("review_on", "pk")
    form = forms.RiskForm
    change_form_outer_after_template = "backoffice/risk.html"
    acts = (
        Act(name="review", label=_("Reviewed"), explanation=_("Does it still hold? Are the early sources watched, is the measure in place?"), done=_("The review is on file."), form=forms.RiskReviewForm, offered=_may_review, run=lambda risk, said, by, at: crises.review_risk(risk_id=risk.pk, by=by, at=at, **said)),
    )  # fmt: skip

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Asked on every page of the back office for its menu of apps: answered without asking who has a part in what."""
        return RecordAdmin.has_view_permission(self, request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Its owner too, whatever their role."""
        owned = {"pk": obj.pk} if obj is not None else {}
        return super().has_view_permission(request, obj) or CrisisRisk.objects.filter(owner=user_of(request), **owned).exists()

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows if super().has_view_permission(request) else rows.filter(owner=user_of(request))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        risk = kwargs.get("obj")
        if risk is not None:
            context |= {"reviews": risk.reviews.select_related("by").order_by("-at")}
        return super().render_change_form(request, context, *args, **kwargs)


class CrisisPart:
    """Pages of a crisis: for who manages crises, audits them, or has a role in one."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Asked on every page of the back office for its menu of apps: answered without asking who has a part in what."""
        return RecordAdmin.has_view_permission(self, request)  # type: ignore[arg-type]  # of the page it is mixed into

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        wide: bool = super().has_view_permission(request, obj)  # type: ignore[misc]  # of the page it is mixed into
        return wide or CrisisRole.objects.filter(user=user_of(request), ended_at=None).exists()

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)  # type: ignore[misc]  # the same
        seen = Crisis.objects.filter(crises.seen_by(user_of(request))).values("pk")
        return rows.filter(pk__in=seen) if rows.model is Crisis else rows.filter(crisis__in=seen)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _manages(request: HttpRequest, crisis: Crisis) -> bool:
    return crisis.is_open and holds(request, RIGHT)


def _takes_part(request: HttpRequest, crisis: Crisis) -> bool:
    return crisis.is_open and (holds(request, RIGHT) or crises.has_part(crisis, user_of(request)))


def _speaks(request: HttpRequest, crisis: Crisis) -> bool:
    return crisis.is_open and crises.is_spokesperson(crisis, user_of(request))


def _not_looked_back(request: HttpRequest, crisis: Crisis) -> bool:
    return _manages(request, crisis) and not hasattr(crisis, "review")


@admin.register(Crisis)
class CrisisAdmin(CrisisPart, OfficeAdmin):
    """The file: what is due, who does what, the facts, what was said and asked, the checklists, the review."""

    manage_permission: ClassVar[str | None] = RIGHT
    list_display = ("title", "opened_at", "statement_due_at", "closed_at")
    list_filter = (("closed_at", admin.EmptyFieldListFilter),)
    search_fields = ("title", "what")
    ordering = ("-opened_at", "-pk")
    change_form_outer_before_template = "backoffice/crisis.html"
    acts = (
        Act(name="facts", label=_("Write the fact sheet"), explanation=_("A new version; it counts when somebody else has approved it."), done=_("It waits for approval."), form=forms.FactsForm, offered=_takes_part, run=lambda crisis, said, by, at: crises.write_facts(crisis_id=crisis.pk, by=by, at=at, **said)),
        Act(name="say", label=_("Record a statement"), explanation=_("What you said as the spokesperson, from the approved facts, and when you speak next."), done=_("The statement is on file."), form=forms.StatementForm, offered=_speaks, run=lambda crisis, said, by, at: crises.say(crisis_id=crisis.pk, by=by, at=at, **said)),
        Act(name="ask", label=_("Take a question down"), explanation=_("Who asks what; the spokesperson answers."), done=_("The question is on file."), form=forms.QuestionForm, offered=_takes_part, run=lambda crisis, said, by, at: crises.log_question(crisis_id=crisis.pk, by=by, at=at, **said)),
        Act(name="role", label=_("Give a role"), explanation=_("Whoever had it before has it no more."), done=_("The role is given."), form=forms.RoleForm, offered=_manages, run=lambda crisis, said, by, at: crises.give_role(crisis_id=crisis.pk, by=by, at=at, **said)),
        Act(name="tick", label=_("Tick a point"), explanation=_("You have made sure of it now."), done=_("Ticked."), form=forms.TickForm, offered=_takes_part, run=lambda crisis, said, by, at: crises.tick(crisis_id=crisis.pk, by=by, at=at, **said)),
        Act(name="review", label=_("After-action review"), explanation=_("What went well, what went wrong, what follows."), done=_("The review is on file."), form=forms.LookBackForm, offered=_not_looked_back, run=lambda crisis, said, by, at: crises.look_back(crisis_id=crisis.pk, by=by, at=at, **said)),
        Act(name="improve", label=_("Add an improvement"), explanation=_("It stays with its owner when the crisis is over."), done=_("The improvement is on file."), form=forms.ImproveForm, offered=_manages, run=lambda crisis, said, by, at: crises.improve(crisis_id=crisis.pk, by=by, at=at, **said)),
        Act(name="close", label=_("Close the crisis"), explanation=_("Everything was said and answered, and the review has led to improvements."), done=_("The crisis is closed."), offered=_manages, run=lambda crisis, _said, by, at: crises.close(crisis_id=crisis.pk, by=by, at=at)),
    )  # fmt: skip

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        return super().get_form(request, obj, change, **(kwargs if obj is not None else kwargs | {"form": forms.OpenForm}))

    def get_fields(self, request: HttpRequest, obj: Crisis | None = None) -> list[str]:
        if obj is None:
            return ["title", "what", "lead", "spokesperson", "risk", "incident"]
        return ["title", "what", "risk", "incident", "opened_by", "opened_at", *([] if obj.is_open else ["closed_by", "closed_at"])]

    def response_add(self, request: HttpRequest, obj: Crisis, post_url_continue: str | None = None) -> HttpResponseRedirect:
        messages.success(request, gettext("The crisis is open: the first statement is due."))
        return HttpResponseRedirect(self._page_of(obj))

    def foremost_act(self, obj: Crisis, offered: set[str]) -> str:
        """First the facts, then the word of the spokesperson."""
        return "facts" if not obj.fact_sheets.exists() else "say"

    def save_model(self, request: HttpRequest, obj: Crisis, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        obj.pk = crises.open_crisis(by=user_of(request), at=timezone.now(), **form.cleaned_data).pk

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """The service has written what belongs to it."""

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        crisis = kwargs.get("obj")
        if crisis is not None:
            tick = next(act for act in self.acts if act.name == "tick")
            context |= {
                "now": timezone.now(),
                "roles": crisis.roles.filter(ended_at=None).select_related("user").order_by("role"),
                "in_force": crises.facts_in_force(crisis),
                "sheets": crisis.fact_sheets.select_related("written_by", "approved_by").order_by("-version"),
                "statements": crisis.statements.select_related("spoken_by", "fact_sheet", "corrects").order_by("-at"),
                "questions": crisis.questions.select_related("logged_by", "answered_by", "fact_sheet").order_by("-asked_at"),
                "lists": _checklists(crisis),
                "tick_url": self.act_url(crisis, tick) if _takes_part(request, crisis) else "",
                "improvements": crisis.improvements.select_related("owner").order_by("due_on"),
                "review": getattr(crisis, "review", None),
            }
        return super().render_change_form(request, context, *args, **kwargs)


def _checklists(crisis: Crisis) -> list[tuple[str, int, list[tuple[Point, Any]]]]:
    """Each list with how many of its points are ticked, and its points with who made sure of them."""
    ticks = {tick.point: tick for tick in crisis.ticks.select_related("by")}
    found = []
    for name in CheckList:
        points = [(point, ticks.get(point.value)) for point in Point if point.on_list == name]
        found.append((str(name.label), sum(1 for _point, made in points if made), points))
    return found


def _to_approve(request: HttpRequest, sheet: FactSheet) -> bool:
    newest = not sheet.crisis.fact_sheets.filter(version__gt=sheet.version).exists()
    waits = sheet.approved_at is None and newest and sheet.crisis.is_open
    return waits and sheet.written_by_id != request.user.pk and holds(request, RIGHT)


@admin.register(FactSheet)
class FactSheetAdmin(CrisisPart, RecordAdmin):
    """What is known for sure, version by version."""

    view_permission: ClassVar[str | None] = RIGHT
    list_display = ("crisis", "version", "written_by", "written_at", "approved_by", "approved_at")
    list_select_related = ("crisis", "written_by", "approved_by")
    ordering = ("-written_at", "-pk")
    acts = (
        Act(name="approve", label=_("Approve the facts"), explanation=_("From now on the spokesperson speaks from this version. Whoever wrote it does not approve it."), done=_("Approved."), offered=_to_approve, run=lambda sheet, _said, by, at: crises.approve_facts(sheet_id=sheet.pk, by=by, at=at)),
    )  # fmt: skip


def _to_answer(request: HttpRequest, asked: MediaQuestion) -> bool:
    return asked.answered_at is None and _speaks(request, asked.crisis)


@admin.register(MediaQuestion)
class MediaQuestionAdmin(CrisisPart, RecordAdmin):
    view_permission: ClassVar[str | None] = RIGHT
    list_display = ("crisis", "asked_by", "asked_at", "answered_by", "answered_at")
    list_select_related = ("crisis", "answered_by")
    list_filter = (("answered_at", admin.EmptyFieldListFilter),)
    ordering = ("-asked_at", "-pk")
    acts = (
        Act(name="answer", label=_("Answer"), explanation=_("What you answered as the spokesperson."), done=_("The answer is on file."), form=forms.AnswerForm, offered=_to_answer, run=lambda asked, said, by, at: crises.answer_question(question_id=asked.pk, by=by, at=at, **said)),
    )  # fmt: skip


def _to_complete(request: HttpRequest, better: CrisisImprovement) -> bool:
    return better.done_at is None and (better.owner_id == request.user.pk or holds(request, RIGHT))


@admin.register(CrisisImprovement)
class CrisisImprovementAdmin(RecordAdmin):
    """What a crisis has taught: for whoever manages crises, and for the owner."""

    view_permission: ClassVar[str | None] = RIGHT
    list_display = ("action", "crisis", "owner", "due_on", "done_at")
    list_select_related = ("crisis", "owner")
    list_filter = (("done_at", admin.EmptyFieldListFilter),)
    ordering = ("due_on", "pk")
    acts = (
        Act(name="done", label=_("Mark as completed"), explanation=_("What was done, and what shows it."), done=_("Written down."), form=ProofForm, offered=_to_complete, run=lambda better, said, by, at: crises.complete_improvement(improvement_id=better.pk, by=by, at=at, **said)),
    )  # fmt: skip

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Asked on every page of the back office for its menu of apps: answered without asking who has a part in what."""
        return RecordAdmin.has_view_permission(self, request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) or CrisisImprovement.objects.filter(owner=user_of(request)).exists()

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows if super().has_view_permission(request) else rows.filter(owner=user_of(request))
