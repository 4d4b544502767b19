"""The index that search reads, on either database; `search.py` says how.

SQLite forgets a table's triggers when a migration rebuilds the table, so a migration that alters
`Incident` must end with `RunPython(install, remove)`; a test notices when they are missing.
"""

from typing import Any

TABLE = "incidents_search"
TRIGGERS = ("incidents_search_added", "incidents_search_changed", "incidents_search_removed")


def install(apps: Any, schema_editor: Any) -> None:
    """Make the index and fill it from what there is; making it again only fills it again."""
    _run(schema_editor.connection, _installing(schema_editor.connection.vendor))


def remove(apps: Any, schema_editor: Any) -> None:
    _run(schema_editor.connection, _removing(schema_editor.connection.vendor))


def _run(connection: Any, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _installing(vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [
            # Not to_tsvector: its parser would split and drop what a locale takes for no letter.
            f"CREATE INDEX IF NOT EXISTS {TABLE} ON incidents_incident"
            " USING gin (array_to_tsvector(string_to_array(grams, ' ')))"
        ]
    added = f"INSERT INTO {TABLE}(rowid, grams) VALUES (NEW.id, NEW.grams)"
    removed = (
        f"INSERT INTO {TABLE}({TABLE}, rowid, grams) VALUES ('delete', OLD.id, OLD.grams)"
    )
    on_added, on_changed, on_removed = TRIGGERS
    return [
        # `ascii`: every character beyond ASCII belongs to a word, however new to Unicode.
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE} USING fts5(grams,"
        " content='incidents_incident', content_rowid='id', columnsize=0, tokenize='ascii')",
        f"CREATE TRIGGER IF NOT EXISTS {on_added} AFTER INSERT ON incidents_incident"
        f" BEGIN {added}; END",
        f"CREATE TRIGGER IF NOT EXISTS {on_changed} AFTER UPDATE OF grams ON incidents_incident"
        f" WHEN OLD.grams <> NEW.grams BEGIN {removed}; {added}; END",
        f"CREATE TRIGGER IF NOT EXISTS {on_removed} AFTER DELETE ON incidents_incident"
        f" BEGIN {removed}; END",
        f"INSERT INTO {TABLE}({TABLE}) VALUES ('rebuild')",
    ]


def _removing(vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [f"DROP INDEX IF EXISTS {TABLE}"]
    return [
        *(f"DROP TRIGGER IF EXISTS {trigger}" for trigger in TRIGGERS),
        f"DROP TABLE IF EXISTS {TABLE}",
    ]
