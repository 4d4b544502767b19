"""Keeps in the process what holds for the whole county and hardly ever changes.

Declarations and holidays are read with every act. One row names the edition in force; triggers
rename it with every change of a watched table, whoever makes it, in the same transaction. So a
process asks for the name, a tiny query, and reads the rest again only when it is another.

SQLite forgets a table's triggers when a migration rebuilds the table, so a migration that alters
a watched table must end with `RunPython(watching(...), unwatching(...))`; a test notices when
they are missing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

from django.db import connection

from xiangyue.kernel.counties import current_county

T = TypeVar("T")
Operation = Callable[[Any, Any], None]

TABLE = "blueprints_edition"
WATCHED = ("blueprints_declaration", "calendars_holiday")

_kept: dict[tuple[str, str], tuple[str, object]] = {}
_steady: ContextVar[dict[str, str] | None] = ContextVar("steady_editions", default=None)


def kept(what: str, read: Callable[[], T]) -> T:
    """What `read` gives in the bound county, read anew only when the edition has changed.

    Whoever gets it must not change it: others in this process hold the same object. `what` names
    it within the process.
    """
    key = (current_county().alias, what)
    edition = _edition()
    found = _kept.get(key)
    if found is None or found[0] != edition:
        found = _kept[key] = (edition, read())
    return cast(T, found[1])


@contextmanager
def steady() -> Iterator[None]:
    """Inside, the edition is asked for once per county and stays in force.

    For one act that reads much of what is declared, or a played past; never around an act that
    changes a watched table and goes on with what it changed.
    """
    if _steady.get() is not None:
        yield
        return
    held = _steady.set({})
    try:
        yield
    finally:
        _steady.reset(held)


def _edition() -> str:
    held = _steady.get()
    alias = current_county().alias
    if held is not None and alias in held:
        return held[alias]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name FROM {TABLE}")  # noqa: S608 - a constant
        name = str(cursor.fetchone()[0])
    if held is not None:
        held[alias] = name
    return name


# --- for migrations ---------------------------------------------------------------------------


def watching(table: str) -> Operation:
    """Make every change of the table a new edition."""
    return lambda apps, schema_editor: _run(schema_editor.connection, _installing, table)


def unwatching(table: str) -> Operation:
    return lambda apps, schema_editor: _run(schema_editor.connection, _removing, table)


def first_edition(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        value = _value(schema_editor.connection.vendor)
        cursor.execute(f"INSERT INTO {TABLE} (id, name) VALUES (1, {value})")  # noqa: S608


def missing_triggers() -> list[str]:
    """The triggers that should be there and are not."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        present = {name for (name,) in cursor.fetchall()}
    wanted = {name for table in WATCHED for name in _names(connection.vendor, table)}
    return sorted(wanted - present)


def _run(database: Any, statements: Callable[[str, str], list[str]], table: str) -> None:
    with database.cursor() as cursor:
        for statement in statements(database.vendor, table):
            cursor.execute(statement)


def _value(vendor: str) -> str:
    if vendor == "postgresql":
        return "replace(gen_random_uuid()::text, '-', '')"
    return "lower(hex(randomblob(16)))"


def _names(vendor: str, table: str) -> list[str]:
    if vendor == "postgresql":
        return [f"{table}_edition"]
    return [f"{table}_edition_{verb}" for verb in ("insert", "update", "delete")]


def _installing(vendor: str, table: str) -> list[str]:
    renew = f"UPDATE {TABLE} SET name = {_value(vendor)}"  # noqa: S608 - constants of this file
    if vendor == "postgresql":
        return [
            "CREATE OR REPLACE FUNCTION blueprints_new_edition() RETURNS trigger LANGUAGE plpgsql"
            f" AS $$ BEGIN {renew}; RETURN NULL; END $$",
            f"CREATE TRIGGER {table}_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE"
            f" ON {table} FOR EACH STATEMENT EXECUTE FUNCTION blueprints_new_edition()",
        ]
    return [
        f"CREATE TRIGGER {name} AFTER {name.rpartition('_')[2].upper()} ON {table}"
        f" BEGIN {renew}; END"
        for name in _names(vendor, table)
    ]


def _removing(vendor: str, table: str) -> list[str]:
    if vendor == "postgresql":
        return [f"DROP TRIGGER IF EXISTS {table}_edition ON {table}"]
    return [f"DROP TRIGGER IF EXISTS {name}" for name in _names(vendor, table)]
