"""Rows that stand under a notice's words: a list of voters, a month's accounts. Pure."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field, ValidationError

MOST_ROWS = 5_000
MOST_COLUMNS = 12
LONGEST_CELL = 200


class TableFaulty(ValueError):  # noqa: N818 - named like every refusal
    """The rows make no table."""


class Table(BaseModel):
    """Named columns, and rows with a cell for each."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field("", max_length=100)
    columns: tuple[str, ...] = Field(min_length=1, max_length=MOST_COLUMNS)
    rows: tuple[tuple[str, ...], ...] = Field((), max_length=MOST_ROWS)


class Facts(BaseModel):
    """What a notice holds beside its words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tables: tuple[Table, ...] = Field((), max_length=5)


def checked_facts(facts: Mapping[str, object] | None) -> dict[str, object]:
    """The facts as they are kept; every row has a cell for each column.

    :raises TableFaulty: they are no such facts.
    """
    if not facts:
        return {}
    try:
        read = Facts.model_validate(facts)
    except ValidationError as fault:
        raise TableFaulty(str(fault)) from fault
    for table in read.tables:
        for row in table.rows:
            if len(row) != len(table.columns) or any(len(cell) > LONGEST_CELL for cell in row):
                raise TableFaulty(f"{row!r} does not fit {table.columns!r}")
    return read.model_dump(mode="json") if read.tables else {}


def table_of(text: str) -> dict[str, object]:
    """The facts of a table as somebody types or pastes it: a row a line, the first its headings,
    cells parted by a tab or a bar (| or ｜); {} when there is none.

    Rows that are too short are filled with empty cells.

    :raises TableFaulty: a row has more cells than headings, or it is all too much.
    """
    lines = [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
    if not lines:
        return {}
    cells = [[cell.strip() for cell in _parted(line)] for line in lines]
    columns = cells[0]
    rows = [row + [""] * (len(columns) - len(row)) for row in cells[1:]]
    return checked_facts({"tables": [{"columns": columns, "rows": rows}]})


def _parted(line: str) -> list[str]:
    return (
        line.split("\t") if "\t" in line else line.replace("｜", "|").strip().strip("|").split("|")
    )


def as_typed(facts: Mapping[str, object]) -> str:
    """The first table as `table_of` reads it."""
    for table in Facts.model_validate(facts).tables if facts else ():
        return "\n".join(" | ".join(row) for row in (table.columns, *table.rows))
    return ""
