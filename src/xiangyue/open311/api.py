"""The API's twin of the page of the systems that may send service requests in."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.requests import person, standing
from xiangyue.open311 import access, queries, services

router = Router(tags=["open311"], auth=REQUIRED)


class KeyIn(Schema):
    name: str = Field(max_length=60, description="which system")
    contact: str = Field(max_length=100, description="who answers for it")
    daily_limit: int = Field(200, ge=1, le=services.DAILY_MOST)
    days: int = Field(365, ge=1, le=services.DAYS_MOST)
    vouches_for_reporters: bool = Field(
        default=False, description="it has checked the telephone numbers that it sends"
    )


class SystemKeyOut(Schema):
    id: UUID
    name: str
    contact: str
    daily_limit: int
    vouches_for_reporters: bool
    issued_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class NewKeyOut(SystemKeyOut):
    secret: str = Field(description="shown this once; the system sends it as api_key")


class KeysQuery(Schema):
    ended: bool = False
    offset: int = Field(0, ge=0, le=100_000)
    limit: int = Field(50, ge=1, le=200)


class KeyPage(Schema):
    count: int
    items: list[SystemKeyOut]


@router.get("/system-keys", response=KeyPage, summary="Keys of the systems that send requests")
def list_keys(request: HttpRequest, asked: Query[KeysQuery]) -> dict[str, object]:
    access.require_keeping(standing(request))
    now = timezone.now()
    rows = queries.ended_keys(at=now) if asked.ended else queries.working_keys(at=now)
    return {
        "count": rows.count(),
        "items": list(rows[asked.offset : asked.offset + asked.limit]),
    }


@router.post("/system-keys", response={201: NewKeyOut}, summary="Give a system a key")
def issue_key(request: HttpRequest, entered: KeyIn) -> Status[object]:
    access.require_keeping(standing(request))
    who = person(request)
    assert who is not None  # REQUIRED saw to it
    key, secret = services.issue_key(**entered.dict(), issued_by=who, at=timezone.now())
    return Status(201, SystemKeyOut.from_orm(key).dict() | {"secret": secret})


@router.delete("/system-keys/{uuid:key_id}", response={204: None}, summary="Revoke a system's key")
def revoke_key(request: HttpRequest, key_id: UUID) -> Status[None]:
    who = person(request)
    assert who is not None  # REQUIRED saw to it
    services.revoke_key(
        key=access.key_for(standing(request), key_id), revoked_by=who, at=timezone.now()
    )
    return Status(204, None)
