"""A service's bare twin: the very statements that it made, through the raw driver.

The same connection, the same durability, one transaction; nothing of Django, no checks. What was
read is read again and left unused. Keys that must be unique are drawn anew for each replay, before
it is timed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.db import connection

from xiangyue.kernel.identifiers import speakable_code

_INSERT = re.compile(r'INSERT INTO "(\w+)" \(([^)]*)\) VALUES ', re.IGNORECASE)
_READ = re.compile(r"SELECT\b", re.IGNORECASE)
DRAWN_ANEW = ("number", "slip_digest", "client_key")


@dataclass(frozen=True, slots=True)
class Statement:
    """One INSERT or SELECT as Django sent it to the driver; a SELECT names no columns."""

    sql: str
    columns: tuple[str, ...]
    params: tuple[Any, ...]

    @property
    def is_read(self) -> bool:
        return not self.columns

    @property
    def returns(self) -> bool:
        return " RETURNING " in self.sql.upper()


class Recording:
    """Keeps the statements of what runs inside `connection.execute_wrapper(recording)`."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []

    @property
    def inserts(self) -> list[Statement]:
        return [each for each in self.statements if not each.is_read]

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if match := _INSERT.match(sql):
            columns = tuple(name.strip(' "') for name in match[2].split(","))
            self.statements.append(Statement(sql, columns, tuple(params)))
        elif _READ.match(sql):
            self.statements.append(Statement(sql, (), tuple(params or ())))
        return execute(sql, params, many, context)


class _Ready(NamedTuple):
    """A statement with the values of one replay; where the new incident's key is to go, and
    whether as text."""

    statement: Statement
    params: list[Any]
    to_fill: list[tuple[int, bool]]


class Twin:
    """Replays recorded statements with fresh keys.

    :param incident_id: the key that the database gave the recorded incident; rows that point to
        it point to the new one.
    """

    def __init__(self, statements: list[Statement], incident_id: int) -> None:
        is_sqlite = connection.vendor == "sqlite"
        self.statements = [
            replace(each, sql=each.sql.replace("%s", "?").replace("%%", "%")) if is_sqlite else each
            for each in statements
        ]
        self.incident_id = incident_id
        self.begin = "BEGIN IMMEDIATE" if is_sqlite else "BEGIN"

    def prepared(self) -> Callable[[], None]:
        """One replay with its own keys, ready to run."""
        fresh: dict[Any, Any] = {}
        ready: list[_Ready] = []
        for each in self.statements:
            width = len(each.columns)
            params, to_fill = list(each.params), []
            for position, value in enumerate(() if each.is_read else params):
                column = each.columns[position % width]
                if column in {"incident_id", "subject_id"} and str(value) == str(self.incident_id):
                    to_fill.append((position, isinstance(value, str)))
                else:
                    params[position] = _fresh(column, value, fresh)
            ready.append(_Ready(each, params, to_fill))
        return lambda: self._run(ready)

    def _run(self, ready: list[_Ready]) -> None:
        cursor = connection.connection.cursor()
        cursor.execute(self.begin)
        incident_id = None
        for statement, params, to_fill in ready:
            for position, is_text in to_fill:
                params[position] = str(incident_id) if is_text else incident_id
            cursor.execute(statement.sql, params)
            if statement.is_read:
                cursor.fetchall()
            elif statement.returns:
                found = cursor.fetchall()[0][0]
                incident_id = found if incident_id is None else incident_id
        cursor.execute("COMMIT")
        cursor.close()


def _fresh(column: str, value: Any, known: dict[Any, Any]) -> Any:
    """The value, or a new one where it is a key of what is inserted."""
    is_key = column == "id" and _is_uuid(value)
    if value is None or isinstance(value, dict | list):
        return value
    if column in DRAWN_ANEW and value != "":
        if column == "number" and value in known:
            return known[value]
        length = len(str(value))
        return known.setdefault(value, speakable_code(length))
    if is_key:
        new = uuid4()
        known[value] = new if isinstance(value, UUID) else new.hex
        return known[value]
    if column.endswith("_id") and value in known:
        return known[value]
    return value


def _is_uuid(value: Any) -> bool:
    return isinstance(value, UUID) or bool(re.fullmatch(r"[0-9a-f]{32}", str(value)))
