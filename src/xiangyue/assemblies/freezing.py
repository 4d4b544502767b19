"""The database itself refuses to change signed minutes, what was decided, and what they rest on.

Once a sitting is signed, nothing of it, its agenda, motions, notes and attendance changes. A
decision, a signature and a later correction never do.

SQLite forgets a table's triggers when a migration rebuilds the table, so a migration that alters
one of these tables must end with `RunPython(install, remove)`; an invariant notices when they are
missing.
"""

from typing import Any

from django.db import connection

REFUSAL = "what was signed or decided stays as it is"
SITTING, MINUTES = "assemblies_sitting", "assemblies_minutes"
PARTS = tuple(
    f"assemblies_{name}" for name in ("item", "attendance", "turn", "note", "motion", "amendment")
)
FOR_GOOD = tuple(f"assemblies_{name}" for name in ("decision", "signature", "correction"))
_ROWS = {"insert": "NEW", "update": "OLD", "delete": "OLD"}


def install(apps: Any, schema_editor: Any) -> None:
    vendor = schema_editor.connection.vendor
    _run(schema_editor.connection, _on_postgresql() if vendor == "postgresql" else _on_sqlite())


def remove(apps: Any, schema_editor: Any) -> None:
    vendor = schema_editor.connection.vendor
    _run(
        schema_editor.connection,
        [
            f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if vendor == "postgresql" else "")
            for table, name in _names()
        ],
    )


def missing() -> list[str]:
    """The triggers that should be there and are not, or are switched off."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        present = {name for (name,) in cursor.fetchall()}
    return sorted({name for _table, name in _names()} - present)


def _run(database: Any, statements: list[str]) -> None:
    with database.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _rules() -> list[tuple[str, str, str]]:
    """Table, verb, and when it is refused; "" is always."""
    found = [
        (SITTING, "update", "OLD.state = 'signed'"),
        (SITTING, "delete", "OLD.state <> 'announced'"),
        (MINUTES, "update", "OLD.signed_at IS NOT NULL"),
        (MINUTES, "delete", "OLD.signed_at IS NOT NULL"),
    ]
    for table in PARTS:
        for verb, row in _ROWS.items():
            found.append((table, verb, _signed(f"{row}.sitting_id")))
    for table in FOR_GOOD:
        found += [(table, "update", ""), (table, "delete", "")]
    of_item = "(SELECT sitting_id FROM assemblies_item WHERE id = NEW.item_id)"
    return [*found, ("assemblies_decision", "insert", _signed(of_item))]


def _signed(sitting: str) -> str:
    return f"EXISTS (SELECT 1 FROM {SITTING} WHERE state = 'signed' AND id = {sitting})"  # noqa: S608 - constants


def _names() -> list[tuple[str, str]]:
    return [(table, f"{table}_frozen_{verb}") for table, verb, _when in _rules()]


def _on_postgresql() -> list[str]:
    refuse = f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'"
    statements = []
    for table, verb, when in _rules():
        row = "OLD" if verb == "delete" else "NEW"
        asked = f"IF {when} THEN {refuse}; END IF; RETURN {row};" if when else f"{refuse};"
        name = f"{table}_frozen_{verb}"
        statements += [
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN {asked} END $$",
            f"CREATE TRIGGER {name} BEFORE {verb.upper()} ON {table} FOR EACH ROW"
            f" EXECUTE FUNCTION {name}()",
        ]
    return statements


def _on_sqlite() -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    return [
        f"CREATE TRIGGER {table}_frozen_{verb} BEFORE {verb.upper()} ON {table}"
        f"{f' WHEN {when}' if when else ''} {refuse}"
        for table, verb, when in _rules()
    ]
