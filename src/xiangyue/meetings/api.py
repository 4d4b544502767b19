"""The API of sessions: everything that a page does, over the same services."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Query, Router
from ninja.responses import Status

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.requests import standing
from xiangyue.kernel.refusals import NotFound
from xiangyue.meetings import queries, services
from xiangyue.meetings.access import item_for, may_run, meeting_for
from xiangyue.meetings.agenda import draw_agenda
from xiangyue.meetings.deciding import (
    IN_WORDS,
    acts_at,
    add_incident,
    decide_by_act,
    decide_in_words,
    hold_nil_meeting,
    open_meeting,
)
from xiangyue.meetings.models import Meeting, StateChoices
from xiangyue.meetings.pages.lists import with_sessions
from xiangyue.meetings.printing import minutes_pdf
from xiangyue.meetings.queries import MeetingFilter
from xiangyue.meetings.schemas import (
    AddIn,
    AttendanceIn,
    CallIn,
    DecisionIn,
    KeptOut,
    MeetingDetailOut,
    MeetingQuery,
    MeetingsOut,
    MinutesTextIn,
    MoveIn,
    ReasonIn,
)
from xiangyue.meetings.series import people_asked, series_of
from xiangyue.meetings.showing import ShownItem, shown_agenda
from xiangyue.places.models import Place

router = Router(tags=["meetings"])


def _out(meeting: Meeting) -> dict[str, Any]:
    return {
        "id": meeting.pk,
        "series": meeting.series_key,
        "name": series_of(meeting).name.in_language(get_language()),
        "place": meeting.place.code,
        "place_name": meeting.place.name,
        "date": meeting.date,
        "begins_at": meeting.begins_at,
        "ends_at": meeting.ends_at,
        "state": meeting.state,
        "version": meeting.version,
    }


def _as_sent(entered: dict[str, Any]) -> QueryDict:
    """What was entered as a form sends it: a tick is there or not, several are several."""
    sent = QueryDict(mutable=True)
    for name, value in entered.items():
        if isinstance(value, list):
            sent.setlist(name, value)
        elif value is True:
            sent[name] = "on"
        elif value is not None and value is not False:
            sent[name] = str(value)
    return sent


def _detail(request: HttpRequest, meeting_id: UUID) -> dict[str, Any]:
    mine = standing(request)
    meeting = meeting_for(mine, meeting_id)
    is_planned = meeting.state in {StateChoices.PLANNED, StateChoices.MISSED}
    drawn = draw_agenda(meeting, at=timezone.now()) if is_planned else None
    rows = shown_agenda(meeting, mine, drawn=drawn)
    people = list(meeting.attendances.select_related("person"))
    asked = people_asked(meeting, at=timezone.now())
    return _out(meeting) | {
        "nominal_date": meeting.nominal_date,
        "chair": meeting.chair_id,
        "minute_taker": meeting.minute_taker_id,
        "minutes": meeting.minutes,
        "cancel_reason": meeting.cancel_reason,
        "left_out_count": drawn.left_out_count if drawn else meeting.left_out_count,
        "items": [_item(row, meeting, mine) for row in rows],
        "present": [
            {"id": row.person_id, "name": row.person.name, "role": row.role}
            for row in people
            if row.person is not None
        ],
        "guests": [row.guest for row in people if row.guest],
        "asked": [
            {"id": one, "name": post.person.name, "role": post.role} for one, post in asked.items()
        ],
        "corrections": list(meeting.corrections.all()),
        "may_run": may_run(mine, meeting),
    }


def _item(row: ShownItem, meeting: Meeting, mine: Any) -> dict[str, Any]:
    item = row.item
    decisions: list[str] = []
    if meeting.state == StateChoices.OPEN and item.decision in {"", "watch"}:
        if row.incident is not None and row.is_readable:
            decisions = [str(act.verb) for act in acts_at(row.incident, mine)]
        elif item.incident_id is None:
            decisions = ["agreed"]
        decisions = [*decisions, "watch"]
    return {
        "id": item.pk,
        "position": item.position,
        "title": row.title,
        "number": row.incident.number if row.incident is not None else "",
        "reasons": item.reasons,
        "appearance": item.appearance,
        "is_restricted": item.is_restricted,
        "decision": item.decision,
        "decision_text": row.decision_text,
        "decided_at": item.decided_at,
        "decisions": decisions,
    }


@router.get("/meetings", auth=REQUIRED, response=MeetingsOut, summary="Sessions of my posts")
def list_meetings(request: HttpRequest, query: Query[MeetingQuery]) -> dict[str, Any]:
    mine = with_sessions(request)
    narrowed = MeetingFilter.from_query(query.dict(exclude={"page"}))
    rows = queries.sessions(mine, narrowed, at=timezone.now())
    page = Paginator(rows, queries.PAGE_SIZE).get_page(query.page)
    return {
        "meetings": [_out(meeting) for meeting in page.object_list],
        "count": page.paginator.count,
        "page": page.number,
        "page_count": page.paginator.num_pages,
    }


@router.get(
    "/meetings-kept", auth=REQUIRED, response=list[KeptOut], summary="What was held, what was not"
)
def list_kept(request: HttpRequest, query: Query[MeetingQuery]) -> list[dict[str, Any]]:
    """Of the last 90 days, in the order of places; 30 to a page."""
    mine = with_sessions(request)
    narrowed = MeetingFilter.from_query(query.dict(exclude={"page"}))
    rows = queries.kept_since(mine, narrowed, at=timezone.now())
    page = Paginator(rows, queries.PAGE_SIZE).get_page(query.page)
    return [
        {**row, "series": row["series_key"], "place": row["place__code"]}
        for row in page.object_list
    ]


@router.post(
    "/meetings", auth=REQUIRED, response={201: MeetingDetailOut}, summary="Call an extra session"
)
def call(request: HttpRequest, entered: CallIn) -> Status[dict[str, Any]]:
    place = Place.objects.filter(code=entered.place, is_active=True).first()
    if place is None:
        raise NotFound(_("There is no place with this code."))
    made = services.call_meeting(
        series_key=entered.series,
        place=place,
        begins_at=entered.begins_at,
        actor=standing(request),
        at=timezone.now(),
    )
    return Status(201, _detail(request, made.pk))


@router.get(
    "/meetings/{uuid:meeting_id}", auth=REQUIRED, response=MeetingDetailOut, summary="A session"
)
def show(request: HttpRequest, meeting_id: UUID) -> dict[str, Any]:
    return _detail(request, meeting_id)


@router.get("/meetings/{uuid:meeting_id}/minutes.pdf", auth=REQUIRED, summary="The minutes, on A4")
def show_minutes(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    mine = standing(request)
    paper = minutes_pdf(meeting_for(mine, meeting_id), mine, at=timezone.now())
    return HttpResponse(paper, content_type="application/pdf")


def _act(request: HttpRequest, meeting_id: UUID, service: Any, **entered: Any) -> dict[str, Any]:
    mine = standing(request)
    version = entered.pop("version", None)
    if version is not None:
        entered["seen_version"] = version
    service(meeting=meeting_for(mine, meeting_id), actor=mine, at=timezone.now(), **entered)
    return _detail(request, meeting_id)


View = TypeVar("View", bound=Callable[..., dict[str, Any]])


def _post(verb: str, summary: str) -> Callable[[View], View]:
    """The address of one verb."""
    decorate: Callable[[View], View] = router.post(
        f"/meetings/{{uuid:meeting_id}}/{verb}",
        auth=REQUIRED,
        response=MeetingDetailOut,
        summary=summary,
    )
    return decorate


@_post("open", "Open it: the agenda is drawn")
def open_(request: HttpRequest, meeting_id: UUID) -> dict[str, Any]:
    return _act(request, meeting_id, open_meeting)


@_post("nil", "Nothing is unsolved: hold and close it")
def hold_nil(request: HttpRequest, meeting_id: UUID) -> dict[str, Any]:
    return _act(request, meeting_id, hold_nil_meeting)


@_post("move", "Move it to another time")
def move(request: HttpRequest, meeting_id: UUID, entered: MoveIn) -> dict[str, Any]:
    begins_at = entered.begins_at
    return _act(
        request,
        meeting_id,
        services.move_meeting,
        begins_at=begins_at,
        version=entered.version,
    )


@_post("cancel", "Cancel it with a reason")
def cancel(request: HttpRequest, meeting_id: UUID, entered: ReasonIn) -> dict[str, Any]:
    return _act(request, meeting_id, services.cancel_meeting, **entered.dict())


@_post("attendance", "Say who is there")
def attendance(request: HttpRequest, meeting_id: UUID, entered: AttendanceIn) -> dict[str, Any]:
    return _act(request, meeting_id, services.note_attendance, **entered.dict())


@_post("minutes", "Write the minutes")
def minutes(request: HttpRequest, meeting_id: UUID, entered: MinutesTextIn) -> dict[str, Any]:
    return _act(request, meeting_id, services.write_minutes, **entered.dict())


@_post("close", "Close it, with the minutes when they come along")
def close(
    request: HttpRequest, meeting_id: UUID, entered: MinutesTextIn | None = None
) -> dict[str, Any]:
    facts = entered.dict() if entered is not None else {}
    return _act(request, meeting_id, services.close_session, **facts)


@_post("correct", "Add a correction to closed minutes")
def correct(request: HttpRequest, meeting_id: UUID, entered: MinutesTextIn) -> dict[str, Any]:
    return _act(request, meeting_id, services.correct_minutes, text=entered.text)


@_post("items", "Put something on the agenda")
def add(request: HttpRequest, meeting_id: UUID, entered: AddIn) -> dict[str, Any]:
    if entered.number:
        return _act(request, meeting_id, add_incident, number=entered.number)
    return _act(request, meeting_id, services.add_text, text=entered.text)


@_post("items/{uuid:item_id}/decide", "Decide on an item")
def decide(
    request: HttpRequest, meeting_id: UUID, item_id: UUID, entered: DecisionIn
) -> dict[str, Any]:
    """What an incident's verb asks for goes under `entered`, by the names of its form's fields."""
    mine = standing(request)
    item = item_for(meeting_for(mine, meeting_id), item_id)
    now = timezone.now()
    if entered.decision in IN_WORDS:
        note = str(entered.entered.get("note") or "")
        decide_in_words(item=item, decision=entered.decision, text=note, actor=mine, at=now)
    else:
        decide_by_act(
            item=item,
            decision=entered.decision,
            entered=_as_sent(entered.entered),
            actor=mine,
            at=now,
        )
    return _detail(request, meeting_id)
