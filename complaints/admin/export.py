"""Lists as files: the rows and columns on the screen, every value a text, each export kept."""

import re
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from import_export import fields, resources
from import_export.admin import ExportMixin
from import_export.formats.base_formats import CSV, XLSX
from unfold.contrib.import_export.forms import ExportForm

from complaints.services.exports import record_export
from staff.admin.office import holds, user_of

#: A cell beginning with one of these is run by spreadsheet programs.
STARTS_A_FORMULA = tuple("=+-@\t\r\n＝＋－＠|;")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def as_text(value: Any) -> str:
    """A cell that stays a text whatever a customer wrote into it."""
    text = CONTROL.sub("", "" if value is None else str(value))
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text


def narrowed_by(model_admin: Any, request: HttpRequest) -> str:
    """How the list was narrowed, for the log: each filter with its value, which is one of those it offers; of a search only that there was one.

    What somebody searches for is a name or a telephone number, which has no place in a log that others read.
    """
    filters = [one.parameter_name for one in model_admin.get_list_filter(request)]
    said = [f"{name}={request.GET[name]}" for name in filters if request.GET.get(name)]
    return "; ".join(["q=…", *said] if request.GET.get(SEARCH_VAR) else said)


class ListResource(resources.Resource):
    """The columns of a list, as its admin class shows them."""

    def __init__(self, model_admin: Any, request: HttpRequest) -> None:
        super().__init__()
        self.model_admin = model_admin
        self.fields = {name: fields.Field(column_name=str(self._title(name))) for name in model_admin.get_list_display(request)}

    @classmethod
    def get_display_name(cls) -> str:
        return str(_("List"))

    def _title(self, name: str) -> Any:
        shown = getattr(self.model_admin, name, None)
        if shown is not None:
            return getattr(shown, "short_description", name)
        return self.model_admin.model._meta.get_field(name).verbose_name

    def get_export_order(self, selected_fields: Any = None) -> list[str]:
        return list(self.fields)

    def get_export_headers(self, selected_fields: Any = None) -> list[str]:
        return [as_text(field.column_name) for field in self.fields.values()]

    def export_resource(self, instance: Any, selected_fields: Any = None, **kwargs: Any) -> list[str]:
        return [as_text(self._value(name, instance)) for name in self.fields]

    def _value(self, name: str, instance: Any) -> Any:
        shown = getattr(self.model_admin, name, None)
        if shown is None:
            return getattr(instance, name)
        value = shown(instance)
        # Only our own badges are markup; what a customer wrote is a plain string and stays as it is.
        return strip_tags(value) if hasattr(value, "__html__") else value

    def get_user_visible_fields(self) -> list[Any]:
        return list(self.fields.values())


class ExportsList(ExportMixin):
    """Mixed into an admin class."""

    export_form_class = ExportForm
    resource_classes = [ListResource]
    to_encoding = "utf-8-sig"  # Excel reads Chinese in a CSV only with its mark in front

    def has_export_permission(self, request: HttpRequest) -> bool:
        return holds(request, "complaints.export_files")

    def get_export_formats(self) -> list[Any]:
        return [CSV, XLSX]

    def get_export_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"model_admin": self, "request": request}

    def get_valid_export_item_pks(self, request: HttpRequest) -> list[int]:
        return []  # chosen rows are no way around what the list shows

    def get_export_data(self, file_format: Any, request: HttpRequest, queryset: Any, **kwargs: Any) -> Any:
        data = super().get_export_data(file_format, request, queryset, **kwargs)
        record_export(model=self.model, by=user_of(request), rows=queryset.count(), narrowed_by=narrowed_by(self, request))
        return data

    def export_action(self, request: HttpRequest) -> HttpResponse:
        try:
            response: HttpResponse = super().export_action(request)
        except IncorrectLookupParameters as error:
            raise BadRequest(_("The list cannot be narrowed like this.")) from error
        return response
