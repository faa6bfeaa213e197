"""The working calendar and the office hours; every edit has the dates that rest on them counted anew."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from escalation.admin.policy import MANAGE, VIEW
from escalation.services import recount
from staff.admin.acts import Act
from staff.admin.office import OfficeAdmin, holds, user_of
from staff.models import CalendarYear, OfficeHours, WorkDay
from staff.models.calendar import Weekday
from staff.services import calendars
from staff.services.recording import recorded


class Recounts(OfficeAdmin):
    manage_permission = MANAGE
    view_permission = VIEW

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        super().save_model(request, obj, form, change)
        recount.later(by=user_of(request))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with recorded(obj, by=user_of(request), at=timezone.now()):
            super().delete_model(request, obj)
        recount.later(by=user_of(request))

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Those ticked in the list, each as if it were alone."""
        for row in queryset:
            self.delete_model(request, row)


class YearForm(forms.ModelForm):
    """A new year is filled in from the country's holidays."""

    weekend = forms.MultipleChoiceField(
        label=_("weekend"), choices=Weekday.choices, required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Days of the week that are not worked."),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            self.initial["weekend"] = list(self.instance.weekend)

    def clean_weekend(self) -> str:
        return "".join(sorted(self.cleaned_data["weekend"]))

    def clean_country(self) -> str:
        country = str(self.cleaned_data["country"]).upper()
        if country not in calendars.countries():
            raise forms.ValidationError(_("No holidays are known of this country. Use a code such as CN, DE or US."))
        return country


@admin.register(CalendarYear)
class CalendarYearAdmin(Recounts):
    form = YearForm
    list_display = ("year", "country", "part", "not_worked", "complete")
    acts = (
        Act(
            name="fill",
            label=_("Fill in what is known"),
            explanation=_(
                "Enters the holidays and make-up days that the library knows and that are not entered yet. What people entered stays."
            ),
            done=_("The year is filled in."),
            offered=lambda request, _year: holds(request, MANAGE),
            run=lambda year, _said, by, at: calendars.fill(year=year.year, country=year.country, part=year.part, by=by, at=at),
        ),
    )

    @admin.display(description=_("weekend"))
    def not_worked(self, year: CalendarYear) -> str:
        return year.weekend_in_words

    def get_fields(self, request: HttpRequest, obj: CalendarYear | None = None) -> Any:
        return ("year", "country", "part", "weekend", "complete") if obj else ("year", "country", "part")

    def get_readonly_fields(self, request: HttpRequest, obj: CalendarYear | None = None) -> Any:
        return ("year", "country", "part") if obj else ()

    def save_model(self, request: HttpRequest, obj: CalendarYear, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        if change:
            super().save_model(request, obj, form, change)
            return
        made = calendars.fill(year=obj.year, country=obj.country, part=obj.part, by=user_of(request), at=timezone.now())
        obj.pk, obj.weekend, obj.complete = made.pk, made.weekend, made.complete
        recount.later(by=user_of(request))


@admin.register(WorkDay)
class WorkDayAdmin(Recounts):
    list_display = ("day", "weekday", "working", "name")
    list_filter = ("working",)
    date_hierarchy = "day"
    fields = ("day", "working", "name")

    @admin.display(description=_("day of the week"), ordering="day")
    def weekday(self, row: WorkDay) -> str:
        return str(Weekday(row.day.weekday()).label)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_manage(request)  # a day entered by mistake is an ordinary day again; its history stays


@admin.register(OfficeHours)
class OfficeHoursAdmin(Recounts):
    list_display = ("weekday", "opens", "closes", "department")
    list_select_related = ("department",)
    list_filter = ("department",)
    autocomplete_fields = ("department",)
    fields = ("department", "weekday", "opens", "closes")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_manage(request)
