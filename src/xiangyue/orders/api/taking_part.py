"""Rounds as everybody, residents and tellers reach them."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router

from xiangyue.access.authentication import OPTIONAL, REQUIRED
from xiangyue.access.requests import person, standing
from xiangyue.ballots.models import Mode, Participation, RollEntry
from xiangyue.ballots.queries import taken_by_mode
from xiangyue.kernel.refusals import NotFound
from xiangyue.orders import access, queries, services
from xiangyue.orders.acting import lives_there
from xiangyue.orders.api.telling import detail, page_of, place_with, project_detail, row, signed_in
from xiangyue.orders.models import Need, Round
from xiangyue.orders.pages.photos import photo
from xiangyue.orders.queries import Narrowed
from xiangyue.orders.schemas import (
    BudgetDoorOut,
    BudgetNeedIn,
    BudgetNeedOut,
    BudgetNeedsOut,
    BudgetPapersIn,
    BudgetPapersOut,
    BudgetProjectOut,
    BudgetResultOut,
    BudgetRoundOut,
    BudgetRoundsOut,
    BudgetSlipIn,
)
from xiangyue.orders.sentences import verdict_sentence
from xiangyue.orders.services.counting import papers_of
from xiangyue.orders.services.needs import may_enter_for_others
from xiangyue.orders.wording import attendance_sentence
from xiangyue.places.queries import concerning

router = Router(auth=REQUIRED)
MOST = 200


@router.get("/budgets", auth=OPTIONAL, response=BudgetRoundsOut, summary="Budget rounds")
def list_rounds(
    request: HttpRequest, which: str = "", words: str = "", place: str = "", page: int = 1
) -> dict[str, Any]:
    """`which`: running (the default), past, all."""
    rows = queries.public_rounds()
    if place:
        rows = concerning(rows, place_with(place))
    narrowed = Narrowed.from_query({"which": which, "words": words})
    found = page_of(queries.listed(rows, narrowed), page, "rounds")
    return found | {"rounds": [row(one) for one in found["rounds"]]}


@router.get("/me/budget-needs", response=BudgetNeedsOut, summary="What I ordered or want")
def my_needs(request: HttpRequest, page: int = 1) -> dict[str, Any]:
    return page_of(queries.orders_of(signed_in(request)), page, "needs")


@router.get(
    "/budgets/{uuid:order_round_id}", auth=OPTIONAL, response=BudgetRoundOut, summary="One round"
)
def show_round(request: HttpRequest, order_round_id: UUID) -> dict[str, Any]:
    return detail(access.public_round(order_round_id))


@router.get(
    "/budgets/{uuid:order_round_id}/needs",
    auth=OPTIONAL,
    response=BudgetNeedsOut,
    summary="What was ordered, the most wanted first",
)
def list_needs(
    request: HttpRequest, order_round_id: UUID, which: str = "", words: str = "", page: int = 1
) -> dict[str, Any]:
    """`which`: waiting, taken, aside, mine; all without it."""
    found = access.public_round(order_round_id)
    narrowed = Narrowed.from_query({"which": which, "words": words})
    return page_of(queries.needs_of(found, narrowed, who=person(request)), page, "needs")


@router.get(
    "/budgets/{uuid:order_round_id}/alike",
    auth=OPTIONAL,
    response=list[BudgetNeedOut],
    summary="Orders that sound like this sentence",
)
def list_alike(request: HttpRequest, order_round_id: UUID, text: str = "") -> list[Need]:
    return queries.likely_needs(access.public_round(order_round_id), text[:500])


@router.post(
    "/budgets/{uuid:order_round_id}/needs", response=BudgetNeedOut, summary="Say what is needed"
)
def say_need(request: HttpRequest, order_round_id: UUID, entered: BudgetNeedIn) -> Need:
    found, who, now = access.public_round(order_round_id), signed_in(request), timezone.now()
    for_somebody = may_enter_for_others(who, found, at=now) and (
        bool(entered.said_by.strip()) or not lives_there(who, found)
    )
    return services.order(
        round_=found,
        text=entered.text,
        spot=entered.spot,
        said_by=entered.said_by if for_somebody else "",
        by=None if for_somebody else who,
        entered_by=who if for_somebody else None,
        at=now,
    )


@router.put(
    "/budget-needs/{uuid:order_need_id}/support", response=BudgetNeedOut, summary="Want the same"
)
def support(request: HttpRequest, order_need_id: UUID) -> Need:
    need = access.public_need(order_need_id)
    return services.support(need=need, by=signed_in(request), at=timezone.now())


@router.delete(
    "/budget-needs/{uuid:order_need_id}/support", response=BudgetNeedOut, summary="Take it back"
)
def take_back(request: HttpRequest, order_need_id: UUID) -> Need:
    need = access.public_need(order_need_id)
    return services.support(need=need, by=signed_in(request), is_wanted=False, at=timezone.now())


@router.get(
    "/budget-projects/{uuid:order_project_id}",
    auth=OPTIONAL,
    response=BudgetProjectOut,
    summary="One project, and why it is paid for or not",
)
def show_project(request: HttpRequest, order_project_id: UUID) -> dict[str, Any]:
    return project_detail(access.public_project(order_project_id))


@router.get(
    "/budgets/{uuid:order_round_id}/result",
    auth=OPTIONAL,
    response=BudgetResultOut,
    summary="The result, with every slip",
)
def result(request: HttpRequest, order_round_id: UUID) -> dict[str, Any]:
    """Nobody's name; enough to reckon it again."""
    outcome = queries.outcome_of(access.public_round(order_round_id))
    if outcome is None:
        raise NotFound(_("This round has no result yet."))
    facts = outcome.facts
    return {
        "digest": outcome.digest,
        "facts": facts,
        "attendance": attendance_sentence(facts),
        "sentences": {each["number"]: verdict_sentence(facts, each) for each in facts["verdicts"]},
    }


