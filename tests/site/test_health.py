"""`/healthz` is believed by whoever restarts the service, so it must not say more than it knows."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from xiangyue.kernel.counties import all_counties, bind
from xiangyue.site.health import SILENCE, health_response
from xiangyue.site.marks import BEAT, set_mark
from xiangyue.site.models import Mark

pytestmark = pytest.mark.django_db(databases=["default", "jinchang"])

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def beat(*, at: datetime, slugs: tuple[str, ...] = ("shandan", "jinchang")) -> None:
    for slug in slugs:
        with bind(slug):
            set_mark(name=BEAT, at=at)


def test_all_is_well_when_every_database_answers_and_every_worker_beat_lately() -> None:
    beat(at=NOW - SILENCE + timedelta(seconds=1))
    response = health_response(all_counties(), at=NOW)
    assert (response.status_code, response.content) == (200, b'{"status": "ok"}')


def test_a_worker_that_fell_silent_is_told() -> None:
    beat(at=NOW)
    beat(at=NOW - SILENCE, slugs=("jinchang",))
    response = health_response(all_counties(), at=NOW)
    assert response.status_code == 503
    assert b'"worker": "silent"' in response.content
    assert b'"database": "ok"' in response.content
    assert b'"counties": ["jinchang"]' in response.content


def test_a_worker_that_never_was_is_told() -> None:
    assert health_response(all_counties(), at=NOW).status_code == 503


def test_a_database_without_its_tables_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    beat(at=NOW)
    monkeypatch.setattr(Mark._meta, "db_table", "not_there")
    with bind("shandan"):
        response = health_response(all_counties()[:1], at=NOW)
        connection.set_rollback(False)
    assert response.status_code == 503
    assert b'"database": "unreachable"' in response.content


def test_the_page_answers_whatever_host_is_asked(client: Client) -> None:
    beat(at=timezone.now())
    for host in ("10.0.0.7", "shandan.test", "unknown.example"):
        response = client.get("/healthz", headers={"host": host})
        assert response.json() == {"status": "ok"}
        assert response["Cache-Control"] == "no-store"


def test_a_countys_own_page_speaks_for_it_alone(client: Client) -> None:
    beat(at=timezone.now(), slugs=("shandan",))
    assert client.get("/shandan/healthz").status_code == 200
    assert client.get("/jinchang/healthz").status_code == 503
    assert client.get("/nowhere/healthz").status_code == 404
