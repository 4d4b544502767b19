"""Calls for helpers for other software: the same services, the same refusals."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema
from ninja.responses import Status

from xiangyue.access.authentication import OPTIONAL, REQUIRED
from xiangyue.access.requests import person
from xiangyue.enforcement import access, services
from xiangyue.enforcement.api.telling import signed_in
from xiangyue.enforcement.calls import CallCard, call_with, calls_in, cards
from xiangyue.enforcement.models import HelpCall
from xiangyue.enforcement.services.calling import leads
from xiangyue.kernel.moments import Moment

router = Router()
MOST = 100


class HelpCallOut(Schema):
    id: UUID
    team: UUID
    title: str
    meets_at: str
    starts_at: Moment
    wanted_count: int
    helper_count: int
    standing: str = Field(description="wanted, full, past, cancelled or thanked")
    is_mine: bool = Field(description="whether the reader has said yes")
    is_risky: bool
    thanks: str
    helpers: list[dict[str, str]] = Field(description="id and name, for who leads it; else empty")


class HelpCallIn(Schema):
    title: str = Field(max_length=60)
    meets_at: str = Field(max_length=80)
    starts_at: Moment
    wanted_count: int = Field(ge=1, le=200)
    is_risky: bool = False
    is_insured: bool = False


class HelpThanksIn(Schema):
    came: list[UUID] = Field(default=[], max_length=200)
    thanks: str = Field(max_length=200)


def _row(card: CallCard, *, names: bool = False) -> dict[str, Any]:
    call = card.call
    return {
        "id": call.pk,
        "team": call.team_id,
        "title": call.title,
        "meets_at": call.meets_at,
        "starts_at": call.starts_at,
        "wanted_count": call.wanted_count,
        "helper_count": card.helper_count,
        "standing": card.standing,
        "is_mine": card.is_mine,
        "is_risky": call.is_risky,
        "thanks": call.thanks,
        "helpers": [
            {"id": str(each.pk), "name": each.person.name}
            for each in call.helpers.select_related("person")
        ]
        if names and call.state == HelpCall.State.OPEN
        else [],
    }


def _one(request: HttpRequest, help_call_key: UUID) -> dict[str, Any]:
    who, now, found = person(request), timezone.now(), call_with(help_call_key)
    names = who is not None and leads(who, found.team, at=now)
    return _row(cards([found], who=who, at=now)[0], names=names)


@router.get(
    "/keeping/{code}/help-calls", auth=OPTIONAL, response=list[HelpCallOut],
    summary="For what a village's teams ask for helpers",
)  # fmt: skip
def help_calls(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    now = timezone.now()
    found = list(calls_in(access.village_with(code), at=now)[:MOST])
    return [_row(each) for each in cards(found, who=person(request), at=now)]


@router.get(
    "/help-calls/{uuid:help_call_key}", auth=OPTIONAL, response=HelpCallOut,
    summary="One call for helpers",
)  # fmt: skip
def help_call(request: HttpRequest, help_call_key: UUID) -> dict[str, Any]:
    return _one(request, help_call_key)


@router.post(
    "/compact-teams/{uuid:compact_team_key}/help-calls", auth=REQUIRED,
    response={201: HelpCallOut}, summary="Ask for helpers",
)  # fmt: skip
def call_for_help(request: HttpRequest, compact_team_key: UUID, entered: HelpCallIn) -> Any:
    """For the team's head and who keeps the compact. It asks, and no more."""
    made = services.call_for_help(
        team=access.public_team(compact_team_key), by=signed_in(request), at=timezone.now(),
        **entered.model_dump(),
    )  # fmt: skip
    return Status(201, _one(request, made.pk))


@router.post(
    "/help-calls/{uuid:help_call_key}/offer", auth=REQUIRED, response=HelpCallOut,
    summary="Say that I will come",
)  # fmt: skip
def offer_help(request: HttpRequest, help_call_key: UUID) -> dict[str, Any]:
    """Oneself alone; nobody enters another."""
    services.offer_help(call=call_with(help_call_key), by=signed_in(request), at=timezone.now())
    return _one(request, help_call_key)


@router.delete(
    "/help-calls/{uuid:help_call_key}/offer", auth=REQUIRED, response=HelpCallOut,
    summary="Not come after all",
)  # fmt: skip
def take_back_offer(request: HttpRequest, help_call_key: UUID) -> dict[str, Any]:
    found = call_with(help_call_key)
    services.take_back_offer(call=found, by=signed_in(request), at=timezone.now())
    return _one(request, help_call_key)


@router.post(
    "/help-calls/{uuid:help_call_key}/thanks", auth=REQUIRED, response=HelpCallOut,
    summary="Confirm who came, and thank them",
)  # fmt: skip
def thank(request: HttpRequest, help_call_key: UUID, entered: HelpThanksIn) -> dict[str, Any]:
    """Who did not come is forgotten."""
    services.thank(
        call=call_with(help_call_key), came=entered.came, thanks=entered.thanks,
        by=signed_in(request), at=timezone.now(),
    )  # fmt: skip
    return _one(request, help_call_key)


@router.delete(
    "/help-calls/{uuid:help_call_key}", auth=REQUIRED, response=HelpCallOut, summary="Call it off"
)
def call_off(request: HttpRequest, help_call_key: UUID) -> dict[str, Any]:
    services.call_off(call=call_with(help_call_key), by=signed_in(request), at=timezone.now())
    return _one(request, help_call_key)
