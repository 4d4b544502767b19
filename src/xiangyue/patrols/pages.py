"""Patrols on two fronts: the worker's phone, and the desk of whoever leads."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiangyue.access.offline import Claim, claim_of, keep_on_phone
from xiangyue.access.requests import client_address, person, staff_only, standing
from xiangyue.incidents.pages.acting import show_refusal
from xiangyue.kernel.refusals import Refused
from xiangyue.patrols import access, queries, services
from xiangyue.patrols.forms import MOST_HOUSEHOLDS, PatrolForm, opened, opened_at
from xiangyue.patrols.models import OutcomeChoices, Patrol, Visit
from xiangyue.places.models import Household, Place, PlaceKind
from xiangyue.places.queries import within

DAYS = 30
MOST_DAYS = 366


@staff_only(queries.WALK)
@require_GET
def my_patrols(request: HttpRequest) -> HttpResponse:
    """My grids today, and the rounds that I have reported."""
    mine, now = standing(request), timezone.now()
    who = person(request)
    assert who is not None
    day = queries.today_of(now)
    grids = list(access.own_grids(mine))
    today = {
        patrol.grid_id: patrol
        for patrol in Patrol.objects.filter(worker=who, date=day, grid__in=grids)
    }
    past = Patrol.objects.filter(worker=who).select_related("grid").order_by("-date", "-pk")
    return keep_on_phone(
        render(
            request,
            "patrols/my_patrols.html",
            {
                "shell": _shell(request),
                "grids": [
                    {
                        "grid": grid,
                        "patrol": today.get(grid.pk),
                        "opened": opened(grid, at=now),
                    }
                    for grid in grids
                ],
                "page": Paginator(past, 20).get_page(request.GET.get("page")),
            },
        )
    )


@staff_only(queries.WALK)
@require_http_methods(["GET", "HEAD", "POST"])
def walk(request: HttpRequest, code: str) -> HttpResponse:
    """Look, mark, finish: one form, which waits in the phone where there is no network."""
    mine, now = standing(request), timezone.now()
    grid = access.grid_to_walk(mine, code)
    declared = services.round_named(queries.DAILY)
    who = person(request)
    assert who is not None
    form = PatrolForm(
        request.POST if request.method == "POST" else None,
        declared=declared,
        grid=grid,
        households=_listed(request, grid),
        at=now,
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            claim = claim_of(request)
            try:
                patrol = services.finish_patrol(
                    worker=who,
                    standing=mine,
                    grid=grid,
                    walked=form.walked(recorded_at=_meant(claim)),
                    at=now,
                    address_key=client_address(request),
                )
            except Refused as refusal:
                status = refusal.status
                show_refusal(form, refusal)
            else:
                return redirect("patrol-done", patrol.pk)
    page = render(
        request,
        "patrols/walk.html",
        {
            "shell": _shell(request),
            "grid": grid,
            "form": form,
            "earlier": queries.patrol_of(who.pk, grid, queries.today_of(now)),
            "name": declared.name.in_language(get_language()),
            "position_days": declared.position_days,
        },
        status=status,
    )
    return keep_on_phone(page)


def _listed(request: HttpRequest, grid: Place) -> list[Household]:
    """The households that the form lists; with those that it listed when it was filled in."""
    listed = queries.households_to_visit(grid, most=MOST_HOUSEHOLDS)
    named = [_key(name[6:]) for name in request.POST if name.startswith("visit_")]
    there = {house.pk for house in listed}
    missing = {key for key in named[: services.MOST_VISITS] if key is not None} - there
    if missing:
        listed += within(Household.objects.filter(pk__in=missing), grid).order_by("code")
    return listed


@staff_only(queries.WALK)
@require_POST
def nil(request: HttpRequest, code: str) -> HttpResponse:
    """Nothing found at any item: one tap."""
    mine = standing(request)
    grid = access.grid_to_walk(mine, code)
    who = person(request)
    assert who is not None
    patrol = services.finish_patrol(
        worker=who,
        standing=mine,
        grid=grid,
        walked=services.Walked(
            client_key=_key(request.POST.get("client_key", "")),
            opened_at=opened_at(request.POST.get("opened", "")[:400], grid),
            recorded_at=_meant(claim_of(request)),
        ),
        at=timezone.now(),
    )
    messages.success(request, _("%(grid)s: today's round is reported.") % {"grid": grid.name})
    return redirect("patrol-done", patrol.pk)


def _meant(claim: Claim | None) -> datetime | None:
    """When the phone says it was written, put right by as much as its clock is known to be off."""
    if claim is None:
        return None
    return claim.recorded_at + (claim.offset or timedelta())


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@staff_only(queries.WALK)
@require_GET
def done(request: HttpRequest, patrol_id: UUID) -> HttpResponse:
    """A round that I have reported: what was looked at, found and visited."""
    patrol = access.own_patrol(standing(request), patrol_id)
    visits = patrol.visits.select_related("household").order_by("household__code")
    return render(
        request,
        "patrols/done.html",
        {
            "shell": _shell(request),
            "patrol": patrol,
            "looked": _looked(patrol),
            "finds": patrol.finds.select_related("incident__category"),
            "visits": visits,
        },
    )


def _looked(patrol: Patrol) -> list[tuple[str, str]]:
    declared = queries.all_rounds().get(patrol.round)
    names = {}
    if declared is not None:
        names = {item.key: item.name.in_language(get_language()) for item in declared.items}
    return [(names.get(key, key), look) for key, look in patrol.looked.items()]


# --- the desk ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the coverage: a grid, or a place whose grids are added up."""

    place: Place
    visited_count: int
    household_count: int
    due_day_count: int
    patrolled_day_count: int
    is_grid: bool
    is_staffed: bool = True


