"""The clerk's own list again, with what is wrong in a column beside it."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import override
from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from xiangyue.registry.importing import faults, files
from xiangyue.registry.importing.cells import Cell
from xiangyue.registry.importing.claiming import Claim
from xiangyue.registry.importing.columns import Heading
from xiangyue.registry.importing.matching import Fault
from xiangyue.registry.importing.screening import Kind
from xiangyue.registry.importing.sheets import opened

LANGUAGE = "zh-hans"  # of the file, which others will open too
_LONG = re.compile(r"[0-9]{15}")  # an identity number, whole or rounded
_RED = PatternFill("solid", fgColor="FFF4CCCC")


def mark(claim: Claim, found: Sequence[Fault], *, limits: Mapping[str, int]) -> Path:
    """Write the list anew, in the order it has, with a first column `错误` and the wrong cells
    red. Identity numbers that stand in it are left out. Returns where it lies."""
    batch = claim.batch
    by_row: dict[int, list[Fault]] = defaultdict(list)
    for fault in found:
        by_row[fault.row].append(fault)
    target = files.marked_path(batch)
    book = Workbook(write_only=True)
    page = book.create_sheet("Sheet1")
    page.freeze_panes = "B2"
    page.column_dimensions["A"].width = 60
    with (
        override(LANGUAGE),
        opened(files.source_path(batch), Kind(batch.kind), **limits) as sheet,
    ):
        headings = sorted(sheet.headings, key=lambda heading: heading.position)
        page.append([_bold(page, _("Errors")), *(_bold(page, head.text) for head in headings)])
        for count, row in enumerate(sheet.rows):
            if count % 1000 == 0:
                claim.say(sheet.row_count, sheet.row_count)
            wrong = {fault.column for fault in by_row.get(row.number, ())}
            told = _told(by_row.get(row.number, ()), headings)
            page.append([
                text_cell(page, told),
                *(_marked(page, row.cells.get(head.key), head.key in wrong) for head in headings),
            ])  # fmt: skip
    book.save(target)
    target.chmod(0o640)
    return target


def _told(found: Sequence[Fault], headings: Sequence[Heading]) -> str:
    names = {heading.key: heading.text for heading in headings}
    return "；".join(
        names.get(fault.column, "") + "：" + faults.said(faults.ROW, fault.code, fault.facts)
        for fault in found
    )


def _marked(page: WriteOnlyWorksheet, cell: Cell, is_wrong: bool) -> SheetCell | None:  # noqa: FBT001 - a cell and whether it is wrong
    if cell is None and not is_wrong:
        return None
    written = text_cell(page, _shown(cell))
    if is_wrong:
        written.fill = _RED
    return written


def _shown(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return f"{cell:%Y-%m-%d}"
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    return "" if _LONG.search(text) else text


def _bold(page: WriteOnlyWorksheet, text: str) -> SheetCell:
    cell = text_cell(page, text)
    cell.font = Font(bold=True)
    return cell


def text_cell(page: WriteOnlyWorksheet, text: str) -> SheetCell:
    """A cell that Excel takes as text, whatever it begins with; control characters are dropped."""
    kept = "".join(character for character in text if character >= " " or character in "\n\t")
    cell = WriteOnlyCell(page, value=kept[:32_000])
    cell.data_type = "s"
    return cell