@router.post(
    "/budgets/{uuid:order_round_id}/slip",
    response={204: None},
    summary="Put my slip into the box",
)
def cast(request: HttpRequest, order_round_id: UUID, entered: BudgetSlipIn) -> tuple[int, None]:
    services.cast_slip(
        round_=access.public_round(order_round_id),
        voter=signed_in(request),
        projects=entered.projects,
        at=timezone.now(),
    )
    return 204, None


# --- tellers -------------------------------------------------------------------------------------


@router.get(
    "/budgets/{uuid:order_round_id}/tablet",
    response=list[BudgetDoorOut],
    summary="The roll, for who votes on the teller's tablet",
)
def tablet(
    request: HttpRequest, order_round_id: UUID, q: str = "", after: int = 0
) -> list[dict[str, Any]]:
    found = access.round_to_tell(standing(request), order_round_id)
    assert found.ballot is not None
    rows = RollEntry.objects.filter(
        roll=found.ballot.roll_id,
        is_struck=False,
        number__gt=max(0, min(after, 10**9)),
        name__icontains=q[:60],
    )
    shown = list(rows.order_by("number")[:MOST])
    taken = Participation.objects.filter(ballot=found.ballot, entry__in=shown)
    done = set(taken.values_list("entry", flat=True))
    return [
        {
            "number": one.number,
            "name": one.name,
            "group": one.group,
            "has_taken_part": one.pk in done,
        }
        for one in shown
    ]


@router.post(
    "/budgets/{uuid:order_round_id}/tablet/{int:entry_number}",
    response={204: None},
    summary="The slip of somebody at the teller's tablet",
)
def cast_on_tablet(
    request: HttpRequest, order_round_id: UUID, entry_number: int, entered: BudgetSlipIn
) -> tuple[int, None]:
    found = access.round_to_tell(standing(request), order_round_id)
    services.cast_slip(
        round_=found,
        entry=access.entry_of(found, entry_number),
        by=signed_in(request),
        projects=entered.projects,
        at=timezone.now(),
    )
    return 204, None


@router.get(
    "/budgets/{uuid:order_round_id}/papers",
    response=BudgetPapersOut,
    summary="How the tellers stand with the papers",
)
def papers(request: HttpRequest, order_round_id: UUID) -> dict[str, Any]:
    return _papers(request, access.round_to_tell(standing(request), order_round_id))


@router.post(
    "/budgets/{uuid:order_round_id}/papers",
    response=BudgetPapersOut,
    summary="Type in papers, a line each",
)
def type_papers(
    request: HttpRequest, order_round_id: UUID, entered: BudgetPapersIn
) -> dict[str, Any]:
    found = access.round_to_tell(standing(request), order_round_id)
    services.type_papers(
        round_=found,
        teller=signed_in(request),
        first=entered.first,
        lines=entered.lines,
        at=timezone.now(),
    )
    return _papers(request, found)


def _papers(request: HttpRequest, found: Round) -> dict[str, Any]:
    assert found.ballot is not None
    standing_ = papers_of(found)
    return {
        "handed_out": taken_by_mode(found.ballot).get(Mode.PAPER, 0),
        "typed_count": found.typed.filter(teller=signed_in(request)).count(),
        "agreed": list(standing_.agreed),
        "differing": list(standing_.differing),
        "waiting": list(standing_.waiting),
    }


@router.get("/budget-photos/{uuid:order_photo}", auth=OPTIONAL, summary="A photo of a project")
def show_photo(request: HttpRequest, order_photo: UUID) -> HttpResponse:
    """For everybody; with `small=1` as lists show it."""
    return photo(request, order_photo)
