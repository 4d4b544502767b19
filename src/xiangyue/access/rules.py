"""What a person may do, worked out from the posts they hold now, and how they may sign in.

Pure functions.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Holding:
    """One post as access sees it: the verbs its role grants, over which area, in which unit."""

    role: str
    place_path: str
    organisation_id: UUID | None
    area_verbs: frozenset[str]
    unit_verbs: frozenset[str]
    is_at_desk: bool = True


@dataclass(frozen=True)
class Standing:
    """A person's posts at one moment; nobody's standing is empty-handed or all-powerful.

    `person_id` is None for a visitor who has not signed in.
    """

    person_id: UUID | None
    holdings: tuple[Holding, ...] = ()
    _areas: Mapping[str, tuple[str, ...]] = field(init=False, repr=False)
    _units: Mapping[str, frozenset[UUID]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        areas: dict[str, set[str]] = {}
        units: dict[str, set[UUID]] = {}
        for holding in self.holdings:
            for verb in holding.area_verbs:
                areas.setdefault(verb, set()).add(holding.place_path)
            if holding.organisation_id is not None:
                for verb in holding.unit_verbs:
                    units.setdefault(verb, set()).add(holding.organisation_id)
        object.__setattr__(
            self, "_areas", {verb: _outermost(paths) for verb, paths in areas.items()}
        )
        object.__setattr__(self, "_units", {verb: frozenset(ids) for verb, ids in units.items()})

    def areas(self, verb: str) -> tuple[str, ...]:
        """The tree paths in which the verb is granted, none inside another."""
        return self._areas.get(verb, ())

    def units(self, verb: str) -> frozenset[UUID]:
        """The organisations for which the verb is granted."""
        return self._units.get(verb, frozenset())

    def may(
        self, verb: str, *, place_path: str | None = None, organisation_id: UUID | None = None
    ) -> bool:
        """Whether a post grants the verb in an area that holds the place, or for the unit."""
        if place_path is not None and place_path.startswith(self.areas(verb)):
            return True
        return organisation_id is not None and organisation_id in self.units(verb)

    def may_somewhere(self, verb: str) -> bool:
        """Whether any post grants the verb anywhere; for showing a menu entry, never for acting."""
        return bool(self.areas(verb) or self.units(verb))

    @property
    def works_at_desk(self) -> bool:
        """Whether any post is worked from a desk rather than from a phone."""
        return any(holding.is_at_desk for holding in self.holdings)

    def holds(self, *roles: str) -> bool:
        """Whether any of the roles is held anywhere."""
        return any(holding.role in roles for holding in self.holdings)


def _outermost(paths: Iterable[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for path in sorted(paths):
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return tuple(kept)


_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LEADS = ("0086", "+86", "86")


def mobile_number(text: str) -> str | None:
    """The eleven digits of a mainland mobile number, however it was typed; None if it is none.

    Full-width digits, spaces, dashes and the country's code are forgiven.
    """
    if len(text) > 40:
        return None
    kept = re.sub(r"[\s().\-‐-―]", "", unicodedata.normalize("NFKC", text))
    for lead in _LEADS:
        if kept.startswith(lead) and len(kept) == len(lead) + 11:
            kept = kept[len(lead) :]
            break
    return kept if _MOBILE.fullmatch(kept) else None


def masked_number(phone: str) -> str:
    """Enough of a number to recognise one's own by: 138****8000."""
    return f"{phone[:3]}****{phone[-4:]}"


def typed_code(text: str) -> str:
    """The six digits meant by what was typed; anything else comes back as "", which never fits."""
    if len(text) > 40:
        return ""
    kept = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text))
    return kept if re.fullmatch(r"[0-9]{6}", kept) else ""


def network_of(address: str) -> str:
    """The address that limits count by: an IPv4 address, or the /64 an IPv6 subscriber holds."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` within any stretch of `within`."""

    count: int
    within: timedelta


CODES_PER_PHONE = (
    Limit(1, timedelta(minutes=1)),
    Limit(5, timedelta(hours=1)),
    Limit(15, timedelta(days=1)),
)
# A whole village, or a carrier's thousands, may stand behind one address; on a day of voting they
# all sign in. What limits guessing is each number's own.
CODES_PER_NETWORK = (Limit(300, timedelta(hours=1)), Limit(1_500, timedelta(days=1)))
CODE_LIFE = timedelta(minutes=10)
CODE_GUESSES = 5


def again_at(past: Iterable[datetime], limits: Iterable[Limit], *, at: datetime) -> datetime | None:
    """When one more is allowed after those of the `past`; None: now."""
    times = sorted(past)
    waits = []
    for limit in limits:
        recent = [time for time in times if time > at - limit.within]
        if len(recent) >= limit.count:
            waits.append(recent[-limit.count] + limit.within)
    return max(waits, default=None)


class Verdict(Enum):
    """What becomes of a code that somebody entered."""

    RIGHT = "right"
    WRONG = "wrong"
    NONE_SENT = "none_sent"
    USED = "used"
    EXPIRED = "expired"
    GUESSED_OUT = "guessed_out"


def judge_code(
    *,
    expires_at: datetime,
    is_used: bool,
    wrong_count: int,
    is_match: bool,
    at: datetime,
) -> Verdict:
    """Whether an entered code lets its bearer in; only RIGHT does, and uses the code up."""
    if is_used:
        return Verdict.USED
    if wrong_count >= CODE_GUESSES:
        return Verdict.GUESSED_OUT
    if at >= expires_at:
        return Verdict.EXPIRED
    return Verdict.RIGHT if is_match else Verdict.WRONG


RESIDENT_SESSION = timedelta(days=30)
STAFF_SESSION = timedelta(hours=12)


def session_life(standing: Standing) -> timedelta:
    """How long one sign-in lasts: who holds any post signs in every working day."""
    return STAFF_SESSION if standing.holdings else RESIDENT_SESSION
