"""The checks that machines make: import contracts, strict types, style, complete migrations."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

BIN = Path(sys.executable).parent
CHECKS = {
    "import contracts": [BIN / "lint-imports", "--no-cache"],
    "types": [BIN / "mypy"],
    "style": [BIN / "ruff", "check", "."],
    "layout": [BIN / "ruff", "format", "--check", "."],
    "migrations": [
        *(sys.executable, "-m", "django", "makemigrations"),
        *("--check", "--dry-run", "--settings", "tests.settings", "--pythonpath", "src"),
    ],
}


@pytest.mark.parametrize("check", CHECKS)
def test_the_check_is_clean(check: str) -> None:
    done = subprocess.run(
        [str(word) for word in CHECKS[check]],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
