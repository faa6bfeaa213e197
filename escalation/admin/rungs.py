"""Rungs and marks as tables; what was escalated to read; supervision orders to give and answer."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from complaints.models import Complaint
from complaints.queries.words import due_in_words
from escalation.forms.information import Moment, ReplyForm, say_which
from escalation.forms.rungs import RungForm
from escalation.models import CaseMark, Escalation, MarkRule, Rung, SupervisionOrder
from escalation.queries.people import may_answer
from escalation.services import marks, orders
from staff.admin.acts import Act
from staff.admin.office import OfficeAdmin, RecordAdmin, user_of


@admin.register(Rung)
class RungAdmin(OfficeAdmin):
    manage_permission = "escalation.manage_deadlines"
    view_permission = "complaints.read_files"
    list_display = ("of_what", "severity", "kind", "when", "act", "active")
    list_filter = ("active", "act", "matter")
    form = RungForm
    fields = ("matter", ("severity", "kind"), "when", "act", "active")
    ordering = ("matter", "minutes", "pk")

    @admin.display(description=_("of"), ordering="matter")
    def of_what(self, rung: Rung) -> str:
        return str(rung.get_matter_display() or _("Every time limit of a case"))

    @admin.display(description=_("when"), ordering="minutes")
    def when(self, rung: Rung) -> str:
        return rung.when


@admin.register(MarkRule)
class MarkRuleAdmin(OfficeAdmin):
    manage_permission = "escalation.manage_deadlines"
    view_permission = "complaints.read_files"
    list_display = ("cause", "to_head", "to_management", "to_executives")
    ordering = ("pk",)


#: What a rung can be about, in words.
MATTERS = dict(Rung._meta.get_field("matter").flatchoices)


class OfCase(RecordAdmin):
    """Rows of cases the reader may see; one more is added from the page of a case."""

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(user_of(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One button: it is about one case, and another one begins from its own page."""
        one = {"show_save_and_continue": False, "show_save_and_add_another": False}
        page: HttpResponse = super().add_view(request, form_url, one | (extra_context or {}))
        return page

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        case = request.GET.get("case", "")
        return {"complaint": case} if case.isdecimal() else {}


