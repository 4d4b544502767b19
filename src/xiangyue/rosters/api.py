"""The API's twin of the roster: the same services, the same refusals."""

from datetime import date as Date  # noqa: N812 - the days are called date
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from xiangyue.access.authentication import OPTIONAL, REQUIRED
from xiangyue.access.requests import person, standing
from xiangyue.kernel.moments import Moment
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Organisation, Person, Place, PlaceKind
from xiangyue.rosters import access, exchanges, queries, services
from xiangyue.rosters.models import DutyTurn, Exchange

router = Router(tags=["duty"], auth=REQUIRED)
MOST = 200


class PlatformOut(Schema):
    unit: str
    code: str
    phone: str
    kind: str | None = Field(None, description="the kind of duty that runs now")
    until: datetime | None = None


class TurnOut(Schema):
    id: UUID
    kind: str
    unit: str
    person: str
    begins_at: datetime
    ends_at: datetime
    is_published: bool

    @staticmethod
    def resolve_unit(row: DutyTurn) -> str:
        return row.unit.name

    @staticmethod
    def resolve_person(row: DutyTurn) -> str:
        return row.person.name

    @staticmethod
    def resolve_is_published(row: DutyTurn) -> bool:
        return row.published_at is not None


class GapOut(Schema):
    kind: str
    begins_at: datetime
    ends_at: datetime


class RosterOut(Schema):
    turns: list[TurnOut]
    gaps: list[GapOut] = Field(description="when nobody is on duty")


class Days(Schema):
    begins: Date
    ends: Date = Field(description="the first day that no longer counts")


class RosterPlanIn(Schema):
    kind: str = Field(max_length=80)
    begins: Date
    ends: Date = Field(description="the first day that no longer counts")
    people: list[UUID] = Field(min_length=1, max_length=100, description="in their order")
    first: UUID | None = None


class TurnIn(Schema):
    kind: str = Field(max_length=80)
    person: UUID
    begins_at: Moment
    ends_at: Moment


class ExchangeIn(Schema):
    taker: UUID
    return_turn: UUID | None = None


class ExchangeOut(Schema):
    id: UUID
    state: str
    giver_agreed_at: datetime | None
    taker_agreed_at: datetime | None


class Count(Schema):
    count: int


@router.get("/duty/now", auth=OPTIONAL, response=list[PlatformOut], summary="Who is on duty now")
def duty_now(request: HttpRequest, town: str = "") -> list[PlatformOut]:
    """The platforms and their telephones, never who it is."""
    within = None
    if town:
        within = Place.objects.filter(kind=PlaceKind.TOWN, code=town).first()
        if within is None:
            raise NotFound(_("There is no place with this code."))
    units = list(access.duty_units(within=within)[:MOST])
    running = queries.on_duty_units(
        Organisation.objects.filter(pk__in=[unit.pk for unit in units]), at=timezone.now()
    )
    found = []
    for unit in units:
        turn = running.get(unit.pk)
        found.append(
            PlatformOut(
                unit=unit.name,
                code=unit.code,
                phone=unit.phone,
                kind=turn.kind if turn else None,
                until=turn.ends_at if turn else None,
            )
        )
    return found


@router.get("/duty/mine", response=list[TurnOut], summary="My turns of duty to come")
def my_turns(request: HttpRequest) -> list[DutyTurn]:
    who = person(request)
    assert who is not None
    rows = queries.own_turns(who.pk).select_related("unit", "person")
    return list(rows.filter(ends_at__gt=timezone.now())[:MOST])


@router.get("/duty/units/{code}", response=RosterOut, summary="A unit's roster and its gaps")
def roster(request: HttpRequest, code: str, days: Query[Days]) -> dict[str, Any]:
    unit = access.unit_to_keep(standing(request), code)
    _check(days.begins, days.ends)
    rows = queries.turns_between(queries.start_of(days.begins), queries.start_of(days.ends))
    gaps = queries.gaps_of(unit, begins=days.begins, ends=days.ends)
    return {
        "turns": list(rows.filter(unit=unit).select_related("unit", "person")),
        "gaps": [
            {"kind": gap.kind.key, "begins_at": gap.begins_at, "ends_at": gap.ends_at}
            for gap in gaps
        ],
    }


