"""The desk: forming committee and teams, vetting, the list of duty areas."""

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
from xiangyue.access.services import log_read
from xiangyue.enforcement import access, queries, services
from xiangyue.enforcement.api.public import keeping_row
from xiangyue.enforcement.api.schemas import (
    CommitteeBeginIn,
    CommitteeInviteIn,
    CompactNominateIn,
    CompactPhoneIn,
    CompactTeamIn,
    DutyAreaIn,
    DutyAreaOut,
    DutyAreasOut,
    DutyAssignIn,
    InvitationOut,
    KeepingCommitteeOut,
    KeepingDeskOut,
    KeepingQuery,
    KeptAreasQuery,
    KeptCompactTeamOut,
    UnitHeadIn,
    UpheldIn,
    VettedListOut,
    VettedOut,
    VettingIn,
)
from xiangyue.enforcement.api.telling import (
    area_row,
    invitation_row,
    paged,
    place_with,
    seat_row,
    signed_in,
    team_row,
)
from xiangyue.enforcement.forms import household_numbered, person_named
from xiangyue.enforcement.models import Committee, Member, Team
from xiangyue.enforcement.pages.areas import kept_areas
from xiangyue.enforcement.pages.desk import do_act, note_letter, note_member
from xiangyue.enforcement.pages.vetting import open_appeal, to_vet
from xiangyue.enforcement.services.acting import KEEP, VET
from xiangyue.enforcement.services.seating import ready_to_publish
from xiangyue.enforcement.services.vetting import offices_of
from xiangyue.enforcement.wording import body_name
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Person, Place
from xiangyue.places.queries import active_posts, within

router = Router(auth=REQUIRED)


def _keeper(request: HttpRequest) -> Standing:
    mine = standing(request)
    access.check_keeps(mine, KEEP)
    return mine


def _seats(group: Committee | Team) -> list[dict[str, Any]]:
    rows = group.members.exclude(state=Member.State.ENDED)
    rows = rows.select_related(*access.WITH_SEAT, "appeal").prefetch_related("vettings")
    return [seat_row(one) for one in rows]


def _committee(found: Committee) -> dict[str, Any]:
    return {
        "id": found.pk,
        "place": found.place.code,
        "state": found.state,
        "term_ends_on": found.term_ends_on,
        "invitations": [invitation_row(one) for one in found.invitations.select_related("person")],
        "members": _seats(found),
        "teams": [team_row(one) for one in queries.teams_of(found.place)],
        "ready_count": len(ready_to_publish(found)),
    }


def _team(found: Team) -> dict[str, Any]:
    return team_row(found) | {
        "members": _seats(found), "ready_count": len(ready_to_publish(found)),
    }  # fmt: skip


@router.get("/compact-keeping", response=KeepingDeskOut, summary="Whose compacts I keep")
def list_kept(request: HttpRequest) -> dict[str, Any]:
    mine = standing(request)
    if not access.keeps_compact(mine):
        access.check_keeps(mine, KEEP)
    return {
        "villages": [
            keeping_row(request, village) for village in access.villages_to_keep(mine)[:20]
        ],
        "vet_count": access.members_to_vet(mine).count(),
        "answer_count": access.objections_to_answer(mine).count(),
    }


@router.post(
    "/compact-committees", response={201: KeepingCommitteeOut}, summary="Begin to form one"
)
def begin(request: HttpRequest, entered: CommitteeBeginIn) -> Status[dict[str, Any]]:
    village = access.village_to_keep(_keeper(request), entered.place)
    made = services.begin_committee(place=village, by=signed_in(request), at=timezone.now())
    return Status(201, _committee(made))


@router.get(
    "/compact-committees/{uuid:compact_committee_id}",
    response=KeepingCommitteeOut,
    summary="One of them",
)
def show_committee(request: HttpRequest, compact_committee_id: UUID) -> dict[str, Any]:
    return _committee(access.kept_committee(_keeper(request), compact_committee_id))


@router.post(
    "/compact-committees/{uuid:compact_committee_id}/invitations", response={201: InvitationOut},
    summary="Write a letter of invitation",
)  # fmt: skip
def invite(
    request: HttpRequest, compact_committee_id: UUID, entered: CommitteeInviteIn
) -> Status[dict[str, Any]]:
    found = access.kept_committee(_keeper(request), compact_committee_id)
    made = services.invite(
        committee=found, person=person_named(entered.name, found.place, chosen=entered.which),
        kind=entered.kind, by=signed_in(request), at=timezone.now(),
    )  # fmt: skip
    return Status(201, invitation_row(made))


