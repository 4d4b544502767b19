"""Who answers for it: dispatch, hand on, refuse, split among departments, merge, escalate."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.activity.services import record
from xiangyue.blueprints.queries import current, meaning
from xiangyue.calendars.queries import current_calendar
from xiangyue.calendars.rules import Limit, due_at
from xiangyue.calendars.services import change_limit, start_clock, stop_clock
from xiangyue.incidents.blueprint import OPENNESS, Audience, IncidentCategory
from xiangyue.incidents.grams import grams_of
from xiangyue.incidents.models import Incident, Step, Support
from xiangyue.incidents.routing import COUNTY_HUB, TOWN_HUB, UnitsAbove, level_of
from xiangyue.incidents.rules import OPEN, Right, State, Verb, level_above
from xiangyue.incidents.services.acting import Actor, begin, finish, lock, reason_given
from xiangyue.incidents.services.reporting import loop_policy
from xiangyue.kernel.identifiers import speakable_code
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Organisation


class WrongUnit(Refused):
    """The unit cannot answer for this incident."""

    code = "wrong_unit"


class TopReached(Refused):
    """There is no level above this one."""

    code = "top_reached"


class WrongMerge(Refused):
    """These two incidents cannot be one."""

    code = "wrong_merge"


@transaction.atomic
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
    _check_unit(act.incident, unit)
    return finish(
        act,
        to_unit=unit,
        note=note.strip(),
        changes=_given_to(act.incident, unit, at),
        is_told=True,
        activity="incident_dispatched",
        facts={"unit": str(unit.pk)},
    )


def _given_to(incident: Incident, unit: Organisation, at: datetime) -> dict[str, Any]:
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


def _check_unit(incident: Incident, unit: Organisation) -> None:
    if not unit.is_active:
        raise WrongUnit(_("%(unit)s no longer works.") % {"unit": unit.name})
    if incident.audience == Audience.CONFIDENTIAL:
        functions = meaning(incident.category, IncidentCategory).functions
        if unit.function not in functions:
            raise WrongUnit(
                _("A confidential matter may only go to the department that answers for it."),
                source="PE02",
            )
    elif not (
        incident.place_path.startswith(unit.place_path)
        or unit.place_path.startswith(incident.place_path)
    ):
        raise WrongUnit(
            _("%(unit)s does not serve %(place)s.")
            % {"unit": unit.name, "place": incident.place.name}
        )


@transaction.atomic
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
    reason = reason_given(reason, _("Please say why it is handed on."))
    _check_unit(act.incident, unit)
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
        changes={**_given_to(act.incident, unit, at), "hop_count": hops},
        is_told=True,
        activity="incident_handed_on",
        facts={"unit": str(unit.pk), "hops": hops},
    )


@transaction.atomic
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
    reason = reason_given(reason, _("Please say why your unit does not answer for it."))
    hops = act.incident.hop_count + 1
    return finish(
        act,
        to_unit=act.incident.hub,
        note=reason,
        changes={"hop_count": hops, "handler": None, "suggested_unit": None},
        activity="incident_refused",
        facts={"unit": str(act.from_unit_id), "hops": hops},
    )


@transaction.atomic
def split_incident(
    *,
    incident: Incident,
    lead: Organisation,
    units: Sequence[Organisation],
    note: str,
    actor: Actor,
    at: datetime,
    seen_version: int | None = None,
) -> list[Incident]:
    """Several departments at once: each gets a child with a clock of its own, one leads.

    The parent cannot be handled while a child is open. Returns the children.
    """
    act = begin(incident=incident, actor=actor, verb=Verb.SPLIT, at=at, seen_version=seen_version)
    others = {unit.pk: unit for unit in units if unit.pk != lead.pk}
    if not others:
        raise WrongUnit(_("Choose at least one unit besides the leading one."))
    if act.incident.parent_id is not None:
        raise WrongUnit(_("This is a part of another incident; split that one."))
    task = reason_given(note, _("Please say what each unit is to do."))
    for unit in [lead, *others.values()]:
        _check_unit(act.incident, unit)
    parent = finish(
        act,
        to_unit=lead,
        note=task,
        changes={**_given_to(act.incident, lead, at), "taken_on_at": at},
        is_told=True,
        activity="incident_split",
        facts={"unit": str(lead.pk), "count": len(others)},
    )
    return [_child(parent, unit, task, actor, at) for unit in others.values()]


def _child(parent: Incident, unit: Organisation, task: str, actor: Actor, at: datetime) -> Incident:
    clock = start_clock(limit=Limit.parse(parent.clock.limit), at=at)
    given = _given_to(parent, unit, at)
    child = Incident.objects.create(
        number=f"{parent.number}-{parent.children.count() + 1}",
        slip_digest=speakable_code(40),
        category=parent.category,
        category_key=parent.category_key,
        description=parent.description,
        grams=parent.grams,
        audience=parent.audience,
        channel=parent.channel,
        urgency=parent.urgency,
        place=parent.place,
        place_path=parent.place_path,
        address=parent.address,
        latitude=parent.latitude,
        longitude=parent.longitude,
        state=State.DISPATCHED,
        hub=parent.hub,
        unit=unit,
        parent=parent,
        clock=clock,
        due_at=clock.due_at,
        watch_at=clock.due_at,
        created_at=at,
        **given,
    )
    Step.objects.create(
        incident=child,
        verb="report",
        at=at,
        actor_id=actor.person_id,
        to_state=child.state,
        to_unit=unit,
        note=task,
    )
    record(
        name="incidents.incident_dispatched",
        subject=child,
        at=at,
        actor_id=actor.person_id,
        place_path=child.place_path,
        facts={"number": child.number, "state": str(child.state), "unit": str(unit.pk)},
    )
    return child


@transaction.atomic
def merge_incident(
    *,
    incident: Incident,
    into: Incident,
    actor: Actor,
    at: datetime,
    note: str = "",
    seen_version: int | None = None,
) -> Incident:
    """Make a repeated report one with the main incident, with whose fate its reporter is told."""
    act = begin(incident=incident, actor=actor, verb=Verb.MERGE, at=at, seen_version=seen_version)
    main = lock(into)
    if main.pk == act.incident.pk or State(main.state) not in OPEN or main.parent_id is not None:
        raise WrongMerge(_("Choose another open incident to merge into."))
    if main.audience != act.incident.audience or act.incident.audience == Audience.CONFIDENTIAL:
        raise WrongMerge(_("Only incidents open to the same people can be merged."), source="PE02")
    if act.incident.children.exclude(state=State.CLOSED).exists():
        raise WrongMerge(_("Other units are still working on parts of this incident."))
    stop_clock(clock=act.incident.clock, at=at)
    merged = finish(
        act,
        note=note.strip(),
        changes={"merged_into": main, "due_at": None, "watch_at": None},
        is_told=True,
        activity="incident_merged",
        facts={"into": main.number},
    )
    if merged.reporter_id is not None and merged.reporter_id != main.reporter_id:
        Support.objects.get_or_create(
            incident=main, person_id=merged.reporter_id, defaults={"at": at}
        )
    Support.objects.filter(incident=merged).exclude(
        person_id__in=Support.objects.filter(incident=main).values("person_id")
    ).update(incident=main)
    Incident.objects.filter(merged_into=merged).update(merged_into=main)
    return merged


@transaction.atomic
def escalate_incident(
    *,
    incident: Incident,
    reason: str,
    actor: Actor,
    at: datetime,
    seen_version: int | None = None,
) -> Incident:
    """Ask the level above to decide; it lands with that level's centre, its clock running on.

    :raises TopReached: it is with the county already.
    """
    act = begin(
        incident=incident, actor=actor, verb=Verb.ESCALATE, at=at, seen_version=seen_version
    )
    reason = reason_given(reason, _("Please say why the level above is needed."))
    higher = level_above(act.incident.level)
    units = UnitsAbove(act.incident.place)
    hub = None
    if higher is not None:
        function = COUNTY_HUB if higher == "county" else TOWN_HUB
        hub = units.nearest(function) or units.nearest(COUNTY_HUB)
    if hub is None or (act.incident.hub_id == hub.pk and act.incident.state == State.REPORTED):
        raise TopReached(_("There is no level above to escalate to."))
    return finish(
        act,
        to_unit=hub,
        note=reason,
        changes={
            "hub": hub,
            "level": level_of(hub.place),
            "handler": None,
            "suggested_unit": None,
        },
        is_told=True,
        activity="incident_escalated",
        facts={"unit": str(hub.pk), "level": level_of(hub.place)},
    )


@transaction.atomic
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
    reason = reason_given(reason, _("Please say why it is reclassified."))
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
