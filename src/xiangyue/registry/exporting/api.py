"""The API's twin of the desk at which records are taken out to Excel."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.requests import person, standing
from xiangyue.kernel.refusals import NotFound
from xiangyue.registry.access import bulk_read_for, place_for
from xiangyue.registry.exporting import services
from xiangyue.registry.exporting.pages import as_file
from xiangyue.registry.services.bulk import TAKE_OUT

router = Router(tags=["register"], auth=REQUIRED)


class TakeOutIn(Schema):
    kind: str = Field("", max_length=80)
    place: str = Field("", max_length=24, description="code of the place")
    purpose: str = Field("", max_length=200)
    bulk: UUID | None = Field(None, description="the approved request that is used up instead")


@router.post("/register/take-out.xlsx", summary="Take records out as an Excel workbook")
def take_out(request: HttpRequest, entered: TakeOutIn) -> HttpResponse:
    mine, who = standing(request), person(request)
    assert who is not None  # the router lets nobody else in
    bulk = bulk_read_for(mine, entered.bulk) if entered.bulk is not None else None
    if bulk is not None and bulk.requested_by_id != mine.person_id:
        raise NotFound(_("There is no such request for you."))
    workbook = services.take_out_workbook(
        kind_key=bulk.kind_key if bulk is not None else entered.kind,
        place=bulk.place if bulk is not None else place_for(mine, entered.place, verb=TAKE_OUT),
        by=mine,
        taken_by=who,
        at=timezone.now(),
        purpose=entered.purpose,
        bulk=bulk,
    )
    return as_file(workbook)
