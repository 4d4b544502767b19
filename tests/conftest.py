"""Fixtures that every test may use."""

from collections.abc import Iterator

import pytest

from xiangyue.kernel.counties import County, bind


@pytest.fixture(autouse=True)
def county() -> Iterator[County]:
    """Every test works in Shandan unless it binds another county."""
    with bind("shandan") as county:
        yield county
