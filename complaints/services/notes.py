"""Remarks among staff."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from complaints.models import Note
from complaints.permissions import require
from complaints.services.advance import locked
from staff.models import User


@transaction.atomic
def add(*, complaint_id: int, by: User, at: datetime, text: str) -> Note:
    case = locked(complaint_id, by)
    require(by, case, "add_note", timezone.localdate(at))
    return Note.objects.create(complaint=case, text=text, by=by, at=at)
