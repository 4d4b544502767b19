"""The figures counted once more, row by row and in plain words, as somebody auditing would do it.

Nothing of `insight` is used here: what it keeps and adds up must come to the same.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from xiangyue.calendars.counting import due_of
from xiangyue.calendars.queries import current_calendar
from xiangyue.incidents.models import Incident
from xiangyue.patrols.models import Visit
from xiangyue.places.models import Household, Place, Post
from xiangyue.places.queries import active_posts

SHANGHAI = ZoneInfo("Asia/Shanghai")
LEVELS = {"county": "county", "town": "town", "village": "village"}

Counts = dict[str, list[int]]
Month = tuple[int, int]


def month_of(moment: datetime) -> Month:
    local = moment.astimezone(SHANGHAI)
    return local.year, local.month


def counted_again(*, at: datetime) -> dict[tuple[str, Month], Counts]:
    """By place (its path) and month: [numerator, denominator] of each indicator of incidents."""
    found: dict[tuple[str, Month], Counts] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    paths = {place.path for place in Place.objects.all()}
    rows = Incident.objects.exclude(audience="confidential").filter(parent=None)
    rows = rows.exclude(state="merged").exclude(outcome="withdrawn")
    for incident in rows.select_related("clock").prefetch_related("steps__to_unit__place"):
        above = [
            incident.place_path[:end]
            for end in range(Place.steplen, len(incident.place_path) + 1, Place.steplen)
        ]
        for key, month, is_counted in _of(incident, at=at):
            for path in above:
                if path in paths:
                    found[path, month][key][0] += is_counted
                    found[path, month][key][1] += 1
    return found


def _of(incident: Any, *, at: datetime) -> Iterator[tuple[str, Month, bool]]:
    steps = sorted(incident.steps.all(), key=lambda step: (step.at, step.pk))
    ratings = list(incident.ratings.order_by("at", "pk"))
    accepted = month_of(incident.created_at)
    due_at = incident.due_at
    if incident.state == "waiting":
        due_at = due_of(incident.clock, current_calendar())
    is_closed, answered_at = incident.state == "closed", incident.answered_at
    yield "KPI-15", accepted, incident.channel == "worker"
    is_late = due_at is not None and (answered_at or at) > due_at
    yield "KPI-08", accepted, is_late
    if incident.respond_due_at is not None and incident.respond_due_at < at:
        takes = [step.at for step in steps if step.verb in {"take_on", "split"}]
        last = max(takes, default=incident.taken_on_at)
        given = incident.dispatched_at
        is_heard = last is not None and given is not None and given <= last
        yield "KPI-12-RESPONSE", accepted, is_heard and last <= incident.respond_due_at
    if due_at is not None and due_at < at:
        month = month_of(due_at - timedelta(microseconds=1))  # 24:00 belongs to its day
        yield "KPI-05", month, is_closed
        yield "KPI-06", month, answered_at is not None and answered_at <= due_at
        yield "KPI-07", month, answered_at is not None
    if ratings:
        for key in ("KPI-11", "KPI-12-SATISFIED"):
            yield key, month_of(ratings[-1].at), ratings[-1].is_satisfied
    ends = [step.at for step in steps if step.to_state == "closed" or step.verb == "object"]
    if ends or incident.closed_at is not None:
        again = [step.at for step in steps if step.verb in {"object", "reopen"}]
        is_rework = bool(ratings) and any(ratings[0].at <= moment for moment in again)
        yield "KPI-13", month_of(min(ends, default=incident.closed_at)), is_rework
    if is_closed:
        yield from _of_closed(incident, steps, is_rated=bool(ratings))


def _of_closed(incident: Any, steps: list[Any], *, is_rated: bool) -> Iterator[Any]:
    month = month_of(incident.closed_at)
    given = [
        LEVELS.get(step.to_unit.place.kind, "grid")
        for step in steps
        if step.to_unit is not None
        and step.verb in {"report", "dispatch", "hand_on", "split", "escalate"}
        and (step.verb == "escalate" or step.to_state in {"dispatched", "in_progress"})
    ]
    first = given[0] if given else incident.level
    if first == "grid":
        yield "KPI-09", month, incident.level == "grid"
    if {*given, incident.level} != {"grid"}:
        yield "KPI-10", month, incident.level in {"grid", "village"}
    if incident.closed_how != "verified":
        yield "KPI-11-RATED", month, is_rated
    if incident.outcome in {"fixed", "partly_fixed", "not_fixed"}:
        yield "KPI-12-SOLVED", month, incident.outcome == "fixed"
    yield "N1", month, incident.outcome == "not_fixed"
    yield "SY-44", month, incident.hop_count == 0


def visited_again(place: Place, begins: date, ends: date) -> tuple[int, int]:
    """KPI-14: households visited in [begins, ends), of all households, at the place or below."""
    houses = {
        house.pk for house in Household.objects.all() if house.place_path.startswith(place.path)
    }
    visits = Visit.objects.filter(outcome="visited", date__gte=begins, date__lt=ends)
    return len({visit.household_id for visit in visits} & houses), len(houses)


def staffed_again(place: Place, *, each: int, at: datetime) -> tuple[int, int]:
    """KPI-23: people assigned to grids, each once, of as many as the general grids should have."""
    people = {
        post.person_id
        for post in active_posts(at=at).select_related("place")
        if _is_assigned(post) and post.place.path.startswith(place.path)
    }
    grids = [
        grid
        for grid in Place.objects.filter(is_active=True)
        if grid.grid_kind == "general"
        and grid.grid_level is not None
        and grid.path.startswith(place.path)
    ]
    return len(people), each * len(grids)


def _is_assigned(post: Post) -> bool:
    return post.role == "grid_worker" and post.place.grid_kind != "special"
