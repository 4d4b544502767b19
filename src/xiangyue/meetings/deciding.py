"""Decisions of a session act on the incidents, through the incidents' own verbs (SY-13, SD-30).

Whoever enters a decision must have the right for that verb on that incident: a session gives
nobody a right, and who handled a matter does not verify it here either (SE01).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiangyue.access.rules import Standing
from xiangyue.incidents.access import incident_for
from xiangyue.incidents.acts import ACTS, Act, act_named, acts_for, form_for, perform
from xiangyue.incidents.models import Incident
from xiangyue.incidents.rules import UNSETTLED, State, Verb
from xiangyue.incidents.services import Actor
from xiangyue.kernel.refusals import Conflict, NotAllowed, Refused
from xiangyue.meetings.access import is_open_matter, may_decide
from xiangyue.meetings.agenda import draw_agenda, restricted_for_some, write_agenda
from xiangyue.meetings.models import AgendaItem, Meeting
from xiangyue.meetings.rules import Reason
from xiangyue.meetings.rules import State as SessionState
from xiangyue.meetings.services.acting import (
    check_state,
    lock,
    person_of,
    recorded,
    words_given,
)
from xiangyue.meetings.services.holding import (
    hold_nil_session,
    lock_for_agenda,
    next_position,
    open_session,
)

__all__ = [
    "AGREED",
    "WATCH",
    "acts_at",
    "add_incident",
    "decide_by_act",
    "decide_in_words",
    "decision_name",
    "draw_agenda",
    "entered_form",
    "hold_nil_meeting",
    "open_meeting",
]

WATCH, AGREED = "watch", "agreed"
# The reporter's own verbs are no session's, and what is verified is verified on the spot.
DECISIONS = frozenset(
    {
        Verb.DISPATCH,
        Verb.TAKE_ON,
        Verb.HAND_ON,
        Verb.REFUSE,
        Verb.SPLIT,
        Verb.WAIT,
        Verb.RESUME,
        Verb.REQUEST_EXTENSION,
        Verb.DECIDE_EXTENSION,
        Verb.SUPERVISE,
        Verb.ESCALATE,
        Verb.HANDLE,
        Verb.SEND_BACK,
        Verb.NOTE,
        Verb.RECLASSIFY,
    }
)
IN_WORDS: Mapping[str, Promise] = {
    WATCH: gettext_lazy("Keep watching"),
    AGREED: gettext_lazy("Settled in the session"),
}


class NotUnderstood(Refused):
    """What was entered for a decision cannot be taken as it is."""

    code = "not_understood"


def decision_name(decision: str) -> "str | Promise":
    """What people call a decision."""
    return IN_WORDS[decision] if decision in IN_WORDS else ACTS[Verb(decision)].title


def open_meeting(*, meeting: Meeting, actor: Standing, at: datetime) -> Meeting:
    """Open a session, its agenda drawn from what is unsolved now. As `open_session`."""
    return open_session(meeting=meeting, actor=actor, at=at, draw=_draw)


def hold_nil_meeting(*, meeting: Meeting, actor: Standing, at: datetime) -> Meeting:
    """Open and close a session at which nothing is unsolved. As `hold_nil_session`."""
    return hold_nil_session(meeting=meeting, actor=actor, at=at, draw=_draw)


def _draw(meeting: Meeting, at: datetime) -> int:
    return write_agenda(meeting, at=at)


@transaction.atomic
def add_incident(*, meeting: Meeting, number: str, actor: Standing, at: datetime) -> AgendaItem:
    """Put an incident on the agenda by its number.

    :raises NotFound: there is none that the person may see.
    :raises NotAllowed: it is not for everybody who is asked to come, or not of this place.
    :raises Conflict: it is on the agenda, or settled.
    """
    locked = lock_for_agenda(meeting, actor)
    incident = incident_for(actor, number.strip().upper())
    if not incident.place_path.startswith(locked.place_path):
        raise NotAllowed(_("This incident lies outside the session's area."))
    if restricted_for_some(locked, incident, at=at):
        raise NotAllowed(
            _("Not everybody who is asked to come may know of this matter."), source="PE02"
        )
    if State(incident.state) not in UNSETTLED:
        raise Conflict(_("This incident is settled already."))
    if locked.items.filter(incident=incident).exists():
        raise Conflict(_("This incident is on the agenda already."))
    item = AgendaItem.objects.create(
        meeting=locked,
        position=next_position(locked),
        incident=incident,
        category=incident.category if locked.state == SessionState.OPEN else None,
        reasons=[Reason.ADDED],
        is_restricted=not is_open_matter(incident),
    )
    recorded(
        "item_added",
        locked,
        at=at,
        actor_id=person_of(actor),
        item=item.pk,
        number=incident.number,
    )
    return item


def acts_at(incident: Incident, actor: Standing) -> list[Act]:
    """What this person could decide on the incident now, the usual next step first."""
    return [act for act in acts_for(incident, Actor(actor)) if act.verb in DECISIONS]


def entered_form(act: Act, incident: Incident, actor: Standing, data: Any = None) -> Any:
    """The verb's own form, filled with what was entered."""
    return form_for(act, incident, Actor(actor), data)


