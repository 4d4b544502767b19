"""Has somebody reported this already? A suggestion for a person to look at (SE03), never a merge.

Only what everybody may know of is ever suggested, and of it only the kind, place, date, state
and public summary: somebody else's words stay theirs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q

from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.incidents.access import public_incidents
from xiangyue.incidents.blueprint import Audience, IncidentCategory
from xiangyue.incidents.models import Incident
from xiangyue.incidents.rules import OPEN, Outcome, State, distance_metres, likeness
from xiangyue.incidents.services.reporting import loop_policy
from xiangyue.kernel.characters import normalise
from xiangyue.places.models import Place, PlaceKind
from xiangyue.places.queries import ancestors_by_kind, within

CANDIDATES = 200
CLOSED_WITHIN = timedelta(days=3)
COMPARED_LENGTH = 300
SURE_ENOUGH = 0.5
CATEGORY_WEIGHT, TEXT_WEIGHT, NEARNESS_WEIGHT = 0.4, 0.35, 0.25
TEXT_UNKNOWN, SAME_PLACE, SOMEWHERE_IN_VILLAGE = 0.3, 0.5, 0.25


@dataclass(frozen=True, slots=True)
class Likely:
    """A report that may be the same matter; `score` from 0 to 1, `metres` where both are known.

    `incident` comes without its description, answers and reply.
    """

    incident: Incident
    score: float
    metres: float | None


def likely(
    *,
    category_key: str,
    place: Place,
    text: str,
    latitude: Decimal | float | None,
    longitude: Decimal | float | None,
    at: datetime,
    limit: int = 3,
) -> list[Likely]:
    """The reports most likely to be this one, best first; five queries, however many there are.

    Looked for in the same village, among what is open or was closed in the last days. For a
    category that is not public nothing is compared.
    """
    if not _is_public(category_key):
        return []
    policy = loop_policy()
    here = None if latitude is None or longitude is None else (float(latitude), float(longitude))
    words = normalise(text[:COMPARED_LENGTH])
    scored: list[tuple[float, int, float | None]] = []
    for pk, key, path, description, row_latitude, row_longitude in _candidates(
        place, at=at, days=policy.duplicate_days
    ):
        metres = None
        if here is not None and row_latitude is not None and row_longitude is not None:
            metres = distance_metres(here, (float(row_latitude), float(row_longitude)))
            if metres > policy.duplicate_metres:
                continue
        score = resemblance(
            categories=(category_key, key),
            texts=(words, normalise(description[:COMPARED_LENGTH])),
            nearness=None if metres is None else 1 - metres / policy.duplicate_metres,
            is_same_place=path == place.path,
        )
        if score >= SURE_ENOUGH:
            scored.append((score, pk, metres))
    best = sorted(scored, key=lambda each: (-each[0], -each[1]))[:limit]
    rows = (
        Incident.objects.select_related("category", "place")
        .defer("description", "answers", "grams", "reply", "sealed_reporter")
        .in_bulk([pk for _score, pk, _metres in best])
    )
    return [Likely(rows[pk], round(score, 3), metres) for score, pk, metres in best]


def resemblance(
    *,
    categories: tuple[str, str],
    texts: tuple[str, str],
    nearness: float | None,
    is_same_place: bool,
) -> float:
    """How much two reports look like one matter, from 0 to 1.

    `nearness` is 1 on the same spot and 0 at the county's distance for repeats, None where one
    of the two has no position; then the same place counts for half of it.
    """
    mine, theirs = categories
    category = 1.0 if mine == theirs else 0.5 if mine[:2] == theirs[:2] else 0.0
    says_something = all(any(map(str.isalnum, each)) for each in texts)
    text = likeness(*texts) if says_something else TEXT_UNKNOWN
    if nearness is None:
        nearness = SAME_PLACE if is_same_place else SOMEWHERE_IN_VILLAGE
    return CATEGORY_WEIGHT * category + TEXT_WEIGHT * text + NEARNESS_WEIGHT * nearness


def _is_public(category_key: str) -> bool:
    return any(
        row.key == category_key and meaning(row, IncidentCategory).audience == Audience.PUBLIC
        for row in all_current("incident_category")
    )


def _candidates(
    place: Place, *, at: datetime, days: int
) -> Sequence[tuple[int, str, str, str, Decimal | None, Decimal | None]]:
    """The newest public reports of the same village, or of the very place when it is above one."""
    village = ancestors_by_kind(place).get(PlaceKind.VILLAGE)
    rows = public_incidents()
    rows = within(rows, village) if village else rows.filter(place_path=place.path)
    recently = Q(state=State.CLOSED, closed_at__gte=at - CLOSED_WITHIN)
    return list(
        rows.filter(
            Q(state__in=OPEN) | recently & ~Q(outcome=Outcome.WITHDRAWN),
            created_at__gt=at - timedelta(days=days),
            created_at__lte=at,
        )
        .order_by("-created_at")
        .values_list("pk", "category_key", "place_path", "description", "latitude", "longitude")[
            :CANDIDATES
        ]
    )
