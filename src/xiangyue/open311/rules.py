"""What GeoReport v2 asks of dates, pages and text. Pure functions."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

SPAN = timedelta(days=90)  # the spec: a search spans no more, and without dates the latest
PAGE_SIZE = 50
PAGE_MOST = 1000  # the spec: no more than 1000 at a time
IDS_MOST = 100

# XML 1.0 knows no other control characters, and no lone surrogates.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_W3C = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(Z|[+-]\d\d:?\d\d)?)?"
)


def as_xml_text(text: str) -> str:
    """The text without characters that no XML document may hold; line ends as XML reads them."""
    return _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def parsed_datetime(text: str) -> datetime | None:
    """A W3C date and time such as 2026-06-08T09:00:00+08:00; None when it is none.

    Without an offset it is UTC; a date alone is its first moment. A plus sign that arrived as a
    space, as in an address that nobody encoded, is understood.
    """
    text = text.strip()
    if re.search(r":\d\d \d\d:?\d\d$", text):
        text = "+".join(text.rsplit(" ", 1))
    match = _W3C.fullmatch(text)
    if match is None:
        return None
    date, time, offset = match.groups()
    try:
        found = datetime.fromisoformat(f"{date}T{time or '00:00:00'}{offset or 'Z'}")
    except ValueError:  # no such day, hour or offset
        return None
    return found.astimezone(UTC) if 1900 <= found.year <= 2200 else None


@dataclass(frozen=True, slots=True)
class Window:
    """The moments of reporting that a search looks at, both inclusive."""

    start: datetime | None
    end: datetime | None


def window(
    *, start: datetime | None, end: datetime | None, now: datetime, is_open: bool
) -> Window | None:
    """What `start_date` and `end_date` mean; None when they span more than ninety days.

    With one of them the other lies ninety days off; with none it is the latest ninety days, or
    any time at all where another filter already narrows the search (`is_open`).
    """
    if start is None and end is None:
        return Window(None, None) if is_open else Window(now - SPAN, None)
    if start is None:
        assert end is not None
        return Window(end - SPAN, end)
    if end is None:
        return Window(start, start + SPAN)
    return Window(start, end) if end - start <= SPAN else None


def listed(text: str) -> list[str]:
    """The parts of a comma-delimited parameter, each once, empty ones left out."""
    return list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def cursor_after(*, requested_at: datetime, key: int) -> str:
    """Where a page ended, for the address of the next one."""
    return f"{requested_at.astimezone(UTC):%Y%m%dT%H%M%S.%f}-{key}"


def parsed_cursor(text: str) -> tuple[datetime, int] | None:
    moment, _dash, key = text.partition("-")
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        return None
    try:
        at = datetime.strptime(moment, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
    except ValueError:
        return None
    return at, int(key)


def named_in(address: str, names: Iterable[tuple[str, str]]) -> list[str]:
    """The codes of the places that an address names: of the longest name in it, or of several.

    `names` are pairs of code and everyday name.
    """
    found: list[str] = []
    longest = 1  # a name of one character means nothing
    for code, name in names:
        if len(name) > longest and name in address:
            found, longest = [code], len(name)
        elif len(name) == longest > 1 and name in address:
            found.append(code)
    return found


def coarse(degrees: float) -> float:
    """A position as everybody may know it: to about a hundred metres, not to somebody's door."""
    return round(degrees, 3)
