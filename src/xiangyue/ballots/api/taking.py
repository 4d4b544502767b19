"""Votes as everybody, voters and tellers reach them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router

from xiangyue.access.authentication import OPTIONAL, REQUIRED
from xiangyue.access.requests import person, standing
from xiangyue.ballots import access, queries, services
from xiangyue.ballots.models import Ballot, Participation, Roll, RollEntry, RollObjection
from xiangyue.ballots.refusals import NotOnRoll
from xiangyue.ballots.schemas import (
    AgreementOut,
    BallotOut,
    BallotResultOut,
    DoorMarkIn,
    DoorOut,
    MyBallotOut,
    RollObjectionIn,
    RollObjectionOut,
    RoomIn,
    SeenRollOut,
    TellerCountIn,
    TellerCountOut,
    VoteIn,
)
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Person, Place
from xiangyue.places.queries import within

router = Router(tags=["votes"], auth=REQUIRED)
MOST = 200


def me(request: HttpRequest) -> Person:
    who = person(request)
    assert who is not None
    return who


@router.get("/votes", auth=OPTIONAL, response=list[BallotOut], summary="Votes, newest first")
def votes(
    request: HttpRequest, place: str = "", state: str = "", before: datetime | None = None
) -> list[Ballot]:
    rows = queries.public_ballots().prefetch_related("questions")
    if place:
        found = Place.objects.filter(code=place).first()
        if found is None:
            raise NotFound(_("There is no place with this code."))
        rows = within(rows, found)
    if state:
        rows = rows.filter(state=state)
    if before is not None:
        rows = rows.filter(opens_at__lt=before)
    return list(rows[:MOST])


@router.get("/votes/mine", response=list[MyBallotOut], summary="Votes in which I have a voice")
def my_votes(request: HttpRequest) -> list[Ballot]:
    who = me(request)
    mine = Q(entry__person=who)
    if who.household_id is not None:
        mine |= Q(entry__household=who.household_id)
    rows = list(queries.ballots_of(who).prefetch_related("questions")[:MOST])
    done = set(Participation.objects.filter(mine, ballot__in=rows).values_list("ballot", flat=True))
    for row in rows:
        row.has_taken_part = row.pk in done  # type: ignore[attr-defined]
    return rows


@router.get("/votes/{ballot_id}", auth=OPTIONAL, response=BallotOut, summary="One vote")
def vote(request: HttpRequest, ballot_id: UUID) -> Ballot:
    return access.public_ballot(ballot_id)


@router.get(
    "/votes/{ballot_id}/result", auth=OPTIONAL, response=BallotResultOut,
    summary="The result, once it is counted",
)  # fmt: skip
def result(request: HttpRequest, ballot_id: UUID) -> dict[str, Any]:
    """Every number it rests on, so that anybody can reckon it again; nobody's name."""
    outcome = queries.outcome(access.public_ballot(ballot_id))
    return {
        "digest": outcome.digest,
        "facts": outcome.facts,
        "sentence": outcome.sentence,
        "questions": [question.sentence for question in outcome.questions],
    }


@router.post("/votes/{ballot_id}/cast", response={204: None}, summary="Vote by phone, openly")
def cast(request: HttpRequest, ballot_id: UUID, entered: VoteIn) -> tuple[int, None]:
    ballot = access.public_ballot(ballot_id)
    choices = {
        int(number): choice
        for number, choice in entered.choices.items()
        if number.isascii() and number.isdigit() and len(number) < 4
    }
    services.cast(ballot=ballot, voter=me(request), choices=choices, at=timezone.now())
    return 204, None


@router.get("/rolls/{roll_id}", response=SeenRollOut, summary="Who may vote, and whether I may")
def roll(request: HttpRequest, roll_id: UUID, q: str = "", after: int = 0) -> Roll:
    """For those who live there; two hundred at a time, `after` a number."""
    found = access.published_roll(standing(request), roll_id)
    rows = found.entries.filter(is_struck=False, number__gt=max(0, min(after, 10**9)))
    if q:
        rows = rows.filter(name__icontains=q[:60])
    entry = queries.entry_of(found, me(request))
    found.my_number = (  # type: ignore[attr-defined]
        entry.number if entry is not None and not entry.is_struck else None
    )
    found._prefetched_objects_cache = {  # type: ignore[attr-defined] # what is shown of them
        "entries": list(rows.order_by("number")[:MOST])
    }
    return found


