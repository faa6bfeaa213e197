"""How far a measure has come: counted from the rows each time, so that it is right whatever died in between."""

from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal

from django.db.models import Count

from escalation.models import Affected, Incident, Measure, Reach
from escalation.querysets import REACH_STATE


@dataclass(frozen=True)
class Progress:
    """Of everybody affected, how many stand where. The numbers of the states add up to `total`."""

    total: int
    #: State → how many: waiting, to_tell, failed, told, read, answered, fulfilled, unreachable.
    at: dict[str, int] = field(default_factory=dict)
    completed: int = 0
    #: Taken out of the list one by one: in none of the other numbers.
    taken_out: int = 0

    def count(self, *states: str) -> int:
        return sum(self.at.get(state, 0) for state in states)

    @property
    def reached(self) -> int:
        """Who has got it at least."""
        return self.count("told", "read", "answered", "fulfilled")

    @property
    def on_the_way(self) -> int:
        """Who is still to be reached, by whatever channel is next."""
        return self.count("waiting", "to_tell", "failed")

    @property
    def percent_reached(self) -> int:
        return self.reached * 100 // self.total if self.total else 0

    @property
    def percent_completed(self) -> int:
        return self.completed * 100 // self.total if self.total else 0


def of_measure(measure: Measure, *, complained: bool | None = None) -> Progress:
    """`complained`: only of those who had (or had not), to see that both are treated alike."""
    everybody = Affected.objects.filter(incident=measure.incident_id)
    if complained is not None:
        everybody = everybody.with_complained().filter(complained=complained)
    affected = everybody.confirmed()
    total = affected.count()
    reaches = Reach.objects.filter(measure=measure, affected__state=Affected.State.CONFIRMED)
    if complained is not None:
        reaches = reaches.filter(affected__in=affected.values("pk"))
    rows = list(reaches.order_by().values_list(REACH_STATE, "answer").annotate(rows=Count("pk")))
    at: dict[str, int] = {}
    for state, _answer, number in rows:
        at[state] = at.get(state, 0) + number
    at["waiting"] = at.get("waiting", 0) + total - sum(number for _state, _answer, number in rows)
    completed = sum(number for state, answer, number in rows if _is_completed(measure, state, answer))
    return Progress(total, at, completed, everybody.taken_out().count())


def _is_completed(measure: Measure, state: str, answer: str) -> bool:
    """A notice is done with whoever has got it; what is offered, when it was carried out or is not wanted."""
    if state == "fulfilled":
        return True
    if measure.kind == Measure.Kind.NOTICE:
        return state in ("told", "read", "answered")
    return state == "answered" and answer == Reach.Answer.NOT_MINE


def completion_of(incident: Incident) -> Decimal:
    """Of all that was to be done with each affected customer, the share that was; of general measures alone, the share that is done. 0–100."""
    measures = list(incident.measures.all())
    reaching = [of_measure(measure) for measure in measures if not measure.is_general]
    due = sum(each.total for each in reaching)
    done = sum(each.completed for each in reaching)
    if not due:
        due, done = len(measures), sum(measure.state == Measure.State.DONE for measure in measures)
    return (Decimal(100 * done) / due).quantize(Decimal("0.01"), rounding=ROUND_DOWN) if due else Decimal(0)
