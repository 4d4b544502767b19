"""How the API tells rounds, orders and projects."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from xiangyue.access.requests import person
from xiangyue.ballots.queries import taken_by_mode
from xiangyue.kernel.refusals import NotAllowed, NotFound
from xiangyue.orders import queries
from xiangyue.orders.acting import kind_of
from xiangyue.orders.models import Project, Round
from xiangyue.orders.sentences import verdict_sentence
from xiangyue.orders.showing import next_of
from xiangyue.places.models import Person, Place


def signed_in(request: HttpRequest) -> Person:
    who = person(request)
    if who is None:
        raise NotAllowed(_("Please sign in first."))
    return who


def place_with(code: str) -> Place:
    found: Place | None = Place.objects.filter(code=code, is_active=True).first()
    if found is None:
        raise NotFound(_("There is no place with this code."))
    return found


def row(one: Round) -> dict[str, Any]:
    names = (
        *("title", "state", "budget", "money_from", "begun_at", "needs_until"),
        *("costing_until",),
    )
    ballot = one.ballot
    return {name: getattr(one, name) for name in names} | {
        "id": one.pk,
        "place": one.place.code,
        "opens_at": ballot.opens_at if ballot is not None else None,
        "closes_at": ballot.closes_at if ballot is not None else None,
    }


def detail(one: Round) -> dict[str, Any]:
    kind = kind_of(one)
    return (
        row(one)
        | queries.summary(one)
        | {
            "about": one.about,
            "kind": kind.key,
            "method": kind.method.value,
            "notice": one.notice.number if one.notice is not None else None,
            "ballot": one.ballot_id,
            "stopped_why": one.stopped_why,
            "projects": list(one.projects.all()),
        }
    )


def kept(one: Round, *, at: datetime) -> dict[str, Any]:
    following = next_of(one, at=at)
    return detail(one) | {
        "next_step": following.verb,
        "sentences": list(following.sentences),
        "roll": one.roll_id,
        "taken": taken_by_mode(one.ballot) if one.ballot is not None else {},
    }


def page_of(rows: QuerySet[Any], number: int, name: str) -> dict[str, Any]:
    page = Paginator(rows, queries.PAGE_SIZE).get_page(number)
    return {
        name: list(page.object_list),
        "count": page.paginator.count,
        "page": page.number,
        "page_count": page.paginator.num_pages,
    }


def project_detail(one: Project) -> dict[str, Any]:
    outcome = queries.outcome_of(one.round)
    verdicts = outcome.facts["verdicts"] if outcome is not None else []
    verdict = next((each for each in verdicts if each["number"] == one.number), None)
    names = (
        *("id", "number", "title", "spot", "cost", "state", "refused_for", "refused_why"),
        *("building", "final_cost", "round_id", "what", "upkeep", "upkeep_by", "costed_by"),
    )
    return {name: getattr(one, name) for name in names} | {
        "lines": list(one.lines.all()),
        "needs": list(one.needs.all()),
        "progress": list(one.progress.all()),
        "photos": list(one.photos.filter(removed_at=None)),
        "verdict": verdict,
        "sentence": verdict_sentence(outcome.facts, verdict) if outcome and verdict else "",
    }
