"""The fronts of rounds: everybody's, the resident's phone, the teller's, the desk's."""

from collections.abc import Callable

from django import forms
from django.http import HttpRequest

from xiangyue.access.pages import show_refusal
from xiangyue.access.requests import person, standing
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.places.models import Person


def shell_of(request: HttpRequest) -> str:
    """The frame of a page that residents read on a phone and clerks at a desk."""
    mine = standing(request)
    if mine.person_id is None:
        return "site/public.html"
    return "site/desk.html" if mine.works_at_desk else "site/phone.html"


def me(request: HttpRequest) -> Person:
    """Who is signed in; pages behind `signed_in` have somebody."""
    who = person(request)
    assert who is not None
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
