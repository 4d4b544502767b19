"""What everybody may know of an election: what happens when, who stands, what came of it."""

import json
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiangyue.access.requests import person, standing
from xiangyue.ballots import queries as voting
from xiangyue.ballots.access import lives_there
from xiangyue.ballots.elections import access, printing, queries
from xiangyue.ballots.elections.models import (
    Election,
    ElectionState,
    Round,
    RoundState,
)
from xiangyue.ballots.elections.reading import electorate_of, kind_of
from xiangyue.ballots.elections.recall_models import Recall
from xiangyue.ballots.elections.showing import result_cards, standing_by_office
from xiangyue.ballots.elections.stages import stages_of
from xiangyue.ballots.models import RollState
from xiangyue.ballots.pages import shell_of
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Place
from xiangyue.places.queries import within

PAGE_SIZE = 20


@require_safe
def elections(request: HttpRequest) -> HttpResponse:
    """Elections everywhere or at one place: under way, or over."""
    which = "past" if request.GET.get("which") == "past" else ""
    over = [ElectionState.DECIDED, ElectionState.HANDED_OVER, ElectionState.ANNULLED]
    rows = access.public_elections()
    rows = rows.filter(state__in=over) if which else rows.exclude(state__in=over)
    place = Place.objects.filter(code=request.GET.get("place", "")[:24]).first()
    if place is not None:
        rows = within(rows, place)
    context = {
        "shell": shell_of(request),
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "which": which,
        "place": place,
        "towns": Place.objects.filter(kind="town", is_active=True).order_by("path"),
    }
    return render(request, "ballots/elections/elections.html", context)


@never_cache
@require_safe
def election(request: HttpRequest, election_id: UUID) -> HttpResponse:
    found = access.public_election(election_id)
    return render(request, "ballots/elections/election.html", _facts(request, found))


def _facts(request: HttpRequest, found: Election) -> dict[str, Any]:
    mine, who, roll = standing(request), person(request), found.roll
    is_public = roll is not None and roll.state != RollState.DRAFT
    entry = voting.entry_of(roll, who) if who is not None and roll is not None else None
    polling = queries.current_round(found)
    return {
        "shell": shell_of(request),
        "election": found,
        "electorate": electorate_of(found),
        "groups": queries.groups_of(found),
        "kind": kind_of(found),
        "kind_name": kind_of(found).name.in_language(get_language()),
        "stages": stages_of(found),
        "members": queries.sitting_members(found),
        "offices": standing_by_office(found) if found.candidates_published_at else [],
        "rounds": [result_cards(each) for each in _counted(found)],
        "voided": found.rounds.filter(state=RoundState.VOID),
        "polling": polling,
        "proxies": queries.proxies_of(polling) if polling is not None else [],
        "elected": found.elected.select_related("person"),
        "open_seats": [
            (queries.office_name(found, key), count)
            for key, count in queries.open_seats(found).items()
        ]
        if found.decided_at
        else [],
        "is_on_list": is_public and entry is not None and not entry.is_struck,
        "may_see_list": is_public and roll is not None and lives_there(mine, roll),
        "is_teller": polling is not None
        and access.rounds_to_tell(mine).filter(pk=polling.pk).exists(),
        "keeps": access.elections_to_keep(mine).filter(pk=found.pk).exists(),
        "recalls": Recall.objects.filter(post__in=found.elected.values("post")),
    }


def _counted(found: Election) -> list[Round]:
    rows = found.rounds.filter(state=RoundState.COUNTED).select_related("result")
    return list(rows.order_by("-number"))


@never_cache
@require_safe
def result_json(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The result's facts exactly as they were sealed, with their digest.

    :raises NotFound: there is no such round, or it has no result.
    """
    found = access.public_round(round_id)
    if found.state != RoundState.COUNTED:
        raise NotFound(_("This vote has no result yet."))
    text = json.dumps(
        {"digest": found.result.digest, "facts": found.result.facts}, ensure_ascii=False, indent=1
    )
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="election-{round_id}.json"'
    return response


@never_cache
@require_safe
def result_pdf(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The result for the wall.

    :raises NotFound: there is no such round, or it has no result.
    """
    found = access.public_round(round_id)
    if found.state != RoundState.COUNTED:
        raise NotFound(_("This vote has no result yet."))
    return pdf(printing.result_pdf(found), f"result-{round_id}")


@never_cache
@require_safe
def slip_pdf(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """What the slips of a round look like, one for each office, marked as specimens."""
    found = access.public_round(round_id)
    return pdf(printing.slip_pdf(found, specimen=True), f"specimen-{round_id}")


def pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


@never_cache
@require_safe
def recall(request: HttpRequest, recall_id: UUID) -> HttpResponse:
    """A recall: why it is asked for, what the person says to it, what came of it."""
    found = access.public_recall(recall_id)
    keeps = access.recalls_to_keep(standing(request)).filter(pk=found.pk).exists()
    context = {"shell": shell_of(request), "recall": found, "keeps": keeps}
    return render(request, "ballots/elections/recall.html", context)
