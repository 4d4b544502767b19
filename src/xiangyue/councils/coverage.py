"""Which villages have which council, and whether it is whole: numbers that lead to the villages."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language

from xiangyue.access.rules import Standing
from xiangyue.councils.access import SEE
from xiangyue.councils.blueprint import CouncilKind
from xiangyue.councils.models import Council, CouncilState, Seat, SeatStateChoices
from xiangyue.councils.reading import all_kinds, kind_of, may_stand_at
from xiangyue.councils.rules import missing_of
from xiangyue.councils.services.acting import KEEP
from xiangyue.places.models import Place, PlaceKind

Which = Literal["whole", "lacking", "forming", "none"]
WHICH: tuple[Which, ...] = ("whole", "lacking", "forming", "none")


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of council: how many places it could stand at, and how it is there."""

    key: str
    name: str
    place_count: int
    whole: int
    lacking: int
    forming: int
    none: int


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One place of the drill-down."""

    place: Place
    which: Which
    council: Council | None


def _places(standing: Standing) -> list[Place]:
    within = Q(pk__in=[])
    for area in {*standing.areas(SEE), *standing.areas(KEEP)}:
        within |= Q(path__startswith=area)
    levels = [PlaceKind.COUNTY, PlaceKind.TOWN, PlaceKind.VILLAGE, PlaceKind.GROUP]
    rows = Place.objects.filter(within, kind__in=levels, is_active=True)
    return list(rows.order_by("path"))


def _stands(
    places: list[Place], *, at: datetime
) -> Mapping[tuple[str, int], tuple[Which, Council]]:
    """How each council stands now: two queries, however many."""
    today = timezone.localdate(at)
    councils = Council.objects.exclude(state=CouncilState.DISSOLVED).select_related("declaration")
    there = {one.pk: one for one in councils.filter(place__in=places)}
    filled: dict[object, Counter[str]] = defaultdict(Counter)
    rows = Seat.objects.filter(
        Q(active_to=None) | Q(active_to__gt=today),
        council__in=there,
        state__in=[SeatStateChoices.ACCEPTED, SeatStateChoices.ENDED],
        active_from__lte=today,
    )
    for council_id, key in rows.values_list("council_id", "seat_key"):
        filled[council_id][key] += 1
    found: dict[tuple[str, int], tuple[Which, Council]] = {}
    for pk, council in there.items():
        kind = kind_of(council)
        lacks = missing_of(
            kind.shapes, filled[pk], for_issue=False, size=(kind.size_least, kind.size_most)
        )
        which: Which = "lacking" if lacks else "whole"
        if council.state == CouncilState.FORMING:
            which = "forming"
        found[council.kind, council.place_id] = (which, council)
    return found


def rows_for(standing: Standing, *, at: datetime) -> list[Row]:
    """Kind by kind, over the places that the person sees; counted from what is there (SD-02)."""
    places = _places(standing)
    stands = _stands(places, at=at)
    language = get_language()
    rows = []
    for key, kind in all_kinds().items():
        could = [place for place in places if may_stand_at(kind, place)]
        if not could:
            continue
        counts = Counter(_which(stands, key, place) for place in could)
        rows.append(
            Row(
                key=key, name=kind.name.in_language(language), place_count=len(could),
                whole=counts["whole"], lacking=counts["lacking"], forming=counts["forming"],
                none=counts["none"],
            )
        )  # fmt: skip
    return rows


def _which(
    stands: Mapping[tuple[str, int], tuple[Which, Council]], key: str, place: Place
) -> Which:
    there = stands.get((key, place.pk))
    return there[0] if there is not None else "none"


def places_for(standing: Standing, *, kind: str, which: str, at: datetime) -> list[PlaceRow]:
    """The places behind one number."""
    declared: CouncilKind | None = all_kinds().get(kind)
    if declared is None:
        return []
    places = [place for place in _places(standing) if may_stand_at(declared, place)]
    stands = _stands(places, at=at)
    found = []
    for place in places:
        now = _which(stands, kind, place)
        if which in {now, ""}:
            there = stands.get((kind, place.pk))
            found.append(PlaceRow(place, now, there[1] if there is not None else None))
    return found
