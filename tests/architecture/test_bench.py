"""The bench runs: a quick look at each of its parts, so that none rots between full runs."""

import os
import subprocess
import sys

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests import databases
from tests.architecture.sources import ROOT

pytestmark = pytest.mark.only_on("sqlite")


@pytest.fixture(scope="module")
def said(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    """What a quick bench says on SQLite; its ratios mean nothing."""
    tables = tmp_path_factory.mktemp("bench") / "tables.sqlite3"
    with django_db_blocker.unblock():
        databases.copy_of_the_tables(str(tables))
    environment = {name: value for name, value in os.environ.items() if name != "TEST_DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "bench"],
        cwd=ROOT,
        env=environment | {"BENCH_QUICK": "1", "BENCH_TABLES": str(tables)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stderr  # 1: a budget exceeded, as such sizes may
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "row",
    [
        "report an incident, one writer",
        "report an incident, eight writers",
        "an incident's whole life, decided and written in bulk",
        "inbox of the county's dispatcher",
        "search, a common word",
        "what everybody sees of the county",
        "figures of the county",
        "phone home page, 8 connections, over an empty page",
        "residents from Excel",
        "a budget vote",
        "opinion map: 10 times the people",
        "votes by phone and tally them",
        "raised hands in bulk",
        "first load of a phone",
        "first load of a desk",
    ],
)
def test_each_budget_is_measured(said: str, row: str) -> None:
    assert row in said
