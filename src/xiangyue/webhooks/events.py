"""What an entry of the record says to the outside: a CloudEvent, without anything personal.

An entry holds identifiers and digests alone; of these not even who acted goes out.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q

from xiangyue.activity.canonical import instant
from xiangyue.activity.catalogue import Activity, all_activities
from xiangyue.activity.models import Entry
from xiangyue.incidents.models import Incident
from xiangyue.places.models import Household, Person, Place

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
TYPE_PREFIX = "cn.xiangyue."
NUMBER_LENGTH, UUID_LENGTH = 16, 36
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# What people themselves do, read and walk, what is kept on them, and this very telling: nobody
# outside's affair, even as bare numbers.
KEPT_IN = frozenset(
    {"access", "enforcement", "notifications", "open311", "patrols", "places", "registry",
     "rosters", "site", "webhooks"}
)  # fmt: skip
# Facts that are somebody: who is invited, who gave a turn of duty to whom.
SOMEBODY = frozenset({"person", "giver", "taker"})
# At which moment one voter came, took a slip and voted: with a look at the door that is a name.
KEPT = frozenset(
    {
        "ballots.election_proxy_entered", "ballots.election_proxy_withdrawn",
        "ballots.presence_marked", "ballots.presence_withdrawn",
        "ballots.slips_handed_out", "ballots.slips_taken_back",
        "ballots.vote_cast", "ballots.voter_claim_answered", "ballots.voter_claimed",
    }
)  # fmt: skip


def offered() -> dict[str, Activity]:
    """The activities that the outside can be told of, by name: none that is about one person."""
    return {activity.name: activity for activity in all_activities() if not _is_kept(activity)}


def _is_kept(activity: Activity) -> bool:
    if activity.name in KEPT or activity.name.partition(".")[0] in KEPT_IN:
        return True
    return bool(activity.facts & SOMEBODY)


def withheld(entries: Collection[Entry]) -> frozenset[int]:
    """The ids of the entries that never go out: those that have to do with a confidential matter,
    however (PE02, ME03), and those that name anybody by their identifier.

    Four queries at most, however many.
    """
    return _confidential(entries) | _of_somebody(entries)


def _of_somebody(entries: Collection[Entry]) -> frozenset[int]:
    """Those in which somebody's or a household's identifier stands, wherever it does."""
    named = {entry.pk: _identifiers(entry) for entry in entries}
    asked = set().union(*named.values())
    if not asked:
        return frozenset()
    known: set[UUID] = set()
    for model in (Person, Household):
        known |= set(model._default_manager.filter(pk__in=asked).values_list("pk", flat=True))
    return frozenset(entry_id for entry_id, found in named.items() if found & known)


def _identifiers(entry: Entry) -> set[UUID]:
    texts = [entry.subject_id, *_texts(entry.facts, longest=UUID_LENGTH)]
    return {UUID(text) for text in texts if _UUID.fullmatch(text)}


def _confidential(entries: Collection[Entry]) -> frozenset[int]:
    subjects = {entry.pk: _subjects(entry) for entry in entries}
    pks, clocks, numbers = (set().union(*(each[i] for each in subjects.values())) for i in range(3))
    if not (pks or clocks or numbers):
        return frozenset()
    rows = Incident.objects.filter(audience="confidential").filter(
        Q(pk__in=pks) | Q(clock_id__in=clocks) | Q(number__in=numbers)
    )
    hidden: tuple[set[Any], set[Any], set[Any]] = (set(), set(), set())
    for pk, clock_id, number in rows.values_list("pk", "clock_id", "number"):
        for group, value in zip(hidden, (pk, clock_id, number), strict=True):
            group.add(value)
    return frozenset(
        entry_id
        for entry_id, found in subjects.items()
        if any(mine & theirs for mine, theirs in zip(found, hidden, strict=True))
    )


def _subjects(entry: Entry) -> tuple[set[Any], set[Any], set[Any]]:
    """The incidents that an entry has to do with: by key, by clock, by number.

    A session's item, a council's matter or a notice may be about one: their facts say about what.
    """
    clock = Incident._meta.get_field("clock").related_model
    pks: set[Any] = set()
    clocks: set[Any] = set()
    about = str(entry.facts.get("subject_type", "")), str(entry.facts.get("subject_id", ""))
    for label, key in ((entry.subject_type, entry.subject_id), about):
        if label == Incident._meta.label_lower:
            pks.add(_key(Incident, key))
        elif label == clock._meta.label_lower:
            clocks.add(_key(clock, key))
    if isinstance(named := entry.facts.get("incident"), int | str) and str(named).isdigit():
        pks.add(int(named))
    return pks, clocks, set(_texts(entry.facts, longest=NUMBER_LENGTH))


def _key(model: Any, text: str) -> Any:
    return model._meta.pk.to_python(text)


def _texts(facts: object, *, longest: int) -> Iterable[str]:
    """Every short text in the facts: any may be an incident's number, or somebody's identifier."""
    if isinstance(facts, str):
        if len(facts) <= longest:
            yield facts
    elif isinstance(facts, Mapping):
        for value in facts.values():
            yield from _texts(value, longest=longest)
    elif isinstance(facts, list):
        for value in facts:
            yield from _texts(value, longest=longest)


def place_codes(entries: Iterable[Entry]) -> dict[str, str]:
    """The codes of the places where the entries happened, by path: one query."""
    paths = {entry.place_path for entry in entries if entry.place_path}
    return dict(Place.objects.filter(path__in=paths).values_list("path", "code")) if paths else {}


def event_of(
    entry: Entry, *, leaf_index: int, source: str, place_code: str | None
) -> dict[str, Any]:
    """The entry as a CloudEvent 1.0; its `id` is the entry's, its `sequence` its place in the
    sealed record, by which a receiver puts events in order."""
    return {
        "specversion": "1.0",
        "id": str(entry.pk),
        "source": source,
        "type": TYPE_PREFIX + entry.name,
        "subject": f"{entry.subject_type}/{entry.subject_id}",
        "time": instant(entry.at),
        "datacontenttype": "application/json",
        "sequence": f"{leaf_index:020d}",
        "data": {"place": place_code, **entry.facts},
    }


def as_body(event: Mapping[str, Any]) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def message_id(sending_id: UUID) -> str:
    """The same for each attempt."""
    return f"msg_{sending_id.hex}"
