"""Finding and reading records over the API: masked, until the reader says what for."""

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query

from xiangyue.access.authentication import OPTIONAL
from xiangyue.access.requests import standing
from xiangyue.access.rules import Standing
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.registry import queries, services
from xiangyue.registry.access import (
    place_for,
    record_for,
)
from xiangyue.registry.api.routing import router
from xiangyue.registry.api.schemas import (
    ElementOut,
    FieldBurdenOut,
    HitOut,
    HitPage,
    KindOut,
    Part,
    PurposeIn,
    RegisterQuery,
)
from xiangyue.registry.catalogue import all_kinds
from xiangyue.registry.rules import masked_address, masked_name


@router.get("/register/kinds", auth=OPTIONAL, response=list[KindOut], summary="The field catalogue")
def list_kinds(request: HttpRequest) -> list[KindOut]:
    """What may be held, why, on what ground and for how long: for everybody to read (GD01)."""
    return [KindOut.of(kind) for kind in all_kinds()]


@router.get("/register", response=HitPage, summary="Find records of one's areas, masked")
def find(request: HttpRequest, asked: Query[RegisterQuery]) -> HitPage:
    mine = standing(request)
    _require_seeing(mine)
    narrowed = queries.Narrowed(
        what=asked.what,
        kind=asked.kind,
        place=place_for(mine, asked.place) if asked.place else None,
        text=asked.q.replace("\x00", ""),
    )
    stop = asked.offset + asked.limit
    if asked.what == queries.PEOPLE:
        people = queries.people(mine, narrowed)
        return HitPage(
            count=people.count(),
            items=[
                HitOut(
                    part="people",
                    id=row.pk,
                    kind="person",
                    title=masked_name(row.name),
                    place=row.place.code if row.place is not None else "",
                )
                for row in people[asked.offset : stop]
            ],
        )
    if asked.what == queries.HOUSEHOLDS:
        households = queries.households(mine, narrowed)
        return HitPage(
            count=households.count(),
            items=[
                HitOut(
                    part="households",
                    id=row.pk,
                    kind="household",
                    title=masked_address(row.address),
                    place=row.grid.code,
                )
                for row in households[asked.offset : stop]
            ],
        )
    elements = queries.elements(mine, narrowed)
    return HitPage(
        count=elements.count(),
        items=[
            HitOut(
                part="records",
                id=row.code,
                kind=row.kind_key,
                title=queries.title_of(row),
                place=row.place.code,
            )
            for row in elements[asked.offset : stop]
        ],
    )


def _require_seeing(mine: Standing) -> None:
    if not mine.may_somewhere("registry.see"):
        raise NotAllowed(_("Your posts do not include the register here."))


@router.get("/register/{part}/{uuid:key}", response=ElementOut, summary="One record, masked")
def show(request: HttpRequest, part: Part, key: UUID) -> ElementOut:
    return ElementOut.of(record_for(standing(request), part, key, at=timezone.now()))


@router.post(
    "/register/{part}/{uuid:key}/read",
    response=ElementOut,
    summary="One record in clear; the reading is logged",
)
def read(request: HttpRequest, part: Part, key: UUID, entered: PurposeIn) -> ElementOut:
    now = timezone.now()
    element, opened = services.read_element(
        element=record_for(standing(request), part, key, at=now),
        purpose=entered.purpose,
        by=standing(request),
        at=now,
    )
    return ElementOut.of(element, opened=dict(opened))


@router.get(
    "/register/burden", response=FieldBurdenOut, summary="What villages are asked to fill in"
)
def show_burden(request: HttpRequest) -> FieldBurdenOut:
    """Kinds and items against the quota; entries of the last 30 days in one's areas (GD13)."""
    mine = standing(request)
    _require_seeing(mine)
    found = queries.burden(mine, at=timezone.now())
    return FieldBurdenOut(
        form_count=found.form_count,
        form_quota=found.form_quota,
        item_count=found.item_count,
        item_quota=found.item_quota,
        entered_count=found.entered_count,
    )
