"""Forming, seating, publishing and asking in, for those who keep councils."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router
from ninja.responses import Status

from xiangyue.access.authentication import REQUIRED
from xiangyue.councils import access, coverage, queries, services
from xiangyue.councils.api.schemas import (
    CouncilComeIn,
    CouncilCoverageOut,
    CouncilCoverageQuery,
    CouncilDecideIn,
    CouncilDetailOut,
    CouncilDissolveIn,
    CouncilFormIn,
    CouncilListQuery,
    CouncilMatterIn,
    CouncilMatterOut,
    CouncilPaperAnswerIn,
    CouncilReplaceIn,
    CouncilSeatIn,
    CouncilsOut,
    CouncilStakeIn,
    CouncilStakeOut,
    CouncilWhyIn,
)
from xiangyue.councils.api.telling import (
    detail,
    matter_detail,
    page_of,
    place_with,
    signed_in,
    stake_row,
)
from xiangyue.councils.finding import person_called, unit_called
from xiangyue.councils.models import Council, Matter
from xiangyue.councils.pages import with_councils
from xiangyue.kernel.refusals import NotAllowed

router = Router()


def _detail(request: HttpRequest, found: Council) -> dict[str, Any]:
    now = timezone.now()
    found = access.public_council(found.pk)
    return detail(found, signed_in(request), on=timezone.localdate(now), at=now)


def _kept(request: HttpRequest, council_id: UUID) -> Council:
    mine = with_councils(request)
    found = access.kept_council(mine, council_id)
    if not access.keeps_it(mine, found):
        raise NotAllowed(_("Your posts do not include the councils here."))
    return found


@router.get("/kept-councils", auth=REQUIRED, response=CouncilsOut, summary="Those I keep or see")
def list_kept(request: HttpRequest, query: Query[CouncilListQuery]) -> dict[str, Any]:
    rows = access.kept_councils(with_councils(request))
    return page_of(queries.listed(rows, query.which), query.page)


@router.post(
    "/kept-councils", auth=REQUIRED, response={201: CouncilDetailOut}, summary="Form a council"
)
def form_council(request: HttpRequest, entered: CouncilFormIn) -> Status[dict[str, Any]]:
    with_councils(request)
    made = services.form(
        place=place_with(entered.place), by=signed_in(request), at=timezone.now(),
        kind=entered.kind, came_about=entered.came_about,
    )  # fmt: skip
    return Status(201, _detail(request, made))


@router.get(
    "/council-coverage",
    auth=REQUIRED,
    response=CouncilCoverageOut,
    summary="Which villages have which council, and whether it is whole",
)
def show_coverage(request: HttpRequest, query: Query[CouncilCoverageQuery]) -> dict[str, Any]:
    mine, now = with_councils(request), timezone.now()
    rows = coverage.places_for(mine, kind=query.kind, which=query.how, at=now)
    page = Paginator(rows, 50).get_page(query.page)
    names = ("key", "name", "place_count", "whole", "lacking", "forming", "none")
    return {
        "rows": [
            {name: getattr(one, name) for name in names}
            for one in coverage.rows_for(mine, at=now)
        ],
        "places": [
            {
                "place": one.place.code, "place_name": one.place.name, "which": one.which,
                "council": one.council.pk if one.council is not None else None,
            }
            for one in page
        ],
        "count": page.paginator.count,
        "page": page.number,
    }  # fmt: skip


@router.get(
    "/kept-councils/{uuid:council_id}",
    auth=REQUIRED,
    response=CouncilDetailOut,
    summary="One at the desk",
)
def show_kept(request: HttpRequest, council_id: UUID) -> dict[str, Any]:
    return _detail(request, access.kept_council(with_councils(request), council_id))


@router.post(
    "/kept-councils/{uuid:council_id}/seats",
    auth=REQUIRED,
    response={201: CouncilDetailOut},
    summary="Name somebody for a seat",
)
def seat_somebody(
    request: HttpRequest, council_id: UUID, entered: CouncilSeatIn
) -> Status[dict[str, Any]]:
    found = _kept(request, council_id)
    services.seat(
        council=found,
        by=signed_in(request),
        at=timezone.now(),
        person=person_called(entered.name, found.place, phone=entered.phone),
        organisation=unit_called(entered.unit, found.place),
        **entered.dict(exclude={"phone", "unit"}),
    )
    return Status(201, _detail(request, found))


@router.post(
    "/kept-councils/{uuid:council_id}/publish",
    auth=REQUIRED,
    response=CouncilDetailOut,
    summary="Put the roster on the board",
)
def publish(request: HttpRequest, council_id: UUID) -> dict[str, Any]:
    found = _kept(request, council_id)
    services.publish_roster(council=found, by=signed_in(request), at=timezone.now())
    return _detail(request, found)


@router.post(
    "/kept-councils/{uuid:council_id}/begin",
    auth=REQUIRED,
    response=CouncilDetailOut,
    summary="Let it sit",
)
def begin(request: HttpRequest, council_id: UUID) -> dict[str, Any]:
    found = _kept(request, council_id)
    services.begin_sitting(council=found, by=signed_in(request), at=timezone.now())
    return _detail(request, found)


@router.post(
    "/kept-councils/{uuid:council_id}/dissolve",
    auth=REQUIRED,
    response=CouncilDetailOut,
    summary="End it",
)
def dissolve(request: HttpRequest, council_id: UUID, entered: CouncilDissolveIn) -> dict[str, Any]:
    found = _kept(request, council_id)
    services.dissolve(
        council=found, by=signed_in(request), reason=entered.reason, at=timezone.now()
    )
    return _detail(request, found)


@router.post(
    "/kept-councils/{uuid:council_id}/matters",
    auth=REQUIRED,
    response={201: CouncilMatterOut},
    summary="Lay a matter before it",
)
def take_up(
    request: HttpRequest, council_id: UUID, entered: CouncilMatterIn
) -> Status[dict[str, Any]]:
    made = services.take_up(
        council=_kept(request, council_id), title=entered.title, by=signed_in(request),
        at=timezone.now(),
    )  # fmt: skip
    return Status(201, matter_detail(made, reads=True, at=timezone.now()))


@router.post(
    "/kept-council-seats/{uuid:council_seat_id}/answer",
    auth=REQUIRED,
    response=CouncilDetailOut,
    summary="Enter what somebody answered on paper, or ask them no longer",
)
def answer_on_paper(
    request: HttpRequest, council_seat_id: UUID, entered: CouncilPaperAnswerIn
) -> dict[str, Any]:
    seat = access.kept_seat(with_councils(request), council_seat_id)
    who, now = signed_in(request), timezone.now()
    if entered.said == "withdraw":
        services.withdraw_offer(seat=seat, by=who, at=now)
    else:
        services.answer_seat(seat=seat, accepts=entered.said == "yes", entered_by=who, at=now)
    return _detail(request, seat.council)


@router.post(
    "/kept-council-seats/{uuid:council_seat_id}/end",
    auth=REQUIRED,
    response=CouncilDetailOut,
    summary="End somebody's seat, with a reason",
)
def end_seat(request: HttpRequest, council_seat_id: UUID, entered: CouncilWhyIn) -> dict[str, Any]:
    seat = access.kept_seat(with_councils(request), council_seat_id)
    services.end_seat(seat=seat, by=signed_in(request), why=entered.why, at=timezone.now())
    return _detail(request, seat.council)


@router.post(
    "/kept-council-seats/{uuid:council_seat_id}/replace",
    auth=REQUIRED,
    response=CouncilDetailOut,
    summary="End a seat and name a successor in one act",
)
def replace(
    request: HttpRequest, council_seat_id: UUID, entered: CouncilReplaceIn
) -> dict[str, Any]:
    old = access.kept_seat(with_councils(request), council_seat_id)
    services.replace(
        old=old,
        by=signed_in(request),
        at=timezone.now(),
        person=person_called(entered.name, old.council.place, phone=entered.phone),
        **entered.dict(exclude={"phone"}),
    )
    return _detail(request, old.council)


def _matter(found: Matter) -> dict[str, Any]:
    return matter_detail(found, reads=True, at=timezone.now())


@router.get(
    "/kept-council-matters/{uuid:council_matter_id}",
    auth=REQUIRED,
    response=CouncilMatterOut,
    summary="One matter at the desk",
)
def show_kept_matter(request: HttpRequest, council_matter_id: UUID) -> dict[str, Any]:
    return _matter(access.kept_matter(with_councils(request), council_matter_id))


@router.post(
    "/kept-council-matters/{uuid:council_matter_id}/stakes",
    auth=REQUIRED,
    response={201: CouncilStakeOut},
    summary="Ask in somebody whom it concerns",
)
def invite(
    request: HttpRequest, council_matter_id: UUID, entered: CouncilStakeIn
) -> Status[dict[str, Any]]:
    found = access.kept_matter(with_councils(request), council_matter_id)
    place = found.council.place
    made = services.invite_stakeholder(
        council=found.council,
        matter=found,
        by=signed_in(request),
        at=timezone.now(),
        person=person_called(entered.name, place, phone=entered.phone),
        organisation=unit_called(entered.unit, place),
        **entered.dict(exclude={"phone", "unit"}),
    )
    return Status(201, stake_row(made))


@router.post(
    "/kept-council-matters/{uuid:council_matter_id}/close",
    auth=REQUIRED,
    response=CouncilMatterOut,
    summary="The council is done with it",
)
def close(request: HttpRequest, council_matter_id: UUID) -> dict[str, Any]:
    found = access.kept_matter(with_councils(request), council_matter_id)
    return _matter(services.close_matter(matter=found, by=signed_in(request), at=timezone.now()))


@router.post(
    "/kept-stakes/{uuid:stake_id}/decide",
    auth=REQUIRED,
    response=CouncilStakeOut,
    summary="Answer who asks to be heard",
)
def decide(request: HttpRequest, stake_id: UUID, entered: CouncilDecideIn) -> dict[str, Any]:
    found = access.kept_stake(with_councils(request), stake_id)
    return stake_row(
        services.answer_ask(
            stakeholder=found, by=signed_in(request), at=timezone.now(), **entered.dict()
        )
    )


@router.post(
    "/kept-stakes/{uuid:stake_id}/answer",
    auth=REQUIRED,
    response=CouncilStakeOut,
    summary="Enter on paper whether somebody comes",
)
def enter_answer(request: HttpRequest, stake_id: UUID, entered: CouncilComeIn) -> dict[str, Any]:
    found = access.kept_stake(with_councils(request), stake_id)
    return stake_row(
        services.answer_invitation(
            stakeholder=found, entered_by=signed_in(request), at=timezone.now(),
            accepts=entered.accepts,
        )
    )  # fmt: skip
