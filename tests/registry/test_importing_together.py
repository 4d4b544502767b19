"""Two at once, a worker that is killed, a register that changes between look and confirmation."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, connections

from tests import people
from tests.registry import lists
from tests.registry.lists import confirm, counts, faults, resident, upload
from xiangyue.access.posting.services import take_post
from xiangyue.access.queries import standing_of
from xiangyue.kernel.counties import bind
from xiangyue.places.models import Household, Person, Post
from xiangyue.places.services import register_person
from xiangyue.registry.importing import checking, claiming, files, services, writing
from xiangyue.registry.importing.models import Import, ImportFault, ImportRow, OwnNumber, State

MINUTE = timedelta(minutes=1)


@pytest.fixture
def clerk() -> Person:
    return lists.keeper()


def village(count: int) -> list[dict]:
    return [
        resident(f"居民{number}", 户号=str(number // 3), 手机号=13_700_000_000 + number)
        for number in range(count)
    ]


@pytest.mark.django_db
class TestBetween:
    """Between the preview and the loading."""

    def test_what_was_changed_meanwhile_is_shown_again_instead_of_overwritten(self, clerk):
        lists.imported(clerk, [resident("张三", 户号="1", 手机号="13700000001")])
        batch = upload(clerk, [resident("张三", 户号="1", 手机号="13700000002")])
        Person.objects.filter(name="张三").update(phone="13700000003")
        confirm(batch)
        assert batch.state == State.READY
        assert ["register_changed", {}] in batch.notices
        assert Person.objects.get(name="张三").phone == "13700000003"
        assert batch.rows.get().was_phone == "13700000003"
        assert confirm(batch).state == State.DONE
        assert Person.objects.get(name="张三").phone == "13700000002"

    def test_somebody_who_came_meanwhile_is_not_doubled(self, clerk):
        batch = upload(clerk, [resident("张三", 手机号="13700000001")])
        register_person(name="张三", phone="13700000001", place=people.place(), at=people.MONDAY)
        confirm(batch)
        assert (batch.state, counts(batch)) == (State.READY, (0, 1, 0, 0))
        assert Person.objects.filter(name="张三").count() == 1

    def test_neither_is_whoever_came_meanwhile_with_a_name_alone(self, clerk):
        batch = upload(clerk, [resident("张三", 出生日期="1965-03-01")])
        grid = people.place(lists.GRID_CODE)
        register_person(name="张三", place=grid, at=people.MONDAY)
        confirm(batch)
        assert (batch.state, faults(batch)) == (State.FAULTY, [(2, "name", "unclear")])
        assert Person.objects.filter(name="张三").count() == 1

    def test_what_came_meanwhile_and_concerns_nobody_on_the_list_stops_nothing(self, clerk):
        batch = upload(clerk, village(3))
        people.somebody("过路人")
        assert confirm(batch).state == State.DONE

    def test_a_phone_that_somebody_elsewhere_took_meanwhile_is_told(self, clerk):
        batch = upload(clerk, [resident("张三", 手机号="13700000001")])
        register_person(
            name="别人",
            phone="13700000001",
            place=people.place(people.OTHER_VILLAGE),
            at=people.MONDAY,
        )
        confirm(batch)
        assert faults(batch) == [(2, "phone", "phone_elsewhere")]
        assert not Person.objects.filter(name="张三").exists()

    def test_two_imports_of_the_same_file_load_everybody_once(self, clerk):
        content = lists.workbook(village(6))
        first, second = upload(clerk, content), upload(clerk, content)
        assert counts(first) == counts(second) == (6, 0, 0, 0)
        for batch in (first, second):
            services.confirm_import(batch=batch, actor=clerk, plan=batch.plan, at=people.MONDAY)
        services.work_on_imports(at=people.MONDAY)
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.state, second.state) == (State.DONE, State.READY)
        assert counts(second) == (0, 0, 6, 0)
        assert Person.objects.filter(name__startswith="居民").count() == 6

    def test_whose_post_ends_before_loading_loads_nobody(self, clerk):
        batch = upload(clerk, village(2))
        services.confirm_import(batch=batch, actor=clerk, plan=batch.plan, at=people.MONDAY)
        keeper = people.posted("administrator", at_place=people.county(), name="管理员")
        at = people.MONDAY + MINUTE
        post = Post.objects.get(person=clerk)
        take_post(actor=standing_of(keeper, at=at), post=post, at=at)
        services.work_on_imports(at=at)
        batch.refresh_from_db()
        assert (batch.state, batch.refusal) == (State.REFUSED, "not_allowed_any_more")
        assert not Person.objects.filter(name__startswith="居民").exists()

    def test_only_what_was_seen_is_confirmed(self, clerk):
        batch = upload(clerk, village(2))
        with pytest.raises(services.NotReady):
            services.confirm_import(batch=batch, actor=clerk, plan="another", at=people.MONDAY)

    def test_only_whoever_uploaded_a_list_confirms_it(self, clerk):
        batch = upload(clerk, village(2))
        with pytest.raises(services.NotAllowed):
            services.confirm_import(
                batch=batch, actor=lists.keeper(), plan=batch.plan, at=people.MONDAY
            )


@pytest.mark.django_db
class TestEnding:
    def test_cancelled_before_it_writes_nothing_remains(self, clerk):
        batch = upload(clerk, village(2))
        for _twice in range(2):
            services.cancel_import(batch=batch, actor=clerk, at=people.MONDAY)
        batch.refresh_from_db()
        assert batch.state == State.CANCELLED
        assert not files.source_path(batch).exists()
        assert not ImportRow.objects.exists()
        with pytest.raises(services.NotReady):
            confirm(batch)

    def test_what_was_loaded_is_not_cancelled(self, clerk):
        batch = confirm(upload(clerk, village(2)))
        with pytest.raises(services.NotReady):
            services.cancel_import(batch=batch, actor=clerk, at=people.MONDAY)

    def test_cancelled_during_the_check_it_stops(self, clerk, monkeypatch):
        batch = received(clerk, village(2))
        real = checking._stage

        def cancel_first(*args: object) -> None:
            services.cancel_import(batch=batch, actor=clerk, at=people.MONDAY)
            real(*args)  # type: ignore[arg-type]

        monkeypatch.setattr(checking, "_stage", cancel_first)
        services.work_on_imports(at=people.MONDAY)
        batch.refresh_from_db()
        assert batch.state == State.CANCELLED
        assert not ImportRow.objects.exists()

    def test_what_nobody_confirms_is_forgotten_after_a_week(self, clerk):
        batch, faulty = upload(clerk, village(2)), upload(clerk, [resident("")])
        assert services.sweep_imports(at=people.MONDAY + timedelta(days=6)) == 0
        assert services.sweep_imports(at=people.MONDAY + timedelta(days=7)) == 2
        for each in (batch, faulty):
            each.refresh_from_db()
            assert each.state == State.EXPIRED
        assert not ImportRow.objects.exists()
        assert not ImportFault.objects.exists()

    def test_files_that_no_import_needs_are_removed(self, clerk):
        batch = upload(clerk, village(2))
        stray = files.source_path(batch).with_name("stray.xlsx")
        stray.write_bytes(b"x")
        later = people.MONDAY.replace(year=2099)
        files.remove_orphaned_files(at=later)
        assert files.source_path(batch).exists()
        assert not stray.exists()

    def test_an_import_that_breaks_off_again_and_again_is_given_up(self, clerk, monkeypatch):
        batch = received(clerk, village(2))

        def broken(_claim: object) -> None:
            raise RuntimeError("a fault in the software")

        monkeypatch.setattr(services, "check", broken)
        for number in range(claiming.TRIES_MOST):
            with pytest.raises(RuntimeError):
                services.work_on_imports(at=people.MONDAY + number * 2 * MINUTE)
        services.work_on_imports(at=people.MONDAY + 20 * MINUTE)
        batch.refresh_from_db()
        assert (batch.state, batch.refusal) == (State.REFUSED, "gave_up")

    def test_several_lists_at_once_are_enough(self, clerk):
        for _number in range(services.OPEN_MOST):
            upload(clerk, village(1))
        with pytest.raises(services.TooManyImports):
            upload(clerk, village(1))


def received(actor: Person, rows: list[dict]) -> Import:
    """An import that waits for the worker."""
    return services.receive_file(
        actor=actor,
        standing=standing_of(actor, at=people.MONDAY),
        name="名单.xlsx",
        content=lists.workbook(rows),
        at=people.MONDAY,
    )


@pytest.mark.django_db
class TestClaims:
    def test_one_import_is_worked_on_by_one_run(self, clerk):
        received(clerk, village(1))
        assert claiming.claim_next(at=people.MONDAY) is not None
        assert claiming.claim_next(at=people.MONDAY + MINUTE / 2) is None

    def test_one_that_was_killed_is_taken_over_after_a_minute(self, clerk):
        received(clerk, village(1))
        first = claiming.claim_next(at=people.MONDAY)
        second = claiming.claim_next(at=people.MONDAY + MINUTE)
        assert first is not None
        assert second is not None
        with pytest.raises(claiming.Lost):
            first.say(1, 2)
        second.say(1, 2)
        with pytest.raises(claiming.Lost):
            checking.check(first)
        first.state = State.LOADING
        with pytest.raises(claiming.Lost):
            writing.load(first)

    def test_progress_is_seen_while_it_is_made(self, clerk, monkeypatch):
        batch = received(clerk, village(40))
        seen = []
        real = claiming.Claim.say

        def say(claim: claiming.Claim, done: int, total: int) -> None:
            real(claim, done, total)
            seen.append(Import.objects.values_list("done_count", "total_count").get(pk=batch.pk))

        monkeypatch.setattr(claiming.Claim, "say", say)
        monkeypatch.setattr(checking, "STEP", 10)
        services.work_on_imports(at=people.MONDAY)
        assert seen[0] == (10, 82)  # of the reading, with the row of headings
        assert seen[-1] == (80, 80)


# --- real transactions -------------------------------------------------------------------------


def at_once(*acts: Callable[[], object]) -> None:
    """Each in a thread with a connection of its own."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        with bind("shandan"):
            try:
                gate.wait()
                act()
            finally:
                connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