@router.post("/duty/units/{code}/plan", response=list[TurnOut], summary="Plan in rotation")
def plan(request: HttpRequest, code: str, entered: RosterPlanIn) -> list[DutyTurn]:
    unit = access.unit_to_keep(standing(request), code)
    found = {each.pk: each for each in Person.objects.filter(pk__in=entered.people)}
    if any(key not in found for key in entered.people):
        raise NotFound(_("There is nobody here with this identifier."))
    order = list(dict.fromkeys(entered.people))
    return services.plan_turns(
        unit=unit,
        kind=entered.kind,
        people=[found[key] for key in order],
        begins=entered.begins,
        ends=entered.ends,
        first=found.get(entered.first) if entered.first else None,
        actor_id=standing(request).person_id,
        at=timezone.now(),
    )


@router.post("/duty/units/{code}/turns", response=TurnOut, summary="Add one turn")
def add(request: HttpRequest, code: str, entered: TurnIn) -> DutyTurn:
    unit = access.unit_to_keep(standing(request), code)
    return services.add_turn(
        unit=unit,
        kind=entered.kind,
        person=_person(entered.person),
        begins_at=entered.begins_at,
        ends_at=entered.ends_at,
        actor_id=standing(request).person_id,
        at=timezone.now(),
    )


@router.post("/duty/units/{code}/publish", response=Count, summary="Publish the turns of days")
def publish(request: HttpRequest, code: str, days: Days) -> Count:
    unit = access.unit_to_keep(standing(request), code)
    _check(days.begins, days.ends)
    count = services.publish_turns(
        unit=unit,
        begins=days.begins,
        ends=days.ends,
        actor_id=standing(request).person_id,
        at=timezone.now(),
    )
    return Count(count=count)


@router.delete("/duty/turns/{turn_id}", response=TurnOut, summary="Cancel a turn")
def cancel(request: HttpRequest, turn_id: UUID) -> DutyTurn:
    turn = access.turn_to_keep(standing(request), turn_id)
    services.cancel_turn(turn=turn, actor_id=standing(request).person_id, at=timezone.now())
    return turn


@router.post("/duty/turns/{turn_id}/exchanges", response=ExchangeOut, summary="Propose an exchange")
def propose(request: HttpRequest, turn_id: UUID, entered: ExchangeIn) -> Exchange:
    mine = standing(request)
    who = person(request)
    assert who is not None
    turn = access.turn_for(mine, turn_id)
    if turn.person_id != who.pk and not access.keeps(mine, turn):
        raise NotFound(_("There is no such turn of duty that you may see."))
    in_return = None
    if entered.return_turn is not None:
        in_return = DutyTurn.objects.filter(
            pk=entered.return_turn, unit=turn.unit, person_id=entered.taker
        ).first()
        if in_return is None:
            raise NotFound(_("There is no such turn of duty that you may see."))
    return exchanges.propose_exchange(
        turn=turn,
        taker=_person(entered.taker),
        return_turn=in_return,
        actor=who,
        at=timezone.now(),
    )


@router.post("/duty/exchanges/{exchange_id}/agree", response=ExchangeOut, summary="Agree")
def agree(request: HttpRequest, exchange_id: UUID) -> Exchange:
    mine = standing(request)
    assert mine.person_id is not None
    return exchanges.agree_to_exchange(
        exchange=access.exchange_for(mine, exchange_id),
        actor_id=mine.person_id,
        at=timezone.now(),
    )


@router.post("/duty/exchanges/{exchange_id}/decline", response=ExchangeOut, summary="Decline")
def decline(request: HttpRequest, exchange_id: UUID) -> Exchange:
    mine = standing(request)
    assert mine.person_id is not None
    return exchanges.decline_exchange(
        exchange=access.exchange_for(mine, exchange_id),
        actor_id=mine.person_id,
        at=timezone.now(),
    )


def _person(key: UUID) -> Person:
    found = Person.objects.filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is nobody here with this identifier."))
    return found


def _check(begins: Date, ends: Date) -> None:
    if not timedelta(0) < ends - begins <= timedelta(days=services.LONGEST_PLAN_DAYS):
        raise services.NothingToPlan(
            _("Choose at least one day, and at most %(most)d.")
            % {"most": services.LONGEST_PLAN_DAYS}
        )
