"""What is due in the cases a person sees; where more time is asked for and granted, and where time stands still."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from complaints.queries.words import due_in_words
from escalation.forms.time import AskForm, GrantForm, PauseForm, RefuseForm, RegimeForm
from escalation.models import Deadline, Extension, Pause
from escalation.obligations import with_unit
from escalation.permissions import may_ask, may_grant
from escalation.services import extensions, pauses, regimes
from staff.admin.acts import Act
from staff.admin.office import RecordAdmin, user_of
from staff.admin.paging import PagesWithoutCount

State = Deadline.State


class OfCase(RecordAdmin):
    """Rows of cases, for whoever sees the case; nothing here is written but by the acts."""

    view_permission: ClassVar[str | None] = "complaints.read_files"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).visible_to(user_of(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        page: Any = super().render_change_form(request, context, *args, **kwargs)
        row = kwargs.get("obj")
        if row is not None:
            to_case = reverse("admin:complaints_complaint_change", args=[row.complaint_id])
            page.context_data["acts"].append((_("To case %(number)s") % {"number": row.complaint.number}, to_case))
        return page

    @admin.display(description=_("case"))
    def case_number(self, row: Any) -> SafeString:
        url = reverse("admin:complaints_complaint_change", args=[row.complaint_id])
        return format_html('<a href="{}">{}</a>', url, row.complaint.number)


def _asks(request: HttpRequest, row: Any) -> bool:
    return may_ask(user_of(request), row.complaint, timezone.localdate())


def _may_extend(request: HttpRequest, row: Deadline) -> bool:
    running = row.state == State.OPEN and row.due_at >= timezone.now() and row.extension_left > 0
    return running and _asks(request, row) and not row.extensions.filter(state=Extension.State.ASKED).exists()


class Whose(admin.SimpleListFilter):
    """What is not done yet unless something else is asked for: of millions that are, nobody wants the oldest."""

    title = _("which")
    parameter_name = "which"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("running", _("Not done yet")), ("overdue", _("Overdue")), ("open", _("Running")), ("paused", _("Standing still")), ("mine", _("My cases")),
            ("all", _("All")),
        ]  # fmt: skip

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Django's own would begin with all."""
        for lookup, title in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: lookup})
            yield {"selected": (self.value() or "running") == lookup, "query_string": query, "display": title}

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        at = timezone.now()
        if self.value() == "mine":
            return queryset.running().of_handler(user_of(request))
        chosen = {"overdue": lambda: queryset.overdue(at), "open": queryset.open, "paused": queryset.paused, "all": queryset.all}
        return chosen.get(self.value() or "", queryset.running)()


@admin.register(Deadline)
class DeadlineAdmin(PagesWithoutCount, OfCase):
    """The due list."""

    list_display = ("case_number", "matter", "left", "state", "regime", "handler", "due_shown")
    list_select_related = ("complaint__handler", "regime", "policy")
    list_filter = (Whose, "matter", "regime")
    list_display_links = ("matter",)
    ordering = ("due_at", "pk")
    fields = (
        "case_number", "matter", "left", "state", "regime", "source", "how_long", "opened_at", "due_at", "is_sure", "more_time", "closed_at", "moves_shown", "pauses_shown",
    )  # fmt: skip
    readonly_fields = fields
    acts = (
        Act(
            name="extend",
            label=_("Ask for more time"),
            explanation=_("Somebody above the case decides. When it is granted, the customer is told your words and the new day."),
            done=_("More time has been asked for."),
            form=AskForm,
            offered=_may_extend,
            run=lambda row, said, by, at: extensions.ask(deadline_id=row.pk, by=by, at=at, **said),
        ),
        Act(
            name="pause",
            label=_("Let time stand still"),
            explanation=_(
                "For all limits of the case whose rule allows it for this reason. What is overdue stays overdue. "
                "A second time somebody above the case does it."
            ),
            done=_("Time stands still."),
            form=PauseForm,
            offered=lambda request, row: row.state == State.OPEN and _asks(request, row),
            run=lambda row, said, by, at: pauses.pause(complaint_id=row.complaint_id, by=by, at=at, **said),
        ),
        Act(
            name="rules",
            label=_("Choose other rules"),
            explanation=_(
                "The law or contract the whole case is under. Limits of the former rules end, those of the new run from its arrival."
            ),
            done=_("The case is under other rules now."),
            form=RegimeForm,
            offered=lambda request, row: row.is_running and _asks(request, row),
            run=lambda row, said, by, at: regimes.choose(
                complaint_id=row.complaint_id, regime_id=said["regime"].pk, reason=said["reason"], by=by, at=at
            ),
        ),
    )

    @admin.display(description=_("time left"))
    def left(self, row: Deadline) -> Any:
        """In words; the colour only repeats them."""
        now = timezone.now()
        if row.state != State.OPEN:
            return row.get_state_display()
        return format_html('<span class="{}">{}</span>', "rd-late" if row.due_at < now else "", due_in_words(row.due_at, now))

    @admin.display(description=_("due at"), ordering="due_at")
    def due_shown(self, row: Deadline) -> str:
        return f"{timezone.localtime(row.due_at):%Y-%m-%d %H:%M}"

    @admin.display(description=_("handler"))
    def handler(self, row: Deadline) -> str:
        return row.complaint.handler.name if row.complaint.handler else "–"

    @admin.display(description=_("source or reason"))
    def source(self, row: Deadline) -> str:
        return row.policy.source if row.policy else "–"

    @admin.display(description=_("how long"))
    def how_long(self, row: Deadline) -> str:
        return with_unit(row.amount, row.unit, row.extended_by) if row.amount else "–"

    @admin.display(description=_("more time"))
    def more_time(self, row: Deadline) -> str:
        """What was asked for and waits; else what can be asked for, or why nothing can."""
        asked = row.extensions.filter(state=Extension.State.ASKED).first()
        if asked is not None:
            return str(_("Asked for %(more)s, waits for approval.") % {"more": with_unit(asked.amount, asked.unit or row.unit)})
        if not row.is_running:
            return "–"
        if row.is_late(timezone.now()):
            return str(_("What is late is not extended any more; only time that is running is."))
        if row.extension_left:
            return str(_("It can be extended by %(most)s at most.") % {"most": with_unit(row.extension_left, row.unit)})
        return str(_("By its rule it is not extended."))

    @admin.display(description=_("how it moved"))
    def moves_shown(self, row: Deadline) -> SafeString:
        lines = [
            (
                f"{timezone.localtime(move.at):%Y-%m-%d %H:%M}",
                move.get_why_display(),
                f"{timezone.localtime(move.due_after):%Y-%m-%d %H:%M}",
            )
            for move in row.moves.order_by("pk")
        ]
        return format_html_join(SafeString("<br>"), "{}: {} → {}", lines) or SafeString("–")

    @admin.display(description=_("pauses of the case"))
    def pauses_shown(self, row: Deadline) -> SafeString:
        lines = [
            (
                reverse("admin:escalation_pause_change", args=[each.pk]),
                each.get_reason_display(),
                f"{timezone.localtime(each.from_at):%Y-%m-%d %H:%M}",
            )
            for each in Pause.objects.filter(complaint=row.complaint_id).order_by("pk")
        ]
        return format_html_join(SafeString("<br>"), '<a href="{}">{}</a> {}', lines) or SafeString("–")


