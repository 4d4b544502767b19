"""The work: take on, wait, ask for time, handle, verify, answer."""

from datetime import datetime

from django.utils.translation import gettext as _

from xiangyue.calendars.queries import current_calendar
from xiangyue.calendars.rules import Limit, due_at
from xiangyue.calendars.services import (
    extend_clock,
    pause_clock,
    resume_clock,
    stop_clock,
)
from xiangyue.incidents.models import ClosedHow, Incident
from xiangyue.incidents.reporters import is_reporter
from xiangyue.incidents.rules import Outcome, State, Verb
from xiangyue.incidents.services.acting import Actor, begin, finish, reason_given
from xiangyue.incidents.services.reporting import loop_policy
from xiangyue.incidents.services.rows import rows
from xiangyue.incidents.voice_models import Extension
from xiangyue.kernel.refusals import Conflict, NotAllowed, Refused
from xiangyue.kernel.transactions import whole


class PartsOpen(Refused):
    """Other units are still working on parts of this incident."""

    code = "parts_open"


class OwnWork(NotAllowed):
    """Nobody verifies or decides on their own work (SE01, N1)."""

    code = "own_work"


class ExtensionWrong(Refused):
    """The extension cannot be asked or decided like this."""

    code = "extension_wrong"


@whole
def take_on_incident(
    *, incident: Incident, actor: Actor, at: datetime, seen_version: int | None = None
) -> Incident:
    """The unit takes it on; the person who does so is the reporter's contact."""
    act = begin(incident=incident, actor=actor, verb=Verb.TAKE_ON, at=at, seen_version=seen_version)
    return finish(
        act,
        changes={"handler_id": actor.person_id, "taken_on_at": at},
        is_told=True,
        activity="incident_taken_on",
    )


@whole
def wait_incident(
    *,
    incident: Incident,
    reason: str,
    actor: Actor,
    at: datetime,
    seen_version: int | None = None,
) -> Incident:
    """Wait for something outside, with a reason that the reporter sees; the clock stands still."""
    act = begin(incident=incident, actor=actor, verb=Verb.WAIT, at=at, seen_version=seen_version)
    reason = reason_given(
        reason, lambda: _("Please say what is waited for; the reporter will read it.")
    )
    pause_clock(clock=act.incident.clock, reason=reason, at=at, actor_id=actor.person_id)
    return finish(
        act,
        note=reason,
        changes={"due_at": None, "watch_at": None},
        is_told=True,
        activity="incident_paused",
    )


@whole
def resume_incident(
    *,
    incident: Incident,
    actor: Actor,
    at: datetime,
    note: str = "",
    seen_version: int | None = None,
) -> Incident:
    """Go on; the due time moves by what was waited."""
    act = begin(incident=incident, actor=actor, verb=Verb.RESUME, at=at, seen_version=seen_version)
    clock = resume_clock(clock=act.incident.clock, at=at, actor_id=actor.person_id)
    return finish(
        act,
        note=note.strip(),
        changes={"due_at": clock.due_at, "watch_at": clock.due_at},
        is_told=True,
        activity="incident_resumed",
    )


@whole
def request_extension(
    *,
    incident: Incident,
    limit: str,
    reason: str,
    actor: Actor,
    at: datetime,
    seen_version: int | None = None,
) -> Extension:
    """Ask for more time, with a reason; somebody else decides."""
    act = begin(
        incident=incident,
        actor=actor,
        verb=Verb.REQUEST_EXTENSION,
        at=at,
        seen_version=seen_version,
    )
    reason = reason_given(reason, lambda: _("Please say why more time is needed."))
    try:
        asked = Limit.parse(limit)
    except ValueError as error:
        raise ExtensionWrong(
            _("Please give the extension as a number of days."), fields={"limit": _("A number")}
        ) from error
    if not 1 <= asked.amount <= 60:
        raise ExtensionWrong(
            _("An extension is between 1 and 60 days."), fields={"limit": _("1 to 60")}
        )
    if rows().awaits_extension(act.incident):
        raise ExtensionWrong(_("An extension has been asked for and not been decided yet."))
    extension = Extension(
        incident=act.incident,
        limit=str(asked),
        reason=reason,
        requested_by_id=actor.person_id,
        requested_at=at,
    )
    rows().add(extension)
    finish(
        act,
        note=reason,
        activity="extension_requested",
        facts={"limit": str(asked)},
    )
    return extension


