"""Whom a name means: somebody registered who lives or serves at the place, else words on paper."""

from django.db.models import Q
from django.utils.translation import gettext as _

from xiangyue.access.rules import mobile_number
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Organisation, Person, Place
from xiangyue.places.rules import path_range


class WhoIsMeant(Refused):
    """Several have the name, or the number is another's."""

    code = "who_is_meant"


def person_called(name: str, place: Place, *, phone: str = "") -> Person | None:
    """The person of this name; with a number theirs alone, and the name must fit. None: nobody
    registered is called so here, and the name stands on paper.

    :raises WhoIsMeant: several are called so, or number and name do not fit.
    """
    called = " ".join(name.split())
    if phone.strip():
        number = mobile_number(phone)
        found = Person.objects.filter(phone=number, name=called).first() if number else None
        if found is None:
            said = _("Nobody with this name has this number; check both, or leave the number out.")
            raise WhoIsMeant(said, fields={"phone": said})
        return found
    if not called or "\x00" in called:
        return None
    low, high = path_range(place.path)
    at_home = Q(household__place_path__gte=low, household__place_path__lt=high) | Q(
        household=None, place__path__gte=low, place__path__lt=high
    )
    serves = Q(posts__place_path=place.path, posts__active_to=None)
    rows = list(Person.objects.filter(at_home | serves, name=called).distinct()[:2])
    if len(rows) > 1:
        said = _("Several people here are called so; add the mobile number.")
        raise WhoIsMeant(said, fields={"phone": said})
    return rows[0] if rows else None


def unit_called(code: str, place: Place) -> Organisation | None:
    """The unit with this code, at the place or above it.

    :raises WhoIsMeant: there is none.
    """
    if not code:
        return None
    steps = range(Place.steplen, len(place.path) + 1, Place.steplen)
    paths = [place.path[:length] for length in steps]
    found = Organisation.objects.filter(code=code, place_path__in=paths, is_active=True).first()
    if found is None:
        said = _("There is no such unit here.")
        raise WhoIsMeant(said, fields={"unit": said})
    return found


def units_for(place: Place) -> list[Organisation]:
    """The units of the place, its town and its county, nearest first; five hundred at most."""
    steps = range(Place.steplen, len(place.path) + 1, Place.steplen)
    paths = [place.path[:length] for length in steps]
    rows = Organisation.objects.filter(place_path__in=paths, is_active=True)
    return list(rows.order_by("-place_path", "name")[:500])
