"""Incidents, what they touch, and what is done for everybody affected."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.masking import mask_email, mask_name, mask_phone
from complaints.models import Complaint
from complaints.workflow import Medium
from escalation.forms import incidents as forms
from escalation.models import Affected, AffectedGoods, ContactLook, Incident, Measure, Reach
from escalation.queries import approval, progress
from escalation.services import affected, broadcast, incidents, measures, reach
from escalation.services.incidents import DECLARE, RUN
from staff.admin.acts import Act
from staff.admin.office import OfficeAdmin, RecordAdmin, holds, user_of
from staff.admin.paging import PagesWithoutCount
from staff.permissions import READ_AUDIT
from staff.services.refusals import NotDone

SAMPLE = 20


def _open_and(right: str) -> Any:
    return lambda request, incident: incident.is_open and holds(request, right)


@admin.register(Incident)
class IncidentAdmin(OfficeAdmin):
    """Everybody who works on complaints reads it; with authority it is declared, and ended with proof."""

    manage_permission: ClassVar[str | None] = DECLARE
    view_permission: ClassVar[str | None] = "complaints.read_files"
    list_display = ("title", "origin", "owner", "declared_at", "published_at", "closed_at", "completion")
    list_select_related = ("owner",)
    list_filter = (("closed_at", admin.EmptyFieldListFilter),)
    search_fields = ("title", "what")
    ordering = ("-declared_at", "-pk")
    change_form_outer_before_template = "backoffice/incident.html"
    acts = (
        Act(name="measure", label=_("Decide a measure"), explanation=_("Everybody affected gets the same, whether they have complained or not."), done=_("The measure is decided."), form=forms.MeasureForm, offered=_open_and(DECLARE), run=lambda incident, said, by, at: measures.decide(incident_id=incident.pk, by=by, at=at, **said)),
        Act(name="find", label=_("Find who bought it"), explanation=_("The purchases are asked; what they find is used when somebody has reviewed it."), done=_("Look through what was found."), form=forms.FindForm, offered=_open_and(RUN), run=lambda incident, said, by, at: affected.find(incident_id=incident.pk, by=by, at=at, **said)),
        Act(name="link", label=_("Link a case"), explanation=_("The complaint becomes part of the incident, its complainant is affected."), done=_("The case is linked."), form=forms.LinkForm, offered=_open_and(RUN), run=lambda incident, said, by, at: incidents.link(incident_id=incident.pk, by=by, at=at, **said)),
        Act(name="publish", label=_("Publish the notice"), explanation=_("Everybody can read it on the public pages. Facts only, and what to do now."), done=_("The notice is published."), form=forms.PublishForm, offered=_open_and(DECLARE), run=lambda incident, said, by, at: incidents.publish(incident_id=incident.pk, by=by, at=at, **said)),
        Act(name="close", label=_("Close the incident"), explanation=_("Every measure is done; the rate of completion is written down with it."), done=_("The incident is closed."), form=forms.CloseForm, offered=_open_and(DECLARE), run=lambda incident, said, by, at: incidents.close(incident_id=incident.pk, by=by, at=at, **said)),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(user_of(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        if obj is not None:
            return super().get_form(request, obj, change, **kwargs)
        form = super().get_form(request, obj, change, **(kwargs | {"form": forms.DeclareForm}))
        form.by = user_of(request)
        return form

    def get_fields(self, request: HttpRequest, obj: Incident | None = None) -> list[str]:
        if obj is None:
            return ["title", "what", "reason", "owner", "case", "warning"]
        shown = ["title", "what", "reason", "origin", *(["warning"] if obj.warning else []), "owner", "declared_by", "declared_at"]
        if obj.published_at:
            shown += ["notice_title", "notice_text", "published_by", "published_at"]
        return shown + ([] if obj.is_open else ["completion", "stopped_because", "left_over", "closed_by", "closed_at"])

    def response_add(self, request: HttpRequest, obj: Incident, post_url_continue: str | None = None) -> HttpResponseRedirect:
        messages.success(request, gettext("The incident is declared."))
        return HttpResponseRedirect(self._page_of(obj))

    def foremost_act(self, obj: Incident, offered: set[str]) -> str:
        """Whom it touches, what is done for them, the end; what was found is looked through on a page of its own."""
        if obj.goods.filter(state=AffectedGoods.State.FOUND).exists():
            return ""
        if not obj.affected.confirmed().exists():
            return "find"
        measures = obj.measures.all()
        if not measures:
            return "measure"
        return "close" if all(measure.state == Measure.State.DONE for measure in measures) else ""

    def save_model(self, request: HttpRequest, obj: Incident, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        obj.pk = incidents.declare(by=user_of(request), at=timezone.now(), **form.cleaned_data).pk

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """The service has written what belongs to it."""

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        incident = kwargs.get("obj")
        if incident is not None:
            seen = Complaint.objects.visible_to(user_of(request)).filter(incidents__incident=incident).select_related("category")
            context |= {
                "goods": incident.goods.select_related("product", "asked_by").order_by("pk"),
                "cases": seen.order_by("-received_at"),
                "measures": [(row, None if row.is_general else progress.of_measure(row)) for row in incident.measures.select_related("owner").order_by("pk")],
                "affected_count": incident.affected.confirmed().count(),
                "to_review": incident.affected.filter(state=Affected.State.CANDIDATE).count(),
                "runs": holds(request, RUN),
                "completion": progress.completion_of(incident),
                "waiting": set(incident.measures.to_approve().values_list("pk", flat=True)),
                "may_open_crisis": incident.is_open and holds(request, "escalation.manage_crises"),
                "crises": incident.crises.order_by("pk") if holds(request, "escalation.manage_crises") else [],
            }  # fmt: skip
        return super().render_change_form(request, context, *args, **kwargs)


def _goods_wait(request: HttpRequest, goods: AffectedGoods) -> bool:
    return goods.state == AffectedGoods.State.FOUND and goods.incident.is_open and holds(request, RUN)


@admin.register(AffectedGoods)
class AffectedGoodsAdmin(RecordAdmin):
    """What the purchases were asked, and the review of what they found."""

    view_permission: ClassVar[str | None] = RUN
    list_display = ("incident", "product", "lots", "found", "state", "asked_by", "asked_at")
    list_select_related = ("incident", "product", "asked_by")
    list_filter = ("state",)
    ordering = ("-asked_at", "-pk")
    fields = ("incident", "product", "lots", "bought_from", "bought_to", "asked_by", "asked_at", "found", "state", "reviewed_by", "reviewed_at", "remark")  # fmt: skip
    change_form_outer_after_template = "backoffice/goods.html"
    acts = (
        Act(name="accept", label=_("Use what was found"), explanation=_("You have looked through it: these customers are affected."), done=_("They are affected from now on."), offered=_goods_wait, run=lambda goods, _said, by, at: affected.review(goods_id=goods.pk, accepted=True, by=by, at=at)),
        Act(name="discard", label=_("Discard"), explanation=_("None of these customers is told anything because of this question."), done=_("Discarded."), form=forms.RemarkForm, offered=_goods_wait, run=lambda goods, said, by, at: affected.review(goods_id=goods.pk, accepted=False, by=by, at=at, **said)),
    )  # fmt: skip

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        goods = kwargs.get("obj")
        if goods is not None:
            rows = goods.affected.select_related("customer").order_by("pk")[:SAMPLE]
            context |= {
                "sample": [
                    (row, mask_name(row.customer.name), mask_email(row.customer.email) or mask_phone(row.customer.phone)) for row in rows
                ]
            }
        return super().render_change_form(request, context, *args, **kwargs)


def _candidate_or(state: str) -> Any:
    return lambda request, row: row.incident.is_open and row.state != state and holds(request, RUN)


@admin.register(Affected)
class AffectedAdmin(PagesWithoutCount, RecordAdmin):
    """Everybody affected, recognised and not reached: who must be called stands in the list of calls."""

    view_permission: ClassVar[str | None] = RUN
    list_display = ("who", "contact", "incident", "goods", "complained_shown", "state", "remark")
    list_select_related = ("incident", "customer", "complaint__complainant", "goods__product")
    list_filter = ("state", ("incident", admin.RelatedOnlyFieldListFilter), ("goods", admin.RelatedOnlyFieldListFilter))
    ordering = ("-pk",)
    fields = ("who", "contact", "incident", "goods", "state", "remark", "added_at", "decided_by", "decided_at")
    readonly_fields = ("who", "contact")
    acts = (
        Act(name="exclude", label=_("Not affected"), explanation=_("Take this customer out, for a reason."), done=_("Taken out."), form=forms.RemarkForm, offered=_candidate_or("excluded"), run=lambda row, said, by, at: affected.decide(affected_id=row.pk, is_affected=False, by=by, at=at, **said)),
        Act(name="confirm", label=_("Affected"), explanation=_("This customer gets what all the others get."), done=_("Added."), offered=_candidate_or("confirmed"), run=lambda row, _said, by, at: affected.decide(affected_id=row.pk, is_affected=True, by=by, at=at)),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(user_of(request)).with_complained()

    @admin.display(description=_("customer"))
    def who(self, row: Affected) -> str:
        return mask_name(row.customer.name) if row.customer else str(row.complaint)

    @admin.display(description=_("contact"))
    def contact(self, row: Affected) -> str:
        return mask_email(row.customer.email) or mask_phone(row.customer.phone) if row.customer else ""

    @admin.display(description=_("has complained"), boolean=True)
    def complained_shown(self, row: Any) -> bool:
        return bool(row.complained)


def _measure_may(right: str, *states: str) -> Any:
    def offered(request: HttpRequest, measure: Measure) -> bool:
        return measure.incident.is_open and measure.state in states and holds(request, right)

    return offered


def _to_approve(request: HttpRequest, measure: Measure) -> bool:
    return holds(request, DECLARE) and approval.is_needed(measure) and approval.is_fit(user_of(request), measure)


def _to_start(request: HttpRequest, measure: Measure) -> bool:
    return measure.approved_at is not None and _measure_may(RUN, "planned")(request, measure)


def _to_go_on(request: HttpRequest, measure: Measure) -> bool:
    return measure.approved_at is not None and _measure_may(RUN, "paused")(request, measure)


def _is_owner(request: HttpRequest, measure: Measure) -> bool:
    return measure.incident.is_open and (measure.owner_id == request.user.pk or holds(request, RUN))


def _to_complete(request: HttpRequest, measure: Measure) -> bool:
    return _is_owner(request, measure) and measure.state == (Measure.State.PLANNED if measure.is_general else Measure.State.SENT)


def _some_want(request: HttpRequest, measure: Measure) -> bool:
    return _is_owner(request, measure) and measure.reaches.filter(answer=Reach.Answer.WANTED, fulfilled_at=None).exists()


@admin.register(Measure)
class MeasureAdmin(OfficeAdmin):
    """One measure, and how far it has come with each customer."""

    view_permission: ClassVar[str | None] = "complaints.read_files"
    list_display = ("kind", "incident", "owner", "due_on", "state", "done_at")
    list_select_related = ("incident", "owner")
    list_filter = ("state", "kind")
    ordering = ("-decided_at", "-pk")
    change_form_outer_before_template = "backoffice/measure.html"
    acts = (
        Act(name="approve", label=_("Approve"), explanation=_("You agree to these words for these customers. Whoever is found later waits for another approval."), done=_("Approved."), form=forms.ApproveForm, reads=broadcast.letters_of, offered=_to_approve, run=lambda measure, said, by, at: measures.approve(measure_id=measure.pk, by=by, at=at, **said)),
        Act(name="start", label=_("Tell everybody affected"), explanation=_("Letters go out in batches from now on; you can pause at any time. Nobody gets one twice."), done=_("The first letters are on their way."), form=forms.StartForm, offered=_to_start, run=lambda measure, _said, by, at: measures.start(measure_id=measure.pk, by=by, at=at)),
        Act(name="pause", label=_("Pause"), explanation=_("Nobody more is written to until somebody goes on."), done=_("Paused."), offered=_measure_may(RUN, "running"), run=lambda measure, _said, by, at: measures.pause(measure_id=measure.pk, by=by, at=at)),
        Act(name="resume", label=_("Go on"), explanation=_("The rest gets their letters."), done=_("It goes on."), offered=_to_go_on, run=lambda measure, _said, by, at: measures.start(measure_id=measure.pk, by=by, at=at)),
        Act(name="fulfil", label=_("All who want it have got it"), explanation=_("Everybody who asked for it and has not got it yet, as the list you name shows."), done=_("Written down."), form=forms.ProofForm, offered=_some_want, run=lambda measure, said, by, at: reach.fulfil_all_who_want(measure_id=measure.pk, by=by, at=at, **said)),
        Act(name="complete", label=_("Mark as completed"), explanation=_("Everything this measure asks for was done."), done=_("Done."), form=forms.ProofForm, offered=_to_complete, run=lambda measure, said, by, at: measures.complete(measure_id=measure.pk, by=by, at=at, **said)),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(user_of(request)).select_related("incident")

    def get_fields(self, request: HttpRequest, obj: Measure | None = None) -> list[str]:
        shown = ["incident", "kind", "state", "what", "reason", "owner", "due_on", "decided_by", "decided_at"]
        if obj is not None and not obj.is_general:
            shown += ["amount", "approved_by", "approved_at", "subject", "text", "subject_en", "text_en", "started_by", "started_at"]
        return shown + (["proof", "done_by", "done_at"] if obj is not None and obj.done_at else [])

    def foremost_act(self, obj: Measure, offered: set[str]) -> str:
        return next((name for name in ("approve", "start", "resume", "fulfil", "complete") if name in offered), "")

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        measure = kwargs.get("obj")
        if measure is not None and not measure.is_general:
            parts = [(_("Everybody affected"), None), (_("Had complained"), True), (_("Had not complained"), False)]
            context |= {
                "progress": [(label, progress.of_measure(measure, complained=which)) for label, which in parts],
                "to_approve": Affected.objects.not_approved_for(measure).count(),
                "void": approval.is_needed(measure),
                "runs": holds(request, RUN) or measure.owner_id == request.user.pk,
            }
        return super().render_change_form(request, context, *args, **kwargs)


class ReachStateFilter(admin.SimpleListFilter):
    """How far it has come with a customer."""

    title = _("state")
    parameter_name = "state"
    NAMES: ClassVar[dict[str, Any]] = {
        "waiting": _("Not sent yet"), "to_tell": _("To call"), "failed": _("Came back"), "told": _("Told"), "read": _("Has read it"),
        "answered": _("Has answered"), "fulfilled": _("Fulfilled"), "unreachable": _("Unreachable"),
    }  # fmt: skip

    def lookups(self, _request: HttpRequest, _admin: Any) -> Any:
        return list(self.NAMES.items())

    def queryset(self, _request: HttpRequest, rows: Any) -> Any:
        return rows.filter(state=self.value()) if self.value() in self.NAMES else rows


def _may_call(request: HttpRequest, one: Any) -> bool:
    waits = one.state == "to_tell" and one.measure.incident.is_open and holds(request, reach.CALL)
    return waits and one.caller(timezone.now()) in (None, user_of(request))


def _may_fulfil(request: HttpRequest, one: Any) -> bool:
    return one.fulfilled_at is None and _is_owner(request, one.measure)


@admin.register(Reach)
class ReachAdmin(PagesWithoutCount, RecordAdmin):
    """One customer and one measure. Who must call opens name and number, one by one, and each look is kept."""

    view_permission: ClassVar[str | None] = reach.CALL
    list_display = ("who", "measure", "state_shown", "caller_shown", "tried_by", "calls", "answer", "answered_at", "fulfilled_at")
    list_select_related = ("measure__incident", "affected__customer", "affected__complaint__complainant", "message", "taken_by")
    change_form_outer_before_template = "backoffice/reach.html"
    list_filter = (ReachStateFilter, "answer", ("measure", admin.RelatedOnlyFieldListFilter))
    ordering = ("-pk",)
    fields = ("who", "telephone", "measure", "letter", "state_shown", "tried_by", "calls", "answer", "words", "answered_at", "read_at", "proof", "fulfilled_by", "fulfilled_at")  # fmt: skip
    readonly_fields = ("who", "telephone", "letter", "state_shown", "tried_by", "words")
    acts = (
        Act(name="reached", label=_("Reached by telephone"), explanation=_("You have read the letter to the customer."), done=_("Written down."), form=forms.CalledForm, offered=_may_call, run=lambda one, said, by, at: reach.call(reach_id=one.pk, reached=True, by=by, at=at, **said)),
        Act(name="missed", label=_("Nobody answered"), explanation=_("After three calls in vain the customer counts as out of reach."), done=_("Written down."), offered=_may_call, run=lambda one, _said, by, at: reach.call(reach_id=one.pk, reached=False, by=by, at=at)),
        Act(name="fulfil", label=_("Fulfilled"), explanation=_("The customer has got what is due to them."), done=_("Written down."), form=forms.ProofForm, offered=_may_fulfil, run=lambda one, said, by, at: reach.fulfil(reach_id=one.pk, by=by, at=at, **said)),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(user_of(request)).with_state()

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.contact_view)
        return [path("<int:object_id>/contact/", view, name="escalation_reach_contact"), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        one = kwargs.get("obj")
        if one is not None:
            context["calls"] = holds(request, reach.CALL) and one.affected.customer is not None and reach.must_be_called(one)
            caller = one.caller(timezone.now())
            context["caller"] = caller if caller != user_of(request) else None
        return super().render_change_form(request, context, *args, **kwargs)

    def contact_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Whom to call, once; every look is kept."""
        one = self.get_object(request, str(object_id))
        if one is None:
            raise Http404
        if not self.has_view_permission(request, one):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseRedirect(self._page_of(one))
        try:
            customer = reach.look(reach_id=one.pk, by=user_of(request), at=timezone.now())
        except NotDone as refusal:
            messages.warning(request, str(refusal))
            return HttpResponseRedirect(self._page_of(one))
        frame = self.admin_site.each_context(request) | {"opts": self.opts, "title": str(one), "media": self.media}
        page = TemplateResponse(request, "backoffice/affected_contact.html", frame | {"customer": customer, "back": self._page_of(one)})
        page["Cache-Control"] = "no-store, private"
        return page

    @admin.display(description=_("customer"))
    def who(self, one: Any) -> str:
        customer = one.affected.customer
        return mask_name(customer.name) if customer else str(one.affected.complaint)

    @admin.display(description=_("phone"))
    def telephone(self, one: Any) -> str:
        customer = one.affected.customer
        return mask_phone(customer.phone) if customer else ""

    @admin.display(description=_("letter"))
    def letter(self, one: Any) -> str:
        return one.message.text if one.message else ""

    @admin.display(description=_("state"))
    def state_shown(self, one: Any) -> str:
        return str(ReachStateFilter.NAMES[one.state])

    @admin.display(description=pgettext_lazy("to a customer", "called by"))
    def caller_shown(self, one: Reach) -> str:
        caller = one.caller(timezone.now())
        return caller.name if caller else ""

    @admin.display(description=_("Channels tried"))
    def tried_by(self, one: Reach) -> str:
        return gettext(", ").join(str(Medium(each).label) for each in one.tried)

    @admin.display(description=_("The customer's words"))
    def words(self, one: Reach) -> str:
        return "\n".join(reply.words for reply in one.replies.order_by("pk") if reply.words)


@admin.register(ContactLook)
class ContactLookAdmin(PagesWithoutCount, RecordAdmin):
    """Who opened name and number of which affected customer: for the auditor."""

    view_permission: ClassVar[str | None] = READ_AUDIT
    list_display = ("at", "by", "reach")
    list_select_related = ("by", "reach__affected", "reach__measure")
    search_fields = ("by__employee_number", "by__name")
    ordering = ("-at", "-pk")

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.filter(reach__in=Reach.objects.visible_to(user_of(request)).values("pk"))
