"""Reading incidents over the API: the worklist, one of them, one's own, everybody's."""

from dataclasses import fields
from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Schema

from xiangyue.access.authentication import OPTIONAL, REQUIRED
from xiangyue.access.queries import require
from xiangyue.access.requests import standing
from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.incidents import queries
from xiangyue.incidents.access import (
    incident_for,
    own_area,
    own_incidents,
    public_incidents,
)
from xiangyue.incidents.api.routing import router
from xiangyue.incidents.api.schemas import (
    AreaOut,
    CategoryOut,
    IncidentDetailOut,
    IncidentPage,
    PlaceOut,
    PublicDetailOut,
    PublicPage,
    Shown,
)
from xiangyue.incidents.blueprint import IncidentCategory
from xiangyue.incidents.models import Incident
from xiangyue.incidents.services import Actor
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Place
from xiangyue.places.queries import county_place

PUBLIC_DAYS = 365


class Paging(Schema):
    offset: int = 0
    limit: int = queries.PAGE_SIZE


class InboxQuery(Paging):
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


def narrowed_by(query: InboxQuery) -> queries.InboxFilter:
    """The same filter as the inbox's address."""
    entered = query.dict()
    return queries.InboxFilter(
        **{field.name: entered[field.name].strip()[:100] for field in fields(queries.InboxFilter)}
    )


def _slice(paging: Paging) -> slice:
    start = min(max(paging.offset, 0), 100_000)
    return slice(start, start + min(max(paging.limit, 1), 200))


@router.get(
    "/categories", auth=OPTIONAL, response=list[CategoryOut], summary="What can be reported"
)
def list_categories(request: HttpRequest) -> list[CategoryOut]:
    return [
        CategoryOut.of(meaning(row, IncidentCategory)) for row in all_current("incident_category")
    ]


@router.get("/places", auth=OPTIONAL, response=list[PlaceOut], summary="Places below a place")
def list_places(request: HttpRequest, below: str = "") -> list[Place]:
    parent = place_by_code(below) if below else county_place()
    rows = Place.objects.filter(
        path__startswith=parent.path, depth=parent.depth + 1, is_active=True
    )
    return list(rows.order_by("path"))


def place_by_code(code: str) -> Place:
    """:raises NotFound: there is no place with this code."""
    place: Place | None = Place.objects.filter(code=code, is_active=True).first()
    if place is None:
        raise NotFound(_("There is no place with this code."))
    return place


@router.get("/incidents", auth=REQUIRED, response=IncidentPage, summary="My posts' worklist")
def list_incidents(request: HttpRequest, query: Query[InboxQuery]) -> dict[str, object]:
    rows = queries.inbox(standing(request), narrowed_by(query), at=timezone.now())
    return {"count": rows.count(), "items": list(rows[_slice(query)])}


@router.get("/me/incidents", auth=REQUIRED, response=IncidentPage, summary="What I reported")
def list_own(request: HttpRequest, query: Query[Paging]) -> dict[str, object]:
    rows = own_incidents(standing(request)).select_related("category", "place", "unit")
    return {"count": rows.count(), "items": list(rows.order_by("-created_at")[_slice(query)])}


@router.get(
    "/incidents/{number}", auth=REQUIRED, response=IncidentDetailOut, summary="One incident"
)
def show_incident(request: HttpRequest, number: str) -> Shown:
    mine = standing(request)
    return Shown(incident_for(mine, number), Actor(mine))


@router.get("/public/incidents", auth=OPTIONAL, response=PublicPage, summary="What everybody sees")
def list_public(
    request: HttpRequest, query: Query[Paging], place: str = "", state: str = ""
) -> dict[str, object]:
    """Of a place and all below it; `state` is open, fixed, not_fixed, explained, or any."""
    area = place_by_code(place) if place else county_place()
    since = timezone.localdate() - timedelta(days=PUBLIC_DAYS)
    rows = queries.by_public_state(queries.public_by_place(area, since=since), state)
    counts = queries.public_counts(area, since=since)
    return {
        "count": counts.get(state, counts["reported"]),
        "counts": counts,
        "items": list(rows[_slice(query)]),
    }


@router.get(
    "/public/incidents/{number}", auth=OPTIONAL, response=PublicDetailOut, summary="A public matter"
)
def show_public(request: HttpRequest, number: str) -> Incident:
    rows = public_incidents().select_related("category", "place", "unit")
    incident = rows.filter(number=number).first()
    if incident is None:
        raise NotFound(_("There is no public incident with this number."))
    return incident


@router.get(
    "/incident-counts",
    auth=REQUIRED,
    response=dict[str, int],
    summary="How many wait in each cut of my worklist",
)
def count_incidents(request: HttpRequest) -> dict[str, int]:
    return queries.inbox_counts(standing(request), at=timezone.now())


@router.get("/areas", auth=REQUIRED, response=list[AreaOut], summary="What is late, where, why")
def list_areas(request: HttpRequest, place: str = "") -> list[queries.AreaCount]:
    mine = standing(request)
    area = place_by_code(place) if place else own_area(mine)
    require(
        mine,
        "incidents.see_figures",
        place_path=area.path,
        message=_("Your posts do not include the figures of this place."),
    )
    now = timezone.now()
    return queries.areas_below(mine, area, at=now, since=now - timedelta(days=30))
