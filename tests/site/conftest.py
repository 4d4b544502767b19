"""Installations to operate."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.site.installations import Installation


@pytest.fixture
def install(tmp_path: Path) -> Iterator[Callable[..., Installation]]:
    """Make installations that are gone after the test."""
    made: list[Installation] = []

    def install(counties: str = "shandan") -> Installation:
        made.append(Installation(tmp_path / f"installation-{len(made)}", counties))
        return made[-1]

    yield install
    for installation in made:
        installation.end()
        installation.remove()


@pytest.fixture
def installation(install: Callable[..., Installation]) -> Installation:
    return install()
