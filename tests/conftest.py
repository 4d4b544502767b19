"""Fixtures that every test may use."""

from collections.abc import Iterator

import pytest
from django.db.backends.base.operations import BaseDatabaseOperations

from tests.selection import pytest_collection_modifyitems, pytest_sessionfinish
from xiangyue.activity.triggers import lifted
from xiangyue.activity.triggers import lifted
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
