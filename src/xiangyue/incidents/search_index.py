"""The index that search reads, on either database; `search.py` says how.

SQLite forgets a table's triggers when a migration rebuilds the table, so a migration that alters
`Incident` must end with `RunPython(install, remove)`; a test notices when they are missing.
"""

from collections.abc import Callable
from typing import Any

INCIDENTS = "incidents_incident"
TABLE = "incidents_search"
VECTOR = "grams_vector"
TRIGGERS = ("incidents_search_added", "incidents_search_changed", "incidents_search_removed")


def install(apps: Any, schema_editor: Any) -> None:
    """Make the index and fill it from what there is; making it again only fills it again."""
    _run(schema_editor.connection, _installing(schema_editor.connection.vendor))


def remove(apps: Any, schema_editor: Any) -> None:
    _run(schema_editor.connection, _removing(schema_editor.connection.vendor))


def indexing(table: str, index: str) -> Callable[[Any, Any], None]:
    """For a migration: the same index for the `grams` of another table with a numbered key."""
    return lambda apps, schema_editor: _run(
        schema_editor.connection, _installing(schema_editor.connection.vendor, table, index)
    )


def unindexing(table: str, index: str) -> Callable[[Any, Any], None]:
    return lambda apps, schema_editor: _run(
        schema_editor.connection, _removing(schema_editor.connection.vendor, table, index)
    )


def _run(connection: Any, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _installing(vendor: str, table: str = INCIDENTS, index: str = TABLE) -> list[str]:
    if vendor == "postgresql":
        return [
            # Kept, not computed by the index alone: a common word is found by reading the newest
            # rows. Not to_tsvector: its parser drops what the locale takes for no letter.
            f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS grams_vector tsvector"
            " GENERATED ALWAYS AS (array_to_tsvector(string_to_array(grams, ' '))) STORED",
            f"CREATE INDEX IF NOT EXISTS {index} ON {table} USING gin (grams_vector)",
        ]
    added = f"INSERT INTO {index}(rowid, grams) VALUES (NEW.id, NEW.grams)"  # noqa: S608 - constants
    removed = (
        f"INSERT INTO {index}({index}, rowid, grams)"  # noqa: S608 - constants
        " VALUES ('delete', OLD.id, OLD.grams)"
    )
    return [
        # `ascii`: every character beyond ASCII belongs to a word, however new to Unicode, and
        # none is taken for another. `prefix`: a single common character is found as fast.
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {index} USING fts5(grams,"
        f" content='{table}', content_rowid='id', columnsize=0, prefix='1', tokenize='ascii')",
        f"CREATE TRIGGER IF NOT EXISTS {index}_added AFTER INSERT ON {table} BEGIN {added}; END",
        f"CREATE TRIGGER IF NOT EXISTS {index}_changed AFTER UPDATE OF grams ON {table}"
        f" WHEN OLD.grams <> NEW.grams BEGIN {removed}; {added}; END",
        f"CREATE TRIGGER IF NOT EXISTS {index}_removed AFTER DELETE ON {table}"
        f" BEGIN {removed}; END",
        f"INSERT INTO {index}({index}) VALUES ('rebuild')",  # noqa: S608 - constants
    ]


def _removing(vendor: str, table: str = INCIDENTS, index: str = TABLE) -> list[str]:
    if vendor == "postgresql":
        return [f"ALTER TABLE {table} DROP COLUMN IF EXISTS grams_vector"]
    return [
        *(f"DROP TRIGGER IF EXISTS {index}_{what}" for what in ("added", "changed", "removed")),
        f"DROP TABLE IF EXISTS {index}",
    ]
