"""The index that search reads, on either database; `search.py` says how.

SQLite forgets a table's triggers when a migration rebuilds the table, so a migration that alters
`Incident` must end with `RunPython(install, remove)`; a test notices when they are missing.
"""

from typing import Any

TABLE = "incidents_search"
VECTOR = "grams_vector"
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
            # Kept, not computed by the index alone: a common word is found by reading the newest
            # rows. Not to_tsvector: its parser drops what the locale takes for no letter.
            "ALTER TABLE incidents_incident ADD COLUMN IF NOT EXISTS grams_vector tsvector"
            " GENERATED ALWAYS AS (array_to_tsvector(string_to_array(grams, ' '))) STORED",
            "CREATE INDEX IF NOT EXISTS incidents_search ON incidents_incident"
            " USING gin (grams_vector)",
        ]
    added = "INSERT INTO incidents_search(rowid, grams) VALUES (NEW.id, NEW.grams)"
    removed = (
        "INSERT INTO incidents_search(incidents_search, rowid, grams)"
        " VALUES ('delete', OLD.id, OLD.grams)"
    )
    return [
        # `ascii`: every character beyond ASCII belongs to a word, however new to Unicode, and
        # none is taken for another. `prefix`: a single common character is found as fast.
        "CREATE VIRTUAL TABLE IF NOT EXISTS incidents_search USING fts5(grams,"
        " content='incidents_incident', content_rowid='id', columnsize=0, prefix='1',"
        " tokenize='ascii')",
        "CREATE TRIGGER IF NOT EXISTS incidents_search_added AFTER INSERT ON incidents_incident"
        f" BEGIN {added}; END",
        "CREATE TRIGGER IF NOT EXISTS incidents_search_changed"
        " AFTER UPDATE OF grams ON incidents_incident"
        f" WHEN OLD.grams <> NEW.grams BEGIN {removed}; {added}; END",
        "CREATE TRIGGER IF NOT EXISTS incidents_search_removed AFTER DELETE ON incidents_incident"
        f" BEGIN {removed}; END",
        "INSERT INTO incidents_search(incidents_search) VALUES ('rebuild')",
    ]


def _removing(vendor: str) -> list[str]:
    if vendor == "postgresql":
        return ["ALTER TABLE incidents_incident DROP COLUMN IF EXISTS grams_vector"]
    return [
        *(f"DROP TRIGGER IF EXISTS {trigger}" for trigger in TRIGGERS),
        "DROP TABLE IF EXISTS incidents_search",
    ]
