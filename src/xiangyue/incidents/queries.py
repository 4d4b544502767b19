"""Reads of many incidents: the inbox and its filters, what is late and where, what came of it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Substr
from django.db.models.lookups import Exact
from django.utils.timezone import make_aware
from django.utils.translation import get_language

from xiangyue.access.rules import Standing
from xiangyue.blueprints.queries import meaning
from xiangyue.incidents.access import public_incidents, worklist_in_parts, worklist_of
from xiangyue.incidents.blueprint import IncidentCategory
from xiangyue.incidents.models import Incident, StateChoices, Step, Urgency
from xiangyue.incidents.rules import OPEN, UNSETTLED, State
from xiangyue.incidents.search import matching
from xiangyue.kernel.sqlite.planning import Unsought, Written
from xiangyue.places.models import Place, PlaceKind
from xiangyue.places.queries import within

PAGE_SIZE = 50
COUNTS_KEPT_SECONDS = 600
URGENT_FIRST = ("-urgency", F("due_at").asc(nulls_last=True), "pk")
NEWEST_FIRST = ("-pk",)
SETTLED_CUTS = frozenset({"all", State.CLOSED, State.MERGED})


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """What the inbox is narrowed to; every field is a parameter of its address."""

    q: str = ""
    state: str = ""
    category: str = ""
    place: str = ""
    unit: str = ""
    urgency: str = ""
    late: str = ""
    mine: str = ""
    supervised: str = ""
    outcome: str = ""
    since: str = ""
    until: str = ""
    closed_since: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "InboxFilter":
        return cls(**{field.name: query.get(field.name, "").strip()[:100] for field in fields(cls)})

    @property
    def is_empty(self) -> bool:
        return self == InboxFilter()


def inbox(standing: Standing, narrowed: InboxFilter, *, at: datetime) -> QuerySet[Incident]:
    """The person's worklist, most urgent first: emergencies, then by due time, then oldest.

    Where settled ones are among them it is the newest first: nothing is urgent any more, and a
    year's incidents need no sorting for one page of them.
    """
    rows = worklist_of(standing).select_related("category", "place", "unit", "handler")
    rows = _by_state(rows, narrowed.state)
    if narrowed.category:
        low = narrowed.category
        rows = rows.filter(category_key__gte=low, category_key__lt=f"{low}~")
    if narrowed.place:
        place = Place.objects.filter(code=narrowed.place).first()
        rows = within(rows, place) if place else rows.none()
    if narrowed.unit:
        rows = rows.filter(unit__code=narrowed.unit)
    if narrowed.urgency:
        rows = rows.filter(urgency__gte=Urgency.URGENT)
    if narrowed.late:
        rows = rows.filter(state__in=UNSETTLED, due_at__lt=at)
    if narrowed.mine and standing.person_id is not None:
        rows = rows.filter(handler_id=standing.person_id)
    if narrowed.supervised:
        rows = rows.filter(is_supervised=True)
    if narrowed.outcome:
        rows = rows.filter(outcome=narrowed.outcome)
    # Moments, not dates: an index holds those.
    if since := _midnight(narrowed.since):
        rows = rows.filter(created_at__gte=since)
    if until := _midnight(narrowed.until, days=1):
        rows = rows.filter(created_at__lt=until)
    if closed_since := _midnight(narrowed.closed_since):
        rows = rows.filter(closed_at__gte=closed_since)
    if narrowed.q:
        rows = matching(rows, narrowed.q)
    return rows.order_by(*(NEWEST_FIRST if narrowed.state in SETTLED_CUTS else URGENT_FIRST))


def counted_in_parts(standing: Standing, narrowed: InboxFilter) -> list[QuerySet[Incident]]:
    """The whole worklist in parts to be counted apart; empty for a list that is narrowed."""
    return worklist_in_parts(standing) if narrowed == InboxFilter(state="all") else []


def _by_state(rows: QuerySet[Incident], state: str) -> QuerySet[Incident]:
    """`open` (the default) is everything unsettled; `all` leaves nothing out."""
    if state == State.CLOSED:
        return rows.filter(Exact(Unsought("state"), state))  # most are
    if state in StateChoices.values:
        return rows.filter(state=state)
    if state == "all":
        return rows
    return rows.filter(state__in=UNSETTLED)


def _midnight(text: str, *, days: int = 0) -> datetime | None:
    """When the day begins that a filter names, or one so many days after it; None for no day."""
    try:
        day = date.fromisoformat(text) if len(text) == len("2026-01-01") else None
        return _begin(day + timedelta(days=days)) if day is not None else None
    except (ValueError, OverflowError):
        return None


def _begin(day: date) -> datetime:
    return make_aware(datetime.combine(day, time()))


def inbox_counts(standing: Standing, *, at: datetime) -> dict[str, int]:
    """How many wait in each of the inbox's usual cuts, in one query."""
    return (
        worklist_of(standing)
        .filter(state__in=UNSETTLED)
        .aggregate(
            open=Count("state"),
            reported=Count("state", filter=Q(state=State.REPORTED)),
            dispatched=Count("state", filter=Q(state=State.DISPATCHED)),
            in_progress=Count("state", filter=Q(state=State.IN_PROGRESS)),
            handled=Count("state", filter=Q(state=State.HANDLED)),
            late=Count("state", filter=Q(due_at__lt=at)),
            mine=Count("state", filter=Q(handler_id=standing.person_id)),
        )
    )


