"""One write path: entry point → service → models. Whoever else writes is found here."""

import ast
from collections.abc import Iterator
from pathlib import Path

from config.places import BASE
from tests.architecture.tree import modules

CREATING = {"create", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "acreate", "abulk_create"}
WRITERS = ("services", "models")
#: Files that write and are no service, each with its reason.
EXCEPTIONS = {
    "complaints/outbox.py": "claims and marks the rows it delivers",
    "config/bench/acts.py": "lifts the limits of a day for a measurement on generated cases",
    "config/broker.py": "claims the rows of the worker's queue, django-q2's own",
    "config/demo/tables.py": "reference rows of the demo, saved as the back office saves them",
    "config/drill/scenes.py": "puts the clock of a queued job forward, so that a drill need not wait for it",
    "config/jobs.py": "counts the tries of the worker's jobs and puts them aside, rows of django-q2",
    "config/quarter/company.py": "a rule of routing for the simulated quarter, saved as the back office saves it",
    "config/schedules.py": "the worker's timetable, rows of django-q2",
}


def test_only_services_write() -> None:
    found = [
        f"{path.relative_to(BASE)}:{line} {call}"
        for path in modules()
        if not _may_write(path)
        for line, call in writes(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not found


def test_exceptions_exist() -> None:
    assert [name for name in EXCEPTIONS if not (BASE / name).is_file()] == []


def _may_write(path: Path) -> bool:
    parts = path.relative_to(BASE).parts
    inside = parts[1].removesuffix(".py") if len(parts) > 1 else ""
    return (parts[0] != "config" and inside in WRITERS) or path.relative_to(BASE).as_posix() in EXCEPTIONS


def writes(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Calls that write rows: creation through a manager, save(), delete(), and update() of a query set."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name, receiver = node.func.attr, ast.unparse(node.func.value)
        if _writes(name, receiver, node):
            yield node.lineno, f"{receiver}.{name}()"


def _writes(name: str, receiver: str, call: ast.Call) -> bool:
    if receiver == "super()":
        return False
    if name in CREATING:
        return "objects" in receiver or name != "create"
    if name == "update":  # of a dictionary it takes a positional argument, of a query set never
        return not call.args and bool(call.keywords) and ("objects" in receiver or "filter(" in receiver or "query" in receiver)
    return name in {"save", "delete", "asave", "adelete"} and not call.args


def test_the_test_sees_what_it_should() -> None:
    text = "Case.objects.create(a=1)\ncase.save()\nqueryset.update(step='x')\nCase.objects.filter(a=1).delete()\n{}.update(a=1)\nsuper().save()"
    assert [line for line, _ in writes(ast.parse(text))] == [1, 2, 3, 4]
