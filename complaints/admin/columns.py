"""The columns of the list of cases, on the screen and in exports."""

from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from complaints.queries.words import cut, due_in_words


class CaseColumns:
    """Mixed into the admin class of cases."""

    @admin.display(description=_("Number"), ordering="number")
    def number_shown(self, case: Complaint) -> str:
        return case.number

    @admin.display(description=_("What"))
    def what(self, case: Complaint) -> str:
        return cut(case.facts or case.story, 30)

    @admin.display(description=_("Kind"), ordering="kind")
    def kind_shown(self, case: Complaint) -> Any:
        """What it is; in what name, where that is not the customer's own."""
        mode = case.complainant.get_mode_display() if case.complainant.is_protected else ""
        return format_html('{} <span class="rd-faint">{}</span>', case.get_kind_display(), mode) if mode else case.get_kind_display()

    @admin.display(description=_("Severity"), ordering="severity")
    def severity_shown(self, case: Complaint) -> Any:
        if not case.severity:
            return "–"
        return format_html('<span class="rd-badge rd-{}">{}</span>', case.severity, case.get_severity_display())

    @admin.display(description=_("Step"), ordering="step")
    def step_shown(self, case: Complaint) -> Any:
        return case.get_outcome_display() if case.outcome else case.get_step_display()

    @admin.display(description=_("Handler"), ordering="handler__name", empty_value="–")
    def handler_shown(self, case: Complaint) -> str | None:
        return case.handler.name if case.handler else None

    @admin.display(description=_("Due"), ordering="due_at", empty_value="–")
    def due_shown(self, case: Complaint) -> Any:
        now = timezone.now()
        if case.due_at is None or not case.is_open:
            return None
        css = "rd-late" if case.due_at < now else ""
        return format_html('<span class="{}">{}</span>', css, due_in_words(case.due_at, now))

    @admin.display(description=_("Received"), ordering="received_at")
    def received_shown(self, case: Complaint) -> str:
        return timezone.localtime(case.received_at).strftime("%Y-%m-%d %H:%M")
