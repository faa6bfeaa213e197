"""What waits for a person: it becomes a case (`services.entry`), something said on a case there is, or is put aside with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Complaint
from complaints.services import attachments, messages, vault
from complaints.services.errors import NotPossible
from complaints.workflow import Actor, Mode
from intake.models import Discard, Filing, Hold, Submission
from intake.models.submission import CLAIM
from intake.queries.arrived import FILES
from intake.services.mail_cases import case_about
from intake.services.mail_in import try_to_read
from intake.services.reading import mode_in
from staff.models import User

#: What was put aside is kept this long, should somebody ask for it; then it is emptied.
KEPT_ASIDE = timedelta(days=90)


@dataclass(frozen=True)
class Held:
    """A held submission, locked, with what became of it so far."""

    submission: Submission
    hold: Hold
    filing: Filing | None
    is_discarded: bool


def lock(*, submission_id: int, by: User) -> Held:
    """Raises Submission.DoesNotExist for whom it does not exist: who may not decide on it."""
    if not Submission.objects.filter(pk=submission_id).looked_after_by(by).exists():
        raise Submission.DoesNotExist
    if is_about_a_hidden_case(Submission.objects.get(pk=submission_id), by):
        raise Submission.DoesNotExist
    found = Submission.objects.select_for_update(of=("self",)).select_related("channel__department", "hold").get(pk=submission_id)
    filing = Filing.objects.select_related("complaint").filter(submission=found).first()  # of two at once the second finds it
    return Held(found, found.hold, filing, Discard.objects.filter(submission=found).exists())


def case_behind(submission: Submission) -> Complaint | None:
    """The case a mail that waits is about: what its token says, and nothing else (threat D6)."""
    hold = getattr(submission, "hold", None)
    if hold is None or hold.why in (Hold.Why.RECORDING, Hold.Why.SLIP) or submission.raw is None:
        return None
    mail = try_to_read(bytes(submission.raw))
    return case_about(mail) if mail else None


def is_about_a_hidden_case(submission: Submission, user: User) -> bool:
    """Whether a person may not see the case that a waiting mail is about."""
    case = None if hasattr(submission, "filing") else case_behind(submission)
    return case is not None and not Complaint.objects.visible_to(user).filter(pk=case.pk).exists()


def claim_to_type(submission: Submission, *, by: User, at: datetime) -> dict[str, Any]:
    """Who the sender says they are, to fill in a form with; nothing of somebody who speaks in confidence. A look at a case's party is kept."""
    case = case_behind(submission)
    if mode_in(submission.payload) != Mode.REAL_NAME or (case is not None and case.complainant.is_protected):
        return {}
    if case is not None and submission.claim:
        vault.note_look(case=case, by=by, at=at)
    return {name: value for name, value in submission.claimed.items() if name in CLAIM and value}


def require_waiting(held: Held) -> None:
    if held.filing is not None or held.is_discarded:
        raise NotPossible(_("Somebody else has looked after this meanwhile."))


def files_of(held: Held) -> list[UploadedFile[Any]]:
    """The recording as a file for the case; a mail's raw form stays where it is."""
    raw, names = held.submission.raw, held.submission.payload.get(FILES) or ["recording"]
    return [SimpleUploadedFile(str(names[0]), bytes(raw))] if raw and held.hold.why == Hold.Why.RECORDING else []


@transaction.atomic
def join_held(*, submission_id: int, number: str, text: str, by: User, at: datetime) -> Complaint:
    """It is something said on a case there is, whose number the person may see. `text`: what was said, typed by who listened or read."""
    held = lock(submission_id=submission_id, by=by)
    require_waiting(held)
    case = Complaint.objects.visible_to(by).select_related("complainant").filter(number=number.strip().upper()).first()
    if case is None:
        raise NotPossible(_("There is no case with this number."))
    message = messages.receive(complaint_id=case.pk, text=text, medium=held.submission.channel.medium, by=by, at=at)
    if case.complainant.mode == Mode.ANONYMOUS:  # a number or a voice would tell who it was
        empty(held, reason=_("Joined to a case without what identifies the sender."), by=by, at=at)
        return case
    for upload in files_of(held):
        attachments.attach(complaint_id=case.pk, upload=upload, by=Actor.COMPLAINANT, at=at, message=message)
    Filing.objects.create(submission=held.submission, complaint=case, message=message, at=at)
    return case


@transaction.atomic
def discard(*, submission_id: int, reason: str, by: User, at: datetime) -> Discard:
    """Put it aside: nothing follows from it, and somebody says why."""
    held = lock(submission_id=submission_id, by=by)
    require_waiting(held)
    if not reason.strip():
        raise NotPossible(_("Say why."))
    return Discard.objects.create(submission=held.submission, reason=reason.strip()[:300], by=by, at=at)


def empty(held: Held, *, reason: str, by: User, at: datetime) -> None:
    """Put it aside and forget what it held; that something arrived, when and by what channel, stays."""
    Discard.objects.create(submission=held.submission, reason=reason, by=by, at=at)
    _empty(held.submission.pk)


def empty_old(*, at: datetime) -> int:
    """Forget what was put aside long ago; how many."""
    old = Discard.objects.filter(at__lt=at - KEPT_ASIDE).values("submission")
    full = Submission.objects.filter(pk__in=old).exclude(payload={}, claim=None, raw=None)
    return int(full.update(payload={}, claim=None, raw=None))


def _empty(pk: int) -> None:
    Submission.objects.filter(pk=pk).update(payload={}, claim=None, raw=None)
