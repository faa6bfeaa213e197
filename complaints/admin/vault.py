"""Protected identities: what was asked, who consented, and every look; the identity itself stands on a page of its own, once."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint, IdentityLook, IdentityRequest
from complaints.permissions import refusal
from complaints.services import vault
from staff.admin.acts import Act
from staff.admin.office import RecordAdmin, holds, user_of
from staff.admin.paging import PagesWithoutCount
from staff.forms.fields import Text
from staff.permissions import READ_AUDIT

CONSENTS = "complaints.consent_identity"


class RemarkForm(forms.Form):
    remark = Text(label=_("Why not"), rows=3)


def _may_decide(request: HttpRequest, row: IdentityRequest) -> bool:
    if row.decided_at is not None or row.asked_by_id == request.user.pk:
        return False
    return refusal(user_of(request), row.complaint, "consent_identity", timezone.localdate()) is None


@admin.register(IdentityRequest)
class IdentityRequestAdmin(PagesWithoutCount, RecordAdmin):
    """The second person reads the reason and consents or refuses."""

    view_permission: ClassVar[str | None] = CONSENTS
    list_display = ("asked_at", "complaint", "asked_by", "reason", "decided_by", "decided_at", "open_until")
    list_select_related = ("complaint", "asked_by", "decided_by")
    ordering = ("-asked_at", "-pk")
    fields = ("complaint", "reason", "asked_by", "asked_at", "decided_by", "decided_at", "remark", "open_until")
    acts = (
        Act(
            name="consent",
            label=_("Consent"),
            explanation=_("The identity opens for who asked, for a limited time. Each look is kept and shown to the auditor."),
            done=_("The identity is open."),
            offered=_may_decide,
            run=lambda row, _said, by, at: vault.decide(request_id=row.pk, granted=True, by=by, at=at),
        ),
        Act(
            name="refuse",
            label=_("Refuse"),
            explanation=_("The identity stays closed; your reason is kept."),
            done=_("Refused."),
            form=RemarkForm,
            offered=_may_decide,
            run=lambda row, said, by, at: vault.decide(request_id=row.pk, granted=False, remark=said["remark"], by=by, at=at),
        ),
    )

    def has_view_permission(self, request: HttpRequest, obj: IdentityRequest | None = None) -> bool:
        """Who audits reads them too, the refused ones as well, and decides none (threat I11)."""
        return super().has_view_permission(request, obj) or holds(request, READ_AUDIT)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return IdentityRequest.objects.visible_to(user_of(request)).select_related("complaint", "asked_by", "decided_by")


@admin.register(IdentityLook)
class IdentityLookAdmin(PagesWithoutCount, RecordAdmin):
    """Who saw who is behind which case, when, and by what consent: for the auditor."""

    view_permission: ClassVar[str | None] = READ_AUDIT
    list_display = ("at", "by", "complaint", "mode", "request_reason")
    list_select_related = ("complaint__complainant", "by", "request")
    search_fields = ("complaint__number", "by__employee_number", "by__name")
    ordering = ("-at", "-pk")
    fields = ("at", "by", "complaint", "mode", "request_reason")
    readonly_fields = ("mode", "request_reason")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Of cases that are hidden from somebody, who looked at them is hidden too."""
        seen = Complaint.objects.visible_to(user_of(request)).values("pk")
        return super().get_queryset(request).filter(complaint__in=seen).select_related("complaint__complainant", "by", "request")

    @admin.display(description=_("in what name"))
    def mode(self, look: IdentityLook) -> str:
        return look.complaint.complainant.get_mode_display()

    @admin.display(description=_("reason"), empty_value="–")
    def request_reason(self, look: IdentityLook) -> str | None:
        return look.request.reason if look.request else None
