"""Queries whose SQL Django makes once a process: making it costs several times what asking the database does (docs/performance.md)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models.expressions import Expression
from django.db.models.query import get_related_populators

Row = TypeVar("Row", bound=models.Model)


class Given(Expression):
    """Stands in a query for a value that is known only when it is asked. The value goes to the database as it is, so it must have its type."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


@dataclass(frozen=True)
class Plan:
    """What Django made of a query set: the SQL, and how its rows become models."""

    sql: str
    params: Sequence[Any]
    #: By column: what makes Python's value of the database's.
    converters: Sequence[tuple[int, Any, Any]]
    model: Any
    names: Sequence[str]
    columns: slice
    related: Sequence[Any]
    annotations: Sequence[tuple[str, int]]


class Compiled(Generic[Row]):
    """A query over whole models (no `values`, no prefetching), asked with the values of its `Given`s; a list, read anew each time.

    The query set is made at the first asking, so that a module may name one while the models are still being loaded.
    """

    def __init__(self, make: Callable[[], "models.QuerySet[Row]"]) -> None:
        self.make = make

    def __call__(self, **given: Any) -> list[Row]:
        plan = self.plan
        bound = [given[each.name] if isinstance(each, Given) else each for each in plan.params]
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, bound)
            rows = cursor.fetchall()
        return [_row(plan, row) for row in rows]

    def first(self, **given: Any) -> Row | None:
        """The first row, or None; a query that may find many should end in `[:1]`."""
        return next(iter(self(**given)), None)

    @cached_property
    def plan(self) -> Plan:
        compiler: Any = self.make().query.get_compiler(using=connection.alias)
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([column for column, *_rest in compiler.select])
        chosen = compiler.klass_info["select_fields"]
        columns = slice(chosen[0], chosen[-1] + 1)
        return Plan(
            sql=sql,
            params=params,
            converters=[(place, convert, column) for place, (several, column) in converters.items() for convert in several],
            model=compiler.klass_info["model"],
            names=[column.target.attname for column, *_rest in compiler.select[columns]],
            columns=columns,
            related=get_related_populators(compiler.klass_info, compiler.select, connection.alias),  # type: ignore[call-arg]  # of a later Django
            annotations=list(compiler.annotation_col_map.items()),
        )


def _row(plan: Plan, values: Sequence[Any]) -> Any:
    """As Django's own ModelIterable makes it."""
    row = list(values)
    for place, convert, column in plan.converters:
        row[place] = convert(row[place], column, connection)
    made = plan.model.from_db(connection.alias, plan.names, row[plan.columns])
    for each in plan.related:
        each.populate(row, made)
    for name, place in plan.annotations:
        setattr(made, name, row[place])
    return made
