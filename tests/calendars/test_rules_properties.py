"""The fast rules against the plain second implementation, and what must always hold."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.calendars.plainly import STEP, Plainly
from tests.calendars.times import CHINA
from xiangyue.calendars.rules import Calendar, Limit, Pause, Unit, due_at, elapsed, remaining

# A Saturday; what happens falls in the three weeks after it.
FIRST = datetime(2026, 9, 19)  # noqa: DTZ001 - plain local time
SPAN = 3 * 7 * 144

HOURS = [
    ((time(8, 30), time(12)), (time(14, 30), time(18))),
    ((time(9), time(17)),),
    ((time(0), time(0, 10)), (time(6), time(6, 20)), (time(20), time(23, 50))),
]
AMOUNTS = {"h": 80, "wh": 30, "d": 12, "wd": 8}


@dataclass(frozen=True)
class Case:
    start: datetime
    limits: tuple[tuple[int, str], ...]
    pauses: tuple[tuple[datetime, datetime], ...]
    holidays: frozenset[date]
    workdays: frozenset[date]
    hours: tuple[tuple[time, time], ...]

    def plain(self) -> Plainly:
        return Plainly(set(self.holidays), set(self.workdays), self.hours, self.pauses)

    def calendar(self) -> Calendar:
        return Calendar(
            dict.fromkeys(self.holidays, "节"), dict.fromkeys(self.workdays, "调休"), self.hours
        )

    def ended(self) -> list[Pause]:
        return [Pause(local(paused), local(resumed)) for paused, resumed in self.pauses]

    def due(self, start: datetime | None = None) -> datetime:
        limit, *extensions = (Limit(amount, Unit(unit)) for amount, unit in self.limits)
        found = due_at(
            started_at=local(start or self.start),
            limit=limit,
            calendar=self.calendar(),
            pauses=self.ended(),
            extensions=extensions,
        )
        assert found is not None
        return found


def local(at: datetime) -> datetime:
    return at.replace(tzinfo=CHINA)


moments = st.integers(0, SPAN).map(lambda steps: FIRST + steps * STEP)
days = st.integers(0, 45).map(lambda offset: (FIRST + timedelta(days=offset)).date())
limits = st.sampled_from(sorted(AMOUNTS)).flatmap(
    lambda unit: st.tuples(st.integers(0, AMOUNTS[unit]), st.just(unit))
)


@st.composite
def pauses(draw: st.DrawFn) -> tuple[datetime, datetime]:
    paused = draw(moments)
    return paused, paused + draw(st.integers(0, 4 * 144)) * STEP


def cases(*, limit_count: int = 3, pause_count: int = 4) -> st.SearchStrategy[Case]:
    return st.builds(
        Case,
        start=moments,
        limits=st.lists(limits, min_size=1, max_size=limit_count).map(tuple),
        pauses=st.lists(pauses(), max_size=pause_count).map(tuple),
        holidays=st.frozensets(days, max_size=12),
        workdays=st.frozensets(days, max_size=6),
        hours=st.sampled_from(HOURS),
    )


@settings(max_examples=300, deadline=None)
@given(cases())
def test_the_due_time_is_what_walking_every_step_finds(case: Case) -> None:
    assert case.due() == local(case.plain().due(case.start, case.limits))


@settings(max_examples=150, deadline=None)
@given(cases(limit_count=1), moments)
def test_the_time_that_ran_is_what_walking_every_step_finds(case: Case, until: datetime) -> None:
    _, unit = case.limits[0]
    assert elapsed(
        started_at=local(case.start),
        until=local(until),
        unit=Unit(unit),
        calendar=case.calendar(),
        pauses=case.ended(),
    ) == case.plain().ran(case.start, until, unit)


@given(cases(), st.integers(1, 5 * 144))
def test_a_later_start_is_never_due_earlier(case: Case, steps: int) -> None:
    assert case.due(case.start + steps * STEP) >= case.due()


@given(cases())
def test_a_due_time_is_never_before_the_start(case: Case) -> None:
    assert case.due() >= local(case.start)


@given(cases(limit_count=1))
def test_more_time_is_never_due_earlier(case: Case) -> None:
    (amount, unit) = case.limits[0]
    longer = Case(**{**case.__dict__, "limits": ((amount + 1, unit),)})
    assert longer.due() >= case.due()


@given(cases(), pauses())
def test_a_pause_never_brings_the_due_time_forward(
    case: Case, pause: tuple[datetime, datetime]
) -> None:
    paused = Case(**{**case.__dict__, "pauses": (*case.pauses, pause)})
    assert paused.due() >= case.due()


@given(cases(limit_count=1, pause_count=0), pauses(), st.sampled_from(["h", "wh"]))
def test_a_pause_delays_hours_by_exactly_the_time_lost(
    case: Case, pause: tuple[datetime, datetime], unit: str
) -> None:
    """Measured on the clock's own time: as much runs between the two due times as was lost."""
    amount = max(case.limits[0][0], 1)
    before = Case(**{**case.__dict__, "limits": ((amount, unit),)})
    after = Case(**{**before.__dict__, "pauses": (pause,)})

    def ran(begin: datetime, end: datetime) -> timedelta:
        return elapsed(started_at=begin, until=end, unit=Unit(unit), calendar=case.calendar())

    lost = timedelta(0)
    if local(pause[0]) < before.due():
        lost = ran(max(local(pause[0]), local(case.start)), max(local(pause[1]), local(case.start)))
    assert ran(before.due(), after.due()) == lost


@given(cases(limit_count=1))
def test_a_clock_has_run_its_whole_limit_when_it_is_due(case: Case) -> None:
    amount, unit = case.limits[0]
    calendar = case.calendar()
    begin = local(case.start)
    whole = timedelta(hours=amount)
    if Unit(unit).is_days and amount:
        whole = amount * (calendar.working_day if unit == "wd" else timedelta(days=1))
        # The day of the start does not count.
        begin = local(datetime.combine(case.start.date() + timedelta(days=1), time(0)))
    ran = elapsed(
        started_at=begin,
        until=case.due(),
        unit=Unit(unit),
        calendar=calendar,
        pauses=case.ended(),
    )
    assert ran == whole if not Unit(unit).is_days else ran >= whole


@given(cases())
def test_a_clock_is_never_due_while_it_is_paused(case: Case) -> None:
    due = case.due()
    for paused, resumed in case.pauses:
        assert not (local(max(paused, case.start)) < due <= local(resumed)) or due == local(
            case.start
        )


@given(cases(limit_count=2, pause_count=2), st.integers(0, 20 * 144), st.integers(0, 20 * 144))
def test_what_is_left_is_frozen_while_a_pause_is_open(case: Case, before: int, after: int) -> None:
    paused_at = max([case.start, *(resumed for _, resumed in case.pauses)]) + before * STEP
    limit, *extensions = (Limit(amount, Unit(unit)) for amount, unit in case.limits)

    def left(at: datetime, *open_pause: Pause) -> timedelta:
        return remaining(
            started_at=local(case.start),
            at=local(at),
            limit=limit,
            calendar=case.calendar(),
            pauses=[*case.ended(), *open_pause],
            extensions=extensions,
        )

    frozen = left(paused_at + after * STEP, Pause(local(paused_at)))
    assert frozen == left(paused_at)
