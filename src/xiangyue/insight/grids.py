"""How the grids are staffed (KPI-23) and walked (KPI-14)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.insight.blueprint import FigurePolicy
from xiangyue.insight.rules import Period, Ratio, banded
from xiangyue.patrols.queries import coverage
from xiangyue.places.models import Place
from xiangyue.places.queries import active_posts, within


def figure_policy() -> FigurePolicy:
    """The county's settings of its figures; the defaults where it declares none."""
    rows = all_current("figure_policy")
    return meaning(rows[0], FigurePolicy) if rows else FigurePolicy(key="figures", source="default")


def staffing(areas: Sequence[Place], *, at: datetime) -> dict[str, Ratio]:
    """For the first area and those in it, by path: two queries.

    Who serves several grids is one person. Special grids and their people are left out; who is
    assigned to a community that is no grid counts, as in the county's own count (SD-11).
    """
    policy = figure_policy()
    people = _assigned(areas[0], policy, at=at)
    grids = _grids(areas[0]).values_list("path", flat=True)
    found = {}
    for area in areas:
        assigned = {person for path, person in people if path.startswith(area.path)}
        count = sum(path.startswith(area.path) for path in grids)
        found[area.path] = Ratio(len(assigned), count * policy.workers_per_grid)
    return found


@dataclass(frozen=True, slots=True)
class Staffed:
    """A grid, or a place that is none, and how many people serve it; who they are is no figure."""

    place: Place
    person_count: int


def staffed_grids(place: Place, *, at: datetime) -> tuple[list[Staffed], list[Staffed]]:
    """The general grids at the place and below, and the other places to which grid workers are
    assigned, such as a community that is no grid; in the order of the places: three queries."""
    counts = Counter(path for path, _person in set(_assigned(place, figure_policy(), at=at)))
    grids = [Staffed(grid, counts.pop(grid.path, 0)) for grid in _grids(place)]
    others = Place.objects.filter(path__in=counts).order_by("path")
    return grids, [Staffed(other, counts[other.path]) for other in others]


def _grids(place: Place) -> QuerySet[Place]:
    rows = Place.objects.filter(is_active=True, grid_kind="general", grid_level__isnull=False)
    return within(rows, place, field="path").order_by("path")


def _assigned(place: Place, policy: FigurePolicy, *, at: datetime) -> list[tuple[str, object]]:
    posts = active_posts(at=at).filter(role__in=policy.worker_roles)
    posts = posts.exclude(place__grid_kind="special")
    return list(within(posts, place).values_list("place_path", "person_id"))


@dataclass(frozen=True, slots=True)
class Covered:
    """How many of a grid's households were visited, and the points of it where declared."""

    place: Place
    ratio: Ratio
    points: int | None = None


def patrol_coverage(areas: Sequence[Place], period: Period) -> tuple[list[Covered], list[Covered]]:
    """KPI-14 of the first area and of those in it, and of each grid in the first.

    Each household counts once, in one grid. Points are given to areas alone, and only in a
    county that declares `coverage_bands`.
    """
    bands = figure_policy().bands()
    rows = coverage(areas[0], begins=period.begins, ends=period.ends)
    found = []
    for area in areas:
        ratios = [
            Ratio(row.visited_count, row.household_count)
            for row in rows
            if row.grid.path.startswith(area.path)
        ]
        ratio = sum(ratios, Ratio())
        found.append(Covered(area, ratio, banded(ratio, bands) if bands else None))
    return found, [Covered(row.grid, Ratio(row.visited_count, row.household_count)) for row in rows]
