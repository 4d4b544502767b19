"""The organisation over the API: one place with its units and who serves there."""

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Schema

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.requests import standing
from xiangyue.incidents import organisation
from xiangyue.incidents.api.routing import router


class PlaceNameOut(Schema):
    code: str
    name: str
    kind: str
    grid_kind: str
    grid_level: int | None


class UnitListedOut(Schema):
    code: str
    name: str
    phone: str


class HolderOut(Schema):
    name: str
    role_name: str
    unit_name: str


class PlaceDetailOut(PlaceNameOut):
    above: list[PlaceNameOut] = Field(description="from the top")
    below: list[PlaceNameOut]
    units: list[UnitListedOut]
    holders: list[HolderOut] = Field(description="who holds the posts of the very place")


@router.get(
    "/places/{code}",
    auth=REQUIRED,
    response=PlaceDetailOut,
    summary="A place of my area: what lies below, its units, who serves there",
)
def show_place(request: HttpRequest, code: str) -> dict[str, object]:
    return _shown(request, code)


@router.get(
    "/me/place", auth=REQUIRED, response=PlaceDetailOut, summary="The topmost place of my area"
)
def show_own_place(request: HttpRequest) -> dict[str, object]:
    return _shown(request, "")


def _shown(request: HttpRequest, code: str) -> dict[str, object]:
    mine = standing(request)
    place = organisation.place_for(mine, code)
    return {
        "code": place.code,
        "name": place.name,
        "kind": place.kind,
        "grid_kind": place.grid_kind,
        "grid_level": place.grid_level,
        "above": [row for row, _may_open in organisation.above(mine, place)],
        "below": list(organisation.below(place)),
        "units": list(organisation.units_at(place)),
        "holders": organisation.holders_at(place, at=timezone.now()),
    }
