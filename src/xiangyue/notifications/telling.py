"""Turns one recorded activity into the messages that the county declares for it.

Runs inside the transaction of whoever acts, so it asks a constant number of queries and sends
nothing: it writes inbox and outbox rows, and `delivering` carries the outbox away afterwards.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.utils import translation

from xiangyue.activity.models import Entry
from xiangyue.blueprints.editions import kept, steady
from xiangyue.blueprints.models import Declaration
from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.incidents.blueprint import IncidentCategory
from xiangyue.incidents.models import Incident, Urgency
from xiangyue.incidents.rules import Right
from xiangyue.kernel.bulk import insert_rows
from xiangyue.kernel.making import made
from xiangyue.notifications import outgoing
from xiangyue.notifications.audiences import STAFF, Concerned
from xiangyue.notifications.blueprint import OUTSIDE, Audience, DeclaredMessage
from xiangyue.notifications.models import Delivery, Message, Side
from xiangyue.notifications.rules import paths_above, placeholders_in
from xiangyue.places.models import Place, PlaceKind
from xiangyue.places.rules import short_name

CONFIDENTIAL_NAME = {"zh": "保密事项", "en": "Confidential matter"}
LONGEST_QUOTE = 300
_told_from: ContextVar[datetime | None] = ContextVar("told_from", default=None)


@dataclass(slots=True)
class Told:
    """One person who will be told one thing."""

    person_id: UUID
    row: Declaration
    declared: DeclaredMessage
    is_hidden: bool = False


@dataclass(slots=True)
class Telling:
    """What one activity amounts to, before anything is written."""

    concerned: Concerned
    told: list[Told] = field(default_factory=list)
    announced: list[DeclaredMessage] = field(default_factory=list)
    reached_nobody: list[DeclaredMessage] = field(default_factory=list)

    @property
    def incident(self) -> Incident:
        return self.concerned.incident

    @property
    def at(self) -> datetime:
        return self.concerned.at


def tell(*, entry: Entry) -> int:
    """Write what everybody concerned is told of the activity; returns how many messages.

    Nobody is told what they did themselves, unless the declaration says so, nor told twice in
    the same capacity. Where an audience has nobody in it, the outbox shows that.
    """
    if entry.subject_type != Incident._meta.label_lower:
        return 0
    with steady():
        declared = messages_on(entry)
        if not declared:
            return 0
        concerned = Concerned(_incident_of(entry), entry, at=entry.at)
        telling = Telling(concerned)
        for row, one in declared:
            if _fits(one, concerned):
                _gather(telling, row, one)
        return _write(telling)


@contextmanager
def telling_from(moment: datetime) -> Iterator[None]:
    """Tell nobody what happened before: for a past that is played with its own times."""
    token = _told_from.set(moment)
    try:
        yield
    finally:
        _told_from.reset(token)


def messages_on(entry: Entry) -> Sequence[tuple[Declaration, DeclaredMessage]]:
    """What is declared for the activity, in the order in which audiences are told."""
    told_from = _told_from.get()
    if told_from is not None and entry.at < told_from:
        return ()
    return kept("messages by activity", _read_messages).get(entry.name, ())


def _read_messages() -> dict[str, list[tuple[Declaration, DeclaredMessage]]]:
    order = list(Audience)
    found: dict[str, list[tuple[Declaration, DeclaredMessage]]] = {}
    for row in all_current("message"):
        declared = meaning(row, DeclaredMessage)
        found.setdefault(declared.on, []).append((row, declared))
    for pairs in found.values():
        pairs.sort(key=lambda pair: order.index(pair[1].to))
    return found


# What telling reads of an incident and of what it points to; descriptions stay where they are.
_READ = (
    *("number", "audience", "channel", "urgency", "state", "level", "watch_level", "outcome"),
    *("reply", "due_at", "confirm_until_at", "place_path", "reporter_tag", "sealed_reporter"),
    *("reporter", "entered_by", "handled_by", "parent", "merged_into"),
    *("category__kind", "category__digest", "place__name", "unit__name"),
    *("hub__place_path", "handler__name"),
)


def _incident_of(entry: Entry) -> Incident:
    """The incident as whoever acts on it holds it, else read from the database."""
    if isinstance(entry.subject, Incident):
        return entry.subject
    return (
        Incident.objects.select_related("category", "place", "unit", "hub", "handler")
        .only(*_READ)
        .get(pk=entry.subject_id)
    )


def _fits(declared: DeclaredMessage, concerned: Concerned) -> bool:
    incident = concerned.incident
    return (
        (not declared.states or incident.state in declared.states)
        and (not declared.ways or incident.channel in declared.ways)
        and (not declared.is_only_when_told or concerned.last_step.is_told)
        and (
            declared.by == "anybody"
            or (declared.by == "reporter") == (concerned.last_step.right == Right.REPORTER)
        )
    )


def _gather(telling: Telling, row: Declaration, declared: DeclaredMessage) -> None:
    concerned = telling.concerned
    if declared.to == Audience.VILLAGE:
        if _may_be_announced(concerned.incident):
            telling.announced.append(declared)
        return
    if declared.to in STAFF:
        found = concerned.staff(declared.to)
        if not found and not (concerned.is_confidential and declared.to == Audience.WATCHERS):
            telling.reached_nobody.append(declared)
        people = [Told(person_id, row, declared) for person_id in found]
    else:
        people = list(_outside(concerned, row, declared))
    is_staff = declared.to in STAFF
    already = {told.person_id for told in telling.told if (told.declared.to in STAFF) == is_staff}
    for told in people:
        is_own = told.person_id == concerned.entry.actor_id and not declared.is_told_to_actor
        if not is_own and told.person_id not in already:
            already.add(told.person_id)
            telling.told.append(told)


def _outside(concerned: Concerned, row: Declaration, declared: DeclaredMessage) -> Iterable[Told]:
    """The people who are told as reporters or for others, hidden ones marked so."""
    incident = concerned.incident
    is_hidden = bool(incident.reporter_tag)
    if declared.to == Audience.REPORTER:
        person_id = concerned.reporter()
        acted = is_hidden and concerned.last_step.right == Right.REPORTER
        if person_id is not None and not acted:
            yield Told(person_id, row, declared, is_hidden)
    elif declared.to == Audience.SUPPORTERS:
        reporter_id = None if is_hidden else incident.reporter_id
        for person_id in concerned.supporters():
            if person_id != reporter_id:
                yield Told(person_id, row, declared)
        for person_id in concerned.hidden_supporters():
            yield Told(person_id, row, declared, is_hidden=True)
    elif incident.entered_by_id is not None and not is_hidden and not concerned.is_confidential:
        yield Told(incident.entered_by_id, row, declared)


def _may_be_announced(incident: Incident) -> bool:
    """Only what everybody may know is read out: public, whole, its reporter not hidden."""
    return (
        incident.audience == "public"
        and not incident.reporter_tag
        and incident.parent_id is None
        and incident.merged_into_id is None
    )


def _side(audience: Audience) -> Side:
    if audience == Audience.REPORTER:
        return Side.REPORTER
    return Side.CONCERNED if audience in OUTSIDE else Side.STAFF


def _write(telling: Telling) -> int:
    values = _values_of(telling)
    messages: dict[int, Message] = {}
    already_generic = _unread_generic([told.person_id for told in telling.told if told.is_hidden])
    for position, told in enumerate(telling.told):
        if not told.is_hidden:
            messages[position] = _named(told, telling, values)
        elif told.person_id not in already_generic:
            messages[position] = _generic(told, telling.at)
    insert_rows([*messages.values()])
    _write_outbox(telling, messages, values)
    return len(messages)


@cache
def _placeholders(text: str) -> frozenset[str]:
    return placeholders_in(text)


def _spoken_of(declared: DeclaredMessage) -> frozenset[str]:
    """What the message in the inbox speaks of, in either language."""
    texts = (declared.title, declared.body)
    return frozenset().union(*(_placeholders(text.zh) | _placeholders(text.en) for text in texts))


def _named(told: Told, telling: Telling, values: dict[str, Any]) -> Message:
    return made(
        Message,
        recipient_id=told.person_id,
        declaration=told.row,
        params={
            name: values[name] for name in sorted(_spoken_of(told.declared)) if values.get(name)
        },
        number=telling.incident.number,
        side=_side(told.declared.to),
        created_at=telling.at,
    )


def _generic(told: Told, at: datetime) -> Message:
    return Message(
        id=uuid4(), recipient_id=told.person_id, side=Side.REPORTER, created_at=outgoing.blurred(at)
    )


def _unread_generic(people: list[UUID]) -> set[UUID]:
    """Who still has an unread generic message; a second one would say nothing new."""
    if not people:
        return set()
    rows = Message.objects.filter(recipient_id__in=people, declaration=None, read_at=None)
    return set(rows.values_list("recipient_id", flat=True))


def _values_of(telling: Telling) -> dict[str, Any]:
    """What the placeholders stand for; codes and times, to be put into words when read."""
    incident, is_confidential = telling.incident, telling.concerned.is_confidential
    is_reason_told = any("reason" in _spoken_of(told.declared) for told in telling.told)
    category = meaning(incident.category, IncidentCategory)
    return {
        "number": incident.number,
        "category": CONFIDENTIAL_NAME if is_confidential else category.name.model_dump(),
        "place": "" if is_confidential else short_name(incident.place.name),
        "unit": incident.unit.name,
        "handler": incident.handler.name if incident.handler is not None else "",
        "state": incident.state,
        "outcome": incident.outcome,
        "level": incident.watch_level or incident.level,
        "due": incident.due_at.isoformat() if incident.due_at else "",
        "confirm_until": (
            incident.confirm_until_at.isoformat() if incident.confirm_until_at else ""
        ),
        "reason": telling.concerned.last_step.note[:LONGEST_QUOTE] if is_reason_told else "",
        "reply": incident.reply[:LONGEST_QUOTE],
    }


def _write_outbox(telling: Telling, messages: dict[int, Message], values: dict[str, Any]) -> None:
    incident, at = telling.incident, telling.at
    deliveries: list[Delivery] = []
    with translation.override(settings.LANGUAGE_CODE):  # no reader is known to ask
        reaches = outgoing.reaches_of({told.person_id for told in telling.told})
        for position, told in enumerate(telling.told):
            deliveries += outgoing.carried(
                told.declared,
                reaches[told.person_id],
                message=messages.get(position),
                values=values,
                is_hidden=told.is_hidden,
                is_worth_a_text=_is_worth_a_text(told.declared, incident),
                is_urgent=incident.urgency == Urgency.EMERGENCY,
                at=at,
            )
        for declared in telling.announced:
            deliveries += outgoing.announced(declared, _village_of(incident), values=values, at=at)
        for declared in telling.reached_nobody:
            deliveries.append(
                outgoing.reaching_nobody(
                    declared,
                    values={} if telling.concerned.is_confidential else values,
                    unit=incident.unit,
                    at=at,
                )
            )
    insert_rows(deliveries)


def _is_worth_a_text(declared: DeclaredMessage, incident: Incident) -> bool:
    return incident.urgency >= declared.short_from_urgency and (
        declared.to in STAFF or incident.channel in declared.short_ways
    )


def _village_of(incident: Incident) -> Place | None:
    paths = paths_above(incident.place_path, step=Place.steplen)
    return Place.objects.filter(path__in=paths, kind=PlaceKind.VILLAGE).first()