@staff_only(access.SEE)
@require_GET
def coverage(request: HttpRequest) -> HttpResponse:
    """Days patrolled of days due, households visited of households: by place, never by name."""
    place = access.place_to_see(standing(request), request.GET.get("place", ""))
    now = timezone.now()
    today = queries.today_of(now)
    begins, ends = _period(request, today)
    rows = queries.coverage(place, begins=begins, ends=ends, at=now)
    lines = _lines(place, rows)
    missing = queries.not_patrolled(place, day=today, at=now)
    total = Line(
        place=place,
        visited_count=sum(row.visited_count for row in rows),
        household_count=sum(row.household_count for row in rows),
        due_day_count=sum(row.due_day_count for row in rows),
        patrolled_day_count=sum(row.patrolled_day_count for row in rows),
        is_grid=False,
    )
    above = access.places_to_see(standing(request)).filter(path=place.path[: -Place.steplen])
    return render(
        request,
        "patrols/coverage.html",
        {
            "shell": _shell(request),
            "place": place,
            "above": above.first(),
            "begins": begins,
            "last": ends - timedelta(days=1),
            "period": f"begins={begins:%F}&ends={ends - timedelta(days=1):%F}",
            "page": Paginator(lines, 60).get_page(request.GET.get("page")),
            "total": total,
            "bare_count": sum(1 for row in rows if not row.is_staffed),
            "missing": missing[:40],
            "missing_count": missing.count(),
        },
    )


