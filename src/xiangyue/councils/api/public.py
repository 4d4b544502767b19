"""Councils as everybody reads them, and what whoever sits or is asked does."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router
from ninja.responses import Status

from xiangyue.access.authentication import OPTIONAL, REQUIRED
from xiangyue.access.requests import person
from xiangyue.councils import access, queries, services
from xiangyue.councils.api.schemas import (
    CouncilComeIn,
    CouncilConcernedIn,
    CouncilDetailOut,
    CouncilListQuery,
    CouncilMatterOut,
    CouncilOwnOut,
    CouncilOwnSeatOut,
    CouncilSeatAnswerIn,
    CouncilsOut,
    CouncilStakeOut,
    CouncilWhyIn,
)
from xiangyue.councils.api.telling import (
    detail,
    matter_detail,
    own_seat_row,
    page_of,
    signed_in,
    stake_row,
)
from xiangyue.councils.models import Council, Matter, Stakeholder
from xiangyue.councils.printing import roster_pdf
from xiangyue.councils.services.acting import own_seats
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.queries import within

router = Router()


@router.get(
    "/places/{code}/councils", auth=OPTIONAL, response=CouncilsOut, summary="Who sits for what"
)
def list_councils(
    request: HttpRequest, code: str, query: Query[CouncilListQuery]
) -> dict[str, Any]:
    """The councils of a place and of what lies in it."""
    place = access.place_with_councils(code)
    rows = within(Council.objects.select_related("place"), place)
    return page_of(queries.listed(rows, query.which), query.page)


@router.get(
    "/councils/{uuid:council_key}", auth=OPTIONAL, response=CouncilDetailOut, summary="A council"
)
def show_council(request: HttpRequest, council_key: UUID, on: date | None = None) -> dict[str, Any]:
    """Who sits, or sat `on` a day; names only for whom they are."""
    now = timezone.now()
    found = access.public_council(council_key)
    return detail(found, person(request), on=on or timezone.localdate(now), at=now)


@router.get("/councils/{uuid:council_key}/roster.pdf", auth=OPTIONAL, summary="Its roster on paper")
def show_roster(request: HttpRequest, council_key: UUID) -> HttpResponse:
    found = access.public_council(council_key)
    now = timezone.now()
    made = roster_pdf(
        found, at=now, reads_names=access.reads_names(person(request), found, at=now),
        address=request.build_absolute_uri(reverse("council", args=[found.pk])),
    )  # fmt: skip
    response = HttpResponse(made, content_type="application/pdf")
    response["Cache-Control"] = "private, no-store"
    return response


@router.post(
    "/places/{code}/groups/{kind}",
    auth=REQUIRED,
    response={201: CouncilDetailOut},
    summary="Begin what residents form, and join it",
)
def begin_group(request: HttpRequest, code: str, kind: str) -> Status[dict[str, Any]]:
    who, now = signed_in(request), timezone.now()
    made = services.form(kind=kind, place=access.place_with_councils(code), by=who, at=now)
    services.join(council=made, by=who, at=now)
    return Status(201, detail(made, who, on=timezone.localdate(now), at=now))


@router.post(
    "/councils/{uuid:council_key}/join",
    auth=REQUIRED,
    response=CouncilDetailOut,
    summary="Join what residents form",
)
def join(request: HttpRequest, council_key: UUID) -> dict[str, Any]:
    found, who, now = access.public_council(council_key), signed_in(request), timezone.now()
    services.join(council=found, by=who, at=now)
    return detail(found, who, on=timezone.localdate(now), at=now)


def _matter(request: HttpRequest, found: Matter) -> dict[str, Any]:
    now = timezone.now()
    return matter_detail(
        found, reads=access.reads_names(person(request), found.council, at=now), at=now
    )


@router.get(
    "/council-matters/{uuid:matter_key}",
    auth=OPTIONAL,
    response=CouncilMatterOut,
    summary="Who sits for a matter, and why",
)
def show_matter(request: HttpRequest, matter_key: UUID) -> dict[str, Any]:
    return _matter(request, access.public_matter(matter_key))


@router.post(
    "/council-matters/{uuid:matter_key}/concerned",
    auth=REQUIRED,
    response={201: CouncilStakeOut},
    summary="I am concerned; with a name a keeper enters it for somebody",
)
def concerned(
    request: HttpRequest, matter_key: UUID, entered: CouncilConcernedIn
) -> Status[dict[str, Any]]:
    found, who, now = access.public_matter(matter_key), signed_in(request), timezone.now()
    says = {"entered_by": who, "name": entered.name} if entered.name.strip() else {"by": who}
    made = services.ask_to_be_heard(matter=found, stake=entered.stake, at=now, **says)
    return Status(201, stake_row(made))


@router.post(
    "/council-matters/{uuid:council_matter_id}/step-back",
    auth=REQUIRED,
    response=CouncilMatterOut,
    summary="Step back from a matter as a member",
)
def step_back(request: HttpRequest, council_matter_id: UUID, entered: CouncilWhyIn) -> Any:
    found, who, now = access.public_matter(council_matter_id), signed_in(request), timezone.now()
    seats = own_seats(who, found.council, at=now)
    if not seats:
        raise NotFound(_("There is no seat of yours here."))
    for seat in seats:
        services.recuse(matter=found, seat=seat, why=entered.why, by=who, at=now)
    return _matter(request, found)


@router.get(
    "/me/councils", auth=REQUIRED, response=CouncilOwnOut, summary="Where I sit or am asked"
)
def show_own(request: HttpRequest) -> dict[str, Any]:
    who = signed_in(request)
    return {
        "seats": [own_seat_row(one) for one in access.own_seats_all(who)[:50]],
        "stakes": [stake_row(one) for one in access.own_stakes(who)[:50]],
    }


@router.post(
    "/council-seats/{uuid:council_seat_id}/answer",
    auth=REQUIRED,
    response=CouncilOwnSeatOut,
    summary="Say yes or no to a seat",
)
def answer_seat(
    request: HttpRequest, council_seat_id: UUID, entered: CouncilSeatAnswerIn
) -> dict[str, Any]:
    who = signed_in(request)
    seat = access.own_seat(who, council_seat_id)
    return own_seat_row(
        services.answer_seat(seat=seat, by=who, at=timezone.now(), **entered.dict())
    )


@router.post(
    "/council-seats/{uuid:council_seat_id}/leave",
    auth=REQUIRED,
    response=CouncilOwnSeatOut,
    summary="Step down",
)
def leave_seat(
    request: HttpRequest, council_seat_id: UUID, entered: CouncilWhyIn
) -> dict[str, Any]:
    who = signed_in(request)
    seat = access.own_seat(who, council_seat_id)
    return own_seat_row(services.end_seat(seat=seat, by=who, why=entered.why, at=timezone.now()))


def _own_stake(request: HttpRequest, stake_id: UUID) -> Stakeholder:
    return access.own_stake(signed_in(request), stake_id)


@router.post(
    "/stakes/{uuid:stake_id}/answer",
    auth=REQUIRED,
    response=CouncilStakeOut,
    summary="Say whether I come",
)
def answer_stake(request: HttpRequest, stake_id: UUID, entered: CouncilComeIn) -> dict[str, Any]:
    found = _own_stake(request, stake_id)
    return stake_row(
        services.answer_invitation(
            stakeholder=found, by=signed_in(request), at=timezone.now(), accepts=entered.accepts
        )
    )


@router.post(
    "/stakes/{uuid:stake_id}/step-back",
    auth=REQUIRED,
    response=CouncilStakeOut,
    summary="Leave a matter again, saying why",
)
def leave_stake(request: HttpRequest, stake_id: UUID, entered: CouncilWhyIn) -> dict[str, Any]:
    found = _own_stake(request, stake_id)
    return stake_row(
        services.step_back(
            stakeholder=found, by=signed_in(request), at=timezone.now(), why=entered.why
        )
    )
