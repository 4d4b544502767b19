"""What everybody reads: what is being decided here, issues, their history, the settlement rate."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiangyue.access.requests import person, standing
from xiangyue.deliberation import access, queries, showing
from xiangyue.deliberation.forms import ListForm, PeriodForm
from xiangyue.deliberation.models import Issue, StateChoices
from xiangyue.deliberation.pages import place_looked_at
from xiangyue.deliberation.queries import Narrowed
from xiangyue.deliberation.rules import Act, State, is_possible, may_ask_again
from xiangyue.deliberation.services import has_supported, may_add_photo, may_remove_photo
from xiangyue.deliberation.services.acting import head_of, policy
from xiangyue.kernel.deciding import MOST
from xiangyue.places.models import Place, PlaceKind
from xiangyue.procedures.deciding import all_lines

# On the page of what is being decided, before "all that was decided of late".
FEW_DECIDED = 5


@never_cache
@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """What waits for me, what is being decided here, what was decided of late.

    With `which=decided` all that was decided of late; a county decides hundreds of things.
    """
    place, who, now = place_looked_at(request), person(request), timezone.now()
    lines = all_lines(place=place, person=who, at=now)
    mine = [line for line in lines if line.outcome is None and line.needs_me]
    being = [line for line in lines if line.outcome is None and not line.needs_me]
    decided = [line for line in lines if line.outcome is not None]
    is_decided = request.GET.get("which") == "decided"
    page = Paginator(decided if is_decided else being, queries.PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    is_beginning = page.number == 1 and not is_decided
    context = {
        "place": place,
        "mine": mine if is_beginning else [],
        "page": page,
        "is_decided": is_decided,
        "decided": decided[:FEW_DECIDED] if is_beginning else [],
        "decided_count": len(decided),
        "most": MOST,
        "below": _below(place),
        "above": _above(place),
        "is_signed_in": who is not None,
    }
    return render(request, "deliberation/decisions.html", context)


def _below(place: Place) -> list[Place]:
    return list(
        Place.objects.filter(
            path__startswith=place.path,
            depth=place.depth + 1,
            is_active=True,
            kind__in=[PlaceKind.COUNTY, PlaceKind.TOWN, PlaceKind.VILLAGE],
        ).order_by("path")
    )


def _above(place: Place) -> Place | None:
    found: Place | None = Place.objects.filter(
        path=place.path[: -Place.steplen],
        kind__in=[PlaceKind.COUNTY, PlaceKind.TOWN, PlaceKind.PREFECTURE],
    ).first()
    return found


@never_cache
@require_safe
def issues(request: HttpRequest) -> HttpResponse:
    """The issues of the county or of one place; filters in the address."""
    narrowed = Narrowed.from_query(request.GET)
    if narrowed.which in {"look", "withdrawn"}:
        narrowed = Narrowed()
    rows = queries.listed(access.public_issues(), narrowed)
    place = Place.objects.filter(code=narrowed.place).first() if narrowed.place else None
    context = {
        "page": Paginator(rows, queries.PAGE_SIZE).get_page(request.GET.get("page")),
        "filter": narrowed,
        "form": ListForm(request.GET or None),
        "place": place,
        "tabs": [(which, narrowed.which == which) for which in ("", "doing", "past", "all")],
    }
    return render(request, "deliberation/issues.html", context)


@never_cache
@require_safe
def issue(request: HttpRequest, issue: str) -> HttpResponse:
    """One issue with its history; of what was joined to another the way leads on."""
    who = person(request)
    found = access.readable_issue(issue, who)
    if found.state == StateChoices.MERGED:
        head = head_of(found)
        return redirect(f"{reverse('issue', args=[head.number])}?from={found.number}")
    return render(request, "deliberation/issue.html", shown(request, found))


def shown(request: HttpRequest, found: Issue) -> dict[str, object]:
    who, mine, now = person(request), standing(request), timezone.now()
    is_mine = who is not None and found.raised_by_id == who.pk
    has_voice = who is not None and has_supported(found, who)
    came_from = request.GET.get("from", "")
    rules_of = policy()
    return {
        "issue": found,
        "tone": showing.TONES[StateChoices(found.state)],
        "steps": showing.timeline(found),
        "stages": showing.stages(found),
        "due": showing.due_words(found),
        "is_late": showing.is_late(found, at=now),
        "joined": access.public_issues().filter(merged_into=found).order_by("raised_at"),
        "came_from": access.public_issues()
        .filter(number=came_from, merged_into__isnull=False)
        .values_list("number", flat=True)
        .first(),
        "resolution": found.resolutions.exclude(outcome="put_off").first(),
        "tasks": found.tasks.all(),
        "lawyers_note": found.lawyers_notes.last(),
        "research": found.research.all(),
        "topic": queries.topic_names().get(found.topic, ""),
        "may_support": is_possible(Act.SUPPORT, State(found.state)) and found.is_shown,
        "has_voice": has_voice,
        "is_mine": is_mine,
        "may_withdraw": is_mine
        and found.support_count <= 1
        and is_possible(Act.WITHDRAW, State(found.state)),
        "may_ask_again": has_voice
        and found.state == StateChoices.DECLINED
        and may_ask_again(
            support_count=found.support_count,
            declined_count=found.declined_count,
            more=rules_of.ask_again_more,
            has_asked=found.asked_again_at is not None,
        ),
        "more_needed": max(0, found.declined_count + rules_of.ask_again_more - found.support_count)
        if found.state == StateChoices.DECLINED and found.asked_again_at is None
        else 0,
        "petition_needs": max(0, rules_of.petition_least - found.support_count)
        if found.is_petition and found.state == StateChoices.COLLECTED
        else 0,
        "photos": found.photos.all(),
        "may_add_photo": may_add_photo(found, mine),
        "may_remove_photo": may_remove_photo(found, mine),
        "is_signed_in": who is not None,
        "may_open": access.kept_issues(mine).filter(pk=found.pk).exists(),
        "may_enter": any(
            mine.may(verb, place_path=found.place_path)
            for verb in ("deliberation.enter", "deliberation.keep")
        ),
    }


@never_cache
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """How many issues were raised and what became of them, by place and period (JC-16)."""
    place = place_looked_at(request)
    since, before = (
        queries.day_of(request.GET.get("since", "")),
        queries.day_of(request.GET.get("before", "")),
    )
    found = queries.figures(place, since=since, before=before)
    labels = dict(StateChoices.choices)
    context = {
        "place": place,
        "figures": found,
        "lines": [(state, labels[state], count) for state, count in found.counts.items()],
        "parts": queries.figures_by_part(place, since=since, before=before),
        "above": _above(place),
        "since": since,
        "before": before,
        "form": PeriodForm(request.GET or None),
        "title": _("What became of issues"),
    }
    return render(request, "deliberation/figures.html", context)
