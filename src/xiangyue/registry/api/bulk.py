"""Many records at once, and what was deleted, over the API (GD07, GD09)."""

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja.responses import Status

from xiangyue.access.requests import standing
from xiangyue.registry import services
from xiangyue.registry.access import (
    bulk_read_for,
    bulk_reads_of,
    certificate_for,
    certificates_of,
    place_for,
)
from xiangyue.registry.api.routing import router
from xiangyue.registry.api.schemas import BulkDecisionIn, BulkIn, BulkOut, CertificateOut, TakenOut
from xiangyue.registry.services.bulk import TAKE_OUT


@router.get("/register/bulk-reads", response=list[BulkOut], summary="Readings of many records")
def list_bulk_reads(request: HttpRequest) -> list[BulkOut]:
    """What one asked for and what one decides on, the newest hundred."""
    rows = bulk_reads_of(standing(request)).order_by("-requested_at", "pk")[:100]
    return [BulkOut.of(row) for row in rows]


@router.post("/register/bulk-reads", response={201: BulkOut}, summary="Ask for many records")
def ask_bulk_read(request: HttpRequest, entered: BulkIn) -> Status[BulkOut]:
    mine = standing(request)
    bulk = services.ask_bulk_read(
        kind_key=entered.kind,
        place=place_for(mine, entered.place, verb=TAKE_OUT),
        purpose=entered.purpose,
        by=mine,
        at=timezone.now(),
    )
    return Status(201, BulkOut.of(bulk))


@router.post(
    "/register/bulk-reads/{uuid:bulk_id}/decision",
    response=BulkOut,
    summary="Say yes or no to somebody else's",
)
def decide_bulk_read(request: HttpRequest, bulk_id: UUID, entered: BulkDecisionIn) -> BulkOut:
    bulk = services.decide_bulk_read(
        bulk=bulk_read_for(standing(request), bulk_id),
        is_approved=entered.is_approved,
        note=entered.note,
        by=standing(request),
        at=timezone.now(),
    )
    return BulkOut.of(bulk)


@router.post(
    "/register/bulk-reads/{uuid:bulk_id}/use",
    response=list[TakenOut],
    summary="The records of an approved request, this once; every reading is logged",
)
def use_bulk_read(request: HttpRequest, bulk_id: UUID) -> list[TakenOut]:
    mine = standing(request)
    bulk = bulk_read_for(mine, bulk_id)
    taken = services.take_out(
        kind_key=bulk.kind_key, place=bulk.place, bulk=bulk, by=mine, at=timezone.now()
    )
    return [TakenOut(place=one.element.place.code, values=dict(one.values)) for one in taken]


@router.get("/register/deletions", response=list[CertificateOut], summary="What was deleted")
def list_deletions(request: HttpRequest) -> list[CertificateOut]:
    """The newest hundred certificates of one's area."""
    rows = certificates_of(standing(request)).order_by("-made_at", "pk")[:100]
    return [CertificateOut.of(row) for row in rows]


@router.get(
    "/register/deletions/{uuid:certificate_id}",
    response=CertificateOut,
    summary="One certificate of deletion",
)
def show_deletion(request: HttpRequest, certificate_id: UUID) -> CertificateOut:
    return CertificateOut.of(certificate_for(standing(request), certificate_id))
