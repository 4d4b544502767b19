"""Reads of figures: a place's and its areas' indicators in a period, and the rows behind each.

Whole months come from counts that are kept, a few rows a place however many incidents there are;
the days left at the edges of a period that is not made of months are counted from the findings.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Substr

from xiangyue.insight import rules
from xiangyue.insight.counting import waiting_count
from xiangyue.insight.indicators import (
    DAYS,
    HOURS_DAY,
    HOURS_OUT_OF,
    INDICATORS,
    LEFT_OUT,
    Indicator,
    LeftOut,
    as_query,
)
from xiangyue.insight.models import Finding, MonthCount, Progress
from xiangyue.insight.rules import Change, Period, Ratio
from xiangyue.places.models import Place, PlaceKind
from xiangyue.places.queries import within
from xiangyue.places.rules import path_range

PARTS = ("what", "out_of")


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator of a place in a period, and in the period before.

    `parts` are the counts of a split, by value, each of the denominator.
    """

    indicator: Indicator
    now: Ratio
    before: Ratio
    parts: Mapping[str, int] = field(default_factory=dict)

    @property
    def share(self) -> Fraction | None:
        return self.now.share

    @property
    def change(self) -> Change:
        return rules.change(self.now, self.before)


@dataclass(frozen=True, slots=True)
class Times:
    """How long matters took until the answer, in begun working hours."""

    count: int
    mean: Fraction | None
    half: int | None
    nine_tenths: int | None

    @classmethod
    def of(cls, hours: Mapping[int, int]) -> "Times":
        return cls(
            count=sum(hours.values()),
            mean=rules.mean(hours),
            half=rules.percentile(hours, 50),
            nine_tenths=rules.percentile(hours, 90),
        )


@dataclass(frozen=True, slots=True)
class PlaceFigures:
    """All that is counted of one place in one period."""

    place: Place
    period: Period
    figures: Mapping[str, Figure]
    left_out: Mapping[str, int]
    times: Times
    times_before: Times


@dataclass(slots=True)
class _Sums:
    """What a place's counts add up to."""

    ratios: dict[str, Ratio] = field(default_factory=lambda: defaultdict(Ratio))
    hours: list[Mapping[int, int]] = field(default_factory=list)

    def add(self, ratios: Mapping[str, Sequence[int]], hours: Mapping[str, int]) -> None:
        for key, (numerator, denominator) in ratios.items():
            self.ratios[key] += Ratio(numerator, denominator)
        if hours:
            self.hours.append({int(value): count for value, count in hours.items()})

    @property
    def times(self) -> Times:
        return Times.of(rules.summed(self.hours))


def figures(place: Place, period: Period, *, is_confidential: bool = False) -> dict[str, Figure]:
    """The place's indicators by key: the same few queries, however many incidents there are."""
    return dict(figures_of(place, period, is_confidential=is_confidential).figures)


def figures_of(place: Place, period: Period, *, is_confidential: bool = False) -> PlaceFigures:
    return figures_of_areas(place, [], period, is_confidential=is_confidential)[0]


def areas_below(place: Place) -> list[Place]:
    """The areas directly below that figures are told apart by, in the order of the places."""
    rows = Place.objects.filter(
        depth=place.depth + 1, path__startswith=place.path, is_active=True
    ).exclude(kind__in=[PlaceKind.STREET, PlaceKind.UNIT])
    return list(rows.order_by("path"))


def figures_of_areas(
    place: Place, below: Sequence[Place], period: Period, *, is_confidential: bool = False
) -> list[PlaceFigures]:
    """The place's figures and then those of areas directly below it, in their order."""
    areas = [place, *below]
    now = _sums(areas, period, is_confidential=is_confidential)
    before = _sums(areas, period.before(), is_confidential=is_confidential)
    return [_as_figures(area, period, now[area.path], before[area.path]) for area in areas]


def elsewhere(whole: PlaceFigures, areas: Sequence[PlaceFigures]) -> dict[str, Ratio] | None:
    """What the whole counts and none of its areas does, by key; None when that is nothing.

    Matters of the place itself, and those of areas that are no more.
    """
    rest = {}
    for key, figure in whole.figures.items():
        inside = sum((area.figures[key].now for area in areas), Ratio())
        numerator = figure.now.numerator - inside.numerator
        rest[key] = Ratio(numerator, figure.now.denominator - inside.denominator)
    return rest if any(ratio.denominator for ratio in rest.values()) else None


def _as_figures(place: Place, period: Period, now: _Sums, before: _Sums) -> PlaceFigures:
    return PlaceFigures(
        place=place,
        period=period,
        figures={
            key: Figure(
                indicator=one,
                now=now.ratios[key],
                before=before.ratios[key],
                parts={
                    value: count
                    for value in SPLITS.get(one.split_by, ())
                    if (count := now.ratios[f"{key}:{value}"].denominator)
                },
            )
            for key, one in INDICATORS.items()
        },
        left_out={key: now.ratios[key].denominator for key in LEFT_OUT},
        times=now.times,
        times_before=before.times,
    )


def series(place: Place, months: Sequence[date]) -> list[PlaceFigures]:
    """The place's figures month by month: one query."""
    found: dict[date, _Sums] = defaultdict(_Sums)
    rows = MonthCount.objects.filter(
        place_path=place.path, month__gte=months[0], month__lte=months[-1], is_confidential=False
    )
    for month, ratios, hours in rows.values_list("month", "ratios", "hours"):
        found[month].add(ratios, hours)
    nothing = _Sums()
    return [
        _as_figures(place, Period(month, rules.months_on(month, 1)), found[month], nothing)
        for month in months
    ]


