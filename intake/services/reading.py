"""What a stored form says, in the terms of the file: kind, who speaks and for whom, what is asked for, where it goes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from complaints.models import Category, Demand
from complaints.services.inputs import DemandInput, PartyInput
from complaints.services.moments import hour_of
from complaints.workflow import Kind, Mode, Standing
from intake.models import Submission
from intake.models.words import tidy
from staff.models import Department


def kind_in(payload: Mapping[str, Any]) -> Kind:
    """A complaint, where nothing else is said."""
    said = payload.get("kind")
    return Kind(said) if said in Kind.values else Kind.COMPLAINT


def mode_in(payload: Mapping[str, Any]) -> Mode:
    said = payload.get("mode")
    return Mode(said) if said in Mode.values else Mode.REAL_NAME


def moment_of(payload: Mapping[str, Any], at: datetime) -> datetime:
    """When it counts as received: of an anonymous one the hour alone is kept, or the minute would tell who was at their telephone (I6)."""
    return hour_of(at) if mode_in(payload) == Mode.ANONYMOUS else at


def party_in(submission: Submission) -> PartyInput:
    """Who speaks. Nothing of an anonymous submission is a name or an address: the database would refuse it."""
    words, claim = submission.payload, submission.claimed
    mode = mode_in(words)
    said = words.get("standing")
    standing = Standing(said) if said in Standing.values else Standing.SELF
    party = PartyInput(language=submission.language, mode=mode, standing=standing)
    if mode == Mode.ANONYMOUS:
        return party
    known = {name: tidy(claim.get(name)) for name in ("name", "email", "phone", "address", "employee_number")}
    return replace(party, **known)  # type: ignore[arg-type]  # all five are texts


def beside_in(submission: Submission) -> list[PartyInput]:
    """Whom they speak for: the one represented, the other representatives. Of an anonymous form at most that there is a child."""
    words, claim = submission.payload, submission.claimed
    party = PartyInput(language=submission.language, mode=mode_in(words))
    under_14 = bool(words.get("under_14"))
    if party.mode == Mode.ANONYMOUS:
        return [replace(party, under_14=True)] if under_14 else []
    represented = tidy(claim.get("represented"))
    others = [tidy(line) for line in str(claim.get("others", "")).splitlines() if tidy(line)]
    first = [replace(party, name=represented, under_14=under_14)] if represented or under_14 else []
    return first + [replace(party, name=name[:80]) for name in others]


def demands_in(payload: Mapping[str, Any]) -> list[DemandInput]:
    """The demands: one for each kind chosen; words of their own stand with the kind they can only belong to, else as a demand of their own.

    Who reports misconduct and asks for nothing asks that it ends: what is asked for is never empty (step 2).
    """
    kinds = [kind for kind in Demand.Kind.values if kind in payload.get("demands", ())]
    words = tidy(payload.get("demand_words"))
    home = Demand.Kind.OTHER.value
    if words and len(kinds) == 1:
        home = kinds[0]
    elif words and home not in kinds:
        kinds.append(home)
    if not kinds and kind_in(payload) == Kind.REPORT:
        kinds = [Demand.Kind.IMPROVEMENT.value]
    return [DemandInput(kind=kind, text=words if kind == home else "") for kind in kinds]


def day_in(payload: Mapping[str, Any]) -> date | None:
    """The day of the event; the form has checked that it is one."""
    typed = tidy(payload.get("occurred_on")).replace("/", "-").replace(".", "-")
    return datetime.strptime(typed, "%Y-%m-%d").date() if typed else None  # noqa: DTZ007 - a day, no time


def category_in(payload: Mapping[str, Any]) -> Category | None:
    """What they say it is about; one that was closed meanwhile counts for nothing, the words remain."""
    return Category.objects.filter(pk=_number(payload.get("about")), public=True, active=True).first() if payload.get("about") else None


def named_unit_in(payload: Mapping[str, Any]) -> Department | None:
    unit: Department | None = (
        Department.objects.filter(pk=_number(payload.get("named_unit"))).first() if payload.get("named_unit") else None
    )
    return unit


def reception_for(submission: Submission) -> Department:
    """Where it begins: at the department whose poster was read, if customers are received there; else behind the channel."""
    code = submission.payload.get("at")
    place = Department.objects.filter(code=code, receives=True, active=True).first() if code else None
    found: Department = place or submission.channel.department
    return found


def _number(text: Any) -> int:
    """The number of a row; 0, which none has, for anything else."""
    digits = str(text or "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0
