"""Fixtures that every test may use."""

import gc
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker, blocking_manager_key

from tests import databases, worlds
from tests.selection import (
    has_database,
    pytest_collection_modifyitems,
    pytest_sessionfinish,
)
from xiangyue.blueprints.loading import load_county
from xiangyue.kernel.counties import County, bind

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")

__all__ = ["county", "pytest_collection_modifyitems", "pytest_sessionfinish"]


@pytest.fixture(autouse=True)
def county() -> Iterator[County]:
    """Every test works in Shandan unless it binds another county."""
    with bind("shandan") as county:
        yield county


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """What this test does not ask for is gone before anything of its own is made."""
    if has_database(item):
        with item.config.stash[blocking_manager_key].unblock():
            worlds.leave(worlds.wanted_by(item))


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    if nextitem is None:
        worlds.take_down(item.config.stash[blocking_manager_key])


@pytest.fixture(name="worlds")
def worlds_raised(
    request: pytest.FixtureRequest,
    county: County,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> worlds.Worlds:
    """Whatever standing worlds the test asks for."""
    wanted = worlds.wanted_by(request.node)
    with django_db_blocker.unblock():
        worlds.raise_all(wanted)
    return worlds.Worlds(wanted)


@pytest.fixture
def _django_db_helper(worlds: worlds.Worlds, _django_db_helper: None) -> None:
    """Each test's own transaction begins above the worlds that stand."""


def pytest_collection_finish() -> None:
    """What is there by now stays to the end; looking for garbage in it took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


LOADED_AT = datetime(2026, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Django's own set-up takes what `databases.make` has made; that is new in every run."""
    return True


@pytest.fixture(scope="session")
def django_db_createdb() -> bool:
    return False


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The county of Shandan is loaded once, as an installation has it, and every test finds it.

    A test with real transactions (`transactional_db`, `django_db(transaction=True)`) is followed
    by putting the databases back as they were.
    """

    def put_back(case: TransactionTestCase) -> None:
        databases.put_back(set(case._databases_names(include_mirrors=False)))

    with django_db_blocker.unblock():
        databases.make(lambda: load_county(slug="shandan", at=LOADED_AT))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(TransactionTestCase, "_fixture_teardown", put_back)
        yield
    with django_db_blocker.unblock():
        databases.forget()
