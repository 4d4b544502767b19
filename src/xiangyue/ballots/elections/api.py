"""The API's twin of elections: the same services, the same refusals.

There is no operation by which anybody votes: elections are held on paper.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema

from xiangyue.access.authentication import OPTIONAL, REQUIRED
from xiangyue.access.requests import standing
from xiangyue.ballots.api.taking import me
from xiangyue.ballots.elections import access, printing, queries, services
from xiangyue.ballots.elections.acts import ACTS, RECALL_ACTS
from xiangyue.ballots.elections.models import (
    Election,
    Round,
    RoundState,
)
from xiangyue.ballots.elections.reading import electorate_of
from xiangyue.ballots.elections.recall_models import Recall
from xiangyue.ballots.elections.schemas import (
    ACT_SCHEMAS,
    RECALL_SCHEMAS,
    ElectionDoorOut,
    ElectionHandOutIn,
    ElectionIn,
    ElectionOut,
    ElectionPageOut,
    ElectionResultOut,
    KeptElectionOut,
    OfficeCountIn,
    RecallIn,
    RecallOut,
)
from xiangyue.ballots.elections.stages import stages_of, what_is_next
from xiangyue.ballots.models import RollEntry
from xiangyue.ballots.schemas import AgreementOut
from xiangyue.ballots.services.members import found_people
from xiangyue.kernel.refusals import NotFound, Refused
from xiangyue.places.models import Place
from xiangyue.places.queries import county_place, within

router = Router(tags=["elections"], auth=REQUIRED)
MOST = 200


@router.get("/elections", auth=OPTIONAL, response=list[ElectionOut], summary="Elections")
def elections(request: HttpRequest, place: str = "", state: str = "") -> list[Election]:
    """Newest first."""
    rows = access.public_elections()
    if place:
        found = Place.objects.filter(code=place[:24]).first()
        if found is None:
            raise NotFound(_("There is no place with this code."))
        rows = within(rows, found)
    if state:
        rows = rows.filter(state=state)
    return list(rows[:MOST])


def _page(election: Election) -> Election:
    polling = queries.current_round(election)
    electorate = electorate_of(election)
    shown = {
        "electors": electorate.electors if electorate is not None else "residents",
        "groups": [
            {
                "group": name,
                "met_on": choice.met_on if choice is not None else None,
                "present_count": choice.present_count if choice is not None else None,
                "representatives": len(choice.people.all()) if choice is not None else 0,
            }
            for name, choice in queries.groups_of(election)
        ],
        "stages": stages_of(election),
        "candidates": list(queries.standing_candidates(election))
        if election.candidates_published_at
        else [],
        "rounds": list(election.rounds.all()),
        "elected": list(election.elected.all()),
        "proxies": [
            {"name": row.entry.name, "agent": row.agent.name} for row in queries.proxies_of(polling)
        ]
        if polling is not None
        else [],
    }
    election._prefetched_objects_cache = {  # type: ignore[attr-defined] # what Django shows
        "candidates": shown.pop("candidates"),
        "rounds": shown.pop("rounds"),
        "elected": shown.pop("elected"),
    }
    for name, value in shown.items():
        setattr(election, name, value)
    return election


@router.get(
    "/elections/{election_id}", auth=OPTIONAL, response=ElectionPageOut, summary="One election"
)
def election(request: HttpRequest, election_id: UUID) -> Election:
    return _page(access.public_election(election_id))


@router.get(
    "/election-rounds/{round_id}/result", auth=OPTIONAL, response=ElectionResultOut,
    summary="The result of a round, once it is counted",
)  # fmt: skip
def result(request: HttpRequest, round_id: UUID) -> dict[str, Any]:
    """Every number it rests on, so that anybody can reckon it again."""
    found = access.public_round(round_id)
    if found.state != RoundState.COUNTED:
        raise NotFound(_("This vote has no result yet."))
    return {"digest": found.result.digest, "facts": found.result.facts}


@router.get(
    "/election-rounds/{round_id}/slip.pdf", auth=OPTIONAL, summary="Specimens of the slips, as PDF"
)
def slip(request: HttpRequest, round_id: UUID) -> HttpResponse:
    content = printing.slip_pdf(access.public_round(round_id), specimen=True)
    return HttpResponse(content, content_type="application/pdf")


# --- who keeps it --------------------------------------------------------------------------------


@router.get("/kept-elections", response=list[ElectionOut], summary="The elections that I keep")
def kept_elections(request: HttpRequest) -> list[Election]:
    return list(access.elections_to_keep(standing(request))[:MOST])


@router.post("/kept-elections", response=ElectionOut, summary="Announce an election")
def announce(request: HttpRequest, entered: ElectionIn) -> Election:
    mine = standing(request)
    fills = access.election_to_keep(mine, entered.fills) if entered.fills else None
    return services.announce_election(
        place=access.place_for_election(mine, entered.place), kind=entered.kind,
        opens_at=entered.opens_at, closes_at=entered.closes_at, meets_at=entered.meets_at,
        boxes=entered.boxes, chosen_by=entered.chosen_by, seats=entered.seats, fills=fills,
        is_multi_ethnic=entered.is_multi_ethnic, electors=entered.electors,
        wanted_by=entered.wanted_by, groups=entered.groups,
        committee=found_people(place=county_place(), text=entered.committee, field="committee"),
        by=me(request), at=timezone.now(),
    )  # fmt: skip


@router.get("/kept-elections/{election_id}", response=KeptElectionOut, summary="How far it is")
def kept_election(request: HttpRequest, election_id: UUID) -> Election:
    """The step that comes next, and how many slips were handed out; no result."""
    return _kept(access.election_to_keep(standing(request), election_id))


def _kept(found: Election) -> Election:
    polling = queries.current_round(found)
    step, sentence = what_is_next(found, at=timezone.now())
    out = queries.handed_out(polling) if polling is not None else {}
    for name, value in (("next", step), ("sentence", sentence), ("handed_out", out)):
        setattr(found, name, value)
    return _page(found)


def _twin(act: str) -> None:
    """The operation for one act of `acts.py`, with its own schema."""
    schema = ACT_SCHEMAS.get(act)

    def with_nothing(request: HttpRequest, election_id: UUID) -> Election:
        return _acted(request, election_id, act, {})

    def with_values(request: HttpRequest, election_id: UUID, entered: Schema) -> Election:
        return _acted(request, election_id, act, entered.model_dump())

    view: Callable[..., Election] = with_nothing if schema is None else with_values
    if schema is not None:
        view.__annotations__["entered"] = schema
    view.__name__ = f"election_{act.replace('-', '_')}"
    router.add_api_operation(
        f"/kept-elections/{{election_id}}/{act}", ["POST"], view, response=KeptElectionOut,
        summary=str(act).replace("-", " ").capitalize() + " (election)",
    )  # fmt: skip


def _acted(request: HttpRequest, election_id: UUID, act: str, values: dict[str, Any]) -> Election:
    found = access.election_to_keep(standing(request), election_id)
    ACTS[act].do(election=found, by=me(request), at=timezone.now(), **values)
    return _kept(access.public_election(election_id))


for _act in ACTS:
    _twin(_act)


# --- tellers -------------------------------------------------------------------------------------


@router.get(
    "/election-rounds/{round_id}/door",
    response=list[ElectionDoorOut],
    summary="The list at the door",
)
def door(request: HttpRequest, round_id: UUID, q: str = "", after: int = 0) -> list[dict[str, Any]]:
    found = access.round_at_door(standing(request), round_id)
    rows = RollEntry.objects.filter(roll=found.election.roll_id, is_struck=False)
    rows = rows.filter(number__gt=max(0, min(after, 10**9)), name__icontains=q[:60])
    shown = list(rows.order_by("number")[:MOST])
    out = dict(found.slips.filter(entry__in=shown).values_list("entry", "way"))
    agents = {row.entry_id: row.agent.name for row in queries.proxies_of(found)}
    return [
        {
            "number": each.number,
            "name": each.name,
            "group": each.group,
            "way": out.get(each.pk),
            "agent": agents.get(each.pk, ""),
        }
        for each in shown
    ]


@router.get("/election-rounds/{round_id}/slips.pdf", summary="The slips to print, as PDF")
def slips(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """For who hands them out: the tellers, and who runs the election."""
    content = printing.slip_pdf(access.round_at_door(standing(request), round_id), specimen=False)
    return HttpResponse(content, content_type="application/pdf")


@router.post(
    "/election-rounds/{round_id}/door/{entry_number}", response={204: None},
    summary="Hand out the slips",
)  # fmt: skip
def hand_out(
    request: HttpRequest, round_id: UUID, entry_number: int, entered: ElectionHandOutIn
) -> tuple[int, None]:
    found = access.round_at_door(standing(request), round_id)
    services.hand_out(
        polling=found, entry=access.entry_of_election(found.election, min(entry_number, 10**9)),
        way=entered.way, through=entered.through, by=me(request), at=timezone.now(),
    )  # fmt: skip
    return 204, None


@router.delete(
    "/election-rounds/{round_id}/door/{entry_number}", response={204: None},
    summary="Take the slips back",
)  # fmt: skip
def take_back(request: HttpRequest, round_id: UUID, entry_number: int) -> tuple[int, None]:
    found = access.round_at_door(standing(request), round_id)
    entry = access.entry_of_election(found.election, min(entry_number, 10**9))
    services.take_back(polling=found, entry=entry, by=me(request), at=timezone.now())
    return 204, None


@router.post(
    "/election-rounds/{round_id}/counts", response=AgreementOut, summary="What I have counted"
)
def count(request: HttpRequest, round_id: UUID, entered: OfficeCountIn) -> dict[str, str]:
    """`agreement` says how the tellers' counts stand: waiting, agreed or different."""
    found: Round = access.round_to_tell(standing(request), round_id)
    if not all(key.isascii() and key.isdigit() and len(key) < 10 for key in entered.votes):
        message = _("Enter the number on the roll.")
        raise Refused(message, fields={"votes": message})
    ended = services.record_office_count(
        polling=found, office=entered.office, teller=me(request), returned=entered.returned,
        spoiled=entered.spoiled, votes={int(key): votes for key, votes in entered.votes.items()},
        is_recount=entered.is_recount, at=timezone.now(),
    )  # fmt: skip
    return {"agreement": ended.value}


