"""What a page or a program asks of figures: which period, which indicator, which part of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from xiangyue.insight import rules
from xiangyue.insight.indicators import INDICATORS, LEFT_OUT, Indicator, LeftOut, key_named
from xiangyue.insight.queries import (
    PARTS,
    SPLITS,
    PlaceFigures,
    areas_below,
    elsewhere,
    figures_of,
    figures_of_areas,
)
from xiangyue.insight.rules import Period, PeriodUnreadable, Ratio, period_named
from xiangyue.kernel.refusals import NotFound, Refused
from xiangyue.places.models import Place


class PeriodWrong(Refused):
    """The text names no period."""

    code = "period_wrong"


def this_month(today: date) -> Period:
    begins = rules.month_of(today)
    return Period(begins, rules.months_on(begins, 1))


def period_asked(key: str, *, today: date) -> Period:
    """The period of that name; without one, this month.

    :raises PeriodWrong: there is no such period.
    """
    if not key:
        return this_month(today)
    try:
        return period_named(key)
    except PeriodUnreadable:
        raise PeriodWrong(
            _(
                "Please give a period as 2026-06, 2026-Q2, 2026, or as days such as "
                "2026-06-03..2026-06-09."
            ),
            fields={"period": _("Not a period")},
        ) from None


def indicator_named(slug: str) -> Indicator:
    """:raises NotFound: there is no such indicator."""
    key = key_named(slug)
    if key is None or key not in INDICATORS:
        raise NotFound(_("There is no such indicator."))
    return INDICATORS[key]


@dataclass(frozen=True, slots=True)
class Asked:
    """A number whose rows are asked for; `is_elsewhere`: of what lies in none of the areas."""

    one: Indicator | LeftOut
    part: str
    value: str
    is_elsewhere: bool = False

    @property
    def is_left_out(self) -> bool:
        return isinstance(self.one, LeftOut)

    def counted(self, counts: PlaceFigures) -> int:
        """The number as the figures have it."""
        if isinstance(self.one, LeftOut):
            return counts.left_out[self.one.key]
        figure = counts.figures[self.one.key]
        if self.value:
            return figure.parts.get(self.value, 0)
        return figure.now.numerator if self.part == "what" else figure.now.denominator


def count_of(asked: Asked, place: Place, period: Period) -> int:
    """The number as the figures of the place have it."""
    if not asked.is_elsewhere:
        return asked.counted(figures_of(place, period))
    whole, *areas = figures_of_areas(place, areas_below(place), period)
    rest = elsewhere(whole, areas)
    ratio = rest[asked.one.key] if rest is not None else Ratio()
    return ratio.numerator if asked.part == "what" else ratio.denominator


def number_asked(slug: str, query: Mapping[str, str]) -> Asked:
    """The number that an address is about: `part` and `value` of an indicator, or its `part` in
    none of the areas (`elsewhere=1`).

    :raises NotFound: there is no such indicator, part or value.
    """
    key = key_named(slug)
    if key is None:
        raise NotFound(_("There is no such indicator."))
    one = INDICATORS.get(key) or LEFT_OUT[key]
    part, value = query.get("part") or "out_of", query.get("value") or ""
    split_by = one.split_by if isinstance(one, Indicator) else ""
    is_elsewhere = query.get("elsewhere") == "1"
    if part not in PARTS or (value and value not in SPLITS.get(split_by, ())):
        raise NotFound(_("There is no such number."))
    if is_elsewhere and (value or isinstance(one, LeftOut)):
        raise NotFound(_("There is no such number."))
    part = "out_of" if value or isinstance(one, LeftOut) else part
    return Asked(one, part, value, is_elsewhere)
