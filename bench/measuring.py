"""Interleaved timing: whatever disturbs the machine disturbs both sides alike."""

import gc
import json
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

Run = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Result:
    """One row of the table: two medians in milliseconds, and how many times the one may be the
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


def medians(cases: Mapping[str, Callable[[], Run]], *, rounds: int, each: int) -> dict[str, float]:
    """The median milliseconds of each case, taken in turn, `each` times in every round.

    A case prepares one run outside the measured time and returns what is measured. The order of
    the cases turns about from round to round, and the garbage collector rests meanwhile.
    """
    times: dict[str, list[float]] = {name: [] for name in cases}
    with _without_garbage_collection():
        for number in range(-1, rounds):  # the first round only warms up
            for name in _turned(list(cases), number):
                for _time in range(each):
                    run = cases[name]()
                    began = time.perf_counter_ns()
                    run()
                    ended = time.perf_counter_ns()
                    if number >= 0:
                        times[name].append((ended - began) / 1_000_000)
            gc.collect()
    return {name: statistics.median(found) for name, found in times.items()}


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
