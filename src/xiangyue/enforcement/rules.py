"""Decisions about keeping a compact: pure functions."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

LEAST_AGE = 18  # REQ-L01
LEAST_HEARING_DAYS = 7  # REQ-L03
LONGEST_KEPT_DAYS = 90  # REQ-L06
LONGEST_PUT_RIGHT_DAYS = 3  # REQ-L07


# --- the committee ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SeatNumber:
    """How many of one seat must sit: at least `least`, at most `most` (None: any)."""

    key: str
    least: int
    most: int | None = None


def seat_faults(seats: Sequence[SeatNumber], held: Iterable[str]) -> list[tuple[SeatNumber, int]]:
    """The seats of which too few or too many are held, with how many are."""
    counts = Counter(held)
    return [
        (seat, counts[seat.key])
        for seat in seats
        if counts[seat.key] < seat.least or (seat.most is not None and counts[seat.key] > seat.most)
    ]


class Verdict(Enum):
    """What the offices together have said of somebody."""

    WAITING = "waiting"
    PASSED = "passed"
    NOT_PASSED = "not_passed"


def verdict(
    offices: Collection[str], results: Mapping[str, bool], *, appeal_upheld: bool = False
) -> Verdict:
    """All offices must pass somebody; one that does not is enough, unless an appeal was right."""
    said = [results[office] for office in offices if office in results]
    if appeal_upheld:
        return Verdict.PASSED
    if not all(said):
        return Verdict.NOT_PASSED
    return Verdict.PASSED if len(said) == len(offices) else Verdict.WAITING


class CardStanding(Enum):
    VALID = "valid"
    EXPIRED = "expired"


def card_standing(*, until: date | None, is_sitting: bool, today: date) -> CardStanding:
    """Whether a work card serves today; its last day still counts."""
    is_valid = is_sitting and until is not None and today <= until
    return CardStanding.VALID if is_valid else CardStanding.EXPIRED


def years_on(day: date, years: int) -> date:
    """The same day so many years on; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


# --- duty areas -------------------------------------------------------------------------------


def uncovered(
    places: Iterable[str], covered: Iterable[str], *, reaches_down: bool = True
) -> list[str]:
    """The paths of places that nothing covers: neither they nor, if it reaches down, what holds
    them."""
    held = set(covered)
    return [
        path
        for path in places
        if not (path in held or (reaches_down and any(path.startswith(above) for above in held)))
    ]


# --- reminders --------------------------------------------------------------------------------


class Step(Enum):
    """What may be done about a breach, in the order in which it is done; nothing comes after."""

    TALK = "talk"
    WRITTEN = "written"
    COMMITTEE = "committee"


ORDER = (Step.TALK, Step.WRITTEN, Step.COMMITTEE)


class Obstacle(Enum):
    """Why a step cannot be taken now."""

    OVER = "over"
    ALREADY = "already"
    OUT_OF_ORDER = "out_of_order"
    NOT_HEARD = "not_heard"
    OBJECTION_WAITS = "objection_waits"
    TOO_SOON = "too_soon"


def allows_reminders(text: str, *, allowed_by: Collection[str], not_about: Collection[str]) -> bool:
    """Whether a clause's own text says that a reminder may follow, and is about conduct alone."""
    return any(word in text for word in allowed_by) and not any(word in text for word in not_about)


def is_of_age(birth_date: date, *, on: date, least: int = LEAST_AGE) -> bool:
    """Whether somebody has completed so many years on a day (the birthday itself counts; who was
    born on 29 February is on 1 March, never before)."""
    had = (on.month, on.day) >= (birth_date.month, birth_date.day)
    return on.year - birth_date.year - (not had) >= least


def next_step(taken: Collection[Step]) -> Step | None:
    """The step that would come next; None when the committee has talked with them."""
    return next((step for step in ORDER if step not in taken), None)


def obstacle(
    step: Step,
    *,
    taken: Mapping[Step, date],
    is_heard: bool,
    objection_waits: bool,
    is_over: bool,
    today: date,
    hearing_days: int,
    days_between: int,
) -> Obstacle | None:
    """What keeps a step from being taken today; None: nothing.

    `taken` says on which day each earlier step was. Whoever does not want to speak has had the
    declared days after the talk; a talk needs no hearing before it, for it is one.
    """
    if is_over:
        return Obstacle.OVER
    if next_step(taken.keys()) is not step:
        return Obstacle.ALREADY if step in taken else Obstacle.OUT_OF_ORDER
    if objection_waits:
        return Obstacle.OBJECTION_WAITS
    if step is Step.TALK:
        return None
    hearing_over = today > taken[Step.TALK] + timedelta(days=hearing_days)
    if not is_heard and not hearing_over:
        return Obstacle.NOT_HEARD
    is_soon = today < max(taken.values()) + timedelta(days=days_between)
    return Obstacle.TOO_SOON if is_soon else None


def erased_on(noted_on: date, *, kept_days: int) -> date:
    """The day on which a reminder is erased, whatever has become of it."""
    return noted_on + timedelta(days=min(kept_days, LONGEST_KEPT_DAYS))


def sooner(erase_on: date, *, put_right_on: date, put_right_days: int) -> date:
    """When what was put right is erased: soon, and never later than it would have been."""
    return min(erase_on, put_right_on + timedelta(days=min(put_right_days, LONGEST_PUT_RIGHT_DAYS)))


# --- calls for help ---------------------------------------------------------------------------

# Words by which a call would press (VO01, VO02, VO04): duty, penalty, allowance, list.
PRESSING = (
    "必须",
    "不得",
    "强制",
    "义务工",
    "每户",
    "低保",
    "补贴",
    "待遇",
    "取消",
    "扣",
    "罚",
    "榜",
)


class CallStanding(Enum):
    """How a call for helpers stands."""

    WANTED = "wanted"
    FULL = "full"
    PAST = "past"
    CANCELLED = "cancelled"
    THANKED = "thanked"


def call_standing(
    *, state: str, starts_at: datetime, now: datetime, wanted: int, answered: int
) -> CallStanding:
    """Whether helpers are wanted still; from the moment it begins nobody is."""
    if state in {"cancelled", "thanked"}:
        return CallStanding(state)
    if now >= starts_at:
        return CallStanding.PAST
    return CallStanding.FULL if answered >= wanted else CallStanding.WANTED


def presses(text: str) -> bool:
    """Whether a call says more than a free request may."""
    return any(word in text for word in PRESSING)
