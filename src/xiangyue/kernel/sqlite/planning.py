"""Saying to SQLite what it cannot know of a table's contents; PostgreSQL knows by itself."""

from typing import Any

from django.db.models import CharField, Func, Value
from django.db.models.sql.compiler import SQLCompiler


class Unsought(Func):
    """A column as it is, by which no index is to be searched: most rows satisfy the condition.

    SQLite knows no value's frequency. It would look up, and then sort, most of a table where the
    newest rows, or another index, give the few that are wanted.
    """

    template = "%(expressions)s"
    arity = 1

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **extra: Any) -> Any:
        return super().as_sql(compiler, connection, template="+%(expressions)s", **extra)


class Written(Value):
    """A code that stands in the statement itself, so that an index of only the rows that have it
    is known to fit: SQLite does not look at what is given beside a statement.

    :raises ValueError: the code is no plain word, and might end the statement's own.
    """

    def __init__(self, code: str) -> None:
        if not code.isidentifier() or not code.isascii():
            raise ValueError(f"{code!r} is no plain word.")
        super().__init__(str(code), output_field=CharField())

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> Any:
        return f"'{self.value}'", []
