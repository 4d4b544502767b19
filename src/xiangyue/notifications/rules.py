"""What a message may say, whom it goes to, when a failed sending is tried again. Pure functions."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")

# What a declared text may speak of.
PLACEHOLDERS = frozenset(
    {
        "number",
        "category",
        "place",
        "unit",
        "handler",
        "state",
        "outcome",
        "due",
        "confirm_until",
        "level",
        "reason",
        "reply",
    }
)
# Free text and names: for the eyes of the reporter alone, and only after signing in.
PERSONAL = frozenset({"reason", "reply", "handler"})
# What may leave the house in a text message; a phone lies on the table.
SHORT = frozenset({"number", "unit", "outcome", "due", "confirm_until"})
# What a loudspeaker may say of a public matter.
READ_OUT = frozenset({"category", "place", "unit", "outcome"})
# What is known of any activity: where it was, and when what it speaks of begins.
OF_OTHERS = frozenset({"place", "begins"})

UNKNOWN = "—"


def placeholders_in(text: str) -> frozenset[str]:
    """The names in braces that the text waits to have filled.

    :raises ValueError: a brace that begins or ends no name.
    """
    rest = _PLACEHOLDER.sub("", text)
    if "{" in rest or "}" in rest:
        raise ValueError(f"a brace without a name in {text!r}")
    return frozenset(_PLACEHOLDER.findall(text))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders replaced; what is not known becomes a dash.

    Values are taken as they are: braces inside them stay braces.
    """
    return _PLACEHOLDER.sub(lambda found: values.get(found[1]) or UNKNOWN, text)


RETRY_AFTER = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))


def retry_at(*, attempt_count: int, at: datetime) -> datetime | None:
    """When a sending that has failed `attempt_count` times is tried again; None: no more."""
    if attempt_count > len(RETRY_AFTER):
        return None
    return at + RETRY_AFTER[attempt_count - 1]


QUIET_FROM, QUIET_TO = time(21, 30), time(7, 30)


def waking_hour(local: datetime) -> datetime:
    """The moment itself by day, the next 7:30 by night; `local` is in the county's own time."""
    if QUIET_TO <= local.time() < QUIET_FROM:
        return local
    day = local if local.time() < QUIET_TO else local + timedelta(days=1)
    return day.replace(hour=QUIET_TO.hour, minute=QUIET_TO.minute, second=0, microsecond=0)


def masked(address: str) -> str:
    """An address of which enough is left to recognise it by: 138****8000, z***@example.cn."""
    name, at, domain = address.partition("@")
    if at:
        return f"{name[:1]}***@{domain}"
    if len(address) > 7:
        return f"{address[:3]}****{address[-4:]}"
    return "****" if address else ""


@dataclass(frozen=True, slots=True)
class Seat:
    """A post as telling sees it: whose, in what role, where, for which unit."""

    person_id: UUID
    role: str
    place_path: str
    place_kind: str
    organisation_id: UUID | None


def paths_above(path: str, *, step: int) -> list[str]:
    """The path of a place and of all that it lies in, outermost first."""
    return [path[:length] for length in range(step, len(path) + 1, step)]


def in_unit(seats: Iterable[Seat], *, roles: Collection[str], unit_id: UUID) -> list[UUID]:
    """Who holds one of the roles for the unit."""
    return _people(seat for seat in seats if seat.organisation_id == unit_id and seat.role in roles)


def nearest(
    seats: Iterable[Seat],
    *,
    roles: Collection[str],
    path: str,
    leave_out: Collection[UUID | None] = (),
) -> list[UUID]:
    """Who holds one of the roles closest above the place, so that not the whole county is told.

    Whoever is left out does not keep the next ones up from being told in their stead.
    """
    fitting = [
        seat
        for seat in seats
        if seat.role in roles
        and path.startswith(seat.place_path)
        and seat.person_id not in leave_out
    ]
    depth = max((len(seat.place_path) for seat in fitting), default=0)
    return _people(seat for seat in fitting if len(seat.place_path) == depth)


def at_level(seats: Iterable[Seat], *, roles: Collection[str], path: str, kind: str) -> list[UUID]:
    """Who holds one of the roles at the place of this kind that holds `path`."""
    return _people(
        seat
        for seat in seats
        if seat.role in roles and seat.place_kind == kind and path.startswith(seat.place_path)
    )


def _people(seats: Iterable[Seat]) -> list[UUID]:
    return list(dict.fromkeys(seat.person_id for seat in seats))
