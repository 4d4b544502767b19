"""Interleaved timing: whatever disturbs the machine disturbs both sides alike."""

import gc
import json
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from bench.sizes import FIRST_ROUND

Run = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Result:
    """One row of the table: two costs in milliseconds, and how many times the one may be the
    other. Without a budget the row only informs."""

    what: str
    database: str
    measured: float
    baseline: float
    budget: float | None
    note: str = ""

    @property
    def ratio(self) -> float:
        return self.measured / self.baseline

    @property
    def verdict(self) -> str:
        if self.budget is None:
            return ""
        return "within" if self.ratio <= self.budget else "OVER"

    def as_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Result":
        return cls(**json.loads(text))


def costs(cases: Mapping[str, Callable[[], Run]], *, rounds: int, each: int) -> dict[str, float]:
    """What one run of each case costs, in milliseconds: the median of the rounds' best times.

    The cases take turns, `each` runs of each in a round, in an order that turns about; noise only
    ever adds time, so a round keeps its best. A case prepares a run outside the measured time
    and returns what is measured. The garbage collector rests meanwhile.
    """
    best: dict[str, list[float]] = {name: [] for name in cases}
    with _without_garbage_collection():
        for number in range(FIRST_ROUND, rounds):
            for name in _turned(list(cases), number):
                times = [_timed(cases[name]()) for _run in range(each)]
                if number >= 0:
                    best[name].append(min(times))
            gc.collect()
    return {name: statistics.median(found) for name, found in best.items()}


def _timed(run: Run) -> float:
    began = time.perf_counter_ns()
    run()
    return (time.perf_counter_ns() - began) / 1_000_000


def _turned(names: list[str], number: int) -> Iterable[str]:
    return names if number % 2 else reversed(names)


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


class Counting:
    """Counts the statements that Django sends, by their first word."""

    def __init__(self) -> None:
        self.words: dict[str, int] = {}

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        word = sql.split(None, 1)[0].upper()
        self.words[word] = self.words.get(word, 0) + 1
        return execute(sql, params, many, context)

    @property
    def count(self) -> int:
        return sum(self.words.values())
