"""Acting on an incident over the API: one address per verb, each calling the verb's service."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.responses import Status

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.requests import standing
from xiangyue.incidents import services
from xiangyue.incidents.access import incident_for, visible_to
from xiangyue.incidents.api.resending import DESCRIBED, acted, is_resent
from xiangyue.incidents.api.routing import router
from xiangyue.incidents.api.schemas import (
    DecideIn,
    ExtensionIn,
    HandleIn,
    IncidentDetailOut,
    MergeIn,
    NoteIn,
    PassIn,
    ReclassifyIn,
    Shown,
    SplitIn,
    TellingNoteIn,
    UnitIn,
)
from xiangyue.incidents.models import Incident
from xiangyue.incidents.rules import Verb
from xiangyue.incidents.services import Actor
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Organisation


def unit_by_code(code: str) -> Organisation:
    """:raises NotFound: there is no unit with this code."""
    unit = Organisation.objects.filter(code=code, is_active=True).select_related("place").first()
    if unit is None:
        raise NotFound(_("There is no unit with this code."))
    return unit


def _acted(request: HttpRequest, number: str, service: Callable[..., Any], **entered: Any) -> Shown:
    actor = Actor(standing(request))
    version = entered.pop("version", None)
    service(
        incident=incident_for(actor.standing, number),
        actor=actor,
        at=timezone.now(),
        seen_version=version,
        **entered,
    )
    incident = Incident.objects.select_related("category", "place", "unit", "hub").get(
        number=number
    )
    return Shown(incident, actor)


View = TypeVar("View", bound=Callable[..., Shown])


def _post(verb: str, summary: str) -> Callable[[View], View]:
    """The address of one verb, done once under its sender's key.

    Whoever sends again what has since gone out of their sight hears that it was done, no more.
    """
    own = Verb(verb.replace("-", "_"))
    decorate = router.post(
        f"/incidents/{{number}}/{verb}",
        auth=REQUIRED,
        response={200: IncidentDetailOut, 204: None},
        summary=summary,
        openapi_extra=DESCRIBED,
    )

    def once(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, number: str, entered: Any) -> object:
            actor = Actor(standing(request))
            if is_resent(request, number=number, verb=own, actor=actor):
                return _as_it_is(actor, number)
            incident = incident_for(actor.standing, number)
            done = acted(
                request, incident, lambda: view(request, number, entered), verb=own, actor=actor
            )
            return done or _as_it_is(actor, number)

        decorate(answered)
        return view

    return once


def _as_it_is(actor: Actor, number: str) -> object:
    found = visible_to(actor.standing).select_related("category", "place", "unit", "hub")
    incident = found.filter(number=number).first()
    return Status(204, None) if incident is None else Shown(incident, actor)


@_post("dispatch", "分流交办: say who answers for it")
def dispatch(request: HttpRequest, number: str, entered: UnitIn) -> Shown:
    return _acted(
        request,
        number,
        services.dispatch_incident,
        unit=unit_by_code(entered.unit),
        note=entered.note,
        version=entered.version,
    )


@_post("take-on", "Take it on")
def take_on(request: HttpRequest, number: str, entered: NoteIn) -> Shown:
    return _acted(request, number, services.take_on_incident, version=entered.version)


@_post("hand-on", "Hand it on to another unit")
def hand_on(request: HttpRequest, number: str, entered: UnitIn) -> Shown:
    return _acted(
        request,
        number,
        services.hand_on_incident,
        unit=unit_by_code(entered.unit),
        reason=entered.note,
        version=entered.version,
    )


@_post("refuse", "Say that it is not ours")
def refuse(request: HttpRequest, number: str, entered: NoteIn) -> Shown:
    return _acted(
        request, number, services.refuse_incident, reason=entered.note, version=entered.version
    )


@_post("split", "Split it among several units")
def split(request: HttpRequest, number: str, entered: SplitIn) -> Shown:
    return _acted(
        request,
        number,
        services.split_incident,
        lead=unit_by_code(entered.lead),
        units=[unit_by_code(code) for code in entered.units],
        note=entered.note,
        version=entered.version,
    )


@_post("merge", "Merge it into another")
def merge(request: HttpRequest, number: str, entered: MergeIn) -> Shown:
    return _acted(
        request,
        number,
        services.merge_incident,
        into=incident_for(standing(request), entered.into),
        note=entered.note,
        version=entered.version,
    )


@_post("wait", "Wait, the clock standing still")
def wait(request: HttpRequest, number: str, entered: NoteIn) -> Shown:
    return _acted(
        request, number, services.wait_incident, reason=entered.note, version=entered.version
    )


@_post("resume", "Go on")
def resume(request: HttpRequest, number: str, entered: NoteIn) -> Shown:
    return _acted(
        request, number, services.resume_incident, note=entered.note, version=entered.version
    )


@_post("request-extension", "Ask for more time")
def request_extension(request: HttpRequest, number: str, entered: ExtensionIn) -> Shown:
    return _acted(
        request,
        number,
        services.request_extension,
        limit=f"{entered.days}wd",
        reason=entered.note,
        version=entered.version,
    )


@_post("decide-extension", "Grant or refuse more time")
def decide_extension(request: HttpRequest, number: str, entered: DecideIn) -> Shown:
    actor = Actor(standing(request))
    incident = incident_for(actor.standing, number)
    pending = incident.extensions.filter(decided_at=None).first()
    if pending is None:
        raise NotFound(_("No extension has been asked for."))
    services.decide_extension(
        extension=pending,
        is_granted=entered.is_granted,
        note=entered.note,
        actor=actor,
        at=timezone.now(),
    )
    return Shown(incident_for(actor.standing, number), actor)


@_post("urge", "催办: ask to be quicker")
def urge(request: HttpRequest, number: str, entered: NoteIn) -> Shown:
    return _acted(
        request, number, services.urge_incident, note=entered.note, version=entered.version
    )


@_post("supervise", "督办: watch this one")
def supervise(request: HttpRequest, number: str, entered: NoteIn) -> Shown:
    return _acted(
        request, number, services.supervise_incident, note=entered.note, version=entered.version
    )


@_post("escalate", "Ask the level above")
def escalate(request: HttpRequest, number: str, entered: NoteIn) -> Shown:
    return _acted(
        request, number, services.escalate_incident, reason=entered.note, version=entered.version
    )


@_post("reclassify", "Correct category or urgency")
def reclassify(request: HttpRequest, number: str, entered: ReclassifyIn) -> Shown:
    return _acted(
        request,
        number,
        services.reclassify_incident,
        category_key=entered.category,
        urgency=entered.urgency,
        reason=entered.note,
        version=entered.version,
    )


@_post("handle", "Say what came of it")
def handle(request: HttpRequest, number: str, entered: HandleIn) -> Shown:
    return _acted(
        request,
        number,
        services.handle_incident,
        outcome=entered.outcome,
        reply=entered.reply,
        version=entered.version,
    )


@_post("pass", "Verified: answer the reporter")
def pass_(request: HttpRequest, number: str, entered: PassIn) -> Shown:
    return _acted(
        request,
        number,
        services.pass_incident,
        note=entered.note,
        public_summary=entered.public_summary,
        version=entered.version,
    )


@_post("send-back", "Not verified: back to the handler")
def send_back(request: HttpRequest, number: str, entered: NoteIn) -> Shown:
    return _acted(
        request, number, services.send_back_incident, reason=entered.note, version=entered.version
    )


@_post("confirm", "The reporter is satisfied")
def confirm(request: HttpRequest, number: str, entered: NoteIn) -> Shown:
    return _acted(
        request, number, services.confirm_incident, comment=entered.note, version=entered.version
    )


@_post("object", "The reporter is not satisfied")
def object_to(request: HttpRequest, number: str, entered: NoteIn) -> Shown:
    return _acted(
        request, number, services.object_to_incident, reason=entered.note, version=entered.version
    )


@_post("reopen", "Not settled after all")
def reopen(request: HttpRequest, number: str, entered: NoteIn) -> Shown:
    return _acted(
        request, number, services.reopen_incident, reason=entered.note, version=entered.version
    )


@_post("withdraw", "The reporter takes it back")
def withdraw(request: HttpRequest, number: str, entered: NoteIn) -> Shown:
    return _acted(
        request, number, services.withdraw_incident, reason=entered.note, version=entered.version
    )


@_post("note", "Add a word to the history")
def note(request: HttpRequest, number: str, entered: TellingNoteIn) -> Shown:
    return _acted(
        request,
        number,
        services.note_incident,
        note=entered.note,
        is_told=entered.is_told,
        version=entered.version,
    )
