"""Meetings on their fronts: everybody's, the resident's, the desk's tablet, the room's screen."""

from collections.abc import Callable

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from xiangyue.access.pages import show_refusal
from xiangyue.access.requests import person, standing
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.places.models import Person


def shell_of(request: HttpRequest) -> str:
    """The frame of whoever asks: a visitor's, a phone's, a desk's."""
    mine = standing(request)
    if mine.person_id is None:
        return "site/public.html"
    return "site/desk.html" if mine.works_at_desk else "site/phone.html"


def me(request: HttpRequest) -> Person:
    """Who is signed in.

    :raises NotAllowed: nobody.
    """
    who = person(request)
    if who is None:
        raise NotAllowed(_("Please sign in first."))
    return who


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
