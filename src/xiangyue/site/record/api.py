"""The API's twin of the auditor's desk."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Path, Query, Router, Schema

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.requests import standing
from xiangyue.activity.keys import public_key
from xiangyue.activity.models import Entry
from xiangyue.activity.verification import signed_head
from xiangyue.kernel.counties import current_county
from xiangyue.site.proving import head_now, proof_of
from xiangyue.site.record import queries

router = Router(tags=["record"], auth=REQUIRED)


class EntryOut(Schema):
    id: int
    name: str
    at: datetime
    actor_id: UUID | None
    subject_type: str
    subject_id: str
    facts: dict[str, Any]


class RecordOut(Schema):
    sealed_count: int
    waiting_count: int
    heads: list[dict[str, Any]] = Field(description="the newest signed heads, as published")
    entries: list[EntryOut] = Field(description="newest first; `before` pages on")


class RecordQuery(Schema):
    name: str = Field("", max_length=80, description="of one activity only")
    before: int | None = Field(None, ge=1, le=2**62)
    limit: int = Field(queries.PAGE_SIZE, ge=1, le=200)


class KeyOut(Schema):
    county: str
    public_key: str


class EntryPath(Schema):
    entry_id: int = Field(ge=0, le=2**62)


@router.get("/record", response=RecordOut, summary="How much is recorded, sealed and signed")
def show_record(request: HttpRequest, asked: Query[RecordQuery]) -> RecordOut:
    queries.require_record(standing(request))
    extent = queries.extent()
    rows: list[Entry] = list(queries.entries(name=asked.name, before=asked.before)[: asked.limit])
    return RecordOut(
        sealed_count=extent.sealed_count,
        waiting_count=extent.waiting_count,
        heads=[dict(signed_head(head)) for head in queries.newest_heads()],
        entries=[EntryOut.from_orm(row) for row in rows],
    )


@router.get(
    "/record/entries/{int:entry_id}/proof",
    response=dict[str, Any],
    summary="The proof that an entry is in the signed record",
)
def show_proof(request: HttpRequest, asked: Path[EntryPath]) -> dict[str, Any]:
    queries.require_record(standing(request))
    return dict(proof_of(asked.entry_id))


@router.get(
    "/record/head", response=dict[str, Any], summary="The newest signed head, to keep elsewhere"
)
def show_head(request: HttpRequest) -> dict[str, Any]:
    queries.require_record(standing(request))
    return dict(head_now())


@router.get("/record/key", response=KeyOut, summary="The county's public key, in PEM")
def show_key(request: HttpRequest) -> KeyOut:
    """With which heads and proofs are checked."""
    queries.require_record(standing(request))
    county = current_county().slug
    return KeyOut(county=county, public_key=public_key(county))
