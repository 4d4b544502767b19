"""Two people at once, and a process killed in mid-writing."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.test import Client

from tests import people
from xiangyue.activity.sealing import seal
from xiangyue.activity.verification import verify_record
from xiangyue.incidents import services
from xiangyue.incidents.models import Incident, Step
from xiangyue.kernel.counties import bind
from xiangyue.kernel.refusals import Conflict, Refused

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run each act in a thread of its own, together; returns what each returned or refused."""
    barrier = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(position: int, act: Callable[[], object]) -> None:
        try:
            with bind("shandan"):
                barrier.wait(timeout=10)
                results[position] = act()
        except Refused as refusal:
            results[position] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return results


def reported() -> Incident:
    incident, _code = services.report_incident(
        category_key="0401", place=people.place(), at=people.MONDAY, channel="resident",
        description="村口垃圾堆了三天", reporter=people.somebody(),
    )  # fmt: skip
    return incident


def test_of_two_who_take_it_on_at_once_one_wins_and_the_other_is_told():
    incident = reported()
    first, second = people.acting(people.clerk()), people.acting(people.clerk())
    results = at_once(
        *(
            lambda actor=actor: services.take_on_incident(
                incident=incident, actor=actor, at=people.MONDAY, seen_version=incident.version
            )
            for actor in (first, second)
        )
    )
    won = [result for result in results if isinstance(result, Incident)]
    told = [result for result in results if isinstance(result, Conflict)]
    assert (len(won), len(told)) == (1, 1)
    assert Step.objects.filter(incident=incident, verb="take_on").count() == 1


def test_an_act_that_arrives_twice_at_once_is_done_once_and_answered_twice():
    incident, clerk, key = reported(), people.clerk(), str(uuid4())
    clients = [Client(), Client()]
    for client in clients:
        people.sign_in(client, clerk)
    entered = {"client_key": key, "version": "1"}
    path = f"/incidents/{incident.number}/do/take_on/"
    results = at_once(*(lambda c=c: c.post(path, entered).status_code for c in clients))
    assert results == [302, 302]
    assert Step.objects.filter(incident=incident, verb="take_on").count() == 1


def test_the_same_phone_sending_twice_at_once_is_taken_in_once():
    from uuid import uuid4

    key, reporter, place = uuid4(), people.somebody(), people.place()

    def send() -> object:
        return services.report_incident(
            category_key="0401", place=place, at=people.MONDAY, channel="resident",
            description="村口垃圾", reporter=reporter, client_key=key,
        )[0]  # fmt: skip

    results = at_once(send, send, send)
    assert {result.pk for result in results} == {Incident.objects.get().pk}


def test_eight_writers_report_and_none_is_lost():
    reporters, place = [people.somebody() for _ in range(8)], people.place()

    def write(reporter) -> int:
        for _ in range(5):
            services.report_incident(
                category_key="0401", place=place, at=people.MONDAY, channel="resident",
                description="村口垃圾", reporter=reporter,
            )  # fmt: skip
        return 5

    done = at_once(*(lambda r=r: write(r) for r in reporters))
    assert sum(done) == Incident.objects.count() == 40
    assert Step.objects.filter(verb="report").count() == 40


WRITER = """
import sys
import django
django.setup()
from django.utils import timezone
from xiangyue.kernel.counties import bind
from xiangyue.incidents.services import report_incident
from xiangyue.places.models import Person, Place
with bind("shandan"):
    place = Place.objects.get(code=sys.argv[1])
    person = Person.objects.get(pk=sys.argv[2])
    for number in range(10_000):
        incident, _ = report_incident(
            category_key="0401", place=place, at=timezone.now(), channel="api",
            description="反复上报", reporter=None)
        print(incident.number, flush=True)
"""


@pytest.mark.parametrize("seconds", [0.05, 0.21, 0.4])
def test_a_process_killed_in_mid_writing_leaves_no_half_incident(seconds):
    person = people.somebody()
    settings = connection.settings_dict
    url = (
        f"sqlite:///{settings['NAME']}"
        if connection.vendor == "sqlite"
        else os.environ["TEST_DATABASE_URL"].replace("{county}", settings["NAME"])
    )
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "xiangyue.site.settings",
        "DATABASE_URL": url,
        "XIANGYUE_COUNTIES": "shandan",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, people.VILLAGE, str(person.pk)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    first = writer.stdout.readline()
    time.sleep(seconds)
    writer.send_signal(signal.SIGKILL)
    acknowledged = [first.strip(), *(line.strip() for line in writer.stdout if line.endswith("\n"))]
    writer.wait(timeout=30)
    kept = set(Incident.objects.values_list("number", flat=True))
    assert acknowledged
    assert set(acknowledged) <= kept
    for incident in Incident.objects.all():
        assert incident.steps.filter(verb="report").count() == 1
        assert incident.clock_id is not None
    seal(at=people.MONDAY)
    assert verify_record(at=people.MONDAY) == []
