"""Rows made in memory with little ado: what an act writes, it writes many times a day.

Django's own way asks every field for its default and every relation's descriptor for its leave;
for a table of fifty columns that costs more than writing the row.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple, TypeVar

from django.db import models
from django.db.models.base import ModelState

from xiangyue.kernel.counties import CountyMixed, current_county

M = TypeVar("M", bound=models.Model)


class _Plan(NamedTuple):
    standing: dict[str, Any]  # by attribute, with each default that is always the same
    drawn: list[tuple[str, Callable[[], Any]]]  # defaults that are made anew for each row
    relations: dict[str, tuple[str, str]]  # by name: the attribute, and the other's attribute
    names: frozenset[str]


@cache
def _plan(model: type[models.Model]) -> _Plan:
    standing: dict[str, Any] = {}
    drawn = []
    relations = {}
    field: Any
    for field in model._meta.concrete_fields:
        # Of a field without a default, Django says that it is a class, which can be called too.
        is_drawn = field.has_default() and callable(field.default)
        if is_drawn:
            drawn.append((field.attname, field.get_default))
        standing[field.attname] = None if is_drawn else field.get_default()
        if field.remote_field is not None:
            relations[field.name] = (field.attname, field.target_field.attname)
    return _Plan(standing, drawn, relations, frozenset(standing))


def made(model: type[M], **given: Any) -> M:
    """`model(**given)` for a model whose rows are nothing but their fields.

    Objects that it points to stay at hand, as there; `_id` attributes may be given instead.

    :raises CountyMixed: it would point to what was loaded in another county.
    :raises TypeError: there is no such field.
    """
    plan = _plan(model)
    row = model.__new__(model)
    state = ModelState()
    state.db = alias = current_county().alias
    attributes = row.__dict__
    attributes["_state"] = state
    attributes.update(plan.standing)
    for name, default in plan.drawn:
        if name not in given:
            attributes[name] = default()
    for name, value in given.items():
        if name in plan.relations:
            attribute, target = plan.relations[name]
            state.fields_cache[name] = value
            if value is not None:
                if value._state.db not in (None, alias):
                    raise CountyMixed(f"{value!r} of {value._state.db!r} belongs elsewhere.")
                attributes[attribute] = getattr(value, target)
        elif name in plan.names:
            attributes[name] = value
        else:
            raise TypeError(f"{model.__name__} has no field {name!r}.")
    return row


@contextmanager
def nothing_thrown_away() -> Iterator[None]:
    """Inside, Python does not look for garbage in cycles: of so many rows that stay until they are
    written, it would look through all again and again, and find none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def own(row: M) -> M:
    """A copy of the row, as `copy` makes it: whoever changes it changes nobody else's."""
    twin = type(row).__new__(type(row))
    twin.__dict__.update(row.__dict__)
    state = ModelState()
    state.adding, state.db = row._state.adding, row._state.db
    state.fields_cache = dict(row._state.fields_cache)
    twin._state = state
    return twin