class TestTogether:
    def test_two_workers_load_two_imports_of_the_same_list_once(self, clerk):
        content = lists.workbook(village(30))
        batches = [upload(clerk, content), upload(clerk, content)]
        for batch in batches:
            services.confirm_import(batch=batch, actor=clerk, plan=batch.plan, at=people.MONDAY)
        at_once(*[lambda: services.work_on_imports(at=people.MONDAY)] * 2)
        services.work_on_imports(at=people.MONDAY)
        states = {Import.objects.get(pk=batch.pk).state for batch in batches}
        assert states == {State.DONE, State.READY}
        assert Person.objects.filter(name__startswith="居民").count() == 30
        assert Household.objects.count() == 10

    def test_confirmed_and_cancelled_at_once_it_is_one_of_both(self, clerk):
        batch = upload(clerk, village(3))
        outcomes = []

        def tried(act: Callable[[], object]) -> Callable[[], None]:
            def attempt() -> None:
                try:
                    act()
                    outcomes.append("done")
                except services.NotReady:
                    outcomes.append("refused")

            return attempt

        at_once(
            tried(lambda: services.cancel_import(batch=batch, actor=clerk, at=people.MONDAY)),
            tried(
                lambda: services.confirm_import(
                    batch=batch, actor=clerk, plan=batch.plan, at=people.MONDAY
                )
            ),
        )
        services.work_on_imports(at=people.MONDAY)
        batch.refresh_from_db()
        assert batch.state == State.CANCELLED
        assert not Person.objects.filter(name__startswith="居民").exists()

    @pytest.mark.parametrize("when", ["checking", "loading"])
    def test_a_worker_killed_in_the_middle_leaves_nothing_half_done(self, clerk, when):
        batch = received(clerk, village(3000))
        if when == "loading":
            services.work_on_imports(at=people.MONDAY)
            batch.refresh_from_db()
            services.confirm_import(batch=batch, actor=clerk, plan=batch.plan, at=people.MONDAY)
        killed = _killed_in(when)
        assert killed == -signal.SIGKILL
        batch.refresh_from_db()
        assert batch.state == {"checking": State.CHECKING, "loading": State.LOADING}[when]
        assert not Person.objects.filter(name__startswith="居民").exists()
        assert not Household.objects.exists()
        services.work_on_imports(at=people.MONDAY + timedelta(hours=1))
        batch.refresh_from_db()
        if when == "checking":
            assert counts(batch) == (3000, 0, 0, 0)
            assert ImportRow.objects.filter(batch=batch).count() == 3000
            confirm(batch, at=people.MONDAY + timedelta(hours=2))
        assert batch.state == State.DONE
        assert Person.objects.filter(name__startswith="居民").count() == 3000
        assert Household.objects.count() == 1000


