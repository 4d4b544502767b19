"""One county is one database (a cell). This is the one place where a county is bound.

An installation serves one county or several. `bind(slug)` makes every query, transaction and
task inside it use that county's connection; a router refuses to read without a binding when
there is a choice, and refuses to save or relate an object that was loaded in another county.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, models

_bound: "ContextVar[County | None]" = ContextVar("county", default=None)


@dataclass(frozen=True, slots=True)
class County:
    """A county that this installation serves: its declarations' folder and its database alias."""

    slug: str
    alias: str
    hosts: tuple[str, ...] = ()


class CountyMixed(RuntimeError):  # noqa: N818 - named for what it says
    """An object of one county was about to be used in another; a programming error."""


class CountyUnbound(RuntimeError):  # noqa: N818 - named for what it says
    """A query ran without saying in which county; a programming error."""


def all_counties() -> tuple[County, ...]:
    """Every county of this installation, in the configured order."""
    return tuple(settings.COUNTIES)


def county_named(slug: str) -> County | None:
    for county in settings.COUNTIES:
        if county.slug == slug:
            return county
    return None


def current_county() -> County:
    """The bound county; with a single one configured it is always bound.

    :raises CountyUnbound: several are configured and none is bound.
    """
    county = _bound.get()
    if county is not None:
        return county
    if len(all_counties()) == 1:
        return all_counties()[0]
    raise CountyUnbound("Several counties are served here; bind one first.")


@contextmanager
def bind(slug: str) -> Iterator[County]:
    """Work in the county `slug`: its connection also stands in as the default one.

    Libraries open transactions on Django's default alias, so the default slot is swapped for
    as long as the binding lasts.
    """
    county = county_named(slug)
    if county is None:
        raise LookupError(f"No county is called {slug!r} here.")
    token = _bound.set(county)
    before = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = connections[county.alias]
    try:
        yield county
    finally:
        connections[DEFAULT_DB_ALIAS] = before
        _bound.reset(token)


class CountyRouter:
    """Sends every query to the bound county and keeps counties apart."""

    def _alias(self, instance: models.Model | None) -> str:
        alias = current_county().alias
        loaded_from = instance._state.db if instance is not None else None
        if loaded_from is not None and loaded_from != alias:
            raise CountyMixed(
                f"An object of {loaded_from!r} was about to be used while {alias!r} is bound."
            )
        return alias

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str:
        return self._alias(hints.get("instance"))

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str:
        return self._alias(hints.get("instance"))

    def allow_relation(self, left: models.Model, right: models.Model, **hints: Any) -> bool:
        return left._state.db == right._state.db

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return True
