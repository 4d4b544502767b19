"""A file's rows under their headings, read by a process that may die of them (`reading`)."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Timer
from typing import Any

from xiangyue.registry.importing.cells import Cell
from xiangyue.registry.importing.columns import Heading, headings_in
from xiangyue.registry.importing.screening import Kind, Unfit

SECONDS_MOST = 180
HEADING_WITHIN = 20  # rows: titles and notes stand above the headings


@dataclass(slots=True)
class SheetRow:
    """One row of residents: its number as the spreadsheet shows it, its cells by column."""

    number: int
    cells: dict[str, Cell]


@dataclass(slots=True)
class Sheet:
    """The one sheet with headings that are known; `rows` may be gone through once."""

    name: str
    row_count: int
    heading_row: int
    headings: list[Heading]
    rows: Iterator[SheetRow]
    unknown: list[str] = field(default_factory=list)


@contextmanager
def opened(file: Path, kind: Kind, *, rows_most: int, columns_most: int) -> Iterator[Sheet]:
    """The sheet of residents in the file.

    :raises Unfit: also while its rows are gone through: the file cannot be read within the
        limits, or no row or more than one sheet has the headings.
    """
    command = [
        sys.executable, "-m", "xiangyue.registry.importing.reading",
        kind.value, str(file), str(rows_most), str(columns_most),
    ]  # fmt: skip
    with subprocess.Popen(  # noqa: S603 - our own module on a file under a name of ours
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        env=_environment(),
        encoding="utf-8",
    ) as reader:
        clock = Timer(SECONDS_MOST, reader.kill)
        clock.start()
        try:
            assert reader.stdout is not None
            yield _sheet(_lines(reader.stdout))
        finally:
            clock.cancel()
            reader.kill()


def _environment() -> dict[str, str]:
    """What the reader needs to find this package, and no secret of ours."""
    package = Path(__file__).resolve().parents[3]
    return {"PYTHONPATH": str(package), "PATH": "", "PYTHONIOENCODING": "utf-8"}


def _lines(stream: Iterator[str]) -> Iterator[list[Any]]:
    """:raises Unfit: the reader says so, or died before the end."""
    for text in stream:
        line = json.loads(text)
        if line[0] == "end":
            return
        if line[0] == "unfit":
            raise Unfit(line[1], **line[2])
        yield line
    raise Unfit("too_large")


def _sheet(lines: Iterator[list[Any]]) -> Sheet:
    name, row_count, first_column, tried = "", 0, 0, 0
    best: list[str] = []
    for line in lines:
        if line[0] == "sheet":
            _, name, row_count, first_column = line
            tried = 0
            continue
        tried += 1
        if tried > HEADING_WITHIN:
            continue
        _, number, cells = line
        found = headings_in(cells, first_column=first_column)
        if found.is_enough:
            found.check()
            return Sheet(
                name=name,
                row_count=row_count,
                heading_row=number,
                headings=found.headings,
                unknown=found.unknown,
                rows=_rows(lines, found.headings, name, first_column),
            )
        best = max(best, [heading.text for heading in found.headings], key=len)
    raise Unfit("no_headings", found="、".join(best) or "—")


def _rows(
    lines: Iterator[list[Any]], headings: list[Heading], sheet: str, first_column: int
) -> Iterator[SheetRow]:
    positions = [(heading.key, heading.position - first_column) for heading in headings]
    is_other, tried = False, 0
    for line in lines:
        if line[0] == "sheet":
            is_other, tried, other = True, 0, line
            continue
        _, number, cells = line
        if is_other:
            tried += 1
            if tried <= HEADING_WITHIN and headings_in(cells, first_column=other[3]).is_enough:
                raise Unfit("several_lists", one=sheet, other=other[1])
            continue
        found = {
            key: _cell(cells[position])
            for key, position in positions
            if position < len(cells) and cells[position] is not None
        }
        if found:
            yield SheetRow(number, found)


def _cell(sent: Any) -> Cell:
    if isinstance(sent, dict):
        return date.fromisoformat(sent["date"])
    cell: Cell = sent
    return cell
