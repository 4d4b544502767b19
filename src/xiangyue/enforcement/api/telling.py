"""How the API tells committees, seats, areas and reminders; whom and where it means."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _

from xiangyue.access.requests import person
from xiangyue.enforcement.models import (
    DutyArea,
    Invitation,
    Member,
    Reminder,
    ReminderObjection,
    Team,
)
from xiangyue.enforcement.queries import PAGE_SIZE
from xiangyue.enforcement.services.vetting import verdict_of
from xiangyue.enforcement.wording import team_name
from xiangyue.kernel.refusals import NotAllowed, NotFound
from xiangyue.places.models import Person, Place


def signed_in(request: HttpRequest) -> Person:
    who = person(request)
    if who is None:
        raise NotAllowed(_("Please sign in first."))
    return who


def place_with(code: str) -> Place:
    found: Place | None = Place.objects.filter(code=code, is_active=True).first()
    if found is None:
        raise NotFound(_("There is no place with this code."))
    return found


def paged(rows: Any, number: int) -> tuple[Any, dict[str, int]]:
    page = Paginator(rows, PAGE_SIZE).get_page(number)
    return page, {
        "count": page.paginator.count, "page": page.number, "page_count": page.paginator.num_pages,
    }  # fmt: skip


def team_row(one: Team) -> dict[str, Any]:
    return {
        "id": one.pk, "kind": one.kind, "name": team_name(one), "phone": one.organisation.phone,
    }  # fmt: skip


def seat_row(one: Member) -> dict[str, Any]:
    return {
        "id": one.pk,
        "name": one.person.name,
        "seat": one.seat,
        "nominated_by": one.nominated_by,
        "state": one.state,
        "verdict": verdict_of(one).value,
        "notice": one.notice.number if one.notice is not None else "",
        "card_until": one.card_until,
    }


def invitation_row(one: Invitation) -> dict[str, Any]:
    return {
        "id": one.pk,
        "number": one.number,
        "kind": one.kind,
        "name": one.person.name,
        "answer": one.answer,
        "is_brought": one.brought_at is not None,
    }


def area_row(one: DutyArea, *, names: bool, keeps: bool = False) -> dict[str, Any]:
    return {
        "id": one.pk,
        "place": one.place.code,
        "subject": one.subject,
        "name": one.name,
        "team": one.team_id,
        "person": one.person.name if names and one.person is not None else "",
        "household": one.household.code if keeps and one.household is not None else "",
    }


def objection_row(one: ReminderObjection) -> dict[str, Any]:
    return {"id": one.pk, "text": one.text, "answer": one.answer, "due_at": one.clock.due_at}


def reminder_row(one: Reminder, who: Person) -> dict[str, Any]:
    is_own = one.person_id == who.pk
    return {
        "id": one.pk,
        "clause_number": one.clause_number,
        "clause_text": one.clause_text,
        "name": one.person.name,
        "seen_on": one.seen_on,
        "seen_at": one.seen_at.code,
        "seen_by": one.noted_by.name,
        "state": one.state,
        "statement": one.statement,
        "is_heard": one.heard_at is not None,
        "erase_on": one.erase_on,
        "steps": [
            {"kind": row.kind, "by": row.by.name, "taken_at": row.taken_at}
            for row in one.steps.all()
        ],
        "objections": [objection_row(row) for row in one.objections.all()],
        "reads": [row.reader.name for row in one.reads.select_related("reader")] if is_own else [],
    }
