"""One line of the page “What is being decided here”, which modules fill by their `deciding.py`:

    def lines_for(*, place: Place, person: Person | None, at: datetime) -> list[DecidingLine]

It tells what is being decided at the place, in what holds it and in its parts, and what was
decided there of late. `person` is who looks, None for a visitor: then nothing but what everybody
may see. `xiangyue.procedures.deciding` gathers the lines.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from django.apps import apps

# What was decided stays on the page so long, and no module tells more than so many lines.
STAYS = timedelta(days=60)
MOST = 50


@dataclass(frozen=True, slots=True)
class DecidingLine:
    """One thing that is being decided, or was.

    `kind` and `state` are words in the interface language (a vote; votes are taken), `until` the
    last civil day on which something can be done about it. `needs_me` says that it waits for the
    person who looks; `outcome` is what came of it, None while it is undecided.
    """

    kind: str
    title: str
    url: str
    state: str
    until: date | None = None
    needs_me: bool = False
    outcome: str | None = None


@cache
def tellers() -> dict[str, ModuleType]:
    """The modules that tell such lines, by the label of their app."""
    found = {}
    for config in apps.get_app_configs():
        name = f"{config.name}.deciding"
        if config.name.startswith("xiangyue.") and find_spec(name) is not None:
            module = import_module(name)
            if hasattr(module, "lines_for"):  # a module may call another file so
                found[config.label] = module
    return found