def _sums(areas: Sequence[Place], period: Period, *, is_confidential: bool) -> dict[str, _Sums]:
    """What was counted in the period at each of the areas, by path."""
    found: dict[str, _Sums] = {area.path: _Sums() for area in areas}
    parts = rules.pieces(period)
    if parts.months is not None:
        first, end = parts.months
        rows = MonthCount.objects.filter(
            place_path__in=list(found),
            month__gte=first,
            month__lt=end,
            is_confidential=is_confidential,
        )
        for path, ratios, hours in rows.values_list("place_path", "ratios", "hours"):
            found[path].add(ratios, hours)
    if parts.edges:
        _add_edges(found, areas, parts.edges, is_confidential=is_confidential)
    return found


def _add_edges(
    found: Mapping[str, _Sums],
    areas: Sequence[Place],
    edges: Iterable[tuple[date, date]],
    *,
    is_confidential: bool,
) -> None:
    """Count the days of the edges from the findings: two queries, whatever the areas."""
    place = areas[0]
    edges = tuple(edges)
    depth = len(place.path) + Place.steplen
    rows = within(Finding.objects.filter(is_confidential=is_confidential), place).annotate(
        area=Substr("place_path", 1, depth)
    )
    counts = {}
    for name, (day, condition) in _countables().items():
        counts[name] = Count("pk", filter=_on_days(day, edges) & condition)
    names = {f"n{position}": name for position, name in enumerate(counts)}
    aggregated: Iterable[Mapping[str, Any]] = (
        rows.filter(_any_day(edges))
        .order_by()
        .values("area")
        .annotate(**{alias: counts[name] for alias, name in names.items()})
    )
    for row in aggregated:
        ratios: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for alias, name in names.items():
            key, _slash, part = name.partition("/")
            ratios[key][part == "out_of"] += row[alias]
        for path in {place.path, row["area"]} & found.keys():
            found[path].add(ratios, {})
    hours = (
        rows.filter(_on_days(HOURS_DAY, edges), as_query(HOURS_OUT_OF))
        .exclude(worked_hours=None)
        .order_by()
        .values_list("area", "worked_hours")
        .annotate(count=Count("pk"))
    )
    for area, worked, count in hours:
        for path in {place.path, area} & found.keys():
            found[path].add({}, {str(worked): count})


def _countables() -> dict[str, tuple[str, Q]]:
    """Everything that is counted: `KEY/what` and `KEY/out_of` with the day and the condition."""
    found: dict[str, tuple[str, Q]] = {}
    for key, one in INDICATORS.items():
        out_of = as_query(one.out_of)
        found[f"{key}/what"] = (one.day, out_of & as_query(one.what))
        found[f"{key}/out_of"] = (one.day, out_of)
        for value in SPLITS.get(one.split_by, ()):
            found[f"{key}:{value}/out_of"] = (one.day, out_of & Q(**{one.split_by: value}))
    for key, reason in LEFT_OUT.items():
        found[f"{key}/out_of"] = (reason.day, as_query(reason.out_of))
    return found


SPLITS: Mapping[str, Sequence[str]] = {
    "channel": ("resident", "worker", "counter", "telephone", "api"),
    "level": ("grid", "village", "town", "county"),
}


def _on_days(day: str, edges: Iterable[tuple[date, date]]) -> Q:
    query = Q(pk__in=[])
    for begins, ends in edges:
        query |= Q(**{f"{day}__gte": begins, f"{day}__lt": ends})
    return query


def _any_day(edges: tuple[tuple[date, date], ...]) -> Q:
    query = Q(pk__in=[])
    for day in DAYS:
        query |= _on_days(day, edges)
    return query


# --- the rows behind a number -----------------------------------------------------------------


def rows_behind(
    place: Place,
    period: Period,
    key: str,
    part: str,
    *,
    value: str = "",
    is_elsewhere: bool = False,
) -> QuerySet[Finding]:
    """The findings that a number counts, newest first; never confidential ones.

    `part` is `what` for the numerator, `out_of` for the denominator; `value` one of a split;
    `is_elsewhere` says those alone that lie in none of the areas below the place.
    """
    one: Indicator | LeftOut = INDICATORS[key] if key in INDICATORS else LEFT_OUT[key]
    low, high = path_range(place.path)
    rows = Finding.objects.filter(
        as_query(one.out_of),
        _on_days(one.day, ((period.begins, period.ends),)),
        is_confidential=False,
        place_path__gte=low,
        place_path__lt=high,
    )
    if is_elsewhere:
        for area in areas_below(place):
            begin, end = path_range(area.path)
            rows = rows.exclude(place_path__gte=begin, place_path__lt=end)
    if isinstance(one, Indicator):
        if part == "what":
            rows = rows.filter(as_query(one.what))
        if value and one.split_by:
            rows = rows.filter(**{one.split_by: value})
    return rows.order_by(f"-{one.day}", "-incident_id")


@dataclass(frozen=True, slots=True)
class Freshness:
    """Up to when everything is counted, and how many incidents are not counted at all yet."""

    counted_at: datetime | None
    waiting_count: int


def freshness() -> Freshness:
    progress = Progress.objects.filter(pk=1).first()
    if progress is not None and progress.walked_to is None:
        return Freshness(progress.counted_at, 0)
    return Freshness(progress.counted_at if progress else None, waiting_count())
