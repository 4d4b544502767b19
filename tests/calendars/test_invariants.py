"""What is wrong is found, and what is right is not."""

from datetime import timedelta

import pytest

from tests.calendars.times import at
from xiangyue.calendars.invariants import INVARIANTS
from xiangyue.calendars.models import Clock
from xiangyue.calendars.services import pause_clock, resume_clock, start_clock, stop_clock

pytestmark = pytest.mark.django_db


def wrong() -> dict[str, int]:
    return {name: len(check()) for name, check in INVARIANTS.items() if check()}


def a_clock_of_each_standing() -> tuple[Clock, Clock]:
    running = start_clock(limit="3wd", at=at("2026-10-12 09:00"))
    pause_clock(clock=running, reason="等待回复", at=at("2026-10-12 10:00"))
    resume_clock(clock=running, at=at("2026-10-13 10:00"))
    paused = start_clock(limit="3wd", at=at("2026-10-12 09:00"))
    paused = pause_clock(clock=paused, reason="等待回复", at=at("2026-10-12 10:00"))
    stop_clock(clock=start_clock(limit="24h", at=at("2026-10-12 09:00")), at=at("2026-10-12 10:00"))
    return running, paused


def test_clocks_kept_by_the_services_are_right() -> None:
    a_clock_of_each_standing()
    assert wrong() == {}


def test_a_due_time_that_does_not_follow_is_found() -> None:
    running, _ = a_clock_of_each_standing()
    Clock.objects.filter(pk=running.pk).update(due_at=at("2026-10-15 18:01"))
    assert wrong() == {"due_times_follow_from_the_rows": 1}


def test_a_pause_that_is_not_the_clocks_is_found() -> None:
    running, paused = a_clock_of_each_standing()
    paused.pauses.update(paused_at=paused.paused_at + timedelta(hours=1))
    assert wrong() == {"paused_clocks_have_an_open_pause": 1}
    paused.pauses.all().delete()
    assert wrong() == {"paused_clocks_have_an_open_pause": 1}
    running.pauses.update(resumed_at=None)
    assert wrong()["paused_clocks_have_an_open_pause"] == 2
