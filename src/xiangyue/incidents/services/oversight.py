"""日常督办: urging, supervision, and escalation by the clock."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from xiangyue.calendars.queries import current_calendar
from xiangyue.calendars.rules import Limit, due_at
from xiangyue.incidents.models import Incident, Step
from xiangyue.incidents.rules import UNSETTLED, State, Verb, level_above
from xiangyue.incidents.services.acting import (
    Actor,
    begin,
    by_the_clock,
    finish,
    lock,
    reason_given,
)
from xiangyue.incidents.services.closing import close_in_silence
from xiangyue.incidents.services.reporting import loop_policy
from xiangyue.incidents.services.rows import rows
from xiangyue.kernel.refusals import TooMany
from xiangyue.kernel.transactions import whole


@whole
def urge_incident(
    *,
    incident: Incident,
    actor: Actor,
    at: datetime,
    note: str = "",
    seen_version: int | None = None,
) -> Incident:
    """催办: the reporter asks to be quicker, once a day; the unit and its centre are told."""
    act = begin(incident=incident, actor=actor, verb=Verb.URGE, at=at, seen_version=seen_version)
    wait = Limit.parse(loop_policy().urge_again_after)
    last_at = rows().last_urged_at(act.incident)
    if last_at is not None:
        again_at = due_at(started_at=last_at, limit=wait, calendar=current_calendar())
        if again_at is not None and at < again_at:
            raise TooMany(
                _("You have urged this already; the unit has been told. You may again tomorrow.")
            )
    return finish(act, note=note.strip(), is_told=True, activity="incident_urged")


@whole
def supervise_incident(
    *,
    incident: Incident,
    note: str,
    actor: Actor,
    at: datetime,
    seen_version: int | None = None,
) -> Incident:
    """督办: a supervisor watches this one, and says what is expected."""
    act = begin(
        incident=incident, actor=actor, verb=Verb.SUPERVISE, at=at, seen_version=seen_version
    )
    note = reason_given(note, lambda: _("Please say what you expect of the unit."))
    return finish(act, note=note, changes={"is_supervised": True}, activity="incident_supervised")


@whole
def note_incident(
    *,
    incident: Incident,
    note: str,
    actor: Actor,
    at: datetime,
    is_told: bool = False,
    seen_version: int | None = None,
) -> Incident:
    """Add a word to the history; `is_told` shows it to the reporter."""
    act = begin(incident=incident, actor=actor, verb=Verb.NOTE, at=at, seen_version=seen_version)
    note = reason_given(note, lambda: _("Please write the note."))
    return finish(act, note=note, is_told=is_told, activity="incident_noted")


@whole
def raise_by_the_clock(*, incident: Incident, at: datetime) -> Incident | None:
    """Overdue: the next level is told and watches, step by step up to the county (SD-30).

    The unit keeps the work; what rises is who is told. None when it is no longer overdue.
    """
    locked = lock(incident)
    if (
        State(locked.state) not in UNSETTLED
        or locked.watch_at is None
        or locked.watch_at > at
        or locked.audience == "confidential"
    ):
        if locked.audience == "confidential" and locked.watch_at is not None:
            locked.watch_at = None
            rows().save(locked, ["watch_at"])
        return None
    higher = level_above(locked.watch_level or locked.level)
    policy = loop_policy()
    act = by_the_clock(incident=locked, verb="raise", at=at)
    return finish(
        act,
        changes={
            "watch_level": higher or "county",
            "watch_at": due_at(
                started_at=max(locked.watch_at, at - timedelta(days=1)),
                limit=Limit.parse(policy.escalate_after),
                calendar=current_calendar(),
            )
            if higher not in (None, "county")
            else None,
        },
        activity="incident_overdue",
        facts={"level": higher or "county"},
    )


def act_on_what_is_due(*, at: datetime, batch_size: int = 500) -> int:
    """Close what nobody objected to and raise what is overdue; returns how many were acted on."""
    silent = rows().silent(at, batch_size)
    count = sum(close_in_silence(incident=incident, at=at) is not None for incident in silent)
    for incident in rows().overdue(at, batch_size):
        count += raise_by_the_clock(incident=incident, at=at) is not None
    return count


def was_urged(incident: Incident) -> bool:
    """Whether the reporter has urged it since it was last dispatched."""
    steps = Step.objects.filter(incident=incident, verb=Verb.URGE)
    if incident.dispatched_at is not None:
        steps = steps.filter(at__gte=incident.dispatched_at)
    return steps.exists()
