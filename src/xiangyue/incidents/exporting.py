"""Incidents as an Excel workbook for those whose post may take them away."""

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO

from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from xiangyue.blueprints.queries import meaning
from xiangyue.incidents.blueprint import IncidentCategory
from xiangyue.incidents.models import Incident, OutcomeChoices


def workbook_of(rows: Iterable[Incident], *, exported_by: str, at: datetime) -> bytes:
    """The rows as one sheet, who took it away and when as its last line (GD10).

    Reporters are never in it. Text is written as text, so that no cell becomes a formula.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Incidents"))
    sheet.freeze_panes = "A2"
    heads = [
        _("Number"), _("Category"), _("Place"), _("Address"), _("What is wrong"), _("State"),
        _("Unit"), _("Reported"), _("Due"), _("Closed"), _("What came of it"),
    ]  # fmt: skip
    cells = []
    for head in heads:
        cell = WriteOnlyCell(sheet, value=head)
        cell.font = Font(bold=True)
        cells.append(cell)
    sheet.append(cells)
    language = get_language()
    for row in rows:
        texts = [
            row.number,
            meaning(row.category, IncidentCategory).name.in_language(language),
            row.place.name,
            row.address,
            row.description if row.audience == "public" else "",
            str(row.get_state_display()),
            row.unit.name,
            _time(row.created_at),
            _time(row.due_at),
            _time(row.closed_at),
            str(OutcomeChoices(row.outcome).label) if row.outcome else "",
        ]
        sheet.append([_text(sheet, text) for text in texts])
    sheet.append([_text(sheet, _("Exported by %(who)s at %(time)s") % {
        "who": exported_by, "time": _time(at),
    })])  # fmt: skip
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _time(moment: datetime | None) -> str:
    return f"{localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def _text(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    """A cell that Excel takes as text, whatever it begins with; control characters are dropped."""
    kept = "".join(c for c in text if c >= " " or c in "\n\t")
    cell = WriteOnlyCell(sheet, value=kept)
    cell.data_type = "s"
    return cell
