"""Fixtures that every test may use."""

from collections.abc import Iterator

import pytest

from tests.selection import pytest_collection_modifyitems, pytest_sessionfinish
from xiangyue.kernel.counties import County, bind

__all__ = ["county", "pytest_collection_modifyitems", "pytest_sessionfinish"]


@pytest.fixture(autouse=True)
def county() -> Iterator[County]:
    """Every test works in Shandan unless it binds another county."""
    with bind("shandan") as county:
        yield county
