"""The fronts of keeping a compact: everybody's, one's own, the team's, the desk's."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from xiangyue.access.pages import show_refusal
from xiangyue.access.requests import person
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.places.models import Person
from xiangyue.publicity.serving import shell_of

__all__ = ["form_page", "me", "shell_of"]


def me(request: HttpRequest) -> Person:
    """Who is signed in; pages behind `signed_in` have somebody."""
    who = person(request)
    assert who is not None
    return who


def form_page(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[], object],
    *,
    title: str,
    to: str,
    button: str,
    lead: str = "",
    done: str = "",
    back: str = "",
    back_title: str = "",
    notes: tuple[str, ...] = (),
    more: dict[str, Any] | None = None,
    template: str = "enforcement/act.html",
) -> HttpResponse:
    """A page with one form: does what it asks and goes on, or keeps what was entered and says why.

    `to` is where it goes when done; `notes` stand above the form.

    :raises NotAllowed: passed on, for it is no matter of what was entered.
    """
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                act()
            except NotAllowed:
                raise
            except Refused as refusal:
                show_refusal(form, refusal)
                status = refusal.status
            else:
                if done:
                    messages.success(request, done)
                return redirect(to)
    context = {
        "shell": shell_of(request), "form": form, "title": title, "lead": lead, "button": button,
        "back": back or to, "back_title": back_title, "notes": notes, **(more or {}),
    }  # fmt: skip
    return render(request, template, context, status=status)
