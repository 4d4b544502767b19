"""The fronts of councils: everybody's, whoever sits or is asked, the groups', the desk's."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

from xiangyue.access.pages import show_refusal
from xiangyue.access.requests import person, standing
from xiangyue.access.rules import Standing
from xiangyue.councils.access import has_councils
from xiangyue.kernel.refusals import NotAllowed, NotFound, Refused
from xiangyue.places.models import Person


def shell_of(request: HttpRequest) -> str:
    """The base template of whoever asks: the desk's for desk posts, else the phone's."""
    return "site/desk.html" if standing(request).works_at_desk else "site/phone.html"


def me(request: HttpRequest) -> Person:
    """Who is signed in; pages behind `signed_in` have somebody."""
    who = person(request)
    assert who is not None
    return who


def with_councils(request: HttpRequest) -> Standing:
    """The standing of whoever asks.

    :raises NotAllowed: none of their posts has to do with councils.
    """
    from django.utils.translation import gettext as _

    mine = standing(request)
    if not has_councils(mine):
        raise NotAllowed(_("Your posts do not include this page."))
    return mine


def tried(form: forms.Form, act: Callable[[], object]) -> int:
    """Do what a bound form asks for: 0 when done, else the status; the form says why.

    :raises NotAllowed: passed on, as `NotFound`, for it is no matter of what was entered.
    """
    if not form.is_valid():
        return 422
    try:
        act()
    except (NotAllowed, NotFound):
        raise
    except Refused as refusal:
        show_refusal(form, refusal)
        return refusal.status
    return 0


def act_page(
    request: HttpRequest,
    form: forms.Form,
    *,
    title: str | Promise,
    button: str | Promise,
    back: str,
    back_title: str | Promise,
    lead: str | Promise = "",
    says: str | Promise = "",
    status: int = 200,
) -> HttpResponse:
    """One form that does one thing; a refusal keeps what was entered."""
    context: dict[str, Any] = {
        "shell": shell_of(request), "form": form, "title": title, "button": button, "back": back,
        "back_title": back_title, "lead": lead, "says": says,
    }  # fmt: skip
    return render(request, "councils/act.html", context, status=status)
