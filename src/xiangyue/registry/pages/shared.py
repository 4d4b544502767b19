"""What the register's pages have in common."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.urls import reverse

from xiangyue.access.pages import show_refusal
from xiangyue.access.requests import standing
from xiangyue.registry.catalogue import HOUSEHOLD_KIND, PERSON_KIND
from xiangyue.registry.models import Element

__all__ = ["key_of", "part_of", "shell_of", "show_refusal", "url_of"]


def shell_of(request: HttpRequest) -> str:
    """The base template of whoever asks: the desk's for desk posts, else the phone's."""
    return "site/desk.html" if standing(request).works_at_desk else "site/phone.html"


def part_of(element: Element) -> str:
    """Under which part of the register the record's addresses lie."""
    return {PERSON_KIND: "people", HOUSEHOLD_KIND: "households"}.get(element.kind_key, "records")


def key_of(element: Element) -> UUID:
    """What the record's addresses name it by: the person, the household or the record itself."""
    part = part_of(element)
    if part == "people" and element.person is not None:
        return element.person.pk
    if part == "households" and element.household is not None:
        return element.household.pk
    return element.code


def url_of(element: Element, verb: str = "") -> str:
    """The record's page, or that of one of its verbs."""
    if element.deleted_at is not None:
        return reverse("register-record", args=["records", element.code])
    args: list[Any] = [part_of(element), key_of(element)]
    return reverse(f"register-{verb or 'record'}", args=args)


def bound(form: type[forms.Form], request: HttpRequest, **more: Any) -> Any:
    return form(request.POST if request.method == "POST" else None, **more)