# The worker in a process of its own, which stops where it is to be killed.
_WORKER = """
import sys, time
from django.conf import settings
import django
django.setup()
from django.db import connections
for alias, name in {names!r}.items():
    connections.databases[alias]["NAME"] = name
from datetime import datetime
from xiangyue.kernel.counties import bind
from xiangyue.registry.importing import checking, services, writing

def stop(*args, **kwargs):
    print("there", flush=True)
    time.sleep(60)

if {when!r} == "checking":
    checking._stage_faults = stop
else:
    writing.record = stop
with bind("shandan"):
    services.work_on_imports(at=datetime.fromisoformat({at!r}))
"""


def _killed_in(when: str) -> int:
    names = {alias: str(connections[alias].settings_dict["NAME"]) for alias in connections}
    connection.close()
    code = _WORKER.format(names=names, when=when, at=people.MONDAY.isoformat())
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": os.pathsep.join(["src", "."]),
        "XIANGYUE_TEST_VAR": str(settings.VAR),
    }
    with subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "there\n"
        time.sleep(0.05)
        worker.kill()
        return worker.wait()


@pytest.mark.django_db
class TestMany:
    def test_ten_thousand_rows_are_loaded_in_seconds_with_few_statements(self, clerk):
        from django.test.utils import CaptureQueriesContext

        keeper = lists.keeper(people.county())
        grids = [f"{people.VILLAGE}-001", f"{people.VILLAGE}-002", f"{people.OTHER_VILLAGE}-001"]
        rows = [
            row | {"网格": grids[number % 3], "编号": str(number)}
            for number, row in enumerate(village(10_000))
        ]
        content = lists.csv_text(rows).encode()
        began = time.monotonic()
        with CaptureQueriesContext(connection) as queries:
            batch = upload(keeper, content, name="名单.csv")
        assert counts(batch) == (10_000, 0, 0, 0), faults(batch)[:3]
        assert len(queries) < 120
        with CaptureQueriesContext(connection) as queries:
            confirm(batch)
        assert batch.state == State.DONE
        assert len(queries) < 60
        assert time.monotonic() - began < 30  # some three seconds on a quiet machine
        assert OwnNumber.objects.count() == 10_000
        assert counts(upload(keeper, content, name="名单.csv")) == (0, 0, 10_000, 0)
