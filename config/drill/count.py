"""What became of what was acknowledged: lost, doubled, still under way; asked of the database and of the mail server."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from complaints import outbox
from complaints.models import Complaint, Message
from config.drill.load import Acknowledged
from config.drill.machines import Machines, eventually
from config.drill.sink import Sink
from intake.models import Submission
from intake.services.submit import file_stored

State = Message.State
#: A claim of a dead worker comes back after ten minutes, a failed try after one and more: nobody waits for them here, the clock is put forward.
LATER = timedelta(minutes=11)


@dataclass(frozen=True)
class Outcome:
    acknowledged: int
    lost: int
    doubled: int
    #: Mails beyond one for a recipient; and those of them that bear another Message-ID.
    mails_twice: int
    under_another_id: int
    unsent: int


def settle(sink: Sink, acknowledged: list[Acknowledged], machines: Machines) -> None:
    """Wait until the workers have sent what is due; then bring home what dead processes held, with the clock put forward.

    All of it, what was sent and not marked too: it would go out again in ten minutes, when nobody counts any more.
    """
    addresses = {each.email for each in acknowledged if not each.email.startswith("refused")}
    eventually(lambda: not Message.objects.filter(state=State.QUEUED, next_attempt_at__lte=timezone.now()).exists(), 40)
    for submission in Submission.objects.waiting(since_before=timezone.now()):
        file_stored(submission_id=submission.pk, at=timezone.now())
    if addresses <= sink.taken.keys() and eventually(lambda: not _under_way(), 3):
        return
    with machines.without_workers():  # whose claims would look stale by a clock put forward
        for step in range(1, 9):
            if addresses <= sink.taken.keys() and not _under_way():
                return
            send_all(timezone.now() + LATER * step)


def _under_way() -> bool:
    return bool(Message.objects.filter(state__in=[State.SENDING, State.QUEUED]).exists())


def send_all(at: datetime) -> None:
    """What is due by a clock put forward."""
    while claimed := outbox.claim(at, 1):
        outbox.deliver(claimed[0], timezone.now())


def outcome(sink: Sink, acknowledged: list[Acknowledged]) -> Outcome:
    keys = {each.key for each in acknowledged}
    filed = {str(key): pk for key, pk in Submission.objects.filter(form_key__in=keys).values_list("form_key", "filing__complaint")}
    lost = [key for key in keys if filed.get(key) is None]
    doubled = sum(max(0, Complaint.objects.filter(story__endswith=key).count() - 1) for key in keys)
    taken = {each.email: sink.taken.get(each.email, []) for each in acknowledged}
    awaited = [email for email in taken if not email.startswith("refused")]
    return Outcome(
        acknowledged=len(keys),
        lost=len(lost),
        doubled=doubled,
        mails_twice=sum(max(0, len(ids) - 1) for ids in taken.values()),
        under_another_id=sum(len(set(ids)) > 1 for ids in taken.values()),
        unsent=sum(not taken[email] for email in awaited),
    )
