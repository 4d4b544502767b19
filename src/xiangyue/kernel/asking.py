"""Questions that every act asks again with other values: Django makes their SQL once.

To make the SQL of a queryset takes Django many times as long as the database takes to answer by
key, and PostgreSQL ten times as long to plan all of a first page's questions as to answer them: it
keeps that plan with the connection. Nothing that was answered is kept, so an answer is as fresh as
any other query's.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from django.db.models.expressions import Expression

from xiangyue.kernel.bulk import Convert, to_driver

Row = tuple[Any, ...]


class Given(Expression):
    """A value that whoever asks gives by this name, of the kind that the field holds; with a
    position, one of several."""

    def __init__(
        self, name: str, field: "models.Field[Any, Any]", position: int | None = None
    ) -> None:
        super().__init__(output_field=field)
        self.name = name
        self.position = position

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


def given_each(name: str, field: "models.Field[Any, Any]", count: int) -> list[Any]:
    """So many values of one name, for `__in` of a field that is no relation."""
    return [Given(name, field, position) for position in range(count)]


class Question:
    """A query with values that are `Given` when it is asked.

    :param made: the queryset, a `values_list`, for a shape: whatever its SQL depends on, such as
        how many values of a name there are. Shapes must be few, for each is kept.
    """

    def __init__(self, made: Callable[..., "models.QuerySet[Any, Any]"]) -> None:
        self._make = made
        self._made: dict[Hashable, _Made | None] = {}

    def ask(self, *shape: Hashable, **given: Any) -> list[Row]:
        """The rows, read now; `given` holds a value or a sequence of values for each name."""
        made = self.made(*shape)
        return made.rows(given) if made is not None else []

    def made(self, *shape: Hashable) -> "_Made | None":
        """Its SQL for the shape, made once; None when no row can fit, whatever is given."""
        key = (connection.vendor, shape)
        if key not in self._made:
            self._made[key] = _made(self._make(*shape))
        return self._made[key]


def have_any(questions: Sequence[Question], *shape: Hashable, **given: Any) -> list[bool]:
    """Whether each question has any row, all of them asked at once."""
    made = [question.made(*shape) for question in questions]
    asked = [each for each in made if each is not None]
    if not asked:
        return [False] * len(made)
    parts = ", ".join(f"EXISTS ({each.statement})" for each in asked)
    with _planned_once() as cursor:
        cursor.execute(f"SELECT {parts}", [value for each in asked for value in each.values(given)])
        found = iter(cursor.fetchone())
    return [each is not None and bool(next(found)) for each in made]


def _planned_once() -> CursorWrapper:
    """Django's cursor, but on PostgreSQL one that sends values beside the statement.

    Django writes them into it, so that no two are the same and none is prepared. Whether they are
    says `prepare_threshold` in the settings. Where a list is read in some order the plan follows
    the values, a village's or the county's, and is made each time.
    """
    cursor = connection.cursor()
    if connection.vendor == "postgresql":
        from django.db.backends.postgresql.base import ServerBindingCursor

        cursor.cursor = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]
    return cursor


class _Made:
    def __init__(self, statement: str, params: Sequence[Any], converts: dict[int, Any]) -> None:
        self.statement = statement
        # Each with what makes a given value what the driver takes; None for what stands fast.
        self.params = [
            (each, to_driver(each.output_field) if isinstance(each, Given) else None)
            for each in params
        ]
        self.converts = converts

    def values(self, given: dict[str, Any]) -> list[Any]:
        return [
            each if convert is None else _value(each, convert, given)
            for each, convert in self.params
        ]

    def rows(self, given: dict[str, Any]) -> list[Row]:
        with connection.cursor() as cursor:
            cursor.execute(self.statement, self.values(given))
            found: list[Row] = cursor.fetchall()
        if not self.converts:
            return found
        return [self._converted(row) for row in found]

    def _converted(self, row: Row) -> Row:
        values = list(row)
        for position, (converters, expression) in self.converts.items():
            for convert in converters:
                values[position] = convert(values[position], expression, connection)
        return tuple(values)


def _value(each: Given, convert: Convert, given: dict[str, Any]) -> Any:
    value = given[each.name]
    return convert(value if each.position is None else value[each.position])


def _made(rows: "models.QuerySet[Any, Any]") -> _Made | None:
    """None when no row can fit, whatever is given."""
    compiler: Any = rows.query.get_compiler(connection=connection)
    try:
        statement, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    columns = [column for column, _sql, _alias in compiler.select]
    return _Made(statement, params, compiler.get_converters(columns))
