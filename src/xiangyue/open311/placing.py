"""Where a service request belongs: by a place's code, by the names in an address, by position."""

from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from xiangyue.incidents.rules import distance_metres
from xiangyue.kernel.refusals import NotFound, Refused
from xiangyue.open311 import queries
from xiangyue.open311.rules import named_in
from xiangyue.places.models import Place, PlaceKind
from xiangyue.places.queries import county_place

NEAR_METRES = 15_000


class LocationMissing(Refused):
    """Nothing says where it is."""

    code = "location_missing"


def position(text: str, *, field: str, most: int) -> Decimal | None:
    """A latitude or longitude in degrees, to about a metre; None when nothing was sent.

    :raises Refused: what was sent is none.
    """
    if not text.strip():
        return None
    try:
        degrees = Decimal(text.strip())
        if not degrees.is_finite() or abs(degrees) > most:
            raise InvalidOperation
        return degrees.quantize(Decimal("0.00001"))
    except InvalidOperation as error:
        message = _("Degrees between -%(most)s and %(most)s are wanted.") % {"most": most}
        raise Refused(message, fields={field: message}) from error


def place_meant(
    *, address_id: str, address: str, latitude: Decimal | None, longitude: Decimal | None
) -> Place:
    """The place whose code was sent; else the one that the address names; else the nearest one.

    Where none of these tells, it is the county, and the county's centre looks where it belongs:
    a report is never lost for want of an address.

    :raises LocationMissing: there is neither address nor position.
    :raises NotFound: no place has the code.
    """
    if address_id:
        return _with_code(address_id)
    if not address and (latitude is None or longitude is None):
        raise LocationMissing(
            _("Please say where: address_id, address_string, or lat and long are needed.")
        )
    known = queries.places_with_names()
    if address and (named := _named(address, known)) is not None:
        return named
    if latitude is not None and longitude is not None:
        here = (float(latitude), float(longitude))
        near = [
            (distance_metres(here, (float(place.latitude), float(place.longitude))), place.path)
            for place, _name in known
            if place.latitude is not None and place.longitude is not None
        ]
        metres, path = min(near, default=(float("inf"), ""))
        if metres <= NEAR_METRES:
            return next(place for place, _name in known if place.path == path)
    return county_place()


def _with_code(code: str) -> Place:
    place: Place | None = Place.objects.filter(code=code[:24], is_active=True).first()
    if place is None or place.kind in {PlaceKind.PROVINCE, PlaceKind.PREFECTURE}:
        raise NotFound(
            _("There is no place with this code."),
            fields={"address_id": _("There is no place with this code.")},
        )
    return place


def _named(address: str, known: list[tuple[Place, str]]) -> Place | None:
    """The one place that the address names; of villages of one name, the one whose town it names.

    A village is told before its town. What stays ambiguous is not guessed.
    """
    by_code = {place.code: place for place, _name in known}
    town_codes = named_in(address, _pairs(known, PlaceKind.TOWN))
    town = by_code[town_codes[0]] if len(town_codes) == 1 else None
    villages = [
        by_code[code]
        for code in named_in(address, _pairs(known, PlaceKind.VILLAGE))
        if town is None or by_code[code].path.startswith(town.path)
    ]
    return villages[0] if len(villages) == 1 else town


def _pairs(known: list[tuple[Place, str]], kind: str) -> list[tuple[str, str]]:
    return [(place.code, name) for place, name in known if place.kind == kind]
