"""Meetings with their agenda and action items; the groups of chat programs notices go to."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from staff.admin.acts import Act
from staff.admin.office import OfficeAdmin, holds, user_of
from staff.models import ActionItem, ChatGroup, Meeting, User
from staff.permissions import HOLD_MEETING
from staff.services import meetings


class MeetingForm(forms.ModelForm):
    matters = forms.CharField(
        label=_("Matters for the agenda"), required=False, max_length=5000, widget=UnfoldAdminTextareaWidget,
        help_text=_("One a line. What is open in the department is added by itself."),
    )  # fmt: skip

    class Meta:
        model = Meeting
        fields = ["title", "department", "planned_at", "place", "people"]


class HoldForm(forms.Form):
    """The minutes, and one action item a line: what | employee number | day."""

    minutes = forms.CharField(label=_("Minutes"), max_length=50_000, widget=UnfoldAdminTextareaWidget)
    actions = forms.CharField(
        label=_("Action items"), required=False, max_length=10_000, widget=UnfoldAdminTextareaWidget,
        help_text=_("One a line: what is to be done | employee number | day, for example: Check the seals | E0007 | 2026-12-01"),
    )  # fmt: skip

    def clean_actions(self) -> list[meetings.Asked]:
        return [_asked(line) for line in self.cleaned_data["actions"].splitlines() if line.strip()]


def _asked(line: str) -> meetings.Asked:
    parts = [part.strip() for part in line.replace("｜", "|").split("|")]
    if len(parts) != 3 or not all(parts):
        raise ValidationError(_("“%(line)s”: write what | employee number | day."), params={"line": line})
    text, number, day = parts
    owner = User.objects.active().filter(employee_number__iexact=number).first()
    try:
        due_on = parse_date(day)
    except ValueError:
        due_on = None
    if owner is None or due_on is None:
        raise ValidationError(_("“%(line)s”: there is no such employee or day."), params={"line": line})
    return meetings.Asked(text, owner, due_on)


def _may_hold(request: HttpRequest, meeting: Meeting) -> bool:
    return holds(request, HOLD_MEETING) and meeting.held_at is None


@admin.register(Meeting)
class MeetingAdmin(OfficeAdmin):
    manage_permission = HOLD_MEETING
    list_display = ("title", "department", "planned_at", "called_by", "held_at")
    list_select_related = ("department", "called_by")
    search_fields = ("title",)
    ordering = ("-planned_at", "-pk")
    autocomplete_fields = ("department", "people")
    acts = (
        Act(
            name="hold", label=_("Write the minutes"), explanation=_("What was said, and who does what by when. Written once."),
            done=_("The minutes are on file."), form=HoldForm, offered=_may_hold,
            run=lambda meeting, said, by, at: meetings.hold(meeting=meeting, minutes=said["minutes"], asked=said["actions"], by=by, at=at),
        ),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(user_of(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        if obj is None:
            kwargs["form"] = MeetingForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return ["title", "department", "planned_at", "place", "people", "matters"]
        return [
            "title",
            "department",
            "planned_at",
            "place",
            "people",
            "called_by",
            "agenda_lines",
            "minutes",
            "held_by",
            "held_at",
            "action_lines",
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [] if obj is None else ["agenda_lines", "action_lines"]

    def save_model(self, request: HttpRequest, obj: Meeting, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        said = form.cleaned_data
        matters = said.pop("matters").splitlines()
        obj.pk = meetings.call(by=user_of(request), at=timezone.now(), matters=matters, **said).pk

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """The service has written who is invited."""

    @admin.display(description=_("agenda"))
    def agenda_lines(self, meeting: Meeting) -> SafeString:
        rows = [(item.text, item.link) for item in meeting.agenda.order_by("position")]
        lines = [format_html('<a href="{}">{}</a>', link, text) if link else format_html("{}", text) for text, link in rows]
        return format_html("<ol>{}</ol>", format_html_join("", "<li>{}</li>", ((line,) for line in lines)))

    @admin.display(description=_("action items"))
    def action_lines(self, meeting: Meeting) -> SafeString:
        rows = meeting.actions.select_related("owner").order_by("due_on", "pk")
        return format_html_join("", "<p>{} · {} · {} · {}</p>", ((row.text, row.owner.name, row.due_on, row.result or "–") for row in rows))


class FinishForm(forms.Form):
    result = forms.CharField(label=_("What came of it"), max_length=5000, widget=UnfoldAdminTextareaWidget)


@admin.register(ActionItem)
class ActionItemAdmin(OfficeAdmin):
    """What meetings asked people to do; the owner says what came of it."""

    list_display = ("text", "owner", "due_on", "done_at", "meeting")
    list_select_related = ("owner", "meeting")
    list_filter = (("done_at", admin.EmptyFieldListFilter),)
    ordering = ("due_on", "pk")
    fields = ("text", "meeting", "owner", "due_on", "result", "done_at")
    acts = (
        Act(
            name="finish", label=_("It is done"), explanation=_("Say what came of it."), done=_("Thank you."), form=FinishForm,
            offered=lambda request, action: action.owner_id == request.user.pk and action.done_at is None,
            run=lambda action, said, by, at: meetings.finish(action=action, result=said["result"], by=by, at=at),
        ),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(user_of(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active)


@admin.register(ChatGroup)
class ChatGroupAdmin(OfficeAdmin):
    manage_permission = "staff.manage_users"
    list_display = ("name", "format", "department", "active")
    list_select_related = ("department",)
    ordering = ("name",)
    autocomplete_fields = ("department",)
    fields = ("name", "format", "department", "address", "active")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The address is a key: whoever may not set it does not read it."""
        return self.may_manage(request)
