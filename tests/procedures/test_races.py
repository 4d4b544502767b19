"""Two at once, and a process killed in mid-writing."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection

from tests.incidents.test_races import at_once
from tests.procedures.conftest import Village, make_village
from xiangyue.activity.models import Entry
from xiangyue.kernel.refusals import Conflict
from xiangyue.procedures import services
from xiangyue.procedures.invariants import INVARIANTS
from xiangyue.procedures.models import Evidence, Run, StepRun

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def village(transactional_db) -> Village:
    return make_village()


def completed(run: Run) -> int:
    return Entry.objects.filter(name="procedures.step_completed", subject_id=str(run.pk)).count()


def test_two_clerks_complete_the_same_step_once(village: Village):
    run = village.begin()
    village.lay(run)
    row = village.open(run)
    results = at_once(
        *(
            lambda who=who: services.complete_step(
                step_run=row, actor=village.standing(who), at=village.at
            )
            for who in (village.clerk, village.secretary)
        )
    )
    assert sum(isinstance(result, StepRun) for result in results) == 1, results
    assert sum(isinstance(result, Conflict) for result in results) == 1, results
    assert completed(run) == 1
    assert village.open(run).key == "choose"
    assert [check() for check in INVARIANTS.values()] == [[], [], []]


def test_the_same_clerk_who_taps_twice_completes_it_once(village: Village):
    run = village.begin()
    village.lay(run)
    row = village.open(run)

    def tap() -> object:
        return services.complete_step(
            step_run=row, actor=village.standing(village.clerk), at=village.at
        )

    results = at_once(tap, tap)
    assert all(isinstance(result, StepRun) for result in results), results
    assert completed(run) == 1


def test_evidence_added_while_the_step_is_completed_comes_before_or_is_refused(village: Village):
    run = village.begin()
    village.lay(run)
    row = village.open(run)
    results = at_once(
        lambda: services.complete_step(
            step_run=row, actor=village.standing(village.clerk), at=village.at
        ),
        lambda: services.add_evidence(
            step_run=row, key="issues", text="后来补的一条",
            actor=village.standing(village.secretary), at=village.at,
        ),
    )  # fmt: skip
    assert isinstance(results[0], StepRun)
    was_added = isinstance(results[1], Evidence)
    assert was_added or isinstance(results[1], Conflict), results
    assert Evidence.objects.count() == 1 + was_added


def test_the_only_evidence_taken_away_while_the_step_is_completed(village: Village):
    run = village.begin()
    (evidence,) = village.lay(run)
    evidence.step_run.run = run
    row = village.open(run)
    at_once(
        lambda: services.complete_step(
            step_run=row, actor=village.standing(village.clerk), at=village.at
        ),
        lambda: services.remove_evidence(
            evidence=evidence, actor=village.standing(village.secretary), at=village.at
        ),
    )
    state = StepRun.objects.get(run=run, key="collect").state
    assert (state == "done") == Evidence.objects.exists()


def test_two_who_begin_under_one_key_begin_once(village: Village):
    from uuid import uuid4

    key = uuid4()
    results = at_once(*(lambda: village.begin(client_key=key) for _one in range(2)))
    assert len({result.pk for result in results}) == 1, results
    assert Run.objects.count() == 1


KILLED = """
import os, time
import django
django.setup()
from xiangyue.kernel.counties import bind
with bind("shandan"):
    from django.db import transaction
    from xiangyue.access.queries import standing_of
    from xiangyue.places.models import Person
    from xiangyue.procedures import services
    from xiangyue.procedures.models import StepRun
    import datetime
    row = StepRun.objects.select_related("run").get(pk=os.environ["STEP"])
    at = datetime.datetime.fromisoformat(os.environ["AT"])
    who = Person.objects.get(pk=os.environ["WHO"])
    with transaction.atomic():
        services.complete_step(step_run=row, actor=standing_of(who, at=at), at=at)
        print("done, not committed", flush=True)
        time.sleep(60)
"""


def test_a_process_killed_in_between_leaves_the_step_open(village: Village, tmp_path):
    run = village.begin()
    village.lay(run)
    row = village.open(run)
    name = connection.settings_dict["NAME"]
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    settings = tmp_path / "killed_settings.py"
    settings.write_text(
        f"from tests.settings import *\nDATABASES['default']['NAME'] = {str(name)!r}\n"
    )
    process = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "killed_settings", "STEP": str(row.pk),
            "AT": village.at.isoformat(), "WHO": str(village.clerk.pk),
            "PYTHONPATH": f"{tmp_path}{os.pathsep}{os.getcwd()}{os.pathsep}{os.getcwd()}/src",
        },
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b"done")
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    time.sleep(0.5)
    assert village.open(run).key == "collect"
    assert completed(run) == 0
    assert village.complete(run, village.clerk).state == "done"
