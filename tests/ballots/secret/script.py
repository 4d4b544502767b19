"""scripts/recount.py as a module: it is a file by itself and no part of the package."""

import importlib.util
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[3] / "scripts" / "recount.py"
specification = importlib.util.spec_from_file_location("recount", SCRIPT)
assert specification is not None
assert specification.loader is not None
script = importlib.util.module_from_spec(specification)
sys.modules["recount"] = script  # several processes find it by its name
specification.loader.exec_module(script)
