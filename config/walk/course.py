"""What happens to which complaint of a walk beyond the ten steps; by its number, so that every walk of some length has all of it."""

from dataclasses import dataclass

from config.walk.doors import Arrival
from config.walk.staff import Handling

#: Settled on the spot with alternatives; approved one level up; with a finding and an appeal; the fourth as it comes.
KINDS = 4


@dataclass(frozen=True)
class Course:
    settled: bool = False
    goes_up: str = ""
    accountable: bool = False
    revoked: bool = False
    completed: bool = False
    linked: bool = False
    thanked: bool = False


def course_of(number: int, handling: Handling, arrival: Arrival, *, has_code: bool) -> Course:
    """A report of misconduct has its own people: it goes straight through."""
    if arrival.kind == "report":
        return Course()
    kind, half = number % KINDS, number % (2 * KINDS) < KINDS
    return Course(
        settled=kind == 1 and has_code and handling.may_be_settled,
        goes_up=("amount" if half else "reason") if kind == 2 and not handling.needs_ruling else "",
        accountable=kind == 3 and bool(handling.origin.person),
        revoked=half,
        completed=number % 2 == 0,
        linked=number % 3 == 0,
        thanked=number % 6 == 5 and has_code,
    )
