"""Finds what the modules offer in files of agreed names: `tasks.py`, `invariants.py`."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from django.apps import apps


def offering(file: str) -> Iterator[ModuleType]:
    """Each of our modules' `file`, imported, in the order of installed modules."""
    for config in apps.get_app_configs():
        name = f"{config.name}.{file}"
        if config.name.startswith("xiangyue.") and find_spec(name) is not None:
            yield import_module(name)
