"""Times in China, written as people do, and due times by the published calendar."""

from datetime import datetime
from zoneinfo import ZoneInfo

from chinese_calendar.constants import holidays, workdays

from xiangyue.calendars.rules import Calendar, Limit, Pause, due_at

CHINA = ZoneInfo("Asia/Shanghai")
PUBLISHED = Calendar(holidays, workdays)


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=CHINA)


def due(start: str, limit: str, *pauses: tuple[str, str], more: tuple[str, ...] = ()) -> str:
    found = due_at(
        started_at=at(start),
        limit=Limit.parse(limit),
        calendar=PUBLISHED,
        pauses=[Pause(at(paused), at(resumed)) for paused, resumed in pauses],
        extensions=[Limit.parse(text) for text in more],
    )
    assert found is not None
    return f"{found:%Y-%m-%d %H:%M}"
