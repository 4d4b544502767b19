"""Rolls and votes as who keeps them reaches them."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.requests import standing
from xiangyue.ballots import access, queries, services
from xiangyue.ballots.api.taking import MOST, me
from xiangyue.ballots.drawing import current_members
from xiangyue.ballots.forms import member_kinds
from xiangyue.ballots.models import Ballot, Basis, Membership, Roll, RollEntry, RollObjection
from xiangyue.ballots.schemas import (
    BallotIn,
    BallotOut,
    BallotReasonIn,
    CounterRollObjectionIn,
    KeptBallotOut,
    KeptRollOut,
    RollAddIn,
    RollAnswerIn,
    RollDrawIn,
    RollNumberOut,
    RollObjectionOut,
    RollOut,
    StrikeIn,
    TellerCountOut,
    VoteMemberOut,
    VoteMembersIn,
    WomenIn,
)
from xiangyue.ballots.services.members import found_people
from xiangyue.ballots.standing import counting_rows
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Person, Place
from xiangyue.places.queries import county_place

router = Router(tags=["votes"], auth=REQUIRED)


def _people(keys: list[UUID]) -> list[Person]:
    found = {person.pk: person for person in Person.objects.filter(pk__in=keys)}
    if any(key not in found for key in keys):
        raise NotFound(_("There is nobody here with this identifier."))
    return [found[key] for key in keys]


@router.get("/kept-rolls", response=list[RollOut], summary="The rolls that I keep")
def rolls(request: HttpRequest) -> list[Roll]:
    return list(access.rolls_to_keep(standing(request))[:MOST])


@router.post("/kept-rolls", response=RollOut, summary="Draw a roll")
def draw(request: HttpRequest, entered: RollDrawIn) -> Roll:
    place = access.place_to_keep(standing(request), entered.place)
    return services.draw_roll(
        place=place, rule=entered.rule, basis=entered.basis, on=entered.on, by=me(request),
        at=timezone.now(),
    )  # fmt: skip


@router.get("/kept-rolls/{roll_id}", response=KeptRollOut, summary="A roll with its remarks")
def kept_roll(request: HttpRequest, roll_id: UUID, after: int = 0) -> Roll:
    """Two hundred entries at a time, `after` a number."""
    roll = access.roll_to_keep(standing(request), roll_id)
    rows = roll.entries.filter(number__gt=max(0, min(after, 10**9))).order_by("number")
    roll._prefetched_objects_cache = {  # type: ignore[attr-defined] # what Django shows for them
        "entries": list(rows[:MOST]),
        "objections": list(roll.objections.order_by("raised_at")[:MOST]),
    }
    return roll


@router.post("/kept-rolls/{roll_id}/publish", response=RollOut, summary="Publish a roll")
def publish(request: HttpRequest, roll_id: UUID) -> Roll:
    roll = access.roll_to_keep(standing(request), roll_id)
    return services.publish_roll(roll=roll, by=me(request), at=timezone.now())


@router.post(
    "/kept-rolls/{roll_id}/confirm", response=TellerCountOut, summary="Who is in doubt is of age"
)
def confirm(request: HttpRequest, roll_id: UUID) -> dict[str, int]:
    roll = access.roll_to_keep(standing(request), roll_id)
    count = services.confirm_entries(roll=roll, entries=None, by=me(request), at=timezone.now())
    return {"count": count}


@router.post("/kept-rolls/{roll_id}/fix", response=RollOut, summary="Fix a roll")
def fix(request: HttpRequest, roll_id: UUID) -> Roll:
    roll = access.roll_to_keep(standing(request), roll_id)
    return services.fix_roll(roll=roll, by=me(request), at=timezone.now())


@router.post(
    "/kept-rolls/{roll_id}/entries", response=RollNumberOut, summary="Add somebody to a roll"
)
def add(request: HttpRequest, roll_id: UUID, entered: RollAddIn) -> RollEntry:
    roll = access.roll_to_keep(standing(request), roll_id)
    (someone,) = found_people(place=county_place(), text=entered.name, field="name")
    voter = someone.household if roll.basis == Basis.HOUSEHOLDS else someone
    return services.add_to_roll(
        roll=roll, voter=voter or someone, reason=entered.reason, by=me(request),
        at=timezone.now(),
    )  # fmt: skip


@router.post(
    "/kept-rolls/{roll_id}/entries/{entry_number}/strike", response=RollNumberOut,
    summary="Strike somebody from a roll",
)  # fmt: skip
def strike(request: HttpRequest, roll_id: UUID, entry_number: int, entered: StrikeIn) -> RollEntry:
    entry = access.entry_to_keep(standing(request), roll_id, entry_number)
    return services.strike_from_roll(
        entry=entry, reason=entered.reason, by=me(request), at=timezone.now()
    )


@router.post(
    "/kept-rolls/{roll_id}/objections", response=RollObjectionOut,
    summary="Enter what somebody said at the counter",
)  # fmt: skip
def enter_objection(
    request: HttpRequest, roll_id: UUID, entered: CounterRollObjectionIn
) -> RollObjection:
    return services.object_to_roll(
        roll=access.roll_to_keep(standing(request), roll_id), kind=entered.kind,
        text=entered.text, said_by=entered.said_by, entered_by=me(request), at=timezone.now(),
    )  # fmt: skip


@router.post(
    "/roll-objections/{objection_id}/answer",
    response=RollObjectionOut,
    summary="Answer an objection",
)
def answer(request: HttpRequest, objection_id: UUID, entered: RollAnswerIn) -> RollObjection:
    return services.answer_roll_objection(
        objection=access.objection_to_answer(standing(request), objection_id),
        text=entered.answer, is_upheld=entered.is_upheld, by=me(request), at=timezone.now(),
    )  # fmt: skip


@router.post("/kept-rolls/{roll_id}/votes", response=BallotOut, summary="Announce a vote")
def plan(request: HttpRequest, roll_id: UUID, entered: BallotIn) -> Ballot:
    roll = access.roll_to_keep(standing(request), roll_id)
    return services.plan_ballot(
        roll=roll, title=entered.title, about=entered.about,
        questions=[services.Asked(each.text, tuple(each.choices)) for each in entered.questions],
        modes=entered.modes, is_secret=entered.is_secret, opens_at=entered.opens_at,
        closes_at=entered.closes_at, meets_at=entered.meets_at, matter=entered.matter,
        delegated_by=entered.delegated_by, tellers=_people(entered.tellers), by=me(request),
        at=timezone.now(),
    )  # fmt: skip


@router.get("/kept-votes/{ballot_id}", response=KeptBallotOut, summary="How far a vote is")
def kept_vote(request: HttpRequest, ballot_id: UUID) -> Ballot:
    """How many have taken part and who still has to count; no result."""
    ballot = access.ballot_to_keep(standing(request), ballot_id)
    ballot.taken = queries.taken_by_mode(ballot)  # type: ignore[attr-defined]
    ballot.counting = [  # type: ignore[attr-defined]
        {
            "question": row.position,
            "mode": row.mode,
            "counted": row.counted,
            "needed": row.needed,
            "agreement": row.state.value,
        }
        for row in counting_rows(ballot)
    ]
    return ballot


@router.get("/kept-votes", response=list[BallotOut], summary="The votes that I keep")
def kept_votes(request: HttpRequest) -> list[Ballot]:
    return list(access.ballots_to_keep(standing(request)).prefetch_related("questions")[:MOST])


@router.post("/kept-votes/{ballot_id}/open", response=BallotOut, summary="Open a vote")
def open_vote(request: HttpRequest, ballot_id: UUID) -> Ballot:
    ballot = access.ballot_to_keep(standing(request), ballot_id)
    return services.open_ballot(ballot=ballot, by=me(request), at=timezone.now())


@router.post("/kept-votes/{ballot_id}/close", response=BallotOut, summary="Close a vote")
def close_vote(request: HttpRequest, ballot_id: UUID) -> Ballot:
    ballot = access.ballot_to_keep(standing(request), ballot_id)
    return services.close_ballot(ballot=ballot, by=me(request), at=timezone.now())


@router.post("/kept-votes/{ballot_id}/count", response=BallotOut, summary="Make the result")
def count_vote(request: HttpRequest, ballot_id: UUID) -> Ballot:
    ballot = access.ballot_to_keep(standing(request), ballot_id)
    services.count_ballot(ballot=ballot, by=me(request), at=timezone.now())
    return access.public_ballot(ballot_id)


@router.post(
    "/kept-votes/{ballot_id}/women", response=BallotOut, summary="How many women took part"
)
def women(request: HttpRequest, ballot_id: UUID, entered: WomenIn) -> Ballot:
    ballot = access.ballot_to_keep(standing(request), ballot_id)
    return services.say_women_present(
        ballot=ballot, present_count=entered.present, on_roll_count=entered.on_roll,
        by=me(request), at=timezone.now(),
    )  # fmt: skip


@router.post("/kept-votes/{ballot_id}/annul", response=BallotOut, summary="Annul a vote")
def annul(request: HttpRequest, ballot_id: UUID, entered: BallotReasonIn) -> Ballot:
    ballot = access.ballot_to_keep(standing(request), ballot_id)
    return services.annul_ballot(
        ballot=ballot, reason=entered.reason, by=me(request), at=timezone.now()
    )


def _list(request: HttpRequest, code: str, kind: str) -> Place:
    place = access.place_to_keep(standing(request), code)
    if kind not in member_kinds(place):
        raise NotFound(_("This place keeps no such list."))
    return place


@router.get("/vote-members/{code}/{kind}", response=list[VoteMemberOut], summary="A list kept here")
def members(request: HttpRequest, code: str, kind: str, after: int = 0) -> list[dict[str, Any]]:
    place = _list(request, code, kind)
    rows = current_members(place, kind, on=timezone.localdate()).filter(
        pk__gt=max(0, min(after, 10**15))
    )
    return [
        {"id": row.pk, "name": row.person.name, "active_from": row.active_from}
        for row in rows.select_related("person").order_by("pk")[:MOST]
    ]


@router.post("/vote-members/{code}/{kind}", response=TellerCountOut, summary="Add names to a list")
def add_members(
    request: HttpRequest, code: str, kind: str, entered: VoteMembersIn
) -> dict[str, int]:
    count = services.import_members(
        place=_list(request, code, kind), kind=kind, text=entered.names, on=entered.on,
        chosen=_people(entered.chosen), by=me(request), at=timezone.now(),
    )  # fmt: skip
    return {"count": count}


@router.delete("/vote-members/{member_id}", response={204: None}, summary="Somebody leaves a list")
def end_member(request: HttpRequest, member_id: int) -> tuple[int, None]:
    row: Membership = access.membership_to_keep(standing(request), min(member_id, 10**15))
    services.end_membership(
        membership=row, on=timezone.localdate(), by=me(request), at=timezone.now()
    )
    return 204, None
