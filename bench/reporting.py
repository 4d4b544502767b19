"""Reporting an incident, over the statements that it must do: what it reads to know where the
matter goes and who is told, and what it writes. The note says how it stands to the writing alone.

Measured with its receivers (whoever is concerned is told in the same transaction) and without.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from functools import partial
from itertools import count
from statistics import fmean, median
from typing import Any

from django.db import connection, connections

from bench.county import NOW, callers, tidy
from bench.measuring import Counting, Result, Run, costs
from bench.replay import Recording, Twin
from bench.sizes import EACH, FIRST_ROUND, ROUNDS, WRITES
from xiangyue.activity.services import unheard
from xiangyue.incidents.models import Incident
from xiangyue.incidents.services import report_incident
from xiangyue.kernel.counties import bind
from xiangyue.places.models import Person, Place

BUDGET = 3.0
WRITERS, WRITERS_NAMED = 8, "eight"

# What a day brings: to the village, to a dispatcher, to a department, to the grid.
REPORTS = (
    ("0401", "巷子最里头垃圾堆了三天没人清，苍蝇很多。麻烦派人来看看。"),
    ("0406", "三岔路口大货车长期占道，消防车都进不来"),
    ("0504", "村口桥上护栏断了一截，老人孩子都从这儿过。"),
    ("0102", "邻居家盖房把水排到我家墙根，说了几次不听"),
)

_turn = count()  # nobody reports so often in a day that it is refused


def measure(database: str) -> Iterator[Result]:
    """The ratio of the service to its bare twin, heard and unheard."""
    with bind("small"):
        grid = Place.objects.filter(kind="group", is_active=True).order_by("path")[100]
        people = list(Person.objects.filter(pk__in=callers("small")).order_by("phone"))
        for is_heard in (True, False):
            tidy()
            reporting = _Reporting(grid, people, is_heard=is_heard)
            twins = []
            cases: dict[str, Callable[[], Run]] = {}
            for number in range(len(REPORTS)):
                twin, writing = reporting.twins_of(number)
                twins.append(twin)
                cases[f"service {number}"] = partial(reporting.prepared, number)
                cases[f"bare {number}"] = twin.prepared
                cases[f"writing {number}"] = writing.prepared
            found = costs(cases, rounds=ROUNDS, each=EACH)
            yield Result(
                what="report an incident, one writer"
                + (", everybody told" if is_heard else ", nobody told"),
                database=database,
                measured=_mean(found, "service"),
                baseline=_mean(found, "bare"),
                budget=BUDGET,
                note=reporting.note(twins)
                + f", {_mean(found, 'service') / _mean(found, 'writing'):.1f} times its INSERTs",
            )
            if is_heard:
                served, bare = _together(reporting, twins)
                yield Result(
                    what=f"report an incident, {WRITERS_NAMED} writers, everybody told",
                    database=database,
                    measured=served,
                    baseline=bare,
                    budget=BUDGET,
                    note="from one write to the next",
                )


def _together(reporting: "_Reporting", twins: list[Twin]) -> tuple[float, float]:
    """Milliseconds from one write to the next when eight threads write, by the service and bare;
    medians of rounds in turn. On SQLite the bare ones wait in the same queue as the service's."""
    served, bare = [], []
    for number in range(FIRST_ROUND, max(ROUNDS // 2, 1)):
        each = (
            _written(reporting.prepared, queue=nullcontext()),
            _written(
                lambda kind: twins[kind].prepared(),
                queue=threading.Lock() if connection.vendor == "sqlite" else nullcontext(),
            ),
        )
        if number >= 0:
            served.append(each[0])
            bare.append(each[1])
    return median(served), median(bare)


def _written(prepared: Callable[[int], Run], *, queue: AbstractContextManager[object]) -> float:
    share = max(WRITES // WRITERS, 1)
    begun = threading.Barrier(WRITERS + 1)
    wrong: list[BaseException] = []

    def write() -> None:
        with bind("small"):
            try:
                runs = [prepared(number % len(REPORTS)) for number in range(share)]
                connection.ensure_connection()
                begun.wait()
                for run in runs:
                    with queue:
                        run()
            except BaseException as error:
                wrong.append(error)
                raise
            finally:
                connections.close_all()

    writers = [threading.Thread(target=write) for _number in range(WRITERS)]
    for writer in writers:
        writer.start()
    begun.wait()
    began = time.perf_counter()
    for writer in writers:
        writer.join()
    if wrong:
        raise wrong[0]
    return (time.perf_counter() - began) * 1000 / (share * WRITERS)


def _mean(found: Mapping[str, float], side: str) -> float:
    """Over all kinds of reports alike."""
    return fmean(cost for name, cost in found.items() if name.startswith(side))


class _Reporting:
    """Reports by one resident after the other, at times that follow one another."""

    def __init__(self, grid: Place, people: list[Person], *, is_heard: bool) -> None:
        self.grid = grid
        self.people = people
        self.is_heard = is_heard

    def prepared(self, kind: int) -> Run:
        number = next(_turn)
        category, text = REPORTS[kind]
        person = self.people[number % len(self.people)]
        at = NOW + timedelta(minutes=10 * number)

        def run() -> Incident:
            with nullcontext() if self.is_heard else unheard():
                incident, _code = report_incident(
                    category_key=category,
                    place=self.grid,
                    at=at,
                    channel="resident",
                    description=text,
                    reporter=person,
                )
            return incident

        return run

    def twins_of(self, kind: int) -> tuple[Twin, Twin]:
        """The bare twin of one kind of report, from a recording of it; and one that only writes."""
        run: Callable[[], Any] = self.prepared(kind)
        recording = Recording()
        with connection.execute_wrapper(recording):
            incident = run()
        return Twin(recording.statements, incident.pk), Twin(recording.inserts, incident.pk)

    def note(self, twins: list[Twin]) -> str:
        counting = Counting()
        for kind in range(len(REPORTS)):
            run = self.prepared(kind)
            with connection.execute_wrapper(counting):
                run()
        bare = sum(len(twin.statements) + 2 for twin in twins)
        return f"{counting.count / len(REPORTS):.1f} statements over {bare / len(twins):.1f}"
