"""How every act on an incident begins and ends: lock, right, state; then save, step, record."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from xiangyue.access.rules import Standing
from xiangyue.activity.services import record
from xiangyue.calendars.services import hold_calendar
from xiangyue.incidents.models import Incident, StateChoices
from xiangyue.incidents.reporters import is_reporter
from xiangyue.incidents.routing import town_path
from xiangyue.incidents.rules import MOVES, Right, State, Verb, open_verbs
from xiangyue.incidents.services.rows import rows
from xiangyue.kernel.refusals import Conflict, NotAllowed, Refused
from xiangyue.places.models import Organisation

RIGHTS = tuple(Right)  # of several capacities the first counts
_VERB_OF = {
    Right.DISPATCHER: "incidents.dispatch",
    Right.HANDLER: "incidents.handle",
    Right.VERIFIER: "incidents.verify",
    Right.SUPERVISOR: "incidents.supervise",
    Right.DECIDER: "incidents.decide_extension",
}


class WrongState(Conflict):
    """The act does not go with the state that the incident is in by now."""

    code = "wrong_state"


class ReasonMissing(Refused):
    """An act that needs a reason came without one."""

    code = "reason_missing"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person with their standing, or whoever holds the slip (N16)."""

    standing: Standing
    holds_slip: bool = False

    @property
    def person_id(self) -> Any:
        return self.standing.person_id


@dataclass(slots=True)
class Act:
    """An act under way on a locked incident."""

    incident: Incident
    actor: Actor | None
    verb: str
    right: Right | None
    at: datetime
    from_state: str
    from_unit_id: Any


def rights_of(incident: Incident, actor: Actor) -> frozenset[Right]:
    """In what capacities the actor may act on the incident."""
    return frozenset(right for right in RIGHTS if has_right(right, incident, actor))


def has_right(right: Right, incident: Incident, actor: Actor) -> bool:
    """Whether the actor may act on the incident in this capacity."""
    standing = actor.standing
    person_id = standing.person_id
    if right is Right.REPORTER:
        return actor.holds_slip or (person_id is not None and is_reporter(incident, person_id))
    if person_id is None or (right is Right.VERIFIER and incident.handled_by_id == person_id):
        return False
    if incident.audience == "confidential":
        return right is not Right.SUPERVISOR and standing.may(
            "incidents.see_confidential", organisation_id=incident.unit_id
        )
    verb = _VERB_OF[right]
    if right is Right.HANDLER:
        return standing.may(verb, organisation_id=incident.unit_id)
    path = incident.hub.place_path if right is Right.DISPATCHER else incident.place_path
    # PE04: what may be about the village is not verified by the village.
    if right is Right.VERIFIER and incident.is_kept_from_village:
        path = town_path(path)
    return standing.may(verb, place_path=path)


def verbs_for(incident: Incident, actor: Actor) -> list[Verb]:
    """What the actor may do with the incident now, for showing the right buttons."""
    return open_verbs(State(incident.state), rights_of(incident, actor))


def begin(
    *,
    incident: Incident,
    actor: Actor,
    verb: Verb,
    at: datetime,
    seen_version: int | None,
) -> Act:
    """Lock the incident and check that this actor may do this now.

    `seen_version` is the version the actor was looking at when deciding.

    :raises NotAllowed: in no capacity of theirs.
    :raises Conflict: somebody acted since, or the state does not allow it.
    """
    locked = lock(incident)
    wanted = MOVES[verb].rights
    used = next(
        (each for each in RIGHTS if each in wanted and has_right(each, locked, actor)), None
    )
    if used is None:
        raise NotAllowed(_("Your posts do not allow this for incident %s.") % locked.number)
    if seen_version is not None and locked.version != seen_version:
        raise Conflict(
            _("Somebody was quicker: this incident is now “%(state)s”. Look again before acting.")
            % {"state": StateChoices(locked.state).label}
        )
    check_state(locked, verb)
    return Act(locked, actor, verb, used, at, locked.state, locked.unit_id)


def lock(incident: Incident) -> Incident:
    """The incident as it stands now, locked until the transaction ends.

    The calendar is held first, as everywhere: two that wait for each other's lock wait for ever.
    """
    hold_calendar()
    return rows().locked(incident)


def check_state(incident: Incident, verb: Verb) -> None:
    if incident.state not in MOVES[verb].sources:
        raise WrongState(
            _("This cannot be done now: the incident is “%(state)s”.")
            % {"state": StateChoices(incident.state).label}
        )


def by_the_clock(*, incident: Incident, verb: str, at: datetime) -> Act:
    """Begin an act that nobody does but the passing of time; the incident must be locked."""
    return Act(incident, None, verb, None, at, incident.state, incident.unit_id)


def finish(
    act: Act,
    *,
    changes: dict[str, Any] | None = None,
    note: str = "",
    is_told: bool = False,
    to_unit: Organisation | None = None,
    activity: str,
    facts: dict[str, Any] | None = None,
) -> Incident:
    """Save what changed, write the step, record the activity; returns the incident."""
    incident = act.incident
    move = MOVES[Verb(act.verb)] if act.verb in MOVES else None
    changes = dict(changes or {})
    if move is not None and move.target is not None:
        changes.setdefault("state", move.target)
    if to_unit is not None:
        changes["unit"] = to_unit
    if is_told or to_unit is not None or changes.get("state", act.from_state) != act.from_state:
        changes["told_at"] = act.at
    for field, value in changes.items():
        setattr(incident, field, value)
    incident.version += 1
    rows().save(incident, [*changes, "version"])
    is_hidden_reporter = act.right is Right.REPORTER and bool(incident.reporter_tag)
    actor_id = None if act.actor is None or is_hidden_reporter else act.actor.person_id
    rows().add_step(
        incident,
        verb=act.verb,
        at=act.at,
        actor_id=actor_id,
        right=act.right or "",
        from_state=act.from_state,
        to_state=incident.state,
        from_unit_id=act.from_unit_id if to_unit is not None else None,
        to_unit=to_unit,
        note=note,
        is_told=is_told,
    )
    record(
        name=f"incidents.{activity}",
        subject=incident,
        at=act.at,
        actor_id=actor_id,
        place_path=incident.place_path,
        facts={"number": incident.number, "state": str(incident.state), **(facts or {})},
    )
    return incident


def reason_given(text: str, what: Callable[[], str]) -> str:
    """The reason, trimmed; `what` says what is missing where it is.

    :raises ReasonMissing: it is empty or too short to be one.
    """
    reason = text.strip()
    if len(reason) < 2:
        raise ReasonMissing(what(), fields={"note": _("Please give a reason.")})
    return reason
