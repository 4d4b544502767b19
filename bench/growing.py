"""Makes of a filled county one with many times the incidents, inside its database.

Each further copy of an incident has keys, number and times of its own; words, places, units and
states are distributed as they were, so that lists and searches find so many times as much. The
figures count each copy on the days of the first.
"""

from django.db import connection, models

from xiangyue.calendars.models import Clock
from xiangyue.incidents.models import Incident, Step
from xiangyue.insight.models import Finding, MonthCount

APART = 37  # minutes by which each copy is earlier than the one before
FOLLOWING = {"id", "merged_into_id", "incident_id"}


def multiply(times: int) -> None:
    """Have `times` as many of the incidents that `filling` made; there must be no others.

    :raises AssertionError: an incident has parts, whose copies would belong to the original.
    """
    assert not Incident.objects.exclude(parent=None).exists()
    keys = Incident.objects.aggregate(first=models.Min("pk"), last=models.Max("pk"))
    span = keys["last"] - keys["first"] + 1
    for number in range(1, times):
        _copy(Clock, number, span, only=_first_uuids("id"))
        for model in (Incident, Step, Finding):
            key = "id" if model is Incident else "incident_id"
            _copy(model, number, span, only=f"{key} <= {keys['last']}")
    for row in MonthCount.objects.all():
        row.ratios = {key: [each * times for each in ratio] for key, ratio in row.ratios.items()}
        row.hours = {worked: count * times for worked, count in row.hours.items()}
        row.save()
    if connection.vendor == "postgresql":
        table = Incident._meta.db_table
        _execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")


def _copy(model: type[models.Model], number: int, span: int, *, only: str) -> None:
    """Copy those rows of a table; keys that nothing points to are given by the database."""
    values = {
        str(field.column): _value(field, number, span)
        for field in model._meta.concrete_fields
        if not (model is Step and field.primary_key)
    }
    columns = ", ".join(connection.ops.quote_name(column) for column in values)
    table = model._meta.db_table
    _execute(
        f"INSERT INTO {table} ({columns})"
        f" SELECT {', '.join(values.values())} FROM {table} WHERE {only}"
    )


def _value(field: models.Field, number: int, span: int) -> str:  # type: ignore[type-arg]
    """What a copy has in a column, in terms of what the original has there."""
    column = connection.ops.quote_name(str(field.column))
    if (field.model is Clock and field.primary_key) or field.column == "clock_id":
        return _uuid(column, number)
    if field.column in FOLLOWING:
        return f"{column} + {number * span}"
    if field.column in {"number", "slip_digest"}:
        return f"{column} || '{number}'"
    return _earlier(column, number) if isinstance(field, models.DateTimeField) else column


def _uuid(column: str, number: int) -> str:
    """A key beside the column's: its first eight bits, which are the same for years, differ."""
    mark = f"{0x10 + number:02x}"
    if connection.vendor == "postgresql":
        return f"('{mark}' || substr(replace({column}::text, '-', ''), 3))::uuid"
    return f"'{mark}' || substr({column}, 3)"


def _first_uuids(column: str) -> str:
    """Whether a key is none that `_uuid` made."""
    if connection.vendor == "postgresql":
        return f"{column} < '10000000-0000-0000-0000-000000000000'::uuid"
    return f"{column} < '10'"


def _earlier(column: str, number: int) -> str:
    minutes = number * APART
    if connection.vendor == "postgresql":
        return f"{column} - interval '{minutes} minutes'"
    return f"strftime('%Y-%m-%d %H:%M:%f', {column}, '-{minutes} minutes')"


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("%", "%%"), [])
