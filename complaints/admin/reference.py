"""Tables complaint management edits, with history."""

from typing import ClassVar

from django.contrib import admin

from complaints.models import Category, Product, WordToAvoid
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


@admin.register(Product)
class ProductAdmin(ReferenceAdmin):
    list_display = ("code", "name", "active")
    search_fields = ("code", "name")
    ordering = ("name",)


@admin.register(WordToAvoid)
class WordToAvoidAdmin(ReferenceAdmin):
    list_display = ("text", "instead")
    search_fields = ("text",)
    ordering = ("text",)
