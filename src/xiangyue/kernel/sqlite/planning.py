"""Saying to SQLite what it cannot know of a table's contents; PostgreSQL knows by itself."""

from typing import Any

from django.db.models import Func
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