def as_geojson(
    rows: Iterable[Incident], *, url: Callable[[str], str], at: datetime
) -> dict[str, object]:
    """Points with a title and an address to open; positions are WGS 84 degrees.

    The tone of what is late at that time is `bad`.
    """
    language = get_language()
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {
                    "type": "Point",
                    "coordinates": [float(row.longitude or 0), float(row.latitude or 0)],
                },
                "properties": {
                    "title": meaning(row.category, IncidentCategory).name.in_language(language),
                    "state": str(row.get_state_display()),
                    "url": url(row.number),
                    "tone": "bad"
                    if row.state in UNSETTLED and row.due_at is not None and row.due_at < at
                    else "busy",
                },
            }
            for row in rows
        ],
    }


# What a late matter has waited for, as the figure of `AreaCount` that it counts to.
LATE_FOR = {
    State.REPORTED: "undispatched_count",
    State.DISPATCHED: "untaken_count",
    State.HANDLED: "unverified_count",
}


@dataclass(frozen=True, slots=True)
class AreaCount:
    """How an area stands; every number is a link to the incidents that it counts."""

    place: Place
    open_count: int
    late_count: int
    undispatched_count: int
    untaken_count: int
    waiting_count: int
    unverified_count: int
    closed_count: int
    unfixed_count: int


def areas_below(
    standing: Standing, place: Place, *, at: datetime, since: datetime
) -> list[AreaCount]:
    """What is late, where and why, for each place directly below: three queries, however many.

    "Why" is where the matter stands: not dispatched, not taken on, waiting, not verified.
    Closed ones count from `since`.
    """
    depth = len(place.path) + Place.steplen
    # Apart, for each has an index of its own; of the closed, areas elsewhere are left out below.
    # By the beginning of the path: by the path itself SQLite would read every place's settled ones.
    closed = (
        worklist_of(standing, is_wide=True)
        .filter(Exact(Unsought("state"), State.CLOSED), closed_at__gte=since)
        .values(area=Substr("place_path", 1, depth))
        .order_by("area")
        .annotate(
            closed_count=Count("state"),
            unfixed_count=Count("state", filter=Q(outcome="not_fixed")),
        )
    )
    counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in closed:
        counted[row["area"]].update({key: row[key] for key in ("closed_count", "unfixed_count")})
    for row in unsettled_by_place(standing, place, at=at):
        counts, state = counted[row["place_path"][:depth]], row["state"]
        counts["open_count"] += row["count"]
        counts["late_count"] += row["late_count"]
        if state == State.WAITING:
            counts["waiting_count"] += row["count"]
        elif state in LATE_FOR:
            counts[LATE_FOR[state]] += row["late_count"]
    names = AreaCount.__slots__[1:]
    below = Place.objects.filter(path__startswith=place.path, depth=place.depth + 1).exclude(
        kind__in=[PlaceKind.STREET, PlaceKind.UNIT]
    )
    areas = [place, *below.order_by("path")] if place.path in counted else list(below)
    return [AreaCount(area, *(counted[area.path][name] for name in names)) for area in areas]