@whole
def decide_extension(
    *,
    extension: Extension,
    is_granted: bool,
    note: str,
    actor: Actor,
    at: datetime,
) -> Extension:
    """Grant or refuse more time; never one's own request. The reporter is told when granted.

    :raises OwnWork: the decider asked for it.
    """
    act = begin(
        incident=extension.incident,
        actor=actor,
        verb=Verb.DECIDE_EXTENSION,
        at=at,
        seen_version=None,
    )
    extension = rows().locked_extension(extension)
    if extension.decided_at is not None:
        raise Conflict(_("This request has been decided already."))
    if extension.requested_by_id == actor.person_id:
        raise OwnWork(_("Somebody else must decide on your request."), source="SE01")
    if not is_granted:
        note = reason_given(note, lambda: _("Please say why more time is refused."))
    changes = {}
    if is_granted:
        clock = extend_clock(
            clock=act.incident.clock,
            limit=Limit.parse(extension.limit),
            reason=extension.reason,
            at=at,
            actor_id=actor.person_id,
        )
        if act.incident.state != State.WAITING:
            changes = {"due_at": clock.due_at, "watch_at": clock.due_at}
    extension.is_granted = is_granted
    extension.decided_by_id = actor.person_id
    extension.decided_at = at
    extension.decision_note = note.strip()
    rows().save(extension, ["is_granted", "decided_by", "decided_at", "decision_note"])
    finish(
        act,
        note=note.strip() or extension.reason,
        changes=changes,
        is_told=is_granted,
        activity="extension_granted" if is_granted else "extension_refused",
        facts={"limit": extension.limit},
    )
    return extension


@whole
def handle_incident(
    *,
    incident: Incident,
    outcome: str,
    reply: str,
    actor: Actor,
    at: datetime,
    seen_version: int | None = None,
) -> Incident:
    """处置办理: say what came of it and what the reporter will be told; somebody else verifies.

    :raises PartsOpen: another unit's part is still open.
    """
    act = begin(incident=incident, actor=actor, verb=Verb.HANDLE, at=at, seen_version=seen_version)
    if outcome not in set(Outcome) - {Outcome.WITHDRAWN}:
        raise Refused(_("Please choose what came of it."), fields={"outcome": _("Please choose")})
    reply = reason_given(reply, lambda: _("Please write what the reporter will be told (SD-31)."))
    if rows().has_open_part(act.incident):
        raise PartsOpen(_("Another unit's part of this incident is still open."))
    return finish(
        act,
        note=reply,
        changes={
            "outcome": outcome,
            "reply": reply,
            "handled_by_id": actor.person_id,
            "handler_id": actor.person_id,
            "handled_at": at,
            "verified_by_id": None,
        },
        activity="incident_handled",
        facts={"outcome": outcome},
    )


@whole
def pass_incident(
    *,
    incident: Incident,
    actor: Actor,
    at: datetime,
    note: str = "",
    public_summary: str = "",
    seen_version: int | None = None,
) -> Incident:
    """Verified by somebody other than the handler: the reporter is answered (N1, SD-31).

    The reporter has seven days to object. What a grid worker found and settled alone, and a
    part of a larger incident, has nobody else to ask and closes here.

    :raises OwnWork: the verifier handled it.
    """
    act = begin(incident=incident, actor=actor, verb=Verb.PASS, at=at, seen_version=seen_version)
    handled_by = act.incident.handled_by_id
    if handled_by == actor.person_id:
        raise OwnWork(_("Somebody other than the handler must verify it."), source="SE01")
    stop_clock(clock=act.incident.clock, at=at)
    changes: dict[str, object] = {
        "verified_by_id": actor.person_id,
        "answered_at": at,
        "due_at": act.incident.due_at,
        "watch_at": None,
    }
    if public_summary.strip():
        changes["public_summary"] = public_summary.strip()[:200]
    nobody_to_ask = act.incident.parent_id is not None or (
        handled_by is not None and is_reporter(act.incident, handled_by)
    )
    if nobody_to_ask:
        changes |= {"state": State.CLOSED, "closed_how": ClosedHow.VERIFIED, "closed_at": at}
    else:
        changes["confirm_until_at"] = due_at(
            started_at=at,
            limit=Limit.parse(loop_policy().confirm_within),
            calendar=current_calendar(),
        )
    return finish(
        act,
        note=note.strip() or act.incident.reply,
        changes=changes,
        is_told=True,
        activity="incident_closed" if nobody_to_ask else "incident_answered",
        facts={"outcome": act.incident.outcome},
    )


@whole
def send_back_incident(
    *,
    incident: Incident,
    reason: str,
    actor: Actor,
    at: datetime,
    seen_version: int | None = None,
) -> Incident:
    """Not verified: back to the handler with what is still wrong, on the same clock."""
    act = begin(
        incident=incident, actor=actor, verb=Verb.SEND_BACK, at=at, seen_version=seen_version
    )
    reason = reason_given(reason, lambda: _("Please say what is still wrong."))
    return finish(
        act,
        note=reason,
        changes={"outcome": "", "handled_by_id": None, "handled_at": None},
        activity="incident_sent_back",
    )
