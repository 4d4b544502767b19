"""Reads a file's rows in a process of its own, with little memory and time, and writes them out.

    python -m xiangyue.registry.importing.reading xlsx FILE ROWS COLUMNS

A sheet of two cells may claim to be 549 GB large, and the reader then ends its whole process: let
it be this one. Nothing here knows Django or the database. Each line written is a JSON list: first
`["sheet", name, row count, first column]` for each sheet and then its rows, `["row", number,
cells]`, empty ones left out; last `["end"]`, or `["unfit", code, facts]`.
"""

import csv
import json
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from xiangyue.registry.importing.screening import UNREADABLE, Unfit

MEMORY_MOST = 1536 * 1024 * 1024
SECONDS_MOST = 120
FIELD_MOST = 2_000
PIECE = 1024 * 1024


Line = list[Any]


def lines(kind: str, file: Path, *, rows_most: int, columns_most: int) -> Iterator[Line]:
    """What is written, line by line.

    :raises Unfit: the file cannot be read, or has more rows or columns than are taken.
    """
    found = _csv_lines(file) if kind == "csv" else _workbook_lines(kind, file)
    count = 0
    for line in found:
        if line[0] == "row":
            count += 1
            if count > rows_most + 100:  # headings and notes on top are no residents
                raise Unfit("too_many_rows", most=rows_most)
            if len(line[2]) > columns_most:
                raise Unfit("too_many_columns", most=columns_most)
        yield line
    yield ["end"]


# --- workbooks ---------------------------------------------------------------------------------


def _workbook_lines(kind: str, file: Path) -> Iterator[Line]:
    from python_calamine import (
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

    if kind in {"xlsx", "ods"}:
        _check_unpacks(file)
    try:
        with CalamineWorkbook.from_path(file) as book:
            for about in book.sheets_metadata:
                if (
                    about.typ != SheetTypeEnum.WorkSheet
                    or about.visible != SheetVisibleEnum.Visible
                ):
                    continue
                sheet = book.get_sheet_by_name(about.name)
                start = sheet.start or (0, 0)
                yield ["sheet", about.name, sheet.height, start[1]]
                for number, row in enumerate(sheet.iter_rows(), start=1):
                    if any(cell != "" for cell in row):
                        yield ["row", number, _without_tail([_sent(cell) for cell in row])]
    except PasswordError:
        raise Unfit("encrypted") from None
    except CalamineError:
        raise Unfit("file_broken") from None


def _check_unpacks(file: Path) -> None:
    """Unpack everything once, to nowhere: sizes and checksums must be what the directory says."""
    try:
        with zipfile.ZipFile(file) as archive:
            for entry in archive.infolist():
                with archive.open(entry) as unpacked:
                    while unpacked.read(PIECE):
                        pass
    except UNREADABLE:
        raise Unfit("file_broken") from None


def _sent(cell: Any) -> Any:
    """The cell as JSON; a date is `{"date": "1965-03-01"}`."""
    if isinstance(cell, datetime):
        return {"date": cell.date().isoformat()}
    if isinstance(cell, date):
        return {"date": cell.isoformat()}
    if isinstance(cell, time | timedelta):
        return str(cell)
    return None if cell == "" else cell


def _without_tail(cells: list[Any]) -> list[Any]:
    end = len(cells)
    while end and cells[end - 1] is None:
        end -= 1
    return cells[:end]


# --- text --------------------------------------------------------------------------------------


def _csv_lines(file: Path) -> Iterator[Line]:
    text = decoded(file.read_bytes())
    rows = text.count("\n") + 1
    yield ["sheet", "", rows, 0]
    csv.field_size_limit(FIELD_MOST)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
    number = 0
    try:
        for row in reader:
            number += 1
            cells = _without_tail([cell if cell.strip() else None for cell in row])
            if cells:
                yield ["row", number, cells]
    except csv.Error:
        raise Unfit("csv_broken", row=number + 1) from None


def decoded(content: bytes) -> str:
    """The text in whichever of the encodings it is in: UTF-8, UTF-16 with its mark, GB18030.

    :raises Unfit: it is in none of them.
    """
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if content.startswith(mark):
            try:
                return _checked(content.decode(encoding))
            except UnicodeDecodeError as error:
                raise Unfit("encoding", row=_line_of(content, error.start)) from None
    try:
        return _checked(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        first_bad = error.start
    try:
        return _checked(content.decode("gb18030"))
    except UnicodeDecodeError as error:
        raise Unfit("encoding", row=_line_of(content, max(first_bad, error.start))) from None


def _checked(text: str) -> str:
    if "\0" in text:
        raise Unfit("file_kind")
    return text


def _line_of(content: bytes, position: int) -> int:
    return content.count(b"\n", 0, position) + 1


def delimiter_of(text: str) -> str:
    """The mark that the first lines divide into most columns by; a comma when none does."""
    head = text[:20_000].splitlines()[:10]
    found, most = ",", 1
    for mark in (",", "\t", ";", "|", "，"):
        count = max((len(line.split(mark)) for line in head), default=1)
        if count > most:
            found, most = mark, count
    return found


def main(words: list[str]) -> None:
    kind, file, rows_most, columns_most = words
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MOST, MEMORY_MOST))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_MOST, SECONDS_MOST))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    write = sys.stdout.write
    try:
        for line in lines(
            kind, Path(file), rows_most=int(rows_most), columns_most=int(columns_most)
        ):
            write(json.dumps(line) + "\n")
    except Unfit as unfit:
        write(json.dumps(["unfit", unfit.code, unfit.facts]) + "\n")
    except MemoryError:
        write(json.dumps(["unfit", "too_large", {}]) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
