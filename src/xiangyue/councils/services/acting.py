"""What every act on a council begins and ends with: who, lock, words, record."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.access.queries import standing_of
from xiangyue.activity.services import record
from xiangyue.councils.blueprint import CouncilKind
from xiangyue.councils.models import Council, CouncilState, Matter, Seat
from xiangyue.councils.queries import seats_on
from xiangyue.councils.reading import kind_of
from xiangyue.kernel.refusals import Conflict, NotAllowed, Refused
from xiangyue.places.models import Person, Place

KEEP = "councils.keep"
LONGEST_WORDS = 300


class WordsMissing(Refused):
    """An act that needs words came without them, or with too many."""

    code = "words_missing"


class Decided(Conflict):
    """It was answered or ended meanwhile; what was said stays."""

    code = "decided"


class Dissolved(Conflict):
    """The council is dissolved; nothing of it changes any more."""

    code = "dissolved"


class NotWhole(Refused):
    """The council lacks something; each sentence says what and what to do about it."""

    code = "not_whole"

    def __init__(self, sentences: Iterable[str], *, source: str = "") -> None:
        self.sentences = list(sentences)
        super().__init__(" ".join(self.sentences), source=source)


def words_given(
    text: str, missing: str, *, field: str, most: int = LONGEST_WORDS, lines: bool = False
) -> str:
    """The words, trimmed; on one line unless `lines`.

    :raises WordsMissing: none, too many, or a character among them that no text has.
    """
    words = text.replace("\r\n", "\n").strip() if lines else " ".join(text.split())
    if "\x00" in words:
        said = _("What was sent holds a character that no text has.")
        raise WordsMissing(said, fields={field: said})
    if len(words) < 2:
        raise WordsMissing(missing, fields={field: missing})
    if len(words) > most:
        said = _("Please shorten this to %(most)d characters; it has %(count)d.") % {
            "most": most,
            "count": len(words),
        }
        raise WordsMissing(said, fields={field: said})
    return words


def words_if_any(text: str, *, field: str, most: int = LONGEST_WORDS) -> str:
    """As `words_given`, where nothing may be said."""
    return words_given(text, "", field=field, most=most) if text.strip() else ""


def lock(council: Council) -> Council:
    """The council as it stands now, locked until the transaction ends.

    :raises Dissolved: it is dissolved.
    """
    found = (
        Council.objects.select_for_update(of=("self",))
        .select_related("place", "declaration", "notice")
        .get(pk=council.pk)
    )
    if found.state == CouncilState.DISSOLVED:
        raise Dissolved(_("This council is dissolved; nothing of it changes any more."))
    return found


def lock_matter(matter: Matter) -> Matter:
    """The matter with its council locked.

    :raises Decided: the matter is closed.
    """
    council = lock(matter.council)
    found = Matter.objects.get(pk=matter.pk)
    found.council = council
    if found.closed_at is not None:
        raise Decided(_("This matter is closed; who sat on it stays as it is."))
    return found


def lives_at(person: Person, place: Place) -> bool:
    """Whether the person's household or place lies there."""
    paths = [person.household.place_path] if person.household_id and person.household else []
    if person.place_id and person.place:
        paths.append(person.place.path)
    return any(path.startswith(place.path) for path in paths)


def keeps(person: Person, council: Council, *, at: datetime) -> bool:
    return standing_of(person, at=at).may(KEEP, place_path=council.place_path)


def check_keeps(person: Person, council: Council, *, at: datetime) -> None:
    """:raises NotAllowed: no post of theirs keeps councils there."""
    if not keeps(person, council, at=at):
        raise NotAllowed(_("Your posts do not include the councils here."))


def own_seats(person: Person, council: Council, *, at: datetime) -> list[Seat]:
    """The seats that the person holds in the council today."""
    return [
        seat for seat in seats_on(council, on=timezone.localdate(at)) if seat.person_id == person.pk
    ]


def leads(person: Person, council: Council, *, at: datetime) -> bool:
    head = kind_of(council).leads
    return any(seat.seat_key == head for seat in own_seats(person, council, at=at))


def may_invite(person: Person, council: Council, kind: CouncilKind, *, at: datetime) -> bool:
    """Who keeps it; in what residents form also its members, and who began it."""
    if keeps(person, council, at=at):
        return True
    if kind.formed_by != "residents":
        return False
    return bool(own_seats(person, council, at=at)) or (
        council.state == CouncilState.FORMING and council.begun_by_id == person.pk
    )


def recorded(
    name: str,
    council: Council,
    *,
    at: datetime,
    actor_id: UUID | None = None,
    subject: models.Model | None = None,
    **facts: Any,
) -> None:
    """Record what happened; facts are identifiers, never names or words."""
    record(
        name=f"councils.{name}",
        subject=subject or council,
        at=at,
        actor_id=actor_id,
        place_path=council.place_path,
        facts={"kind": council.kind, **facts},
    )
