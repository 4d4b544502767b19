"""Server and worker killed in the midst of eight writers: nothing acknowledged is lost."""

import json
import threading
import time
from dataclasses import dataclass, field
from uuid import uuid4

import pytest

from tests.site.installations import Installation
from tests.trouble.servers import Server, Worker, tokens, until

pytestmark = pytest.mark.database

VILLAGE = "620725101201"
KILLS = 50
WRITERS = 8
RESIDENTS = 64


@dataclass
class Journal:
    """What the writers were told: by their own key, the number of the incident."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    last_of: dict[int, str] = field(default_factory=dict)  # each server's last key, by its port
    asked: dict[int, int] = field(default_factory=dict)  # the port each writer waits for now
    wrong: list[str] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)


def write(number: int, journal: Journal, servers: list[Server], residents: list[str]) -> None:
    """Report again and again; what is not answered is sent again under the same key."""
    turn = 0
    while not journal.is_over.is_set():
        key, token = str(uuid4()), residents[turn % len(residents)]
        turn += 1
        body = {
            "category": "0401",
            "place": VILLAGE,
            "description": f"村口垃圾堆了三天没人清 {key}",
            "client_key": key,
        }
        for attempt in range(1_000):
            server = servers[(turn + attempt) % 2]
            journal.asked[number] = server.port
            try:
                status, _headers, answer = server.ask("/api/v1/incidents", body=body, token=token)
            except OSError:
                time.sleep(0.05)
                continue
            finally:
                del journal.asked[number]
            if status == 201:
                journal.acknowledged[key] = json.loads(answer)["number"]
                journal.last_of[server.port] = key
                break
            if status == 429:  # this resident has reported enough for a day
                break
            if status < 500:
                journal.wrong.append(f"{status} {answer[:300]!r}")
                return
            time.sleep(0.05)
        time.sleep(0.25)


COUNTED = """
import json
from django.db.models import Count, Q
from xiangyue.activity.models import Entry
from xiangyue.incidents.models import Incident
whole = Incident.objects.annotate(
    reports=Count("steps", filter=Q(steps__verb="report")))
print("COUNTED", json.dumps({
    "kept": {str(key): number for key, number in whole.values_list("client_key", "number")},
    "half": [one.number for one in whole if one.reports != 1 or one.clock_id is None],
    "recorded": Entry.objects.filter(name="incidents.incident_reported").count(),
}))
"""


def counted(installation: Installation) -> dict[str, object]:
    said = installation.ask(COUNTED)
    line = next(line for line in said.splitlines() if line.startswith("COUNTED"))
    return dict(json.loads(line.partition(" ")[2]))


def test_fifty_kills_in_the_midst_of_eight_writers_lose_nothing(installation: Installation) -> None:
    installation.prepare()
    residents = tokens(installation, count=RESIDENTS, village=VILLAGE)
    servers, worker = [Server(installation), Server(installation)], Worker(installation)
    journal = Journal()
    share = RESIDENTS // WRITERS
    writers = [
        threading.Thread(
            target=write,
            args=(number, journal, servers, residents[number * share : (number + 1) * share]),
        )
        for number in range(WRITERS)
    ]
    try:
        for program in (*servers, worker):
            program.start()
        until(lambda: all(server.is_up() for server in servers))
        for writer in writers:
            writer.start()
        for kill in range(KILLS):
            # While one server starts anew the other serves, so that each kill hits in mid-writing:
            # what has come back works, and somebody waits for its answer.
            server = servers[kill % 2]
            before = journal.last_of.get(server.port)
            until(
                lambda server=server, before=before: (
                    (
                        journal.last_of.get(server.port) != before
                        and server.port in list(journal.asked.values())
                    )
                    or journal.wrong
                )
            )
            server.kill()
            server.start()
            if kill % 5 == 0:
                worker.kill()
                worker.start()
        assert all(writer.is_alive() for writer in writers), journal.wrong
        journal.is_over.set()
        until(lambda: all(server.is_up() for server in servers))
        for writer in writers:
            writer.join(timeout=60)
        assert not any(writer.is_alive() for writer in writers)
    finally:
        journal.is_over.set()
        for program in (*servers, worker):
            program.kill()
    assert journal.wrong == []
    assert len(journal.acknowledged) >= KILLS
    found = counted(installation)
    kept = found["kept"]
    assert isinstance(kept, dict)
    assert {key: kept.get(key) for key in journal.acknowledged} == journal.acknowledged
    assert found["half"] == []
    assert found["recorded"] == len(kept)
    # Nothing was taken in twice: whatever else is there was sent but its answer never arrived.
    assert len(kept) - len(journal.acknowledged) <= WRITERS
    installation.run("seal")
    installation.run("verify")
