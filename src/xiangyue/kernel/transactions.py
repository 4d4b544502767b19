"""What is done whole or not at all: one act, or many together."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

P = ParamSpec("P")
R = TypeVar("R")

_together: ContextVar[bool] = ContextVar("acts_together", default=False)


@contextmanager
def acts_together() -> Iterator[None]:
    """Inside, all acts are one: the transaction that surrounds them is undone whole, so that none
    needs a savepoint of its own."""
    token = _together.set(True)
    try:
        yield
    finally:
        _together.reset(token)


def whole(act: Callable[P, R]) -> Callable[P, R]:
    """`transaction.atomic`, but for acts that are taken together.

    Such an act must ask before it changes anything: when it refuses, nothing undoes it alone.
    """
    return _either(act, transaction.atomic(act))


def part(act: Callable[P, R]) -> Callable[P, R]:
    """`whole` for what is always part of a larger act and refuses nothing: without a savepoint,
    so that its failure is the failure of all."""
    return _either(act, transaction.atomic(savepoint=False)(act))


def _either(act: Callable[P, R], alone: Callable[P, R]) -> Callable[P, R]:
    @wraps(act)
    def done(*args: P.args, **kwargs: P.kwargs) -> R:
        return (act if _together.get() else alone)(*args, **kwargs)

    return done
