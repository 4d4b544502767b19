"""One's own record over the API (GD05)."""

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from ninja.responses import Status

from xiangyue.access.requests import person, standing
from xiangyue.places.models import Person
from xiangyue.registry import services
from xiangyue.registry.access import (
    own_element,
    record_of_person,
)
from xiangyue.registry.api.routing import router
from xiangyue.registry.api.schemas import CertificateOut, ChangeOwnIn, OwnLineOut, OwnRecordOut
from xiangyue.registry.ownrecord import own_record


def _who(request: HttpRequest) -> Person:
    found = person(request)
    assert found is not None  # REQUIRED saw to it
    return found


@router.get("/me/record", response=list[OwnRecordOut], summary="Everything held about me")
def show_own(request: HttpRequest) -> list[OwnRecordOut]:
    return [
        OwnRecordOut(
            id=entry.element.code,
            kind=entry.kind.key,
            lines=[
                OwnLineOut(
                    key=line.field.key,
                    label=line.label,
                    shown=line.shown,
                    is_masked=False,
                    entered_on=line.entered_on,
                    kept_until=line.kept_until,
                    purpose=line.field.purpose.in_language(get_language()),
                    basis=line.field.basis.in_language(get_language()),
                    keep=line.field.keep,
                    needs_consent=line.field.needs_consent,
                    is_own_to_change=line.field.is_own_to_change,
                )
                for line in entry.held
            ],
        )
        for entry in own_record(_who(request), at=timezone.now())
    ]


@router.post("/me/record", response={204: None}, summary="Change what is mine to change")
def change_own(request: HttpRequest, entered: ChangeOwnIn) -> Status[None]:
    now = timezone.now()
    services.change_own(
        element=record_of_person(_who(request), at=now),
        values=entered.values,
        by=standing(request),
        at=now,
    )
    return Status(204, None)


@router.post(
    "/me/record/{uuid:code}/{field_key}/withdraw",
    response=CertificateOut,
    summary="I no longer agree: delete it at once",
)
def withdraw_own(request: HttpRequest, code: UUID, field_key: str) -> CertificateOut:
    certificate = services.withdraw_consent(
        element=own_element(_who(request), code),
        field_key=field_key[:40],
        by=standing(request),
        at=timezone.now(),
    )
    return CertificateOut.of(certificate)
