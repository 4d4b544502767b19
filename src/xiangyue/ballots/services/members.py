"""Verbs on lists that no post says: Party members, members of the collective, representatives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.activity.services import record
from xiangyue.ballots.drawing import current_members, residents_of
from xiangyue.ballots.models import Membership
from xiangyue.kernel.refusals import Conflict, Refused
from xiangyue.places.models import Person, Place

MOST_NAMES = 5_000


@dataclass(frozen=True, slots=True)
class Match:
    """What a pasted line means: nobody, one person, or several of the same name."""

    line: str
    people: Sequence[Person]
    is_listed: bool = False


class NamesUnclear(Refused):
    """A line names nobody of the place, or several."""

    code = "names_unclear"


def matched(*, place: Place, kind: str, text: str, on: date) -> list[Match]:
    """Whom each line of a pasted list means, among those who live at the place.

    A line is a name, or a name and a telephone number.

    :raises Refused: more lines than a village has members.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_NAMES:
        message = _("At most %(most)d names at a time.") % {"most": MOST_NAMES}
        raise Refused(message, fields={"names": message})
    by_name: dict[str, list[Person]] = {}
    names = {line.split()[0] for line in lines}
    people = residents_of(place).filter(name__in=names).select_related("household__grid", "place")
    for person in people.order_by("name", "birth_date", "pk"):
        by_name.setdefault(person.name, []).append(person)
    listed = set(current_members(place, kind, on=on).values_list("person", flat=True))
    found = []
    for line in dict.fromkeys(lines):
        name, *rest = line.split()
        namesakes = by_name.get(name, [])
        phones = {word for word in rest if word.isdigit()}
        exact = [each for each in namesakes if each.phone in phones] if phones else namesakes
        is_listed = len(exact) == 1 and exact[0].pk in listed
        found.append(Match(line, exact, is_listed))
    return found


@transaction.atomic
def import_members(
    *,
    place: Place,
    kind: str,
    text: str,
    on: date,
    at: datetime,
    by: Person,
    chosen: Sequence[Person] = (),
) -> int:
    """Put everybody of a pasted list on the list `kind` of the place; returns how many are new.

    `chosen` settles lines that several people answer to. Whole or not at all.

    :raises NamesUnclear: a line names nobody, or several of whom none is chosen.
    """
    picked = {person.pk: person for person in chosen}
    people: dict[object, Person] = {}
    unclear = []
    for match in matched(place=place, kind=kind, text=text, on=on):
        hits = [each for each in match.people if each.pk in picked]
        if len(match.people) == 1 or len(hits) == 1:
            person = match.people[0] if len(match.people) == 1 else hits[0]
            people[person.pk] = person
        else:
            unclear.append(match.line)
    if unclear:
        message = _("Who is meant? %(names)s") % {"names": "、".join(unclear[:20])}
        raise NamesUnclear(message, fields={"names": message})
    listed = set(current_members(place, kind, on=on).values_list("person", flat=True))
    fresh = [person for person in people.values() if person.pk not in listed]
    Membership.objects.bulk_create(
        Membership(place=place, kind=kind, person=person, active_from=on) for person in fresh
    )
    if fresh:
        _record("ballots.members_added", place, at=at, by=by, kind=kind, count=len(fresh))
    return len(fresh)


@transaction.atomic
def end_membership(*, membership: Membership, on: date, at: datetime, by: Person) -> Membership:
    """From the day on somebody belongs to the list no more.

    :raises Conflict: they have left already.
    """
    membership = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("place")
        .get(pk=membership.pk)
    )
    if membership.active_to is not None:
        raise Conflict(_("They have left this list already."))
    if on <= membership.active_from:
        membership.delete()  # entered in error: it never was
    else:
        membership.active_to = on
        membership.save(update_fields=["active_to"])
    _record("ballots.member_ended", membership.place, at=at, by=by, kind=membership.kind, count=1)
    return membership


def _record(name: str, place: Place, *, at: datetime, by: Person, kind: str, count: int) -> None:
    record(
        name=name, subject=place, at=at, actor_id=by.pk, place_path=place.path,
        facts={"kind": kind, "count": count},
    )  # fmt: skip


def found_people(*, place: Place, text: str, field: str) -> list[Person]:
    """The people of the place whom each line names, in its order; `field` is where it was typed.

    :raises NamesUnclear: a line names nobody, or several.
    """
    found = []
    for match in matched(place=place, kind="", text=text, on=date.min):
        if len(match.people) != 1:
            words = (
                _("Nobody here is called %(name)s.")
                if not match.people
                else _("Several here are called %(name)s; add the mobile number.")
            )
            message = words % {"name": match.line}
            raise NamesUnclear(message, fields={field: message})
        found.append(match.people[0])
    return found
