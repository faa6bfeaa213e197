"""What becomes of each of the demo cases: decided beforehand, the same for the same seed."""

from dataclasses import dataclass, field
from random import Random

from complaints.workflow import Step

#: Peculiarities of a course, and how many closed cases have them. The rest walks straight through.
CLOSED = {
    "lapsed": 10,
    "unfounded": 16,
    "unfounded_objected": 4,
    "unfounded_rejected": 3,
    "objected_remedy": 10,
    "objected_facts": 6,
    "returned": 8,
    "transferred": 6,
    "settled": 24,
    "postponed": 5,
    "penalty": 16,
    "named": 4,
    "reopened": 6,
    "low_escalated": 3,
    "low_not_wanted": 5,
    "unreached": 5,
    "nothing_to_improve": 6,
    "handed_over": 5,
    "withdrawn": 9,
    "other": 4,
    "answered": 12,
    "restored": 1,
    "merged": 5,
}
#: Open cases: where they stand, and what is special there.
OPEN: dict[tuple[Step, str], int] = {
    (Step.APOLOGIZE, ""): 9,
    (Step.RECORD, ""): 8,
    (Step.CLASSIFY, ""): 5,
    (Step.CLASSIFY, "unfounded"): 3,
    (Step.ASSIGN, ""): 6,
    (Step.INVESTIGATE, ""): 8,
    (Step.INVESTIGATE, "asked"): 2,
    (Step.INVESTIGATE, "reopened"): 1,
    (Step.INVESTIGATE, "transferred"): 1,
    (Step.PROPOSE, ""): 4,
    (Step.PROPOSE, "waiting"): 4,
    (Step.PROPOSE, "returned"): 1,
    (Step.PROPOSE, "objected_remedy"): 1,
    (Step.NOTIFY, ""): 3,
    (Step.NOTIFY, "sent"): 5,
    (Step.NOTIFY, "settled"): 2,
    (Step.NOTIFY, "unfounded"): 1,
    (Step.PENALIZE, ""): 5,
    (Step.PENALIZE, "postponed"): 1,
    (Step.IMPROVE, ""): 5,
    (Step.IMPROVE, "penalty"): 3,
    (Step.FOLLOW_UP, ""): 5,
    (Step.FOLLOW_UP, "tried"): 2,
    (Step.FOLLOW_UP, "surveyed"): 2,
    (Step.ANSWER, "matter"): 4,
    (Step.APOLOGIZE, "report"): 1,
    (Step.RECORD, "report"): 1,
    (Step.CLASSIFY, "report"): 2,
}


@dataclass(frozen=True)
class Plan:
    """One case to be: its number, where it stops (None: closed), what is special, when it came in."""

    number: int
    stop: Step | None
    traits: frozenset[str] = field(default_factory=frozenset)
    days_ago: float = 0.0
    #: How long nothing has happened any more.
    waits: float = 0.0

    def has(self, trait: str) -> bool:
        return trait in self.traits


#: Days that a case usually takes to come to a step.
USUAL_DAYS = {
    Step.APOLOGIZE: 0.0, Step.RECORD: 0.4, Step.CLASSIFY: 1.0, Step.ASSIGN: 1.4, Step.INVESTIGATE: 1.8, Step.PROPOSE: 4.0,
    Step.NOTIFY: 6.0, Step.PENALIZE: 8.5, Step.IMPROVE: 11.5, Step.FOLLOW_UP: 14.0, Step.ANSWER: 0.0,
}  # fmt: skip
#: One open case in four is overdue: it has stood at its step for days longer than it may.
OVERDUE_EVERY = 4
CLOSED_FROM, CLOSED_TO = 34, 362


def plans(total: int, random: Random) -> list[Plan]:
    """`total` cases, oldest first. With fewer than 300 every kind is thinned alike."""
    share = total / 300
    kinds: list[tuple[Step | None, str]] = [(stop, trait) for (stop, trait), many in OPEN.items() for _each in range(_share(many, share))]
    kinds += [(None, trait) for trait, many in CLOSED.items() for _each in range(_share(many, share))]
    # A merged case comes with the one it is merged into.
    while _cases(kinds) > total:
        kinds.pop()
    kinds += [(None, "")] * (total - _cases(kinds))
    made = [_plan(place, stop, trait, random) for place, (stop, trait) in enumerate(kinds)]
    return sorted(made, key=lambda plan: -plan.days_ago)


def _cases(kinds: list[tuple[Step | None, str]]) -> int:
    return len(kinds) + sum(1 for _stop, trait in kinds if trait == "merged")


def _share(many: int, share: float) -> int:
    return max(1, round(many * share))


def _plan(place: int, stop: Step | None, trait: str, random: Random) -> Plan:
    traits = {trait} - {""}
    for extra, chance in (("surveyed", 0.45), ("talks", 0.2), ("attached", 0.07), ("noted", 0.15), ("shown", 0.35)):
        if random.random() < chance and not (stop is Step.FOLLOW_UP and extra == "surveyed"):
            traits.add(extra)
    waits = 0.04
    if stop is None:
        days = random.uniform(CLOSED_FROM, CLOSED_TO)
    else:
        waits = random.uniform(4, 16) if place % OVERDUE_EVERY == 0 and "sent" not in traits else random.uniform(0.05, 0.9)
        longer = 12 if traits & {"reopened", "objected_remedy", "transferred", "returned"} else 0
        days = USUAL_DAYS[stop] * random.uniform(1.0, 1.5) + longer + waits
    return Plan(place, stop, frozenset(traits), days, waits)
