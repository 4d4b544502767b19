"""Fixtures that every test may use."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.db import connections
from django.test import TransactionTestCase

from tests.selection import pytest_collection_modifyitems, pytest_sessionfinish
from xiangyue.activity.triggers import lifted
from xiangyue.kernel.counties import County, bind

__all__ = ["county", "pytest_collection_modifyitems", "pytest_sessionfinish"]


@pytest.fixture(autouse=True)
def county() -> Iterator[County]:
    """Every test works in Shandan unless it binds another county."""
    with bind("shandan") as county:
        yield county


@pytest.fixture(autouse=True, scope="session")
def emptying_lifts_the_triggers() -> None:
    """Between tests that commit, the database is emptied, which its own triggers refuse."""
    empty = TransactionTestCase._fixture_teardown

    def teardown(case: TransactionTestCase) -> None:
        with ExitStack() as stack:
            for alias in case._databases_names(include_mirrors=False):
                stack.enter_context(lifted(connections[alias]))
            empty(case)

    TransactionTestCase._fixture_teardown = teardown
