"""A backup made while eight people report: restored elsewhere it is whole, and counts the same."""

import json
import threading
import time
from collections.abc import Callable
from uuid import uuid4

import pytest

from tests.site.installations import Installation
from tests.trouble.servers import Server, Worker, tokens, until
from tests.trouble.test_kills import VILLAGE, counted

pytestmark = pytest.mark.database

WRITERS = 8


def figures(server: Server) -> dict[str, object]:
    """What anybody reads of the county's figures on the public pages' API."""
    status, _headers, body = server.ask("/api/v1/public/incidents?page_size=100")
    assert status == 200
    return dict(json.loads(body))


def test_a_backup_made_at_work_is_restored_elsewhere_with_the_same_figures(
    install: Callable[..., Installation],
) -> None:
    here, elsewhere = install(), install()
    here.prepare()
    residents = tokens(here, count=WRITERS, village=VILLAGE)
    server, worker = Server(here), Worker(here)
    acknowledged: list[tuple[float, str]] = []
    is_over = threading.Event()

    def write(token: str) -> None:
        for _ in range(25):
            if is_over.is_set():
                return
            body = {
                "category": "0401",
                "place": VILLAGE,
                "description": "村口垃圾堆了三天没人清",
                "client_key": str(uuid4()),
            }
            status, _headers, answer = server.ask("/api/v1/incidents", body=body, token=token)
            assert status == 201, answer
            acknowledged.append((time.monotonic(), json.loads(answer)["number"]))
            time.sleep(0.1)

    writers = [threading.Thread(target=write, args=(token,)) for token in residents]
    try:
        server.start()
        worker.start()
        until(server.is_up)
        for writer in writers:
            writer.start()
        until(lambda: len(acknowledged) > WRITERS)
        began = time.monotonic()
        here.run("backup", "--into", here.folder / "backups")
        ended = time.monotonic()
        is_over.set()
        for writer in writers:
            writer.join(timeout=60)
    finally:
        is_over.set()
        server.kill()
        worker.kill()
    (archive,) = (here.folder / "backups").glob("*.tar.gz")
    elsewhere.run("restore", archive)
    elsewhere.use_nursery()
    assert "proven whole" in elsewhere.run("verify")
    found = counted(elsewhere)
    kept = set(dict(found["kept"]).values())  # type: ignore[call-overload]
    assert {number for at, number in acknowledged if at < began} <= kept
    assert len(kept) <= len([at for at, _number in acknowledged if at < ended]) + WRITERS
    assert found["half"] == []
    assert found["recorded"] == len(kept)
    # Another backup of the restored county, restored once more, gives the same figures.
    third = install()
    elsewhere.run("backup", "--into", elsewhere.folder / "backups")
    (again,) = (elsewhere.folder / "backups").glob("*.tar.gz")
    third.run("restore", again)
    second_server, third_server = Server(elsewhere), Server(third)
    try:
        for each in (second_server, third_server):
            each.start()
            until(each.is_up)
        assert figures(second_server) == figures(third_server)
    finally:
        second_server.kill()
        third_server.kill()
