"""Two at the same time: a clock that is counted while the calendar changes."""

from collections.abc import Callable
from datetime import date
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from tests.calendars.times import at
from xiangyue.calendars.models import Clock
from xiangyue.calendars.services import seed_holidays, set_holiday, start_clock
from xiangyue.kernel.counties import bind


# SQLite has one writer at a time.
@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
def test_a_clock_counted_while_the_calendar_is_edited_follows_the_edit() -> None:
    """The edit must not pass by a clock that it cannot see yet."""
    seed_holidays(years=[2026], at=at("2026-01-01 00:00"))
    has_counted, is_editing = Event(), Event()

    def count() -> None:
        with transaction.atomic():
            start_clock(limit="3wd", at=at("2026-10-12 09:00"))
            has_counted.set()
            is_editing.wait(timeout=5)
            # Long enough for an edit that does not wait to be through.
            Event().wait(0.5)

    def edit() -> None:
        has_counted.wait(timeout=5)
        is_editing.set()
        set_holiday(
            date=date(2026, 10, 14),
            kind="holiday",
            name="暴雪停工",
            actor_id=None,
            at=at("2026-10-12 08:00"),
        )

    threads = [Thread(target=in_shandan, args=(work,)) for work in (count, edit)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert Clock.objects.get().due_at == at("2026-10-16 18:00")


def in_shandan(work: Callable[[], None]) -> None:
    with bind("shandan"):
        try:
            work()
        finally:
            connection.close()
