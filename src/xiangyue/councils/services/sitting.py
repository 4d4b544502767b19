"""Who may sit where: as many as may, of age, in one seat, and not in two duties that are apart."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.councils import rules
from xiangyue.councils.blueprint import CouncilKind, SeatKind
from xiangyue.councils.models import Council, Seat
from xiangyue.councils.queries import OPEN, duties_at
from xiangyue.kernel.refusals import Conflict, Refused
from xiangyue.places.models import Person
from xiangyue.places.queries import active_posts


class SeatsFull(Refused):
    """As many sit there as may."""

    code = "seats_full"


class TwoSeats(Conflict):
    """One person fills one seat, unless it is declared that two may be shared."""

    code = "two_seats"


class KeptApart(Refused):
    """The person would carry two duties that are apart (SY-21)."""

    code = "kept_apart"


class TooYoung(Refused):
    """Members are of age."""

    code = "too_young"


def check_may_sit(
    council: Council,
    kind: CouncilKind,
    declared: SeatKind,
    person: Person | None,
    name: str,
    *,
    at: datetime,
) -> bool:
    """Whether they may sit here; True when it is a second seat that may be shared."""
    today = timezone.localdate(at)
    there = list(council.seats.filter(state__in=OPEN))
    if (
        declared.most is not None
        and sum(s.seat_key == declared.key for s in there) >= declared.most
    ):
        said = _("%(seat)s: %(most)d may sit, and as many sit or are asked already.") % {
            "seat": declared.name.in_language(get_language()),
            "most": declared.most,
        }
        raise SeatsFull(said, source=kind.source, fields={"seat_key": said})
    if kind.size_most is not None and len(there) >= kind.size_most:
        raise SeatsFull(_("The council is full."), source=kind.source)
    if person is not None and rules.is_minor(person.birth_date, on=today):
        said = _("Members are eighteen at least.")
        raise TooYoung(said, fields={"name": said})
    mine = [
        one
        for one in there
        if (person is not None and one.person_id == person.pk)
        or (person is None and one.person_id is None and one.name == name)
    ]
    for one in mine:
        if not kind.may_share(one.seat_key, declared.key):
            said = _("%(name)s has a seat in this council or is asked; one person fills one seat.")
            said %= {"name": name}
            raise TwoSeats(said, source=kind.source, fields={"name": said})
    if person is not None:
        check_apart(council, kind, declared, person, at=at)
    return bool(mine)


def check_apart(
    council: Council, kind: CouncilKind, declared: SeatKind, person: Person, *, at: datetime
) -> None:
    """That the person does not come to carry two duties that are apart at the place (SY-21).

    Asked of seats in all its councils, and of the posts held there.

    :raises KeptApart: they would.
    """
    if not declared.duty:
        return
    carried = duties_at(council.place, person, on=timezone.localdate(at))
    roles = set(
        active_posts(at=at)
        .filter(person=person, place=council.place)
        .values_list("role", flat=True)
    )
    for pair in kind.apart:
        if declared.duty not in {pair.one, pair.other}:
            continue
        across = pair.other if declared.duty == pair.one else pair.one
        by_post = any(roles & set(held) for duty, held in pair.roles.items() if str(duty) == across)
        if across in carried or by_post:
            said = pair.says.in_language(get_language())
            where = carried.get(across, "")
            raise KeptApart(
                f"{said}{_('They sit here: %(where)s.') % {'where': where} if where else ''}",
                source=kind.source,
                fields={"name": said},
            )


def check_apart_but(
    council: Council, kind: CouncilKind, declared: SeatKind, seat: Seat, *, at: datetime
) -> None:
    """As `check_apart`, of somebody who is asked for this very seat already."""
    assert seat.person is not None
    others = duties_at(council.place, seat.person, on=timezone.localdate(at), but=seat)
    pairs = [(pair.one, pair.other) for pair in kind.apart]
    both = rules.carried_both({*others, declared.duty}, pairs)
    if both is not None and declared.duty in both:
        check_apart(council, kind, declared, seat.person, at=at)
