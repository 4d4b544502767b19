"""The database itself refuses to change or remove what was recorded.

SQLite forgets a table's triggers when a migration rebuilds the table, so a migration that
alters one of these tables must end with `RunPython(install, remove)`; proving the record
(`verification.py`) notices when they are missing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

# Each table with its key columns: SQLite's INSERT OR REPLACE would remove a row silently.
TABLES = {
    "activity_entry": ("id",),
    "activity_leaf": ("index", "entry_id"),
    "activity_treehead": ("tree_size",),
}
REFUSAL = "the activity record is append-only"


def install(apps: Any, schema_editor: Any) -> None:
    _run(schema_editor.connection, _installing(schema_editor.connection.vendor))


def remove(apps: Any, schema_editor: Any) -> None:
    _run(schema_editor.connection, _removing(schema_editor.connection.vendor))


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The triggers that should be there and are not, or are switched off."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
                " WHERE relname = ANY(%s) AND tgenabled IN ('O', 'A')"
                " AND pg_table_is_visible(tgrelid)",
                [list(TABLES)],
            )
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        present = {name for (name,) in cursor.fetchall()}
    return sorted(set(_names(connection.vendor)) - present)


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Without the triggers for a while: for tests that empty the database or tamper with it."""
    with transaction.atomic(using=connection.alias):
        _run(connection, _removing(connection.vendor))
        yield
        _run(connection, _installing(connection.vendor))


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _names(vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [f"{table}_append_only" for table in TABLES]
    return [f"{table}_no_{verb}" for table in TABLES for verb in ("update", "delete", "replace")]


def _installing(vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [
            "CREATE OR REPLACE FUNCTION activity_refuse() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';"
            " END $$",
            *(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE"
                f" ON {table} FOR EACH STATEMENT EXECUTE FUNCTION activity_refuse()"
                for table in TABLES
            ),
        ]
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    statements = []
    for table, keys in TABLES.items():
        guard = f"SELECT 1 FROM {table} WHERE "  # noqa: S608 - constants of this file only
        same = " OR ".join(f'"{key}" = NEW."{key}"' for key in keys)
        statements += [
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS ({guard}{same}) {refuse}",
        ]
    return statements


def _removing(vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}" for table in TABLES]
    return [f"DROP TRIGGER IF EXISTS {name}" for name in _names(vendor)]
