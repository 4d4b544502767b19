"""The database itself refuses to change what was published, said or answered.

Of a notice its state moves on, each moment is set once, and a take-down may erase the words; of an
objection the answer comes once, and who said it may be forgotten later. Nothing is deleted. What
is attached stays as it is from the publication on, until a take-down erases the words.

SQLite forgets a table's triggers when a migration rebuilds the table, so a migration that alters
one of these tables must end with `RunPython(install, remove)`; an invariant notices when they are
missing.
"""

from typing import Any

from django.db import connection

REFUSAL = "what was published stays as it is"
NOTICE = "publicity_notice"
OBJECTION = "publicity_objection"
ATTACHMENT = "publicity_attachment"
_FIXED = {
    NOTICE: (
        *("id", "number", "kind", "declaration_id", "place_id", "names_people", "subject_type"),
        *("subject_id", "digest", "published_at", "published_by_id", "begins_on", "ends_on"),
        *("objections_until", "stays_until"),
    ),
    OBJECTION: (
        *("id", "notice_id", "position", "client_key", "receipt_digest", "entered_by_id", "text"),
        *("is_removal", "shown", "received_at", "clock_id"),
    ),
}
# Set once, and then for good.
_ONCE = {
    NOTICE: (*("window_ended_at", "settled_at", "ended_at", "taken_down_at", "taken_down_by_id"),),
    OBJECTION: ("answered_at", "answered_by_id", "is_upheld"),
}
_WORDS = ("title", "body", "facts")


def install(apps: Any, schema_editor: Any) -> None:
    _run(schema_editor.connection, _installing(schema_editor.connection.vendor))


def remove(apps: Any, schema_editor: Any) -> None:
    _run(schema_editor.connection, _removing(schema_editor.connection.vendor))


def install_attachments(apps: Any, schema_editor: Any) -> None:
    _run(schema_editor.connection, _attachments(schema_editor.connection.vendor))


def remove_attachments(apps: Any, schema_editor: Any) -> None:
    on = f" ON {ATTACHMENT}" if schema_editor.connection.vendor == "postgresql" else ""
    _run(
        schema_editor.connection,
        [f"DROP TRIGGER IF EXISTS {ATTACHMENT}_frozen_{verb}{on}" for verb in ("update", "delete")],
    )


def missing() -> list[str]:
    """The triggers that should be there and are not, or are switched off."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        present = {name for (name,) in cursor.fetchall()}
    attached = {f"{ATTACHMENT}_frozen_{verb}" for verb in ("update", "delete")}
    return sorted({*_names(), *attached} - present)


def _run(database: Any, statements: list[str]) -> None:
    with database.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _names() -> list[str]:
    return [f"{table}_frozen_{verb}" for table in _FIXED for verb in ("update", "delete")]


def _attachments(vendor: str) -> list[str]:
    differs = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    fixed = ("id", "draft_id", "notice_id", "content_type", "byte_count", "digest")
    changed = [f"NEW.{name} {differs} OLD.{name}" for name in (*fixed, "added_by_id", "added_at")]
    kept = ("file", "file_name", "small")
    moved = " OR ".join(f"NEW.{name} <> OLD.{name}" for name in kept)
    gone = " AND ".join(f"NEW.{name} = ''" for name in kept)
    refused = " OR ".join([*changed, f"(({moved}) AND NOT ({gone}))"])
    is_up = "OLD.notice_id IS NOT NULL"
    when = {"update": f"{is_up} AND ({refused})", "delete": is_up}
    if vendor == "postgresql":
        return [
            f"CREATE TRIGGER {ATTACHMENT}_frozen_{verb} BEFORE {verb} ON {ATTACHMENT} FOR EACH ROW"
            f" WHEN ({condition}) EXECUTE FUNCTION publicity_refuse()"
            for verb, condition in when.items()
        ]
    return [
        f"CREATE TRIGGER {ATTACHMENT}_frozen_{verb} BEFORE {verb} ON {ATTACHMENT}"
        f" WHEN {condition} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for verb, condition in when.items()
    ]


def _changed(table: str, *, same: str, differs: str) -> str:
    """When an update changes what stays; `same` and `differs` are the database's comparisons."""
    fixed = [f"NEW.{name} {differs} OLD.{name}" for name in _FIXED[table]]
    once = [
        f"(OLD.{name} IS NOT NULL AND NEW.{name} {differs} OLD.{name})" for name in _ONCE[table]
    ]
    if table == NOTICE:
        text = "NEW.facts::text" if same != "IS" else "NEW.facts"
        before = text.replace("NEW", "OLD")
        words = f"NEW.title {differs} OLD.title OR NEW.body {differs} OLD.body"
        words += f" OR {text} {differs} {before}"
        erased = (
            "NEW.is_erased AND NEW.state = 'taken_down' AND NEW.title = '' AND NEW.body = ''"
            f" AND {text} = '{{}}'"
        )
        rest = [
            f"(({words}) AND NOT ({erased}))",
            "(OLD.is_erased AND NOT NEW.is_erased)",
            "(OLD.state = 'taken_down' AND (NEW.state <> 'taken_down'"
            " OR NEW.take_down_reason <> OLD.take_down_reason))",
            "(OLD.state = 'ended' AND NEW.state = 'up')",
        ]
    else:
        rest = [
            "(OLD.answer <> '' AND NEW.answer <> OLD.answer)",
            f"(NEW.person_id IS NOT NULL AND NEW.person_id {differs} OLD.person_id)",
            "(NEW.said_by <> '' AND NEW.said_by <> OLD.said_by)",
            "(NEW.contact <> '' AND NEW.contact <> OLD.contact)",
        ]
    return " OR ".join([*fixed, *once, *rest])


def _installing(vendor: str) -> list[str]:
    if vendor == "postgresql":
        refuse = f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'"
        return [
            "CREATE OR REPLACE FUNCTION publicity_refuse() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN {refuse}; END $$",
            *(
                f"CREATE TRIGGER {table}_frozen_update BEFORE UPDATE ON {table} FOR EACH ROW WHEN"
                f" ({_changed(table, same='IS NOT DISTINCT FROM', differs='IS DISTINCT FROM')})"
                " EXECUTE FUNCTION publicity_refuse()"
                for table in _FIXED
            ),
            *(
                f"CREATE TRIGGER {table}_frozen_delete BEFORE DELETE ON {table} FOR EACH ROW"
                " EXECUTE FUNCTION publicity_refuse()"
                for table in _FIXED
            ),
        ]
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    return [
        *(
            f"CREATE TRIGGER {table}_frozen_update BEFORE UPDATE ON {table}"
            f" WHEN {_changed(table, same='IS', differs='IS NOT')} {refuse}"
            for table in _FIXED
        ),
        *(
            f"CREATE TRIGGER {table}_frozen_delete BEFORE DELETE ON {table} {refuse}"
            for table in _FIXED
        ),
    ]


def _removing(vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [
            f"DROP TRIGGER IF EXISTS {table}_frozen_{verb} ON {table}"
            for table in _FIXED
            for verb in ("update", "delete")
        ]
    return [f"DROP TRIGGER IF EXISTS {name}" for name in _names()]
