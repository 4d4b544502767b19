"""The only way that web code fetches a roster or a turn of duty for a person."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from xiangyue.access.queries import granted
from xiangyue.access.rules import Standing
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Organisation, Place, PlaceKind
from xiangyue.places.rules import path_range
from xiangyue.rosters.models import DutyTurn, Exchange
from xiangyue.rosters.queries import duty_kinds

KEEP = "rosters.keep"


def duty_units(*, within: Place | None = None) -> QuerySet[Organisation]:
    """The units that keep duty: all of a town, else the county's and the towns' own."""
    functions = {function for kind in duty_kinds().values() for function in kind.functions}
    units = Organisation.objects.filter(function__in=functions, is_active=True)
    if within is not None:
        low, high = path_range(within.path)
        units = units.filter(place_path__gte=low, place_path__lt=high)
    else:
        units = units.exclude(place__kind=PlaceKind.VILLAGE)
    return units.select_related("place").order_by("place_path", "code")


def units_to_keep(standing: Standing) -> QuerySet[Organisation]:
    """The units with a duty whose rosters the person keeps, highest first."""
    functions = {function for kind in duty_kinds().values() for function in kind.functions}
    return (
        Organisation.objects.filter(function__in=functions, is_active=True)
        .filter(granted(standing, KEEP))
        .select_related("place")
        .order_by("place_path", "code")
    )


def unit_to_keep(standing: Standing, code: str) -> Organisation:
    """:raises NotFound: there is no such unit, or its roster is not this person's to keep."""
    unit = units_to_keep(standing).filter(code=code).first()
    if unit is None:
        raise NotFound(_("There is no duty roster here that you keep."))
    return unit


def turn_for(standing: Standing, turn_id: UUID) -> DutyTurn:
    """A turn for who holds it, who is asked to take it, or who keeps the roster.

    :raises NotFound: there is none, or none for this person; which of the two is not told.
    """
    turn = (
        DutyTurn.objects.filter(pk=turn_id)
        .filter(
            granted(standing, KEEP, path_field="unit__place_path")
            | (
                Q(published_at__isnull=False)
                & (
                    Q(person_id=standing.person_id)
                    | Q(pk__in=_asked(standing).values("turn"))
                    | Q(pk__in=_asked(standing).values("return_turn"))
                )
            )
        )
        .select_related("unit", "person")
        .first()
    )
    if turn is None or standing.person_id is None:
        raise NotFound(_("There is no such turn of duty that you may see."))
    return turn


def turn_to_keep(standing: Standing, turn_id: UUID) -> DutyTurn:
    """A turn of a roster that the person keeps.

    :raises NotFound: there is none, or it is in a roster that others keep.
    """
    turn = (
        DutyTurn.objects.filter(pk=turn_id)
        .filter(granted(standing, KEEP, path_field="unit__place_path"))
        .select_related("unit", "person")
        .first()
    )
    if turn is None:
        raise NotFound(_("There is no such turn of duty that you may see."))
    return turn


def _asked(standing: Standing) -> QuerySet[Exchange]:
    return Exchange.objects.filter(Q(giver_id=standing.person_id) | Q(taker_id=standing.person_id))


def keeps(standing: Standing, turn: DutyTurn) -> bool:
    """Whether the person keeps the roster that the turn stands in."""
    return standing.may(KEEP, place_path=turn.unit.place_path)


def exchange_for(standing: Standing, exchange_id: UUID) -> Exchange:
    """An exchange for one of its two, or who proposed it.

    :raises NotFound: there is none, or none for this person.
    """
    exchange = None
    if standing.person_id is not None:
        exchange = (
            Exchange.objects.filter(pk=exchange_id)
            .filter(
                Q(giver_id=standing.person_id)
                | Q(taker_id=standing.person_id)
                | Q(proposed_by_id=standing.person_id)
            )
            .select_related("turn__unit", "giver", "taker")
            .first()
        )
    if exchange is None:
        raise NotFound(_("There is no such exchange of duty for you."))
    return exchange
