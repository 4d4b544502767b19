"""Who answers for it: dispatch, hand on, refuse, escalate, reclassify."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from xiangyue.blueprints.queries import current, meaning
from xiangyue.calendars.queries import current_calendar
from xiangyue.calendars.rules import Limit, due_at
from xiangyue.calendars.services import change_limit
from xiangyue.incidents.blueprint import OPENNESS, Audience, IncidentCategory
from xiangyue.incidents.grams import grams_of
from xiangyue.incidents.models import Incident
from xiangyue.incidents.routing import (
    COUNTY_HUB,
    TOWN_HUB,
    VILLAGE_COMMITTEE,
    UnitsAbove,
    level_of,
)
from xiangyue.incidents.rules import Right, State, Verb, level_above
from xiangyue.incidents.services.acting import Actor, begin, finish, reason_given
from xiangyue.incidents.services.reporting import loop_policy
from xiangyue.kernel.refusals import Refused
from xiangyue.kernel.transactions import whole
from xiangyue.places.models import Organisation


class WrongUnit(Refused):
    """The unit cannot answer for this incident."""

    code = "wrong_unit"


class TopReached(Refused):
    """There is no level above this one."""

    code = "top_reached"


@whole
def dispatch_incident(
    *,
    incident: Incident,
    unit: Organisation,
    actor: Actor,
    at: datetime,
    note: str = "",
    seen_version: int | None = None,
) -> Incident:
    """分流交办: say who answers for it; what "small" means is fixed here by the unit's level."""
    act = begin(
        incident=incident, actor=actor, verb=Verb.DISPATCH, at=at, seen_version=seen_version
    )
    check_unit(act.incident, unit)
    return finish(
        act,
        to_unit=unit,
        note=note.strip(),
        changes=given_to(act.incident, unit, at),
        is_told=True,
        activity="incident_dispatched",
        facts={"unit": str(unit.pk)},
    )


def given_to(incident: Incident, unit: Organisation, at: datetime) -> dict[str, Any]:
    """What changes when the incident is given to the unit: level, response time, no handler yet."""
    return {
        "level": level_of(unit.place),
        "suggested_unit": None,
        "handler": None,
        "dispatched_at": at,
        "respond_due_at": due_at(
            started_at=at,
            limit=Limit.parse(
                meaning(incident.category, IncidentCategory).respond_limit
                or loop_policy().take_on_within
            ),
            calendar=current_calendar(),
        ),
    }


def check_unit(incident: Incident, unit: Organisation) -> None:
    """:raises WrongUnit: the unit does not serve the place, or may not know of the matter."""
    if not unit.is_active:
        raise WrongUnit(_("%(unit)s no longer works.") % {"unit": unit.name})
    if incident.audience == Audience.CONFIDENTIAL:
        functions = meaning(incident.category, IncidentCategory).functions
        if unit.function not in functions:
            raise WrongUnit(
                _("A confidential matter may only go to the department that answers for it."),
                source="PE02",
            )
    elif incident.is_kept_from_village and level_of(unit.place) in {"grid", "village"}:
        raise WrongUnit(
            _("This may be about the village itself; it stays with the town or the county."),
            source="PE04",
        )
    elif not (
        incident.place_path.startswith(unit.place_path)
        or unit.place_path.startswith(incident.place_path)
    ):
        raise WrongUnit(
            _("%(unit)s does not serve %(place)s.")
            % {"unit": unit.name, "place": incident.place.name}
        )


@whole
def hand_on_incident(
    *,
    incident: Incident,
    unit: Organisation,
    reason: str,
    actor: Actor,
    at: datetime,
    seen_version: int | None = None,
) -> Incident:
    """Give it to another unit with a reason; after too many hops the dispatcher decides (SY-44)."""
    act = begin(incident=incident, actor=actor, verb=Verb.HAND_ON, at=at, seen_version=seen_version)
    reason = reason_given(reason, lambda: _("Please say why it is handed on."))
    check_unit(act.incident, unit)
    if unit.pk == act.incident.unit_id:
        raise WrongUnit(_("It is with %(unit)s already.") % {"unit": unit.name})
    hops = act.incident.hop_count + 1
    if hops > loop_policy().hop_limit and act.right is not Right.DISPATCHER:
        return finish(
            act,
            to_unit=act.incident.hub,
            note=reason,
            changes={
                "state": State.REPORTED,
                "suggested_unit": unit,
                "handler": None,
                "hop_count": hops,
            },
            activity="incident_returned",
            facts={"unit": str(act.incident.hub_id), "hops": hops},
        )
    return finish(
        act,
        to_unit=unit,
        note=reason,
        changes={**given_to(act.incident, unit, at), "hop_count": hops},
        is_told=True,
        activity="incident_handed_on",
        facts={"unit": str(unit.pk), "hops": hops},
    )


