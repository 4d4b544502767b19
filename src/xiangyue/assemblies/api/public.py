"""Meetings as everybody reads them, and what residents do about them."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router
from ninja.responses import Status

from xiangyue.access.authentication import OPTIONAL, REQUIRED
from xiangyue.access.requests import person, standing
from xiangyue.assemblies import access, queries, services
from xiangyue.assemblies.kinds import kind_name, kind_of
from xiangyue.assemblies.models import Sitting, StateChoices, Wish
from xiangyue.assemblies.pages import me
from xiangyue.assemblies.pages.public import public_minutes
from xiangyue.assemblies.schemas import (
    SittingCodeIn,
    SittingComingIn,
    SittingDetailOut,
    SittingQuery,
    SittingsOut,
    SittingWishIn,
    SittingWishOut,
)
from xiangyue.assemblies.showing import ShownItem, shown_item
from xiangyue.assemblies.words import quorum_words
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Place
from xiangyue.places.queries import within

router = Router(tags=["assemblies"])


def narrowed(rows: QuerySet[Sitting], code: str) -> QuerySet[Sitting]:
    """:raises NotFound: there is no such place."""
    if not code:
        return rows
    place = Place.objects.filter(code=code).first()
    if place is None:
        raise NotFound(_("There is no place with this code."))
    return within(rows, place)


def page_of(rows: QuerySet[Sitting], number: int) -> dict[str, Any]:
    page = Paginator(rows, queries.PAGE_SIZE).get_page(number)
    return {
        "sittings": [row_of(one) for one in page],
        "count": page.paginator.count,
        "page": page.number,
        "page_count": page.paginator.num_pages,
    }


def row_of(sitting: Sitting) -> dict[str, Any]:
    return {
        "id": sitting.pk,
        "kind": sitting.kind,
        "kind_name": kind_name(sitting),
        "title": sitting.title,
        "place": sitting.place.code,
        "place_name": sitting.place.name,
        "where": sitting.where,
        "starts_at": sitting.starts_at,
        "state": sitting.state,
        "notice": sitting.notice.number if sitting.notice is not None else "",
        "version": sitting.version,
    }


def detail_of(request: HttpRequest, sitting: Sitting) -> dict[str, Any]:
    who = person(request)
    quorum = queries.quorum_of(sitting)
    minutes = getattr(sitting, "minutes", None)
    is_told = sitting.state == StateChoices.SIGNED and kind_of(sitting).is_public
    return row_of(sitting) | {
        "items": [_item(shown_item(item)) for item in queries.agenda(sitting)],
        "item_now": sitting.item_now_id,
        "change_reason": sitting.change_reason,
        "quorum": {
            "present_count": quorum.present_count,
            "expected_count": quorum.expected_count,
            "needed_count": quorum.needed_count,
            "is_met": quorum.is_met,
            "guest_count": quorum.guest_count,
            "words": quorum_words(quorum),
        }
        if sitting.opened_at is not None
        else None,
        "public_minutes": minutes.public_text if minutes is not None and is_told else "",
        "digest": minutes.digest if minutes is not None and is_told else "",
        "am_here": who is not None and queries.attendance_of(sitting, who.pk) is not None,
        "may_run": access.may_run(standing(request), sitting),
    }


def _item(shown: ShownItem) -> dict[str, Any]:
    item, decision = shown.item, shown.decision
    return {
        "id": item.pk,
        "position": item.position,
        "title": item.title,
        "text": item.text,
        "matter": item.matter,
        "noticed_on": item.noticed_on,
        "ballot": item.ballot_id,
        "motions": [
            {
                "id": one.motion.pk,
                "position": one.motion.position,
                "text": one.motion.text,
                "text_now": one.motion.text_now,
                "state": one.motion.state,
                "is_seconded": one.motion.seconder_id is not None,
                "amendments": [
                    {
                        "id": row.amendment.pk,
                        "position": row.amendment.position,
                        "text": row.amendment.text,
                        "state": row.amendment.state,
                        "is_next": row.is_next,
                        "yes_count": row.amendment.yes_count,
                        "no_count": row.amendment.no_count,
                        "changes": [(str(each.kind), each.text) for each in row.changes],
                    }
                    for row in one.amendments
                ],
            }
            for one in shown.motions
        ],
        "decision": {
            "outcome": decision.outcome,
            "how": decision.how,
            "text": decision.text,
            "words": shown.decision_words,
            "decided_at": decision.decided_at,
        }
        if decision is not None
        else None,
    }


@router.get("/sittings", auth=OPTIONAL, response=SittingsOut, summary="Meetings to come, or held")
def list_sittings(request: HttpRequest, query: Query[SittingQuery]) -> dict[str, Any]:
    rows, now, who = queries.public_sittings(), timezone.now(), person(request)
    if query.which == "mine" and who is not None:
        rows = queries.invited_to(who, at=now)
    elif query.which == "held":
        rows = queries.held(rows)
    else:
        rows = queries.to_come(rows, at=now)
    return page_of(narrowed(rows, query.place), query.page)


@router.get(
    "/sittings/{uuid:sitting_id}", auth=OPTIONAL, response=SittingDetailOut, summary="One meeting"
)
def show_sitting(request: HttpRequest, sitting_id: UUID) -> dict[str, Any]:
    return detail_of(request, access.public_sitting(sitting_id))


@router.get(
    "/sittings/{uuid:sitting_id}/minutes.pdf", auth=OPTIONAL, summary="The signed public minutes"
)
def show_public_minutes(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    return public_minutes(request, sitting_id)


@router.put(
    "/sittings/{uuid:sitting_id}/coming", auth=REQUIRED, response={204: None},
    summary="Say that I come, or cannot",
)  # fmt: skip
def say_coming(request: HttpRequest, sitting_id: UUID, entered: SittingComingIn) -> Status[None]:
    services.say_coming(
        sitting=access.public_sitting(sitting_id), person=me(request),
        is_coming=entered.is_coming, at=timezone.now(),
    )  # fmt: skip
    return Status(204, None)


@router.post(
    "/sittings/{uuid:sitting_id}/wishes", auth=REQUIRED, response=SittingWishOut,
    summary="Ask for an item; who enters for others says for whom",
)  # fmt: skip
def ask(request: HttpRequest, sitting_id: UUID, entered: SittingWishIn) -> Wish:
    found, who = access.public_sitting(sitting_id), me(request)
    others: dict[str, Any] = {"by": who}
    if access.may_ask_for_others(standing(request), found):
        others = {"entered_by": who, "said_by": entered.said_by}
    return services.ask_for_item(sitting=found, text=entered.text, at=timezone.now(), **others)


@router.post(
    "/sittings/{uuid:sitting_id}/here", auth=REQUIRED, response={204: None},
    summary="I am here: the code on the screen",
)  # fmt: skip
def come(request: HttpRequest, sitting_id: UUID, entered: SittingCodeIn) -> Status[None]:
    found, who, now = access.public_sitting(sitting_id), me(request), timezone.now()
    try:
        services.come_by_code(sitting=found, person=who, code=entered.code, at=now)
    except services.WrongCode:
        services.count_wrong_code(who, at=now)
        raise
    return Status(204, None)


@router.post(
    "/sittings/{uuid:sitting_id}/speak", auth=REQUIRED, response={204: None},
    summary="Ask to speak to what is before the room",
)  # fmt: skip
def speak(request: HttpRequest, sitting_id: UUID) -> Status[None]:
    found, who = access.public_sitting(sitting_id), me(request)
    mine = queries.attendance_of(found, who.pk)
    if mine is None or found.item_now is None:
        raise services.WrongPerson(_("Only who is here can ask to speak."))
    services.ask_to_speak(item=found.item_now, attendance=mine, by=who, at=timezone.now())
    return Status(204, None)


@router.post(
    "/sitting-turns/{speaking_id}/back", auth=REQUIRED, response={204: None},
    summary="Leave the queue",
)  # fmt: skip
def step_back(request: HttpRequest, speaking_id: int) -> Status[None]:
    if not 0 < speaking_id < 2**63:
        raise NotFound(_("There is nothing like this in the queue."))
    turn = access.own_turn(me(request), speaking_id)
    services.step_back(turn=turn, by=me(request), at=timezone.now())
    return Status(204, None)
