"""Fixtures that every test may use."""

import gc
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker

from tests import databases
from tests.selection import pytest_collection_modifyitems, pytest_sessionfinish
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
