"""The fronts of issues: everybody's, the resident's, the desk's."""

from collections.abc import Callable

from django import forms
from django.http import HttpRequest

from xiangyue.access.pages import show_refusal
from xiangyue.access.requests import person, standing
from xiangyue.incidents.pages.resident import place_known
from xiangyue.kernel.refusals import NotAllowed, NotFound, Refused
from xiangyue.places.models import Person, Place, PlaceKind
from xiangyue.places.queries import ancestors_by_kind, county_place

_LOOKED_AT = {PlaceKind.COUNTY, PlaceKind.TOWN, PlaceKind.VILLAGE}


def shell_of(request: HttpRequest) -> str:
    """The base template of whoever asks: the desk's for desk posts, else the phone's."""
    return "site/desk.html" if standing(request).works_at_desk else "site/phone.html"


def me(request: HttpRequest) -> Person:
    """Who is signed in; pages behind `signed_in` have somebody."""
    who = person(request)
    assert who is not None
    return who


def place_looked_at(request: HttpRequest) -> Place:
    """The village that the address names, that is known of whoever looks, or the county.

    :raises NotFound: the address names none.
    """
    code = request.GET.get("place", "").strip()
    if code:
        found = Place.objects.filter(code=code, is_active=True).first()
        if found is None:
            from django.utils.translation import gettext as _

            raise NotFound(_("There is no place with this code."))
    else:
        found = place_known(request) or county_place()
    if PlaceKind(found.kind) in _LOOKED_AT:
        return found
    above = ancestors_by_kind(found)
    return above.get(PlaceKind.VILLAGE) or above.get(PlaceKind.TOWN) or county_place()


def tried(form: forms.Form, act: Callable[[], object]) -> int:
    """Do what a bound form asks for: 0 when done, else the status; the form says why.

    :raises NotAllowed: passed on, for it is no matter of what was entered.
    """
    if not form.is_valid():
        return 422
    try:
        act()
    except NotAllowed:
        raise
    except Refused as refusal:
        show_refusal(form, refusal)
        return refusal.status
    return 0
