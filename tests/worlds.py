"""Worlds that stand: what the tests of a folder begin with is made once, not for each of them.

    @worlds.standing
    def village() -> Village:
        return make_village()

is a fixture as any other: whoever asks for `village` gets one as it was made, and nobody sees what
another test did to it. Its rows are made in a savepoint below the test's own, to which the test is
rolled back; its objects are copied for each test. A maker may take other standing worlds as its
arguments, and nothing else. `standing_in("jinchang")` makes it in that county's database, which the
test has to ask for too.

Nobody finds rows they did not ask for: a world is taken down as soon as a test with a database
comes that does not ask for it. A test with real transactions has no savepoints; for it the world is
made as its own.
"""

import copy
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.db import connections, transaction
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from xiangyue.kernel.counties import all_counties, bind, county_named

Maker = Callable[..., Any]

REAL_TRANSACTIONS = {"transactional_db", "live_server", "django_db_reset_sequences"}

_makers: dict[Callable[..., Any], Maker] = {}  # by the fixture's function
_counties: dict[Maker, str] = {}  # of those that are made elsewhere than in the first county


@dataclass
class _World:
    maker: Maker
    made: dict[Maker, Any]  # by it, and copies of what it was made on
    savepoint: transaction.Atomic


_standing: list[_World] = []  # each made on those before it


def always_standing(maker: Maker) -> Any:
    """The same for every test of the file, whether or not it asks by name."""
    return standing(maker, autouse=True)


def standing_in(county: str) -> Callable[[Maker], Any]:
    """The same in another county than the first; the test binds it."""

    def made_there(maker: Maker) -> Any:
        _counties[maker] = county
        return standing(maker)

    return made_there


def standing(maker: Maker, *, autouse: bool = False) -> Any:
    """The fixture of a maker whose world stands from one test to the next."""
    asked = list(inspect.signature(maker).parameters)

    def world(**given: Any) -> Any:
        return given["worlds"].of(maker, [given[name] for name in asked])

    world.__name__, world.__doc__, world.__module__ = (
        maker.__name__,
        maker.__doc__,
        maker.__module__,
    )
    kind = inspect.Parameter.KEYWORD_ONLY
    world.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # pytest reads the names
        [inspect.Parameter(name, kind) for name in ("db", "worlds", *asked)]
    )
    _makers[world] = maker
    return pytest.fixture(autouse=autouse)(world)


class Worlds:
    """The worlds that one test asked for, as they were made."""

    def __init__(self, wanted: list[Maker]) -> None:
        self.wanted = wanted
        self._copies: dict[Maker, Any] | None = None

    def of(self, maker: Maker, given: list[Any]) -> Any:
        if maker not in self.wanted:
            return maker(*given)
        if self._copies is None:  # all at once: what two of them share they share in the copy too
            self._copies = copy.deepcopy(_standing[-1].made)
        return self._copies[maker]


def wanted_by(item: pytest.Item) -> list[Maker]:
    """The makers of what a test asks for, each after those that it builds on."""
    if has_real_transactions(item):
        return []
    definitions = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]
    found: dict[str, Maker] = {}
    for name in getattr(item, "fixturenames", ()):
        for definition in reversed(definitions.get(name, ())):
            if definition.func in _makers:
                found[name] = _makers[definition.func]
            if name not in definition.argnames:  # else it asks for the one it stands in for
                break
    order: list[Maker] = []

    def add(name: str) -> bool:
        """Whether this and all that it builds on can stand."""
        maker = found.get(name)
        if maker is None or not all(map(add, inspect.signature(maker).parameters)):
            return False
        if maker not in order:
            order.append(maker)
        return True

    for name in sorted(found):
        add(name)
    return order


def has_real_transactions(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    said = marker is not None and (
        bool(marker.args)
        or marker.kwargs.get("transaction")
        or marker.kwargs.get("reset_sequences")
    )
    return bool(said) or bool(REAL_TRANSACTIONS & set(getattr(item, "fixturenames", [])))


def raise_all(wanted: list[Maker]) -> None:
    """Have these stand and no others; the test's own savepoint comes above them."""
    leave(wanted)
    for maker in wanted[len(_standing) :]:
        made = copy.deepcopy(_standing[-1].made) if _standing else {}
        county = county_named(_counties.get(maker, "")) or all_counties()[0]
        savepoint = transaction.atomic(using=county.alias)
        savepoint._from_testcase = True  # type: ignore[attr-defined]  # `durable` looks for it
        savepoint.__enter__()
        try:
            with bind(county.slug), translation.override(settings.LANGUAGE_CODE):
                made[maker] = maker(*(made[one] for one in _below(maker, made)))
        except BaseException:
            _roll_back(savepoint)
            raise
        _standing.append(_World(maker, made, savepoint))


def leave(wanted: list[Maker]) -> None:
    """Take down what stands from the first on that is not wanted in its place."""
    same = 0
    for world, maker in zip(_standing, wanted, strict=False):
        if (
            world.maker is not maker
            or connections[str(world.savepoint.using)].closed_in_transaction
        ):
            break
        same += 1
    while len(_standing) > same:
        _roll_back(_standing.pop().savepoint)


def _below(maker: Maker, made: dict[Maker, Any]) -> Iterator[Maker]:
    by_name = {one.__name__: one for one in made}
    return (by_name[name] for name in inspect.signature(maker).parameters)


def _roll_back(savepoint: transaction.Atomic) -> None:
    transaction.set_rollback(True, using=savepoint.using)
    savepoint.__exit__(None, None, None)


def take_down(blocker: DjangoDbBlocker) -> None:
    with blocker.unblock():
        leave([])
