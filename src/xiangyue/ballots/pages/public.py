"""What everybody may know of a vote: what is asked, when and how, and once counted, the result."""

import csv
import io
import json
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiangyue.access.requests import person, standing
from xiangyue.ballots import access, queries
from xiangyue.ballots.models import Ballot, BallotState, RollEntry
from xiangyue.ballots.pages import shell_of
from xiangyue.ballots.reading import reserved_matters, rule_of
from xiangyue.ballots.showing import recomputed_rows, way_words
from xiangyue.ballots.slips import page_elsewhere
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Place, PlaceKind
from xiangyue.places.queries import within

PAGE_SIZE = 20


@require_safe
def votes(request: HttpRequest) -> HttpResponse:
    """Votes everywhere or at one place: those that run, those to come, those that are over."""
    which = request.GET.get("which", "")
    rows = queries.public_ballots()
    if which == "mine" and (who := person(request)) is not None:
        rows = queries.ballots_of(who)
    elif which == "past":
        rows = rows.filter(state__in=[BallotState.COUNTED, BallotState.ANNULLED])
    else:
        which = ""
        rows = rows.exclude(state__in=[BallotState.COUNTED, BallotState.ANNULLED])
    place = Place.objects.filter(code=request.GET.get("place", "")).first()
    if place is not None:
        rows = within(rows, place)
    return render(
        request,
        "ballots/votes.html",
        {
            "shell": shell_of(request),
            "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
            "which": which,
            "place": place,
            "towns": Place.objects.filter(kind=PlaceKind.TOWN, is_active=True).order_by("path"),
        },
    )


@never_cache
@require_safe
def vote(request: HttpRequest, ballot_id: UUID) -> HttpResponse:
    """One vote; the result and how to reckon it again once it is counted, not a number before."""
    ballot = access.public_ballot(ballot_id)
    if elsewhere := page_elsewhere(ballot, "page"):
        return redirect(elsewhere)
    who = person(request)
    entry: RollEntry | None = None
    if who is not None:
        entry = queries.entry_of(ballot.roll, who)
    is_on_roll = entry is not None and not entry.is_struck
    taken = queries.has_taken_part(ballot, entry.pk) if entry is not None else None
    rule = rule_of(ballot)
    mine = standing(request)
    return render(
        request,
        "ballots/vote.html",
        {
            "shell": shell_of(request),
            "ballot": ballot,
            "questions": ballot.questions.all(),
            "rule": rule,
            "rule_name": rule.name.in_language(get_language()),
            "ways": way_words(rule, ballot),
            "matter": _matter(ballot),
            "is_on_roll": is_on_roll,
            "taken": taken,
            "may_vote": is_on_roll and taken is None and _takes_phones(ballot),
            "may_see_roll": mine.person_id is not None
            and (is_on_roll or access.lives_there(mine, ballot.roll)),
            "is_teller": access.ballots_to_tell(mine).filter(pk=ballot.pk).exists(),
            "keeps": mine.may(access.KEEP, place_path=ballot.place_path),
            "proxies": queries.proxies_of(ballot) if rule.proxies else [],
            **_result(ballot),
        },
    )


def _takes_phones(ballot: Ballot) -> bool:
    return (
        ballot.state == BallotState.OPEN
        and "online" in ballot.modes
        and timezone.now() < ballot.closes_at
    )


def _matter(ballot: Ballot) -> str:
    found = (each for each in reserved_matters() if each.key == ballot.matter)
    return next((each.name.in_language(get_language()) for each in found), "")


def _result(ballot: Ballot) -> dict[str, object]:
    if ballot.state not in {BallotState.COUNTED, BallotState.ANNULLED}:
        return {}
    try:
        outcome = queries.outcome(ballot)
    except NotFound:
        return {}
    return {"outcome": outcome, "steps": recomputed_rows(outcome.facts)}


@never_cache
@require_safe
def result_json(request: HttpRequest, ballot_id: UUID) -> HttpResponse:
    """The result's facts exactly as they were sealed, with their digest.

    :raises NotFound: there is no such vote, or it has no result.
    """
    outcome = queries.outcome(access.public_ballot(ballot_id))
    text = json.dumps(
        {"digest": outcome.digest, "facts": outcome.facts}, ensure_ascii=False, indent=1
    )
    return _download(text, "application/json", f"vote-{ballot_id}.json")


@never_cache
@require_safe
def result_csv(request: HttpRequest, ballot_id: UUID) -> HttpResponse:
    """The counts as a table: question, choice, way of voting, votes; nobody's name.

    :raises NotFound: there is no such vote, or it has no result.
    """
    outcome = queries.outcome(access.public_ballot(ballot_id))
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["question", "choice", "mode", "count"])
    for question in outcome.facts["questions"]:
        for mode, counts in question["by_mode"].items():
            for choice, count in counts.items():
                writer.writerow([question["position"], choice, mode, count])
    return _download("\ufeff" + buffer.getvalue(), "text/csv", f"vote-{ballot_id}.csv")


def _download(text: str, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@never_cache
@require_safe
def screen(request: HttpRequest, ballot_id: UUID) -> HttpResponse:
    """For the wall of the meeting room: what is asked, whether enough have come, the result."""
    ballot = access.public_ballot(ballot_id)
    rule = rule_of(ballot)
    taken_count = queries.taken_count(ballot)
    quorum = rule.way(ballot.roll.basis).threshold()
    return render(
        request,
        "ballots/screen.html",
        {
            "ballot": ballot,
            "questions": ballot.questions.all(),
            "rule_name": rule.name.in_language(get_language()),
            "taken_count": taken_count,
            "needed_count": quorum.least(ballot.roll.entry_count),
            "is_quorate": quorum.is_met(taken_count, ballot.roll.entry_count),
            **_result(ballot),
        },
    )