@router.post("/rolls/{roll_id}/objections", response=RollObjectionOut, summary="Object to a roll")
def object_to(request: HttpRequest, roll_id: UUID, entered: RollObjectionIn) -> RollObjection:
    found = access.published_roll(standing(request), roll_id)
    return services.object_to_roll(
        roll=found, kind=entered.kind, text=entered.text, by=me(request), at=timezone.now()
    )


# --- tellers -------------------------------------------------------------------------------------


@router.get("/votes/{ballot_id}/door", response=list[DoorOut], summary="The roll at the door")
def door(
    request: HttpRequest, ballot_id: UUID, q: str = "", after: int = 0
) -> list[dict[str, Any]]:
    ballot = access.ballot_to_mark(standing(request), ballot_id)
    rows = RollEntry.objects.filter(roll=ballot.roll_id, is_struck=False)
    rows = rows.filter(number__gt=max(0, min(after, 10**9)), name__icontains=q[:60])
    shown = list(rows.order_by("number")[:MOST])
    marked = dict(
        Participation.objects.filter(ballot=ballot, entry__in=shown).values_list("entry", "mode")
    )
    return [
        {"number": each.number, "name": each.name, "group": each.group, "mode": marked.get(each.pk)}
        for each in shown
    ]


@router.post(
    "/votes/{ballot_id}/door/{entry_number}", response={204: None}, summary="Somebody is here"
)
def mark(
    request: HttpRequest, ballot_id: UUID, entry_number: int, entered: DoorMarkIn
) -> tuple[int, None]:
    ballot = access.ballot_to_mark(standing(request), ballot_id)
    entry = access.entry_of_ballot(ballot, entry_number)
    proxy = None
    if entered.proxy is not None:
        proxy = access.entry_of_ballot(ballot, entered.proxy)
    delegate = None
    if entered.delegate is not None:
        # Nobody's name is told to whoever sends keys of people who live elsewhere.
        people = Person.objects.filter(household=entry.household_id, household__isnull=False)
        delegate = people.filter(pk=entered.delegate).first()
        if delegate is None:
            raise NotFound(_("There is nobody here with this identifier."))
    services.mark_present(
        ballot=ballot, entry=entry, mode=entered.mode,
        proxy=proxy, relation=entered.relation, is_written=entered.is_written,
        delegate=delegate, by=me(request), at=timezone.now(),
    )  # fmt: skip
    return 204, None


@router.delete(
    "/votes/{ballot_id}/door/{entry_number}", response={204: None}, summary="Take a mark back"
)
def unmark(request: HttpRequest, ballot_id: UUID, entry_number: int) -> tuple[int, None]:
    ballot = access.ballot_to_mark(standing(request), ballot_id)
    services.withdraw_presence(
        ballot=ballot, entry=access.entry_of_ballot(ballot, entry_number), by=me(request),
        at=timezone.now(),
    )  # fmt: skip
    return 204, None


@router.post("/votes/{ballot_id}/room", response=TellerCountOut, summary="Many are here at once")
def room(request: HttpRequest, ballot_id: UUID, entered: RoomIn) -> dict[str, int]:
    ballot = access.ballot_to_mark(standing(request), ballot_id)
    entries = None
    if entered.numbers is not None:
        numbers = {number for number in entered.numbers if 0 < number < 10**9}
        rows = RollEntry.objects.filter(roll=ballot.roll_id, number__in=sorted(numbers))
        entries = list(rows.values_list("pk", flat=True))
        if len(entries) < len(set(entered.numbers)):
            raise NotOnRoll(
                _("Somebody in this list is not on the roll, or struck from it; nobody was marked.")
            )
    count = services.mark_many_present(
        ballot=ballot, mode=entered.mode, entries=entries, by=me(request), at=timezone.now()
    )
    return {"count": count}


@router.post("/votes/{ballot_id}/counts", response=AgreementOut, summary="What I have counted")
def count(request: HttpRequest, ballot_id: UUID, entered: TellerCountIn) -> dict[str, str]:
    """`agreement` says how the tellers' counts stand: waiting, agreed or different."""
    ballot = access.ballot_to_tell(standing(request), ballot_id)
    question = ballot.questions.filter(position=entered.question).first()
    if question is None:
        raise NotFound(_("This vote has no such question."))
    ended = services.record_count(
        ballot=ballot, question=question, mode=entered.mode, teller=me(request),
        counts=entered.counts, is_recount=entered.is_recount, at=timezone.now(),
    )  # fmt: skip
    return {"agreement": ended.value}
