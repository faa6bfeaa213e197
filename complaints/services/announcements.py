"""Copies of notices, sent by the outbox: to their readers by e-mail, to the chat groups of their departments."""

from datetime import datetime

from django.db.models import Q

from complaints.services import messages
from staff.models import ChatGroup, Notice, User
from staff.services.notices import readers


def announce(notice: Notice, by: User, at: datetime) -> None:
    """As the notice says. The words are those of the notice: whoever writes one keeps protected names out of it."""
    if notice.by_mail:
        for reader in readers(notice).order_by("pk"):
            messages.notify_employee(user=reader, subject=notice.title, text=notice.body, by=by, at=at)
    if notice.by_chat:
        for group in groups_of(notice):
            messages.tell_group(
                group=group, subject=notice.title, text=notice.body, by=by, at=at, dedupe_key=f"notice:{notice.pk}:{group.pk}"
            )


def groups_of(notice: Notice) -> list[ChatGroup]:
    """Those of its departments and of the ones below; a notice to everyone goes to the groups of the whole company."""
    if notice.to_everyone:
        return list(ChatGroup.objects.filter(active=True, department=None).order_by("pk"))
    below = Q(pk__in=[])
    for path in notice.departments.values_list("path", flat=True):
        below |= Q(department__path__startswith=path)
    return list(ChatGroup.objects.filter(below, active=True).order_by("pk"))
