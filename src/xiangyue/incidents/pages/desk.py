"""The desk: the inbox, dispatching many at once, saved views, export, what is late and where."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from xiangyue.access.requests import person, staff_only, standing
from xiangyue.access.rules import Standing
from xiangyue.incidents import queries, services
from xiangyue.incidents.access import incident_for, own_area
from xiangyue.incidents.exporting import workbook_of
from xiangyue.incidents.forms import BulkDispatchForm, InboxForm, SavedViewForm
from xiangyue.incidents.models import SavedView
from xiangyue.incidents.paging import Pages
from xiangyue.incidents.rules import MOVES, Verb
from xiangyue.incidents.services import Actor
from xiangyue.kernel.refusals import NotFound, Refused
from xiangyue.places.models import Place

EXPORT_LIMIT = 20_000
MAP_LIMIT = 2_000


@staff_only("incidents.see")
def inbox(request: HttpRequest) -> HttpResponse:
    """Everything the person's posts let them see, most urgent first; filters in the address."""
    mine = standing(request)
    narrowed = queries.InboxFilter.from_query(request.GET)
    now = timezone.now()
    rows = queries.inbox(mine, narrowed, at=now)
    tabs = _tabs(request, mine, narrowed)
    counted = next((tab["count"] for tab in tabs if tab["query"] == asdict(narrowed)), None)
    page = Pages(
        rows,
        queries.PAGE_SIZE,
        wanted=request.GET.get("page"),
        count=counted,
        parts=queries.counted_in_parts(mine, narrowed),
    ).current()
    views = SavedView.objects.filter(owner_id=mine.person_id).order_by("name")
    return render(
        request,
        "incidents/inbox.html",
        {
            "page": page,
            "filter": narrowed,
            "form": InboxForm(request.GET or None, standing=mine),
            "tabs": tabs,
            "views": views,
            "view_form": SavedViewForm(),
            "bulk_form": BulkDispatchForm(standing=mine)
            if mine.may_somewhere("incidents.dispatch")
            else None,
            # A filter made by pressing a number is kept while it is narrowed further.
            "kept": [
                (name, value)
                for name in ("late", "mine", "supervised", "unit", "closed_since")
                if (value := getattr(narrowed, name))
            ],
            "has_more": narrowed.since or narrowed.until or narrowed.outcome or narrowed.urgency,
            "can_dispatch": MOVES[Verb.DISPATCH].sources,
            "has_dispatchable": any(
                row.state in MOVES[Verb.DISPATCH].sources for row in page.object_list
            ),
            "may_enter": mine.may_somewhere("incidents.enter_for_others"),
            "may_export": mine.may_somewhere("incidents.export"),
            "query": request.GET.urlencode(),
            "now": now,
        },
    )


def _tabs(
    request: HttpRequest, mine: Standing, narrowed: queries.InboxFilter
) -> list[dict[str, Any]]:
    """The few cuts that a clerk makes a hundred times a day, each with its count."""
    counts = queries.inbox_counts(mine, at=timezone.now())
    cuts = [
        ("open", _("All open"), {}, narrowed.is_empty),
        ("reported", _("To dispatch"), {"state": "reported"}, narrowed.state == "reported"),
        ("dispatched", _("To take on"), {"state": "dispatched"}, narrowed.state == "dispatched"),
        (
            "in_progress",
            _("In progress"),
            {"state": "in_progress"},
            narrowed.state == "in_progress",
        ),
        ("handled", _("To verify"), {"state": "handled"}, narrowed.state == "handled"),
        ("late", _("Late"), {"late": "1"}, bool(narrowed.late)),
        ("mine", _("In my hands"), {"mine": "1"}, bool(narrowed.mine)),
    ]
    return [
        {
            "title": title,
            "url": f"{reverse('inbox')}?{urlencode(query)}",
            "query": asdict(queries.InboxFilter(**query)),
            "count": counts[name],
            "is_current": is_current,
        }
        for name, title, query, is_current in cuts
    ]


@staff_only("incidents.dispatch")
@require_POST
def bulk_dispatch(request: HttpRequest) -> HttpResponse:
    """Dispatch what was ticked to one unit; each is done or refused by itself, and said so."""
    mine = standing(request)
    form = BulkDispatchForm(request.POST, standing=mine)
    back = f"{reverse('inbox')}?{request.POST.get('query', '')[:500]}"
    numbers = request.POST.getlist("number")[:200]
    if not form.is_valid() or not numbers:
        messages.error(request, _("Tick the incidents and choose a unit."))
        return redirect(back)
    done, refused = 0, []
    for number in numbers:
        try:
            services.dispatch_incident(
                incident=incident_for(mine, number),
                unit=form.cleaned_data["unit"],
                note=form.cleaned_data["note"],
                actor=Actor(mine),
                at=timezone.now(),
            )
            done += 1
        except Refused as refusal:
            refused.append(f"{number}: {refusal}")
    if done:
        messages.success(
            request,
            ngettext("%(count)d incident dispatched.", "%(count)d incidents dispatched.", done)
            % {"count": done},
        )
    for sentence in refused[:20]:
        messages.error(request, sentence)
    return redirect(back)


