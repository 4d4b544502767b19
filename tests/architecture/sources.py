"""Where the project's own files are."""

import fnmatch
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "xiangyue"
NOT_OURS = {".git", ".venv", "node_modules", "var", "build", "dist", "bundle", "__pycache__"}


def files(pattern: str, under: Path = ROOT) -> list[Path]:
    """The project's files of that name, without what is installed, built or stored."""
    found = []
    for folder, folders, names in os.walk(under):
        folders[:] = [one for one in folders if one not in NOT_OURS and not one.endswith("_cache")]
        found += [Path(folder) / name for name in fnmatch.filter(names, pattern)]
    return sorted(found)


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))
