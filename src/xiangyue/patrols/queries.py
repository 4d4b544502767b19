"""Reads about patrols: what is due, what is done, what is covered."""

from collections import Counter
from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from xiangyue.access.blueprint import Role
from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.calendars.queries import current_calendar
from xiangyue.patrols.blueprint import PatrolRound
from xiangyue.patrols.models import Patrol, Visit
from xiangyue.patrols.rules import Outcome, Stay, deepest, due_days
from xiangyue.places.models import Household, Place, Post
from xiangyue.places.queries import active_posts, within

WALK = "patrols.walk"
DAILY = "daily_hazards"


def all_rounds() -> dict[str, PatrolRound]:
    """Every round that is declared now, by key."""
    return {row.key: meaning(row, PatrolRound) for row in all_current("patrol_round")}


def walking_roles() -> list[str]:
    """The roles whose holders walk patrols."""
    return [row.key for row in all_current("role") if WALK in meaning(row, Role).may_in_area]


def days_due(declared: PatrolRound, *, begins: date, ends: date) -> list[date]:
    """The days in [begins, ends) on which the round is walked."""
    days = [begins + timedelta(days=number) for number in range((ends - begins).days)]
    if declared.days == "working":
        calendar = current_calendar()
        return [day for day in days if calendar.is_working_day(day)]
    return days


def posts_walking(*, at: datetime) -> QuerySet[Post]:
    """The posts at grids whose holders have a patrol to walk at `at`."""
    return (
        active_posts(at=at)
        .filter(role__in=walking_roles(), place__is_active=True)
        .exclude(place__grid_kind="")
    )


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """A grid's coverage in a period: numerators beside their denominators (KPI-14).

    Every household counts in one row: in the innermost grid that somebody walks, else in its own,
    of which `is_staffed` is then False, as it is where nobody did so in the period.
    """

    grid: Place
    visited_count: int
    household_count: int
    due_day_count: int
    patrolled_day_count: int
    is_staffed: bool = True


def coverage(
    place: Place, *, begins: date, ends: date, key: str = DAILY, at: datetime | None = None
) -> list[CoverageRow]:
    """Of every grid at the place or below it, in the order of the tree, for days in [begins, ends).

    A constant number of queries. A day is due when a worker held the grid as the round was due,
    and once that hour has passed by `at`; days patrolled beyond that do not count.
    """
    declared = all_rounds().get(key)
    days = days_due(declared, begins=begins, ends=ends) if declared is not None else []
    stays = _stays(place, begins=begins, ends=ends)
    patrolled = _days_patrolled(place, begins=begins, ends=ends, key=key)
    houses, visited = _households(place), _visited(place, begins=begins, ends=ends)
    staffed = {grid.path: grid for grid in stays}
    bare = [path for path in {*houses, *visited} if deepest(path, staffed) is None]
    grids = staffed | {grid.path: grid for grid in Place.objects.filter(path__in=bare)}
    houses_of, visited_of = _gathered(houses, grids), _gathered(visited, grids)
    zone = current_calendar().zone
    rows = []
    for path, grid in sorted(grids.items()):
        due: set[date] = set()
        if declared is not None and path in staffed:
            due = due_days(days, stays[grid], due_time=declared.due_time, zone=zone, at=at)
        rows.append(
            CoverageRow(
                grid=grid,
                visited_count=visited_of[path],
                household_count=houses_of[path],
                due_day_count=len(due),
                patrolled_day_count=len(due & patrolled.get(grid.pk, set())),
                is_staffed=path in staffed,
            )
        )
    return rows


def _gathered(counts: dict[str, int], grids: Container[str]) -> Counter[str]:
    """The counts by household's own grid, gathered in the grids that they count in."""
    found: Counter[str] = Counter()
    for own, count in counts.items():
        found[deepest(own, grids) or own] += count
    return found


