"""What everybody may know: rounds, orders, projects, and the result with how to reckon it again."""

from datetime import datetime
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiangyue.access.requests import person, standing
from xiangyue.kernel.refusals import NotFound, Refused
from xiangyue.orders import access, exporting, queries
from xiangyue.orders.acting import kind_name, kind_of, lives_there
from xiangyue.orders.forms import FilterForm
from xiangyue.orders.models import Outcome, Project, ProjectState, Round
from xiangyue.orders.pages import shell_of
from xiangyue.orders.queries import Narrowed
from xiangyue.orders.sentences import method_words, verdict_badge, verdict_sentence
from xiangyue.orders.services import stages_for
from xiangyue.orders.services.needs import may_enter_for_others
from xiangyue.orders.showing import stages_of
from xiangyue.orders.wording import attendance_sentence
from xiangyue.places.models import Person


@never_cache
@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """Budgets that residents decide over: those that run, those that are over."""
    narrowed = Narrowed.from_query(request.GET)
    rows = queries.listed(queries.public_rounds(), narrowed)
    context = {
        "shell": shell_of(request),
        "page": Paginator(rows, queries.PAGE_SIZE).get_page(request.GET.get("page")),
        "filter": narrowed,
        "form": FilterForm(request.GET or None),
        "tabs": [(which, narrowed.which == which) for which in ("", "past", "all")],
        "is_desk": False,
        "row": "order-round",
    }
    return render(request, "orders/rounds.html", context)


@never_cache
@require_safe
def round_page(request: HttpRequest, order_round_id: UUID) -> HttpResponse:
    """One round: where it stands, what I can do, the projects, and once decided why."""
    found = access.public_round(order_round_id)
    who, mine, now = person(request), standing(request), timezone.now()
    outcome = queries.outcome_of(found)
    projects = list(found.projects.prefetch_related("lines", "needs"))
    top = list(found.needs.order_by("-support_count", "number")[:5])
    context = {
        "shell": shell_of(request),
        "round": found,
        "kind_name": kind_name(found),
        "how": method_words(kind_of(found).method),
        "stages": stages_of(found),
        "part": queries.part_of(found, who, at=now),
        "may_order": _may_order(found, who, at=now),
        "is_signed_in": who is not None,
        "keeps": access.keeps(mine, found) or access.checks(mine, found),
        "is_teller": access.is_teller(mine, found),
        "listed": [one for one in projects if one.state == ProjectState.DRAFT],
        "refused": [one for one in projects if one.state == ProjectState.REFUSED],
        "top": top,
        "wanted": queries.wanted_by(who, top),
        "told": queries.told_of(outcome) if outcome is not None else [],
        "outcome": outcome,
        "attendance": attendance_sentence(outcome.facts) if outcome is not None else "",
        "left": outcome.facts["budget"] - outcome.facts["spent"] if outcome is not None else 0,
        **queries.summary(found),
    }
    return render(request, "orders/round.html", context)


def _may_order(found: Round, who: Person | None, *, at: datetime) -> bool:
    return (
        who is not None
        and found.state == "needs"
        and at < found.needs_until
        and (lives_there(who, found) or may_enter_for_others(who, found, at=at))
    )


@never_cache
@require_safe
def needs(request: HttpRequest, order_round_id: UUID) -> HttpResponse:
    """What was ordered and what became of each; the most wanted first."""
    found = access.public_round(order_round_id)
    narrowed, who = Narrowed.from_query(request.GET), person(request)
    rows = queries.needs_of(found, narrowed, who=who)
    page = Paginator(rows, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    which = ("", "waiting", "taken", "aside") + (("mine",) if who is not None else ())
    context = {
        "shell": shell_of(request),
        "round": found,
        "page": page,
        "filter": narrowed,
        "form": FilterForm(request.GET or None),
        "tabs": [(one, narrowed.which == one) for one in which],
        "wanted": queries.wanted_by(who, shown),
        "may_support": who is not None
        and lives_there(who, found)
        and found.state in {"needs", "costing"},
        "may_order": _may_order(found, who, at=timezone.now()),
        "keeps": access.keeps(standing(request), found),
    }
    return render(request, "orders/needs.html", context)


@never_cache
@require_safe
def project(request: HttpRequest, order_project_id: UUID) -> HttpResponse:
    """One project: what, where, how much; who ordered it; why it is built or not; how far it is."""
    return project_page(request, access.public_project(order_project_id))


def project_page(
    request: HttpRequest, found: Project, *, refused: Refused | None = None, status: int = 200
) -> HttpResponse:
    """The project's page as it stands now; what was `refused` is said on it."""
    mine = standing(request)
    outcome = queries.outcome_of(found.round)
    verdict = None
    if outcome is not None:
        verdict = next(
            (each for each in outcome.facts["verdicts"] if each["number"] == found.number), None
        )
    context = {
        "shell": shell_of(request),
        "project": found,
        "round": found.round,
        "lines": found.lines.all(),
        "needs": found.needs.all(),
        "progress": found.progress.select_related("by"),
        "verdict": verdict,
        "badge": verdict_badge(verdict) if verdict is not None else "",
        "is_paid": bool(found.building),
        "sentence": verdict_sentence(outcome.facts, verdict) if outcome and verdict else "",
        "keeps": access.keeps(mine, found.round),
        "checks": access.checks(mine, found.round),
        "photos": found.photos.filter(removed_at=None),
        "may_show": access.may_show(mine, found.round),
        "photo_stages": stages_for(found),
        "refused": refused,
    }
    return render(request, "orders/project.html", context, status=status)


def _outcome(order_round_id: UUID) -> Outcome:
    outcome = queries.outcome_of(access.public_round(order_round_id))
    if outcome is None:
        raise NotFound(_("This round has no result yet."))
    return outcome


@never_cache
@require_safe
def result_json(request: HttpRequest, order_round_id: UUID) -> HttpResponse:
    """The result's facts exactly as they were sealed, with their digest."""
    text = exporting.as_json(_outcome(order_round_id))
    return _download(text, "application/json", f"budget-{order_round_id}.json")


@never_cache
@require_safe
def result_csv(request: HttpRequest, order_round_id: UUID) -> HttpResponse:
    """Project by project: cost, voices, what became of it."""
    text = exporting.as_csv(_outcome(order_round_id).facts)
    return _download(text, "text/csv", f"budget-{order_round_id}.csv")


@never_cache
@require_safe
def result_pb(request: HttpRequest, order_round_id: UUID) -> HttpResponse:
    """All slips in the form of pabulib.org, to be reckoned again by anybody's software."""
    text = exporting.as_pb(_outcome(order_round_id).facts)
    return _download(text, "text/plain", f"budget-{order_round_id}.pb")


def _download(text: str, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
