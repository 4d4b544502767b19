"""The activities that exist, and who hears them.

A module declares its activities as data in its own `activities.py`:

    ACTIVITIES = {
        "incidents.incident_reported": {
            "title": _("A matter was reported"), "facts": ("category", "channel")
        },
    }

and listens in its own `receivers.py`:

    @hear("incidents.incident_reported")
    def thank_the_reporter(entry: Entry) -> None: ...

Both files are found when the application starts.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules, module_has_submodule

if TYPE_CHECKING:
    from xiangyue.activity.models import Entry

Receiver = Callable[["Entry"], None]
_Heard = TypeVar("_Heard", bound=Receiver)

_NAME = re.compile(r"[a-z][a-z0-9]*\.[a-z]+(_[a-z]+)+")


@dataclass(frozen=True, slots=True)
class Activity:
    """Something that can happen: its name, what people call it, the facts it may carry."""

    name: str
    title: "str | Promise"
    facts: frozenset[str]


_activities: dict[str, Activity] = {}
_receivers: dict[str, list[Receiver]] = {}


class UnknownActivity(LookupError):  # noqa: N818 - named for what it says
    """No module declares an activity of this name; a programming error."""


def declare(name: str, *, facts: Iterable[str] = (), title: "str | Promise") -> Activity:
    """Add an activity to the catalogue.

    :raises ImproperlyConfigured: the name is not `module.noun_pastverb`, or is declared twice.
    """
    if not _NAME.fullmatch(name):
        raise ImproperlyConfigured(f"An activity is named module.noun_pastverb, not {name!r}.")
    if name in _activities:
        raise ImproperlyConfigured(f"The activity {name!r} is declared twice.")
    activity = _activities[name] = Activity(name=name, title=title, facts=frozenset(facts))
    return activity


def hear(*names: str) -> Callable[[_Heard], _Heard]:
    """Have the decorated receiver called with the entry, in the transaction that records it.

    A receiver that raises undoes the recording and everything done with it.
    """

    def subscribe(receiver: _Heard) -> _Heard:
        for name in names:
            _receivers.setdefault(name, []).append(receiver)
        return receiver

    return subscribe


def activity_named(name: str) -> Activity:
    """:raises UnknownActivity: when no module declares it."""
    try:
        return _activities[name]
    except KeyError:
        raise UnknownActivity(
            f"No activity is called {name!r}; declare it in the module's activities.py."
        ) from None


def all_activities() -> tuple[Activity, ...]:
    return tuple(_activities[name] for name in sorted(_activities))


def receivers_of(name: str) -> tuple[Receiver, ...]:
    return tuple(_receivers.get(name, ()))


def discover() -> None:
    """Read every installed module's `activities.py`, then its `receivers.py`.

    :raises ImproperlyConfigured: a module declares another's activity, or a receiver listens
        for one that nobody declares.
    """
    for config in apps.get_app_configs():
        if config.module is not None and module_has_submodule(config.module, "activities"):
            module = import_module(f"{config.name}.activities")
            declared: Mapping[str, Mapping[str, object]] = getattr(module, "ACTIVITIES", {})
            for name, about in declared.items():
                if name.partition(".")[0] != config.label:
                    raise ImproperlyConfigured(f"{config.label} may not declare {name!r}.")
                if name not in _activities:
                    declare(name, **about)  # type: ignore[arg-type]
    autodiscover_modules("receivers")
    if unheard_of := sorted(set(_receivers) - set(_activities)):
        raise ImproperlyConfigured(f"Receivers listen for undeclared activities: {unheard_of}")
