"""Rounds for who keeps or checks them."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import File, Form, Router, UploadedFile
from ninja.responses import Status

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.requests import standing
from xiangyue.ballots.services.members import found_people
from xiangyue.documents.files import uploaded
from xiangyue.orders import access, queries, services
from xiangyue.orders.api.telling import (
    kept,
    page_of,
    place_with,
    project_detail,
    row,
    signed_in,
)
from xiangyue.orders.forms import end_of
from xiangyue.orders.models import Need, Project, Round
from xiangyue.orders.pages.desk import taken_step, with_rounds
from xiangyue.orders.queries import Narrowed
from xiangyue.orders.schemas import (
    BudgetCheckIn,
    BudgetKeptRoundOut,
    BudgetNeedOut,
    BudgetProgressIn,
    BudgetProjectIn,
    BudgetProjectOut,
    BudgetRefuseIn,
    BudgetRoundIn,
    BudgetRoundsOut,
    BudgetStepIn,
    BudgetStopIn,
    BudgetVoteIn,
    BudgetWhyIn,
)
from xiangyue.orders.services import Cost

router = Router(auth=REQUIRED)


def _kept(round_: Round) -> dict[str, Any]:
    found = queries.public_rounds().get(pk=round_.pk)
    return kept(found, at=timezone.now())


@router.get("/kept-budgets", response=BudgetRoundsOut, summary="The rounds that I keep or check")
def list_kept(
    request: HttpRequest, which: str = "", words: str = "", page: int = 1
) -> dict[str, Any]:
    rows = access.rounds_to_keep(with_rounds(request))
    narrowed = Narrowed.from_query({"which": which, "words": words})
    found = page_of(queries.listed(rows, narrowed), page, "rounds")
    return found | {"rounds": [row(one) for one in found["rounds"]]}


@router.post("/kept-budgets", response={201: BudgetKeptRoundOut}, summary="Begin a round")
def begin(request: HttpRequest, entered: BudgetRoundIn) -> Status[dict[str, Any]]:
    until = entered.needs_until
    made = services.begin_round(
        by=signed_in(request),
        at=timezone.now(),
        place=place_with(entered.place),
        needs_until=end_of(min(until, date(9000, 1, 1))) if until is not None else None,
        **entered.dict(exclude={"place", "needs_until"}),
    )
    return Status(201, _kept(made))


@router.get(
    "/kept-budgets/{uuid:order_round_id}", response=BudgetKeptRoundOut, summary="One at the desk"
)
def show_kept(request: HttpRequest, order_round_id: UUID) -> dict[str, Any]:
    return _kept(access.round_to_see(with_rounds(request), order_round_id))


@router.post(
    "/kept-budgets/{uuid:order_round_id}/steps",
    response=BudgetKeptRoundOut,
    summary="End orders, hang out the list, draw the roll, open, close, count",
)
def step(request: HttpRequest, order_round_id: UUID, entered: BudgetStepIn) -> dict[str, Any]:
    found = access.round_to_keep(with_rounds(request), order_round_id)
    taken_step(found, entered.step, signed_in(request), at=timezone.now())
    return _kept(found)


@router.post(
    "/kept-budgets/{uuid:order_round_id}/vote",
    response=BudgetKeptRoundOut,
    summary="Announce the vote",
)
def announce(request: HttpRequest, order_round_id: UUID, entered: BudgetVoteIn) -> dict[str, Any]:
    found = access.round_to_keep(with_rounds(request), order_round_id)
    services.announce_vote(
        round_=found,
        opens_at=entered.opens_at,
        closes_at=entered.closes_at,
        meets_at=entered.meets_at,
        tellers=found_people(place=found.place, text="\n".join(entered.tellers), field="tellers"),
        by=signed_in(request),
        at=timezone.now(),
    )
    return _kept(found)


@router.post(
    "/kept-budgets/{uuid:order_round_id}/stop",
    response=BudgetKeptRoundOut,
    summary="Stop it, or take the list of projects back",
)
def stop(request: HttpRequest, order_round_id: UUID, entered: BudgetStopIn) -> dict[str, Any]:
    found = access.round_to_keep(with_rounds(request), order_round_id)
    act = services.reopen_costing if entered.is_reopened else services.stop_round
    act(round_=found, why=entered.why, by=signed_in(request), at=timezone.now())
    return _kept(found)


@router.post(
    "/kept-budgets/{uuid:order_round_id}/projects",
    response={201: BudgetProjectOut},
    summary="Cost a project",
)
def add(
    request: HttpRequest, order_round_id: UUID, entered: BudgetProjectIn
) -> Status[dict[str, Any]]:
    found = access.round_to_keep(with_rounds(request), order_round_id)
    return Status(201, project_detail(_keep(request, found, None, entered)))


@router.put(
    "/kept-budget-projects/{uuid:order_project_id}",
    response=BudgetProjectOut,
    summary="Cost it anew",
)
def edit(request: HttpRequest, order_project_id: UUID, entered: BudgetProjectIn) -> dict[str, Any]:
    found = access.project_to_keep(with_rounds(request), order_project_id)
    return project_detail(_keep(request, found.round, found, entered))


def _keep(
    request: HttpRequest, round_: Round, project: Project | None, entered: BudgetProjectIn
) -> Project:
    needs = None
    if entered.needs is not None:
        needs = list(round_.needs.filter(pk__in=entered.needs))
    return services.keep_project(
        round_=round_,
        project=project,
        lines=[Cost(line.what, line.amount) for line in entered.lines],
        needs=needs,
        by=signed_in(request),
        at=timezone.now(),
        **entered.dict(exclude={"lines", "needs"}),
    )


@router.post(
    "/kept-budget-projects/{uuid:order_project_id}/refuse",
    response=BudgetProjectOut,
    summary="Do not put it to the vote; everybody reads why",
)
def refuse(request: HttpRequest, order_project_id: UUID, entered: BudgetRefuseIn) -> dict[str, Any]:
    found = access.project_to_keep(with_rounds(request), order_project_id)
    return project_detail(
        services.refuse_project(
            project=found, by=signed_in(request), at=timezone.now(), **entered.dict()
        )
    )


@router.delete(
    "/kept-budget-projects/{uuid:order_project_id}/refuse",
    response=BudgetProjectOut,
    summary="Put it on the list again",
)
def take_up(request: HttpRequest, order_project_id: UUID) -> dict[str, Any]:
    found = access.project_to_keep(with_rounds(request), order_project_id)
    return project_detail(
        services.take_up_project(project=found, by=signed_in(request), at=timezone.now())
    )


@router.post(
    "/kept-budget-projects/{uuid:order_project_id}/progress",
    response=BudgetProjectOut,
    summary="Report how far it is",
)
def progress(
    request: HttpRequest, order_project_id: UUID, entered: BudgetProgressIn
) -> dict[str, Any]:
    found = access.project_to_keep(with_rounds(request), order_project_id)
    services.report_progress(
        project=found, by=signed_in(request), at=timezone.now(), **entered.dict()
    )
    return project_detail(access.public_project(order_project_id))


@router.post(
    "/kept-budget-projects/{uuid:order_project_id}/photos",
    response={201: BudgetProjectOut},
    summary="Show how the spot looks, before, meanwhile or afterwards",
)
def add_photo(
    request: HttpRequest, order_project_id: UUID, stage: Form[str], file: File[UploadedFile]
) -> Status[dict[str, Any]]:
    with_rounds(request)
    found = access.project_to_show(standing(request), order_project_id)
    services.add_photo(
        project=found, stage=stage, upload=uploaded(file), by=signed_in(request),
        at=timezone.now(),
    )  # fmt: skip
    return Status(201, project_detail(access.public_project(order_project_id)))


@router.delete(
    "/kept-budget-photos/{uuid:order_photo}", response={204: None}, summary="Take a photo away"
)
def remove_photo(request: HttpRequest, order_photo: UUID) -> Status[None]:
    with_rounds(request)
    row = access.public_photo(order_photo)
    access.project_to_show(standing(request), row.project_id)
    services.remove_photo(photo=row, by=signed_in(request), at=timezone.now())
    return Status(204, None)


@router.post(
    "/kept-budget-projects/{uuid:order_project_id}/check",
    response=BudgetProjectOut,
    summary="Check what was built (SE01)",
)
def check(request: HttpRequest, order_project_id: UUID, entered: BudgetCheckIn) -> dict[str, Any]:
    with_rounds(request)
    found = access.project_to_check(standing(request), order_project_id)
    services.check_project(
        project=found, by=signed_in(request), at=timezone.now(), **entered.dict()
    )
    return project_detail(access.public_project(order_project_id))


@router.post(
    "/kept-budget-needs/{uuid:order_need_id}/aside",
    response=BudgetNeedOut,
    summary="Say why no project comes of an order",
)
def set_aside(request: HttpRequest, order_need_id: UUID, entered: BudgetWhyIn) -> Need:
    need = access.need_to_keep(with_rounds(request), order_need_id)
    return services.set_aside(need=need, why=entered.why, by=signed_in(request), at=timezone.now())
