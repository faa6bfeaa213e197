import re
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSingleDateWidget, UnfoldAdminTextareaWidget

from staff.admin.acts import Act
from staff.admin.office import OfficeAdmin, RecordAdmin, holds, user_of
from staff.models import Document, DocumentAcknowledgement, DocumentVersion
from staff.permissions import MANAGE_DOCUMENTS
from staff.services import documents
from staff.services.documents import NumberedClause


class VersionForm(forms.Form):
    """The next version of a document."""

    in_force_from = forms.DateField(label=_("In force from"), widget=UnfoldAdminSingleDateWidget)
    body = forms.CharField(label=_("Text"), max_length=100_000, required=False, widget=UnfoldAdminTextareaWidget)
    clauses = forms.CharField(
        label=_("Clauses"),
        max_length=200_000,
        required=False,
        widget=UnfoldAdminTextareaWidget,
        help_text=_("One clause after an empty line: its number and title on the first line, its text below."),
    )

    def clean_clauses(self) -> list[NumberedClause]:
        clauses = [self._clause(block) for block in re.split(r"\r?\n\s*\n", self.cleaned_data["clauses"]) if block.strip()]
        if len({clause.number for clause in clauses}) < len(clauses):
            raise forms.ValidationError(_("Two clauses have the same number."))
        return clauses

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("body") and not cleaned.get("clauses"):
            raise forms.ValidationError(_("Write a text or clauses."))
        return cleaned

    def _clause(self, block: str) -> NumberedClause:
        head, _line_end, text = block.strip().partition("\n")
        number, _blank, title = head.strip().partition(" ")
        if not text.strip():
            raise forms.ValidationError(_("Clause %(number)s has no text below its first line."), params={"number": number})
        return NumberedClause(number, title, text)


@admin.register(Document)
class DocumentAdmin(OfficeAdmin):
    manage_permission = MANAGE_DOCUMENTS
    list_display = ("code", "name", "active")
    list_filter = ("active",)
    search_fields = ("code", "name")
    ordering = ("code",)
    fields = ("code", "name", "active")
    acts = (
        Act(
            name="publish",
            label=_("Publish a version"),
            explanation=_("The version before ends the day before this one begins. A published version cannot be changed."),
            done=_("The version is published."),
            form=VersionForm,
            offered=lambda request, document: holds(request, MANAGE_DOCUMENTS),
            run=lambda document, said, by, at: documents.publish_version(document=document, by=by, at=at, **said),
        ),
    )


def _has_not_acknowledged(request: HttpRequest, version: DocumentVersion) -> bool:
    return not DocumentAcknowledgement.objects.filter(user=user_of(request), version=version).exists()


@admin.register(DocumentVersion)
class DocumentVersionAdmin(OfficeAdmin):
    """Every employee reads these and says so."""

    list_display = ("document", "version", "in_force_from", "in_force_to", "by")
    list_select_related = ("document", "by")
    search_fields = ("document__code", "document__name")
    ordering = ("-in_force_from", "-pk")
    fields = ("document", "version", "in_force_from", "in_force_to", "body", "clause_list", "by", "at")
    readonly_fields = ("clause_list",)
    acts = (
        Act(
            name="acknowledge",
            label=_("I have read this"),
            explanation=_("You confirm that you have read this version."),
            done=_("Thank you."),
            offered=_has_not_acknowledged,
            run=lambda version, _said, by, at: documents.acknowledge(version=version, by=by, at=at),
        ),
    )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active)

    @admin.display(description=_("clauses"))
    def clause_list(self, version: DocumentVersion) -> str:
        rows = version.clauses.order_by("pk").values_list("number", "title", "text")
        return format_html_join("", "<p><strong>{} {}</strong><br>{}</p>", rows) or "–"


@admin.register(DocumentAcknowledgement)
class DocumentAcknowledgementAdmin(RecordAdmin):
    view_permission = MANAGE_DOCUMENTS
    list_display = ("user", "version", "at")
    list_select_related = ("user", "version__document")
    search_fields = ("user__employee_number", "user__name", "version__document__code")
    ordering = ("-at", "-pk")
