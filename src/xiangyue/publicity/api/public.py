"""What everybody may do with notices over the API: boards, feeds, paper, objections."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from ninja import Query, Router
from ninja.responses import Status

from xiangyue.access.authentication import OPTIONAL, REQUIRED
from xiangyue.access.requests import client_address, person, standing
from xiangyue.access.rules import network_of
from xiangyue.calendars.queries import explain_clock
from xiangyue.publicity import queries, services
from xiangyue.publicity.access import (
    board_place,
    check_may_enter,
    objection_of_receipt,
    own_objections,
    public_attachment,
    public_notice,
)
from xiangyue.publicity.feeds import FEED_TYPES, feed_of
from xiangyue.publicity.kinds import all_kinds, kind_of
from xiangyue.publicity.models import Attachment, Notice, Objection
from xiangyue.publicity.pages.desk import signed_person
from xiangyue.publicity.printing import poster_pdf
from xiangyue.publicity.queries import BoardFilter
from xiangyue.publicity.schemas import (
    BoardQuery,
    NoticeDetailOut,
    NoticeKindOut,
    NoticeObjectionForOthersIn,
    NoticeObjectionIn,
    NoticesOut,
    ObjectionReceiptOut,
)
from xiangyue.publicity.serving import asked_again, attached, check_readable
from xiangyue.publicity.showing import public_objections
from xiangyue.publicity.wording import gone_in_words

router = Router(tags=["notices"])


# --- for everybody ----------------------------------------------------------------------------


@router.get(
    "/notice-kinds", auth=OPTIONAL, response=list[NoticeKindOut], summary="Kinds of notices"
)
def list_kinds(request: HttpRequest) -> list[dict[str, Any]]:
    language = get_language()
    return [
        kind.model_dump(exclude={"name", "purpose"})
        | {
            "name": kind.name.in_language(language),
            "purpose": kind.purpose.in_language(language),
        }
        for kind in all_kinds().values()
    ]


def out_of(notice: Notice) -> dict[str, Any]:
    is_readable = notice.is_readable
    return {
        "number": notice.number,
        "kind": notice.kind,
        "kind_name": kind_of(notice).name.in_language(get_language()),
        "place": notice.place.code,
        "place_name": notice.place.name,
        "state": notice.state,
        "title": notice.title if is_readable else "",
        "begins_on": notice.begins_on,
        "ends_on": notice.ends_on,
        "objections_until": notice.objections_until,
        "stays_until": notice.stays_until,
        "published_at": notice.published_at,
        "is_settled": notice.settled_at is not None,
        "names_people": notice.names_people,
        "attachment_count": len(notice.attachments.all()) if is_readable else 0,
        "gone": gone_in_words(notice, at=timezone.now()),
        "digest": notice.digest,
    }


def attachments_of(rows: Iterable[Attachment]) -> list[dict[str, Any]]:
    names = ("content_type", "byte_count", "digest")
    return [
        {name: getattr(row, name) for name in names} | {"id": row.pk, "name": row.file_name}
        for row in rows
    ]


def detail_of(notice: Notice) -> dict[str, Any]:
    is_readable = notice.is_readable
    return out_of(notice) | {
        "body": notice.body if is_readable else "",
        "attachments": attachments_of(notice.attachments.all()) if is_readable else [],
        "tables": notice.facts.get("tables", []) if is_readable else [],
        "unsettled": queries.unsettled(notice, at=timezone.now()),
        "objections": [
            {
                "position": one.position,
                "received_at": one.objection.received_at,
                "text": one.words,
                "said_by": one.said_by,
                "answer": one.objection.answer,
                "is_upheld": one.objection.is_upheld,
                "answered_at": one.objection.answered_at,
            }
            for one in public_objections(notice)
        ]
        if is_readable
        else [],
        "remedy": _remedy(notice),
    }


def _remedy(notice: Notice) -> str:
    remedy = kind_of(notice).remedy
    return remedy.in_language(get_language()) if remedy is not None else ""


def page_of(rows: Any, number: int) -> dict[str, Any]:
    page = Paginator(rows, queries.PAGE_SIZE).get_page(number)
    return {
        "notices": [out_of(notice) for notice in page.object_list],
        "count": page.paginator.count,
        "page": page.number,
        "page_count": page.paginator.num_pages,
    }


@router.get(
    "/boards/{code}/notices", auth=OPTIONAL, response=NoticesOut, summary="A place's notice board"
)
def list_board(request: HttpRequest, code: str, query: Query[BoardQuery]) -> dict[str, Any]:
    """Running notices, unless `which` says otherwise."""
    narrowed = BoardFilter.from_query(query.dict(exclude={"page"}))
    return page_of(queries.board(board_place(code), narrowed, at=timezone.now()), query.page)


@router.get("/boards/{code}/feed.atom", auth=OPTIONAL, summary="A board's feed (Atom)")
def show_feed(request: HttpRequest, code: str) -> HttpResponse:
    made = feed_of(request, board_place(code), "atom", at=timezone.now())
    return asked_again(request, made, FEED_TYPES["atom"], names_people=False)


@router.get("/notices/{notice}", auth=OPTIONAL, response=NoticeDetailOut, summary="One notice")
def show_notice(request: HttpRequest, notice: str, response: HttpResponse) -> dict[str, Any]:
    """Of what was taken down: when and why, without its words."""
    found = public_notice(notice)
    response.headers["Cache-Control"] = "no-store"
    if found.names_people or not found.is_readable:
        response.headers["X-Robots-Tag"] = "noindex, noarchive"
    return detail_of(found)


@router.get(
    "/notices/{notice}/files/{uuid:notice_file}",
    auth=OPTIONAL,
    summary="A photo or document of a notice",
)
def show_attachment(
    request: HttpRequest,
    notice: str,
    notice_file: UUID,
    small: bool = False,  # noqa: FBT001, FBT002
) -> HttpResponse:
    """A document to be saved; with `small` a photo as lists show it."""
    found = public_notice(notice)
    row = public_attachment(found, notice_file)
    check_readable(found, at=timezone.now())
    return attached(request, row, is_small=small, names_people=found.names_people)


@router.get("/notices/{notice}/poster.pdf", auth=OPTIONAL, summary="The notice on paper")
def show_poster(
    request: HttpRequest,
    notice: str,
    paper: str = "a3",
    red: bool = False,  # noqa: FBT001, FBT002
) -> HttpResponse:
    """A3, or `paper=a4`; `red` colours white paper."""
    found = public_notice(notice)
    check_readable(found, at=timezone.now())
    made = poster_pdf(
        found,
        address=request.build_absolute_uri(reverse("notice", args=[found.number])),
        paper="a4" if paper == "a4" else "a3",
        is_red=red,
    )
    return asked_again(request, made, "application/pdf", names_people=found.names_people)


# --- objections -------------------------------------------------------------------------------


def receipt_of(objection: Objection) -> dict[str, Any]:
    return {
        "code": objection.receipt_code,
        "notice": objection.notice.number,
        "position": objection.position,
        "text": objection.text,
        "is_removal": objection.is_removal,
        "received_at": objection.received_at,
        "due_at": objection.clock.due_at,
        "due_why": explain_clock(objection.clock),
        "answer": objection.answer,
        "is_upheld": objection.is_upheld,
        "answered_at": objection.answered_at,
        "remedy": _remedy(objection.notice),
    }


@router.post(
    "/notices/{notice}/objections",
    auth=OPTIONAL,
    response={201: ObjectionReceiptOut},
    summary="Object to a notice, or propose something",
)
def object_to(
    request: HttpRequest, notice: str, entered: NoticeObjectionIn
) -> Status[dict[str, Any]]:
    """Nobody has to sign in or say who they are; the code of the receipt opens the answer."""
    who = None if entered.is_nameless else person(request)
    made = services.object_to(
        notice=public_notice(notice),
        by=who,
        at=timezone.now(),
        network=network_of(client_address(request)),
        **entered.dict(exclude={"is_nameless"}),
    )
    return Status(201, receipt_of(made))


@router.post(
    "/notices/{notice}/objections-for-others",
    auth=REQUIRED,
    response={201: ObjectionReceiptOut},
    summary="Enter an objection for somebody without a phone",
)
def object_for_others(
    request: HttpRequest, notice: str, entered: NoticeObjectionForOthersIn
) -> Status[dict[str, Any]]:
    found = public_notice(notice)
    check_may_enter(standing(request), found)
    made = services.object_to(
        notice=found, entered_by=signed_person(request), at=timezone.now(), **entered.dict()
    )
    return Status(201, receipt_of(made))


@router.get(
    "/objections/{receipt}",
    auth=OPTIONAL,
    response=ObjectionReceiptOut,
    summary="Follow by a receipt's code",
)
def show_receipt(request: HttpRequest, receipt: str) -> dict[str, Any]:
    found = objection_of_receipt(
        receipt, network=network_of(client_address(request)), at=timezone.now()
    )
    return receipt_of(found)


@router.get(
    "/me/objections",
    auth=REQUIRED,
    response=list[ObjectionReceiptOut],
    summary="What I objected to",
)
def list_own(request: HttpRequest) -> list[dict[str, Any]]:
    """The newest hundred, without their codes, which stand on the receipts alone."""
    return [receipt_of(one) for one in own_objections(standing(request))[:100]]
