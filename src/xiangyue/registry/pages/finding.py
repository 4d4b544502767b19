"""查: finding people, households, places, things, circumstances and organisations, all masked."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiangyue.access.requests import staff_only, standing
from xiangyue.access.rules import Standing
from xiangyue.places.models import Place, PlaceKind
from xiangyue.places.rules import short_name
from xiangyue.registry import queries
from xiangyue.registry.access import SEE, place_for, places_of
from xiangyue.registry.blueprint import Family
from xiangyue.registry.catalogue import all_kinds, family_name, name_of, policy
from xiangyue.registry.pages.shared import shell_of
from xiangyue.registry.rules import id_number

PLACES_OFFERED = 300


@never_cache
@staff_only(SEE)
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """The register within the person's areas; opening an entry is another page."""
    mine = standing(request)
    narrowed = narrowed_by(request, mine)
    rows: Any
    if narrowed.what == queries.PEOPLE:
        rows = queries.people(mine, narrowed)
    elif narrowed.what == queries.HOUSEHOLDS:
        rows = queries.households(mine, narrowed)
    else:
        rows = queries.elements(mine, narrowed)
    page = Paginator(rows, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    kinds = queries.kinds_of_family(narrowed.what)
    return render(
        request,
        "registry/register.html",
        {
            "shell": shell_of(request),
            "page": page,
            "narrowed": narrowed,
            "tabs": _tabs(request, narrowed, mine),
            "kinds": kinds,
            "is_id_number": id_number(narrowed.text) is not None,
            "places": offered_places(mine),
            "may_keep": mine.may_somewhere("registry.keep"),
            "may_take_out": mine.may_somewhere("registry.take_out"),
            "enterable": [kind for kind in kinds if kind.subject == "none"],
        },
    )


def narrowed_by(request: HttpRequest, mine: Standing) -> queries.Narrowed:
    """The filter in the address; what makes no sense is left out."""
    what = request.GET.get("what", queries.PEOPLE)
    if what not in {queries.PEOPLE, queries.HOUSEHOLDS, *queries.FAMILIES_IN_LISTS}:
        what = queries.PEOPLE
    code = request.GET.get("place", "")
    kinds = {kind.key for kind in queries.kinds_of_family(what)}
    kind = request.GET.get("kind", "")
    return queries.Narrowed(
        what=what,
        kind=kind if kind in kinds else "",
        place=place_for(mine, code) if code else None,
        text=request.GET.get("q", "").replace("\x00", "")[: queries.TEXT_LENGTH],
    )


def _tabs(request: HttpRequest, narrowed: queries.Narrowed, mine: Standing) -> list[dict[str, Any]]:
    cuts = [
        (queries.PEOPLE, family_name(Family.PERSON)),
        (queries.HOUSEHOLDS, _("Homes")),
        *((family, family_name(family)) for family in queries.FAMILIES_IN_LISTS),
    ]
    kept = {"q": narrowed.text, "place": request.GET.get("place", "")}
    kept = {name: value for name, value in kept.items() if value}
    tabs = [
        {
            "title": title,
            "url": f"{reverse('register')}?{urlencode({'what': what, **kept})}",
            "is_current": what == narrowed.what,
        }
        for what, title in cuts
    ]
    if mine.may_somewhere("incidents.see"):
        # 事: held once, as incidents; the register leads there.
        tabs.insert(
            3,
            {
                "title": family_name(Family.MATTER),
                "url": f"{reverse('inbox')}?{urlencode(kept)}",
                "is_current": False,
            },
        )
    return tabs


def offered_places(mine: Standing, verb: str = SEE) -> list[tuple[str, str]]:
    """The villages and groups of the person's areas, by code, the villages alone when many."""
    rows = places_of(mine, verb).exclude(kind__in=[PlaceKind.STREET, PlaceKind.SPECIAL])
    found: list[Place] = list(rows.order_by("path")[: PLACES_OFFERED + 1])
    if len(found) > PLACES_OFFERED:
        kinds = [PlaceKind.COUNTY, PlaceKind.TOWN, PlaceKind.VILLAGE]
        found = list(rows.filter(kind__in=kinds).order_by("path"))
    depth = min((place.depth for place in found), default=0)
    return [(place.code, "　" * (place.depth - depth) + short_name(place.name)) for place in found]


@never_cache
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """What the county holds of people, why and for how long: for everybody to read (GD01)."""
    kinds = sorted(all_kinds(), key=lambda kind: (list(Family).index(kind.family), kind.key))
    quota = policy()
    return render(
        request,
        "registry/catalogue.html",
        {
            "kinds": [
                {"kind": kind, "name": name_of(kind), "family": family_name(kind.family)}
                for kind in kinds
            ],
            "form_count": len(kinds),
            "item_count": sum(len(kind.fields) for kind in kinds),
            "quota": quota,
        },
    )


@never_cache
@staff_only(SEE)
@require_safe
def burden(request: HttpRequest) -> HttpResponse:
    """What a village is asked to fill in, against the quota (GD13)."""
    return render(
        request,
        "registry/burden.html",
        {
            "shell": shell_of(request),
            "burden": queries.burden(standing(request), at=timezone.now()),
        },
    )
