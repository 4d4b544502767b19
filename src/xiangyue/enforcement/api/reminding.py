"""Reminders: one's own, the team's, and objections to be answered."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router
from ninja.responses import Status

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.requests import standing
from xiangyue.enforcement import access, queries, services
from xiangyue.enforcement.api.schemas import (
    BreachNoteIn,
    KeepingQuery,
    NotingOut,
    OwnWordsIn,
    ReminderAnswerIn,
    ReminderObjectionOut,
    ReminderObjectionsOut,
    ReminderOut,
    RemindersOut,
    ReminderStepIn,
)
from xiangyue.enforcement.api.telling import (
    objection_row,
    paged,
    place_with,
    reminder_row,
    signed_in,
)
from xiangyue.enforcement.clauses import clauses_to_remind_of
from xiangyue.enforcement.forms import person_named
from xiangyue.enforcement.models import Reminder
from xiangyue.enforcement.pages.reminders import step_called
from xiangyue.enforcement.services.acting import ANSWER, NOTE

router = Router(auth=REQUIRED)


def _found(request: HttpRequest, reminder_id: UUID) -> Reminder:
    return access.reminder_in_sight(standing(request), reminder_id, at=timezone.now())


def _told(request: HttpRequest, reminder_id: UUID) -> dict[str, Any]:
    who, found = signed_in(request), _found(request, reminder_id)
    services.look_at(reminder=found, reader=who, at=timezone.now())
    return reminder_row(found, who)


@router.get("/reminders", response=RemindersOut, summary="Kept about me; still to talk about")
def list_reminders(request: HttpRequest, query: Query[KeepingQuery]) -> dict[str, Any]:
    mine, who = standing(request), signed_in(request)
    rows = access.reminders_in_sight(mine, at=timezone.now())
    team = (
        rows.filter(pk__in=queries.open_of_team(who).values("pk"))
        if mine.may_somewhere(NOTE)
        else rows.none()
    )
    page, numbers = paged(team.order_by("noted_at", "pk"), query.page)
    return {
        "own": [reminder_row(one, who) for one in rows.filter(person=who)[:100]],
        "team": [reminder_row(one, who) for one in page],
        **numbers,
    }


@router.get("/reminders/noting", response=NotingOut, summary="Whether I may note, which clauses")
def show_noting(request: HttpRequest) -> dict[str, Any]:
    access.check_keeps(standing(request), NOTE)
    now = timezone.now()
    team = services.duty_of(signed_in(request), at=now)
    clauses = clauses_to_remind_of(team.committee.place, at=now) if team is not None else []
    return {
        "is_on_duty": team is not None,
        "clauses": [{"clause": str(one.lineage), "text": one.text} for one in clauses],
    }


@router.post("/reminders", response={201: ReminderOut}, summary="On duty, note a breach")
def note(request: HttpRequest, entered: BreachNoteIn) -> Status[dict[str, Any]]:
    who, now = signed_in(request), timezone.now()
    access.check_keeps(standing(request), NOTE)
    team = services.duty_of(who, at=now)
    if team is None:
        raise services.NotOnDuty(
            _("Only a team's member on duty notes this; it is not your turn now.")
        )
    made = services.note_breach(
        clause=entered.clause,
        person=person_named(entered.name, team.committee.place, chosen=entered.which),
        seen_at=place_with(entered.place), is_of_age=entered.is_of_age, by=who, at=now,
    )  # fmt: skip
    return Status(201, reminder_row(_found(request, made.pk), who))


@router.get("/reminders/{uuid:reminder_id}", response=ReminderOut, summary="All that is kept of it")
def show_reminder(request: HttpRequest, reminder_id: UUID) -> dict[str, Any]:
    return _told(request, reminder_id)


@router.post("/reminders/{uuid:reminder_id}/step", response=ReminderOut, summary="A step was taken")
def take_step(request: HttpRequest, reminder_id: UUID, entered: ReminderStepIn) -> dict[str, Any]:
    services.take_step(
        reminder=_found(request, reminder_id), step=step_called(entered.step),
        by=signed_in(request), at=timezone.now(),
    )  # fmt: skip
    return _told(request, reminder_id)


@router.post(
    "/reminders/{uuid:reminder_id}/say", response=ReminderOut, summary="What they say to it"
)
def say(request: HttpRequest, reminder_id: UUID, entered: OwnWordsIn) -> dict[str, Any]:
    services.hear(
        reminder=_found(request, reminder_id), text=entered.text, by=signed_in(request),
        at=timezone.now(),
    )  # fmt: skip
    return _told(request, reminder_id)


@router.post("/reminders/{uuid:reminder_id}/object", response=ReminderOut, summary="Object")
def object_to(request: HttpRequest, reminder_id: UUID, entered: OwnWordsIn) -> dict[str, Any]:
    services.object_to_reminder(
        reminder=_found(request, reminder_id), text=entered.text, by=signed_in(request),
        at=timezone.now(),
    )  # fmt: skip
    return _told(request, reminder_id)


@router.post(
    "/reminders/{uuid:reminder_id}/put-right", response=ReminderOut, summary="It is put right"
)
def put_right(request: HttpRequest, reminder_id: UUID) -> dict[str, Any]:
    services.put_right(
        reminder=_found(request, reminder_id), by=signed_in(request), at=timezone.now()
    )
    return _told(request, reminder_id)


@router.get(
    "/reminder-objections", response=ReminderObjectionsOut, summary="Objections that wait for me"
)
def list_objections(request: HttpRequest, query: Query[KeepingQuery]) -> dict[str, Any]:
    mine = standing(request)
    access.check_keeps(mine, ANSWER)
    page, numbers = paged(access.objections_to_answer(mine), query.page)
    return {"objections": [objection_row(one) for one in page], **numbers}


@router.get(
    "/reminder-objections/{uuid:reminder_objection_id}", response=ReminderObjectionOut,
    summary="One of them",
)  # fmt: skip
def show_objection(request: HttpRequest, reminder_objection_id: UUID) -> dict[str, Any]:
    mine = standing(request)
    access.check_keeps(mine, ANSWER)
    found = access.objection_to_answer(mine, reminder_objection_id)
    services.look_at(reminder=found.reminder, reader=signed_in(request), at=timezone.now())
    return objection_row(found)


@router.post(
    "/reminder-objections/{uuid:reminder_objection_id}", response={204: None},
    summary="Answer; one that is right erases the reminder",
)  # fmt: skip
def answer_objection(
    request: HttpRequest, reminder_objection_id: UUID, entered: ReminderAnswerIn
) -> Status[None]:
    mine = standing(request)
    access.check_keeps(mine, ANSWER)
    services.answer_reminder_objection(
        objection=access.objection_to_answer(mine, reminder_objection_id),
        by=signed_in(request), at=timezone.now(), **entered.dict(),
    )  # fmt: skip
    return Status(204, None)
