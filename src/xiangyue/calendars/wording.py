"""Dates, limits and lengths of time as people read them, in the reader's language."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import reduce

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from xiangyue.calendars.almanac import Calendar
from xiangyue.calendars.rules import Limit, Unit


def limit_in_words(limit: Limit) -> str:
    """3 working days, 5 working hours, 24 hours, 7 days; at once."""
    count = limit.amount
    if count == 0:
        return _("at once")
    words = {
        Unit.hours: ngettext("%(count)d hour", "%(count)d hours", count),
        Unit.working_hours: ngettext("%(count)d working hour", "%(count)d working hours", count),
        Unit.natural_days: ngettext("%(count)d day", "%(count)d days", count),
        Unit.working_days: ngettext("%(count)d working day", "%(count)d working days", count),
    }
    return words[limit.unit] % {"count": count}


def length_in_words(length: timedelta, unit: Unit, calendar: Calendar) -> str:
    """A length of the unit's own time, never negative, in days, hours and minutes.

    A working day is as long as the office hours; working hours are never made into days.
    """
    if unit.is_days:
        day = calendar.working_day if unit.is_working_time else timedelta(days=1)
        days, length = divmod(length, day)
    else:
        days = 0
    hours, rest = divmod(length, timedelta(hours=1))
    minutes = rest // timedelta(minutes=1)
    parts = []
    if days:
        parts.append(limit_in_words(Limit(days, unit)))
    if hours:
        hour = Unit.working_hours if unit is Unit.working_hours else Unit.hours
        parts.append(limit_in_words(Limit(hours, hour)))
    if minutes:
        parts.append(
            ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
        )
    if not parts:
        return _("less than a minute")
    return reduce(_followed, parts)


def _followed(first: str, second: str) -> str:
    return pgettext("days, hours and minutes", "%(first)s %(second)s") % {
        "first": first,
        "second": second,
    }


def listed(items: Iterable[str]) -> str:
    return pgettext("between items of a list", ", ").join(items)


def day_in_words(day: date, *, has_year: bool = False, has_weekday: bool = True) -> str:
    """Thu 1 October 2026."""
    parts = {"day": day.day, "month": _month(day.month), "year": day.year}
    if has_year:
        words = pgettext("date", "%(day)d %(month)s %(year)d") % parts
    else:
        words = pgettext("date", "%(day)d %(month)s") % parts
    if not has_weekday:
        return words
    return pgettext("date", "%(weekday)s %(date)s") % {
        "weekday": _weekday(day.weekday()),
        "date": words,
    }


def days_in_words(first: date, last: date, *, has_year: bool = False) -> str:
    """1-7 October; Thu 1 October if it is one day."""
    if first == last:
        return day_in_words(first, has_year=has_year)
    if (first.year, first.month) == (last.year, last.month) and not has_year:
        return pgettext("days of one month", "%(first)d–%(last)d %(month)s") % {
            "first": first.day,
            "last": last.day,
            "month": _month(first.month),
        }
    return _("%(first)s to %(last)s") % {
        "first": day_in_words(first, has_year=has_year, has_weekday=False),
        "last": day_in_words(last, has_year=has_year, has_weekday=False),
    }


def time_in_words(at: datetime, calendar: Calendar, *, has_year: bool = False) -> str:
    """Thu 1 October 2026, 09:20."""
    local = at.astimezone(calendar.zone)
    return pgettext("date and time", "%(date)s, %(time)s") % {
        "date": day_in_words(local.date(), has_year=has_year),
        "time": f"{local:%H:%M}",
    }


def due_in_words(due_at: datetime, calendar: Calendar, *, has_year: bool = False) -> str:
    """Mon 12 October, 18:00; a due time at midnight is 24:00 of the day that ends with it."""
    local = due_at.astimezone(calendar.zone)
    if (local.hour, local.minute, local.second, local.microsecond) != (0, 0, 0, 0):
        return time_in_words(due_at, calendar, has_year=has_year)
    return pgettext("date and time", "%(date)s, %(time)s") % {
        "date": day_in_words(local.date() - timedelta(days=1), has_year=has_year),
        "time": "24:00",
    }


def _weekday(number: int) -> str:
    return str(_WEEKDAYS[number])


# Lazy: only the one that is wanted is looked up.
_WEEKDAYS = (
    pgettext_lazy("weekday", "Mon"),
    pgettext_lazy("weekday", "Tue"),
    pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"),
    pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
)


def _month(number: int) -> str:
    return str(_MONTHS[number - 1])


# Lazy: only the one that is wanted is looked up.
_MONTHS = (
    pgettext_lazy("month", "January"),
    pgettext_lazy("month", "February"),
    pgettext_lazy("month", "March"),
    pgettext_lazy("month", "April"),
    pgettext_lazy("month", "May"),
    pgettext_lazy("month", "June"),
    pgettext_lazy("month", "July"),
    pgettext_lazy("month", "August"),
    pgettext_lazy("month", "September"),
    pgettext_lazy("month", "October"),
    pgettext_lazy("month", "November"),
    pgettext_lazy("month", "December"),
)
