"""Finds what the modules offer in files of agreed names: `tasks.py`, `invariants.py`."""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from django.apps import apps


def offering(file: str) -> Iterator[ModuleType]:
    """Each of our modules' `file`, imported, in the order of installed modules."""
    yield from _offered(file)


@cache
def _offered(file: str) -> tuple[ModuleType, ...]:
    """Looked for once: who offers what is the same as long as we run, and a page asks each time."""
    names = (
        f"{config.name}.{file}"
        for config in apps.get_app_configs()
        if config.name.startswith("xiangyue.")
    )
    return tuple(import_module(name) for name in names if find_spec(name) is not None)
