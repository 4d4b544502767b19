"""The empty tables of an earlier run, for whoever runs a few tests again and again.

Applying all migrations takes half a minute. What comes of it on SQLite is kept in the user's cache
folder under a digest of whatever it depends on. Where `CI` is set nothing is kept or found.
"""

import ast
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

SOURCE = Path(__file__).resolve().parents[1] / "src"
FOLDER = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "xiangyue-tests"


def kept() -> Path | None:
    """Where the tables of these very migrations are kept, if they are; None: nowhere."""
    return None if os.environ.get("CI") else FOLDER / f"tables-{digest()}.sqlite3"


@contextmanager
def keeping(kept: Path) -> Iterator[Path]:
    """Where to write these, which alone are kept; a run beside this one finds all or nothing."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    for old in kept.parent.iterdir():
        old.unlink(missing_ok=True)
    unfinished = kept.with_suffix(f".{os.getpid()}")
    yield unfinished
    unfinished.replace(kept)


def digest() -> str:
    """One number for the migrations and all code that they use."""
    total = hashlib.sha256(django.__version__.encode())
    for file in sorted(depended_on()):
        total.update(str(file.relative_to(SOURCE)).encode() + file.read_bytes())
    return total.hexdigest()[:16]


def depended_on() -> set[Path]:
    """The migrations, what they import, and what that imports, wherever it is the project's own."""
    found = set(SOURCE.glob("xiangyue/**/migrations/*.py"))
    waiting = list(found)
    while waiting:
        new = {file for file in imported(waiting.pop()) if file not in found}
        found |= new
        waiting += new
    return found


def imported(file: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            for path in (f"{name.replace('.', '/')}.py", f"{name.replace('.', '/')}/__init__.py"):
                if (SOURCE / path).is_file():
                    yield SOURCE / path
