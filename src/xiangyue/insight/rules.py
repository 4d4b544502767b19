"""Ratios, percentiles, periods and changes as figures use them: pure functions.

A ratio is kept as (numerator, denominator) and never as a rounded share; of nothing there is no
share, neither 0 nor 100 %.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction


@dataclass(frozen=True, slots=True, order=True)
class Ratio:
    """`numerator` of `denominator`; the numerator is part of the denominator or counted per it."""

    numerator: int = 0
    denominator: int = 0

    def __add__(self, other: "Ratio") -> "Ratio":
        return Ratio(self.numerator + other.numerator, self.denominator + other.denominator)

    @property
    def share(self) -> Fraction | None:
        """The exact share; None (无数据) where there is nothing to share."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None


@dataclass(frozen=True, slots=True)
class Change:
    """How a ratio differs from the one before it: in both of its numbers and in its share.

    `points` are percentage points, None where one of the two has no share.
    """

    numerator: int
    denominator: int
    points: Fraction | None


def change(now: Ratio, before: Ratio) -> Change:
    points = None if now.share is None or before.share is None else (now.share - before.share) * 100
    return Change(now.numerator - before.numerator, now.denominator - before.denominator, points)


def percentile(counts: Mapping[int, int], percent: int) -> int | None:
    """The smallest value that at least `percent` of a hundred do not exceed (nearest rank).

    `counts` says how often each value occurs; None when nothing does.

    :raises ValueError: not a percentage from 1 to 100.
    """
    if not 1 <= percent <= 100:
        raise ValueError(f"There is no percentile {percent}.")
    total = sum(counts.values())
    if not total:
        return None
    reached = 0
    for value in sorted(counts):
        reached += counts[value]
        if reached * 100 >= percent * total:
            return value
    raise AssertionError("unreachable")


def mean(counts: Mapping[int, int]) -> Fraction | None:
    """The exact mean of values that occur so often each; None when nothing does."""
    total = sum(counts.values())
    return Fraction(sum(value * count for value, count in counts.items()), total) if total else None


def summed(many: Iterable[Mapping[int, int]]) -> dict[int, int]:
    """How often each value occurs in all of them together."""
    counts: dict[int, int] = {}
    for one in many:
        for value, count in one.items():
            counts[value] = counts.get(value, 0) + count
    return counts


# --- periods ----------------------------------------------------------------------------------


class PeriodUnreadable(ValueError):  # noqa: N818 - named like every refusal
    """A text that names no period."""


@dataclass(frozen=True, slots=True)
class Period:
    """Civil days `[begins, ends)`.

    :raises PeriodUnreadable: no day lies in it.
    """

    begins: date
    ends: date

    def __post_init__(self) -> None:
        if not self.begins < self.ends:
            raise PeriodUnreadable("A period ends after it begins.")

    @property
    def last_day(self) -> date:
        return self.ends - timedelta(days=1)

    @property
    def months(self) -> int | None:
        """How many whole calendar months it is made of; None when it is not."""
        if self.begins.day != 1 or self.ends.day != 1:
            return None
        return month_number(self.ends) - month_number(self.begins)

    @property
    def kind(self) -> str:
        """`month`, `quarter` or `year` of the calendar, else `days`."""
        months, month = self.months, self.begins.month
        if months == 1:
            return "month"
        if months == 3 and month % 3 == 1:
            return "quarter"
        return "year" if months == 12 and month == 1 else "days"

    @property
    def key(self) -> str:
        """How an address names it: `2026-06`, `2026-Q2`, `2026`, `2026-06-03..2026-06-09`."""
        year, month = self.begins.year, self.begins.month
        match self.kind:
            case "month":
                return f"{year:04}-{month:02}"
            case "quarter":
                return f"{year:04}-Q{(month + 2) // 3}"
            case "year":
                return f"{year:04}"
            case _:
                return f"{self.begins:%Y-%m-%d}..{self.last_day:%Y-%m-%d}"

    def before(self) -> "Period":
        """The period before it, of as many months, or else of as many days."""
        if self.months is not None:
            return Period(months_on(self.begins, -self.months), self.begins)
        return Period(self.begins - (self.ends - self.begins), self.begins)

    def after(self) -> "Period":
        if self.months is not None:
            return Period(self.ends, months_on(self.ends, self.months))
        return Period(self.ends, self.ends + (self.ends - self.begins))


def month_number(day: date) -> int:
    """Months counted through, so that months can be subtracted."""
    return day.year * 12 + day.month - 1


def month_of(day: date) -> date:
    """The first day of the day's month."""
    return day.replace(day=1)


def months_on(day: date, count: int) -> date:
    """The first of a month, so many months on."""
    number = month_number(day) + count
    return date(number // 12, number % 12 + 1, 1)


EARLIEST, LATEST = 2000, 2100


def period_named(key: str) -> Period:
    """The period that an address names, see `Period.key`; both days given are part of it.

    :raises PeriodUnreadable: it names none, or one outside the years 2000 to 2099.
    """
    try:
        period = _named(key)
    except (ValueError, OverflowError) as error:
        raise PeriodUnreadable(f"{key!r} is no period.") from error
    if not EARLIEST <= period.begins.year <= period.last_day.year < LATEST:
        raise PeriodUnreadable(f"{key!r} is out of reach.")
    return period


def _named(key: str) -> Period:
    first, dots, last = key.partition("..")
    if dots:
        return Period(date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1))
    year, dash, part = key.partition("-")
    if len(year) != 4 or not year.isdigit():
        raise ValueError(key)
    if not dash:
        return Period(date(int(year), 1, 1), date(int(year) + 1, 1, 1))
    if part.startswith("Q") and len(part) == 2:
        begins = date(int(year), int(part[1]) * 3 - 2, 1)
        return Period(begins, months_on(begins, 3))
    if len(part) != 2 or not part.isdigit():
        raise ValueError(key)
    begins = date(int(year), int(part), 1)
    return Period(begins, months_on(begins, 1))


@dataclass(frozen=True, slots=True)
class Pieces:
    """A period as the whole months in it and the days left at its edges."""

    months: tuple[date, date] | None
    edges: tuple[tuple[date, date], ...]


def pieces(period: Period) -> Pieces:
    """Whole months `[first, end)` where there are any, and the stretches of days around them."""
    first = period.begins if period.begins.day == 1 else months_on(period.begins, 1)
    end = month_of(period.ends)
    if first >= end:
        return Pieces(None, ((period.begins, period.ends),))
    edges = ((period.begins, first), (end, period.ends))
    return Pieces((first, end), tuple(edge for edge in edges if edge[0] < edge[1]))


# --- score bands ------------------------------------------------------------------------------


def banded(ratio: Ratio, bands: Iterable[tuple[Fraction, int]]) -> int | None:
    """The points of the first band whose least share the ratio reaches; None without a share.

    `bands` are (least share, points), best first; below all of them it is 0.
    """
    if ratio.share is None:
        return None
    return next((points for least, points in bands if ratio.share >= least), 0)
