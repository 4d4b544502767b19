"""What stands elsewhere and is a step's evidence by itself, so that no clerk chooses it by hand.

A template says of a kind of evidence `drawn_from = "compacts.first_notice"`. The module that keeps
what such runs are about offers it in its `guards.py`, which is found like the guards:

    @source("compacts.first_notice")
    def first_notice(run: Run, at: datetime) -> Drawing: ...

A source answers with what there is; with `Awaited`, in words a clerk can act on; or with None:
nothing kept here stands behind this run, and people lay the evidence down by hand, as on paper.
After an act of its own the module calls `services.draw(run=…)`: the evidence then lies on the table
of the open step, which is completed where the template says `is_done_by_act`.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from xiangyue.procedures import guards


@dataclass(frozen=True, slots=True)
class Drawn:
    """One piece of evidence: words, or a thing that references can refer to."""

    text: str = ""
    refers_to: Model | None = None

    @property
    def digest(self) -> str:
        if self.refers_to is None:
            return hashlib.sha256(self.text.encode()).hexdigest()
        return reference_digest(self.refers_to._meta.label_lower, str(self.refers_to.pk))


@dataclass(frozen=True, slots=True)
class Awaited:
    """It will come by itself; `says` what has to be done before."""

    says: str


Drawing = Sequence[Drawn] | Awaited | None
Source = Callable[[Any, datetime], Drawing]

_sources: dict[str, Source] = {}


def source(name: str) -> Callable[[Source], Source]:
    """Offer the decorated function to declarations under a name, `module.what_it_is`.

    :raises ValueError: the name is taken by another function.
    """

    def register(draws: Source) -> Source:
        there = _sources.get(name)
        if there is not None and there.__module__ != draws.__module__:
            raise ValueError(f"There are two sources called {name}.")
        _sources[name] = draws
        return draws

    return register


def known_sources() -> frozenset[str]:
    guards.looks()  # finds what the modules offer
    return frozenset(_sources)


def ask(name: str, run: Any, at: datetime) -> Drawing:
    """What one source says of a run; None of a source that is no more."""
    guards.looks()
    found = _sources.get(name)
    return found(run, at) if found is not None else None


def reference_digest(to: str, pk: str) -> str:
    return hashlib.sha256(f"{to} {pk}".encode()).hexdigest()