# --- recalls -------------------------------------------------------------------------------------


@router.get("/recalls/{recall_id}", auth=OPTIONAL, response=RecallOut, summary="A recall")
def recall(request: HttpRequest, recall_id: UUID) -> Recall:
    return access.public_recall(recall_id)


@router.post("/kept-elected/{elected_id}/recall", response=RecallOut, summary="Ask for a recall")
def ask_for_recall(request: HttpRequest, elected_id: int, entered: RecallIn) -> Recall:
    elected = access.elected_to_keep(standing(request), max(0, min(elected_id, 10**15)))
    return services.ask_for_recall(
        elected=elected, by=me(request), at=timezone.now(), **entered.model_dump()
    )


def _recall_twin(act: str) -> None:
    schema = RECALL_SCHEMAS.get(act)

    def with_nothing(request: HttpRequest, recall_id: UUID) -> Recall:
        return _recall_acted(request, recall_id, act, {})

    def with_values(request: HttpRequest, recall_id: UUID, entered: Schema) -> Recall:
        return _recall_acted(request, recall_id, act, entered.model_dump())

    view: Callable[..., Recall] = with_nothing if schema is None else with_values
    if schema is not None:
        view.__annotations__["entered"] = schema
    view.__name__ = f"recall_{act}"
    router.add_api_operation(
        f"/kept-recalls/{{recall_id}}/{act}", ["POST"], view, response=RecallOut,
        summary=f"{act.capitalize()} (recall)",
    )  # fmt: skip


def _recall_acted(
    request: HttpRequest, recall_id: UUID, act: str, values: dict[str, Any]
) -> Recall:
    found = access.recall_to_keep(standing(request), recall_id)
    RECALL_ACTS[act].do(recall=found, by=me(request), at=timezone.now(), **values)
    return access.public_recall(recall_id)


for _act in RECALL_ACTS:
    _recall_twin(_act)
