"""What is done when its time comes. A module's `tasks.py` says what and how often.

    @due(every=timedelta(minutes=1))
    def escalate_overdue(*, at: datetime) -> None: ...

`xiangyue tick` calls each of them once; the worker calls each no more often than it asked for.
Each is called with the county bound and outside any transaction, finds out by itself what is
due at `at`, and does nothing when called twice: several may be calling.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar


class Doing(Protocol):
    __name__: str

    def __call__(self, *, at: datetime) -> object: ...


Task = TypeVar("Task", bound=Doing)


@dataclass(frozen=True, slots=True)
class Due:
    """Something to be done again and again; `name` is `module.function`."""

    name: str
    every: timedelta
    do: Doing


_registered: dict[str, Due] = {}


def due(*, every: timedelta) -> Callable[[Task], Task]:
    """Have the decorated function called with `at` every so often.

    :raises ValueError: `every` is nothing or less.
    """
    if every <= timedelta(0):
        raise ValueError(f"Due every {every}?")

    def register(task: Task) -> Task:
        module = task.__module__.removeprefix("xiangyue.").removesuffix(".tasks")
        name = f"{module}.{task.__name__}"
        _registered[name] = Due(name=name, every=every, do=task)
        return task

    return register


def all_due() -> tuple[Due, ...]:
    """Everything registered so far, by name; `xiangyue.site.modules` finds the modules' tasks."""
    return tuple(_registered[name] for name in sorted(_registered))
