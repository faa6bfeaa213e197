"""Supervision orders, to give and to answer."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.queries.words import due_in_words
from escalation.admin.of_case import BegunAtCase, OfCase
from escalation.forms.information import ReplyForm
from escalation.forms.orders import OrderForm
from escalation.models import Escalation, Rung, SupervisionOrder
from escalation.models.rung import OF_RUNGS
from escalation.queries.people import may_answer
from escalation.services import orders
from staff.admin.acts import Act
from staff.admin.office import OfficeAdmin, user_of


def _may_answer(request: HttpRequest, order: SupervisionOrder) -> bool:
    return order.answered_at is None and may_answer(user_of(request), order, timezone.localdate())


@admin.register(SupervisionOrder)
class SupervisionOrderAdmin(BegunAtCase, OfCase, OfficeAdmin):
    form_of_new = OrderForm
    manage_permission = "escalation.order_supervision"
    view_permission = "complaints.read_files"
    list_display = ("complaint", "department", "ordered_by", "at", "due_at", "standing")
    list_select_related = ("complaint", "department", "by")
    list_filter = (("answered_at", admin.EmptyFieldListFilter),)
    ordering = ("-at", "-pk")
    acts = (
        Act(
            name="answer", label=_("Answer"), explanation=_("Why it is late, and what happens now by when. Whoever ordered it reads it; it can be said once."),
            done=_("The answer is given."), form=ReplyForm, offered=_may_answer,
            run=lambda order, said, by, at: orders.answer(order_id=order.pk, by=by, at=at, **said),
        ),
    )  # fmt: skip

    @admin.display(description=_("ordered by"))
    def ordered_by(self, order: SupervisionOrder) -> str:
        return order.by.name if order.by else str(_("by a rung"))

    @admin.display(description=_("what was late"))
    def about(self, order: SupervisionOrder) -> str:
        """The limits a rung ordered it for; what became late while it waited is answered with it."""
        if order.by_id is not None:
            return "–"
        rows = Escalation.objects.filter(complaint=order.complaint_id, act=Rung.Act.ORDER, rung__isnull=False, at__gte=order.at)
        rows = rows.filter(at__lt=order.answered_at) if order.answered_at else rows
        matters = dict(OF_RUNGS)
        said = (f"{matters.get(row.matter, row.matter)} ({timezone.localtime(row.due_at):%m-%d %H:%M})" for row in rows.order_by("pk"))
        return gettext(", ").join(said) or "–"

    @admin.display(description=_("how it stands"))
    def standing(self, order: SupervisionOrder) -> SafeString:
        """In words; the colour only repeats them."""
        now = timezone.now()
        if order.answered_at is not None:
            in_time = order.answered_at <= order.due_at
            return format_html('<span class="{}">{}</span>', "" if in_time else "rd-late", _("answered") if in_time else _("answered late"))
        left = due_in_words(order.due_at, now)
        return format_html(
            '<span class="{}">{}</span>', "rd-late" if order.due_at < now else "", _("not answered, %(left)s") % {"left": left}
        )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return ["complaint", "words", "due_at"]
        return [
            "complaint",
            "department",
            "words",
            "ordered_by",
            "at",
            "due_at",
            "about",
            "standing",
            "answer",
            "answered_by",
            "answered_at",
        ]

    def save_model(self, request: HttpRequest, obj: SupervisionOrder, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        said = form.cleaned_data
        made = orders.give(
            complaint_id=said["complaint"].pk, words=said["words"], due_at=said["due_at"], by=user_of(request), at=timezone.now()
        )
        obj.pk, obj.department = made.pk, made.department  # by which the message of success names it
