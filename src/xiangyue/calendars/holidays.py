"""Verbs on the calendar; every running clock that an edit touches is counted anew."""

from collections.abc import Iterable, Mapping
from datetime import date as Date  # noqa: N812 - services take an argument called date
from datetime import datetime, timedelta
from uuid import UUID

from chinese_calendar import constants as published
from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.activity.services import record
from xiangyue.calendars.counting import due_times, hold_calendar_alone, pages
from xiangyue.calendars.festivals import PUBLISHED_NAMES
from xiangyue.calendars.models import Clock, Holiday
from xiangyue.calendars.queries import current_calendar
from xiangyue.kernel.refusals import NotFound, Refused

PAGE = 2_000


class HolidayNameless(Refused):
    """A holiday or make-up day needs the name by which a due time is explained."""

    code = "holiday_nameless"


class WorkedAnyway(Refused):
    """A make-up working day is a Saturday or a Sunday; other days are worked anyway."""

    code = "worked_anyway"


@transaction.atomic
def set_holiday(
    *, date: Date, kind: str, name: str, actor_id: UUID | None, at: datetime
) -> Holiday:
    """Say that a day is a holiday or a make-up working day, and why it is.

    Every running clock that the day touches is counted anew; stopped clocks stay as they were.
    The returned row's `moved_count` says how many moved.

    :raises HolidayNameless: no name.
    :raises WorkedAnyway: a make-up day that is no Saturday or Sunday.
    """
    name = name.strip()[:40]
    if not name:
        message = _("Give the holiday's name, such as National Day.")
        raise HolidayNameless(message, fields={"name": message})
    kind = Holiday.Kind(kind)
    if kind == Holiday.Kind.WORKDAY and date.weekday() < 5:
        message = _("This is a weekday; only a Saturday or Sunday can be made up.")
        raise WorkedAnyway(message, fields={"date": message})
    hold_calendar_alone()
    holiday, _created = Holiday.objects.update_or_create(
        date=date, defaults={"kind": kind, "name": name, "source": Holiday.Source.STAFF}
    )
    holiday.moved_count = _recount([date])
    record(
        name="calendars.holiday_changed",
        subject=holiday,
        at=at,
        actor_id=actor_id,
        facts={
            "date": date.isoformat(),
            "kind": kind.value,
            "moved_count": holiday.moved_count,
        },
    )
    return holiday


@transaction.atomic
def remove_holiday(*, date: Date, actor_id: UUID | None, at: datetime) -> Holiday:
    """Let a day be what its weekday says again; seeding will not bring it back.

    Every running clock that the day touches is counted anew; `moved_count` says how many moved.

    :raises NotFound: the day is no holiday and no make-up day.
    """
    hold_calendar_alone()
    holiday = Holiday.objects.filter(date=date).exclude(kind=Holiday.Kind.ORDINARY).first()
    if holiday is None:
        raise NotFound(_("This day is neither a holiday nor a make-up working day."))
    holiday.kind = Holiday.Kind.ORDINARY
    holiday.name = ""
    holiday.source = Holiday.Source.STAFF
    holiday.save()
    holiday.moved_count = _recount([date])
    record(
        name="calendars.holiday_removed",
        subject=holiday,
        at=at,
        actor_id=actor_id,
        facts={"date": date.isoformat(), "moved_count": holiday.moved_count},
    )
    return holiday


@transaction.atomic
def seed_holidays(*, years: Iterable[int], at: datetime) -> int:
    """Enter the published holidays and make-up days of the years; returns how many changed.

    Comes from the chinesecalendar library, which follows the State Council's notices; years it
    does not know are left empty. A day that staff set or set back stays theirs. Rows seeded
    before follow the library, so that a corrected notice arrives with an upgrade; seeding again
    changes nothing. Clocks that the changes touch are counted anew.
    """
    wanted = set(years)
    hold_calendar_alone()
    found = {day: (kind, name) for day, (kind, name) in _published().items() if day.year in wanted}
    rows = {row.date: row for row in Holiday.objects.all() if row.date.year in wanted}
    new = [
        Holiday(date=day, kind=kind, name=name, source=Holiday.Source.PUBLISHED)
        for day, (kind, name) in found.items()
        if day not in rows
    ]
    seeded = [row for row in rows.values() if row.source == Holiday.Source.PUBLISHED]
    gone = [row for row in seeded if row.date not in found]
    other = [row for row in seeded if row.date in found and (row.kind, row.name) != found[row.date]]
    for row in other:
        row.kind, row.name = found[row.date]
    Holiday.objects.bulk_create(new)
    Holiday.objects.bulk_update(other, ["kind", "name"])
    Holiday.objects.filter(pk__in=[row.pk for row in gone]).delete()
    changed = sorted((*new, *other, *gone), key=lambda row: row.date)
    if changed:
        record(
            name="calendars.holidays_seeded",
            subject=changed[0],
            at=at,
            facts={
                "changed_count": len(changed),
                "moved_count": _recount([row.date for row in changed]),
            },
        )
    return len(changed)


@transaction.atomic
def recount_clocks(*, at: datetime) -> int:
    """Count every running clock anew, as when the office hours change; returns how many moved."""
    hold_calendar_alone()
    moved_count = _recount(None)
    if moved_count:
        record(
            name="calendars.clocks_recounted",
            subject=Clock.objects.filter(due_at__isnull=False).earliest("started_at", "pk"),
            at=at,
            facts={"moved_count": moved_count},
        )
    return moved_count


def _published() -> Mapping[Date, tuple[str, str]]:
    """Each published day, its kind and its Chinese name."""
    return {
        day: (kind.value, PUBLISHED_NAMES.get(name, name))
        for kind, days in (
            (Holiday.Kind.HOLIDAY, published.holidays),
            (Holiday.Kind.WORKDAY, published.workdays),
        )
        for day, name in days.items()
    }


def _recount(days: Iterable[Date] | None) -> int:
    """Count the running clocks anew that any of the days touches, all if None.

    A day touches a clock that started on it or before and was due after it began. The caller
    holds the calendar alone, so that no clock is counted by the old one meanwhile.
    """
    calendar = current_calendar()
    clocks = Clock.objects.filter(due_at__isnull=False)
    if days is not None:
        span = sorted(days)
        begin = calendar.at(calendar.day_begin(span[0]))
        end = calendar.at(calendar.day_begin(span[-1] + timedelta(days=1)))
        clocks = clocks.filter(due_at__gt=begin, started_at__lt=end)
    moved_count = 0
    for page in pages(clocks.select_for_update(), size=PAGE):
        moved = []
        for clock, due_at in due_times(page, calendar):
            if due_at != clock.due_at:
                clock.due_at = due_at
                moved.append(clock)
        Clock.objects.bulk_update(moved, ["due_at"], batch_size=200)
        moved_count += len(moved)
    return moved_count
