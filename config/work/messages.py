"""What does not get through: messages, files, and what arrived without becoming a case."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import Attachment, Complaint, Message
from complaints.permissions import scope_of
from complaints.queries.words import cut
from complaints.workflow import Actor
from config.work.pile import Pile, Row, case_page, list_page, pile_of, row_of
from intake.models import Submission
from staff.models import User

#: What the worker has not filed within this time needs a person's look.
FILED_WITHIN = timedelta(minutes=5)
#: A file that waits longer than this waits for a scanner or a worker that is down.
EXAMINED_WITHIN = timedelta(minutes=30)


def piles(user: User, at: datetime) -> Iterable[Pile]:
    if user.has_perm("complaints.write_message"):
        yield from _of_messages(user)
        yield pile_of(_("Files that could not be taken, or still wait to be checked"), *_of_files(user, at))
    if user.has_perm("complaints.manage_messages"):
        stuck = Submission.objects.waiting(since_before=at - FILED_WITHIN).select_related("channel")
        arrived = row_of(
            "intake_submission", lambda each: f"{timezone.localtime(each.received_at):%Y-%m-%d %H:%M}", lambda each: str(each.channel)
        )
        yield pile_of(_("Arrived, but no case yet"), stuck, arrived, list_page("filed=no", "submission", "intake"))


def _of_messages(user: User) -> Iterable[Pile]:
    needing = Message.objects.visible_to(user).needing_a_person().select_related("complaint").order_by("at")
    if not user.has_perm("complaints.manage_messages"):
        # Whoever has the case now, whoever had it when the message was written; nobody's: the department's.
        nobodys = Q(complaint__handler=None, complaint__department__in=scope_of(user).departments)
        needing = needing.filter(Q(complaint__handler=user) | nobodys)
    row = row_of(
        "complaints_message", lambda each: f"{each.complaint or ''} {each.get_kind_display()}", lambda each: each.get_state_display()
    )
    yield pile_of(_("Messages that failed"), needing.filter(state="failed"), row, list_page("state=failed", "message"))
    yield pile_of(_("To tell the customer"), needing.filter(state="to_tell"), row, list_page("state=to_tell", "message"))


def _of_files(user: User, at: datetime) -> tuple[QuerySet[Attachment], Callable[[Any], Row]]:
    """Files of open cases in this person's hands that nobody will be able to open, until they have written to the customer since."""
    spoken = Message.objects.filter(
        complaint=OuterRef("complaint"), direction=Message.Direction.OUT, actor=Actor.STAFF, at__gt=OuterRef("examination__at")
    )
    cases = Complaint.objects.visible_to(user).open()
    ours = cases.filter(handler=user) | cases.filter(handler=None, department__in=scope_of(user).departments)
    found = Attachment.objects.filter(complaint__in=ours.values("pk")).select_related("complaint", "examination").order_by("pk")
    stuck = Q(examination=None, at__lt=at - EXAMINED_WITHIN)
    unread = Q(examination__verdict__in=["infected", "refused"]) & ~Exists(spoken)

    def row(each: Attachment) -> Row:
        why = each.examined.why_not if each.examined else _("is being checked")
        return Row(
            f"{each.complaint.number} {cut(each.name, 24)}", case_page(each.complaint_id), str(why), is_late=each.examined is not None
        )

    return found.filter(stuck | unread), row
