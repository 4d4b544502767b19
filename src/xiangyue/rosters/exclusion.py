"""On PostgreSQL the database itself refuses a person in two places at once.

Checked at the end of each statement, so that two turns can change hands in one. Where the server
lacks the extension that it takes, the check of the services under their lock stands alone, as it
does on SQLite, which knows no such constraint.
"""

from typing import Any

NAME = "duty_turn_one_place_at_once"


def install(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'btree_gist'")
        if cursor.fetchone() is None:
            return
        cursor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        cursor.execute(
            f"ALTER TABLE rosters_dutyturn ADD CONSTRAINT {NAME} EXCLUDE USING gist"
            " (person_id WITH =, tstzrange(begins_at, ends_at) WITH &&)"
            " WHERE (cancelled_at IS NULL) DEFERRABLE INITIALLY IMMEDIATE"
        )


def remove(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE rosters_dutyturn DROP CONSTRAINT IF EXISTS {NAME}")
