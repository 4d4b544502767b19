"""The exact bytes that are hashed and signed, so that anyone can recompute them.

JSON (RFC 8259) in ASCII, keys sorted, no spaces; times in UTC with six decimals and a Z;
identifiers as text; hashes and signatures in lower-case hexadecimal. Written out in
docs/verify.md.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypedDict
from uuid import UUID


class EntryContent(TypedDict):
    """All of an entry, as it is hashed."""

    id: int
    name: str
    at: str
    recorded_at: str
    actor_id: str | None
    subject_type: str
    subject_id: str
    place_path: str
    facts: dict[str, object]


EntryRow = tuple[int, str, datetime, datetime, UUID | None, str, str, str, dict[str, object]]
ENTRY_COLUMNS = tuple(EntryContent.__annotations__)


class HeadContent(TypedDict):
    """All of a tree head, as it is signed."""

    county: str
    tree_size: int
    root_hash: str
    signed_at: str
    key_id: str


def as_bytes(content: "Mapping[str, object] | EntryContent | HeadContent") -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def instant(moment: datetime) -> str:
    """A time as canonical text, such as 2026-03-01T01:30:00.000000Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def entry_content(row: EntryRow) -> EntryContent:
    """The content of an entry whose columns, in the order of `ENTRY_COLUMNS`, these are."""
    entry_id, name, at, recorded_at, actor_id, subject_type, subject_id, place_path, facts = row
    return {
        "id": entry_id,
        "name": name,
        "at": instant(at),
        "recorded_at": instant(recorded_at),
        "actor_id": None if actor_id is None else str(actor_id),
        "subject_type": subject_type,
        "subject_id": subject_id,
        "place_path": place_path,
        "facts": facts,
    }


def head_content(
    *, county: str, tree_size: int, root_hash: bytes, signed_at: datetime, key_id: str
) -> HeadContent:
    return {
        "county": county,
        "tree_size": tree_size,
        "root_hash": root_hash.hex(),
        "signed_at": instant(signed_at),
        "key_id": key_id,
    }
