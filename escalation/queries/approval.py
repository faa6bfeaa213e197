"""What a second person approves before anybody is written to: these words, to these people. Asked anew whenever the people change."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from complaints.workflow import Medium
from escalation.models import Affected, Measure
from staff.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


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


def readers_of_english(measure: Measure) -> int:
    """How many of those affected have said that they read English."""
    theirs = Q(customer__language="en") | Q(customer=None, complaint__complainant__language="en")
    return Affected.objects.filter(theirs, incident=measure.incident_id).confirmed().count()


def first_ways(measure: Measure) -> list[tuple[StrOrPromise, int]]:
    """By what everybody affected is tried first, and how many by each. Of protected people only that their case is the way: no address is opened."""
    no_mail = Q(customer__email="")
    by_number = Medium.SMS if settings.SMS_URL else Medium.PHONE
    counts = Affected.objects.filter(incident=measure.incident_id).confirmed().aggregate(
        mail=Count("pk", filter=~no_mail & Q(customer__isnull=False)),
        number=Count("pk", filter=no_mail & ~Q(customer__phone="")),
        case=Count("pk", filter=Q(customer=None)),
        nobody=Count("pk", filter=no_mail & Q(customer__phone="")),
    )  # fmt: skip
    ways: list[tuple[StrOrPromise, int]] = [
        (Medium.EMAIL.label, counts["mail"]), (by_number.label, counts["number"]), (_("through their case"), counts["case"]),
        (_("no way known"), counts["nobody"]),
    ]  # fmt: skip
    return [(way, number) for way, number in ways if number]


def taken_out(measure: Measure) -> int:
    """How many somebody took out of the list one by one; what a wrong question found and was discarded whole is none of them."""
    return Affected.objects.filter(incident=measure.incident_id).taken_out().count()