def _lines(place: Place, rows: list[queries.CoverageRow]) -> list[Line]:
    """By grid in a village; above it by the places directly below."""
    if place.kind not in {PlaceKind.PREFECTURE, PlaceKind.COUNTY, PlaceKind.TOWN}:
        return [
            Line(
                row.grid,
                row.visited_count,
                row.household_count,
                row.due_day_count,
                row.patrolled_day_count,
                is_grid=True,
                is_staffed=row.is_staffed,
            )
            for row in rows
        ]
    length = len(place.path) + Place.steplen
    below: dict[str, list[queries.CoverageRow]] = {}
    for row in rows:
        below.setdefault(row.grid.path[:length], []).append(row)
    places = {each.path: each for each in Place.objects.filter(path__in=below)}
    return [
        Line(
            places[path],
            sum(row.visited_count for row in those),
            sum(row.household_count for row in those),
            sum(row.due_day_count for row in those),
            sum(row.patrolled_day_count for row in those),
            is_grid=path == place.path,
            is_staffed=all(row.is_staffed for row in those),
        )
        for path, those in sorted(below.items())
    ]


@staff_only(access.SEE)
@require_GET
def days(request: HttpRequest, code: str) -> HttpResponse:
    """The rows behind a grid's days: patrolled or not, and what was found."""
    grid = access.place_to_see(standing(request), code)
    now = timezone.now()
    begins, ends = _period(request, queries.today_of(now))
    rows = queries.days_of(grid, begins=begins, ends=ends, at=now)
    if (only := request.GET.get("only", "")) in {"missed", "found"}:
        rows = [
            row
            for row in rows
            if (row.is_due and not row.patrol_count if only == "missed" else row.found_count)
        ]
    return render(
        request,
        "patrols/days.html",
        {
            "shell": _shell(request),
            "grid": grid,
            "village": _village(grid),
            "begins": begins,
            "last": ends - timedelta(days=1),
            "only": only,
            "period": f"begins={begins:%F}&ends={ends - timedelta(days=1):%F}",
            "page": Paginator(rows, 40).get_page(request.GET.get("page")),
        },
    )


@staff_only(access.SEE)
@require_GET
def households(request: HttpRequest, code: str) -> HttpResponse:
    """The rows behind a grid's visits: when each household was last visited, by its number.

    That a visit was not convenient is shown to nobody here (GD06).
    """
    grid = access.place_to_see(standing(request), code)
    begins, ends = _period(request, queries.today_of(timezone.now()))
    rows = within(Household.objects.all(), grid).order_by("place_path", "code")
    visits = Visit.objects.filter(
        outcome=OutcomeChoices.VISITED, date__gte=begins, date__lt=ends, household__in=rows
    )
    which = request.GET.get("which", "")
    if which == "visited":
        rows = rows.filter(pk__in=visits.values("household"))
    elif which == "not":
        rows = rows.exclude(pk__in=visits.values("household"))
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    latest = dict(
        visits.filter(household__in=[house.pk for house in page])
        .order_by("date")
        .values_list("household_id", "date")
    )
    return render(
        request,
        "patrols/households.html",
        {
            "shell": _shell(request),
            "grid": grid,
            "village": _village(grid),
            "begins": begins,
            "last": ends - timedelta(days=1),
            "which": which,
            "period": f"begins={begins:%F}&ends={ends - timedelta(days=1):%F}",
            "page": page,
            "rows": [(house, latest.get(house.pk)) for house in page],
        },
    )


def _village(grid: Place) -> Place | None:
    steps = range(Place.steplen, len(grid.path) + 1, Place.steplen)
    paths = [grid.path[:length] for length in steps]
    return Place.objects.filter(path__in=paths, kind=PlaceKind.VILLAGE).first()


def _period(request: HttpRequest, today: date) -> tuple[date, date]:
    """The days asked for, `ends` being the first that no longer counts; else the last thirty."""
    first, last = _day(request.GET.get("begins", "")), _day(request.GET.get("ends", ""))
    last = min(last or today - timedelta(days=1), today)
    first = first or last - timedelta(days=DAYS - 1)
    if first > last or (last - first).days >= MOST_DAYS:
        first = last - timedelta(days=DAYS - 1)
    return first, last + timedelta(days=1)


def _day(text: str) -> date | None:
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def _shell(request: HttpRequest) -> str:
    return "site/desk.html" if standing(request).works_at_desk else "site/phone.html"
