"""The database itself refuses to change what was published, said, judged or adopted.

Clauses change while their version is a draft or being revised, and never else; the vote then says
once which are left out. Of a version each moment is set once, and what is over stays over. An
answer comes once; who gave an opinion may be forgotten later.

SQLite forgets a table's triggers when a migration rebuilds the table, so a migration that alters
one of these tables must end with `RunPython(install, remove)`; an invariant notices when they are
missing.
"""

from typing import Any

from django.db import connection

REFUSAL = "what a compact says or said stays as it is"
VERSION, CLAUSE = "compacts_version", "compacts_clause"
_FIXED = {
    VERSION: ("id", "compact_id", "number", "made_from_id", "begun_at", "begun_by_id"),
    CLAUSE: ("id", "version_id", "lineage"),
    "compacts_edition": ("id", "version_id", "stage", "clauses", "digest", "frozen_at"),
    "compacts_judgement": (
        *("id", "version_id", "lineage", "check_key", "words_digest", "verdict", "reasons"),
        *("judged_by_id", "judged_at"),
    ),
    "compacts_opinion": (
        *("id", "version_id", "place_id", "position", "lineage", "client_key", "receipt_digest"),
        *("way", "is_from_away", "entered_by_id", "text", "is_shown", "received_at", "clock_id"),
    ),
    "compacts_signing": (
        *("id", "version_id", "place_id", "file", "digest", "signer_count", "signed_on"),
        *("entered_by_id", "entered_at"),
    ),
    "compacts_filing": ("version_id", "note", "filed_at", "filed_by_id"),
    "compacts_correctionorder": (
        *("id", "clause_id", "law", "reason", "ordered_at", "ordered_by_id"),
    ),
}
# Set once, and then for good.
_ONCE = {
    VERSION: (
        *("run_id", "first_published_at", "revised_at", "second_published_at", "voted_at"),
        *("filing_clock_id", "in_force_from", "in_force_to", "withdrawn_at"),
    ),
    CLAUSE: ("is_left_out",),
    "compacts_opinion": ("answered_at", "answered_by_id", "is_withheld"),
    "compacts_filing": ("acknowledged_at", "acknowledged_by_id"),
    "compacts_correctionorder": ("lifted_at", "lifted_by_id"),
}
# Words that are empty until they are said once.
_ONCE_SAID = {
    VERSION: ("digest", "taken_over", "withdrawn_reason"),
    "compacts_opinion": ("answer", "answered"),
    "compacts_filing": ("acknowledgement",),
    "compacts_correctionorder": ("how",),
}
# May be forgotten, never changed.
_FORGOTTEN = {"compacts_opinion": ("said_by", "contact")}
_WORDS = ("position", "topic", "heading", "text")


def install(apps: Any, schema_editor: Any) -> None:
    _run(schema_editor.connection, _installing(schema_editor.connection.vendor))


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
    return sorted({name for name, _table in _named()} - present)


def _run(database: Any, statements: list[str]) -> None:
    with database.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _named() -> list[tuple[str, str]]:
    return [
        *((f"{table}_frozen_{verb}", table) for table in _FIXED for verb in ("update", "delete")),
        (f"{CLAUSE}_frozen_insert", CLAUSE),
    ]


def _changed(table: str, *, is_postgresql: bool) -> str:
    """When an update changes what stays."""
    differs = "IS DISTINCT FROM" if is_postgresql else "IS NOT"

    def differ(name: str) -> str:
        cast = "::text" if is_postgresql and name == "clauses" else ""
        return f"NEW.{name}{cast} {differs} OLD.{name}{cast}"

    tests = [differ(name) for name in _FIXED[table]]
    tests += [f"(OLD.{name} IS NOT NULL AND {differ(name)})" for name in _ONCE.get(table, ())]
    tests += [f"(OLD.{name} <> '' AND {differ(name)})" for name in _ONCE_SAID.get(table, ())]
    tests += [f"(NEW.{name} <> '' AND {differ(name)})" for name in _FORGOTTEN.get(table, ())]
    if table == VERSION:
        tests += [
            "(OLD.state IN ('superseded', 'withdrawn') AND NEW.state <> OLD.state)",
            "(OLD.state = 'in_force' AND NEW.state NOT IN ('in_force', 'superseded'))",
            "(OLD.state = 'voted' AND NEW.state NOT IN ('voted', 'in_force', 'withdrawn'))",
        ]
    if table == "compacts_opinion":
        tests.append(f"(NEW.person_id IS NOT NULL AND {differ('person_id')})")
    return " OR ".join(tests)


def _words_changed(*, is_postgresql: bool) -> str:
    differs = "IS DISTINCT FROM" if is_postgresql else "IS NOT"
    return " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in _WORDS)


def _closed(row: str) -> str:
    """Whether the clause's version takes no more words."""
    state = f"(SELECT state FROM {VERSION} WHERE id = {row}.version_id)"  # noqa: S608 - our names
    return f"{state} NOT IN ('draft', 'revised')"


def _installing(vendor: str) -> list[str]:
    if vendor == "postgresql":
        return _installing_postgresql()
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    found = []
    for table in _FIXED:
        when = _changed(table, is_postgresql=False)
        gone = ""
        if table == CLAUSE:
            when += f" OR (({_words_changed(is_postgresql=False)}) AND {_closed('OLD')})"
            gone = f" WHEN {_closed('OLD')}"
        found.append(
            f"CREATE TRIGGER {table}_frozen_update BEFORE UPDATE ON {table} WHEN {when} {refuse}"
        )
        found.append(
            f"CREATE TRIGGER {table}_frozen_delete BEFORE DELETE ON {table}{gone} {refuse}"
        )
    found.append(
        f"CREATE TRIGGER {CLAUSE}_frozen_insert BEFORE INSERT ON {CLAUSE}"
        f" WHEN {_closed('NEW')} {refuse}"
    )
    return found


def _installing_postgresql() -> list[str]:
    refuse = f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'"
    found = [
        "CREATE OR REPLACE FUNCTION compacts_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {refuse}; END $$",
        "CREATE OR REPLACE FUNCTION compacts_keep_words() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN IF TG_OP = 'DELETE' THEN IF {_closed('OLD')} THEN {refuse}; END IF; RETURN OLD;"
        f" END IF; IF TG_OP = 'INSERT' THEN IF {_closed('NEW')} THEN {refuse}; END IF; RETURN NEW;"
        f" END IF; IF {_changed(CLAUSE, is_postgresql=True)} OR"
        f" (({_words_changed(is_postgresql=True)}) AND {_closed('OLD')}) THEN {refuse}; END IF;"
        " RETURN NEW; END $$",
    ]
    for table in _FIXED:
        if table == CLAUSE:
            continue
        found.append(
            f"CREATE TRIGGER {table}_frozen_update BEFORE UPDATE ON {table} FOR EACH ROW WHEN"
            f" ({_changed(table, is_postgresql=True)}) EXECUTE FUNCTION compacts_refuse()"
        )
        found.append(
            f"CREATE TRIGGER {table}_frozen_delete BEFORE DELETE ON {table} FOR EACH ROW"
            " EXECUTE FUNCTION compacts_refuse()"
        )
    found += [
        f"CREATE TRIGGER {CLAUSE}_frozen_{verb} BEFORE {verb.upper()} ON {CLAUSE} FOR EACH ROW"
        " EXECUTE FUNCTION compacts_keep_words()"
        for verb in ("update", "delete", "insert")
    ]
    return found


def _removing(vendor: str) -> list[str]:
    return [
        f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if vendor == "postgresql" else "")
        for name, table in _named()
    ]
