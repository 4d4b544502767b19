"""Who holds which post, and where nobody does."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language

from xiangyue.access.blueprint import Role
from xiangyue.access.posting.services import KEEP
from xiangyue.access.queries import granted
from xiangyue.access.rules import Standing
from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.places.blueprint import CountyProfile, GridStaffing
from xiangyue.places.models import Household, Organisation, Place, Post
from xiangyue.places.queries import (
    active_posts,
    grid_counts,
    grids_without_worker,
    households_outside_general_grids,
    within,
)
from xiangyue.places.rules import short_name

PAGE_SIZE = 50


def role_names() -> dict[str, str]:
    """Each declared role's name in the reader's language, by key."""
    language = get_language()
    return {row.key: meaning(row, Role).name.in_language(language) for row in all_current("role")}


def roles_fitting(place: Place) -> list[Role]:
    """The declared roles of which a post may be given at the place."""
    roles = [meaning(row, Role) for row in all_current("role")]
    return [role for role in roles if not role.held_at or place.kind in role.held_at]


def posts_kept_by(standing: Standing, *, at: datetime) -> QuerySet[Post]:
    """The posts held at `at` in the area whose posts the person keeps, by place and role."""
    return (
        active_posts(at=at)
        .filter(granted(standing, KEEP))
        .select_related("person", "place", "organisation", "derived_from")
        .annotate(derived_count=Count("derived", filter=Q(derived__active_to=None)))
        .order_by("place_path", "role", "active_from", "id")
    )


def narrowed(
    posts: QuerySet[Post],
    *,
    place: Place | None = None,
    role: str = "",
    organisation: str = "",
    name: str = "",
) -> QuerySet[Post]:
    """The posts at a place and below, of a role, for units so called, of people so called."""
    if place is not None:
        posts = within(posts, place)
    if role:
        posts = posts.filter(role=role)
    if organisation.strip():
        posts = posts.filter(organisation__name__icontains=organisation.strip())
    if name.strip():
        posts = posts.filter(person__name__icontains=name.strip())
    return posts


def places_kept_by(standing: Standing) -> QuerySet[Place]:
    """The active places at which the person may give posts, in the order of the tree."""
    rows: QuerySet[Place] = Place.objects.filter(
        granted(standing, KEEP, path_field="path"), is_active=True
    ).order_by("path")
    return rows


def units_at(place: Place) -> QuerySet[Organisation]:
    """The units at the very place, for which somebody there may work."""
    return Organisation.objects.filter(place=place, is_active=True).order_by("name")


@dataclass(frozen=True, slots=True)
class LevelCount:
    """How many grids a level has, and how many the county declares (None: not said)."""

    level: str
    count: int
    declared_count: int | None

    @property
    def agrees(self) -> bool:
        return self.declared_count is None or self.declared_count == self.count


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whether every grid has somebody and every household one grid (SY-10, SY-18, KPI-23)."""

    levels: list[LevelCount]
    worker_count: int
    declared_worker_count: int | None
    grid_count: int
    notes: str
    disagreements: list[str]

    @property
    def standard_count(self) -> int:
        """How many workers the grids need at the standard of one each."""
        return self.grid_count

    @property
    def ratio(self) -> Fraction | None:
        """KPI-23: workers assigned / (grids × standard); None without grids."""
        return Fraction(self.worker_count, self.standard_count) if self.grid_count else None


def coverage(*, at: datetime) -> Coverage:
    """The whole county's grids and workers, beside what its document says of them."""
    language = get_language()
    staffing = _first("grid_staffing", GridStaffing)
    profile = _first("county_profile", CountyProfile)
    counts = grid_counts()
    declared: dict[str, int] = staffing.grids_by_level if staffing else {}
    levels = [
        LevelCount(str(level), count, declared.get(str(level)))
        for level, count in sorted(counts.items())
    ]
    levels += [
        LevelCount(level, sum(counts.values()) if level == "general" else 0, count)
        for level, count in declared.items()
        if not level.isdigit() or int(level) not in counts
    ]
    return Coverage(
        levels=levels,
        worker_count=active_posts(at=at)
        .filter(role="grid_worker")
        .values("person")
        .distinct()
        .count(),
        declared_worker_count=staffing.worker_count if staffing else None,
        grid_count=sum(counts.values()),
        notes=staffing.notes.in_language(language) if staffing else "",
        disagreements=[each.in_language(language) for each in profile.disagreements]
        if profile
        else [],
    )


def _first(kind: str, schema: Any) -> Any:
    return next((meaning(row, schema) for row in all_current(kind)), None)


def bare_grids(standing: Standing, *, at: datetime) -> QuerySet[Place]:
    """The grids of the person's area in which nobody is named (SY-10)."""
    return (
        grids_without_worker(at=at)
        .filter(granted(standing, KEEP, path_field="path"))
        .order_by("path")
    )


def stray_households(standing: Standing) -> QuerySet[Household]:
    """The households of the person's area that are not in one general grid (SY-18)."""
    return (
        households_outside_general_grids()
        .filter(granted(standing, KEEP))
        .select_related("grid")
        .order_by("place_path", "code")
    )


def full_names(places: Iterable[Place]) -> dict[int, str]:
    """Each place's name from the town down, by its id: one query, however many places."""
    listed = list(places)
    step = Place.steplen
    paths = {
        place.path[:length] for place in listed for length in range(step, len(place.path) + 1, step)
    }
    names = {
        row.path: short_name(row.name)
        for row in Place.objects.filter(path__in=paths).exclude(
            kind__in=["province", "prefecture", "county"]
        )
    }
    return {place.pk: _joined(place, names) or short_name(place.name) for place in listed}


def _joined(place: Place, names: Mapping[str, str]) -> str:
    """The names on the way down to the place, saying nothing twice."""
    said: list[str] = []
    for length in range(Place.steplen, len(place.path) + 1, Place.steplen):
        name = names.get(place.path[:length], "")
        if said and name.startswith(said[-1]):
            said.pop()  # 东沟村 before 东沟村第一网格
        said.append(name)
    return "".join(said)
