"""Why a clock is due when it is, in one sentence in the reader's language (N2)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from xiangyue.calendars.almanac import Calendar
from xiangyue.calendars.explaining import Explanation
from xiangyue.calendars.festivals import festival_name
from xiangyue.calendars.models import Clock
from xiangyue.calendars.rules import Limit, Unit
from xiangyue.calendars.wording import (
    day_in_words,
    days_in_words,
    due_in_words,
    length_in_words,
    limit_in_words,
    listed,
    time_in_words,
)


def sentence_of(clock: Clock, why: Explanation, calendar: Calendar) -> str:
    """The explanation of a clock in words, with its changes and how it stands or ended."""
    parts = [
        _begin(why, calendar),
        *_changes(clock),
        *_not_counted(why),
        *_pauses(why, calendar),
        *_unknown(why),
        _outcome(clock, why, calendar),
    ]
    joined = pgettext("between the parts of an explanation", "; ").join(parts)
    return pgettext("explanation", "%(parts)s.") % {"parts": joined}


def _begin(why: Explanation, calendar: Calendar) -> str:
    facts = {
        "start": time_in_words(why.started_at, calendar, has_year=True),
        "limit": limit_in_words(why.limit),
    }
    if why.limit.amount == 0:
        return _("To be done at once, counted from %(start)s") % facts
    if why.limit.unit.is_days:
        return _("%(limit)s, counted from %(start)s, that day not included") % facts
    if why.limit.unit is Unit.working_hours:
        facts["hours"] = listed(
            f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in calendar.opening
        )
        return _("%(limit)s (%(hours)s), counted from %(start)s") % facts
    return _("%(limit)s, counted from %(start)s") % facts


def _changes(clock: Clock) -> Iterator[str]:
    for change in clock.changes.all():
        yield _("limit changed from %(before)s to %(after)s (%(reason)s)") % {
            "before": limit_in_words(Limit.parse(change.limit_before)),
            "after": limit_in_words(Limit.parse(change.limit_after)),
            "reason": change.reason,
        }
    for extension in clock.extensions.all():
        yield _("extended by %(limit)s (%(reason)s)") % {
            "limit": limit_in_words(Limit.parse(extension.limit)),
            "reason": extension.reason,
        }


def _not_counted(why: Explanation) -> Iterator[str]:
    year = why.started_at.year
    off = [
        _("%(days)s (%(name)s)")
        % {
            "days": days_in_words(
                run.first, run.last, has_year={run.first.year, run.last.year} != {year}
            ),
            "name": listed(festival_name(name) for name in run.names),
        }
        for run in why.days_off
    ]
    if why.has_weekends:
        off.append(_("weekends"))
    for moved in why.moved:
        yield _("the last day, %(day)s, is no working day and moves to %(next)s") % {
            "day": day_in_words(moved.last_day, has_year=moved.last_day.year != year),
            "next": day_in_words(moved.moved_to, has_year=moved.moved_to.year != year),
        }
    if off:
        yield _("not counted: %(days)s") % {"days": listed(off)}
    if why.made_up:
        days = listed(day_in_words(day, has_year=day.year != year) for day in why.made_up)
        yield _("counted as make-up working days: %(days)s") % {"days": days}


def _pauses(why: Explanation, calendar: Calendar) -> Iterator[str]:
    for cost in why.pauses:
        facts = {
            "reason": cost.pause.reason,
            "length": length_in_words(cost.lost, why.limit.unit, calendar),
        }
        if cost.lost:
            yield _("paused for %(length)s (%(reason)s)") % facts
        else:
            yield _("paused without losing working time (%(reason)s)") % facts
    if why.is_rounded_up:
        yield _("a part of a day lost to pauses gives a whole day")


def _unknown(why: Explanation) -> Iterator[str]:
    for year in why.unannounced_years:
        yield _("the holidays of %(year)d are not announced yet, only weekends are left out") % {
            "year": year
        }


def _outcome(clock: Clock, why: Explanation, calendar: Calendar) -> str:
    year = why.started_at.year
    due_at = why.due_at if clock.stopped_at is None else clock.last_due_at
    if due_at is None:
        if clock.stopped_at is not None:
            return _("ended on %(end)s while paused, in time") % {
                "end": time_in_words(
                    clock.stopped_at, calendar, has_year=clock.stopped_at.year != year
                )
            }
        return _("paused now (%(reason)s) with %(left)s left, due when it runs on") % {
            "reason": _open_reason(clock),
            "left": length_in_words(why.remaining, why.limit.unit, calendar),
        }
    facts = {"due": due_in_words(due_at, calendar, has_year=due_at.year != year)}
    if clock.stopped_at is None:
        if clock.paused_at is not None:
            facts["reason"] = _open_reason(clock)
            return _("so it was due by %(due)s; paused since then (%(reason)s)") % facts
        return _("so it is due by %(due)s") % facts
    facts["end"] = time_in_words(clock.stopped_at, calendar, has_year=clock.stopped_at.year != year)
    if clock.has_missed:
        return _("so it was due by %(due)s; ended on %(end)s, late") % facts
    return _("so it was due by %(due)s; ended on %(end)s, in time") % facts


def _open_reason(clock: Clock) -> str:
    return next((p.reason for p in clock.pauses.all() if p.resumed_at is None), "")
