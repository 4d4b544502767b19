"""Minutes: read, corrected, laid out, signed, added to."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import File, Form, Router, UploadedFile

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.requests import standing
from xiangyue.assemblies import access, services
from xiangyue.assemblies.models import Sitting
from xiangyue.assemblies.pages import me
from xiangyue.assemblies.pages.minutes import full_pdf, sheet
from xiangyue.assemblies.schemas import (
    SettleSittingIn,
    SignSittingIn,
    SittingMinutesIn,
    SittingMinutesOut,
    SittingNoteIn,
)
from xiangyue.assemblies.signing import sign_seats
from xiangyue.documents.files import uploaded
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Person

router = Router(tags=["assemblies"], auth=REQUIRED)
MINUTES = "/sittings/{uuid:sitting_id}/minutes"
Out = dict[str, Any]


def _out(sitting: Sitting) -> Out:
    minutes = services.minutes_of(sitting)
    names = ("text", "public_text", "digest", "version", "is_settled", "signed_at")
    return {name: getattr(minutes, name) for name in names} | {
        "seats": [
            {
                "seat": seat.key,
                "label": seat.label,
                "is_signed": seat.is_signed,
                "signed_at": seat.signature.signed_at if seat.signature else None,
                "is_on_paper": bool(seat.signature and seat.signature.is_on_paper),
            }
            for seat in sign_seats(sitting, minutes, at=timezone.now())
        ],
        "corrections": list(minutes.corrections.all()),
    }


@router.get(MINUTES, response=SittingMinutesOut, summary="The full minutes")
def show_minutes(request: HttpRequest, sitting_id: UUID) -> Out:
    return _out(access.sitting_to_read(standing(request), sitting_id))


@router.get(MINUTES + "/full.pdf", summary="The full minutes, with lines to sign on")
def show_full_pdf(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    return full_pdf(request, sitting_id)


@router.get("/sitting-sheets/{uuid:signature_id}", summary="A sheet signed by hand")
def show_sheet(request: HttpRequest, signature_id: UUID) -> HttpResponse:
    return sheet(request, signature_id)


@router.put(MINUTES, response=SittingMinutesOut, summary="Correct the draft")
def write_minutes(request: HttpRequest, sitting_id: UUID, entered: SittingMinutesIn) -> Out:
    found, now = access.sitting_to_run(standing(request), sitting_id), timezone.now()
    services.draft_minutes(sitting=found, by=me(request), at=now)
    services.write_minutes(
        sitting=found, text=entered.text, public_text=entered.public_text, by=me(request), at=now,
        seen_version=entered.version,
    )  # fmt: skip
    return _out(found)


@router.post(MINUTES + "/settle", response=SittingMinutesOut, summary="Lay them out for signing")
def settle(request: HttpRequest, sitting_id: UUID, entered: SettleSittingIn) -> Out:
    found = access.sitting_to_run(standing(request), sitting_id)
    services.settle_minutes(
        sitting=found, by=me(request), at=timezone.now(), seen_version=entered.version,
        names_are_words=entered.names_are_words,
    )  # fmt: skip
    return _out(found)


@router.post(MINUTES + "/take-back", response=SittingMinutesOut, summary="Take them back")
def take_back(request: HttpRequest, sitting_id: UUID) -> Out:
    found = access.sitting_to_run(standing(request), sitting_id)
    services.take_back_minutes(sitting=found, by=me(request), at=timezone.now())
    return _out(found)


@router.post(MINUTES + "/sign", response=SittingMinutesOut, summary="I have read them and sign")
def sign(request: HttpRequest, sitting_id: UUID, entered: SignSittingIn) -> Out:
    found = access.sitting_to_read(standing(request), sitting_id)
    services.sign_minutes(
        sitting=found, by=me(request), at=timezone.now(), seen_digest=entered.digest
    )
    return _out(found)


@router.post(MINUTES + "/paper", response=SittingMinutesOut, summary="Somebody signed on paper")
def sign_on_paper(
    request: HttpRequest,
    sitting_id: UUID,
    *,
    seat: Form[str],
    person: Form[UUID],
    digest: Form[str],
    file: File[UploadedFile],
) -> Out:
    found = access.sitting_to_run(standing(request), sitting_id)
    who = Person.objects.filter(pk=person).first()
    if who is None:
        raise NotFound(_("This person does not sign these minutes."))
    services.sign_on_paper(
        sitting=found, seat=seat, person=who, upload=uploaded(file), by=me(request),
        at=timezone.now(), seen_digest=digest,
    )  # fmt: skip
    return _out(found)


@router.post(MINUTES + "/corrections", response=SittingMinutesOut, summary="Add a correction")
def correct(request: HttpRequest, sitting_id: UUID, entered: SittingNoteIn) -> Out:
    found = access.sitting_to_run(standing(request), sitting_id)
    services.correct_minutes(sitting=found, text=entered.text, by=me(request), at=timezone.now())
    return _out(found)
