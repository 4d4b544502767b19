"""Disk full and database gone: a clear page, no loss, recovery by itself."""

import json
import os
import resource
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from tests.site.installations import Installation
from tests.trouble.servers import Server, Worker, tokens, until

pytestmark = pytest.mark.database

VILLAGE = "620725101201"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One for all: each test leaves it as it found it, which is what is tested."""
    installation = Installation(tmp_path_factory.mktemp("installation"))
    installation.prepare()
    yield installation
    installation.end()
    installation.remove()


@pytest.fixture(scope="module")
def server(installation: Installation) -> Iterator[Server]:
    server, worker = Server(installation), Worker(installation)
    server.start()
    worker.start()
    try:
        until(server.is_up)
        yield server
    finally:
        server.kill()
        worker.kill()


@pytest.fixture(scope="module")
def token(installation: Installation) -> str:
    return tokens(installation, count=1, village=VILLAGE)[0]


def report(token: str, key: str | None = None, server: Server | None = None) -> tuple[int, dict]:
    assert server is not None
    status, headers, body = server.ask(
        "/api/v1/incidents",
        token=token,
        body={
            "category": "0401",
            "place": VILLAGE,
            "description": "村口垃圾堆了三天没人清 " + "很长" * 900,
            "client_key": key or str(uuid4()),
        },
    )
    return status, {**headers, **(json.loads(body) if body else {})}


def limit_files(server: Server, size: int) -> None:
    """No file of the server's may grow beyond `size` bytes: what a full disk feels like."""
    for pid in server.pids():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@pytest.mark.only_on("sqlite")
def test_a_full_disk_is_said_plainly_and_forgotten_once_there_is_room(
    server: Server, installation: Installation, token: str
) -> None:
    status, before = report(token, server=server)
    assert status == 201
    database = installation.var / "shandan.sqlite3"
    log = database.with_name(database.name + "-wal")
    limit_files(server, max(log.stat().st_size, 4096))
    key = str(uuid4())
    answers = [report(token, key, server=server) for _ in range(3)]
    assert {status for status, _ in answers} == {503}
    assert answers[0][1]["code"] == "out_of_service"
    assert answers[0][1]["Retry-After"] == "30"
    assert server.ask(f"/api/v1/slips/{before['slip_code']}")[0] == 200  # reading goes on
    limit_files(server, resource.RLIM_INFINITY)
    status, after = report(token, key, server=server)
    assert status == 201
    assert after["number"] != before["number"]
    again = report(token, key, server=server)[1]
    assert again["number"] == after["number"]
    installation.run("seal")
    installation.run("verify")


def take_away(installation: Installation) -> None:
    if installation._server:
        name = installation._name("shandan")
        installation._on_server(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        with psycopg.connect(**installation._reached("postgres"), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [f"shandan_{installation._mark}"],
            )
    else:
        installation.var.rename(installation.var.with_name("away"))


def give_back(installation: Installation) -> None:
    if installation._server:
        name = installation._name("shandan")
        installation._on_server(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))
    else:
        installation.var.with_name("away").rename(installation.var)


def test_a_database_that_went_away_is_said_plainly_and_found_again_without_a_restart(
    server: Server, installation: Installation, token: str
) -> None:
    assert report(token, server=server)[0] == 201
    key = str(uuid4())
    take_away(installation)
    try:
        status, refused = report(token, key, server=server)
        assert (status, refused["code"]) == (503, "out_of_service")
        status, headers, page = server.ask("/public/")
        assert status == 503
        assert headers["Retry-After"] == "30"
        assert headers["Cache-Control"] == "no-store"
        assert "县里的数据暂时连不上" in page.decode()
        assert "12345" in page.decode()
        assert server.ask("/healthz")[0] == 503
    finally:
        give_back(installation)
    assert report(token, key, server=server)[0] == 201
    assert server.ask("/public/")[0] == 200
    until(lambda: server.ask("/healthz")[0] == 200, seconds=90)  # the worker has come back too
    installation.run("verify")


def test_no_page_of_ours_tells_what_is_inside(server: Server, installation: Installation) -> None:
    take_away(installation)
    try:
        for path in ("/", "/public/", "/api/v1/incidents", "/report/"):
            status, _headers, body = server.ask(path)
            assert status in {401, 503}, path
            for word in (b"Traceback", b"OperationalError", os.fsencode(installation.var)):
                assert word not in body
    finally:
        give_back(installation)
