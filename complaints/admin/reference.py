"""Tables complaint management edits, with history."""

from typing import ClassVar

from django.contrib import admin

from complaints.models import Category, Product, Question, WordToAvoid
from staff.admin.office import OfficeAdmin


class ReferenceAdmin(OfficeAdmin):
    manage_permission: ClassVar[str | None] = "complaints.manage_reference"
    view_permission: ClassVar[str | None] = "complaints.read_files"


@admin.register(Category)
class CategoryAdmin(ReferenceAdmin):
    list_display = ("name", "parent", "default_severity", "department", "needs_ruling", "injury", "active")
    list_select_related = ("parent", "department")
    search_fields = ("name",)
    ordering = ("name",)


@admin.register(Question)
class QuestionAdmin(ReferenceAdmin):
    """What the public form asks besides when a category is chosen."""

    list_display = ("category", "position", "text", "kind", "required", "active")
    list_display_links = ("text",)
    list_select_related = ("category",)
    list_filter = (("category", admin.RelatedOnlyFieldListFilter),)
    search_fields = ("text", "text_en", "category__name")
    ordering = ("category__name", "position", "pk")


@admin.register(Product)
class ProductAdmin(ReferenceAdmin):
    list_display = ("code", "name", "public", "active")
    search_fields = ("code", "name", "name_en")
    ordering = ("name",)


@admin.register(WordToAvoid)
class WordToAvoidAdmin(ReferenceAdmin):
    list_display = ("text", "instead")
    search_fields = ("text",)
    ordering = ("text",)