def _stays(place: Place, *, begins: date, ends: date) -> dict[Place, list[Stay]]:
    """By grid, who has held it in the period and from when to when.

    A grid that was abolished was held until its last round at most, as nobody ends its posts.
    """
    posts = list(
        within(
            Post.objects.filter(
                Q(active_to__isnull=True) | Q(active_to__gt=_midnight(begins)),
                role__in=walking_roles(),
                active_from__lt=_midnight(ends),
            )
            .exclude(place__grid_kind="")
            .select_related("place"),
            place,
        )
    )
    gone = {post.place_id for post in posts if not post.place.is_active}
    last = dict(
        Patrol.objects.filter(grid__in=gone).order_by().values_list("grid_id").annotate(Max("date"))
    )
    found: dict[Place, list[Stay]] = {}
    for post in posts:
        until = post.active_to
        if post.place_id in gone:
            if post.place_id not in last or last[post.place_id] < begins:
                continue
            end = _midnight(last[post.place_id] + timedelta(days=1))
            until = end if until is None else min(until, end)
        found.setdefault(post.place, []).append(Stay(post.active_from, until))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=current_calendar().zone)


def _days_patrolled(place: Place, *, begins: date, ends: date, key: str) -> dict[int, set[date]]:
    rows = within(Patrol.objects.filter(round=key, date__gte=begins, date__lt=ends), place)
    found: dict[int, set[date]] = {}
    for grid_id, day in rows.order_by().values_list("grid_id", "date").distinct():
        found.setdefault(grid_id, set()).add(day)
    return found


def _households(place: Place) -> dict[str, int]:
    rows = within(Household.objects.all(), place).order_by().values_list("grid__path")
    return dict(rows.annotate(Count("pk")))


def _visited(place: Place, *, begins: date, ends: date) -> dict[str, int]:
    rows = within(
        Visit.objects.filter(date__gte=begins, date__lt=ends, outcome=Outcome.VISITED),
        place,
        field="household__place_path",
    )
    counted = rows.order_by().values_list("household__grid__path")
    return dict(counted.annotate(Count("household", distinct=True)))


# --- a worker's own ------------------------------------------------------------------------------


def patrol_of(worker_id: UUID, grid: Place, day: date, *, key: str = DAILY) -> Patrol | None:
    """The worker's patrol of the grid on the day, if it is reported already."""
    return Patrol.objects.filter(round=key, worker_id=worker_id, grid=grid, date=day).first()


def households_to_visit(grid: Place, *, most: int) -> list[Household]:
    """The households of the grid, those first whom nobody has visited for longest."""
    rows = within(Household.objects.all(), grid).order_by("pk")
    visits = within(
        Visit.objects.filter(outcome=Outcome.VISITED), grid, field="household__place_path"
    )
    latest = dict(visits.order_by().values_list("household_id").annotate(Max("date")))
    never = date.min
    ordered = sorted(rows, key=lambda house: (latest.get(house.pk, never), house.code))
    return ordered[:most]


# --- what the lead looks at ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GridDay:
    """A grid's day: whether it was patrolled, what was found; by grid, never by name."""

    date: date
    is_due: bool
    patrol_count: int
    nil_count: int
    found_count: int


def days_of(
    grid: Place, *, begins: date, ends: date, key: str = DAILY, at: datetime | None = None
) -> list[GridDay]:
    """The grid's days in [begins, ends), latest first."""
    declared = all_rounds().get(key)
    due: set[date] = set()
    if declared is not None:
        due = due_days(
            days_due(declared, begins=begins, ends=ends),
            _stays(grid, begins=begins, ends=ends).get(grid, []),
            due_time=declared.due_time,
            zone=current_calendar().zone,
            at=at,
        )
    rows = (
        Patrol.objects.filter(grid=grid, round=key, date__gte=begins, date__lt=ends)
        .order_by()
        .values("date")
        .annotate(
            patrols=Count("pk", distinct=True),
            nil=Count("pk", filter=Q(is_nil=True), distinct=True),
            found=Count("finds"),
        )
        .values_list("date", "patrols", "nil", "found")
    )
    done = {day: counts for day, *counts in rows}
    return [
        GridDay(day, day in due, *done.get(day, (0, 0, 0)))
        for day in sorted({*due, *done}, reverse=True)
    ]


def not_patrolled(place: Place, *, day: date, at: datetime, key: str = DAILY) -> QuerySet[Place]:
    """The grids at the place or below it that have a worker and no patrol on the day, by place."""
    posts = within(posts_walking(at=at), place)
    done = within(Patrol.objects.filter(round=key, date=day), place)
    return (
        Place.objects.filter(pk__in=posts.values("place"))
        .exclude(pk__in=done.values("grid"))
        .order_by("path")
    )


def today_of(at: datetime) -> date:
    """The day by the county's clocks."""
    return timezone.localdate(at, timezone.get_default_timezone())
