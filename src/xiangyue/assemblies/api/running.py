"""Calling and running meetings: what the desk and the tablet do."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router
from ninja.responses import Status

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.requests import standing
from xiangyue.access.rules import Standing
from xiangyue.assemblies import access, queries, services
from xiangyue.assemblies.api.public import detail_of, narrowed, page_of
from xiangyue.assemblies.kinds import KEEP
from xiangyue.assemblies.models import Attendance, Here, Item, Sitting, WishState
from xiangyue.assemblies.pages import me
from xiangyue.assemblies.pages.room import chosen
from xiangyue.assemblies.schemas import (
    AnnounceSittingIn,
    InvitedPersonOut,
    KeptSittingQuery,
    MoveSittingIn,
    OpenSittingIn,
    RunSittingOut,
    SittingAmendIn,
    SittingDecideIn,
    SittingHandsIn,
    SittingItemChangeIn,
    SittingItemIn,
    SittingListIn,
    SittingListOut,
    SittingMarkIn,
    SittingMotionIn,
    SittingNoteIn,
    SittingOrderIn,
    SittingReasonIn,
    SittingRollIn,
    SittingSecondIn,
    SittingsOut,
    SittingSpeakIn,
    SittingVoteIn,
    SittingWishAnswerIn,
)
from xiangyue.assemblies.showing import here_by_name
from xiangyue.councils.models import Council
from xiangyue.kernel.refusals import NotAllowed, NotFound
from xiangyue.places.models import Place

router = Router(tags=["assemblies"], auth=REQUIRED)
RUN = "/kept-sittings/{uuid:sitting_id}"
ITEM = "/sitting-items/{uuid:agenda_item_id}"
MOTION = "/sitting-motions/{uuid:motion_id}"
AMENDMENT = "/sitting-amendments/{uuid:amendment_id}"
Out = dict[str, Any]


def _with_sittings(request: HttpRequest) -> Standing:
    mine = standing(request)
    if not mine.may_somewhere(KEEP):
        raise NotAllowed(_("Your posts do not include this page."))
    return mine


def _run(request: HttpRequest, sitting_id: UUID) -> Out:
    found = access.sitting_to_run(standing(request), sitting_id)
    coming, not_coming = queries.coming_counts(found)
    queue = []
    for item in queries.agenda(found):
        now, waiting = queries.speakers(item)
        if now is not None or waiting:
            queue.append(
                {
                    "item": item.pk,
                    "speaks": now.attendance.name if now is not None else "",
                    "waiting": [turn.attendance.name for turn in waiting],
                }
            )
    return detail_of(request, found) | {
        "here": here_by_name(found),
        "queue": queue,
        "wishes": list(found.wishes.filter(state=WishState.ASKED)),
        "invited_count": found.invitations.count(),
        "coming_count": coming,
        "not_coming_count": not_coming,
    }


def _here(sitting: Sitting, key: int) -> Attendance:
    """:raises NotFound: nobody who is here has this key."""
    found = sitting.attendances.filter(pk=key).first() if 0 < key < 2**63 else None
    if found is None:
        raise NotFound(_("There is nobody like this among those who are here."))
    return found


@router.get("/kept-sittings", response=SittingsOut, summary="Meetings that I run")
def list_kept(request: HttpRequest, query: Query[KeptSittingQuery]) -> Out:
    rows, now = access.sittings_to_run(_with_sittings(request)), timezone.now()
    if query.which == "held":
        rows = queries.held(rows)
    elif query.which == "all":
        rows = rows.order_by("-starts_at", "pk")
    else:
        rows = queries.to_come(rows, at=now)
    if query.q:
        rows = rows.filter(title__icontains=query.q.replace("\x00", ""))
    return page_of(narrowed(rows, query.place), query.page)


@router.post("/kept-sittings", response={201: RunSittingOut}, summary="Call a meeting")
def announce(request: HttpRequest, entered: AnnounceSittingIn) -> Status[Out]:
    _with_sittings(request)
    facts = entered.dict(exclude={"place", "council"})
    place = Place.objects.filter(code=entered.place, is_active=True).first()
    if place is None:
        raise NotFound(_("There is no place with this code."))
    council = None
    if entered.council is not None:
        council = Council.objects.filter(pk=entered.council, place=place).first()
        if council is None:
            raise NotFound(_("There is no such council here."))
    made = services.announce(
        place=place, council=council, by=me(request), at=timezone.now(), **facts
    )
    return Status(201, _run(request, made.pk))


@router.get(RUN, response=RunSittingOut, summary="A meeting as who runs it sees it")
def show_kept(request: HttpRequest, sitting_id: UUID) -> Out:
    return _run(request, sitting_id)


@router.get(
    RUN + "/invited", response=list[InvitedPersonOut],
    summary="Who is told by word of mouth, by where they live",
)  # fmt: skip
def invited(request: HttpRequest, sitting_id: UUID, page: int = 1) -> list[Out]:
    found = access.sitting_to_run(standing(request), sitting_id)
    start = max(0, min(page, 10_000) - 1) * 200
    rows = queries.invited_without_phone(found)[start : start + 200]
    return [
        {
            "grid": row.person.household.grid.name if row.person.household else "",
            "address": row.person.household.address if row.person.household else "",
            "name": row.person.name,
        }
        for row in rows
    ]


@router.post(RUN + "/move", response=RunSittingOut, summary="Hold it at another time or place")
def move_sitting(request: HttpRequest, sitting_id: UUID, entered: MoveSittingIn) -> Out:
    found = access.sitting_to_run(standing(request), sitting_id)
    services.move_sitting(
        sitting=found, by=me(request), at=timezone.now(), seen_version=entered.version,
        **entered.dict(exclude={"version"}),
    )  # fmt: skip
    return _run(request, sitting_id)


@router.post(RUN + "/call-off", response=RunSittingOut, summary="Call it off")
def call_off(request: HttpRequest, sitting_id: UUID, entered: SittingReasonIn) -> Out:
    found = access.sitting_to_run(standing(request), sitting_id)
    services.call_off(
        sitting=found, by=me(request), at=timezone.now(), reason=entered.reason,
        seen_version=entered.version,
    )  # fmt: skip
    return _run(request, sitting_id)


@router.post(RUN + "/items", response=RunSittingOut, summary="A further item")
def add_item(request: HttpRequest, sitting_id: UUID, entered: SittingItemIn) -> Out:
    found = access.sitting_to_run(standing(request), sitting_id)
    services.add_item(sitting=found, by=me(request), at=timezone.now(), **entered.dict())
    return _run(request, sitting_id)


@router.post(RUN + "/roll", response=RunSittingOut, summary="Who belongs to it")
def roll(request: HttpRequest, sitting_id: UUID, entered: SittingRollIn) -> Out:
    found = access.sitting_to_run(standing(request), sitting_id)
    now = timezone.now()
    if entered.roll is not None:
        chosen_roll = access.rolls_for(found).filter(pk=entered.roll).first()
        if chosen_roll is None:
            raise NotFound(_("There is no such roll on which this meeting meets."))
        services.choose_roll(sitting=found, roll=chosen_roll, by=me(request), at=now)
    else:
        services.expect(sitting=found, count=entered.count or 0, by=me(request), at=now)
    return _run(request, sitting_id)


@router.post(RUN + "/open", response=RunSittingOut, summary="Open it")
def open_sitting(request: HttpRequest, sitting_id: UUID, entered: OpenSittingIn) -> Out:
    found, now = access.sitting_to_run(standing(request), sitting_id), timezone.now()
    people = access.people_to_chair(found, at=now)
    chair = people.filter(pk=entered.chair).first()
    writer = people.filter(pk=entered.minute_taker).first()
    if chair is None or writer is None:
        raise NotFound(_("There is nobody like this who chairs or writes here."))
    services.open_sitting(sitting=found, chair=chair, minute_taker=writer, by=me(request), at=now)
    return _run(request, sitting_id)


@router.post(RUN + "/close", response=RunSittingOut, summary="Close it and draft its minutes")
def close_sitting(request: HttpRequest, sitting_id: UUID) -> Out:
    found, now = access.sitting_to_run(standing(request), sitting_id), timezone.now()
    closed = services.close_sitting(sitting=found, by=me(request), at=now)
    services.draft_minutes(sitting=closed, by=me(request), at=now)
    return _run(request, sitting_id)


@router.post(RUN + "/here", response=RunSittingOut, summary="Somebody is here")
def mark(request: HttpRequest, sitting_id: UUID, entered: SittingMarkIn) -> Out:
    found = access.sitting_to_run(standing(request), sitting_id)
    services.mark_attendance(
        sitting=found, how=Here.LIST, by=me(request), at=timezone.now(),
        **chosen(found, entered.who, entered.name),
    )  # fmt: skip
    return _run(request, sitting_id)


@router.post(RUN + "/paper-list", response=SittingListOut, summary="Type in a paper list")
def type_in_list(request: HttpRequest, sitting_id: UUID, entered: SittingListIn) -> Out:
    found = access.sitting_to_run(standing(request), sitting_id)
    count, unclear = services.type_in_list(
        sitting=found, by=me(request), at=timezone.now(), **entered.dict()
    )
    return {"count": count, "unclear": unclear}


@router.delete(
    "/sitting-here/{attendance_id}", response={204: None}, summary="Take back a mark made in error"
)
def unmark(request: HttpRequest, attendance_id: int) -> Status[None]:
    key = attendance_id if 0 < attendance_id < 2**63 else 0
    row = access.attendance_to_run(standing(request), key)
    services.take_back_attendance(attendance=row, by=me(request), at=timezone.now())
    return Status(204, None)


@router.post(
    "/sitting-wishes/{uuid:wish_id}/answer", response=RunSittingOut,
    summary="Answer an item that was asked for",
)  # fmt: skip
def answer_wish(request: HttpRequest, wish_id: UUID, entered: SittingWishAnswerIn) -> Out:
    wish = access.wish_to_answer(standing(request), wish_id)
    services.answer_wish(wish=wish, by=me(request), at=timezone.now(), **entered.dict())
    return _run(request, wish.sitting_id)


# --- items ------------------------------------------------------------------------------------


def _item(request: HttpRequest, key: UUID) -> Item:
    return access.item_to_run(standing(request), key)


@router.put(ITEM, response=RunSittingOut, summary="Change an item; it is announced anew")
def change_item(request: HttpRequest, agenda_item_id: UUID, entered: SittingItemChangeIn) -> Out:
    found = _item(request, agenda_item_id)
    services.change_item(item=found, by=me(request), at=timezone.now(), **entered.dict())
    return _run(request, found.sitting_id)


@router.post(ITEM + "/take-up", response=RunSittingOut, summary="Put it before the room")
def take_up(request: HttpRequest, agenda_item_id: UUID) -> Out:
    found = _item(request, agenda_item_id)
    services.take_up_item(item=found, by=me(request), at=timezone.now())
    return _run(request, found.sitting_id)


@router.post(ITEM + "/notes", response=RunSittingOut, summary="Write down what was said")
def note(request: HttpRequest, agenda_item_id: UUID, entered: SittingNoteIn) -> Out:
    found = _item(request, agenda_item_id)
    services.write_note(item=found, text=entered.text, by=me(request), at=timezone.now())
    return _run(request, found.sitting_id)


@router.post(ITEM + "/speak", response=RunSittingOut, summary="Somebody asks to speak")
def speak(request: HttpRequest, agenda_item_id: UUID, entered: SittingSpeakIn) -> Out:
    found, who = _item(request, agenda_item_id), me(request)
    if entered.attendance is not None:
        row: Attendance | None = _here(found.sitting, entered.attendance)
    else:
        row = queries.attendance_of(found.sitting, who.pk)
    if row is None:
        raise services.WrongPerson(_("Only who is here can ask to speak."))
    services.ask_to_speak(item=found, attendance=row, by=who, at=timezone.now())
    return _run(request, found.sitting_id)


@router.post(ITEM + "/next", response=RunSittingOut, summary="The next speaks")
def call_next(request: HttpRequest, agenda_item_id: UUID) -> Out:
    found = _item(request, agenda_item_id)
    services.call_next(item=found, by=me(request), at=timezone.now())
    return _run(request, found.sitting_id)


@router.post(ITEM + "/motions", response=RunSittingOut, summary="A motion")
def move(request: HttpRequest, agenda_item_id: UUID, entered: SittingMotionIn) -> Out:
    found = _item(request, agenda_item_id)
    services.move(
        item=found, text=entered.text, mover=_here(found.sitting, entered.mover),
        seconder=_here(found.sitting, entered.seconder) if entered.seconder is not None else None,
        by=me(request), at=timezone.now(),
    )  # fmt: skip
    return _run(request, found.sitting_id)


@router.post(ITEM + "/vote", response=RunSittingOut, summary="A vote decides the item")
def vote(request: HttpRequest, agenda_item_id: UUID, entered: SittingVoteIn) -> Out:
    found = _item(request, agenda_item_id)
    ballot = access.ballots_for(found).filter(pk=entered.ballot).first()
    if ballot is None:
        raise NotFound(_("There is no such vote that may decide this item."))
    services.bind_ballot(item=found, ballot=ballot, by=me(request), at=timezone.now())
    return _run(request, found.sitting_id)


@router.post(ITEM + "/decide", response=RunSittingOut, summary="What was decided")
def decide(request: HttpRequest, agenda_item_id: UUID, entered: SittingDecideIn) -> Out:
    found = _item(request, agenda_item_id)
    motion = None
    if entered.motion is not None:
        motion = found.motions.filter(pk=entered.motion).first()
        if motion is None:
            raise NotFound(_("There is no such motion."))
    services.decide_item(
        item=found, outcome=entered.outcome, text=entered.text, motion=motion, by=me(request),
        at=timezone.now(),
    )  # fmt: skip
    return _run(request, found.sitting_id)


# --- motions and amendments -------------------------------------------------------------------


@router.post(MOTION + "/second", response=RunSittingOut, summary="Second a motion")
def second(request: HttpRequest, motion_id: UUID, entered: SittingSecondIn) -> Out:
    found = access.motion_to_run(standing(request), motion_id)
    services.second(
        motion=found, seconder=_here(found.sitting, entered.seconder), by=me(request),
        at=timezone.now(),
    )  # fmt: skip
    return _run(request, found.sitting_id)


@router.post(MOTION + "/withdraw", response=RunSittingOut, summary="Withdraw a motion")
def withdraw_motion(request: HttpRequest, motion_id: UUID) -> Out:
    found = access.motion_to_run(standing(request), motion_id)
    services.withdraw_motion(motion=found, by=me(request), at=timezone.now())
    return _run(request, found.sitting_id)


@router.post(MOTION + "/amendments", response=RunSittingOut, summary="An amendment")
def amend(request: HttpRequest, motion_id: UUID, entered: SittingAmendIn) -> Out:
    found = access.motion_to_run(standing(request), motion_id)
    services.amend(
        motion=found, text=entered.text, mover=_here(found.sitting, entered.mover),
        by=me(request), at=timezone.now(),
    )  # fmt: skip
    return _run(request, found.sitting_id)


@router.put(MOTION + "/order", response=RunSittingOut, summary="The order of the amendments")
def order(request: HttpRequest, motion_id: UUID, entered: SittingOrderIn) -> Out:
    found = access.motion_to_run(standing(request), motion_id)
    services.order_amendments(
        motion=found, positions=entered.positions, by=me(request), at=timezone.now()
    )
    return _run(request, found.sitting_id)


@router.post(AMENDMENT + "/decide", response=RunSittingOut, summary="Decide an amendment")
def decide_amendment(request: HttpRequest, amendment_id: UUID, entered: SittingHandsIn) -> Out:
    found = access.amendment_to_run(standing(request), amendment_id)
    services.decide_amendment(amendment=found, by=me(request), at=timezone.now(), **entered.dict())
    return _run(request, found.sitting_id)


@router.post(AMENDMENT + "/withdraw", response=RunSittingOut, summary="Withdraw an amendment")
def withdraw_amendment(request: HttpRequest, amendment_id: UUID) -> Out:
    found = access.amendment_to_run(standing(request), amendment_id)
    services.withdraw_amendment(amendment=found, by=me(request), at=timezone.now())
    return _run(request, found.sitting_id)
