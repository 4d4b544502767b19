"""Reads about places, people and organisations that more than one module needs."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from django.db.models import CharField, Exists, Model, OuterRef, Q, QuerySet

from xiangyue.kernel.asking import Given, given_each
from xiangyue.places.models import Household, Organisation, Place, PlaceKind, Post
from xiangyue.places.rules import path_range, short_name


def county_place() -> Place:
    """The place that the deployment governs: the county, or what holds all its counties (JC-01)."""
    counties: list[Place] = list(
        Place.objects.filter(kind=PlaceKind.COUNTY, is_active=True).order_by("path")[:2]
    )
    if len(counties) == 1:
        return counties[0]
    above: Place = Place.objects.get(path=counties[0].path[: -Place.steplen])
    return above


M = TypeVar("M", bound=Model)


def within(rows: QuerySet[M], place: Place, *, field: str = "place_path") -> QuerySet[M]:
    """The rows at the place or below it."""
    low, high = path_range(place.path)
    return rows.filter(**{f"{field}__gte": low, f"{field}__lt": high})


def concerning(rows: QuerySet[M], place: Place, *, field: str = "place_path") -> QuerySet[M]:
    """The rows that concern whoever lives at the place: of it, of what it lies in, of its parts."""
    low, high = path_range(place.path)
    steps = range(Place.steplen, len(place.path), Place.steplen)
    above = [place.path[:length] for length in steps]
    return rows.filter(
        Q(**{f"{field}__gte": low, f"{field}__lt": high}) | Q(**{f"{field}__in": above})
    )


def around(count: int) -> Q:
    """What `concerning` finds, for a `Question` that is given a place by its `paths` down to its
    own, so many of them, and its range from `low` to `high`."""
    path: CharField[str, str] = CharField()
    return Q(place_path__gte=Given("low", path), place_path__lt=Given("high", path)) | Q(
        place_path__in=given_each("paths", path, count)
    )


def active_posts(*, at: datetime | Given) -> QuerySet[Post]:
    """The posts held at `at`."""
    return Post.objects.filter(active_from__lte=at).filter(
        Q(active_to__isnull=True) | Q(active_to__gt=at)
    )


def ancestors_by_kind(place: Place) -> dict[str, Place]:
    """The place and all that it lies in, by kind: one query."""
    steps = range(Place.steplen, len(place.path) + 1, Place.steplen)
    rows = Place.objects.filter(path__in=[place.path[:length] for length in steps])
    return {row.kind: row for row in rows}


def unit_for(*, function: str, place: Place) -> Organisation | None:
    """The organisation with this function nearest above: at the place itself or what holds it."""
    steps = range(Place.steplen, len(place.path) + 1, Place.steplen)
    paths = [place.path[:length] for length in steps]
    return (
        Organisation.objects.filter(function=function, place_path__in=paths, is_active=True)
        .order_by("-place_path", "code")
        .first()
    )


def full_name(place: Place) -> str:
    """The place's name from the town down, as people write it, saying nothing twice."""
    steps = range(Place.steplen, len(place.path) + 1, Place.steplen)
    rows = Place.objects.filter(
        path__in=[place.path[:length] for length in steps],
    ).exclude(kind__in=[PlaceKind.PROVINCE, PlaceKind.PREFECTURE, PlaceKind.COUNTY])
    names: list[str] = []
    for name in (short_name(row.name) for row in rows.order_by("path")):
        if names and name.startswith(names[-1]):
            names.pop()  # 东沟村 before 东沟村第一网格
        names.append(name)
    return "".join(names) or place.name


def households_outside_general_grids() -> QuerySet[Household]:
    """Households whose grid is not a general one at the lowest level (SY-18); empty when right."""
    return Household.objects.exclude(
        grid__grid_kind="general", grid__kind__in=[PlaceKind.GROUP, PlaceKind.VILLAGE]
    )


def grids_without_worker(*, at: datetime) -> QuerySet[Place]:
    """Active grids in which nobody is named as lead or worker (SY-10); empty when right."""
    named = active_posts(at=at).filter(
        place=OuterRef("pk"), role__in=["grid_worker", "grid_lead", "chief_grid_lead"]
    )
    return Place.objects.filter(is_active=True).exclude(grid_kind="").exclude(Exists(named))


def grid_counts() -> dict[int, int]:
    """How many active general grids there are at each level (SD-09)."""
    rows: Iterable[int] = Place.objects.filter(
        is_active=True, grid_kind="general", grid_level__isnull=False
    ).values_list("grid_level", flat=True)
    counts: dict[int, int] = {}
    for level in rows:
        counts[level] = counts.get(level, 0) + 1
    return counts
