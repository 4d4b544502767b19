"""The API's twin of patrols: the same services, the same refusals."""

from datetime import date as Date  # noqa: N812 - the days are called date
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.queries import require
from xiangyue.access.requests import client_address, person, standing
from xiangyue.kernel.moments import Moment
from xiangyue.kernel.refusals import Refused
from xiangyue.patrols import access, queries, services
from xiangyue.patrols.models import Patrol

router = Router(tags=["patrols"], auth=REQUIRED)
MOST_DAYS = 366


class PatrolGridOut(Schema):
    code: str
    name: str
    is_done: bool = Field(description="today's round is reported")


class FoundIn(Schema):
    words: str = Field(max_length=2000)
    answers: dict[str, str] = Field(default_factory=dict)


class PatrolIn(Schema):
    client_key: UUID | None = Field(None, description="sent again under it, it is one patrol")
    made_at: Moment | None = Field(
        None, description="by the phone's clock; kept as claimed, the server's decides"
    )
    looked: dict[str, Literal["fine", "found"]] = Field(
        default_factory=dict, description="by item; empty: nothing was found"
    )
    found: dict[str, FoundIn] = Field(default_factory=dict, description="by item, in words")
    visits: dict[UUID, Literal["visited", "inconvenient"]] = Field(
        default_factory=dict, description="by household"
    )
    latitude: Decimal | None = Field(None, ge=-90, le=90)
    longitude: Decimal | None = Field(None, ge=-180, le=180)


class PatrolOut(Schema):
    id: UUID
    date: Date
    finished_at: datetime
    is_nil: bool
    looked: dict[str, str]
    incidents: list[str] = Field(description="numbers of what was found")

    @staticmethod
    def resolve_incidents(row: Patrol) -> list[str]:
        return list(row.finds.order_by("pk").values_list("incident__number", flat=True))


class PatrolCoverageOut(Schema):
    grid: str
    name: str
    visited_count: int
    household_count: int
    due_day_count: int
    patrolled_day_count: int
    is_staffed: bool


class Period(Schema):
    begins: Date
    ends: Date = Field(description="the first day that no longer counts")


class PeriodBackwards(Refused):
    """A period that is none, or longer than a year."""

    code = "period_backwards"


@router.get("/patrols/grids", response=list[PatrolGridOut], summary="My grids and today's round")
def my_grids(request: HttpRequest) -> list[PatrolGridOut]:
    mine = standing(request)
    _require_walking(request)
    grids = list(access.own_grids(mine))
    done = set(
        Patrol.objects.filter(
            worker_id=mine.person_id, date=queries.today_of(timezone.now()), grid__in=grids
        ).values_list("grid_id", flat=True)
    )
    return [
        PatrolGridOut(code=grid.code, name=grid.name, is_done=grid.pk in done) for grid in grids
    ]


@router.post("/patrols/grids/{code}", response=PatrolOut, summary="Report a round of a grid")
def finish(request: HttpRequest, code: str, entered: PatrolIn) -> Patrol:
    mine, who = standing(request), person(request)
    assert who is not None
    _require_walking(request)
    made_at = entered.made_at
    if made_at is not None and timezone.is_naive(made_at):
        made_at = timezone.make_aware(made_at)
    return services.finish_patrol(
        worker=who,
        standing=mine,
        grid=access.grid_to_walk(mine, code),
        walked=services.Walked(
            looked=entered.looked,
            found={
                key: services.Found(words=each.words, answers=each.answers)
                for key, each in entered.found.items()
            },
            visits=entered.visits,
            latitude=_rounded(entered.latitude),
            longitude=_rounded(entered.longitude),
            client_key=entered.client_key,
            recorded_at=made_at,
        ),
        at=timezone.now(),
        address_key=client_address(request),
    )


@router.get(
    "/patrols/coverage/{code}",
    response=list[PatrolCoverageOut],
    summary="Coverage by grid (KPI-14)",
)
def coverage(request: HttpRequest, code: str, period: Query[Period]) -> list[PatrolCoverageOut]:
    place = access.place_to_see(standing(request), code)
    if not timedelta(0) < period.ends - period.begins <= timedelta(days=MOST_DAYS):
        raise PeriodBackwards(_("Choose a period of one day to one year."))
    return [
        PatrolCoverageOut(
            grid=row.grid.code,
            name=row.grid.name,
            visited_count=row.visited_count,
            household_count=row.household_count,
            due_day_count=row.due_day_count,
            patrolled_day_count=row.patrolled_day_count,
            is_staffed=row.is_staffed,
        )
        for row in queries.coverage(
            place, begins=period.begins, ends=period.ends, at=timezone.now()
        )
    ]


def _require_walking(request: HttpRequest) -> None:
    if not standing(request).may_somewhere(queries.WALK):
        require(standing(request), queries.WALK, message=_("Your posts do not include this page."))


def _rounded(value: Decimal | None) -> Decimal | None:
    return round(value, 5) if value is not None else None
