"""Importing 50,000 residents from Excel: how long, how much memory, and how long others wait.

Checked and loaded by a process of its own, as the worker does it, so that its peak is its own.
"""

import json
import random
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from uuid import uuid4

import django
from openpyxl import Workbook

from bench.measuring import Result
from bench.sizes import size

ROWS = size(50_000, 100)
LOAD_BUDGET = 1.5
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂兰玉红英华建国文辉力波宁贵福生龙元全"


def measure(database: str) -> Iterator[Result]:
    """The check's time over a bare reading of the file, and the load's over a bare bulk load."""
    from bench.county import LONG_AGO, tidy
    from xiangyue.access.appointments import appoint
    from xiangyue.access.queries import standing_of
    from xiangyue.kernel.counties import bind
    from xiangyue.places.models import Place
    from xiangyue.places.services import register_person
    from xiangyue.registry.importing import services
    from xiangyue.registry.importing.models import Import, State

    with bind("small"):
        tidy()
        county = Place.objects.get(kind="county")
        keeper = register_person(name="名册管理员", place=county, at=LONG_AGO)
        appoint(person=keeper, role="village_clerk", place=county, at=LONG_AGO)
        content = workbook(ROWS)
        reading = _read_alone(content)
        batch = services.receive_file(
            actor=keeper,
            standing=standing_of(keeper, at=LONG_AGO + timedelta(days=1)),
            name="residents.xlsx",
            content=content,
            at=LONG_AGO + timedelta(days=1),
        )
        checked = _worked("small")
        batch.refresh_from_db()
        assert (batch.state, batch.new_count) == (State.READY, ROWS), (
            batch.state,
            batch.fault_count,
        )
        peaks = f"peak {checked['peak']:.0f} MB, reader {checked['reader']:.0f} MB"
        yield Result(
            what=f"check {ROWS:,} residents from Excel, over reading the file alone",
            database=database,
            measured=checked["seconds"] * 1000,
            baseline=reading * 1000,
            budget=None,
            note=f"{peaks}; {checked['statements'] / (ROWS / 1000):.1f} statements per 1,000 rows",
        )
        bare = _bare_load(batch)
        services.confirm_import(
            batch=batch, actor=keeper, plan=batch.plan, at=LONG_AGO + timedelta(days=1)
        )
        with _Writer() as writer:
            loaded = _worked("small")
        assert Import.objects.get(pk=batch.pk).state == State.DONE
        yield Result(
            what=f"load {ROWS:,} residents, over a bare bulk load of the same rows",
            database=database,
            measured=loaded["locked"] * 1000,
            baseline=bare * 1000,
            budget=LOAD_BUDGET,
            note=f"one transaction; others' writes waited {writer.longest * 1000:.0f} ms at most",
        )
        again = services.receive_file(
            actor=keeper,
            standing=standing_of(keeper, at=LONG_AGO + timedelta(days=1)),
            name="residents.xlsx",
            content=content,
            at=LONG_AGO + timedelta(days=1),
        )
        rechecked = _worked("small")
        again.refresh_from_db()
        assert again.unchanged_count == ROWS, again.fault_count
        yield Result(
            what="check the same file again, over the first time",
            database=database,
            measured=rechecked["seconds"] * 1000,
            baseline=checked["seconds"] * 1000,
            budget=None,
            note=f"nothing to load; peak {rechecked['peak']:.0f} MB",
        )