def unsettled_by_place(standing: Standing, place: Place, *, at: datetime) -> QuerySet[Any, Any]:
    """How many are unsettled, and late, by the path of a grid and by state.

    As the index has them in order: by larger areas all would be sorted first, and to ask each
    row for every figure of `AreaCount` takes longer than to add these up.
    """
    return (
        within(worklist_of(standing, is_counted=True), place)
        # As the index has its own condition: SQLite takes it only for the very same.
        .filter(state__in=[Written(state) for state in sorted(UNSETTLED)])
        .order_by("place_path", "state")
        .values("place_path", "state")
        .annotate(count=Count("state"), late_count=Count("state", filter=Q(due_at__lt=at)))
    )


def public_by_place(place: Place, *, since: date) -> QuerySet[Incident]:
    """What everybody may see of a place: reported since the beginning of a day, newest first."""
    return (
        _public_within(place)
        .filter(created_at__gte=_begin(since))
        .select_related("category", "place", "unit")
        .order_by("-created_at")
    )


def _public_within(place: Place) -> QuerySet[Incident]:
    """Everything lies in the county, and not asking where lets an index find the newest."""
    rows = public_incidents()
    return rows if place.kind == PlaceKind.COUNTY else within(rows, place)


def public_counts(place: Place, *, since: date) -> dict[str, int]:
    """What was reported at a place since the beginning of a day, and what came of it.

    `not_fixed` is counted apart and never within `fixed`. Counted again only when somebody has
    acted on any incident: to count a year of a large county takes longer than all else on a page.
    """
    last = Step.objects.order_by("-pk").values_list("pk", flat=True).first()
    key = f"public-counts-{place.path}-{since:%F}-{last}"
    counts: dict[str, int] | None = cache.get(key)
    if counts is None:
        counts = _public_counts(place, since=_begin(since))
        cache.set(key, counts, COUNTS_KEPT_SECONDS)
    return counts


def _public_counts(place: Place, *, since: datetime) -> dict[str, int]:
    return (
        within(public_incidents(), place)
        .filter(created_at__gte=since)
        .aggregate(
            reported=Count("state"),
            open=Count("state", filter=Q(state__in=OPEN)),
            fixed=Count(
                "state", filter=Q(state=State.CLOSED, outcome__in=["fixed", "partly_fixed"])
            ),
            not_fixed=Count("state", filter=Q(state=State.CLOSED, outcome="not_fixed")),
            explained=Count(
                "pk", filter=Q(state=State.CLOSED, outcome__in=["explained", "referred"])
            ),
            withdrawn=Count("state", filter=Q(state=State.CLOSED, outcome="withdrawn")),
        )
    )


def by_public_state(rows: QuerySet[Incident], state: str) -> QuerySet[Incident]:
    """The rows behind one of `public_counts`' numbers."""
    cuts = {
        "open": Q(state__in=OPEN),
        "fixed": Q(state=State.CLOSED, outcome__in=["fixed", "partly_fixed"]),
        "not_fixed": Q(state=State.CLOSED, outcome="not_fixed"),
        "explained": Q(state=State.CLOSED, outcome__in=["explained", "referred"]),
    }
    return rows.filter(cuts[state]) if state in cuts else rows
