"""Fixtures that every test may use."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db.backends.base.operations import BaseDatabaseOperations
from pytest_django.plugin import DjangoDbBlocker
from pytest_django.plugin import blocking_manager_key as blocker_key

from tests.selection import pytest_collection_modifyitems, pytest_sessionfinish
from xiangyue.activity.triggers import lifted
from xiangyue.blueprints.loading import load_county
from xiangyue.kernel.counties import County, bind

__all__ = ["county", "pytest_collection_modifyitems", "pytest_sessionfinish"]


@pytest.fixture(autouse=True)
def county() -> Iterator[County]:
    """Every test works in Shandan unless it binds another county."""
    with bind("shandan") as county:
        yield county


@pytest.fixture(autouse=True, scope="session")
def emptying_between_tests() -> Iterator[None]:
    """Let Django empty the database after a test with real transactions.

    Such tests (`transactional_db`, `django_db(transaction=True)`) end with a flush, which the
    append-only tables would refuse; their triggers are lifted for just that moment.
    """
    flush = BaseDatabaseOperations.execute_sql_flush

    def flush_all(operations: BaseDatabaseOperations, statements: list[str]) -> None:
        with lifted(operations.connection):
            flush(operations, statements)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(BaseDatabaseOperations, "execute_sql_flush", flush_all)
        yield


LOADED_AT = datetime(2026, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
SHANDAN_LOADED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, request: pytest.FixtureRequest
) -> None:
    """The county of Shandan is loaded once, as an installation has it, and every test finds it."""
    with django_db_blocker.unblock(), bind("shandan"):
        load_county(slug="shandan", at=LOADED_AT)
    request.config.stash[SHANDAN_LOADED] = True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """A test with real transactions leaves the database empty; load Shandan again for the next."""
    try:
        yield
    finally:
        marker = item.get_closest_marker("django_db")
        fixtures = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
        is_emptied = bool(fixtures) or bool(marker and marker.kwargs.get("transaction"))
        if is_emptied and item.config.stash.get(SHANDAN_LOADED, False):
            blocker = item.config.stash[blocker_key]
            with blocker.unblock(), bind("shandan"):
                load_county(slug="shandan", at=LOADED_AT)
