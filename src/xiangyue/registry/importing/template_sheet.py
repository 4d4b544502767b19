"""An empty list for a clerk to fill in, which knows the grids of their area."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.datavalidation import DataValidation

from xiangyue.places.rules import short_name
from xiangyue.registry.importing.columns import EXAMPLES, EXPLANATIONS, MUST, PLACES, TITLES
from xiangyue.registry.importing.marking import text_cell
from xiangyue.registry.importing.placing import Places

COLUMNS = (
    "village", "grid", "household", "address", "name", "birth_date", "phone", "number", "person",
)  # fmt: skip
WIDTHS = {"address": 30, "person": 38}
ROWS_OFFERED = 5_000
_BLUE = PatternFill("solid", fgColor="FFDCE6F1")


def template_workbook(areas: Iterable[str]) -> bytes:
    """A workbook of three sheets: the list with its headings alone, what each column means, and
    the villages and grids to choose from, those of the areas."""
    book = Workbook(write_only=True)
    sheet, about, choices = (
        book.create_sheet(title) for title in (_("Residents"), _("Explanation"), _("Choices"))
    )
    homes = Places(areas).own_homes
    villages = list(dict.fromkeys(short_name(home.village.name) for home in homes))
    sheet.freeze_panes = "A2"
    for position, key in enumerate(COLUMNS):
        _widen(sheet, chr(65 + position), WIDTHS.get(key, 18))
    for key, count in (("village", len(villages)), ("grid", len(homes))):
        if count:
            letter = chr(65 + COLUMNS.index(key))
            listed = "A" if key == "village" else "B"
            offer = DataValidation(
                type="list",
                formula1=f"'{choices.title}'!${listed}$2:${listed}${count + 1}",
                allow_blank=True,
                showErrorMessage=False,  # a code or a number is as good
            )
            offer.add(f"{letter}2:{letter}{ROWS_OFFERED}")
            sheet.data_validations.append(offer)
    heads = []
    for key in COLUMNS:
        cell = WriteOnlyCell(sheet, value=str(TITLES[key]))
        cell.font, cell.fill = Font(bold=True), _BLUE
        heads.append(cell)
    sheet.append(heads)
    _explain(about, example_grid=homes[0].grid.name if homes else "")
    choices.append(
        [_bold(choices, text) for text in (TITLES["village"], TITLES["grid"], _("Code"))]
    )
    for row in range(max(len(villages), len(homes))):
        home = homes[row] if row < len(homes) else None
        choices.append([
            text_cell(choices, villages[row] if row < len(villages) else ""),
            text_cell(choices, short_name(home.grid.name) if home else ""),
            text_cell(choices, home.grid.code if home else ""),
        ])  # fmt: skip
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _explain(about: WriteOnlyWorksheet, *, example_grid: str) -> None:
    for letter, width in (("A", 20), ("B", 14), ("C", 80), ("D", 30)):
        _widen(about, letter, width)
    about.append(
        [_bold(about, text) for text in (_("Column"), _("Needed"), _("What"), _("Example"))]
    )
    for key in COLUMNS:
        what = text_cell(about, str(EXPLANATIONS[key]))
        what.alignment = Alignment(wrap_text=True, vertical="top")
        example = example_grid if key == "grid" else EXAMPLES.get(key, "")
        about.append([
            text_cell(about, str(TITLES[key])),
            text_cell(about, _needed(key)),
            what,
            text_cell(about, example),
        ])  # fmt: skip
    for note in (
        _("One row is one person. Add no columns for identity numbers: they are not kept."),
        _("An empty cell changes nothing; who is missing from the list is not deleted."),
    ):
        about.append([text_cell(about, note)])


def _bold(sheet: WriteOnlyWorksheet, text: object) -> Cell:
    cell = text_cell(sheet, str(text))
    cell.font = Font(bold=True)
    return cell


def _needed(key: str) -> str:
    if key in MUST:
        return _("Yes")
    return _("Grid or village") if key in PLACES else ""


def _widen(sheet: Any, letter: str, width: int) -> None:
    sheet.column_dimensions[letter].width = width
