"""The database itself refuses to change a closed session, its agenda or who was there.

One thing may still happen to an item: its words are taken out when its matter is forgotten (GD09).

SQLite forgets a table's triggers when a migration rebuilds the table, so a migration that alters
one of these tables must end with `RunPython(install_with_category, remove)`; an invariant notices
when they are missing.
"""

from typing import Any

from django.db import connection

REFUSAL = "a closed session stays as it is"
MEETING = "meetings_meeting"
PARTS = ("meetings_agendaitem", "meetings_attendance")  # with `meeting_id`
ITEM = "meetings_agendaitem"
_VERBS = {"insert": "NEW", "update": "OLD", "delete": "OLD"}
# All of an item but its words; the category came to the table later than the first triggers.
_KEPT = (
    *("id", "meeting_id", "position", "incident_id", "text", "reasons", "appearance"),
    *("is_restricted", "decision", "decided_by_id", "decided_at", "step_id"),
)


def install(apps: Any, schema_editor: Any) -> None:
    _run(schema_editor.connection, _installing(schema_editor.connection.vendor))


def install_with_category(apps: Any, schema_editor: Any) -> None:
    """As `install`, once items know the category that they came up with."""
    vendor = schema_editor.connection.vendor
    _run(schema_editor.connection, _installing(vendor, kept=(*_KEPT, "category_id")))


def remove(apps: Any, schema_editor: Any) -> None:
    _run(schema_editor.connection, _removing(schema_editor.connection.vendor))


def missing() -> list[str]:
    """The triggers that should be there and are not, or are switched off."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        present = {name for (name,) in cursor.fetchall()}
    return sorted(set(_names(connection.vendor)) - present)


def _run(database: Any, statements: list[str]) -> None:
    with database.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _names(vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [f"{table}_frozen" for table in (MEETING, *PARTS)]
    return [
        *(f"{MEETING}_frozen_{verb}" for verb in ("update", "delete")),
        *(f"{table}_frozen_{verb}" for table in PARTS for verb in _VERBS),
    ]


def _installing(vendor: str, *, kept: tuple[str, ...] = _KEPT) -> list[str]:
    return _on_postgresql() if vendor == "postgresql" else _on_sqlite(kept)


def _on_postgresql() -> list[str]:
    refuse = f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'"
    closed = f"SELECT 1 FROM {MEETING} WHERE state = 'closed' AND id = "  # noqa: S608 - constants
    # Rows are compared as JSON, for the same function serves tables with other columns.
    forgotten = (
        "to_jsonb(NEW) ->> 'decision_text' = '' AND"
        " to_jsonb(NEW) - 'decision_text' = to_jsonb(OLD) - 'decision_text'"
    )
    return [
        "CREATE OR REPLACE FUNCTION meetings_refuse_meeting() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN IF OLD.state = 'closed' THEN {refuse}; END IF;"
        " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
        "CREATE OR REPLACE FUNCTION meetings_refuse_part() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = '{ITEM}' AND {forgotten} THEN"
        " RETURN NEW; END IF;"
        f" IF TG_OP <> 'INSERT' AND EXISTS ({closed} OLD.meeting_id) THEN {refuse}; END IF;"
        f" IF TG_OP <> 'DELETE' AND EXISTS ({closed} NEW.meeting_id) THEN {refuse};"
        " END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
        f"CREATE TRIGGER {MEETING}_frozen BEFORE UPDATE OR DELETE ON {MEETING}"
        " FOR EACH ROW EXECUTE FUNCTION meetings_refuse_meeting()",
        *(
            f"CREATE TRIGGER {table}_frozen BEFORE INSERT OR UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION meetings_refuse_part()"
            for table in PARTS
        ),
    ]


def _on_sqlite(kept: tuple[str, ...]) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    closed = f"SELECT 1 FROM {MEETING} WHERE state = 'closed' AND id = "  # noqa: S608 - constants
    forgotten = " AND ".join(
        ["NEW.decision_text = ''", *(f"NEW.{name} IS OLD.{name}" for name in kept)]
    )
    return [
        *(
            f"CREATE TRIGGER {MEETING}_frozen_{verb} BEFORE {verb.upper()} ON {MEETING}"
            f" WHEN OLD.state = 'closed' {refuse}"
            for verb in ("update", "delete")
        ),
        *(
            f"CREATE TRIGGER {table}_frozen_{verb} BEFORE {verb.upper()} ON {table}"
            f" WHEN EXISTS ({closed}{row}.meeting_id)"
            f"{f' AND NOT ({forgotten})' if (table, verb) == (ITEM, 'update') else ''} {refuse}"
            for table in PARTS
            for verb, row in _VERBS.items()
        ),
    ]


def _removing(vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [f"DROP TRIGGER IF EXISTS {table}_frozen ON {table}" for table in (MEETING, *PARTS)]
    return [f"DROP TRIGGER IF EXISTS {name}" for name in _names(vendor)]
