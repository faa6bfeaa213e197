"""Conversations led along a guided path: each stage is written into the case when it is done (M13)."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import permissions
from complaints.guides import STAGES, SUMMARY, next_stage
from complaints.models import Complaint, Confirmation, GuidedPath, GuideEntry, Message
from complaints.services import messages, promises
from complaints.services.advance import locked
from complaints.services.errors import NotPossible
from complaints.workflow import Actor, Medium
from staff.models import User


@transaction.atomic
def begin(*, complaint_id: int, by: User, at: datetime, path: GuidedPath.Path | str, medium: Medium | str) -> GuidedPath:
    """A conversation begins; from now on its stages are asked for. One begun before stays as far as it went."""
    case = locked(complaint_id, by)
    permissions.require(by, case, "guide", timezone.localdate(at))
    return GuidedPath.objects.create(complaint=case, path=path, medium=medium, by=by, at=at)


@transaction.atomic
def write_stage(
    *,
    complaint_id: int,
    by: User,
    at: datetime,
    path: GuidedPath,
    stage: str,
    words: str,
    confirmed: bool = False,
    solved_now: bool | None = None,
    call_at: datetime | None = None,
    **more: str,
) -> GuideEntry:
    """Keep what a stage brought. `more`: the other texts, the tone, where it lies (`guides.STAGES` says which stage has what).

    What is agreed goes to the customer; a call that is needed becomes a promise; a summary the customer confirms confirms the record
    that waits for it. Raises NotPossible when it is not this stage's turn, ValidationError when something is missing.
    """
    case = locked(complaint_id, by)
    permissions.require(by, case, "guide", timezone.localdate(at))
    _require_turn(case, path, stage)
    asks = STAGES[stage]
    if asks.asks_confirmation and not confirmed:
        raise ValidationError({"confirmed": _("Say it once more, until the customer agrees.")})
    links: dict[str, Any] = {}
    if asks.asks_now_or_call and not solved_now:
        if call_at is None:
            raise ValidationError({"call_at": _("Promise a time at which you call.")})
        links["promise"] = promises.promise(complaint=case, call_at=call_at, about=words, by=by, at=at)
    if asks.sends:
        links["message"] = messages.send(complaint=case, kind=Message.Kind.REPLY, by=by, at=at, text=words)
    if stage in SUMMARY:
        _confirm_what_waits(case, by=by, at=at)
    return GuideEntry.objects.create(
        complaint=case, path=path, stage=stage, words=words, confirmed=confirmed, solved_now=solved_now, by=by, at=at, **more, **links
    )


def _require_turn(case: Complaint, path: GuidedPath, stage: str) -> None:
    newest = case.guided_paths.order_by("-pk").first()
    if newest is None or newest.pk != path.pk:
        raise NotPossible(_("Another guided conversation has begun on this case meanwhile."))
    if next_stage(newest.path, set(newest.entries.values_list("stage", flat=True))) != stage:
        raise NotPossible(_("This stage is kept already; go on with the next."))


def _confirm_what_waits(case: Complaint, *, by: User, at: datetime) -> None:
    """A record shown and not answered yet counts as read back: the customer has just confirmed what it says."""
    newest = case.confirmations.order_by("-at", "-pk").first()
    if newest is not None and newest.result == Confirmation.Result.WAITING:
        Confirmation.objects.create(
            complaint=case, how=Confirmation.How.READ_BACK, result=Confirmation.Result.CONFIRMED, actor=Actor.STAFF, by=by, at=at
        )