class LyingWith(admin.SimpleListFilter):
    title = _("whose")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("me", _("Told to me, still so"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.lying_with(user_of(request)) if self.value() == "me" else queryset


@admin.register(Escalation)
class EscalationAdmin(OfCase):
    view_permission: ClassVar[str | None] = "complaints.read_files"
    list_display = ("complaint", "act", "of_what", "mark", "due_at", "at", "people")
    list_select_related = ("complaint", "mark__complaint")
    list_filter = (LyingWith, "act")
    ordering = ("-at", "-pk")
    fields = ("complaint", "act", "of_what", "mark", "due_at", "at", "people")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("told")

    @admin.display(description=_("of"))
    def of_what(self, escalation: Escalation) -> str:
        return str(MATTERS.get(escalation.matter, "–"))

    @admin.display(description=_("told"))
    def people(self, escalation: Escalation) -> str:
        return "、".join(person.name for person in escalation.told.all())


class _CaseForm(forms.ModelForm):
    cases: Any = Complaint.objects.none()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["complaint"].queryset = self.cases  # type: ignore[attr-defined]  # of a field of rows
        self.fields["complaint"].error_messages["required"] = str(_("Begin from the page of the case."))
        say_which(self)


class OrderForm(_CaseForm):
    due_at = Moment(label=_("Answer due"))

    class Meta:
        model = SupervisionOrder
        fields = ["complaint", "words", "due_at"]
        widgets = {"complaint": forms.HiddenInput, "words": UnfoldAdminTextareaWidget}


class MarkForm(_CaseForm):
    cause = forms.ChoiceField(
        label=_("Because of"), choices=[(cause.value, cause.label) for cause in marks.BY_HAND], widget=UnfoldAdminSelectWidget
    )

    class Meta:
        model = CaseMark
        fields = ["complaint", "cause", "words"]
        widgets = {"complaint": forms.HiddenInput, "words": UnfoldAdminTextareaWidget}


def _may_answer(request: HttpRequest, order: SupervisionOrder) -> bool:
    return order.answered_at is None and may_answer(user_of(request), order, timezone.localdate())


@admin.register(SupervisionOrder)
class SupervisionOrderAdmin(OfCase, OfficeAdmin):
    manage_permission = "escalation.order_supervision"
    view_permission = "complaints.read_files"
    list_display = ("complaint", "department", "ordered_by", "at", "due_at", "standing")
    list_select_related = ("complaint", "department", "by")
    list_filter = (("answered_at", admin.EmptyFieldListFilter),)
    ordering = ("-at", "-pk")
    acts = (
        Act(
            name="answer", label=_("Answer"), explanation=_("Why it is late, and what happens now by when. Whoever ordered it reads it; it can be said once."),
            done=_("The answer is given."), form=ReplyForm, offered=_may_answer,
            run=lambda order, said, by, at: orders.answer(order_id=order.pk, by=by, at=at, **said),
        ),
    )  # fmt: skip

    @admin.display(description=_("ordered by"))
    def ordered_by(self, order: SupervisionOrder) -> str:
        return order.by.name if order.by else str(_("by a rung"))

    @admin.display(description=_("what was late"))
    def about(self, order: SupervisionOrder) -> str:
        """The limits a rung ordered it for; what became late while it waited is answered with it."""
        if order.by_id is not None:
            return "–"
        rows = Escalation.objects.filter(complaint=order.complaint_id, act=Rung.Act.ORDER, rung__isnull=False, at__gte=order.at)
        rows = rows.filter(at__lt=order.answered_at) if order.answered_at else rows
        said = (f"{MATTERS.get(row.matter, row.matter)} ({timezone.localtime(row.due_at):%m-%d %H:%M})" for row in rows.order_by("pk"))
        return gettext(", ").join(said) or "–"

    @admin.display(description=_("how it stands"))
    def standing(self, order: SupervisionOrder) -> SafeString:
        """In words; the colour only repeats them."""
        now = timezone.now()
        if order.answered_at is not None:
            in_time = order.answered_at <= order.due_at
            return format_html('<span class="{}">{}</span>', "" if in_time else "rd-late", _("answered") if in_time else _("answered late"))
        left = due_in_words(order.due_at, now)
        return format_html(
            '<span class="{}">{}</span>', "rd-late" if order.due_at < now else "", _("not answered, %(left)s") % {"left": left}
        )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        if obj is None:
            kwargs["form"] = type("OrderForm", (OrderForm,), {"cases": Complaint.objects.visible_to(user_of(request)).open()})
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return ["complaint", "words", "due_at"]
        return [
            "complaint",
            "department",
            "words",
            "ordered_by",
            "at",
            "due_at",
            "about",
            "standing",
            "answer",
            "answered_by",
            "answered_at",
        ]

    def save_model(self, request: HttpRequest, obj: SupervisionOrder, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        said = form.cleaned_data
        made = orders.give(
            complaint_id=said["complaint"].pk, words=said["words"], due_at=said["due_at"], by=user_of(request), at=timezone.now()
        )
        obj.pk, obj.department = made.pk, made.department  # by which the message of success names it


@admin.register(CaseMark)
class CaseMarkAdmin(OfCase):
    manage_permission: ClassVar[str | None] = "complaints.add_note"
    view_permission: ClassVar[str | None] = "complaints.read_files"
    list_display = ("complaint", "cause", "times", "charged_to", "by", "at")
    list_select_related = ("complaint", "charged_to", "by")
    list_filter = ("cause",)
    ordering = ("-at", "-pk")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        if obj is None:
            kwargs["form"] = type("MarkForm", (MarkForm,), {"cases": Complaint.objects.visible_to(user_of(request)).open()})
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return ["complaint", "cause", "words"]
        return ["complaint", "cause", "round", "times", "words", "charged_to", "by", "at"]

    def save_model(self, request: HttpRequest, obj: CaseMark, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        said = form.cleaned_data
        obj.pk = marks.mark(
            complaint_id=said["complaint"].pk, cause=said["cause"], words=said["words"], by=user_of(request), at=timezone.now()
        ).pk
