"""The API's twin of the calendar: everybody may read it, who keeps it may edit it."""

from datetime import date as Date  # noqa: N812 - the days are called date
from typing import Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Path, Router, Schema

from xiangyue.access.authentication import OPTIONAL, REQUIRED
from xiangyue.access.requests import standing
from xiangyue.calendars import access, queries, services
from xiangyue.calendars.models import Holiday

router = Router(tags=["calendars"], auth=REQUIRED)


class DayIn(Schema):
    kind: Literal["holiday", "workday"] = Field(
        description="workday: a Saturday or Sunday that is made up"
    )
    name: str = Field(max_length=40, examples=["国庆节"])


class DayOut(Schema):
    date: Date
    kind: str
    name: str
    source: str


class EditedDayOut(DayOut):
    moved_count: int = Field(description="how many running clocks the edit moved")


class YearOut(Schema):
    year: int
    days: list[DayOut]
    gaps: list[str] = Field(description="public holidays that are not entered yet")


class YearPath(Schema):
    year: int = Field(ge=2000, le=2100)


class DayPath(Schema):
    date: Date


@router.get("/calendar/{int:year}", auth=OPTIONAL, response=YearOut, summary="A year's holidays")
def show_year(request: HttpRequest, asked: Path[YearPath]) -> YearOut:
    return YearOut(
        year=asked.year,
        days=[DayOut.from_orm(day) for day in queries.holidays_of(asked.year)],
        gaps=[gap.festival for gap in queries.calendar_gaps(asked.year)],
    )


@router.put("/calendar/days/{date}", response=EditedDayOut, summary="Set a day and its name")
def set_day(request: HttpRequest, asked: Path[DayPath], entered: DayIn) -> Holiday:
    access.require_calendar(standing(request))
    return services.set_holiday(
        date=asked.date,
        kind=entered.kind,
        name=entered.name,
        actor_id=standing(request).person_id,
        at=timezone.now(),
    )


@router.delete(
    "/calendar/days/{date}",
    response=EditedDayOut,
    summary="Let a day be what its weekday says again",
)
def remove_day(request: HttpRequest, asked: Path[DayPath]) -> Holiday:
    access.require_calendar(standing(request))
    return services.remove_holiday(
        date=asked.date, actor_id=standing(request).person_id, at=timezone.now()
    )
