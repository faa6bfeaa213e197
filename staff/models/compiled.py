"""Queries whose SQL Django makes once a process: making it costs several times what asking the database does (docs/performance.md)."""

from collections.abc import Callable, Mapping, Sequence
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
class Statement:
    """What Django made of a query set: the SQL, and by column what makes Python's value of the database's."""

    sql: str
    params: Sequence[Any]
    converters: Sequence[tuple[int, Any, Any]]

    @classmethod
    def of(cls, compiler: Any) -> "Statement":
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([column for column, *_rest in compiler.select])
        return cls(sql, params, [(place, convert, column) for place, (several, column) in converters.items() for convert in several])

    def ask(self, given: Mapping[str, Any]) -> list[Sequence[Any]]:
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [given[each.name] if isinstance(each, Given) else each for each in self.params])
            rows: list[Sequence[Any]] = cursor.fetchall()
        return [self._converted(row) for row in rows] if self.converters else rows

    def _converted(self, values: Sequence[Any]) -> Sequence[Any]:
        row = list(values)
        for place, convert, column in self.converters:
            row[place] = convert(row[place], column, connection)
        return row


class Figures:
    """A query for plain values (`values_list`), asked with the values of its `Given`s; read anew each time."""

    def __init__(self, make: Callable[[], "models.QuerySet[Any, Any]"]) -> None:
        self.make = make

    def __call__(self, **given: Any) -> list[Sequence[Any]]:
        return self.statement.ask(given)

    @cached_property
    def statement(self) -> Statement:
        return Statement.of(self.make().query.get_compiler(using=connection.alias))


@dataclass(frozen=True)
class Shape:
    """How a row becomes a model, with what is related to it and what was annotated."""

    model: Any
    names: Sequence[str]
    columns: slice
    related: Sequence[Any]
    annotations: Sequence[tuple[str, int]]

    @classmethod
    def of(cls, compiler: Any) -> "Shape":
        chosen = compiler.klass_info["select_fields"]
        columns = slice(chosen[0], chosen[-1] + 1)
        return cls(
            model=compiler.klass_info["model"],
            names=[column.target.attname for column, *_rest in compiler.select[columns]],
            columns=columns,
            related=get_related_populators(compiler.klass_info, compiler.select, connection.alias),  # type: ignore[call-arg]  # of a later Django
            annotations=list(compiler.annotation_col_map.items()),
        )

    def made(self, row: Sequence[Any]) -> Any:
        """As Django's own ModelIterable makes it."""
        made = self.model.from_db(connection.alias, self.names, row[self.columns])
        for each in self.related:
            each.populate(row, made)
        for name, place in self.annotations:
            setattr(made, name, row[place])
        return made


class Compiled(Generic[Row]):
    """A query over whole models (no `values`, no prefetching), asked with the values of its `Given`s; a list, read anew each time.

    The query set is made at the first asking, so that a module may name one while the models are still being loaded.
    """

    def __init__(self, make: Callable[[], "models.QuerySet[Row]"]) -> None:
        self.make = make

    def __call__(self, **given: Any) -> list[Row]:
        statement, shape = self.plan
        return [shape.made(row) for row in statement.ask(given)]

    def first(self, **given: Any) -> Row | None:
        """The first row, or None; a query that may find many should end in `[:1]`."""
        return next(iter(self(**given)), None)

    @cached_property
    def plan(self) -> tuple[Statement, Shape]:
        compiler: Any = self.make().query.get_compiler(using=connection.alias)
        return Statement.of(compiler), Shape.of(compiler)
