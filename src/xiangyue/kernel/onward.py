"""What else may be made of a thing that another module keeps, by the modules' `onward.py`:

    def ways_for(request: HttpRequest, thing: Model) -> list[Onward]

A module that stands above another tells so what its own pages make of the other's things: a report
that concerns everyone becomes an issue. What it tells, the page of the thing shows as buttons; it
tells nothing to whom its own page would refuse.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from django.apps import apps
from django.db.models import Model
from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Onward:
    """One way on: what the button says, in the interface language, and where it leads."""

    title: str
    url: str


def ways_on(request: HttpRequest, thing: Model) -> list[Onward]:
    """All modules' ways on from the thing for whoever asks."""
    return [way for module in _tellers() for way in module.ways_for(request, thing)]


@cache
def _tellers() -> tuple[ModuleType, ...]:
    return tuple(_found())


def _found() -> Iterator[ModuleType]:
    for config in apps.get_app_configs():
        name = f"{config.name}.onward"
        if config.name.startswith("xiangyue.") and find_spec(name) is not None:
            yield import_module(name)
