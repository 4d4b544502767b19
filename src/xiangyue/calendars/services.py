"""Verbs on clocks: start, pause, resume, extend, change, stop; those on the calendar stand
in `holidays.py` and are named here too.

What happened to a clock is recorded by whoever it times (an incident), not here. Every service
takes the `calendar`, for work on many clocks; without one it reads the current one.
"""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from xiangyue.calendars import rules
from xiangyue.calendars.clock_rows import clock_rows
from xiangyue.calendars.counting import calendar_for, due_of, hold_calendar
from xiangyue.calendars.holidays import (
    recount_clocks,
    remove_holiday,
    seed_holidays,
    set_holiday,
)
from xiangyue.calendars.models import Clock, ClockChange, ClockExtension, ClockPause
from xiangyue.calendars.rules import Calendar, Limit
from xiangyue.kernel.making import made
from xiangyue.kernel.refusals import Conflict, Refused
from xiangyue.kernel.transactions import part, whole

__all__ = [
    "ClockAlreadyPaused",
    "ClockBackwards",
    "ClockNotPaused",
    "ClockStopped",
    "ExtensionEmpty",
    "ReasonMissing",
    "change_limit",
    "extend_clock",
    "hold_calendar",
    "pause_clock",
    "recount_clocks",
    "remove_holiday",
    "resume_clock",
    "seed_holidays",
    "set_holiday",
    "start_clock",
    "stop_clock",
]


class ClockStopped(Conflict):
    """The clock has stopped; what is reopened gets a new one."""

    code = "clock_stopped"


class ClockAlreadyPaused(Conflict):
    """The clock is paused already."""

    code = "clock_already_paused"


class ClockNotPaused(Conflict):
    """The clock is not paused."""

    code = "clock_not_paused"


class ClockBackwards(Refused):
    """Something would have happened to a clock before what already happened to it."""

    code = "clock_backwards"


class ReasonMissing(Refused):
    """Whoever pauses or changes a clock says why (N2)."""

    code = "reason_missing"


class ExtensionEmpty(Refused):
    """An extension that adds no time."""

    code = "extension_empty"


@part
def start_clock(*, limit: Limit | str, at: datetime, calendar: Calendar | None = None) -> Clock:
    """A new clock that runs from `at`. Reopening starts a new clock too; none is ever reset.

    :raises LimitUnreadable: a text that is no limit; a programming or declaration error.
    """
    limit = _limit(limit)
    hold_calendar()
    clock = made(
        Clock,
        limit=str(limit),
        started_at=at,
        due_at=rules.due_at(started_at=at, limit=limit, calendar=calendar or calendar_for(limit)),
    )
    clock_rows().add(clock)
    return clock


@whole
def pause_clock(*, clock: Clock, reason: str, at: datetime, actor_id: UUID | None = None) -> Clock:
    """Stop the clock for a while, as when an answer is awaited; what is left is frozen.

    :raises ClockStopped: it runs no more.
    :raises ClockAlreadyPaused: one pause at a time.
    :raises ClockBackwards: before the start or the end of an earlier pause.
    :raises ReasonMissing: no reason given.
    """
    reason = _reason(reason)
    clock = _running(clock)
    if clock.paused_at is not None:
        raise ClockAlreadyPaused(_("The clock is already paused."))
    _in_order(clock_rows().last_resumed_at(clock) or clock.started_at, at)
    clock_rows().add(ClockPause(clock=clock, paused_at=at, reason=reason, actor_id=actor_id))
    clock.paused_at = at
    clock.due_at = None
    clock_rows().save(clock, ["paused_at", "due_at"])
    return clock


@whole
def resume_clock(
    *,
    clock: Clock,
    at: datetime,
    actor_id: UUID | None = None,
    calendar: Calendar | None = None,
) -> Clock:
    """Let a paused clock run on; it is due later by the time lost.

    :raises ClockStopped: it runs no more.
    :raises ClockNotPaused: it is running.
    :raises ClockBackwards: before it was paused.
    """
    clock = _running(clock)
    if clock.paused_at is None:
        raise ClockNotPaused(_("The clock is not paused."))
    _end_pause(clock, at=at, actor_id=actor_id)
    return _recomputed(clock, calendar)


