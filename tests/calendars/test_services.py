"""Clocks in the real database."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.calendars.times import at
from xiangyue.calendars.models import Clock, ClockExtension, ClockPause
from xiangyue.calendars.queries import (
    clocks_due_within,
    current_calendar,
    overdue_clocks,
    time_left,
    time_used,
)
from xiangyue.calendars.rules import Limit, LimitUnreadable, Unit
from xiangyue.calendars.services import (
    ClockAlreadyPaused,
    ClockBackwards,
    ClockNotPaused,
    ClockStopped,
    ExtensionEmpty,
    ReasonMissing,
    change_limit,
    extend_clock,
    pause_clock,
    resume_clock,
    start_clock,
    stop_clock,
)

pytestmark = pytest.mark.django_db

CLERK = UUID("01900000-0000-7000-8000-000000000001")
HEAD = UUID("01900000-0000-7000-8000-000000000002")


def started(limit: str = "3wd", start: str = "2026-10-12 09:00") -> Clock:
    return start_clock(limit=Limit.parse(limit), at=at(start))


def test_a_clock_starts_with_its_due_time() -> None:
    clock = Clock.objects.get(pk=started("3wd", "2026-10-01 09:20").pk)
    assert clock.due_at == at("2026-10-10 18:00")
    assert (clock.is_running, clock.is_paused, clock.is_stopped) == (True, False, False)
    assert clock.parsed_limit() == Limit(3, Unit.working_days)


def test_a_limit_may_be_given_as_text() -> None:
    assert start_clock(limit="24h", at=at("2026-10-01 09:20")).due_at == at("2026-10-02 09:20")
    with pytest.raises(LimitUnreadable):
        start_clock(limit="soon", at=at("2026-10-01 09:20"))


def test_hours_read_no_calendar() -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        started("24h")
    assert not any("calendars_holiday" in query["sql"] for query in queries)


def test_a_given_calendar_is_not_read_again() -> None:
    calendar = current_calendar()
    with CaptureQueriesContext(connection) as queries:
        start_clock(limit="3wd", at=at("2026-10-01 09:20"), calendar=calendar)
    assert not any("calendars_holiday" in query["sql"] for query in queries)


def test_a_pause_takes_the_due_time_away_and_resuming_gives_a_later_one() -> None:
    clock = started("3wd")
    paused = pause_clock(clock=clock, reason="等待回复", at=at("2026-10-13 10:00"), actor_id=CLERK)
    assert (paused.due_at, paused.paused_at) == (None, at("2026-10-13 10:00"))
    resumed = resume_clock(clock=clock, at=at("2026-10-15 10:00"), actor_id=HEAD)
    assert (resumed.due_at, resumed.paused_at) == (at("2026-10-19 18:00"), None)
    pause = ClockPause.objects.get(clock=clock)
    assert (pause.paused_at, pause.resumed_at) == (at("2026-10-13 10:00"), at("2026-10-15 10:00"))
    assert (pause.reason, pause.actor_id, pause.resumed_by_id) == ("等待回复", CLERK, HEAD)


def test_pauses_add_up() -> None:
    clock = started("5wh")
    for hour in (9, 10, 11):
        pause_clock(clock=clock, reason="停电", at=at(f"2026-10-12 {hour:02}:30"))
        clock = resume_clock(clock=clock, at=at(f"2026-10-12 {hour:02}:40"))
    assert clock.due_at == at("2026-10-12 17:00")


def test_one_pause_at_a_time() -> None:
    clock = started()
    with pytest.raises(ClockNotPaused):
        resume_clock(clock=clock, at=at("2026-10-13 10:00"))
    pause_clock(clock=clock, reason="等待回复", at=at("2026-10-13 10:00"))
    with pytest.raises(ClockAlreadyPaused):
        pause_clock(clock=clock, reason="再等", at=at("2026-10-13 11:00"))
    assert ClockPause.objects.filter(clock=clock).count() == 1


def test_a_pause_needs_a_reason() -> None:
    clock = started()
    with pytest.raises(ReasonMissing):
        pause_clock(clock=clock, reason="  ", at=at("2026-10-13 10:00"))
    clock.refresh_from_db()
    assert clock.is_running


def test_nothing_happens_to_a_clock_before_what_already_happened() -> None:
    clock = started()
    with pytest.raises(ClockBackwards):
        pause_clock(clock=clock, reason="等待回复", at=at("2026-10-12 08:59"))
    pause_clock(clock=clock, reason="等待回复", at=at("2026-10-13 10:00"))
    with pytest.raises(ClockBackwards):
        resume_clock(clock=clock, at=at("2026-10-13 09:59"))
    with pytest.raises(ClockBackwards):
        stop_clock(clock=clock, at=at("2026-10-13 09:59"))
    resume_clock(clock=clock, at=at("2026-10-14 10:00"))
    with pytest.raises(ClockBackwards):
        pause_clock(clock=clock, reason="等待回复", at=at("2026-10-14 09:59"))
    with pytest.raises(ClockBackwards):
        extend_clock(
            clock=clock, limit="1wd", reason="疑难", at=at("2026-10-12 08:00"), actor_id=HEAD
        )
    with pytest.raises(ClockBackwards):
        change_limit(clock=clock, limit="1wd", reason="紧急", at=at("2026-10-12 08:00"))
    with pytest.raises(ClockBackwards):
        stop_clock(clock=clock, at=at("2026-10-12 08:59"))


def test_a_clock_may_be_resumed_in_the_moment_it_was_paused() -> None:
    clock = started()
    pause_clock(clock=clock, reason="误点", at=at("2026-10-13 10:00"))
    assert resume_clock(clock=clock, at=at("2026-10-13 10:00")).due_at == clock.due_at


def test_an_extension_adds_time_and_says_who_approved_it() -> None:
    clock = started("3wd")
    extended = extend_clock(
        clock=clock,
        limit=Limit.parse("2wd"),
        reason="需要鉴定",
        at=at("2026-10-14 10:00"),
        actor_id=HEAD,
        requested_by_id=CLERK,
    )
    assert extended.due_at == at("2026-10-19 18:00")
    extension = ClockExtension.objects.get(clock=clock)
    assert (extension.limit, extension.reason) == ("2wd", "需要鉴定")
    assert (extension.requested_by_id, extension.approved_by_id) == (CLERK, HEAD)


def test_hours_extended_by_working_days_read_the_calendar() -> None:
    clock = started("24h", "2026-09-29 09:00")
    extended = extend_clock(
        clock=clock, limit="1wd", reason="疑难", at=at("2026-09-29 10:00"), actor_id=HEAD
    )
    assert extended.due_at == at("2026-10-08 18:00")


def test_an_extension_of_nothing_or_without_reason_is_refused() -> None:
    clock = started()
    with pytest.raises(ExtensionEmpty):
        extend_clock(
            clock=clock, limit="0wd", reason="疑难", at=at("2026-10-13 10:00"), actor_id=HEAD
        )
    with pytest.raises(ReasonMissing):
        extend_clock(clock=clock, limit="1wd", reason="", at=at("2026-10-13 10:00"), actor_id=HEAD)
    assert not clock.extensions.exists()


def test_an_extension_during_a_pause_counts_when_the_clock_runs_on() -> None:
    clock = started("3wd")
    pause_clock(clock=clock, reason="等待回复", at=at("2026-10-13 10:00"))
    extended = extend_clock(
        clock=clock, limit="1wd", reason="疑难", at=at("2026-10-13 11:00"), actor_id=HEAD
    )
    assert extended.due_at is None
    assert extended.paused_at == at("2026-10-13 10:00")
    assert resume_clock(clock=clock, at=at("2026-10-14 10:00")).due_at == at("2026-10-19 18:00")


def test_another_priority_does_not_reset_the_clock() -> None:
    clock = started("5wd")
    pause_clock(clock=clock, reason="等待回复", at=at("2026-10-13 10:00"))
    resume_clock(clock=clock, at=at("2026-10-14 10:00"))
    changed = change_limit(
        clock=clock, limit="1wd", reason="升级为紧急", at=at("2026-10-14 12:00"), actor_id=HEAD
    )
    assert changed.started_at == at("2026-10-12 09:00")
    assert changed.due_at == at("2026-10-14 18:00")  # 13 October was lost to the pause
    back = change_limit(clock=clock, limit="5wd", reason="核实后降级", at=at("2026-10-14 13:00"))
    assert back.due_at == at("2026-10-20 18:00")
    assert [(row.limit_before, row.limit_after, row.actor_id) for row in clock.changes.all()] == [
        ("5wd", "1wd", HEAD),
        ("1wd", "5wd", None),
    ]


def test_the_same_limit_again_changes_nothing() -> None:
    clock = started("3wd")
    change_limit(clock=clock, limit="3wd", reason="紧急", at=at("2026-10-13 10:00"))
    assert not clock.changes.exists()
    with pytest.raises(ReasonMissing):
        change_limit(clock=clock, limit="1wd", reason=" ", at=at("2026-10-13 10:00"))


def test_a_stopped_clock_keeps_the_due_time_it_had() -> None:
    clock = stop_clock(clock=started("1wd"), at=at("2026-10-13 18:00"))
    assert (clock.due_at, clock.last_due_at) == (None, at("2026-10-13 18:00"))
    assert clock.is_stopped
    assert not clock.has_missed
    again = stop_clock(clock=clock, at=at("2026-10-20 18:00"))
    assert again.stopped_at == at("2026-10-13 18:00")


def test_a_clock_stopped_late_has_missed() -> None:
    assert stop_clock(clock=started("1wd"), at=at("2026-10-13 18:01")).has_missed


def test_a_clock_stopped_during_a_pause_was_not_late() -> None:
    clock = started("1wd")
    pause_clock(clock=clock, reason="等待回复", at=at("2026-10-13 10:00"))
    stopped = stop_clock(clock=clock, at=at("2026-11-13 10:00"), actor_id=CLERK)
    assert (stopped.last_due_at, stopped.paused_at, stopped.has_missed) == (None, None, False)
    pause = ClockPause.objects.get(clock=clock)
    assert (pause.resumed_at, pause.resumed_by_id) == (at("2026-11-13 10:00"), CLERK)


def test_a_clock_overdue_before_its_pause_was_late() -> None:
    clock = started("1wd")
    pause_clock(clock=clock, reason="等待回复", at=at("2026-10-14 10:00"))
    assert stop_clock(clock=clock, at=at("2026-10-15 10:00")).has_missed


def test_nothing_happens_to_a_stopped_clock() -> None:
    clock = stop_clock(clock=started(), at=at("2026-10-13 10:00"))
    later = at("2026-10-14 10:00")
    with pytest.raises(ClockStopped):
        pause_clock(clock=clock, reason="等待回复", at=later)
    with pytest.raises(ClockStopped):
        resume_clock(clock=clock, at=later)
    with pytest.raises(ClockStopped):
        extend_clock(clock=clock, limit="1wd", reason="疑难", at=later, actor_id=HEAD)
    with pytest.raises(ClockStopped):
        change_limit(clock=clock, limit="1wd", reason="紧急", at=later)


def test_overdue_clocks_are_those_that_run_and_are_past_due() -> None:
    late, later, waiting, ended = (started(limit) for limit in ("1h", "2h", "1h", "1h"))
    started("24h")
    pause_clock(clock=waiting, reason="等待回复", at=at("2026-10-12 09:30"))
    stop_clock(clock=ended, at=at("2026-10-12 09:30"))
    assert list(overdue_clocks(at=at("2026-10-12 10:00"))) == []
    assert list(overdue_clocks(at=at("2026-10-12 12:00"))) == [late, later]
    assert late.is_overdue(at("2026-10-12 10:01"))
    assert not late.is_overdue(at("2026-10-12 10:00"))
    soon = clocks_due_within(at=at("2026-10-12 10:30"), within=timedelta(minutes=30))
    assert list(soon) == [later]


def test_the_time_used_and_left_stand_still_while_paused_and_when_stopped() -> None:
    clock = started("5wh")
    clock = pause_clock(clock=clock, reason="等待回复", at=at("2026-10-12 11:00"))
    now = at("2026-10-14 11:00")
    assert time_used(clock, at=now) == timedelta(hours=2)
    assert time_left(clock, at=now) == timedelta(hours=3)
    clock = resume_clock(clock=clock, at=now)
    clock = stop_clock(clock=clock, at=at("2026-10-14 12:00"))
    for later in (at("2026-10-14 13:00"), at("2026-12-14 13:00")):
        assert time_used(clock, at=later) == timedelta(hours=3)
        assert time_left(clock, at=later) == timedelta(hours=2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"due_at": None},
        {"paused_at": at("2026-10-12 10:00")},
        {"stopped_at": at("2026-10-12 10:00")},
        {"due_at": at("2026-10-12 08:00")},
        {"due_at": None, "paused_at": at("2026-10-12 08:00")},
        {"due_at": None, "stopped_at": at("2026-10-12 08:00")},
        {"last_due_at": at("2026-10-13 18:00")},
        {
            "due_at": None,
            "paused_at": at("2026-10-12 10:00"),
            "stopped_at": at("2026-10-12 10:00"),
        },
    ],
)
def test_the_database_refuses_a_clock_that_contradicts_itself(wrong: dict[str, object]) -> None:
    clock = started()
    with pytest.raises(IntegrityError), transaction.atomic():
        Clock.objects.filter(pk=clock.pk).update(**wrong)


def test_the_database_refuses_pauses_that_contradict_themselves() -> None:
    clock = started()
    ClockPause.objects.create(clock=clock, paused_at=at("2026-10-12 10:00"), reason="等")
    with pytest.raises(IntegrityError), transaction.atomic():
        ClockPause.objects.create(clock=clock, paused_at=at("2026-10-12 11:00"), reason="等")
    with pytest.raises(IntegrityError), transaction.atomic():
        clock.pauses.update(resumed_at=at("2026-10-12 09:59"))
    with pytest.raises(IntegrityError), transaction.atomic():
        clock.pauses.update(reason="")


def test_the_number_of_queries_does_not_grow_with_the_pauses() -> None:
    clock = started("9wd")

    def paused_and_resumed(day: int) -> int:
        pause_clock(clock=clock, reason="等待回复", at=at(f"2026-10-{day} 10:00"))
        with CaptureQueriesContext(connection) as queries:
            resume_clock(clock=clock, at=at(f"2026-10-{day} 11:00"))
        return len(queries)

    assert len({paused_and_resumed(day) for day in (13, 14, 15)}) == 1
