"""What stands on a case: seen by whoever sees that case, and begun from its page."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from complaints.models import Complaint
from escalation.forms.of_case import OfCaseForm
from staff.admin.office import RecordAdmin, user_of


class OfCase(RecordAdmin):
    """Rows of cases the reader may see."""

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


class BegunAtCase(RecordAdmin):
    """A new one is about a case the reader sees and that is open; `?case=` of the link names it."""

    form_of_new: type[OfCaseForm]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        if obj is None:
            cases = Complaint.objects.visible_to(user_of(request)).open()
            kwargs["form"] = type(self.form_of_new.__name__, (self.form_of_new,), {"cases": cases})
        return super().get_form(request, obj, change, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        case = request.GET.get("case", "")
        return {"complaint": case} if case.isdecimal() else {}
