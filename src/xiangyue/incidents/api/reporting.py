"""Reporting over the API: send, add photos, see likely repeats, join one, follow by slip."""

from datetime import UTC

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import File
from ninja.files import UploadedFile
from ninja.responses import Status

from xiangyue.access.authentication import OPTIONAL, REQUIRED
from xiangyue.access.requests import client_address, person, standing
from xiangyue.incidents import services
from xiangyue.incidents.access import incident_for, incident_of_slip, public_incidents
from xiangyue.incidents.answers import category_called, checked_answers
from xiangyue.incidents.api.reading import place_by_code
from xiangyue.incidents.api.resending import (
    DESCRIBED,
    DESCRIBED_FOR_REPORTS,
    acted,
    is_resent,
    key_of,
)
from xiangyue.incidents.api.routing import router
from xiangyue.incidents.api.schemas import (
    IncidentDetailOut,
    LikelyOut,
    NoteIn,
    ReportedOut,
    ReportIn,
    Shown,
    SlipOut,
)
from xiangyue.incidents.duplicates import Likely, likely
from xiangyue.incidents.intake import Entered, take_in
from xiangyue.incidents.models import Channel, Incident, PhotoStage
from xiangyue.incidents.photos import add_photos
from xiangyue.incidents.pictures import check_weight
from xiangyue.incidents.rules import Right
from xiangyue.incidents.services import (
    Actor,
    confirm_incident,
    object_to_incident,
    rights_of,
    support_incident,
    urge_incident,
    withdraw_incident,
)
from xiangyue.kernel.refusals import NotAllowed, NotFound


@router.post(
    "/incidents",
    auth=OPTIONAL,
    response={201: ReportedOut},
    summary="Report",
    openapi_extra=DESCRIBED_FOR_REPORTS,
)
def report(request: HttpRequest, entered: ReportIn) -> Status[object]:
    """Without a token or session the report is anonymous, where its category allows that."""
    incident, code = take_in(
        entered=Entered(
            category_key=entered.category,
            place=place_by_code(entered.place),
            answers=checked_answers(category_called(entered.category), entered.answers),
            is_by_telephone=entered.came_by == "telephone",
            client_key=entered.client_key or key_of(request),
            **entered.dict(exclude={"category", "place", "came_by", "answers", "client_key"}),
        ),
        person=person(request),
        standing=standing(request),
        at=timezone.now(),
        address_key=client_address(request),
        channel=_channel(entered),
    )
    return Status(
        201,
        {
            "number": incident.number,
            "slip_code": code,
            "state": incident.state,
            "unit": incident.unit,
            "due_at": incident.due_at and incident.due_at.astimezone(UTC),
        },
    )


def _channel(entered: ReportIn) -> str:
    """How it came; empty where that follows from for whom it is entered."""
    if entered.came_by == "counter":
        return Channel.COUNTER
    is_for_other = entered.for_phone or entered.for_name or entered.came_by
    return "" if is_for_other else Channel.API


@router.post(
    "/likely-repeats", auth=OPTIONAL, response=list[LikelyOut], summary="Reported already?"
)
def likely_repeats(request: HttpRequest, entered: ReportIn) -> list[dict[str, object]]:
    found = likely(
        category_key=entered.category,
        place=place_by_code(entered.place),
        text=entered.description,
        latitude=entered.latitude,
        longitude=entered.longitude,
        at=timezone.now(),
    )
    return [_likely_out(each) for each in found]


def _likely_out(found: Likely) -> dict[str, object]:
    incident = found.incident
    return {
        "number": incident.number,
        "category": incident.category_key,
        "place": incident.place,
        "created_at": incident.created_at,
        "state": incident.state,
        "metres": None if found.metres is None else round(found.metres),
    }


@router.post("/incidents/{number}/support", auth=REQUIRED, response={204: None}, summary="Mine too")
def support(request: HttpRequest, number: str) -> Status[None]:
    incident = public_incidents().filter(number=number).first()
    who = person(request)
    if incident is None or who is None:
        raise NotFound(_("There is no public incident with this number."))
    support_incident(incident=incident, person=who, at=timezone.now())
    return Status(204, None)