@staff_only("incidents.see")
@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the inbox's present filter under a name; the same name again replaces it."""
    form = SavedViewForm(request.POST)
    query = request.POST.get("query", "")[:500]
    who = person(request)
    if form.is_valid() and who is not None:
        SavedView.objects.update_or_create(
            owner=who, name=form.cleaned_data["name"], defaults={"query": query}
        )
        messages.success(request, _("The view was saved."))
    else:
        messages.error(request, _("Please give the view a name."))
    return redirect(f"{reverse('inbox')}?{query}")


@staff_only("incidents.see")
@require_POST
def delete_view(request: HttpRequest, view_id: str) -> HttpResponse:
    """Forget one of one's own saved views."""
    deleted, _by_model = SavedView.objects.filter(pk=view_id, owner=person(request)).delete()
    if not deleted:
        raise NotFound(_("You have no such view."))
    messages.success(request, _("The view was deleted."))
    return redirect("inbox")


@staff_only("incidents.export")
def export_inbox(request: HttpRequest) -> HttpResponse:
    """The filtered list as an Excel workbook; without reporters or descriptions of private ones."""
    mine = standing(request)
    rows = queries.inbox(mine, queries.InboxFilter.from_query(request.GET), at=timezone.now())
    response = HttpResponse(
        workbook_of(rows[:EXPORT_LIMIT], exported_by=str(mine.person_id), at=timezone.now()),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    name = f"incidents-{timezone.localdate():%Y%m%d}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@staff_only("incidents.see_figures")
def areas(request: HttpRequest, code: str = "") -> HttpResponse:
    """What is late, where and why, place by place; every number leads to its incidents."""
    mine = standing(request)
    place = _place_or_own_area(code, mine)
    now = timezone.now()
    since = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    since -= timedelta(days=30)
    counts = queries.areas_below(mine, place, at=now, since=since)
    total = queries.AreaCount(
        place,
        *(sum(getattr(row, name) for row in counts) for name in queries.AreaCount.__slots__[1:]),
    )
    columns = _columns(f"{since:%F}")
    return render(
        request,
        "incidents/areas.html",
        {
            "place": place,
            "since": f"{since:%F}",
            "columns": [title for title, _name, _cut in columns],
            "rows": [_area_row(row, place, columns) for row in counts],
            "total": total,
            "above": _above(place, mine),
        },
    )


Column = tuple[str, str, dict[str, str]]


def _columns(since: str) -> list[Column]:
    """The figures of an area: title, name in `AreaCount`, and the inbox's cut that it counts."""
    closed = {"state": "closed", "closed_since": since}
    return [
        (_("Open"), "open_count", {}),
        (_("Late"), "late_count", {"late": "1"}),
        (_("Late: not dispatched"), "undispatched_count", {"late": "1", "state": "reported"}),
        (_("Late: not taken on"), "untaken_count", {"late": "1", "state": "dispatched"}),
        (_("Late: not verified"), "unverified_count", {"late": "1", "state": "handled"}),
        (_("Waiting"), "waiting_count", {"state": "waiting"}),
        (_("Closed"), "closed_count", closed),
        (_("Closed, not fixed"), "unfixed_count", {**closed, "outcome": "not_fixed"}),
    ]


def _area_row(row: queries.AreaCount, place: Place, columns: list[Column]) -> dict[str, Any]:
    """A row's figures with their addresses; what lies nowhere below has none of its own."""
    is_itself = row.place.pk == place.pk
    leads_down = not is_itself and row.place.numchild
    return {
        "place": row.place,
        "is_itself": is_itself,
        "url": reverse("areas-of", args=[row.place.code]) if leads_down else "",
        "counts": [
            (
                getattr(row, name),
                ""
                if is_itself
                else f"{reverse('inbox')}?{urlencode({'place': row.place.code, **cut})}",
            )
            for _title, name, cut in columns
        ],
    }


def _place_or_own_area(code: str, mine: Standing) -> Place:
    if code:
        place: Place | None = Place.objects.filter(code=code).first()
        if place is None or not mine.may("incidents.see_figures", place_path=place.path):
            raise NotFound(_("There is no such place in your area."))
        return place
    return own_area(mine)


def _above(place: Place, mine: Standing) -> Place | None:
    path = place.path[: -Place.steplen]
    if not path or not mine.may("incidents.see_figures", place_path=path):
        return None
    return Place.objects.filter(path=path).first()


@staff_only("incidents.see")
def map_page(request: HttpRequest) -> HttpResponse:
    """Where the open incidents of the filter are; the list beside it says the same in words."""
    mine = standing(request)
    narrowed = queries.InboxFilter.from_query(request.GET)
    rows = queries.inbox(mine, narrowed, at=timezone.now())
    return render(
        request,
        "incidents/map.html",
        {
            "form": InboxForm(request.GET or None, standing=mine),
            "points_url": f"{reverse('incident-points')}?{request.GET.urlencode()}",
            "placed": rows.filter(latitude__isnull=False)[: queries.PAGE_SIZE],
            "placed_count": rows.filter(latitude__isnull=False).count(),
            "unplaced_count": rows.filter(latitude=None).count(),
            "query": request.GET.urlencode(),
        },
    )


@staff_only("incidents.see")
def incident_points(request: HttpRequest) -> JsonResponse:
    """The filter's incidents that have a position, as GeoJSON points."""
    now = timezone.now()
    rows = queries.inbox(
        standing(request), queries.InboxFilter.from_query(request.GET), at=now
    ).filter(latitude__isnull=False)[:MAP_LIMIT]
    return JsonResponse(
        queries.as_geojson(rows, url=lambda number: reverse("incident", args=[number]), at=now)
    )
