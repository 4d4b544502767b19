"""Which step is open, what it lacks, and what comes next: a state machine by data.

Pure: no Django, no database, no clock. A course is the steps of a template with how far each has
come. There is always exactly one open step, until all are done; completing it opens the next. So
no order of acts reaches the end past a mandatory step.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum


class State(StrEnum):
    WAITING = "waiting"
    OPEN = "open"
    DONE = "done"
    LEFT_OUT = "left_out"


SETTLED = frozenset({State.DONE, State.LEFT_OUT})


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody on a panel. `is_close`: is the subject or the proposer, or close to one."""

    who: str
    is_woman: bool = False
    is_close: bool = False
    is_recused: bool = False


@dataclass(frozen=True, slots=True)
class StepAsked:
    """What the template asks of a step: how many of each evidence, which gates."""

    key: str
    is_optional: bool = False
    least: Mapping[str, int] = field(default_factory=dict)
    gates: Sequence[tuple[str, Mapping[str, object]]] = ()


@dataclass(frozen=True, slots=True)
class StepSeen:
    """How far a step has come."""

    state: State = State.WAITING
    done_on: date | None = None
    done_by: str | None = None
    evidence: Mapping[str, int] = field(default_factory=dict)
    panel: Sequence[Seat] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that keeps a step from being done: which gate, and what its sentence says."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Course:
    """The steps in order, what each asks, and how far each has come."""

    asked: tuple[StepAsked, ...]
    seen: Mapping[str, StepSeen]

    def step(self, key: str) -> StepAsked:
        return next(one for one in self.asked if one.key == key)

    @property
    def open(self) -> StepAsked | None:
        """The step that is to be done now; None when all is done."""
        return next((one for one in self.asked if self.seen[one.key].state is State.OPEN), None)

    @property
    def is_done(self) -> bool:
        return all(self.seen[one.key].state in SETTLED for one in self.asked)


class NotReady(Exception):  # noqa: N818 - named like every refusal
    """The step cannot be completed: what is missing, or that it is not open."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        super().__init__(", ".join(one.code for one in missing))
        self.missing = list(missing)


def begun(asked: Iterable[StepAsked]) -> Course:
    """A course at its beginning: the first step is open."""
    steps = tuple(asked)
    return Course(
        steps,
        {
            one.key: StepSeen(State.WAITING if number else State.OPEN)
            for number, one in enumerate(steps)
        },
    )


def missing(course: Course, key: str, *, by: str | None, on: date) -> list[Missing]:
    """What keeps the step from being done today by this person, evidence first.

    `by` None: what anybody would lack.
    """
    asked, seen = course.step(key), course.seen[key]
    found = [
        Missing("evidence", {"evidence": name, "least": least, "has": seen.evidence.get(name, 0)})
        for name, least in asked.least.items()
        if seen.evidence.get(name, 0) < least
    ]
    for name, parameters in asked.gates:
        found += GATES[name](course, seen, parameters, by, on)
    return found


def completed(course: Course, key: str, *, by: str, on: date) -> Course:
    """The course with the step done; the next one open. A step that is done already stays so.

    :raises NotReady: it is not open yet, or lacks something.
    """
    return _moved(course, key, State.DONE, by=by, on=on)


def left_out(course: Course, key: str, *, by: str, on: date) -> Course:
    """The course without an optional step; never without a mandatory one.

    :raises NotReady: it is mandatory, or not open.
    """
    if not course.step(key).is_optional:
        raise NotReady([Missing("mandatory")])
    return _moved(course, key, State.LEFT_OUT, by=by, on=on)


def _moved(course: Course, key: str, to: State, *, by: str, on: date) -> Course:
    seen = course.seen[key]
    if seen.state is to:
        return course
    if seen.state is not State.OPEN:
        raise NotReady([Missing("not_open")])
    if to is State.DONE and (lacking := missing(course, key, by=by, on=on)):
        raise NotReady(lacking)
    after = dict(course.seen)
    after[key] = replace(seen, state=to, done_on=on, done_by=by)
    following = following_step(course, key)
    if following is not None:
        after[following] = replace(after[following], state=State.OPEN)
    return Course(course.asked, after)


def following_step(course: Course, key: str) -> str | None:
    """The step that opens when this one is settled."""
    keys = [one.key for one in course.asked]
    rest = keys[keys.index(key) + 1 :]
    return rest[0] if rest else None


# --- gates: what needs no look elsewhere ----------------------------------------------------------


def _days_since(
    course: Course, seen: StepSeen, asked: Mapping[str, object], by: str | None, on: date
) -> list[Missing]:
    """So many days lie between a step's day and today; its own day does not count."""
    before, days = str(asked["step"]), int(str(asked["days"]))
    done_on = course.seen[before].done_on
    passed = (on - done_on).days if done_on is not None else 0
    if done_on is not None and passed >= days:
        return []
    return [Missing("days_since", {"step": before, "days": days, "since": done_on})]


def _different_person(
    course: Course, seen: StepSeen, asked: Mapping[str, object], by: str | None, on: date
) -> list[Missing]:
    """Who completed that step may not complete this one (SE01)."""
    before = str(asked["step"])
    if by is None or course.seen[before].done_by != by:
        return []
    return [Missing("different_person", {"step": before})]


def _panel(
    course: Course, seen: StepSeen, asked: Mapping[str, object], by: str | None, on: date
) -> list[Missing]:
    """Enough reviewers, a woman among them where asked, none who is close to it (REQ-L04)."""
    found = []
    sitting = [one for one in seen.panel if not one.is_recused]
    if close := [one for one in sitting if one.is_close]:
        found.append(Missing("panel_close", {"count": len(close)}))
    least, women = int(str(asked.get("least", 3))), int(str(asked.get("women", 1)))
    if len(sitting) < least:
        found.append(Missing("panel", {"least": least, "has": len(sitting)}))
    if sum(one.is_woman for one in sitting) < women:
        found.append(Missing("panel_women", {"least": women}))
    return found


GATES = {"days_since": _days_since, "different_person": _different_person, "panel": _panel}
