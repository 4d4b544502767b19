"""The API's twin of the webhooks' pages."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.requests import person, standing
from xiangyue.places.models import Person
from xiangyue.webhooks import access, queries, services
from xiangyue.webhooks.events import TYPE_PREFIX, offered
from xiangyue.webhooks.models import Endpoint, Sending
from xiangyue.webhooks.pages import source_of
from xiangyue.webhooks.rules import URL_MOST

router = Router(tags=["webhooks"], auth=REQUIRED)


class EndpointIn(Schema):
    name: str = Field(max_length=60, description="whose software")
    url: str = Field(max_length=URL_MOST, examples=["https://example.cn/hooks"])
    names: list[str] = Field(
        min_length=1, max_length=500, examples=[["incidents.incident_reported"]]
    )


class EndpointOut(EndpointIn):
    id: UUID
    source: str
    registered_at: datetime
    failure_count: int
    next_attempt_at: datetime
    paused_at: datetime | None
    pause: str = Field(description="by_hand, failing or gone; empty while it is told")
    ended_at: datetime | None
    old_secret_until: datetime | None


class NewEndpointOut(EndpointOut):
    secret: str = Field(description="shown this once")


class EndpointPage(Schema):
    count: int
    items: list[EndpointOut]


class SendingOut(Schema):
    id: UUID
    entry_id: int
    name: str
    state: str = Field(description="waiting, delivered, left_out or withheld")
    attempt_count: int
    attempted_at: datetime | None
    answer: str
    delivered_at: datetime | None
    created_at: datetime


class SendingPage(Schema):
    count: int
    counts: dict[str, int]
    items: list[SendingOut]


class HappeningOut(Schema):
    name: str
    type: str = Field(description="of the CloudEvent")
    title: str
    facts: list[str]


class SendingPaging(Schema):
    offset: int = Field(0, ge=0, le=100_000)
    limit: int = Field(queries.PAGE_SIZE, ge=1, le=200)


class EndpointsQuery(SendingPaging):
    ended: bool = False


class SendingsQuery(SendingPaging):
    state: str = ""


class ResumeIn(Schema):
    from_now: bool = Field(default=False, description="leave out what happened meanwhile")


def _who(request: HttpRequest) -> Person:
    found = person(request)
    assert found is not None  # REQUIRED saw to it
    return found


@router.get("/happenings", response=list[HappeningOut], summary="What other software can be told")
def list_happenings(request: HttpRequest) -> list[HappeningOut]:
    access.require_keeping(standing(request))
    return [
        HappeningOut(
            name=one.name,
            type=TYPE_PREFIX + one.name,
            title=str(one.title),
            facts=sorted(one.facts),
        )
        for one in offered().values()
    ]


@router.get("/webhooks", response=EndpointPage, summary="Who is told of what happens")
def list_endpoints(request: HttpRequest, asked: Query[EndpointsQuery]) -> dict[str, object]:
    access.require_keeping(standing(request))
    rows = queries.endpoints(has_ended=asked.ended)
    return {
        "count": rows.count(),
        "items": list(rows[asked.offset : asked.offset + asked.limit]),
    }


@router.post("/webhooks", response={201: NewEndpointOut}, summary="Have software told")
def register(request: HttpRequest, entered: EndpointIn) -> Status[object]:
    access.require_keeping(standing(request))
    endpoint, secret = services.register_endpoint(
        **entered.dict(), source=source_of(request), actor=_who(request), at=timezone.now()
    )
    return Status(201, _with_secret(endpoint, secret))


def _with_secret(endpoint: Endpoint, secret: str) -> dict[str, object]:
    return EndpointOut.from_orm(endpoint).dict() | {"secret": secret}


@router.get("/webhooks/{uuid:endpoint_id}", response=EndpointOut, summary="One endpoint")
def show_endpoint(request: HttpRequest, endpoint_id: UUID) -> Endpoint:
    return access.endpoint_for(standing(request), endpoint_id)


@router.put("/webhooks/{uuid:endpoint_id}", response=EndpointOut, summary="Change what it is told")
def change(request: HttpRequest, endpoint_id: UUID, entered: EndpointIn) -> Endpoint:
    return services.change_endpoint(
        endpoint=access.endpoint_for(standing(request), endpoint_id),
        **entered.dict(),
        actor=_who(request),
        at=timezone.now(),
    )


@router.delete(
    "/webhooks/{uuid:endpoint_id}", response={204: None}, summary="Tell it nothing any more"
)
def end(request: HttpRequest, endpoint_id: UUID) -> Status[None]:
    services.end_endpoint(
        endpoint=access.endpoint_for(standing(request), endpoint_id),
        actor=_who(request),
        at=timezone.now(),
    )
    return Status(204, None)


@router.post(
    "/webhooks/{uuid:endpoint_id}/secret",
    response={201: NewEndpointOut},
    summary="A new secret; the old one holds for a day",
)
def rotate(request: HttpRequest, endpoint_id: UUID) -> Status[object]:
    endpoint, secret = services.rotate_secret(
        endpoint=access.endpoint_for(standing(request), endpoint_id),
        actor=_who(request),
        at=timezone.now(),
    )
    return Status(201, _with_secret(endpoint, secret))


@router.post("/webhooks/{uuid:endpoint_id}/pause", response=EndpointOut, summary="Pause telling")
def pause(request: HttpRequest, endpoint_id: UUID) -> Endpoint:
    return services.pause_endpoint(
        endpoint=access.endpoint_for(standing(request), endpoint_id),
        actor=_who(request),
        at=timezone.now(),
    )


@router.post("/webhooks/{uuid:endpoint_id}/resume", response=EndpointOut, summary="Go on telling")
def resume(request: HttpRequest, endpoint_id: UUID, entered: ResumeIn) -> Endpoint:
    return services.resume_endpoint(
        endpoint=access.endpoint_for(standing(request), endpoint_id),
        from_now=entered.from_now,
        actor=_who(request),
        at=timezone.now(),
    )


@router.get(
    "/webhooks/{uuid:endpoint_id}/events",
    response=SendingPage,
    summary="What it was told, and what became of it",
)
def list_sendings(
    request: HttpRequest, endpoint_id: UUID, asked: Query[SendingsQuery]
) -> dict[str, object]:
    endpoint = access.endpoint_for(standing(request), endpoint_id)
    rows = queries.sendings_of(endpoint, state=asked.state)
    return {
        "count": rows.count(),
        "counts": queries.sending_counts(endpoint),
        "items": list(rows[asked.offset : asked.offset + asked.limit]),
    }


@router.post(
    "/webhook-events/{uuid:sending_id}/again", response=SendingOut, summary="Send an event again"
)
def send_again(request: HttpRequest, sending_id: UUID) -> Sending:
    return services.send_again(
        sending=access.sending_for(standing(request), sending_id),
        actor=_who(request),
        at=timezone.now(),
    )


@router.post(
    "/webhook-events/{uuid:sending_id}/leave-out",
    response=SendingOut,
    summary="Leave an event out that the receiver does not take",
)
def leave_out(request: HttpRequest, sending_id: UUID) -> Sending:
    return services.leave_out(
        sending=access.sending_for(standing(request), sending_id),
        actor=_who(request),
        at=timezone.now(),
    )
