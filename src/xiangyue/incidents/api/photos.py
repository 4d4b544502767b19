"""Photos over the API: whether everybody may see one, what looks like an earlier one."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Schema, Status

from xiangyue.access.authentication import OPTIONAL, REQUIRED
from xiangyue.access.requests import standing
from xiangyue.incidents.access import incident_for, public_incidents
from xiangyue.incidents.api.routing import router
from xiangyue.incidents.blurring import MOST_MARKS, MarkWrong, Shape, marks_from
from xiangyue.incidents.likenesses import dismiss_likeness, likenesses_of
from xiangyue.incidents.photo_models import PhotoLikeness
from xiangyue.incidents.showing import (
    photo_to_decide,
    show_photo,
    shown_photos,
    withdraw_photo,
)
from xiangyue.kernel.refusals import NotFound, Refused


class MarksRefused(Refused):
    """A mark is none, or lies beside the picture."""

    code = "marks_refused"


class MarkIn(Schema):
    shape: Shape
    x: float = Field(description="left, as a part of the width from 0 to 1")
    y: float
    width: float
    height: float


class ShowingIn(Schema):
    marks: list[MarkIn] = Field(default_factory=list, max_length=MOST_MARKS)


class ShownOut(Schema):
    id: UUID
    stage: str
    width: int
    height: int
    url: str


class LikenessOut(Schema):
    id: UUID
    photo: UUID
    number: str = Field(description="the other matter, or this one's own report")
    earlier: UUID
    bit_count: int
    found_at: datetime


class WordIn(Schema):
    note: str = Field(max_length=200)


@router.get(
    "/public/incidents/{number}/photos",
    auth=OPTIONAL,
    response=list[ShownOut],
    summary="The photos that everybody may see",
)
def public_photos(request: HttpRequest, number: str) -> list[ShownOut]:
    incident = public_incidents().filter(number=number).first()
    if incident is None:
        raise NotFound(_("There is no public incident with this number."))
    return [
        ShownOut(
            id=row.pk,
            stage=row.photo.stage,
            width=row.width,
            height=row.height,
            url=reverse("shown-file", args=[row.pk, "full"]),
        )
        for row in shown_photos(incident).select_related("photo")
    ]


@router.put(
    "/incidents/{number}/photos/{photo_id}/shown",
    auth=REQUIRED,
    response={204: None},
    summary="Let everybody see a copy with the marks unrecognisable",
)
def show(request: HttpRequest, number: str, photo_id: UUID, entered: ShowingIn) -> Status[None]:
    mine = standing(request)
    photo = photo_to_decide(mine, number, photo_id)
    try:
        marks = marks_from([mark.dict() for mark in entered.marks])
    except MarkWrong as error:
        raise MarksRefused(_("A mark lies beside the picture, or is none.")) from error
    show_photo(photo=photo, marks=marks, standing=mine, at=timezone.now())
    return Status(204, None)


@router.delete(
    "/incidents/{number}/photos/{photo_id}/shown",
    auth=REQUIRED,
    response={204: None},
    summary="Take a photo down",
)
def take_down(request: HttpRequest, number: str, photo_id: UUID) -> Status[None]:
    mine = standing(request)
    withdraw_photo(photo=photo_to_decide(mine, number, photo_id), standing=mine, at=timezone.now())
    return Status(204, None)


@router.get(
    "/incidents/{number}/likenesses",
    auth=REQUIRED,
    response=list[LikenessOut],
    summary="Photos that look like earlier ones, for whoever verifies; no verdict",
)
def likenesses(request: HttpRequest, number: str) -> list[LikenessOut]:
    mine = standing(request)
    return [
        LikenessOut(
            id=each.row.pk,
            photo=each.photo.pk,
            number=each.other.number,
            earlier=each.earlier.pk,
            bit_count=each.row.bit_count,
            found_at=each.row.found_at,
        )
        for each in likenesses_of(incident_for(mine, number), mine)
    ]


@router.post(
    "/likenesses/{likeness_id}/dismiss",
    auth=REQUIRED,
    response={204: None},
    summary="Put a likeness aside with a word",
)
def dismiss(request: HttpRequest, likeness_id: UUID, entered: WordIn) -> Status[None]:
    mine = standing(request)
    row = PhotoLikeness.objects.filter(pk=likeness_id).select_related("photo__incident").first()
    if row is None:
        raise NotFound(_("There is nothing to look at here."))
    incident_for(mine, row.photo.incident.number)
    dismiss_likeness(likeness=row, standing=mine, note=entered.note, at=timezone.now())
    return Status(204, None)
