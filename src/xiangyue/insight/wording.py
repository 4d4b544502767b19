"""How figures are put into words."""

from fractions import Fraction

from django.utils.translation import gettext as _

from xiangyue.incidents.models import Channel, LevelChoices
from xiangyue.insight.rules import Period


def share_in_words(share: Fraction | None) -> str:
    """`93.3 %`, rounded half up to a tenth; of nothing it is said that there is no data."""
    if share is None:
        return _("no data")
    tenths = (share * 1000 + Fraction(1, 2)).__floor__()
    return f"{tenths // 10}.{tenths % 10} %"


def per_in_words(share: Fraction | None) -> str:
    """`2.15`: how many there are of one for each of the other."""
    if share is None:
        return _("no data")
    hundredths = (share * 100 + Fraction(1, 2)).__floor__()
    return f"{hundredths // 100}.{hundredths % 100:02}"


def points_in_words(points: Fraction | None) -> str:
    """`+2.5 points`: how far a share moved; a dash where one of the two is missing."""
    if points is None:
        return "—"
    tenths = (abs(points) * 10 + Fraction(1, 2)).__floor__()
    sign = "±" if not tenths else "+" if points > 0 else "−"
    return _("%(points)s points") % {"points": f"{sign}{tenths // 10}.{tenths % 10}"}


def signed(number: int) -> str:
    return f"+{number}" if number > 0 else f"−{-number}" if number < 0 else "±0"


def hours_in_words(hours: Fraction | int | None) -> str:
    """`11.4 h` of a mean, `12 h` of a count of begun hours."""
    if hours is None:
        return _("no data")
    if isinstance(hours, int):
        return _("%(hours)s h") % {"hours": hours}
    tenths = (hours * 10 + Fraction(1, 2)).__floor__()
    return _("%(hours)s h") % {"hours": f"{tenths // 10}.{tenths % 10}"}


def period_in_words(period: Period) -> str:
    year, month = period.begins.year, period.begins.month
    match period.kind:
        case "month":
            return _("%(month)d/%(year)d") % {"year": year, "month": month}
        case "quarter":
            return _("%(year)d, quarter %(quarter)d") % {
                "year": year, "quarter": (month + 2) // 3,
            }  # fmt: skip
        case "year":
            return _("the year %(year)d") % {"year": year}
        case _:
            return _("%(first)s to %(last)s") % {
                "first": f"{period.begins:%Y-%m-%d}", "last": f"{period.last_day:%Y-%m-%d}",
            }  # fmt: skip


def value_in_words(split_by: str, value: str) -> str:
    """A split's value as its choices name it."""
    choices: dict[str, object] = dict(
        Channel.choices if split_by == "channel" else LevelChoices.choices
    )
    return str(choices.get(value, value))
