"""Why is it due then? The pieces of one sentence, from which anybody can count again.

Pure, like `rules.py`; `sentences.py` puts the pieces into words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from xiangyue.calendars import rules
from xiangyue.calendars.almanac import DAY, Calendar
from xiangyue.calendars.rules import Leg, Limit, Pause, Unit


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Consecutive holidays `[first, last]` that do not count, by the names people know."""

    first: date
    last: date
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PauseCost:
    """A pause and what it cost: working time for working units, else time on the wall."""

    pause: Pause
    lost: timedelta


@dataclass(frozen=True, slots=True)
class LastDayMoved:
    """A last day that is not worked, and the worked one after it (Civil Code 203)."""

    last_day: date
    moved_to: date


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that a due time follows from.

    `days_off` and `made_up` are the holidays passed over and the weekend days that count;
    `has_weekends` says that other weekend days were passed over. `pauses` are those that
    count; `is_rounded_up` says that a part of a day lost to them gave a whole day.
    `unannounced_years` were counted with weekends only. `due_at` is None while a pause is
    open, and `remaining` is then what is left.
    """

    started_at: datetime
    limit: Limit
    extensions: tuple[Limit, ...]
    days_off: tuple[DaysOff, ...]
    made_up: tuple[date, ...]
    has_weekends: bool
    pauses: tuple[PauseCost, ...]
    is_rounded_up: bool
    moved: tuple[LastDayMoved, ...]
    unannounced_years: tuple[int, ...]
    due_at: datetime | None
    remaining: timedelta


def explain(
    *,
    started_at: datetime,
    limit: Limit,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Limit] = (),
) -> Explanation:
    """The pieces of the sentence that says why a clock is due when it is.

    While a pause is open it explains what has been counted up to it.
    """
    begin = calendar.moment(started_at)
    counted = list(
        rules.legs(
            started_at=started_at,
            limit=limit,
            calendar=calendar,
            pauses=pauses,
            extensions=extensions,
        )
    )
    end = counted[-1].end
    horizon = end
    if horizon is None:
        horizon = min(calendar.moment(p.paused_at) for p in pauses if p.resumed_at is None)
    passed = _Passed(calendar)
    for leg in counted:
        passed.look_at(leg, leg.end if leg.end is not None else max(horizon, leg.begin))
    costs = tuple(_costs(pauses, counted[0].counted_from, horizon, limit.unit, calendar))
    return Explanation(
        started_at=calendar.at(begin),
        limit=limit,
        extensions=tuple(extensions),
        days_off=tuple(_runs(passed.holidays)),
        made_up=tuple(passed.made_up),
        has_weekends=passed.has_weekends,
        pauses=costs,
        is_rounded_up=any(_is_rounded_up(leg, pauses, calendar) for leg in counted),
        moved=tuple(passed.moved),
        unannounced_years=tuple(sorted(passed.unannounced)),
        due_at=None if end is None else calendar.at(end),
        remaining=rules.remaining(
            started_at=started_at,
            at=calendar.at(horizon),
            limit=limit,
            calendar=calendar,
            pauses=pauses,
            extensions=extensions,
        ),
    )


@dataclass(slots=True)
class _Passed:
    """The days that counting passed: over which, and why."""

    calendar: Calendar
    holidays: dict[date, str] = field(default_factory=dict)
    made_up: list[date] = field(default_factory=list)
    has_weekends: bool = False
    moved: list[LastDayMoved] = field(default_factory=list)
    unannounced: set[int] = field(default_factory=set)

    def look_at(self, leg: Leg, end: int) -> None:
        unit = leg.limit.unit
        if unit is Unit.hours or leg.limit.amount == 0:
            return
        first = leg.begin // DAY
        # 24:00 is the end of its day, not the begin of the next.
        last = max((end - 1) // DAY, first)
        if unit is Unit.natural_days:
            if leg.last_day is None:
                return
            first = leg.last_day
            if not self.calendar.is_working_day(date.fromordinal(first)):
                self.moved.append(LastDayMoved(date.fromordinal(first), date.fromordinal(last)))
        for ordinal in range(first, last + 1):
            self._pass(
                date.fromordinal(ordinal),
                is_counted=unit.is_working_time and ordinal >= leg.counted_from // DAY,
            )

    def _pass(self, day: date, *, is_counted: bool) -> None:
        if not self.calendar.is_announced(day.year):
            self.unannounced.add(day.year)
        if day in self.calendar.holidays:
            self.holidays[day] = self.calendar.holidays[day]
        elif day.weekday() >= 5:
            if day not in self.calendar.workdays:
                self.has_weekends = True
            elif is_counted and day not in self.made_up:
                self.made_up.append(day)


def _runs(holidays: dict[date, str]) -> Iterator[DaysOff]:
    run: list[date] = []
    for day in sorted(holidays):
        if run and day - run[-1] > timedelta(days=1):
            yield _run(run, holidays)
            run = []
        run.append(day)
    if run:
        yield _run(run, holidays)


def _run(days: list[date], holidays: dict[date, str]) -> DaysOff:
    return DaysOff(days[0], days[-1], tuple(dict.fromkeys(holidays[day] for day in days)))


def _costs(
    pauses: Sequence[Pause], begin: int, horizon: int, unit: Unit, calendar: Calendar
) -> Iterator[PauseCost]:
    """The ended pauses that lie at least in part between `begin` and `horizon`, in order."""
    for pause in sorted(pauses, key=lambda pause: pause.paused_at):
        if pause.resumed_at is None or calendar.moment(pause.resumed_at) <= begin:
            continue
        if calendar.moment(pause.paused_at) < horizon:
            lost = rules.elapsed(
                started_at=max(pause.paused_at, calendar.at(begin)),
                until=pause.resumed_at,
                unit=unit,
                calendar=calendar,
            )
            yield PauseCost(pause, lost)


def _is_rounded_up(leg: Leg, pauses: Sequence[Pause], calendar: Calendar) -> bool:
    """Whether pauses within a limit in days cost a part of a day, which gave a whole one."""
    if not leg.limit.unit.is_days or leg.end is None:
        return False
    length = calendar.day_length if leg.limit.unit.is_working_time else DAY
    lost = sum(
        round(cost.lost / timedelta(microseconds=1))
        for cost in _costs(pauses, leg.counted_from, leg.end, leg.limit.unit, calendar)
    )
    return lost % length != 0
