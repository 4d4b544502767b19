"""The reporter's word: confirm, object, reopen, withdraw; and what seven days' silence means."""

from datetime import datetime

from django.utils.translation import gettext as _

from xiangyue.calendars.rules import Limit
from xiangyue.calendars.services import start_clock, stop_clock
from xiangyue.incidents.models import ClosedHow, Incident
from xiangyue.incidents.rules import Outcome, State, Verb
from xiangyue.incidents.services.acting import (
    Actor,
    begin,
    by_the_clock,
    finish,
    lock,
    reason_given,
)
from xiangyue.incidents.services.rows import rows
from xiangyue.incidents.voice_models import Rating
from xiangyue.kernel.transactions import whole


@whole
def confirm_incident(
    *,
    incident: Incident,
    actor: Actor,
    at: datetime,
    comment: str = "",
    seen_version: int | None = None,
) -> Incident:
    """The reporter is satisfied: closed (SD-18)."""
    act = begin(incident=incident, actor=actor, verb=Verb.CONFIRM, at=at, seen_version=seen_version)
    rows().add(
        Rating(incident=act.incident, is_satisfied=True, comment=comment.strip()[:500], at=at)
    )
    return finish(
        act,
        note=comment.strip(),
        changes={
            "closed_how": ClosedHow.CONFIRMED,
            "closed_at": at,
            "confirm_until_at": None,
        },
        is_told=True,
        activity="incident_closed",
        facts={"outcome": act.incident.outcome},
    )


@whole
def object_to_incident(
    *,
    incident: Incident,
    reason: str,
    actor: Actor,
    at: datetime,
    seen_version: int | None = None,
) -> Incident:
    """The reporter is not satisfied: the work goes on under a clock of its own."""
    act = begin(incident=incident, actor=actor, verb=Verb.OBJECT, at=at, seen_version=seen_version)
    reason = reason_given(reason, lambda: _("Please say what is still wrong."))
    rows().add(Rating(incident=act.incident, is_satisfied=False, comment=reason[:500], at=at))
    return finish(
        act,
        note=reason,
        changes={**_begun_again(act.incident, at), "taken_on_at": at},
        is_told=True,
        activity="incident_reopened",
        facts={"count": act.incident.reopened_count + 1},
    )


@whole
def reopen_incident(
    *,
    incident: Incident,
    reason: str,
    actor: Actor,
    at: datetime,
    seen_version: int | None = None,
) -> Incident:
    """A closed matter that is not settled after all goes to the dispatcher again."""
    act = begin(incident=incident, actor=actor, verb=Verb.REOPEN, at=at, seen_version=seen_version)
    reason = reason_given(reason, lambda: _("Please say what is still wrong."))
    return finish(
        act,
        note=reason,
        to_unit=act.incident.hub,
        changes={**_begun_again(act.incident, at), "handler": None},
        is_told=True,
        activity="incident_reopened",
        facts={"count": act.incident.reopened_count + 1},
    )


def _begun_again(incident: Incident, at: datetime) -> dict[str, object]:
    clock = start_clock(limit=Limit.parse(incident.clock.limit), at=at)
    return {
        "clock": clock,
        "due_at": clock.due_at,
        "watch_at": clock.due_at,
        "reopened_count": incident.reopened_count + 1,
        "outcome": "",
        "handled_by": None,
        "handled_at": None,
        "verified_by": None,
        "answered_at": None,
        "confirm_until_at": None,
        "closed_at": None,
        "closed_how": "",
    }


@whole
def withdraw_incident(
    *,
    incident: Incident,
    actor: Actor,
    at: datetime,
    reason: str = "",
    seen_version: int | None = None,
) -> Incident:
    """The reporter takes it back before anybody has taken it on."""
    act = begin(
        incident=incident, actor=actor, verb=Verb.WITHDRAW, at=at, seen_version=seen_version
    )
    stop_clock(clock=act.incident.clock, at=at)
    return finish(
        act,
        note=reason.strip(),
        changes={
            "outcome": Outcome.WITHDRAWN,
            "closed_how": ClosedHow.WITHDRAWN,
            "closed_at": at,
            "watch_at": None,
        },
        is_told=True,
        activity="incident_withdrawn",
    )


@whole
def close_in_silence(*, incident: Incident, at: datetime) -> Incident | None:
    """Close what was answered and not objected to in time; None when somebody was quicker."""
    locked = lock(incident)
    if (
        locked.state != State.ANSWERED
        or locked.confirm_until_at is None
        or locked.confirm_until_at > at
    ):
        return None
    act = by_the_clock(incident=locked, verb="close", at=at)
    return finish(
        act,
        changes={
            "state": State.CLOSED,
            "closed_how": ClosedHow.SILENCE,
            "closed_at": at,
            "confirm_until_at": None,
        },
        is_told=True,
        activity="incident_closed",
        facts={"outcome": locked.outcome},
    )
