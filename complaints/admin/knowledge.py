"""The knowledge base, and the templates of letters and replies: written in the back office, with history."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from complaints.admin.reference import ReferenceAdmin
from complaints.models import Article, LetterTemplate
from complaints.placeholders import NAMES, unknown_in
from staff.admin.office import holds

PUBLISH = "complaints.publish_articles"


@admin.register(Article)
class ArticleAdmin(ReferenceAdmin):
    """Drafts are anybody's who may write articles; what is published, and what customers see, is decided by who may publish."""

    manage_permission: ClassVar[str | None] = "complaints.write_articles"
    list_display = ("asked_shown", "state", "public", "category", "product", "owner", "review_on", "helped")
    list_select_related = ("category", "product", "owner")
    list_filter = ("state", "public", ("category", admin.RelatedOnlyFieldListFilter), ("product", admin.RelatedOnlyFieldListFilter))
    search_fields = ("question",)
    ordering = ("review_on", "pk")
    fieldsets = (
        (_("In Chinese"), {"fields": ("question", "answer")}),
        (_("In English"), {"fields": ("question_en", "answer_en")}),
        (_("Where it belongs"), {"fields": ("category", "product", "owner", "review_on", "state", "public")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request).defer("search_text")
        return found.annotate(helped_times=Count("uses"))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return (queryset.search(search_term) if search_term.strip() else queryset), False

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        """What customers or colleagues read already is changed by who may publish."""
        if obj is not None and obj.state != Article.State.DRAFT and not holds(request, PUBLISH):
            return False
        return super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Article | None = None) -> tuple[str, ...]:
        return () if holds(request, PUBLISH) else ("state", "public")

    @admin.display(description=_("question"), ordering="question")
    def asked_shown(self, article: Article) -> str:
        return article.asked

    @admin.display(description=_("solved"), ordering="helped_times")
    def helped(self, article: Any) -> int:
        times: int = article.helped_times
        return times


class TemplateForm(forms.ModelForm):
    """Braces around a word nobody knows are a slip of the pen, better seen here than in a letter."""

    def clean(self) -> Any:
        cleaned = super().clean()
        for name in ("subject", "body"):
            unknown = unknown_in(self.cleaned_data.get(name) or "")
            if unknown:
                self.add_error(name, ValidationError(_("Unknown placeholders: %(names)s"), params={"names": ", ".join(unknown)}))
        return cleaned


@admin.register(LetterTemplate)
class LetterTemplateAdmin(ReferenceAdmin):
    form = TemplateForm
    list_display = ("name", "kind", "language", "subject", "active")
    list_filter = ("kind", "language", "active")
    search_fields = ("name", "subject", "body")
    ordering = ("kind", "language", "name")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **options)
        if db_field.name == "body" and field is not None:
            known = "  ".join(f"{{{english}}} {{{chinese}}}" for english, chinese in NAMES.items())
            field.help_text = _("These are replaced, everything else stays as it is: %(names)s") % {"names": known}
        return field
