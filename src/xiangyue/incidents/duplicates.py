"""Was it reported already? Likely repeats near in place, time and words; always 建议 (SE03)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q

from xiangyue.incidents.access import public_incidents
from xiangyue.incidents.models import Incident
from xiangyue.incidents.rules import OPEN, State, distance_metres, likeness
from xiangyue.incidents.services.reporting import loop_policy
from xiangyue.places.models import Place
from xiangyue.places.rules import path_range

CANDIDATES_MOST = 200
STILL_FRESH = timedelta(days=3)
SCORE_LEAST = 0.45
VILLAGE_DEPTH = 5


@dataclass(frozen=True, slots=True)
class Likely:
    """A public incident that may be the same matter, with how likely (0 to 1) and how far."""

    incident: Incident
    score: float
    metres: float | None


def likely(
    *,
    category_key: str,
    place: Place,
    text: str,
    latitude: Decimal | None,
    longitude: Decimal | None,
    at: datetime,
    limit: int = 3,
) -> list[Likely]:
    """The likeliest repeats in the same village, best first; two queries.

    Only public matters that are open, or were closed within three days, are looked at.
    """
    policy = loop_policy()
    village = place.path[: Place.steplen * VILLAGE_DEPTH]
    low, high = path_range(village)
    rows = (
        public_incidents()
        .filter(
            place_path__gte=low,
            place_path__lt=high,
            created_at__gte=at - timedelta(days=policy.duplicate_days),
        )
        .filter(Q(state__in=OPEN) | Q(state=State.CLOSED, closed_at__gte=at - STILL_FRESH))
        .select_related("category", "place")
        .order_by("-created_at")[:CANDIDATES_MOST]
    )
    here = (float(latitude), float(longitude)) if latitude and longitude else None
    found = []
    for row in rows:
        metres = _metres(here, row)
        if metres is not None and metres > policy.duplicate_metres:
            continue
        score = _score(row, category_key=category_key, place=place, text=text, metres=metres)
        if score >= SCORE_LEAST:
            found.append(Likely(row, score, metres))
    return sorted(found, key=lambda each: (-each.score, -each.incident.pk))[:limit]


def _metres(here: tuple[float, float] | None, row: Incident) -> float | None:
    if here is None or row.latitude is None or row.longitude is None:
        return None
    return distance_metres(here, (float(row.latitude), float(row.longitude)))


def _score(
    row: Incident, *, category_key: str, place: Place, text: str, metres: float | None
) -> float:
    """A half for the category, up to a third for the words, the rest for nearness."""
    nearness = 1.0 if metres is not None else (0.6 if row.place_id == place.pk else 0.2)
    same = 0.45 if row.category_key == category_key else 0.0
    return same + 0.35 * likeness(text, row.description) + 0.2 * nearness
