"""What the figures know of an incident, read from its rows: always the same from the same rows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil
from uuid import UUID

from django.utils.timezone import localtime

from xiangyue.calendars.counting import due_of
from xiangyue.calendars.models import Clock, ClockPause
from xiangyue.calendars.queries import current_calendar
from xiangyue.calendars.rules import Calendar, Pause, Unit, elapsed
from xiangyue.incidents.models import ClosedHow, Incident, Step
from xiangyue.incidents.routing import LEVEL_OF_KIND
from xiangyue.incidents.rules import Outcome, State, Verb
from xiangyue.incidents.voice_models import Rating
from xiangyue.insight.models import Finding
from xiangyue.places.models import PlaceKind

READ = (
    *("version", "place_path", "audience", "channel", "state", "level", "parent_id"),
    *("outcome", "closed_how", "hop_count", "created_at", "dispatched_at", "taken_on_at"),
    *("respond_due_at", "due_at", "answered_at", "closed_at"),
    *("clock__started_at", "clock__limit"),
)
GIVING = {"report", Verb.DISPATCH, Verb.HAND_ON, Verb.SPLIT, Verb.ESCALATE}
GIVEN = {State.DISPATCHED, State.IN_PROGRESS}
TAKING = {Verb.TAKE_ON, Verb.SPLIT}
AGAIN = {Verb.OBJECT, Verb.REOPEN}
# The smallest stretch of time there is: 24:00 of a day still belongs to it.
_LEAST = timedelta(microseconds=1)


@dataclass(slots=True)
class _History:
    """What an incident's steps and ratings say."""

    levels: list[str] = field(default_factory=list)
    taken_on_at: datetime | None = None
    ended_at: datetime | None = None
    again_at: datetime | None = None
    ratings: list[tuple[datetime, bool]] = field(default_factory=list)


def findings_of(keys: Sequence[int], *, at: datetime) -> dict[int, Finding]:
    """The findings of these incidents as they stand, unsaved: a fixed number of queries.

    A further two for each matter that waits at the moment.
    """
    incidents = list(Incident.objects.filter(pk__in=keys).select_related("clock").only(*READ))
    histories = _histories(keys)
    pauses = _pauses([row.clock_id for row in incidents if row.answered_at is not None])
    calendar = current_calendar()
    return {
        row.pk: _finding(
            row,
            histories.get(row.pk, _History()),
            pauses.get(row.clock_id, []),
            calendar=calendar,
            at=at,
        )
        for row in incidents
    }


def _histories(keys: Sequence[int]) -> Mapping[int, _History]:
    found: dict[int, _History] = defaultdict(_History)
    steps = (
        Step.objects.filter(incident__in=keys)
        .order_by("at", "pk")
        .values_list("incident_id", "verb", "at", "to_state", "to_unit__place__kind")
    )
    for key, verb, step_at, to_state, kind in steps:
        history = found[key]
        if kind is not None and verb in GIVING and (to_state in GIVEN or verb == Verb.ESCALATE):
            history.levels.append(LEVEL_OF_KIND.get(PlaceKind(kind), "grid"))
        if verb in TAKING:
            history.taken_on_at = step_at
        if history.ended_at is None and (to_state == State.CLOSED or verb == Verb.OBJECT):
            history.ended_at = step_at
        if verb in AGAIN:
            history.again_at = step_at
    ratings = Rating.objects.filter(incident__in=keys).order_by("at", "pk")
    for key, rated_at, is_satisfied in ratings.values_list("incident_id", "at", "is_satisfied"):
        found[key].ratings.append((rated_at, is_satisfied))
    return found


def _pauses(clocks: Iterable[UUID]) -> Mapping[UUID, list[Pause]]:
    found: dict[UUID, list[Pause]] = defaultdict(list)
    rows = ClockPause.objects.filter(clock__in=clocks).order_by("paused_at")
    for key, paused_at, resumed_at in rows.values_list("clock_id", "paused_at", "resumed_at"):
        found[key].append(Pause(paused_at, resumed_at))
    return found


def _finding(
    row: Incident, history: _History, pauses: list[Pause], *, calendar: Calendar, at: datetime
) -> Finding:
    due_at = row.due_at
    if row.state == State.WAITING:
        # What was overdue before it waited still is.
        due_at = due_of(Clock.objects.get(pk=row.clock_id), calendar)
    is_due = due_at is not None and due_at < at
    respond_due_at = row.respond_due_at
    taken_on_at = history.taken_on_at or row.taken_on_at
    is_taken_on = (
        taken_on_at is not None
        and row.dispatched_at is not None
        and taken_on_at >= row.dispatched_at
    )
    rated_at, is_satisfied = history.ratings[-1] if history.ratings else (None, False)
    is_closed = row.state == State.CLOSED
    ended_at = history.ended_at or row.closed_at
    coming = [due for due in (due_at, respond_due_at) if due is not None and due >= at]
    return Finding(
        incident_id=row.pk,
        version=row.version,
        place_path=row.place_path,
        is_confidential=row.audience == "confidential",
        channel=row.channel,
        left_out=_left_out(row),
        recheck_at=min(coming, default=None),
        answered_at=row.answered_at,
        accepted_day=localtime(row.created_at).date(),
        due_day=_day(due_at - _LEAST) if is_due and due_at is not None else None,
        answered_day=_day(row.answered_at),
        ended_day=_day(ended_at),
        closed_day=_day(row.closed_at) if is_closed else None,
        rated_day=_day(rated_at),
        is_due=is_due,
        is_response_due=respond_due_at is not None and respond_due_at < at,
        is_response_in_time=is_taken_on
        and taken_on_at is not None
        and respond_due_at is not None
        and taken_on_at <= respond_due_at,
        is_answered=row.answered_at is not None,
        is_in_time=row.answered_at is not None and due_at is not None and row.answered_at <= due_at,
        is_late=due_at is not None and (row.answered_at or at) > due_at,
        is_closed=is_closed,
        is_askable=row.closed_how != ClosedHow.VERIFIED,
        is_rated=rated_at is not None,
        is_satisfied=is_satisfied,
        is_reworked=_is_reworked(history),
        is_above_grid=any(level != "grid" for level in [*history.levels, row.level]),
        is_direct=row.hop_count == 0,
        first_level=history.levels[0] if history.levels else row.level,
        level=row.level,
        outcome=row.outcome,
        worked_hours=_worked_hours(row, pauses, calendar),
    )


def _left_out(row: Incident) -> str:
    if row.parent_id is not None:
        return "part"
    if row.state == State.MERGED:
        return "merged"
    return "withdrawn" if row.outcome == Outcome.WITHDRAWN else ""


def _is_reworked(history: _History) -> bool:
    """Whether it was reopened when its reporter had said a word already."""
    return (
        history.again_at is not None
        and bool(history.ratings)
        and history.ratings[0][0] <= history.again_at
    )


def _worked_hours(row: Incident, pauses: list[Pause], calendar: Calendar) -> int | None:
    """The working hours begun on the clock until the answer, without those it stood still."""
    if row.answered_at is None:
        return None
    worked = elapsed(
        started_at=row.clock.started_at,
        until=row.answered_at,
        unit=Unit.working_hours,
        calendar=calendar,
        pauses=pauses,
    )
    return ceil(worked / timedelta(hours=1))


def _day(moment: datetime | None) -> date | None:
    return localtime(moment).date() if moment is not None else None
