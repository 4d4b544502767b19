"""Which tests run on which database, and that none is skipped where everything is there.

`-m database` keeps the tests that have a database, so that those without one do not run again
on PostgreSQL. A test marked `only_on("sqlite")` or `only_on("postgresql")` is left aside on the
other database: that is no skip, as there is nothing to test there.

The files that take longest come first, so that no worker is left with one of them at the end.
"""

import os
from collections.abc import Generator

import pytest

DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}
DATABASE = "postgresql" if os.environ.get("TEST_DATABASE_URL") else "sqlite"

# In the order in which they are begun, longest first, each by how its path begins.
LONG = (
    "tests/demo/",
    "tests/architecture/test_bench.py",
    "tests/contracts/test_routes",
    "tests/journeys/",
    "tests/contracts/test_api_hostile.py",
    "tests/site/test_command_line.py",
    "tests/trouble/",
    "tests/incidents/test_taking_over.py",
    "tests/architecture/",
    "tests/site/",
    "tests/insight/",
)


def length_of(item: pytest.Item) -> int:
    """The item's place among those that take long; they are begun by it."""
    file = item.nodeid.partition("::")[0]
    places = (place for place, start in enumerate(LONG) if file.startswith(start))
    return next(places, len(LONG))


def has_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return (
        item.get_closest_marker("django_db") is not None
        or item.get_closest_marker("journey") is not None
        or bool(fixtures & DATABASE_FIXTURES)
    )


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Generator[None, None, None]:
    kept, aside = [], []
    for item in items:
        if has_database(item):
            item.add_marker("database")
        only_on = item.get_closest_marker("only_on")
        (kept if only_on is None or DATABASE in only_on.args else aside).append(item)
    if aside:
        config.hook.pytest_deselected(items=aside)
        items[:] = kept
    yield
    items.sort(key=length_of)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI nothing is skipped: PostgreSQL, Chromium and all else are there to be used."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") != "true" or reporter is None:
        return
    skipped = reporter.stats.get("skipped", [])
    if skipped and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.ensure_newline()
        for report in skipped:
            reporter.write_line(f"SKIPPED, which CI does not allow: {report.nodeid}", red=True)
