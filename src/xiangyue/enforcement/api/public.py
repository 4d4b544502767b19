"""Who keeps the compact, who is on duty, who looks after what, a card; and one's own part."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from ninja import Query, Router
from ninja.responses import Status

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.requests import person, standing
from xiangyue.enforcement import access, queries, rules, services
from xiangyue.enforcement.api.schemas import (
    AreasQuery,
    CompactSeatOut,
    CompactTeamDetailOut,
    DutyAreasOut,
    DutyGapOut,
    InvitationOut,
    KeepingOut,
    OwnDutiesOut,
    OwnInvitationIn,
    OwnWordsIn,
    WorkCardOut,
)
from xiangyue.enforcement.api.telling import (
    area_row,
    invitation_row,
    paged,
    seat_row,
    signed_in,
    team_row,
)
from xiangyue.enforcement.clauses import all_clauses
from xiangyue.enforcement.models import Invitation, Member
from xiangyue.enforcement.services.acting import team_kind
from xiangyue.enforcement.wording import body_name, seat_name
from xiangyue.places.models import Place

router = Router()


def keeping_row(request: HttpRequest, village: Place) -> dict[str, Any]:
    now = timezone.now()
    names = access.is_from_here(person(request), standing(request), village)
    committee = queries.committee_of(village)
    return {
        "place": village.code,
        "committee": committee.pk if committee is not None else None,
        "committee_state": committee.state if committee is not None else "",
        "teams": [team_row(one) for one in queries.teams_of(village)],
        "on_duty": [
            {
                "team": one.team.pk, "name": team_row(one.team)["name"], "until": one.until,
                "phone": one.phone, "names": list(one.names) if names else [],
            }
            for one in queries.on_duty(village, at=now)
        ],
        "clause_count": len(all_clauses(village, at=now)),
        "area_count": queries.public_areas(village).count(),
        "gap_count": len(queries.gaps(village, at=now)),
    }  # fmt: skip


@router.get("/keeping/{code}", response=KeepingOut, summary="Who keeps the compact in a village")
def show_keeping(request: HttpRequest, code: str) -> dict[str, Any]:
    return keeping_row(request, access.village_with(code))


@router.get(
    "/compact-teams/{uuid:compact_team_key}",
    response=CompactTeamDetailOut,
    summary="One of its teams",
)
def show_team(request: HttpRequest, compact_team_key: UUID) -> dict[str, Any]:
    found = access.public_team(compact_team_key)
    village, language = found.committee.place, get_language()
    names = access.is_from_here(person(request), standing(request), village)
    sitting = found.members.filter(state=Member.State.SITTING).select_related("person")
    return team_row(found) | {
        "place": village.code,
        "duties": [duty.in_language(language) for duty in team_kind(found).duties],
        "members": [one.person.name for one in sitting] if names else [],
        "turns": [
            {
                "begins_at": turn.begins_at,
                "ends_at": turn.ends_at,
                "name": turn.person.name if names else "",
            }
            for turn in queries.coming_turns(found, at=timezone.now())[:14]
        ],
    }


@router.get("/duty-areas/{code}", response=DutyAreasOut, summary="Who looks after what at a place")
def list_areas(request: HttpRequest, code: str, query: Query[AreasQuery]) -> dict[str, Any]:
    place, village = access.place_in_a_village(code)
    rows = queries.public_areas(place)
    if query.subject:
        rows = rows.filter(subject=query.subject)
    page, numbers = paged(rows, query.page)
    names = access.is_from_here(person(request), standing(request), village)
    return {"areas": [area_row(one, names=names) for one in page], **numbers}


@router.get("/duty-gaps/{code}", response=list[DutyGapOut], summary="What nobody looks after")
def list_gaps(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    return [
        {
            "subject": one.subject_key,
            "place": one.place.code,
            "name": one.name,
            "area": one.area.pk if one.area is not None else None,
        }
        for one in queries.gaps(access.village_with(code), at=timezone.now())[:500]
    ]


@router.get("/work-cards/{card_code}", response=WorkCardOut, summary="Whether a card serves today")
def show_card(request: HttpRequest, card_code: str) -> dict[str, Any]:
    found = access.card_holder(card_code)
    said = rules.card_standing(
        until=found.card_until,
        is_sitting=found.state == Member.State.SITTING,
        today=timezone.localdate(timezone.now()),
    )
    return {
        "name": found.person.name,
        "role": seat_name(found),
        "body": body_name(found),
        "is_valid": said is rules.CardStanding.VALID,
    }


@router.get("/my-compact-duties", auth=REQUIRED, response=OwnDutiesOut, summary="My own part")
def list_own(request: HttpRequest) -> dict[str, Any]:
    who = signed_in(request)
    reminders = access.reminders_in_sight(standing(request), at=timezone.now()).filter(person=who)
    letters = Invitation.objects.filter(person=who, answer=Invitation.Answer.WAITING)
    seats = queries.own_seats(who).select_related(*access.WITH_SEAT, "appeal")
    return {
        "areas": [area_row(one, names=False) for one in queries.own_areas(who)],
        "seats": [seat_row(one) for one in seats.prefetch_related("vettings")],
        "invitations": [invitation_row(one) for one in letters.select_related("person")],
        "reminders": [one.pk for one in reminders],
    }


@router.get(
    "/my-invitations/{uuid:own_invitation_id}", auth=REQUIRED, response=InvitationOut,
    summary="My letter",
)  # fmt: skip
def show_own_invitation(request: HttpRequest, own_invitation_id: UUID) -> dict[str, Any]:
    return invitation_row(access.own_invitation(signed_in(request), own_invitation_id))


@router.post(
    "/my-invitations/{uuid:own_invitation_id}", auth=REQUIRED, response=InvitationOut,
    summary="Accept or decline; no reason is asked",
)  # fmt: skip
def answer_own_invitation(
    request: HttpRequest, own_invitation_id: UUID, entered: OwnInvitationIn
) -> dict[str, Any]:
    who = signed_in(request)
    found = access.own_invitation(who, own_invitation_id)
    return invitation_row(
        services.answer_invitation(
            invitation=found, is_accepted=entered.is_accepted, by=who, at=timezone.now()
        )
    )


@router.get(
    "/my-seats/{uuid:own_seat_id}", auth=REQUIRED, response=CompactSeatOut, summary="A seat of mine"
)
def show_own_seat(request: HttpRequest, own_seat_id: UUID) -> dict[str, Any]:
    return seat_row(access.own_seat(signed_in(request), own_seat_id))


@router.post(
    "/my-seats/{uuid:own_seat_id}/appeal", auth=REQUIRED, response={204: None},
    summary="Appeal against not having passed",
)  # fmt: skip
def appeal_own(request: HttpRequest, own_seat_id: UUID, entered: OwnWordsIn) -> Status[None]:
    who = signed_in(request)
    services.appeal(
        member=access.own_seat(who, own_seat_id), text=entered.text, by=who, at=timezone.now()
    )
    return Status(204, None)


@router.post(
    "/my-seats/{uuid:own_seat_id}/leave", auth=REQUIRED, response={204: None},
    summary="Step down, or take my name back",
)  # fmt: skip
def leave_own(request: HttpRequest, own_seat_id: UUID) -> Status[None]:
    who = signed_in(request)
    found = access.own_seat(who, own_seat_id)
    if found.state == Member.State.SITTING:
        services.step_down(member=found, by=who, at=timezone.now())
    else:
        services.withdraw_member(member=found, by=who, at=timezone.now())
    return Status(204, None)