def workbook(rows: int) -> bytes:
    """That many residents in households of one to five, over all grids of the county."""
    from xiangyue.registry.importing.placing import Places

    dice = random.Random(7)
    homes = Places([""]).own_homes
    book = Workbook(write_only=True)
    sheet = book.create_sheet("居民")
    sheet.append(["网格", "户号", "住址", "姓名", "出生日期", "手机号", "编号"])
    count = household = 0
    while count < rows:
        household += 1
        home = homes[household % len(homes)]
        for member in range(min(dice.randint(1, 5), rows - count)):
            count += 1
            name = dice.choice(SURNAMES) + dice.choice(GIVEN) + dice.choice(GIVEN)
            born = date(1935, 1, 1) + timedelta(days=dice.randrange(30_000))
            phone = 13_000_000_000 + count if member < 2 else None
            sheet.append(
                [home.grid.code, f"T{household}", f"{household}号", name, born, phone, f"T{count}"]
            )
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _read_alone(content: bytes) -> float:
    """Seconds to read the workbook's cells, nothing else."""
    from python_calamine import CalamineWorkbook

    began = time.perf_counter()
    with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
        for _row in book.get_sheet_by_index(0).iter_rows():
            pass
    return time.perf_counter() - began


def _bare_load(batch: object) -> float:
    """Seconds to write the same people, households and traces in bulk, and to undo it."""
    from django.db import transaction

    from xiangyue.kernel.bulk import load_rows
    from xiangyue.places.models import Household, Person
    from xiangyue.registry.importing.models import (
        ImportHousehold,
        ImportRow,
        ImportTrace,
        OwnNumber,
    )

    homes = ("household_id", "code", "grid_id", "place_path", "address")
    people = ("person_id", "name", "phone", "household_id", "place_id", "birth_date")
    households = list(ImportHousehold.objects.filter(batch=batch).values_list(*homes))
    rows = list(ImportRow.objects.filter(batch=batch).values_list(*people))
    traces = list(
        ImportRow.objects.filter(batch=batch).values_list("batch_id", "person_id", "number")
    )
    numbers = list(
        ImportRow.objects.filter(batch=batch).values_list("person_id", "village_id", "own_number")
    )
    with transaction.atomic():
        began = time.perf_counter()
        load_rows(Household, ("id", *homes[1:]), households)
        load_rows(Person, ("id", *people[1:]), rows)
        load_rows(OwnNumber, ("person_id", "village_id", "number"), numbers)
        load_rows(
            ImportTrace,
            ("batch_id", "person_id", "number", "field_keys"),
            ((*trace, "") for trace in traces),
        )
        seconds = time.perf_counter() - began
        transaction.set_rollback(True)
    return seconds


class _Writer:
    """Somebody else who writes all the while; `longest` is how long they had to wait."""

    longest = 0.0

    def __enter__(self) -> "_Writer":
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _write(self) -> None:
        from django.db import connection, transaction

        from xiangyue.kernel.counties import bind
        from xiangyue.places.models import Person

        with bind("small"):
            while not self._stop.is_set():
                began = time.perf_counter()
                with transaction.atomic():
                    Person.objects.create(id=uuid4(), name="别人")
                self.longest = max(self.longest, time.perf_counter() - began)
                time.sleep(0.01)
            Person.objects.filter(name="别人").delete()
            connection.close()


def _worked(slug: str) -> dict[str, float]:
    """What the worker's turn took, in a process of its own."""
    command = [sys.executable, "-m", "bench.importing", slug]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _work(slug: str) -> None:
    django.setup()
    from django.db import connection

    from bench.county import LONG_AGO
    from bench.measuring import Counting
    from xiangyue.kernel.counties import bind
    from xiangyue.registry.importing import services, writing

    locked = 0.0
    load = writing._load

    def timed(*args: object) -> None:
        nonlocal locked
        began = time.perf_counter()
        load(*args)  # type: ignore[arg-type]
        locked = time.perf_counter() - began

    writing._load = timed  # type: ignore[assignment]
    counting = Counting()
    with bind(slug), connection.execute_wrapper(counting):
        began = time.perf_counter()
        services.work_on_imports(at=LONG_AGO + timedelta(days=1))
        seconds = time.perf_counter() - began
    peak, reader = (
        resource.getrusage(who).ru_maxrss / 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(
        json.dumps(
            {
                "seconds": seconds,
                "locked": locked,
                "peak": peak,
                "reader": reader,
                "statements": counting.count,
            }
        )
    )


if __name__ == "__main__":
    _work(sys.argv[1])
