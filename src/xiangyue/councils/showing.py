"""What of councils each reader sees: private names are for residents, everybody reads the rest."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.councils import queries
from xiangyue.councils.blueprint import SeatKind
from xiangyue.councils.models import (
    Council,
    Matter,
    Recusal,
    Seat,
    Stakeholder,
    StakeStateChoices,
)
from xiangyue.councils.reading import kind_of, seat_name


@dataclass(frozen=True, slots=True)
class Shown:
    """Somebody in a seat, as one reader sees them; `name` is empty where it is not for them."""

    name: str
    stands_for: str
    how: str
    since: date | None
    until: date | None
    state: str = ""
    key: object = None

    @property
    def called(self) -> str:
        return self.name or self.stands_for or _("one person")


@dataclass(frozen=True, slots=True)
class SeatShown:
    """One seat of the council with those in it; `lack` says in words what is missing."""

    kind: SeatKind
    name: str
    who: str
    people: tuple[Shown, ...]
    least: int
    most: int | None

    @property
    def is_filled(self) -> bool:
        return len(self.people) >= self.least and (
            self.most is None or len(self.people) <= self.most
        )


def is_named(seat: Seat, declared: SeatKind | None, *, reads_names: bool) -> bool:
    return reads_names or seat.is_named or (declared is not None and declared.in_office)


def shown_seat(seat: Seat, declared: SeatKind | None, *, reads_names: bool) -> Shown:
    return Shown(
        name=seat.name if is_named(seat, declared, reads_names=reads_names) else "",
        stands_for=seat.stands_for,
        how=f"{seat.get_way_display()}：{seat.chosen_how}",
        since=seat.active_from,
        until=seat.active_to,
        state=str(seat.get_state_display()),
        key=seat.pk,
    )


def seats_shown(council: Council, *, on: date, reads_names: bool) -> list[SeatShown]:
    """The council as it sat on a day, seat by seat."""
    language = get_language()
    there: dict[str, list[Seat]] = {}
    for seat in queries.seats_on(council, on=on).order_by("active_from", "pk"):
        there.setdefault(seat.seat_key, []).append(seat)
    return [
        SeatShown(
            kind=declared,
            name=declared.name.in_language(language),
            who=declared.who.in_language(language) if declared.who is not None else "",
            people=tuple(
                shown_seat(seat, declared, reads_names=reads_names)
                for seat in there.get(declared.key, ())
            ),
            least=declared.least,
            most=declared.most,
        )
        for declared in kind_of(council).seats
    ]


def stake_shown(one: Stakeholder, *, reads_names: bool) -> Shown:
    """A unit is named for everybody, a person for residents."""
    is_open = reads_names or (one.person_id is None and one.organisation_id is not None)
    return Shown(
        name=one.name if is_open else "",
        stands_for=one.stands_for,
        how=one.stake,
        since=timezone.localdate(one.noted_at),
        until=None,
        state=str(one.get_state_display()),
        key=one.pk,
    )


@dataclass(frozen=True, slots=True)
class MatterShown:
    """Who sits for a matter and why, who stepped back and why, what is missing."""

    seats: tuple[SeatShown, ...]
    concerned: tuple[Shown, ...]
    stepped_back: tuple[Shown, ...]
    missing: tuple[str, ...]


def matter_shown(matter: Matter, *, at: datetime, reads_names: bool) -> MatterShown:
    council = matter.council
    kind = kind_of(council)
    away = list(Recusal.objects.filter(matter=matter).select_related("seat"))
    gone = {one.seat_id for one in away}
    on = timezone.localdate(matter.closed_at or at)
    seats = []
    for one in seats_shown(council, on=on, reads_names=reads_names):
        if one.kind.per_issue:
            continue
        people = tuple(each for each in one.people if each.key not in gone)
        seats.append(SeatShown(one.kind, one.name, one.who, people, one.least, one.most))
    stakes = list(matter.stakeholders.select_related("organisation"))
    back = [
        Shown(
            name=one.seat.name
            if is_named(one.seat, kind.seat(one.seat.seat_key), reads_names=reads_names)
            else "",
            stands_for=seat_name(council, one.seat.seat_key),
            how=one.why,
            since=timezone.localdate(one.stepped_back_at),
            until=None,
        )
        for one in away
    ]
    back += [
        Shown(
            name=stake_shown(one, reads_names=reads_names).name,
            stands_for=one.stands_for,
            how=one.reason,
            since=timezone.localdate(one.answered_at) if one.answered_at else None,
            until=None,
        )
        for one in stakes
        if one.state == StakeStateChoices.STEPPED_BACK
    ]
    return MatterShown(
        seats=tuple(seats),
        concerned=tuple(
            stake_shown(one, reads_names=reads_names)
            for one in stakes
            if one.state == StakeStateChoices.ACCEPTS
        ),
        stepped_back=tuple(back),
        missing=tuple(queries.missing(council, subject=matter, at=at))
        if matter.closed_at is None
        else (),
    )