@admin.register(Pause)
class PauseAdmin(OfCase):
    list_display = ("case_number", "reason", "from_at", "until", "to_at", "by")
    list_display_links = ("reason",)
    list_select_related = ("complaint", "by")
    list_filter = ("reason",)
    ordering = ("-pk",)
    fields = ("case_number", "reason", "words", "from_at", "by", "until", "to_at", "ended_by")
    readonly_fields = fields
    acts = (
        Act(
            name="resume",
            label=_("Let time run again"),
            explanation=_("The limits of the case get as much time as is still theirs."),
            done=_("Time runs again."),
            offered=lambda request, row: row.to_at is None and _asks(request, row),
            run=lambda row, _said, by, at: pauses.resume(pause_id=row.pk, by=by, at=at),
        ),
    )


class _Granting(GrantForm):
    """With the date as it is and as it would be before the eyes of who decides."""

    def about(self, extension: Extension) -> None:
        if dates := extensions.dates_in_words(extension):
            self.fields["answer"].help_text = _("Date now, and when granted: %(dates)s") % {"dates": dates}


def _may_decide(request: HttpRequest, row: Extension) -> bool:
    user = user_of(request)
    return row.state == Extension.State.ASKED and row.asked_by_id != user.pk and may_grant(user, row.complaint, timezone.localdate())


@admin.register(Extension)
class ExtensionAdmin(OfCase):
    list_display = ("case_number", "deadline_of", "how_much", "state", "asked_by", "asked_at", "decided_by")
    list_display_links = ("deadline_of",)
    list_select_related = ("complaint", "deadline", "asked_by", "decided_by")
    list_filter = ("state",)
    ordering = ("-pk",)
    fields = (
        "case_number", "deadline_of", "how_much", "dates", "reason", "to_customer", "asked_by", "asked_at", "state", "decided_by", "decided_at", "answer",
    )  # fmt: skip
    readonly_fields = fields
    acts = (
        Act(
            name="grant",
            label=_("Grant"),
            explanation=_("The date moves, and the customer is told."),
            done=_("The extension is granted; the customer is told."),
            form=_Granting,
            shows=("reason", "to_customer"),
            offered=_may_decide,
            run=lambda row, said, by, at: extensions.grant(extension_id=row.pk, by=by, at=at, **said),
        ),
        Act(
            name="refuse",
            label=_("Refuse"),
            explanation=_("The date stays."),
            done=_("The extension is refused."),
            form=RefuseForm,
            offered=_may_decide,
            run=lambda row, said, by, at: extensions.refuse(extension_id=row.pk, by=by, at=at, **said),
        ),
    )

    @admin.display(description=_("date now, and when granted"))
    def dates(self, row: Extension) -> str:
        return extensions.dates_in_words(row) or "–"

    @admin.display(description=_("time limit of"))
    def deadline_of(self, row: Extension) -> str:
        return str(row.deadline.get_matter_display())

    @admin.display(description=_("more time"))
    def how_much(self, row: Extension) -> str:
        return with_unit(row.amount, row.unit or row.deadline.unit)
