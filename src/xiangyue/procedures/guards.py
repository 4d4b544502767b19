"""The guards that a template may name, with what each is asked to be strict about.

Three stand in `rules.py` and need no look elsewhere. The others look at what stands elsewhere: a
notice, a ballot, opinions. A module of an upper floor offers its own in its `guards.py`:

    @guard("opinions_answered")
    def opinions_answered(step_run, at, *, least: int = 0) -> list[str]: ...

It gets the step's row and the moment, and returns in words a clerk can act on what is missing;
nothing missing is an empty list. Its keyword parameters, with their types, are what declarations
may say; a name or parameter that is not here is refused when declarations load.
"""

import inspect
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar, cast

from django.apps import apps

Look = Callable[..., list[str]]
F = TypeVar("F", bound=Look)

_looks: dict[str, Look] = {}

# The gates of `rules.py`: each parameter's type, whether it must be said, and which way is stricter
# (1: more, -1: less, 0: the same).
GATE_PARAMETERS: Mapping[str, Mapping[str, tuple[type, bool, int]]] = {
    "days_since": {"step": (str, True, 0), "days": (int, True, 1)},
    "different_person": {"step": (str, True, 0)},
    "panel": {"least": (int, False, 1), "women": (int, False, 1)},
}


def guard(name: str) -> Callable[[F], F]:
    """Offer the decorated function to declarations under a name.

    :raises ValueError: the name is taken by another function.
    """

    def register(look: F) -> F:
        there = _looks.get(name)
        if name in GATE_PARAMETERS or (there is not None and _home(there) != _home(look)):
            raise ValueError(f"There are two guards called {name}.")
        _looks[name] = look
        return look

    return register


def _home(look: Look) -> tuple[str, str]:
    return look.__module__, look.__qualname__


@cache
def _find_offered() -> None:
    for config in apps.get_app_configs():
        module = f"{config.name}.guards"
        if config.name.startswith("xiangyue.") and find_spec(module) is not None:
            import_module(module)
    import_module("xiangyue.procedures.looking")


def looks() -> Mapping[str, Look]:
    """The guards that look elsewhere, by name."""
    _find_offered()
    return _looks


def names() -> list[str]:
    """Every guard that a template may name."""
    return sorted({*GATE_PARAMETERS, *looks()})


def parameters_of(name: str) -> Mapping[str, tuple[type, bool, int]]:
    """What a guard may be told: type, whether it must be, and which way is stricter.

    :raises KeyError: there is no such guard.
    """
    if name in GATE_PARAMETERS:
        return GATE_PARAMETERS[name]
    signature = inspect.signature(looks()[name], eval_str=True)
    return {
        parameter.name: (
            cast(type, parameter.annotation),
            parameter.default is inspect.Parameter.empty,
            1 if parameter.name in {"least", "days", "women"} else 0,
        )
        for parameter in list(signature.parameters.values())[2:]
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }


def fault_of(name: str, said: Mapping[str, object]) -> str | None:
    """What is wrong with the use of a guard, or None."""
    try:
        asked = parameters_of(name)
    except KeyError:
        return f"there is no guard called {name}; there are {', '.join(names())}"
    for key, value in said.items():
        if key not in asked:
            return f"the guard {name} knows no {key}"
        wanted = asked[key][0]
        if type(value) is not wanted:
            return f"the guard {name}: {key} is {wanted.__name__}"
        if isinstance(value, int) and not isinstance(value, bool) and not 0 <= value <= 3650:
            return f"the guard {name}: {key} is between 0 and 3650"
    if lacking := [key for key, (_type, must, _way) in asked.items() if must and key not in said]:
        return f"the guard {name} must be told {', '.join(lacking)}"
    return None


_DEFAULTS = {"panel": {"least": 3, "women": 1}}


def is_stricter(name: str, mine: Mapping[str, object], *, than: Mapping[str, object]) -> bool:
    """Whether a guard told `mine` lets through nothing that one told `than` would stop."""
    defaults = _DEFAULTS.get(name, {})
    for key, (_type, _must, way) in parameters_of(name).items():
        one = mine.get(key, defaults.get(key))
        other = than.get(key, defaults.get(key))
        if way and isinstance(other, int) and not isinstance(other, bool):
            if not isinstance(one, int) or one < other:
                return False
        elif one != other:
            return False
    return True


def missing_elsewhere(name: str, step_run: Any, at: datetime, said: Mapping[str, Any]) -> list[str]:
    """What one guard of another module lacks for this step, in words."""
    return looks()[name](step_run, at, **said)
