"""Entering, supplementing, correcting and deleting over the API."""

from decimal import Decimal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja.responses import Status

from xiangyue.access.requests import standing
from xiangyue.registry import services
from xiangyue.registry.access import (
    household_for,
    person_for,
    place_for,
    record_for,
)
from xiangyue.registry.api.routing import router
from xiangyue.registry.api.schemas import (
    CertificateOut,
    ChangeIn,
    CorrectIn,
    DeleteIn,
    ElementOut,
    EnterIn,
    HouseholdIn,
    MadeOut,
    Part,
    PersonIn,
    VersionIn,
)
from xiangyue.registry.services.ground import Agreed


@router.post("/register", response={201: ElementOut}, summary="Enter a record")
def enter(request: HttpRequest, entered: EnterIn) -> Status[ElementOut]:
    mine = standing(request)
    element = services.enter_element(
        kind_key=entered.kind,
        values=entered.values,
        place=place_for(mine, entered.place, verb="registry.keep") if entered.place else None,
        person=person_for(mine, entered.person) if entered.person else None,
        household=household_for(mine, entered.household) if entered.household else None,
        agreed=Agreed.to(entered.agreed, entered.agreed_by),
        latitude=_degrees(entered.latitude),
        longitude=_degrees(entered.longitude),
        by=mine,
        at=timezone.now(),
    )
    return Status(201, ElementOut.of(element))


def _degrees(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(f"{number:.5f}")


@router.post(
    "/register/{part}/{uuid:key}/supplement", response=ElementOut, summary="Fill what is empty"
)
def supplement(request: HttpRequest, part: Part, key: UUID, entered: ChangeIn) -> ElementOut:
    now = timezone.now()
    element = services.supplement_element(
        element=record_for(standing(request), part, key, at=now),
        values=entered.values,
        version=entered.version,
        agreed=Agreed.to(entered.agreed, entered.agreed_by),
        by=standing(request),
        at=now,
    )
    return ElementOut.of(element)


@router.post(
    "/register/{part}/{uuid:key}/correct", response=ElementOut, summary="Correct, saying why"
)
def correct(request: HttpRequest, part: Part, key: UUID, entered: CorrectIn) -> ElementOut:
    now = timezone.now()
    element = services.correct_element(
        element=record_for(standing(request), part, key, at=now),
        values=entered.values,
        reason=entered.reason,
        version=entered.version,
        agreed=Agreed.to(entered.agreed, entered.agreed_by),
        by=standing(request),
        at=now,
    )
    return ElementOut.of(element)


@router.post(
    "/register/{part}/{uuid:key}/confirm", response=ElementOut, summary="All of it is still right"
)
def confirm(request: HttpRequest, part: Part, key: UUID, entered: VersionIn) -> ElementOut:
    now = timezone.now()
    element = services.confirm_element(
        element=record_for(standing(request), part, key, at=now),
        version=entered.version,
        by=standing(request),
        at=now,
    )
    return ElementOut.of(element)


@router.post(
    "/register/{part}/{uuid:key}/delete",
    response=CertificateOut,
    summary="Delete what it holds; a tombstone and a certificate are left",
)
def delete(request: HttpRequest, part: Part, key: UUID, entered: DeleteIn) -> CertificateOut:
    now = timezone.now()
    certificate = services.delete_values(
        element=record_for(standing(request), part, key, at=now),
        reason=entered.reason,
        field_keys=entered.fields,
        version=entered.version,
        by=standing(request),
        at=now,
    )
    return CertificateOut.of(certificate)


@router.post("/register/households", response={201: MadeOut}, summary="Enter a household")
def enter_household(request: HttpRequest, entered: HouseholdIn) -> Status[MadeOut]:
    mine = standing(request)
    household = services.enter_household(
        grid=place_for(mine, entered.grid, verb="places.keep_people"),
        address=entered.address,
        by=mine,
        at=timezone.now(),
    )
    return Status(201, MadeOut(id=household.pk))


@router.post(
    "/register/households/{uuid:household_id}/people",
    response={201: MadeOut},
    summary="Enter somebody who lives in the household",
)
def enter_person(request: HttpRequest, household_id: UUID, entered: PersonIn) -> Status[MadeOut]:
    made = services.enter_person(
        household=household_for(standing(request), household_id),
        name=entered.name,
        phone=entered.phone,
        birth_date=entered.birth_date,
        by=standing(request),
        at=timezone.now(),
    )
    return Status(201, MadeOut(id=made.pk))
