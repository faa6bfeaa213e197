"""How customers get on with the public form: opened, left, refused, sent; counted by the hour, never followed."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.core import signing

from intake.models import FormEvent
from intake.services import limits

What = FormEvent.What
SALT = "redress.form-opened"
#: A form left open longer than this says nothing about the form.
LONGEST = 6 * 60 * 60


@dataclass(frozen=True)
class FormUse:
    """How the form was filled in: seconds since it was opened (None: unknown), fields filled in. Nothing about who did."""

    seconds: int | None
    fields: int


def stamp(*, at: datetime) -> str:
    """When the form was opened, signed: goes with the form, so that nothing has to be kept until it comes back."""
    return signing.dumps(int(at.timestamp()), salt=SALT)


def seconds_since(stamped: str, *, at: datetime) -> int | None:
    """Seconds since the form with this stamp was opened; None of a stamp that is not ours, or of a form forgotten in a window."""
    try:
        opened = signing.loads(stamped, salt=SALT)
    except signing.BadSignature:
        return None
    passed = int(at.timestamp()) - int(opened)
    return passed if 0 <= passed <= LONGEST else None


def opened(*, at: datetime) -> None:
    _note(What.OPENED, at=at)


def left(use: FormUse, *, field: str, at: datetime) -> None:
    """Somebody went away; `field`: the last one touched."""
    _note(What.LEFT, field=field, use=use, at=at)


def sent(use: FormUse, *, at: datetime) -> None:
    _note(What.SENT, use=use, at=at)


def refused(*, fields: list[str], address: str, at: datetime) -> None:
    """The server refused the form at these fields; of a source that keeps sending such forms no more is noted."""
    try:
        limits.count(limits.Act.FORM, address=address, at=at)
    except (limits.TooOften, limits.CannotCount):
        return
    hour = _hour(at)
    FormEvent.objects.bulk_create(FormEvent(what=What.REFUSED, field=name[:30], hour=hour) for name in fields)


def _note(what: What, *, at: datetime, field: str = "", use: FormUse | None = None) -> None:
    use = use or FormUse(None, 0)
    FormEvent.objects.create(what=what, field=field[:30], seconds=use.seconds, fields=use.fields or None, hour=_hour(at))


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
