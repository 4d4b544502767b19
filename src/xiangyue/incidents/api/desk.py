"""The desk's own verbs over the API: many at once, saved views, points of the map, the reporter."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Schema
from ninja.responses import Status

from xiangyue.access.authentication import OPTIONAL, REQUIRED
from xiangyue.access.requests import person, standing
from xiangyue.incidents import queries, services
from xiangyue.incidents.access import incident_for
from xiangyue.incidents.api.acting import unit_by_code
from xiangyue.incidents.api.reading import InboxQuery, narrowed_by
from xiangyue.incidents.api.routing import router
from xiangyue.incidents.exporting import workbook_of
from xiangyue.incidents.models import SavedView
from xiangyue.incidents.pages.desk import EXPORT_LIMIT
from xiangyue.incidents.reading import read_reporter
from xiangyue.incidents.reportform import suggested
from xiangyue.incidents.services import Actor
from xiangyue.kernel.refusals import NotAllowed, NotFound, Refused
from xiangyue.places.models import Person

POINTS_MOST = 2_000


class ReporterOut(Schema):
    name: str
    phone: str | None


class ManyIn(Schema):
    numbers: list[str] = Field(min_length=1, max_length=200)
    unit: str = Field(max_length=60, description="the unit's code")
    note: str = Field("", max_length=500)


class ManyOut(Schema):
    dispatched: list[str]
    refused: dict[str, str] = Field(description="why, by number")


class ViewIn(Schema):
    name: str = Field(min_length=1, max_length=40)
    query: str = Field(max_length=500, description="the inbox's filter as in its address")


class ViewOut(ViewIn):
    id: UUID


class TextIn(Schema):
    text: str = Field(max_length=2000)


@router.post("/suggested-categories", auth=OPTIONAL, response=list[str], summary="建议: what kind?")
def suggest_categories(request: HttpRequest, entered: TextIn) -> list[str]:
    """The likeliest categories of a sentence; a person decides (SE03)."""
    return suggested(entered.text)


@router.post(
    "/incidents/{number}/reporter",
    auth=REQUIRED,
    response=ReporterOut,
    summary="Who reported; the reading is logged",
)
def show_reporter(request: HttpRequest, number: str) -> Person:
    mine = standing(request)
    return read_reporter(
        incident=incident_for(mine, number),
        reader=_own(request),
        standing=mine,
        at=timezone.now(),
    )


@router.post("/dispatches", auth=REQUIRED, response=ManyOut, summary="Dispatch many to one unit")
def dispatch_many(request: HttpRequest, entered: ManyIn) -> dict[str, object]:
    """Each is done or refused by itself."""
    mine = standing(request)
    if not mine.may_somewhere("incidents.dispatch"):
        raise NotAllowed(_("Your posts do not include dispatching."))
    unit = unit_by_code(entered.unit)
    done: list[str] = []
    refused: dict[str, str] = {}
    for number in dict.fromkeys(entered.numbers):
        try:
            services.dispatch_incident(
                incident=incident_for(mine, number),
                unit=unit,
                note=entered.note,
                actor=Actor(mine),
                at=timezone.now(),
            )
        except Refused as refusal:
            refused[number] = str(refusal)
        else:
            done.append(number)
    return {"dispatched": done, "refused": refused}


@router.get("/incident-points", auth=REQUIRED, summary="GeoJSON of those with a position")
def list_points(request: HttpRequest, query: Query[InboxQuery]) -> dict[str, object]:
    now = timezone.now()
    rows = queries.inbox(standing(request), narrowed_by(query), at=now)
    placed = rows.filter(latitude__isnull=False)[:POINTS_MOST]
    return queries.as_geojson(placed, url=lambda number: f"/incidents/{number}/", at=now)


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
A_WORKBOOK = {"200": {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}}


@router.get(
    "/incidents-export.xlsx",
    auth=REQUIRED,
    summary="My worklist as a workbook",
    openapi_extra={"responses": A_WORKBOOK},
)
def export_incidents(request: HttpRequest, query: Query[InboxQuery]) -> HttpResponse:
    """Without reporters, and without the descriptions of private matters."""
    mine, now = standing(request), timezone.now()
    if not mine.may_somewhere("incidents.export"):
        raise NotAllowed(_("Your posts do not include this page."))
    rows = queries.inbox(mine, narrowed_by(query), at=now)[:EXPORT_LIMIT]
    return HttpResponse(
        workbook_of(rows, exported_by=str(mine.person_id), at=now), content_type=XLSX
    )


@router.get("/me/views", auth=REQUIRED, response=list[ViewOut], summary="My saved views")
def list_views(request: HttpRequest) -> list[SavedView]:
    return list(SavedView.objects.filter(owner=_own(request)).order_by("name"))


@router.post("/me/views", auth=REQUIRED, response={201: ViewOut}, summary="Save a view")
def save_view(request: HttpRequest, entered: ViewIn) -> Status[SavedView]:
    """The same name again replaces it."""
    view, _is_new = SavedView.objects.update_or_create(
        owner=_own(request), name=entered.name, defaults={"query": entered.query}
    )
    return Status(201, view)


@router.delete(
    "/me/views/{uuid:view_id}", auth=REQUIRED, response={204: None}, summary="Delete a view"
)
def delete_view(request: HttpRequest, view_id: UUID) -> Status[None]:
    deleted, _by_model = SavedView.objects.filter(pk=view_id, owner=_own(request)).delete()
    if not deleted:
        raise NotFound(_("You have no such view."))
    return Status(204, None)


def _own(request: HttpRequest) -> Person:
    who = person(request)
    if who is None:
        raise NotAllowed(_("Please sign in first."))
    return who
