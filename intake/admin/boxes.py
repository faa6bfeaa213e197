"""Suggestion boxes: where they hang, and their openings by two people with the slips that lay in them."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from intake.models import Box, BoxOpening, Slip
from intake.services import boxes
from staff.admin.acts import Act
from staff.admin.office import OfficeAdmin, RecordAdmin, holds, user_of
from staff.admin.paging import PagesWithoutCount
from staff.models import User
from staff.roles import HOLDERS

OPENERS = [role.value for role in HOLDERS["open_boxes"]]


@admin.register(Box)
class BoxAdmin(OfficeAdmin):
    manage_permission: ClassVar[str | None] = "complaints.manage_reference"
    view_permission: ClassVar[str | None] = boxes.RIGHT
    list_display = ("name", "place", "department", "days_between", "active")
    list_select_related = ("department",)
    ordering = ("name",)


def _awaits(request: HttpRequest, opening: BoxOpening) -> bool:
    return opening.witness_id == request.user.pk and not hasattr(opening, "confirmation")


@admin.register(BoxOpening)
class BoxOpeningAdmin(PagesWithoutCount, RecordAdmin):
    """One writes down the opening, the other confirms it signed in as themselves; then either types in the slips, each under its number."""

    view_permission: ClassVar[str | None] = boxes.RIGHT
    list_display = ("at", "box", "slips", "by", "witness", "is_confirmed", "typed_in")
    list_select_related = ("box", "by", "witness", "confirmation")
    ordering = ("-at", "-pk")
    acts = (
        Act(
            name="confirm",
            label=_("I was there: confirm"),
            explanation=_("You confirm that you opened the box together, and the number of slips. From then on the slips can be typed in."),
            done=_("Confirmed. The slips can be typed in now."),
            offered=_awaits,
            run=lambda opening, _said, by, at: boxes.confirm(opening_id=opening.pk, by=by, at=at),
        ),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return holds(request, boxes.RIGHT)

    def get_fields(self, request: HttpRequest, obj: BoxOpening | None = None) -> tuple[str, ...]:
        return ("box", "slips", "witness") if obj is None else ("box", "at", "slips", "by", "witness", "is_confirmed", "slips_shown")

    def get_readonly_fields(self, request: HttpRequest, obj: BoxOpening | None = None) -> tuple[str, ...]:
        return () if obj is None else self.get_fields(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("box", "by", "witness", "confirmation").prefetch_related("slip_rows")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Those who may open boxes, without oneself."""
        if db_field.name == "witness":
            may = {"memberships__role__in": OPENERS, "memberships__to_on": None}
            kwargs["queryset"] = User.objects.active().filter(**may).exclude(pk=request.user.pk).distinct().order_by("name")
        if db_field.name == "box":
            kwargs["queryset"] = Box.objects.filter(active=True).order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        opening = super().get_object(request, object_id, from_field)
        if opening is not None:
            opening.looking = user_of(request)
        return opening

    def save_model(self, request: HttpRequest, obj: BoxOpening, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        said = {name: form.cleaned_data[name] for name in ("box", "slips", "witness")}
        made = boxes.open_box(by=user_of(request), at=timezone.now(), **said)
        obj.pk, obj.by, obj.at = made.pk, made.by, made.at

    def response_add(self, request: HttpRequest, obj: BoxOpening, post_url_continue: str | None = None) -> HttpResponseRedirect:
        return HttpResponseRedirect(self._page_of(obj))

    @admin.display(description=_("confirmed"), boolean=True)
    def is_confirmed(self, opening: BoxOpening) -> bool:
        return hasattr(opening, "confirmation")

    @admin.display(description=_("typed in"))
    def typed_in(self, opening: BoxOpening) -> str:
        return f"{len(opening.slip_rows.all())}/{opening.slips}"

    @admin.display(description=_("slips"))
    def slips_shown(self, opening: Any) -> Any:
        """Each number with its case, as far as this person sees it, or the way to type it in."""
        if not hasattr(opening, "confirmation"):
            return _("%(name)s has not confirmed the opening yet.") % {"name": opening.witness.name}
        done = {slip.number: slip for slip in Slip.objects.filter(opening=opening).select_related("submission__filing")}
        cases = [slip.submission.filing.complaint_id for slip in done.values()]
        seen = dict(Complaint.objects.visible_to(opening.looking).filter(pk__in=cases).values_list("pk", "number"))
        rows = ((number, self._slip(opening, number, done.get(number), seen)) for number in range(1, opening.slips + 1))
        return format_html_join("", "<div>{}. {}</div>", rows)

    def _slip(self, opening: Any, number: int, slip: Slip | None, seen: dict[int, str]) -> Any:
        if slip is not None:
            pk = slip.submission.filing.complaint_id
            page = reverse(f"{self.admin_site.name}:complaints_complaint_change", args=[pk])
            return format_html('<a class="underline" href="{}">{}</a>', page, seen[pk]) if pk in seen else _("Filed")
        if opening.looking.pk not in (opening.by_id, opening.witness_id):
            return _("not typed in yet")
        page = reverse(f"{self.admin_site.name}:intake_submission_add")
        return format_html('<a class="underline" href="{}?slip={}-{}">{}</a>', page, opening.pk, number, _("Type it in"))
