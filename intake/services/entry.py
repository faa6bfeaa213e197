"""What staff take down for a customer: kept as it was told, and filed, in one transaction; the same page sent twice is one case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from complaints.models import Complaint
from complaints.permissions import Refused
from complaints.services import attachments, filing
from complaints.services.inputs import DemandInput, PartyInput
from complaints.workflow import Actor, Kind, Mode
from intake.models import Channel, Filing, Submission
from intake.queries.arrived import FILES
from intake.services import held, reading, slips
from intake.services.held import Held
from intake.services.slips import SlipPlace
from intake.services.submit import code_key_of, store
from staff.models import Department, User


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What somebody told us, as staff took it down."""

    channel: Channel
    story: str
    who: PartyInput
    demands: Sequence[DemandInput] = ()
    kind: Kind | str = Kind.COMPLAINT
    beside: Sequence[PartyInput] = ()
    #: None: the reception behind the channel.
    department: Department | None = None
    own_proposal: str = ""
    occurred_on: date | None = None
    order_number: str = ""
    named_unit: Department | None = None
    #: What the telephone system calls the recording.
    reference: str = ""

    @property
    def is_anonymous(self) -> bool:
        return self.who.mode == Mode.ANONYMOUS

    def words(self) -> dict[str, Any]:
        """What was said, without who said it; of an anonymous call not even which recording it is."""
        said = {
            "story": self.story,
            "kind": str(self.kind),
            "mode": str(self.who.mode),
            "demands": [str(each.kind) for each in self.demands],
            "demand_words": "\n".join(each.text for each in self.demands if each.text),
            "own_proposal": self.own_proposal,
            "occurred_on": self.occurred_on.isoformat() if self.occurred_on else "",
            "order_number": self.order_number,
            "reference": "" if self.is_anonymous else self.reference,
        }
        return {name: value for name, value in said.items() if value}

    def claim(self) -> dict[str, Any]:
        """Who they say they are; nothing of the anonymous."""
        if self.is_anonymous:
            return {}
        reach = {name: getattr(self.who, name) for name in ("name", "phone", "email", "address", "employee_number")}
        return reach | {"standing": str(self.who.standing), "beside": [each.name for each in self.beside]}


def take_down(
    *, entry: Entry, form_key: UUID, by: User, at: datetime, files: Sequence[UploadedFile[Any]] = (), held_id: int | None = None,
    slip: SlipPlace | None = None,
) -> Complaint:  # fmt: skip
    """Open a case from what was told. `held_id`: what had arrived and is understood by this; `slip`: its place in a suggestion box.

    Raises Refused, NotPossible, and attachments.FileRefused for a file; then nothing of it is kept.
    """
    try:
        return _take_down(entry, form_key, by, at, files, held_id, slip)
    except IntegrityError as error:
        if "form_key" not in str(error):
            raise
    return _take_down(entry, form_key, by, at, files, held_id, slip)  # its twin was under way and is committed now


@transaction.atomic
def _take_down(
    entry: Entry, form_key: UUID, by: User, at: datetime, files: Sequence[UploadedFile[Any]], held_id: int | None, slip: SlipPlace | None
) -> Complaint:
    if not (by.is_active and by.has_perm("complaints.file_case")):
        raise Refused(_("Your role does not allow this."), act="file", target="")
    arrived = held.lock(submission_id=held_id, by=by) if held_id else None
    known = _filed_before(form_key, arrived, by)
    if known is not None:
        return known
    if arrived is not None:
        held.require_waiting(arrived)
        entry = _in_confidence(entry, arrived.submission)
    if slip is not None:
        slips.require_free(slip, by=by)
    key = arrived.submission.form_key if arrived and not entry.is_anonymous else form_key
    case = _open(entry, key, by=by, at=at, received_at=arrived.submission.received_at if arrived else at)
    for upload in (*files, *(held.files_of(arrived) if arrived and not entry.is_anonymous else ())):
        # It is the complainant's, whoever laid it on the scanner; who took the case down may not see it any more.
        attachments.attach(complaint_id=case.pk, upload=upload, by=Actor.COMPLAINANT, at=at)
    _keep(entry, form_key, case, arrived, slip, by=by, at=at, files=files)
    return case


def _in_confidence(entry: Entry, submission: Submission) -> Entry:
    """Who wrote in confidence stays in confidence: who they are comes sealed from what they sent; who files it never sees it (threat I4)."""
    if reading.mode_in(submission.payload) != Mode.CONFIDENTIAL or entry.is_anonymous:
        return entry
    return replace(entry, who=reading.party_in(submission), beside=reading.beside_in(submission))


def _filed_before(form_key: UUID, arrived: Held | None, by: User) -> Complaint | None:
    """The case that this very page, or another page of theirs for the same arrival, has opened."""
    if arrived is not None and arrived.filing is not None and arrived.filing.complaint.recorded_by_id == by.pk:
        return arrived.filing.complaint
    filing_row = Filing.objects.select_related("complaint").filter(submission__form_key=form_key, submission__recorded_by=by).first()
    return filing_row.complaint if filing_row else None


def _open(entry: Entry, form_key: UUID, *, by: User, at: datetime, received_at: datetime) -> Complaint:
    return filing.file(
        story=entry.story, demands=entry.demands, complainant=entry.who, medium=entry.channel.medium,
        department=entry.department or entry.channel.department, by=by, at=at, own_proposal=entry.own_proposal, occurred_on=entry.occurred_on,
        order_number=entry.order_number, code_key=code_key_of(form_key), kind=entry.kind, named_unit=entry.named_unit,
        beside=() if entry.is_anonymous else entry.beside, received_at=received_at,
    )  # fmt: skip


def _keep(
    entry: Entry, form_key: UUID, case: Complaint, arrived: Held | None, slip: SlipPlace | None, *, by: User, at: datetime,
    files: Sequence[UploadedFile[Any]],
) -> None:  # fmt: skip
    """What arrived is tied to its case. Of an anonymous one the arrival itself goes: a number or a voice would tell who it was."""
    if arrived is not None and not entry.is_anonymous:
        Filing.objects.create(submission=arrived.submission, complaint=case, at=at)
        return
    if arrived is not None:
        held.empty(arrived, reason=_("Filed without what identifies the sender."), by=by, at=at)
    submission = _store(entry, form_key, slip, by=by, at=at, files=files)
    Filing.objects.create(submission=submission, complaint=case, at=at)
    if slip is not None:
        slips.number(slip, submission=submission)


def _store(
    entry: Entry, form_key: UUID, slip: SlipPlace | None, *, by: User, at: datetime, files: Sequence[UploadedFile[Any]]
) -> Submission:
    protected = entry.who.mode != Mode.REAL_NAME
    named: Mapping[str, Any] = {FILES: [attachments.shown_name(file.name or "") for file in files]} if files and not protected else {}
    return store(
        channel=entry.channel, form_key=form_key, language=entry.who.language, payload={**entry.words(), **named}, claim=entry.claim(),
        at=at, recorded_by=by, external_id=slip.external_id if slip else None,
    )  # fmt: skip
