"""Runs the chosen benchmarks on the database that the settings name; see `__main__`."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import django

from bench.measuring import Result

Benchmark = Callable[[str], Iterator[Result]]


def all_benchmarks() -> Mapping[str, Benchmark]:
    """Each benchmark by name; it is given the database's name for its rows."""
    from bench import budgets, importing, inbox, lives, opinions, reporting, serving, votes

    return {
        "report": reporting.measure,
        "lives": lives.measure,
        "import": importing.measure,
        "votes": votes.measure,
        "budgets": budgets.measure,
        "opinions": opinions.measure,
        "inbox": inbox.measure,
        "pages": serving.measure,
    }


def main(target: Path, database: str, chosen: list[str]) -> None:
    django.setup()
    from bench.county import prepare

    began = time.monotonic()
    prepare()
    _say(f"{database}: two counties prepared in {time.monotonic() - began:.0f} s")
    with target.open("w") as file:
        for name, benchmark in all_benchmarks().items():
            if chosen and name not in chosen:
                continue
            began = time.monotonic()
            for result in benchmark(database):
                file.write(result.as_json() + "\n")
                file.flush()
                _say(f"{database}: {result.what}: {result.ratio:.2f}")
            _say(f"{database}: {name} measured in {time.monotonic() - began:.0f} s")


def _say(text: str) -> None:
    print(f"==> {text}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
