"""Figures as an Excel workbook: numerators and denominators, never shares alone."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from xiangyue.insight.indicators import INDICATORS
from xiangyue.insight.queries import PlaceFigures, elsewhere
from xiangyue.insight.rules import Ratio
from xiangyue.insight.wording import period_in_words


def workbook_of(
    areas: Sequence[PlaceFigures], *, exported_by: str, counted_at: datetime | None, at: datetime
) -> bytes:
    """One sheet with a line for each area and indicator, one that explains the indicators.

    The first of the areas is the whole; of what lies in none of the others there are lines too.

    Who took it away and when is its last line (GD10). It names nobody else.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Figures"))
    sheet.freeze_panes = "A2"
    sheet.append(_heads(sheet, [
        _("Place"), _("Code"), _("Period"), _("Indicator"), _("Name of the indicator"),
        _("Numerator"), _("Denominator"), _("Share"), _("Numerator before"),
        _("Denominator before"),
    ]))  # fmt: skip
    for area in areas:
        # A cell of a write-only sheet is written once, so every line has its own.
        begin = (area.place.name, area.place.code, period_in_words(area.period))
        for key, figure in area.figures.items():
            now, before = figure.now, figure.before
            words = (*begin, key, str(figure.indicator.name))
            sheet.append([
                *(_text(sheet, text) for text in words), now.numerator, now.denominator,
                _share(now), before.numerator, before.denominator,
            ])  # fmt: skip
        for name, hours in (
            (_("Mean working hours"), area.times.mean),
            (_("Half took no more working hours than"), area.times.half),
            (_("Nine in ten took no more working hours than"), area.times.nine_tenths),
        ):
            value = None if hours is None else round(float(hours), 2)
            words = (*begin, "KPI-08", name)
            sheet.append([*(_text(sheet, text) for text in words), value, area.times.count])
    whole, *below = areas
    for key, ratio in (elsewhere(whole, below) or {}).items() if below else ():
        begin = (_("In none of these areas"), whole.place.code, period_in_words(whole.period))
        words = (*begin, key, str(whole.figures[key].indicator.name))
        row = [*(_text(sheet, text) for text in words), ratio.numerator, ratio.denominator]
        sheet.append([*row, _share(ratio)])
    last = _("Counted up to %(counted)s; exported by %(who)s at %(time)s") % {
        "counted": _time(counted_at), "who": exported_by, "time": _time(at),
    }  # fmt: skip
    sheet.append([_text(sheet, last)])
    telling = book.create_sheet(_("Explanations"))
    telling.append(_heads(telling, [
        _("Indicator"), _("Name of the indicator"), _("Numerator"), _("Denominator"),
        _("Period"), _("Note"), _("Basis"),
    ]))  # fmt: skip
    for one in INDICATORS.values():
        texts = (one.key, one.name, one.what_in_words, one.out_of_in_words, one.when, one.note)
        telling.append([_text(telling, str(text)) for text in (*texts, one.source)])
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _share(ratio: Ratio) -> float | None:
    return None if ratio.share is None else round(float(ratio.share), 4)


def _heads(sheet: WriteOnlyWorksheet, texts: Sequence[str]) -> list[Cell]:
    cells = [_text(sheet, text) for text in texts]
    for cell in cells:
        cell.font = Font(bold=True)
    return cells


def _text(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    """A cell that Excel takes as text, whatever it begins with."""
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    return cell


def _time(moment: datetime | None) -> str:
    return f"{localtime(moment):%Y-%m-%d %H:%M}" if moment else "—"
