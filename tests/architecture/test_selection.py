"""What runs where, and that CI lets nothing be skipped: the rules of tests/selection.py."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

SUITE = """
import pytest

def test_pure(): ...

@pytest.mark.django_db
def test_rows(): ...

def test_more_rows(db): ...

@pytest.mark.journey
def test_story(): ...

@pytest.mark.only_on("sqlite")
def test_files(db): ...

@pytest.mark.only_on("postgresql")
def test_server(db): ...
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "conftest.py").write_text(
        "import pytest\n"
        "from tests.selection import pytest_collection_modifyitems, pytest_sessionfinish\n"
        "@pytest.fixture\ndef db(): ...\n"
    )
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nmarkers =\n    django_db\n    journey\n    database\n    only_on\n"
    )
    (tmp_path / "test_suite.py").write_text(SUITE)
    return tmp_path


def ran(suite: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"CI", "TEST_DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
        and not name.startswith("PYTEST")
    }
    command = [sys.executable, "-m", "pytest", "-p", "xdist", "-p", "no:cacheprovider", "-v"]
    kept["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # most of the time would go into what is unused
    return subprocess.run(
        [*command, *words],
        cwd=suite,
        env=kept | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def names(run: subprocess.CompletedProcess[str]) -> set[str]:
    lines = [line for line in run.stdout.splitlines() if " PASSED" in line]
    return {line.split("::")[1].split()[0] for line in lines}


def test_everything_runs_on_sqlite_but_what_only_concerns_the_other(suite: Path) -> None:
    assert names(ran(suite)) == {
        "test_pure",
        "test_rows",
        "test_more_rows",
        "test_story",
        "test_files",
    }


def test_on_postgresql_only_what_has_a_database_runs_again(suite: Path) -> None:
    run = ran(suite, "-m", "database", TEST_DATABASE_URL="postgres://there/{county}")
    assert names(run) == {"test_rows", "test_more_rows", "test_story", "test_server"}


@pytest.mark.parametrize(("environment", "status"), [({"CI": "true"}, 1), ({}, 0)])
def test_a_skipped_test_fails_in_ci_alone(
    suite: Path, environment: dict[str, str], status: int
) -> None:
    (suite / "test_more.py").write_text("import pytest\ndef test_it(): pytest.skip('no Chromium')")
    run = ran(suite, "-n", "1", **environment)
    assert run.returncode == status
    assert ("SKIPPED, which CI does not allow: test_more.py::test_it" in run.stdout) is bool(status)


def test_ci_runs_what_a_developer_runs() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text()