@whole
def refuse_incident(
    *,
    incident: Incident,
    reason: str,
    actor: Actor,
    at: datetime,
    seen_version: int | None = None,
) -> Incident:
    """Say with a reason that it is not ours; it goes to the dispatcher, never round in a ring."""
    act = begin(incident=incident, actor=actor, verb=Verb.REFUSE, at=at, seen_version=seen_version)
    reason = reason_given(reason, lambda: _("Please say why your unit does not answer for it."))
    hops = act.incident.hop_count + 1
    return finish(
        act,
        to_unit=act.incident.hub,
        note=reason,
        changes={"hop_count": hops, "handler": None, "suggested_unit": None},
        activity="incident_refused",
        facts={"unit": str(act.from_unit_id), "hops": hops},
    )


@whole
def escalate_incident(
    *,
    incident: Incident,
    reason: str,
    actor: Actor,
    at: datetime,
    seen_version: int | None = None,
) -> Incident:
    """Ask the level above to decide; its clock runs on.

    From the grid it goes to the village's committee, from the village to the town's centre,
    from the town to the county's (SY-16: 小事不出网格, 大事不出村居).

    :raises TopReached: it is with the county already.
    """
    act = begin(
        incident=incident, actor=actor, verb=Verb.ESCALATE, at=at, seen_version=seen_version
    )
    reason = reason_given(reason, lambda: _("Please say why the level above is needed."))
    above = _unit_above(act.incident)
    if above is None:
        raise TopReached(_("There is no level above to escalate to."))
    is_centre = above.function in {TOWN_HUB, COUNTY_HUB}
    return finish(
        act,
        to_unit=above,
        note=reason,
        changes={
            "state": State.REPORTED if is_centre else State.DISPATCHED,
            "level": level_of(above.place),
            "handler": None,
            "suggested_unit": None,
            **({"hub": above} if is_centre else {}),
        },
        is_told=True,
        activity="incident_escalated",
        facts={"unit": str(above.pk), "level": level_of(above.place)},
    )


def _unit_above(incident: Incident) -> Organisation | None:
    """Who decides one level up: from the grid the village's committee, then the centres."""
    units = UnitsAbove(incident.place)
    higher = level_above(incident.level)
    while higher is not None:
        function = {"village": VILLAGE_COMMITTEE, "town": TOWN_HUB}.get(higher, COUNTY_HUB)
        unit = units.nearest(function, level=higher)
        if unit is not None and unit.pk != incident.unit_id:
            return unit
        higher = level_above(higher)
    return None


@whole
def reclassify_incident(
    *,
    incident: Incident,
    category_key: str,
    reason: str,
    actor: Actor,
    at: datetime,
    urgency: int | None = None,
    seen_version: int | None = None,
) -> Incident:
    """Correct the category or urgency; the clock keeps its start and what has run (N2).

    An incident never becomes more open than it was reported.
    """
    act = begin(
        incident=incident, actor=actor, verb=Verb.RECLASSIFY, at=at, seen_version=seen_version
    )
    reason = reason_given(reason, lambda: _("Please say why it is reclassified."))
    declaration = current("incident_category", category_key)
    category = meaning(declaration, IncidentCategory)
    if category.audience == Audience.CONFIDENTIAL and (
        act.incident.audience != Audience.CONFIDENTIAL
    ):
        raise WrongUnit(
            _("A confidential matter needs a new report that hides the reporter; enter one."),
            source="PE02",
        )
    urgency = act.incident.urgency if urgency is None else urgency
    limit = category.urgent_limit if urgency and category.urgent_limit else category.limit
    clock = change_limit(
        clock=act.incident.clock,
        limit=Limit.parse(limit),
        at=at,
        actor_id=actor.person_id,
        reason=reason,
    )
    audience = min(
        (Audience(act.incident.audience), category.audience), key=lambda each: OPENNESS[each]
    )
    return finish(
        act,
        note=reason,
        changes={
            "category": declaration,
            "category_key": declaration.key,
            "grams": grams_of(
                act.incident.description,
                act.incident.address,
                act.incident.place.name,
                category.name.zh,
            ),
            "urgency": urgency,
            "audience": audience,
            "due_at": clock.due_at,
            "watch_at": clock.due_at,
        },
        activity="incident_reclassified",
        facts={"category": declaration.key, "category_version": declaration.version},
    )
