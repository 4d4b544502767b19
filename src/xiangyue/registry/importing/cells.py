"""What a clerk's cell means: dates, telephone numbers and names, however Excel wrote them.

Pure functions. Each takes a cell as `reading` passes it on (text, number, truth value, date, or
None for an empty one), gives the value, "" or None for an empty cell, or raises `CellFault`.
"""

import re
import unicodedata
from datetime import date, datetime, timedelta

from xiangyue.access.rules import mobile_number

Cell = str | int | float | bool | date | None

NAME_LENGTH, CODE_LENGTH, ADDRESS_LENGTH = 60, 20, 200
EARLIEST = date(1900, 1, 1)
_EXCEL_EPOCH = date(1899, 12, 30)
_ERRORS = frozenset(
    [
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#GETTING_DATA",
        "#SPILL!",
        "#CALC!",
    ]
)


class CellFault(Exception):  # noqa: N818 - an outcome for the clerk
    """The cell cannot be taken; `code` names a sentence of `faults`, `facts` fill it in."""

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


# Most cells are ideographs, letters and digits, of which every one means itself.
_ORDINARY = re.compile(r"[!-~\u4e00-\u9fef]+")


def plain(cell: Cell) -> str:
    """The cell as text: half-width, without what cannot be seen, single spaces."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, bool):
        raise CellFault("not_text")
    if isinstance(cell, float):
        text = str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    elif isinstance(cell, date):
        text = cell.isoformat()
    else:
        text = str(cell)
    if _ORDINARY.fullmatch(text):
        return text
    text = unicodedata.normalize("NFKC", text)
    kept = []
    for character in text:
        category = unicodedata.category(character)
        if category in {"Co", "Cs", "Cn"} or character == "\ufffd":
            raise CellFault("strange_character")
        if category[0] == "Z" or character in "\t\r\n":
            kept.append(" ")
        elif category[0] != "C":
            kept.append(character)
    return " ".join("".join(kept).split())


def _text(cell: Cell, *, longest: int) -> str:
    text = plain(cell)
    if text.upper() in _ERRORS:
        raise CellFault("excel_error")
    if text[:1] in {"=", "+", "-", "@"}:
        raise CellFault("formula")
    if len(text) > longest:
        raise CellFault("too_long", most=longest)
    if holds_id_number(text):
        raise CellFault("id_number")
    return text


# Region, date of birth, three digits and a check: a mistyped one is somebody's all the same, and
# tables of regions lag behind, so neither the check nor the region is asked.
_IDENTITY = re.compile(
    r"(?<![0-9])[1-9][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])"
    r"[0-9]{3}[0-9Xx](?![0-9])"
)


def holds_id_number(text: str) -> bool:
    """Whether a resident's identity number stands in the text; such a text is never repeated."""
    return _IDENTITY.search(text) is not None


_BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff]) +(?=[\u3400-\u9fff])")
_DOTS = str.maketrans(dict.fromkeys("•‧∙・．●", "·"))


def read_name(cell: Cell) -> str:
    """A person's name: 张　三 is 张三, and the dot of a name in two parts is always the same."""
    raw = cell.translate(_DOTS) if isinstance(cell, str) else cell
    text = _BETWEEN_HAN.sub("", _text(raw, longest=NAME_LENGTH))
    if text and not any(character.isalpha() for character in text):
        raise CellFault("no_name")
    return text


def read_code(cell: Cell) -> str:
    """A number of the village's own; what Excel took for a number loses its `.0`."""
    return _code(cell, longest=CODE_LENGTH)


def read_household(cell: Cell) -> str:
    """The household's number, alone or with its grid's code before it."""
    return _code(cell, longest=40)


def _code(cell: Cell, *, longest: int) -> str:
    if isinstance(cell, float) and not cell.is_integer():
        raise CellFault("no_code")
    if isinstance(cell, date):
        raise CellFault("code_became_date")
    text = _text(cell, longest=longest).upper()
    if text and not re.fullmatch(r"[0-9A-Z\u3400-\u9fff][0-9A-Z\u3400-\u9fff_/.#-]*", text):
        raise CellFault("no_code")
    return text


def read_place(cell: Cell) -> str:
    return _text(cell, longest=100)


def read_address(cell: Cell) -> str:
    return _text(cell, longest=ADDRESS_LENGTH)


_EXPONENT = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]{1,2}", re.IGNORECASE)


def read_phone(cell: Cell) -> str:
    """The eleven digits of a mobile number; what Excel rounded cannot be guessed."""
    if isinstance(cell, date):
        raise CellFault("no_phone")
    text = plain(cell)
    if text in {"", "无", "-", "--", "/"}:
        return ""
    if text.upper() in _ERRORS:
        raise CellFault("excel_error")
    if _EXPONENT.fullmatch(text.replace(" ", "")):
        raise CellFault("rounded_phone")
    number = mobile_number(text)
    if number is not None:
        return number
    if text[:1] in {"=", "@"}:
        raise CellFault("formula")
    if holds_id_number(text):
        raise CellFault("id_number")
    parts = [part for part in re.split(r"[,;/、，；|\s]+", text) if part]
    if len(parts) > 1 and all(mobile_number(part) for part in parts):
        raise CellFault("several_phones")
    raise CellFault("no_phone")


_YMD = re.compile(
    r"([0-9]{4}) ?[-/.年] ?([0-9]{1,2}) ?[-/.月] ?([0-9]{1,2}) ?日?(?: 0{1,2}:00(?::00)?)?"
)
_PACKED = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")


def read_birth_date(cell: Cell, *, today: date) -> date | None:
    """A day between 1900 and `today`: a date, an Excel serial number, or text with year, month
    and day in that order."""
    if isinstance(cell, datetime):
        found = cell.date()
    elif isinstance(cell, date):
        found = cell
    elif isinstance(cell, bool):
        raise CellFault("no_date")
    elif isinstance(cell, int | float):
        found = _from_number(cell)
    else:
        text = plain(cell)
        if not text:
            return None
        found = _from_text(text)
    if not EARLIEST <= found <= today:
        raise CellFault("date_out_of_range")
    return found


def _from_number(number: float) -> date:
    whole = int(number) if abs(number) < 1e9 else 0
    if 1900 <= number < 2100:
        raise CellFault("incomplete_date")  # 1965 or 1965.3 rather than a day of 1905
    if whole == number and 19000101 <= whole <= 21001231:
        return _from_text(str(whole))
    if whole != number or not 61 <= whole <= 73050:
        raise CellFault("no_date")
    return _EXCEL_EPOCH + timedelta(days=whole)


def _from_text(text: str) -> date:
    found = _YMD.fullmatch(text) or _PACKED.fullmatch(text)
    if found is None:
        if re.fullmatch(r"[0-9]+(\.0+)?", text) and len(text.split(".", maxsplit=1)[0]) != 8:
            return _from_number(float(text[:20]))
        if re.fullmatch(r"[0-9]{4} ?([-/.年] ?([0-9]{1,2} ?月?)?)?", text):
            raise CellFault("incomplete_date")
        if re.fullmatch(r"[0-9]{1,2}[-/.年][0-9]{1,2}[-/.月][0-9]{1,4}日?", text):
            raise CellFault("date_order")
        if text.upper() in _ERRORS:
            raise CellFault("excel_error")
        raise CellFault("no_date")
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        raise CellFault("no_such_day") from None
