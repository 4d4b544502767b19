"""The desk's API: notices kept, objections answered, drafts written and published."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import File, Query, Router, UploadedFile
from ninja.responses import Status

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.requests import standing
from xiangyue.documents.files import uploaded
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Place
from xiangyue.publicity import queries, services
from xiangyue.publicity.access import (
    desk_notice,
    desk_objection,
    draft_for,
    drafts_of,
    kept_attachment,
    notices_of,
)
from xiangyue.publicity.api.public import attachments_of, detail_of, page_of
from xiangyue.publicity.kinds import may_answer
from xiangyue.publicity.models import NoticeDraft
from xiangyue.publicity.pages.desk import attachment, signed_person, with_notices
from xiangyue.publicity.queries import DeskFilter
from xiangyue.publicity.reading import note_objectors_read
from xiangyue.publicity.schemas import (
    KeptNoticeOut,
    KeptQuery,
    NoticeAnswerIn,
    NoticeDraftIn,
    NoticeDraftOut,
    NoticesOut,
    NoticeTakeDownIn,
    NoticeVersionIn,
)
from xiangyue.publicity.showing import named

router = Router(tags=["notices"])


@router.get(
    "/kept-notices", auth=REQUIRED, response=NoticesOut, summary="Notices of the boards I keep"
)
def list_kept(request: HttpRequest, query: Query[KeptQuery]) -> dict[str, Any]:
    mine = with_notices(request)
    narrowed = DeskFilter.from_query(query.dict(exclude={"page"}))
    return page_of(queries.kept(notices_of(mine), narrowed, at=timezone.now()), query.page)


def _kept(request: HttpRequest, number: str) -> dict[str, Any]:
    mine = with_notices(request)
    notice = desk_notice(mine, number)
    answers = may_answer(mine, notice)
    rows = list(notice.objections.select_related("person", "clock"))
    if answers:
        note_objectors_read(rows, notice=notice, reader=signed_person(request), at=timezone.now())
    return detail_of(notice) | {
        "take_down_reason": notice.take_down_reason,
        "is_erased": notice.is_erased,
        "kept_objections": [
            {
                "id": one.pk,
                "position": one.position,
                "text": one.text,
                "said_by": named(one) if answers else "",
                "contact": one.contact if answers else "",
                "is_removal": one.is_removal,
                "received_at": one.received_at,
                "due_at": one.clock.due_at,
                "answer": one.answer,
                "is_upheld": one.is_upheld,
                "answered_at": one.answered_at,
            }
            for one in rows
        ],
    }


@router.get(
    "/kept-notices/{notice}", auth=REQUIRED, response=KeptNoticeOut, summary="A notice at the desk"
)
def show_kept(request: HttpRequest, notice: str) -> dict[str, Any]:
    return _kept(request, notice)


@router.post(
    "/kept-notices/{notice}/take-down",
    auth=REQUIRED,
    response=KeptNoticeOut,
    summary="Take a notice down everywhere, with a reason",
)
def take_down(request: HttpRequest, notice: str, entered: NoticeTakeDownIn) -> dict[str, Any]:
    mine = with_notices(request)
    services.take_down(
        notice=desk_notice(mine, notice),
        by=signed_person(request),
        at=timezone.now(),
        **entered.dict(),
    )
    return _kept(request, notice)


@router.post(
    "/kept-notices/{notice}/again",
    auth=REQUIRED,
    response={201: NoticeDraftOut},
    summary="Write a notice again",
)
def write_again(request: HttpRequest, notice: str) -> Status[dict[str, Any]]:
    mine = with_notices(request)
    made = services.draft_again(
        notice=desk_notice(mine, notice), by=signed_person(request), at=timezone.now()
    )
    return Status(201, _draft(made))


@router.post(
    "/kept-objections/{uuid:notice_objection_id}/answer",
    auth=REQUIRED,
    response=KeptNoticeOut,
    summary="Answer an objection",
)
def answer(
    request: HttpRequest, notice_objection_id: UUID, entered: NoticeAnswerIn
) -> dict[str, Any]:
    mine = with_notices(request)
    found = desk_objection(mine, notice_objection_id)
    services.answer_objection(
        objection=found, by=signed_person(request), at=timezone.now(), **entered.dict()
    )
    return _kept(request, found.notice.number)


# --- drafts -----------------------------------------------------------------------------------


def _draft(draft: NoticeDraft) -> dict[str, Any]:
    names = ("kind", "title", "body", "table", "days", "names_people", "written_at", "version")
    return {name: getattr(draft, name) for name in names} | {
        "id": draft.pk,
        "place": draft.place.code,
        "attachments": attachments_of(draft.attachments.all()),
    }


@router.get(
    "/notice-drafts", auth=REQUIRED, response=list[NoticeDraftOut], summary="My boards' drafts"
)
def list_drafts(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        _draft(one)
        for one in drafts_of(with_notices(request)).prefetch_related("attachments")[:100]
    ]


def _place(code: str) -> Place:
    found: Place | None = Place.objects.filter(code=code, is_active=True).first()
    if found is None:
        raise NotFound(_("There is no place with this code."))
    return found


@router.post(
    "/notice-drafts", auth=REQUIRED, response={201: NoticeDraftOut}, summary="Begin a notice"
)
def write(request: HttpRequest, entered: NoticeDraftIn) -> Status[dict[str, Any]]:
    facts = entered.dict(exclude={"place", "version"})
    made = services.write_draft(
        place=_place(entered.place), by=signed_person(request), at=timezone.now(), **facts
    )
    return Status(201, _draft(made))


@router.get(
    "/notice-drafts/{uuid:draft_id}", auth=REQUIRED, response=NoticeDraftOut, summary="A draft"
)
def show_draft(request: HttpRequest, draft_id: UUID) -> dict[str, Any]:
    return _draft(draft_for(standing(request), draft_id))


@router.put(
    "/notice-drafts/{uuid:draft_id}",
    auth=REQUIRED,
    response=NoticeDraftOut,
    summary="Go on writing",
)
def rewrite(request: HttpRequest, draft_id: UUID, entered: NoticeDraftIn) -> dict[str, Any]:
    found = draft_for(standing(request), draft_id)
    kept = services.write_draft(
        place=_place(entered.place),
        by=signed_person(request),
        at=timezone.now(),
        draft=found,
        seen_version=entered.version,
        **entered.dict(exclude={"place", "version"}),
    )
    return _draft(kept)


@router.delete(
    "/notice-drafts/{uuid:draft_id}", auth=REQUIRED, response={204: None}, summary="Throw it away"
)
def discard(request: HttpRequest, draft_id: UUID) -> Status[None]:
    services.discard_draft(
        draft=draft_for(standing(request), draft_id),
        by=signed_person(request),
        at=timezone.now(),
    )
    return Status(204, None)


@router.post(
    "/notice-drafts/{uuid:draft_id}/files",
    auth=REQUIRED,
    response={201: NoticeDraftOut},
    summary="Put a photo or PDF under a draft",
)
def attach(
    request: HttpRequest, draft_id: UUID, file: File[UploadedFile]
) -> Status[dict[str, Any]]:
    """Told by its content; a photo is drawn anew without place and camera."""
    mine = standing(request)
    services.add_attachment(
        draft=draft_for(mine, draft_id),
        upload=uploaded(file),
        by=signed_person(request),
        at=timezone.now(),
    )
    return Status(201, _draft(draft_for(mine, draft_id)))


@router.get(
    "/kept-notice-files/{uuid:kept_file}",
    auth=REQUIRED,
    summary="A photo or document of a draft or notice at the desk",
)
def show_attachment(request: HttpRequest, kept_file: UUID) -> HttpResponse:
    return attachment(request, kept_file)


@router.delete(
    "/kept-notice-files/{uuid:kept_file}",
    auth=REQUIRED,
    response=NoticeDraftOut,
    summary="Take a photo or document away from a draft",
)
def detach(request: HttpRequest, kept_file: UUID) -> dict[str, Any]:
    draft = services.remove_attachment(
        attachment=kept_attachment(standing(request), kept_file),
        by=signed_person(request),
        at=timezone.now(),
    )
    return _draft(draft)


@router.post(
    "/notice-drafts/{uuid:draft_id}/publish",
    auth=REQUIRED,
    response={201: KeptNoticeOut},
    summary="Publish it: from then on nothing of it changes",
)
def publish(
    request: HttpRequest, draft_id: UUID, entered: NoticeVersionIn
) -> Status[dict[str, Any]]:
    mine = standing(request)
    made = services.publish_draft(
        draft=draft_for(mine, draft_id),
        by=signed_person(request),
        at=timezone.now(),
        seen_version=entered.version,
    )
    return Status(201, _kept(request, made.number))
