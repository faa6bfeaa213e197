"""Messages: what failed is tried again, what must be told is marked as told."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from complaints.admin.filters import MessageKindFilter, MessageStateFilter
from complaints.masking import mask_text
from complaints.models import Message
from complaints.services import messages
from staff.admin.acts import Act
from staff.admin.office import RecordAdmin, holds, user_of
from staff.admin.paging import PagesWithoutCount

#: These go to other employees; who looks after failed messages needs no word of them.
TO_EMPLOYEES = (Message.Kind.NOTICE, Message.Kind.PASSWORD_RESET)


def _may_retry(request: HttpRequest, message: Message) -> bool:
    return message.state == Message.State.FAILED and holds(request, "complaints.manage_messages")


def _may_tell(request: HttpRequest, message: Message) -> bool:
    return message.state == Message.State.TO_TELL and holds(request, "complaints.write_message")


@admin.register(Message)
class MessageAdmin(PagesWithoutCount, RecordAdmin):
    view_permission: ClassVar[str | None] = "complaints.read_files"
    list_display = ("at", "complaint", "direction", "kind", "medium", "state", "attempts", "error_shown")
    list_select_related = ("complaint",)
    list_filter = (MessageStateFilter, MessageKindFilter)
    search_fields = ("complaint__number",)
    ordering = ("-at", "-pk")
    fields = (
        "complaint", "direction", "kind", "medium", "state", "subject", "text", "actor", "by", "at",
        "attempts", "next_attempt_at", "error_shown", "delivered_at", "told_by", "told_at",
    )  # fmt: skip
    readonly_fields = ("error_shown",)
    acts = (
        Act(
            name="told",
            label=_("Told"),
            explanation=_("Read the message to the customer by telephone, or send it as a letter; then confirm here."),
            done=_("Marked as told."),
            offered=_may_tell,
            run=lambda message, _said, by, at: messages.mark_told(message_id=message.pk, by=by, at=at),
        ),
        Act(
            name="retry",
            label=_("Send again"),
            explanation=_("The message goes back into the queue."),
            done=_("It will be sent again."),
            offered=_may_retry,
            run=lambda message, _said, by, at: messages.retry(message_id=message.pk, by=by, at=at),
        ),
    )

    def get_fields(self, request: HttpRequest, obj: Message | None = None) -> tuple[str, ...]:
        """What was written to somebody who works here is between them and the sender: others see only that it failed, and why."""
        private = obj is not None and obj.kind in TO_EMPLOYEES
        return tuple(name for name in self.fields if not (private and name in ("subject", "text")))

    @admin.display(description=_("last error"))
    def error_shown(self, message: Message) -> str:
        """Mail servers repeat the address they refuse."""
        return mask_text(message.last_error)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Who does not write to customers reads our letters without the customer's name; on the instance, which is never saved here."""
        message = super().get_object(request, object_id, from_field)
        if message is not None and message.complaint is not None and not holds(request, "complaints.write_message"):
            party = message.complaint.complainant
            message.subject = mask_text(message.subject, party.name)
            message.text = mask_text(message.text, party.name, party.address)
        return message

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Message.objects.visible_to(user_of(request)).select_related("complaint__complainant", "by", "told_by")
