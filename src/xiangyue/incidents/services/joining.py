"""One matter for several units, and several reports of one matter: split and merge."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from xiangyue.activity.services import record
from xiangyue.calendars.rules import Limit
from xiangyue.calendars.services import start_clock, stop_clock
from xiangyue.incidents.blueprint import Audience
from xiangyue.incidents.models import Incident
from xiangyue.incidents.rules import OPEN, State, Verb
from xiangyue.incidents.services.acting import Actor, begin, finish, lock, reason_given
from xiangyue.incidents.services.dispatching import WrongUnit, check_unit, given_to
from xiangyue.incidents.services.rows import rows
from xiangyue.kernel.identifiers import speakable_code
from xiangyue.kernel.refusals import Refused
from xiangyue.kernel.transactions import whole
from xiangyue.places.models import Organisation


class WrongMerge(Refused):
    """These two incidents cannot be one."""

    code = "wrong_merge"


@whole
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
    task = reason_given(note, lambda: _("Please say what each unit is to do."))
    for unit in [lead, *others.values()]:
        check_unit(act.incident, unit)
    parent = finish(
        act,
        to_unit=lead,
        note=task,
        changes={**given_to(act.incident, lead, at), "taken_on_at": at},
        is_told=True,
        activity="incident_split",
        facts={"unit": str(lead.pk), "count": len(others)},
    )
    return [_child(parent, unit, task, actor, at) for unit in others.values()]


def _child(parent: Incident, unit: Organisation, task: str, actor: Actor, at: datetime) -> Incident:
    clock = start_clock(limit=Limit.parse(parent.clock.limit), at=at)
    given = given_to(parent, unit, at)
    child = Incident(
        number=f"{parent.number}-{rows().part_count(parent) + 1}",
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
        is_kept_from_village=parent.is_kept_from_village,
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
        told_at=at,
        **given,
    )
    rows().add_incident(child)
    rows().add_step(
        child,
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


@whole
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
    if rows().has_open_part(act.incident):
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
        rows().support(main, merged.reporter_id, at)
    rows().lead_on(merged, main, at)
    return merged
