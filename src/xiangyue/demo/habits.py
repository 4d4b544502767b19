"""How people of the demonstration behave: when they report, and how often each thing happens.

The one place to change the county's temper.
"""

from dataclasses import dataclass
from datetime import datetime

from xiangyue.calendars.rules import Calendar

# How many of a hundred reports come on each weekday, Monday first; people report after weekends.
WEEKLY = (19, 16, 15, 15, 14, 11, 10)
ON_HOLIDAYS = 0.55
# Of a day's reports, how many begin in each hour from 6 to 22.
FIRST_HOUR = 6
HOURLY = (2, 5, 9, 12, 10, 7, 4, 4, 7, 8, 8, 7, 6, 5, 3, 2, 1)


def busyness(day: datetime, calendar: Calendar) -> float:
    """How many reports a day brings beside other days."""
    is_holiday = day.date() in calendar.holidays and day.weekday() < 5
    return WEEKLY[day.weekday()] * (ON_HOLIDAYS if is_holiday else 1.0)


@dataclass(frozen=True, slots=True)
class Habits:
    """What happens, as chances out of one."""

    # how a report comes in
    near_home: float = 0.85
    anonymous: float = 0.08
    anonymous_when_confidential: float = 0.4
    found_by_worker: float = 0.28
    at_the_counter: float = 0.10
    by_telephone: float = 0.06
    urgent: float = 0.05
    emergency: float = 0.008
    gives_address: float = 0.4
    repeats: float = 0.06
    supported: float = 0.07

    # what becomes of it
    withdrawn: float = 0.015
    split: float = 0.03
    reclassified: float = 0.02
    refused: float = 0.03
    handed_on: float = 0.03
    waits: float = 0.07
    escalated: float = 0.015
    asks_extension: float = 0.05
    extension_granted: float = 0.8
    noted: float = 0.07
    slow: float = 0.10
    late: float = 0.07
    not_fixed: float = 0.04
    partly_fixed: float = 0.04
    explained: float = 0.06
    referred: float = 0.01
    sent_back: float = 0.05

    # the reporter's word, and those who watch
    keeps_slip: float = 0.4
    confirms: float = 0.42
    objects: float = 0.06
    objects_when_not_fixed: float = 0.25
    reopens: float = 0.01
    urges: float = 0.4
    supervised: float = 0.2
