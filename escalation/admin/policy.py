"""Rules about time, and the limits each body of rules sets. What is edited is counted anew for the cases under it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from escalation.models import DeadlinePolicy, Regime
from escalation.obligations import PauseReason, with_unit
from escalation.services import recount
from staff.admin.office import OfficeAdmin, user_of

RECOUNTED = _("The cases under way are counted anew by it, also where nothing ran by this rule yet. Each date that moves keeps a record.")
MANAGE, VIEW = "escalation.manage_deadlines", "complaints.read_files"


@admin.register(Regime)
class RegimeAdmin(OfficeAdmin):
    manage_permission = MANAGE
    view_permission = VIEW
    list_display = ("name", "always", "is_default", "active")
    fields = ("name", "code", "always", "is_default", "active")

    def save_model(self, request: HttpRequest, obj: Regime, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Whom it applies to may be others now: what each of its rules asks for is counted anew."""
        super().save_model(request, obj, form, change)
        if change and {"always", "is_default", "active"} & set(form.changed_data):
            for policy in obj.policies.filter(active=True):
                recount.later(policy=policy, by=user_of(request))
            messages.info(request, RECOUNTED)


class PolicyForm(forms.ModelForm):
    pauses = forms.MultipleChoiceField(
        label=_("stands still while"), choices=PauseReason.choices, required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )


@admin.register(DeadlinePolicy)
class DeadlinePolicyAdmin(OfficeAdmin):
    """How long each step and obligation may take by each body of rules."""

    manage_permission = MANAGE
    view_permission = VIEW
    form = PolicyForm
    list_display = (
        "matter",
        "regime",
        "how_long",
        "severity",
        "kind",
        "active",
        "verified",
        "in_force_from",
        "in_force_to",
        "source",
    )
    list_select_related = ("regime",)
    list_filter = ("regime", "active", "matter")
    fields = (
        "regime", "matter", ("severity", "kind"), ("amount", "unit"), ("pauses", "pause_most"), "extension_most", "source", "verified",
        ("in_force_from", "in_force_to"), "active",
    )  # fmt: skip
    ordering = ("regime", "pk")  # as they were seeded

    @admin.display(description=_("how long"))
    def how_long(self, policy: DeadlinePolicy) -> str:
        return with_unit(policy.amount, policy.unit)

    def get_readonly_fields(self, request: HttpRequest, obj: DeadlinePolicy | None = None) -> Any:
        """What a row is about stays; another matter is another row."""
        return ("regime", "matter", "severity", "kind", "in_force_from") if obj else ()

    def save_model(self, request: HttpRequest, obj: DeadlinePolicy, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        super().save_model(request, obj, form, change)
        recount.later(policy=obj, by=user_of(request))
        messages.info(request, RECOUNTED)
