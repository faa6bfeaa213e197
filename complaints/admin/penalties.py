"""Findings against employees: the file for who decides on it, each reading kept; and the table of measures."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.admin.reference import ReferenceAdmin
from complaints.forms.penalize import AnnounceForm, DeductionForm, RulingForm, WhyNotForm
from complaints.masking import mask_name
from complaints.models import Complaint, Measure, Penalty, PenaltyDecision, PenaltyLook, Statement
from complaints.models.amounts import shown
from complaints.queries import penalties as rules
from complaints.services import appeals, penalize
from staff.admin.acts import Act
from staff.admin.office import RecordAdmin, Trail, holds, led_by, user_of
from staff.admin.paging import PagesWithoutCount
from staff.models import User
from staff.permissions import PUBLISH_NOTICE, READ_AUDIT

SEES = "complaints.see_penalties"
EMPTY = "–"


def _findings() -> tuple[str, str]:
    return gettext("Findings about employees"), reverse("admin:complaints_penalty_changelist")


def _may(act: str, request: HttpRequest, penalty: Penalty) -> bool:
    return rules.is_waiting_for(penalty, act) and rules.refusal(user_of(request), penalty, act, timezone.localdate()) is None


def _may_consent(request: HttpRequest, penalty: Penalty) -> bool:
    return not penalty.measure.takes_wages and _may("consent_penalty", request, penalty)


def _may_consent_to_deduction(request: HttpRequest, penalty: Penalty) -> bool:
    return penalty.measure.takes_wages and _may("consent_penalty", request, penalty)


def _may_announce(request: HttpRequest, penalty: Penalty) -> bool:
    may = penalty.state in Penalty.STANDING and holds(request, PUBLISH_NOTICE)
    return may and not rules.is_kept_out(user_of(request), penalty, timezone.localdate())


def _rule(penalty: Penalty, said: dict[str, Any], by: User, at: datetime) -> object:
    return appeals.rule(penalty_id=penalty.pk, by=by, at=at, **said)


@admin.register(Penalty)
class PenaltyAdmin(PagesWithoutCount, RecordAdmin):
    """Superiors approve, personnel consents, somebody without a part in it decides the appeal. Who is meant sees none of these pages."""

    view_permission: ClassVar[str | None] = SEES
    list_display = ("proposed_at", "case", "employee_masked", "responsible_as", "state")
    list_filter = ("state", "responsible_as")
    ordering = ("-pk",)
    fields = (
        "case", "employee", "responsible_as", "clause_cited", "finding", "evidence", "statement", "measure", "money", "proposed", "approval",
        "consent", "wage_shown", "state", "in_force_at", "appeal_until", "appeal_words", "ruling_words", "told",
    )  # fmt: skip
    readonly_fields = (
        "case", "clause_cited", "statement", "money", "proposed", "approval", "consent", "wage_shown", "appeal_words", "ruling_words", "told",
    )  # fmt: skip
    acts = (
        Act(
            name="approve",
            label=_("Approve the finding"),
            explanation=_("You approve it as the superior of the department's head. It counts when personnel has consented too."),
            done=_("Approved."),
            offered=lambda request, row: _may("approve_penalty", request, row),
            run=lambda row, _said, by, at: penalize.approve(penalty_id=row.pk, by=by, at=at),
        ),
        Act(
            name="disapprove",
            label=_("Do not approve it"),
            explanation=_("The finding falls; your reason is kept."),
            done=_("Recorded."),
            form=WhyNotForm,
            offered=lambda request, row: _may("approve_penalty", request, row),
            run=lambda row, said, by, at: penalize.approve(penalty_id=row.pk, agreed=False, reason=said["reason"], by=by, at=at),
        ),
        Act(
            name="consent",
            label=_("Consent for personnel"),
            explanation=_("The rule cited is in force, the employee was heard, and the measure is allowed."),
            done=_("Consented."),
            offered=_may_consent,
            run=lambda row, _said, by, at: penalize.consent(penalty_id=row.pk, by=by, at=at),
        ),
        Act(
            name="consent_deduction",
            label=_("Consent to the deduction"),
            explanation=_("State the month's wage; the system holds the amount against the legal cap."),
            done=_("Consented."),
            form=DeductionForm,
            offered=_may_consent_to_deduction,
            run=lambda row, said, by, at: penalize.consent(penalty_id=row.pk, by=by, at=at, **said),
        ),
        Act(
            name="object",
            label=_("Do not consent"),
            explanation=_("The finding falls; your reason is kept."),
            done=_("Recorded."),
            form=WhyNotForm,
            offered=lambda request, row: _may("consent_penalty", request, row),
            run=lambda row, said, by, at: penalize.consent(penalty_id=row.pk, agreed=False, reason=said["reason"], by=by, at=at),
        ),
        Act(
            name="rule",
            label=_("Decide the appeal"),
            explanation=_("You had no part in the finding. The employee reads outcome and reasons; a revoked finding leaves every figure."),
            done=_("Decided."),
            form=RulingForm,
            offered=lambda request, row: _may("decide_appeal", request, row),
            run=_rule,
        ),
        Act(
            name="announce",
            label=_("Tell others by a notice"),
            explanation=_("Should the finding be revoked, the same people are told that too."),
            done=_("Published."),
            form=AnnounceForm,
            offered=_may_announce,
            run=lambda row, said, by, at: penalize.announce(penalty_id=row.pk, by=by, at=at, **said),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        related = ("accountability__complaint__handling_department", "accountability__complaint__department", "accountability__by")
        seen = Penalty.objects.visible_to(user_of(request))
        return seen.select_related(*related, "employee", "clause__version__document", "measure", "appeal", "ruling__measure", "ruling__by")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.figures_view)
        return [path("figures/", view, name="complaints_penalty_figures"), *super().get_urls()]

    def trail(self, request: HttpRequest, obj: Any) -> Trail:
        """The case it belongs to, for who may open that; else the list of findings."""
        case: Complaint = obj.accountability.complaint
        if self._may_open(request, case) and Complaint.objects.visible_to(user_of(request)).filter(pk=case.pk).exists():
            return [(str(case), reverse("admin:complaints_complaint_change", args=[case.pk]))]
        return [_findings()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        penalty = self.get_object(request, object_id) if request.method == "GET" else None
        if penalty is not None and self.has_view_permission(request, penalty):
            case: Complaint = penalty.accountability.complaint
            penalize.note_look(case=case, penalty=penalty, by=user_of(request), at=timezone.now())
        return super().change_view(request, object_id, form_url, extra_context)

    def figures_view(self, request: HttpRequest) -> HttpResponse:
        """How many findings stand, by unit; no names."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = rules.figures(user_of(request))
        led_by(request, [_findings(), (gettext("Accountability in figures"), request.path)])
        frame = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": gettext("Accountability in figures"),
            "media": self.media,
        }
        return TemplateResponse(request, "backoffice/accountability.html", frame | {"rows": rows})

    # --- what the page says ------------------------------------------------------------------------------------------------
    @admin.display(description=_("Proposed at"), ordering="accountability__at")
    def proposed_at(self, penalty: Penalty) -> str:
        return f"{timezone.localtime(penalty.accountability.at):%Y-%m-%d %H:%M}"

    @admin.display(description=_("complaint"))
    def case(self, penalty: Penalty) -> str:
        return str(penalty.accountability.complaint)

    @admin.display(description=_("employee"))
    def employee_masked(self, penalty: Penalty) -> str:
        """In lists the name is masked (threats I11)."""
        return mask_name(penalty.employee.name)

    @admin.display(description=_("clause"))
    def clause_cited(self, penalty: Penalty) -> str:
        return f"{penalty.clause.version.document} {penalty.clause}"

    @admin.display(description=_("employee's statement"))
    def statement(self, penalty: Penalty) -> str:
        said = Statement.objects.filter(investigation__complaint=penalty.accountability.complaint, employee=penalty.employee)
        return "\n".join(f"{row.get_state_display()} {row.text}".strip() for row in said.order_by("pk")) or EMPTY

    @admin.display(description=_("amount"))
    def money(self, penalty: Penalty) -> str:
        return penalty.money or EMPTY

    @admin.display(description=_("proposed by"))
    def proposed(self, penalty: Penalty) -> str:
        return f"{penalty.accountability.by.name}, {self.proposed_at(penalty)}"

    def _word(self, penalty: Penalty, kind: str) -> str:
        word = penalty.decisions.filter(kind=kind).select_related("by").first()
        if word is None:
            return EMPTY
        said = gettext("Yes") if word.agreed else gettext("No")
        return " · ".join(filter(None, [said, word.by.name, f"{timezone.localtime(word.at):%Y-%m-%d %H:%M}", word.reason]))

    @admin.display(description=_("approval of the superior"))
    def approval(self, penalty: Penalty) -> str:
        return self._word(penalty, PenaltyDecision.Kind.APPROVAL)

    @admin.display(description=_("consent of personnel"))
    def consent(self, penalty: Penalty) -> str:
        return self._word(penalty, PenaltyDecision.Kind.CONSENT)

    @admin.display(description=_("deduction"))
    def wage_shown(self, penalty: Penalty) -> str:
        word = penalty.decisions.filter(kind=PenaltyDecision.Kind.CONSENT).exclude(wage=None).first()
        if word is None or word.cap_percent is None:
            return EMPTY
        said = {
            "amount": shown(word.amount, penalty.currency), "wage": shown(word.wage, penalty.currency), "month": f"{word.month:%Y-%m}",
            "percent": f"{word.cap_percent.normalize():f}",
        }  # fmt: skip
        return gettext("%(amount)s of the wage of %(month)s, %(wage)s; at most %(percent)s %%") % said

    @admin.display(description=_("appeal"))
    def appeal_words(self, penalty: Penalty) -> str:
        filed = getattr(penalty, "appeal", None)
        return f"{filed.words} ({timezone.localtime(filed.at):%Y-%m-%d})" if filed else EMPTY

    @admin.display(description=_("ruling"))
    def ruling_words(self, penalty: Penalty) -> str:
        given = getattr(penalty, "ruling", None)
        if given is None:
            return EMPTY
        instead = " ".join(filter(None, [str(given.measure or ""), shown(given.amount, penalty.currency)]))
        return " · ".join(filter(None, [given.get_outcome_display(), instead, given.reasons, given.by.name]))

    @admin.display(description=_("told to others by"))
    def told(self, penalty: Penalty) -> str:
        return "; ".join(row.notice.title for row in penalty.notices.select_related("notice").order_by("pk")) or EMPTY


@admin.register(PenaltyLook)
class PenaltyLookAdmin(PagesWithoutCount, RecordAdmin):
    """Who read which findings, when: for the auditor."""

    view_permission: ClassVar[str | None] = READ_AUDIT
    list_display = ("at", "by", "complaint", "penalty")
    list_select_related = ("complaint", "by", "penalty")
    search_fields = ("complaint__number", "by__employee_number", "by__name")
    ordering = ("-at", "-pk")
    fields = ("at", "by", "complaint", "penalty")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return PenaltyLook.objects.visible_to(user_of(request)).select_related("complaint", "by", "penalty")


@admin.register(Measure)
class MeasureAdmin(ReferenceAdmin):
    list_display = ("__str__", "weight", "cap_percent", "appeal_days", "active")
    search_fields = ("code", "name")
    ordering = ("weight", "code")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Findings name a measure by its code."""
        return ("code",) if obj is not None else ()
