"""What an entry of the record says to the outside: a CloudEvent, without anything personal.

An entry holds identifiers and digests alone; of these not even who acted goes out.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q

from xiangyue.activity.canonical import instant
from xiangyue.activity.catalogue import Activity, all_activities
from xiangyue.activity.models import Entry
from xiangyue.incidents.models import Incident
from xiangyue.places.models import Place

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
TYPE_PREFIX = "cn.xiangyue."
# What people themselves do, read and walk, what is kept on them, and this very telling: nobody
# outside's affair, even as bare numbers.
KEPT_IN = frozenset(
    {"access", "notifications", "open311", "patrols", "places", "registry", "site", "webhooks"}
)


def offered() -> dict[str, Activity]:
    """The activities that the outside can be told of, by name."""
    return {
        activity.name: activity
        for activity in all_activities()
        if activity.name.partition(".")[0] not in KEPT_IN
    }


def withheld(entries: Collection[Entry]) -> frozenset[int]:
    """The ids of the entries that have to do with a confidential matter, however (PE02, ME03).

    Two queries at most, however many.
    """
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
    """The incidents that an entry has to do with: by key, by clock, by number."""
    label, key = entry.subject_type, entry.subject_id
    pks = {_key(Incident, key)} if label == Incident._meta.label_lower else set()
    if isinstance(named := entry.facts.get("incident"), int | str) and str(named).isdigit():
        pks.add(int(named))
    clock = Incident._meta.get_field("clock").related_model
    clocks = {_key(clock, key)} if label == clock._meta.label_lower else set()
    return pks, clocks, set(_texts(entry.facts))


def _key(model: Any, text: str) -> Any:
    return model._meta.pk.to_python(text)


def _texts(facts: object) -> Iterable[str]:
    """Every text in the facts: any of them may be an incident's number."""
    if isinstance(facts, str):
        if len(facts) <= 16:
            yield facts
    elif isinstance(facts, Mapping):
        for value in facts.values():
            yield from _texts(value)
    elif isinstance(facts, list):
        for value in facts:
            yield from _texts(value)


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
