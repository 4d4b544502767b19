"""The fronts of compacts: everybody's, the resident's, the desk's."""

from collections.abc import Callable

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from xiangyue.access.pages import show_refusal
from xiangyue.access.requests import person, standing
from xiangyue.access.rules import Standing
from xiangyue.compacts.access import has_compacts
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.places.models import Person


def shell_of(request: HttpRequest) -> str:
    """The base template of whoever asks: the desk's for desk posts, else the phone's."""
    return "site/desk.html" if standing(request).works_at_desk else "site/phone.html"


def me(request: HttpRequest) -> Person:
    """Who is signed in; pages behind `signed_in` have somebody."""
    who = person(request)
    assert who is not None
    return who


def with_compacts(request: HttpRequest) -> Standing:
    """The standing of whoever asks.

    :raises NotAllowed: none of their posts has to do with compacts.
    """
    mine = standing(request)
    if not has_compacts(mine):
        raise NotAllowed(_("Your posts do not include this page."))
    return mine


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
