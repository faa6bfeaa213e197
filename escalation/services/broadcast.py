"""Tells everybody affected: a batch at a time through the outbox, the next channel where one fails, and nobody twice.

The rows of `Reach` are those of the people a second person approved; each gets its row of the outbox in one transaction under the lock of
the measure, before anything leaves the house.
Few letters wait in the outbox at a time, so that a pause takes effect at once and no other customer's mail waits behind thousands.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction

from complaints.models import Message
from complaints.services import broadcast as outbox_rows
from complaints.services.broadcast import Letter, Words
from complaints.workflow import Medium
from escalation.models import Affected, Measure, Reach
from staff.models import Company
from staff.services.recording import recorded

#: So many at a time; and no more while half of them still wait to be sent.
BATCH = 100
KEY = "incident"
#: What a try changes.
TRIED = ("message", "tried", "unreachable_at")


def waiting(at: datetime) -> int:
    """How many letters of broadcasts should be on their way now and are not."""
    due = Message.objects.filter(state=Message.State.QUEUED, next_attempt_at__lte=at, kind=Message.Kind.INCIDENT)
    return due.order_by()[:BATCH].count()


@transaction.atomic
def send_batch(*, measure_id: int, at: datetime) -> int:
    """Make the rows of the next batch; how many. Of two workers the second finds the measure taken and leaves it alone."""
    measure = Measure.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=measure_id, state=Measure.State.RUNNING).first()
    if measure is None:
        return 0
    waiting_ones = measure.reaches.approved_and_waiting().select_related("affected__customer", "affected__complaint__complainant")
    reaches = list(waiting_ones[:BATCH])
    if not reaches:
        measure.state = Measure.State.SENT
        with recorded(measure, by=None, at=at):
            measure.save(update_fields=["state"])
        return 0
    _write(measure, reaches, at)
    Reach.objects.bulk_update(reaches, TRIED)
    return len(reaches)


@transaction.atomic
def try_next_channels(*, at: datetime) -> int:
    """Where the last try failed, try the next way there is to this customer, or write down that there is none; how many were looked at."""
    failed = Reach.objects.failed().order_by("pk").select_for_update(of=("self",), skip_locked=True)
    reaches = list(failed.select_related("measure", "affected__customer", "affected__complaint__complainant")[:BATCH])
    for measure in {reach.measure for reach in reaches}:
        _write(measure, [reach for reach in reaches if reach.measure_id == measure.pk], at)
    Reach.objects.bulk_update(reaches, TRIED)
    return len(reaches)


def _write(measure: Measure, reaches: list[Reach], at: datetime) -> None:
    """Give each its letter by the first channel not tried yet; who has none is unreachable."""
    written: list[tuple[Reach, Letter]] = []
    for reach in reaches:
        medium = next((each for each in channels_to(reach.affected) if each not in reach.tried), None)
        if medium is None:
            reach.unreachable_at = at
            continue
        reach.tried = [*reach.tried, medium.value]
        written.append((reach, _letter(reach, medium)))
    messages = outbox_rows.enqueue(
        letters=[letter for _reach, letter in written], words=_words(measure, (one.language for _, one in written)), at=at
    )
    for (reach, _one), message in zip(written, messages, strict=True):
        reach.message = message


def channels_to(affected: Affected) -> list[Medium]:
    """The ways to somebody, the quickest first. Who is protected is never called by a person, who would learn who they are."""
    if affected.customer is not None:
        email, phone, protected = affected.customer.email, affected.customer.phone, False
    elif affected.complaint is not None:
        known = affected.complaint.complainant.identity()
        email, phone, protected = known.email, known.phone, affected.complaint.complainant.is_protected
    else:
        return []
    ways = [Medium.EMAIL] if email else []
    if phone and settings.SMS_URL:
        ways.append(Medium.SMS)
    if phone and not protected:
        ways.append(Medium.PHONE)
    if affected.complaint is not None:
        ways.append(Medium.WEB)  # the tracking page of their case
    return ways


def _letter(reach: Reach, medium: Medium) -> Letter:
    who = reach.affected
    language = who.customer.language if who.customer else who.complaint.complainant.language if who.complaint else ""
    return Letter(
        key=f"{KEY}:{reach.measure_id}:{who.pk}:{medium}",
        medium=medium,
        language=language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE,
        customer=who.customer,
        complaint=who.complaint,
    )


def letters_of(measure: Measure) -> list[str]:
    """What leaves the house, subject first: one in each language it was written in."""
    words = _words(measure, ["zh-hans", *(["en"] if measure.text_en else [])])
    return [f"{letter.subject}\n\n{letter.text}" for language, said in words.items() for letter in [outbox_rows.render(said, language)]]


def _words(measure: Measure, languages: Iterable[str]) -> dict[str, Words]:
    """In each language asked for; where nobody wrote English, what there is."""
    amount = f"{measure.amount} {Company.current().currency}" if measure.amount else ""
    found = {}
    for language in dict.fromkeys(languages):
        english = language == "en" and bool(measure.text_en)
        said = (measure.subject_en or measure.subject, measure.text_en) if english else (measure.subject, measure.text)
        found[language] = Words(*said, amount)
    return found