@router.post(
    "/compact-committees/{uuid:compact_committee_id}/unit-heads",
    response={201: KeepingCommitteeOut},
    summary="Propose somebody who sits by their post",
)  # fmt: skip
def propose(
    request: HttpRequest, compact_committee_id: UUID, entered: UnitHeadIn
) -> Status[dict[str, Any]]:
    found = access.kept_committee(_keeper(request), compact_committee_id)
    # Of others not even the name is told.
    posts = within(active_posts(at=timezone.now()), found.place)
    person = Person.objects.filter(pk=entered.person, pk__in=posts.values("person")).first()
    if person is None:
        raise NotFound(_("There is no such person here."))
    services.propose_by_role(
        committee=found, person=person, seat=entered.seat, has_agreed=entered.has_agreed,
        by=signed_in(request), at=timezone.now(),
    )  # fmt: skip
    return Status(201, _committee(found))


@router.post(
    "/compact-committees/{uuid:compact_committee_id}/acts/{slug:compact_act}",
    response=KeepingCommitteeOut,
    summary="publish, appoint or dissolve",
)
def act_on_committee(
    request: HttpRequest, compact_committee_id: UUID, compact_act: str
) -> dict[str, Any]:
    found = access.kept_committee(_keeper(request), compact_committee_id)
    do_act(found, compact_act, by=signed_in(request), at=timezone.now())
    found.refresh_from_db()
    return _committee(found)


@router.post(
    "/compact-committees/{uuid:compact_committee_id}/teams", response={201: KeptCompactTeamOut},
    summary="Form a team",
)  # fmt: skip
def add_team(
    request: HttpRequest, compact_committee_id: UUID, entered: CompactTeamIn
) -> Status[dict[str, Any]]:
    made = services.form_team(
        committee=access.kept_committee(_keeper(request), compact_committee_id),
        by=signed_in(request),
        at=timezone.now(), **entered.dict(),
    )  # fmt: skip
    return Status(201, _team(made))


@router.post(
    "/compact-invitations/{uuid:compact_invitation_id}/{slug:letter_act}", response=InvitationOut,
    summary="brought, accepted or declined",
)  # fmt: skip
def act_on_letter(
    request: HttpRequest, compact_invitation_id: UUID, letter_act: str
) -> dict[str, Any]:
    found = access.kept_invitation(_keeper(request), compact_invitation_id)
    return invitation_row(note_letter(found, letter_act, by=signed_in(request)))


@router.post(
    "/compact-seats/{uuid:compact_member_id}/{slug:seat_act}", response={204: None},
    summary="withdraw, step-down or renew-card",
)  # fmt: skip
def act_on_seat(request: HttpRequest, compact_member_id: UUID, seat_act: str) -> Status[None]:
    note_member(
        access.kept_member(_keeper(request), compact_member_id), seat_act, by=signed_in(request)
    )
    return Status(204, None)


@router.get(
    "/kept-compact-teams/{uuid:compact_team_id}",
    response=KeptCompactTeamOut,
    summary="A team I keep",
)
def show_kept_team(request: HttpRequest, compact_team_id: UUID) -> dict[str, Any]:
    return _team(access.kept_team(_keeper(request), compact_team_id))


@router.post(
    "/kept-compact-teams/{uuid:compact_team_id}/acts/{slug:compact_act}", response={204: None},
    summary="publish, appoint or dissolve",
)  # fmt: skip
def act_on_team(request: HttpRequest, compact_team_id: UUID, compact_act: str) -> Status[None]:
    found = access.kept_team(_keeper(request), compact_team_id)
    do_act(found, compact_act, by=signed_in(request), at=timezone.now())
    return Status(204, None)


@router.put(
    "/kept-compact-teams/{uuid:compact_team_id}/phone", response=KeptCompactTeamOut,
    summary="The post's telephone",
)  # fmt: skip
def set_phone(
    request: HttpRequest, compact_team_id: UUID, entered: CompactPhoneIn
) -> dict[str, Any]:
    found = access.kept_team(_keeper(request), compact_team_id)
    return _team(
        services.set_phone(
            team=found, phone=entered.phone, by=signed_in(request), at=timezone.now()
        )
    )


@router.post(
    "/kept-compact-teams/{uuid:compact_team_id}/members", response={201: KeptCompactTeamOut},
    summary="Propose somebody",
)  # fmt: skip
def nominate(
    request: HttpRequest, compact_team_id: UUID, entered: CompactNominateIn
) -> Status[dict[str, Any]]:
    found = access.kept_team(_keeper(request), compact_team_id)
    services.nominate(
        team=found,
        person=person_named(entered.name, found.committee.place, chosen=entered.which),
        nominated_by=entered.nominated_by, is_head=entered.is_head,
        has_agreed=entered.has_agreed, by=signed_in(request), at=timezone.now(),
    )  # fmt: skip
    return Status(201, _team(found))


# --- duty areas -------------------------------------------------------------------------------


