"""What a second person approves before anybody is written to: these words, to these people. Asked anew whenever the people change."""

from __future__ import annotations

from hashlib import sha256

from escalation.models import Affected, Measure
from staff.models import User


def is_needed(measure: Measure) -> bool:
    return Measure.objects.filter(pk=measure.pk).to_approve().exists()


def is_fit(user: User, measure: Measure) -> bool:
    """Whoever had no hand in it: neither declared the incident, nor chose the measure, nor found, linked or reviewed who is affected."""
    return Measure.objects.filter(pk=measure.pk).without_hand_of(user).exists()


def fingerprint(measure: Measure) -> str:
    """Of exactly these words and people: what was seen is what is approved."""
    people = Affected.objects.filter(incident=measure.incident_id).confirmed().order_by("pk").values_list("pk", flat=True)
    said = [measure.subject, measure.text, measure.subject_en, measure.text_en, str(measure.amount), *map(str, people)]
    return sha256("\0".join(said).encode()).hexdigest()


def taken_out(measure: Measure) -> int:
    """How many somebody took out of the list one by one; what a wrong question found and was discarded whole is none of them."""
    return Affected.objects.filter(incident=measure.incident_id).taken_out().count()
