"""The ten steps as a chart, written from the code that runs them: `docs/ten-steps.md`."""

from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from complaints.models.guards import why_not
from complaints.models.lifecycle import transitions
from complaints.permissions import COMPLAINANT_ACTS, SYSTEM_ACTS, codename_of
from complaints.workflow import TEN_STEPS, Step
from config.places import BASE
from staff.roles import HOLDERS, Role

PLACE = BASE / "docs" / "ten-steps.md"
#: An act with more beginnings or ends than this would fill the picture with arrows; it is told in words under it.
MOST_ARROWS = 2

HEAD = """\
# The ten steps

Written by `manage.py chart` from `complaints/models/lifecycle.py`, `complaints/models/guards.py` and `staff/roles.py`; do not edit.
A case stands at the step whose work is still to do. Acts that leave it where it stands are in the table, not in the picture.

"""
BETWEEN = """

## Who may do what, and what must be on file

Beside the role an act asks for a relation to the case (its handler, the head of its department, somebody outside the handling
unit, …): `complaints/permissions.py`. Nobody who is named in a case may see it, and nobody approves what they proposed.

| Act | Meaning | From | To | Who | Condition: what is said when it fails |
|---|---|---|---|---|---|
"""


class Command(BaseCommand):
    help = "Write docs/ten-steps.md from the process chart of the code."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when the file is not what the code says")

    def handle(self, *, check: bool, **_options: Any) -> None:
        with translation.override("en"):
            wanted = chart()
        if not check:
            PLACE.write_text(wanted, encoding="utf-8")
            self.stdout.write(f"{PLACE.relative_to(BASE)} written")
        elif not PLACE.is_file() or PLACE.read_text(encoding="utf-8") != wanted:
            raise CommandError(f"{PLACE.relative_to(BASE)} is not what the code says. Run: manage.py chart")


def chart() -> str:
    """The whole page, in the language that is active."""
    return HEAD + "\n".join([*_steps(), "", *_picture(), "", *_aside()]) + BETWEEN + "".join(f"{row}\n" for row in _rows())


def _steps() -> Iterator[str]:
    for number, step in enumerate(TEN_STEPS, start=1):
        yield f"{number}. **{step.label}** (`{step.value}`)"
    yield f"\nBeside them: **{Step.ANSWER.label}** (`{Step.ANSWER.value}`), where a suggestion, an enquiry or praise waits for its answer."


def _picture() -> Iterator[str]:
    yield from ("```mermaid", "stateDiagram-v2", f"    [*] --> {TEN_STEPS[0].value}: file a complaint or report")
    yield f"    [*] --> {Step.ANSWER.value}: file a suggestion, an enquiry or praise"
    arrows: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, (sources, targets, _method) in transitions().items():
        if targets is None or _is_aside(sources, targets):
            continue
        for source in sources:
            for target in targets:
                arrows[source.value, target.value].append(name)
    for (begin, end), names in sorted(arrows.items(), key=lambda arrow: [Step.values.index(step) for step in arrow[0]]):
        yield f"    {begin} --> {end}: {', '.join(names)}"
    yield from (f"    {Step.CLOSED.value} --> [*]", "```")


def _aside() -> Iterator[str]:
    for name, (sources, targets, _method) in transitions().items():
        if targets is not None and _is_aside(sources, targets):
            yield f"- `{name}` leads from {_names(sources)} to {_names(targets)}."


def _is_aside(sources: tuple[Step, ...], targets: tuple[Step, ...]) -> bool:
    return max(len(sources), len(targets)) > MOST_ARROWS


def _names(steps: tuple[Step, ...]) -> str:
    """Neighbours in the process are told as a span."""
    order = list(Step)
    begin, end = order.index(steps[0]), order.index(steps[-1])
    if len(steps) > MOST_ARROWS and steps == tuple(order[begin : end + 1]):
        return f"{steps[0].value} … {steps[-1].value}"
    return ", ".join(step.value for step in steps)


def _rows() -> Iterator[str]:
    for name, (sources, targets, method) in transitions().items():
        conditions = method._django_fsm.get_transition(sources[0]).conditions  # type: ignore[attr-defined]  # set by the library's decorator
        cells = [
            f"`{name}`",
            (method.__doc__ or "").strip(),
            _names(sources),
            "(stays)" if targets is None else _names(targets),
            ", ".join(_actors(name)),
            "<br>".join(f"`{condition.__name__}`: {why_not(condition)}" for condition in conditions) or "–",
        ]
        yield "| " + " | ".join(cells) + " |"


def _actors(act: str) -> Iterator[str]:
    if act in SYSTEM_ACTS:
        yield "the system"
    holders = HOLDERS.get(codename_of(act).removeprefix("complaints."), frozenset())
    yield from (str(role.label).lower() for role in Role if role in holders)
    if act in COMPLAINANT_ACTS:
        yield "the complainant"