@router.get("/kept-duty-areas/{code}", response=DutyAreasOut, summary="The list that I keep")
def list_kept_areas(
    request: HttpRequest, code: str, query: Query[KeptAreasQuery]
) -> dict[str, Any]:
    village = access.village_to_keep(_keeper(request), code)
    rows = kept_areas(village, which=query.which, subject=query.subject)
    page, numbers = paged(rows, query.page)
    return {"areas": [area_row(one, names=True, keeps=True) for one in page], **numbers}


def _who(village: Place, team: UUID | None, name: str) -> dict[str, Any]:
    found = queries.teams_of(village).filter(pk=team).first() if team is not None else None
    if team is not None and found is None:
        raise NotFound(_("There is no such team."))
    return {"team": found, "person": person_named(name, village) if name.strip() else None}


@router.post(
    "/kept-duty-areas/{code}", response={201: DutyAreaOut}, summary="Something to look after"
)
def add_area(request: HttpRequest, code: str, entered: DutyAreaIn) -> Status[dict[str, Any]]:
    village = access.village_to_keep(_keeper(request), code)
    made = services.set_area(
        place=place_with(entered.place), subject=entered.subject, name=entered.name,
        household=household_numbered(entered.household, village), by=signed_in(request),
        at=timezone.now(), **_who(village, entered.team, entered.person),
    )  # fmt: skip
    return Status(201, area_row(made, names=True, keeps=True))


@router.put("/duty-areas/{uuid:area_id}/holder", response=DutyAreaOut, summary="Who looks after it")
def assign_area(request: HttpRequest, area_id: UUID, entered: DutyAssignIn) -> dict[str, Any]:
    found = access.kept_area(_keeper(request), area_id)
    made = services.assign_area(
        area=found, by=signed_in(request), at=timezone.now(),
        **_who(found.village, entered.team, entered.person),
    )  # fmt: skip
    return area_row(made, names=True, keeps=True)


@router.post("/duty-areas/{uuid:area_id}/end", response={204: None}, summary="Take it off the list")
def end_area(request: HttpRequest, area_id: UUID) -> Status[None]:
    found = access.kept_area(_keeper(request), area_id)
    services.end_area(area=found, by=signed_in(request), at=timezone.now())
    return Status(204, None)


# --- vetting ----------------------------------------------------------------------------------


def _vetted(member: Member, who: Person) -> dict[str, Any]:
    appealed = open_appeal(member)
    said = {row.office for row in member.vettings.all()}
    offices = offices_of(who, member, at=timezone.now())
    return {
        "id": member.pk,
        "name": member.person.name,
        "seat": member.seat,
        "body": body_name(member),
        "offices": [each.key for each in offices if each.key not in said],
        "appeal": appealed.text if appealed is not None else "",
    }


@router.get("/vettings", response=VettedListOut, summary="Who is to be vetted")
def list_vettings(request: HttpRequest, query: Query[KeepingQuery]) -> dict[str, Any]:
    mine, who = standing(request), signed_in(request)
    access.check_keeps(mine, VET)
    page, numbers = paged(to_vet(mine, which=query.which), query.page)
    return {"members": [_vetted(one, who) for one in page], **numbers}


@router.get("/vettings/{uuid:vetted_id}", response=VettedOut, summary="One of them")
def show_vetted(request: HttpRequest, vetted_id: UUID) -> dict[str, Any]:
    mine, who = standing(request), signed_in(request)
    access.check_keeps(mine, VET)
    found = access.member_to_vet(mine, vetted_id)
    log_read(reader=who, subject=found.person, what="name", purpose=_("Vetting"), at=timezone.now())
    return _vetted(found, who)


@router.post(
    "/vettings/{uuid:vetted_id}", response={204: None}, summary="Passed or not; nothing else"
)
def vet(request: HttpRequest, vetted_id: UUID, entered: VettingIn) -> Status[None]:
    mine = standing(request)
    access.check_keeps(mine, VET)
    found = access.member_to_vet(mine, vetted_id)
    services.vet(member=found, by=signed_in(request), at=timezone.now(), **entered.dict())
    return Status(204, None)


@router.post("/vettings/{uuid:vetted_id}/appeal", response={204: None}, summary="Decide an appeal")
def decide_vetting_appeal(request: HttpRequest, vetted_id: UUID, entered: UpheldIn) -> Status[None]:
    mine = standing(request)
    access.check_keeps(mine, VET)
    appealed = open_appeal(access.member_to_vet(mine, vetted_id))
    if appealed is None:
        raise NotFound(_("No appeal waits here."))
    services.decide_appeal(
        appeal=appealed, is_upheld=entered.is_upheld, by=signed_in(request), at=timezone.now()
    )
    return Status(204, None)