@whole
def extend_clock(
    *,
    clock: Clock,
    limit: Limit | str,
    reason: str,
    at: datetime,
    actor_id: UUID | None,
    requested_by_id: UUID | None = None,
    calendar: Calendar | None = None,
) -> Clock:
    """Give more time, approved by `actor_id`; the time already used stays used.

    :raises ClockStopped: it runs no more.
    :raises ClockBackwards: before the start.
    :raises ExtensionEmpty: no time would be added.
    :raises ReasonMissing: no reason given.
    """
    limit = _limit(limit)
    reason = _reason(reason)
    if limit.amount == 0:
        message = _("Say how much time is added.")
        raise ExtensionEmpty(message, fields={"limit": message})
    clock = _running(clock)
    _in_order(clock.started_at, at)
    clock_rows().add(
        ClockExtension(
            clock=clock,
            limit=str(limit),
            reason=reason,
            requested_by_id=requested_by_id,
            approved_by_id=actor_id,
            extended_at=at,
        )
    )
    return _recomputed(clock, calendar)


@whole
def change_limit(
    *,
    clock: Clock,
    limit: Limit | str,
    reason: str,
    at: datetime,
    actor_id: UUID | None = None,
    calendar: Calendar | None = None,
) -> Clock:
    """Another limit, as when the priority changes; start, pauses and extensions stay.

    A clock is never reset by this, so it may be overdue at once. The same limit again changes
    nothing.

    :raises ClockStopped: it runs no more.
    :raises ClockBackwards: before the start.
    :raises ReasonMissing: no reason given.
    """
    limit = _limit(limit)
    reason = _reason(reason)
    clock = _running(clock)
    _in_order(clock.started_at, at)
    if str(limit) == clock.limit:
        return clock
    clock_rows().add(
        ClockChange(
            clock=clock,
            limit_before=clock.limit,
            limit_after=str(limit),
            reason=reason,
            actor_id=actor_id,
            changed_at=at,
        )
    )
    clock.limit = str(limit)
    clock_rows().save(clock, ["limit"])
    return _recomputed(clock, calendar)


@whole
def stop_clock(
    *,
    clock: Clock,
    at: datetime,
    actor_id: UUID | None = None,
    calendar: Calendar | None = None,
) -> Clock:
    """Stop the clock for good and keep the due time it had; stopping it again changes nothing.

    An open pause ends with it: who waits for an answer when the matter ends was not late,
    unless the clock was overdue before the pause.

    :raises ClockBackwards: before the start or the open pause.
    """
    clock = _locked(clock)
    if clock.stopped_at is not None:
        return clock
    _in_order(clock.started_at, at)
    if clock.paused_at is None:
        clock.last_due_at = clock.due_at
    else:
        clock.last_due_at = due_of(clock, calendar)
        _end_pause(clock, at=at, actor_id=actor_id)
    clock.stopped_at = at
    clock.due_at = clock.paused_at = None
    clock_rows().save(clock, ["stopped_at", "last_due_at", "due_at", "paused_at"])
    return clock


def _limit(limit: Limit | str) -> Limit:
    return limit if isinstance(limit, Limit) else Limit.parse(limit)


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        message = _("Say why.")
        raise ReasonMissing(message, fields={"reason": message})
    return reason[:200]


def _locked(clock: Clock) -> Clock:
    # The calendar before the row, everywhere: whoever edits holidays locks in that order too.
    hold_calendar()
    return clock_rows().locked(clock)


def _running(clock: Clock) -> Clock:
    clock = _locked(clock)
    if clock.stopped_at is not None:
        raise ClockStopped(_("This clock has stopped; reopening starts a new one."))
    return clock


def _in_order(earlier: datetime, at: datetime) -> None:
    if at < earlier:
        raise ClockBackwards(_("This cannot happen before what has already happened."))


def _end_pause(clock: Clock, *, at: datetime, actor_id: UUID | None) -> None:
    assert clock.paused_at is not None
    _in_order(clock.paused_at, at)
    clock_rows().end_pause(clock, at=at, actor_id=actor_id)
    clock.paused_at = None


def _recomputed(clock: Clock, calendar: Calendar | None) -> Clock:
    """Give a clock the due time that follows from its rows; none while it is paused."""
    clock.due_at = None if clock.paused_at is not None else due_of(clock, calendar)
    clock_rows().save(clock, ["due_at", "paused_at"])
    return clock
