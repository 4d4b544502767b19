"""What everybody reads: who keeps the compact, who is on duty, what is looked after, a card."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiangyue.access.requests import person, standing
from xiangyue.enforcement import access, queries, rules
from xiangyue.enforcement.clauses import all_clauses
from xiangyue.enforcement.models import Member
from xiangyue.enforcement.services import duty_of
from xiangyue.enforcement.services.acting import team_kind
from xiangyue.publicity.queries import notices_about
from xiangyue.publicity.serving import unfindable


@never_cache
@require_safe
def keeping(request: HttpRequest) -> HttpResponse:
    """Who keeps the compact in a village and who is on duty now; my own part in it."""
    who, now = person(request), timezone.now()
    code = request.GET.get("place", "").strip()
    village = access.village_with(code) if code else queries.village_of(who)
    context: dict[str, object] = {"village": village, "who": who}
    if village is not None:
        mine = standing(request)
        context |= {
            "committee": queries.committee_of(village),
            "teams": queries.teams_of(village),
            "on_duty": queries.on_duty(village, at=now),
            "is_from_here": access.is_from_here(who, mine, village),
            "clause_count": len(all_clauses(village, at=now)),
            "area_count": queries.public_areas(village).count(),
        }
    if who is not None:
        context |= {
            "seats": list(queries.own_seats(who)),
            "area_count_own": queries.own_areas(who).count(),
            "reminder_count": access.reminders_in_sight(standing(request), at=now)
            .filter(person=who)
            .count(),
            "duty": duty_of(who, at=now),
        }
    return unfindable(render(request, "enforcement/keeping.html", context))


@never_cache
@require_safe
def team(request: HttpRequest, compact_team_key: UUID) -> HttpResponse:
    """A team: what it is for, its telephone, when it is on duty; names for those who live there."""
    found = access.public_team(compact_team_key)
    now, village = timezone.now(), found.committee.place
    is_from_here = access.is_from_here(person(request), standing(request), village)
    context = {
        "team": found,
        "kind": team_kind(found),
        "village": village,
        "is_from_here": is_from_here,
        "members": found.members.filter(state=Member.State.SITTING).select_related("person")
        if is_from_here
        else (),
        "member_count": found.members.filter(state=Member.State.SITTING).count(),
        "turns": queries.coming_turns(found, at=now)[:14],
        "areas": queries.public_areas(village).filter(team=found)[:100],
        "notice": notices_about("enforcement.team", found.pk).filter(state="up").first(),
    }
    return unfindable(render(request, "enforcement/team.html", context))


@never_cache
@require_safe
def areas(request: HttpRequest, code: str) -> HttpResponse:
    """Who looks after what at a place, part by part; a household's own is nobody else's."""
    place, village = access.place_in_a_village(code)
    rows = queries.public_areas(place)
    subject = request.GET.get("subject", "").strip()[:80]
    if subject:
        rows = rows.filter(subject=subject)
    context = {
        "place": place,
        "village": village,
        "parts": queries.parts_of(place),
        "above": queries.place_above(place) if place.pk != village.pk else None,
        "page": Paginator(rows, queries.PAGE_SIZE).get_page(request.GET.get("page")),
        "subject": subject,
        "is_from_here": access.is_from_here(person(request), standing(request), village),
        "gap_count": len(queries.gaps(village, at=timezone.now())) if place == village else None,
    }
    return unfindable(render(request, "enforcement/areas.html", context))


@never_cache
@require_safe
def gaps(request: HttpRequest, code: str) -> HttpResponse:
    """What nobody looks after in a village, as a list with its number (LP-20)."""
    village = access.village_with(code)
    found = queries.gaps(village, at=timezone.now())
    mine = standing(request)
    context = {
        "village": village,
        "page": Paginator(found, queries.PAGE_SIZE).get_page(request.GET.get("page")),
        "keeps": village in access.villages_to_keep(mine),
    }
    return render(request, "enforcement/gaps.html", context)


@never_cache
@require_safe
def card(request: HttpRequest, card_code: str) -> HttpResponse:
    """Whether a work card serves today, whose it is and what they are; nothing else (LP-17)."""
    found = access.card_holder(card_code)
    standing_today = rules.card_standing(
        until=found.card_until,
        is_sitting=found.state == Member.State.SITTING,
        today=timezone.localdate(timezone.now()),
    )
    context = {
        "member": found,
        "is_valid": standing_today is rules.CardStanding.VALID,
        "today": timezone.localdate(timezone.now()),
    }
    return unfindable(render(request, "enforcement/card.html", context))