@router.post("/incidents/{number}/photos", auth=REQUIRED, response={201: int}, summary="Add photos")
def upload_photos(
    request: HttpRequest, number: str, files: File[list[UploadedFile]]
) -> Status[int]:
    """Pictures as JPEG, PNG or WebP; from the reporter with the report, else from the handling."""
    actor = Actor(standing(request))
    incident = incident_for(actor.standing, number)
    rights = rights_of(incident, actor)
    if not rights & {Right.REPORTER, Right.HANDLER, Right.DISPATCHER}:
        raise NotAllowed(_("Only the reporter and those who handle it may add photos."))
    photos = add_photos(
        incident=incident,
        uploads=_read(files),
        stage=PhotoStage.REPORT if Right.REPORTER in rights else PhotoStage.HANDLING,
        at=timezone.now(),
        actor_id=None if incident.reporter_tag else actor.person_id,
    )
    return Status(201, len(photos))


def _read(files: list[UploadedFile]) -> list[bytes]:
    """:raises PhotoRefused: one of them has more bytes than a photo may have."""
    for file in files:
        check_weight(file.size or 0)
    return [file.read() for file in files]


@router.post(
    "/incidents/{number}/slip", auth=REQUIRED, response={201: SlipOut}, summary="A new slip"
)
def reissue_slip(request: HttpRequest, number: str) -> Status[object]:
    """For a slip that was lost; the old one no longer opens anything."""
    mine = standing(request)
    code = services.reissue_slip(
        incident=incident_for(mine, number), actor=Actor(mine), at=timezone.now()
    )
    return Status(201, {"number": number, "slip_code": code})


def _by_slip(request: HttpRequest, code: str) -> tuple[Incident, Actor]:
    incident = incident_of_slip(code, address=client_address(request), at=timezone.now())
    return incident, Actor(standing(request), holds_slip=True)


@router.get("/slips/{code}", auth=OPTIONAL, response=IncidentDetailOut, summary="Follow by slip")
def show_slip(request: HttpRequest, code: str) -> Shown:
    incident, actor = _by_slip(request, code)
    return Shown(incident, actor)


@router.post(
    "/slips/{code}/photos", auth=OPTIONAL, response={201: int}, summary="Add photos by slip"
)
def upload_photos_by_slip(
    request: HttpRequest, code: str, files: File[list[UploadedFile]]
) -> Status[int]:
    """As with the report itself, from whoever holds its slip."""
    incident, _actor = _by_slip(request, code)
    photos = add_photos(
        incident=incident,
        uploads=_read(files),
        stage=PhotoStage.REPORT,
        at=timezone.now(),
        actor_id=None,
    )
    return Status(201, len(photos))


SLIP_VERBS = {
    "urge": lambda incident, actor, note, at: urge_incident(
        incident=incident, actor=actor, note=note, at=at
    ),
    "confirm": lambda incident, actor, note, at: confirm_incident(
        incident=incident, actor=actor, comment=note, at=at
    ),
    "object": lambda incident, actor, note, at: object_to_incident(
        incident=incident, actor=actor, reason=note, at=at
    ),
    "withdraw": lambda incident, actor, note, at: withdraw_incident(
        incident=incident, actor=actor, reason=note, at=at
    ),
}


@router.post(
    "/slips/{code}/{verb}",
    auth=OPTIONAL,
    response=IncidentDetailOut,
    summary="The reporter's word by slip: urge, confirm, object, withdraw",
    openapi_extra=DESCRIBED,
)
def act_by_slip(request: HttpRequest, code: str, verb: str, entered: NoteIn) -> Shown:
    incident, actor = _by_slip(request, code)
    if verb not in SLIP_VERBS:
        raise NotFound(_("There is nothing of that name to do."))
    if is_resent(request, number=incident.number, verb=verb, actor=actor):
        return Shown(incident, actor)
    done = acted(
        request,
        incident,
        lambda: SLIP_VERBS[verb](incident, actor, entered.note, timezone.now()),
        verb=verb,
        actor=actor,
    )
    return Shown(done or incident, actor)
