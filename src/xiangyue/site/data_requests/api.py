"""The API's twin of the desk at which requests about data are answered."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.models import DataRequest
from xiangyue.access.requests import person, standing
from xiangyue.access.services import answer_data_request, log_read
from xiangyue.calendars.queries import current_calendar
from xiangyue.places.models import Person
from xiangyue.site.data_requests import queries

router = Router(tags=["data requests"], auth=REQUIRED)


class DataRequestOut(Schema):
    id: UUID
    wish: str
    requested_at: datetime
    due_at: datetime = Field(description="15 working days later (GD05)")
    is_late: bool
    answered_at: datetime | None

    @classmethod
    def of(cls, timed: queries.Timed) -> "DataRequestOut":
        return cls(**_facts(timed))


class DataRequestDetailOut(DataRequestOut):
    person_name: str = Field(description="reading it is noted for the person")
    person_phone: str
    text: str
    answer: str


class DataRequestPage(Schema):
    count: int
    items: list[DataRequestOut]


class DataRequestsQuery(Schema):
    answered: bool = False
    offset: int = Field(0, ge=0, le=100_000)
    limit: int = Field(queries.PAGE_SIZE, ge=1, le=200)


class AnswerIn(Schema):
    answer: str = Field(max_length=1000)


def _facts(timed: queries.Timed) -> dict[str, Any]:
    request = timed.request
    return {
        "id": request.pk,
        "wish": request.wish,
        "requested_at": request.requested_at,
        "due_at": timed.due_at,
        "is_late": timed.is_late,
        "answered_at": request.answered_at,
    }


def _detail(request: DataRequest) -> DataRequestDetailOut:
    return DataRequestDetailOut(
        **_facts(queries.timed(request, at=timezone.now())),
        person_name=request.person.name,
        person_phone=request.person.phone or "",
        text=request.text,
        answer=request.answer,
    )


def _who(request: HttpRequest) -> Person:
    found = person(request)
    assert found is not None  # REQUIRED saw to it
    return found


@router.get("/data-requests", response=DataRequestPage, summary="Requests about data that wait")
def list_requests(request: HttpRequest, asked: Query[DataRequestsQuery]) -> DataRequestPage:
    rows = queries.requests_for(standing(request)).filter(answered_at__isnull=not asked.answered)
    now, calendar = timezone.now(), current_calendar()
    return DataRequestPage(
        count=rows.count(),
        items=[
            DataRequestOut.of(queries.timed(row, at=now, calendar=calendar))
            for row in rows[asked.offset : asked.offset + asked.limit]
        ],
    )


@router.get(
    "/data-requests/{uuid:request_id}",
    response=DataRequestDetailOut,
    summary="One request, and whose it is",
)
def show_request(request: HttpRequest, request_id: UUID) -> DataRequestDetailOut:
    found = queries.request_for(standing(request), request_id)
    log_read(
        reader=_who(request),
        subject=found.person,
        what="name,phone",
        purpose=_("To answer a request about data"),
        at=timezone.now(),
    )
    return _detail(found)


@router.post(
    "/data-requests/{uuid:request_id}/answer",
    response=DataRequestOut,
    summary="Answer a request about data",
)
def answer_request(request: HttpRequest, request_id: UUID, entered: AnswerIn) -> DataRequestOut:
    now = timezone.now()
    answered = answer_data_request(
        request=queries.request_for(standing(request), request_id),
        answered_by=_who(request),
        answer=entered.answer,
        at=now,
    )
    return DataRequestOut.of(queries.timed(answered, at=now))