@transaction.atomic
def decide_by_act(
    *,
    item: AgendaItem,
    decision: str,
    entered: Mapping[str, Any],
    actor: Standing,
    at: datetime,
) -> AgendaItem:
    """Decide by a verb of incidents: the incident moves and the item says so, or neither.

    `entered` is what the verb's form asks for, by field name; `version` guards against somebody
    who acted on the incident meanwhile.

    :raises NotAllowed: not at this session, or without the right for this verb on this incident.
    :raises Conflict: the session is not open, or somebody has decided already.
    :raises NotUnderstood: a field is missing or wrong.
    """
    locked = _undecided(item, actor)
    act = act_named(decision)
    if act.verb not in DECISIONS or locked.incident is None:
        raise NotAllowed(_("This is nothing that a session decides."))
    incident = incident_for(actor, locked.incident.number)
    form = entered_form(act, incident, actor, entered)
    if not form.is_valid():
        fields: dict[str, str | Promise] = {
            name: str(faults[0]) for name, faults in form.errors.items()
        }
        raise NotUnderstood(next(iter(fields.values())), fields=fields)
    perform(act, form, at=at)
    step = incident.steps.order_by("-pk").first()
    # The words stand in the step alone, and go with it when the matter is forgotten (GD09).
    return _decided(locked, decision=str(act.verb), words="", actor=actor, at=at, step=step)


@transaction.atomic
def decide_in_words(
    *, item: AgendaItem, decision: str, text: str, actor: Standing, at: datetime
) -> AgendaItem:
    """Keep watching, which needs no words; or say what was agreed about a free text.

    An item that is only watched can still be decided otherwise until the session closes.

    :raises NotAllowed: not at this session; an incident is decided by what is done with it.
    :raises Conflict: the session is not open, or somebody has decided already.
    """
    locked = _undecided(item, actor)
    if decision not in IN_WORDS or (decision == AGREED and locked.incident_id is not None):
        raise NotAllowed(_("This is nothing that a session decides."))
    words = text.replace("\r\n", "\n").strip()[:2000]
    if decision == AGREED:
        words = words_given(words, _("Please write what was agreed."), field="note")
    return _decided(locked, decision=decision, words=words, actor=actor, at=at)


def _undecided(item: AgendaItem, actor: Standing) -> AgendaItem:
    """The item, locked with its session, if it is still to be decided."""
    meeting = lock(item.meeting)
    if not may_decide(actor, meeting):
        raise NotAllowed(_("Your posts do not bring you to this session."))
    check_state(meeting, frozenset({SessionState.OPEN}))
    locked = AgendaItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    locked.meeting = meeting
    if locked.decision not in {"", WATCH}:
        raise Conflict(
            _("Somebody was quicker: this item was decided as “%(decision)s”.")
            % {"decision": decision_name(locked.decision)}
        )
    return locked


def _decided(
    item: AgendaItem,
    *,
    decision: str,
    words: str,
    actor: Standing,
    at: datetime,
    step: Any = None,
) -> AgendaItem:
    item.decision = decision
    item.decision_text = words
    item.decided_by_id = person_of(actor)
    item.decided_at = at
    item.step = step
    item.save(update_fields=["decision", "decision_text", "decided_by", "decided_at", "step"])
    recorded(
        "item_decided",
        item.meeting,
        at=at,
        actor_id=person_of(actor),
        item=item.pk,
        decision=decision,
        **({"number": item.incident.number} if item.incident is not None else {}),
    )
    return item
