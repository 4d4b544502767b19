"""The figures that everybody may see: calendar quarters that have ended, small numbers hidden.

Periods that overlap would let what is hidden be computed by subtracting one from another, so
quarters alone are published. Each place is judged within the place that holds it, from the
county down, so that it reads the same wherever it stands.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from xiangyue.insight import rules
from xiangyue.insight.indicators import INDICATORS, Indicator
from xiangyue.insight.models import MonthCount
from xiangyue.insight.rules import Period, Ratio
from xiangyue.insight.suppression import Judgement, is_small, is_small_part, judged
from xiangyue.insight.suppression import within as within_whole
from xiangyue.places.models import Place, PlaceKind
from xiangyue.places.queries import county_place, within

KINDS = (PlaceKind.COUNTY, PlaceKind.TOWN, PlaceKind.VILLAGE)

Hidden = tuple[bool, bool]
Counts = Mapping[str, Mapping[str, Ratio]]


@dataclass(frozen=True, slots=True)
class Published:
    """A ratio as everybody may see it; what is None is hidden."""

    name: str
    place: Place | None
    numerator: int | None
    denominator: int | None

    @property
    def share(self) -> Fraction | None:
        if self.numerator is None or not self.denominator:
            return None
        return Fraction(self.numerator, self.denominator)


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """An indicator of a place and of the areas directly below it, in the order of the places."""

    indicator: Indicator
    whole: Published
    areas: list[Published]


def quarter_ended(on: date) -> Period:
    """The last calendar quarter that had ended on a day."""
    begins = date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
    return Period(rules.months_on(begins, -3), begins)


def is_published(period: Period, *, on: date) -> bool:
    """Whether the period is a calendar quarter that has ended."""
    return period.kind == "quarter" and period.ends <= on


def published(place: Place, period: Period) -> list[PublishedFigure]:
    """What may be published of a county, town or village: three queries, whatever was counted."""
    top = county_place()
    tree = _tree(top)
    counts = _counts([top.path, *(area.path for row in tree.values() for area in row)], period)
    return [
        _published(place, top, tree, counts, one) for one in INDICATORS.values() if one.is_public
    ]


def _tree(top: Place) -> dict[str, list[Place]]:
    """The places that figures are published of, by the path of what holds them."""
    tree: dict[str, list[Place]] = defaultdict(list)
    rows = within(Place.objects.filter(kind__in=KINDS, is_active=True), top, field="path")
    for row in rows.order_by("path"):
        tree[row.path[: -Place.steplen]].append(row)
    return tree


def _counts(paths: Sequence[str], period: Period) -> Counts:
    found: dict[str, dict[str, Ratio]] = defaultdict(lambda: defaultdict(Ratio))
    rows = MonthCount.objects.filter(
        place_path__in=paths,
        month__gte=period.begins,
        month__lt=period.ends,
        is_confidential=False,
    )
    for path, ratios in rows.values_list("place_path", "ratios"):
        for key, (numerator, denominator) in ratios.items():
            found[path][key] += Ratio(numerator, denominator)
    return found


def _published(
    place: Place,
    top: Place,
    tree: Mapping[str, Sequence[Place]],
    counts: Counts,
    one: Indicator,
) -> PublishedFigure:
    def ratio(path: str) -> Ratio:
        return counts[path][one.key] if path in counts else Ratio()

    def cells(path: str) -> list[Ratio]:
        """Those of the areas below, and last of what lies in none of them."""
        below = [ratio(area.path) for area in tree.get(path, ())]
        rest, total = sum(below, Ratio()), ratio(path)
        left = Ratio(total.numerator - rest.numerator, total.denominator - rest.denominator)
        return [*below, left]

    def judgement(path: str) -> Judgement:
        """What is hidden below a place, its areas' own areas borne in mind."""
        forced = [
            judgement(area.path).gives_away if tree.get(area.path) else (False, False)
            for area in tree.get(path, ())
        ]
        return judged(cells(path), forced=[*forced, (False, False)])

    path = top.path
    told_whole, told_part = judgement(path).gives_away
    whole = told_whole or is_small(ratio(path).denominator)
    hidden = (whole, whole or told_part or is_small_part(ratio(path)))
    while path != place.path:
        step = place.path[: len(path) + Place.steplen]
        position = [area.path for area in tree[path]].index(step)
        hidden = within_whole(hidden, judgement(path))[position]
        path = step
    areas = tree.get(path, ())
    below = within_whole(hidden, judgement(path)) if areas else []
    return PublishedFigure(
        indicator=one,
        whole=_shown(place, ratio(path), hidden),
        areas=[
            _shown(area, cell, is_hidden)
            for area, cell, is_hidden in zip([*areas, None], cells(path), below, strict=True)
        ]
        if areas
        else [],
    )


def _shown(place: Place | None, ratio: Ratio, hidden: Hidden) -> Published:
    return Published(
        name=place.name if place is not None else "",
        place=place,
        numerator=None if hidden[1] else ratio.numerator,
        denominator=None if hidden[0] else ratio.denominator,
    )
