"""The worker does what is due in every county, and one failure keeps nobody else from a turn."""

import logging
import threading
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from xiangyue.kernel import due
from xiangyue.kernel.counties import all_counties, bind, current_county
from xiangyue.site import working
from xiangyue.site.marks import BEAT
from xiangyue.site.models import Mark

pytestmark = pytest.mark.django_db(databases=["default", "jinchang"])

done: list[tuple[str, str]] = []


def note(*, at: datetime) -> None:
    done.append((current_county().slug, "note"))


def fail(*, at: datetime) -> None:
    raise RuntimeError("It broke.")


@pytest.fixture(autouse=True)
def only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    done.clear()
    monkeypatch.setattr(due, "_registered", {})
    monkeypatch.setattr(working, "offering", lambda file: iter(()))
    # In these tests both counties share the thread's connections with the test itself.
    monkeypatch.setattr(working, "close_old_connections", lambda: None)
    due.due(every=timedelta(hours=1))(fail)
    due.due(every=timedelta(seconds=1))(note)


def test_a_tick_does_everything_and_names_what_failed(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        failed = working.tick(at=timezone.now())
    assert failed == ["tests.site.test_working.fail"]
    assert done == [("shandan", "note")]
    assert "It broke." in caplog.text


def test_the_worker_goes_round_the_counties_until_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rounds = []

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            rounds.append(timeout)
            if len(rounds) == 2:
                self.set()
            return self.is_set()

    clock = iter(range(0, 10_000, 1))
    monkeypatch.setattr(working.time, "monotonic", lambda: float(next(clock)))
    working.work(all_counties(), stop=Stop())
    assert done == [("shandan", "note"), ("jinchang", "note")] * 2
    for county in all_counties():
        with bind(county.slug):
            assert Mark.objects.get(name=BEAT).marked_at - timezone.now() < timedelta(minutes=1)


def test_what_is_not_due_again_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = []

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            rounds.append(timeout)
            if len(rounds) == 3:
                self.set()
            return self.is_set()

    monkeypatch.setattr(working.time, "monotonic", lambda: 5.0)
    working.work(all_counties()[:1], stop=Stop())
    assert done == [("shandan", "note")]


def test_nothing_is_due_every_nothing() -> None:
    with pytest.raises(ValueError, match="every"):
        due.due(every=timedelta(0))
