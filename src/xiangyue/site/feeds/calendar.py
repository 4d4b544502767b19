"""What a calendar program reads: RFC 5545, with stable identifiers and the county's own time."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from xiangyue.calendars.occasions import Occasion
from xiangyue.kernel.counties import current_county
from xiangyue.site.modules import offering
from xiangyue.site.navigation import county_name

BACK, AHEAD = timedelta(days=30), timedelta(days=120)


def occasions_of(person_id: UUID, *, at: datetime) -> list[Occasion]:
    """What all modules have for the person, from a month ago to four months ahead."""
    # A calendar program asks in nobody's language.
    with translation.override(settings.LANGUAGE_CODE):
        found = list(_offered(person_id, begins_at=at - BACK, ends_at=at + AHEAD))
    return sorted(found, key=lambda one: (one.begins_at, one.uid))


def _offered(person_id: UUID, *, begins_at: datetime, ends_at: datetime) -> Iterator[Occasion]:
    for module in offering("occasions"):
        if hasattr(module, "occasions_of"):  # calendars' own file says what an occasion is
            yield from module.occasions_of(person_id, begins_at=begins_at, ends_at=ends_at)


def calendar_of(
    occasions: Iterable[Occasion], *, made_at: datetime, absolute: Callable[[str], str]
) -> bytes:
    """The feed's text: the same occasions give the same bytes.

    `absolute` makes a page's path an address. Titles, places and links alone stand in it, for a
    calendar lies in other firms' clouds (GD10).
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    with translation.override(settings.LANGUAGE_CODE):
        calendar = Calendar()
        calendar.add("prodid", "-//Xiangyue//Sessions and duty//ZH")
        calendar.add("version", "2.0")
        calendar.add("calscale", "GREGORIAN")
        calendar.add("method", "PUBLISH")
        calendar.add("x-wr-calname", _("%(county)s: sessions and duty") % {"county": county_name()})
        calendar.add("x-wr-timezone", settings.TIME_ZONE)
        calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
        for one in occasions:
            calendar.add_component(_event(one, zone=zone, made_at=made_at, absolute=absolute))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(
    one: Occasion, *, zone: ZoneInfo, made_at: datetime, absolute: Callable[[str], str]
) -> Event:
    event = Event()
    event.add("uid", f"{one.uid}@{current_county().slug}.xiangyue")
    event.add("dtstamp", made_at.astimezone(ZoneInfo("UTC")).replace(microsecond=0))
    event.add("dtstart", one.begins_at.astimezone(zone).replace(microsecond=0))
    event.add("dtend", one.ends_at.astimezone(zone).replace(microsecond=0))
    event.add("summary", one.title)
    event.add("sequence", one.revision)
    event.add("status", "CANCELLED" if one.is_cancelled else "CONFIRMED")
    if one.place:
        event.add("location", one.place)
    if one.path:
        event.add("url", absolute(one.path))
    return event
