"""Decisions about what the register holds: pure functions."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

_KEEP = re.compile(r"([1-9][0-9]{0,2})([dy])")
WHILE_LIVING_HERE = "residence"
LONGEST_KEEP_DAYS = 50 * 365
GUARDIAN_UNTIL_AGE = 14


def keep_days(keep: str) -> int:
    """How many days `3y` or `90d` are; a year is 365, so that nothing is kept a day too long.

    `residence`, for as long as somebody lives here, counts as longer than any.

    :raises ValueError: it is no such duration, or one of more than fifty years.
    """
    if keep == WHILE_LIVING_HERE:
        return LONGEST_KEEP_DAYS + 1
    found = _KEEP.fullmatch(keep)
    days = 0 if found is None else int(found[1]) * (365 if found[2] == "y" else 1)
    if not 0 < days <= LONGEST_KEEP_DAYS:
        raise ValueError(f"{keep!r} is no time to keep something; write `3y` or `90d`")
    return days


def due_date(entered_on: date, keep: str) -> date:
    """The first day on which what was entered is no longer kept."""
    return entered_on + timedelta(days=keep_days(keep))


def earliest_due(entered_on: Mapping[str, date], keeps: Mapping[str, str]) -> date | None:
    """When the next of a record's fields is due; None when it holds none."""
    return min(
        (due_date(day, keeps[key]) for key, day in entered_on.items() if key in keeps),
        default=None,
    )


def due_fields(
    entered_on: Mapping[str, date], keeps: Mapping[str, str], *, today: date
) -> list[str]:
    """The fields whose time is over. What is no longer declared has no ground and is due."""
    return sorted(
        key
        for key, day in entered_on.items()
        if key not in keeps or due_date(day, keeps[key]) <= today
    )


def id_number(text: str) -> str | None:
    """The eighteen characters of a resident's identity number, its checksum right; else None.

    The table of divisions is not asked: it lags behind the divisions that numbers were given in.
    """
    kept = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text[:60])).upper()
    if re.fullmatch(r"[1-9][0-9]{16}[0-9X]", kept) is None:
        return None
    try:
        ric.get_birth_date(kept)
    except ValidationError:
        return None
    return kept if ric.calc_check_digit(kept) == kept[-1] else None


_LANDLINE = re.compile(r"(0[0-9]{2,3})?[2-9][0-9]{6,7}|400[0-9]{7}")


def landline_number(text: str) -> str | None:
    """The digits of a fixed-line or service number; None if it is none."""
    kept = re.sub(r"[\s()\-]", "", unicodedata.normalize("NFKC", text[:40]))
    return kept if _LANDLINE.fullmatch(kept) else None


def masked_name(name: str) -> str:
    """A name of which the first character is left: 张三 is 张*."""
    return name[:1] + "*" * min(max(len(name) - 1, 1), 3) if name else ""


def masked_phone(phone: str) -> str:
    return f"{phone[:3]}****{phone[-2:]}" if len(phone) > 6 else "****"


def masked_id_number(number: str) -> str:
    return f"{number[:3]}*************{number[-2:]}"


def masked_address(address: str) -> str:
    """The first half of an address: enough to tell doors apart, not to find one."""
    return f"{address[: max(1, len(address) // 2)]}**" if address else ""


def masked_text(text: str) -> str:
    """What shows that something is held, and nothing of it."""
    return "***" if text else ""


def needs_guardian(birth_date: date | None, *, today: date) -> bool:
    """Whether a guardian consents for the person (PIPL art. 31): under 14 years old."""
    if birth_date is None:
        return False
    age = today.year - birth_date.year
    age -= (today.month, today.day) < (birth_date.month, birth_date.day)
    return age < GUARDIAN_UNTIL_AGE


def certificate_digest(items: Sequence[Mapping[str, object]]) -> str:
    """What a deletion certificate's list is known by; the same list gives the same digest."""
    canonical = json.dumps(items, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
