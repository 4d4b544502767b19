"""Figures for those whose posts include them, and those that everybody may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xiangyue.access.requests import person, staff_only, standing
from xiangyue.incidents.models import Incident
from xiangyue.incidents.pages.acting import shell_of
from xiangyue.insight import access, queries, rules
from xiangyue.insight.asking import (
    PeriodWrong,
    count_of,
    indicator_named,
    number_asked,
    period_asked,
    this_month,
)
from xiangyue.insight.charts import Chart, chart_of
from xiangyue.insight.exporting import workbook_of
from xiangyue.insight.forms import PeriodForm
from xiangyue.insight.grids import patrol_coverage, staffed_grids, staffing
from xiangyue.insight.indicators import INDICATORS, LEFT_OUT, Indicator
from xiangyue.insight.publishing import (
    KINDS,
    is_published,
    published,
    quarter_ended,
)
from xiangyue.insight.rules import Period
from xiangyue.insight.suppression import FEWEST
from xiangyue.insight.wording import period_in_words
from xiangyue.kernel.refusals import NotFound, Refused
from xiangyue.places.models import Place, PlaceKind
from xiangyue.places.queries import county_place

MONTHS_SHOWN = 13
ROWS_A_PAGE = 50
# What an area is told apart by at a glance; the page of each indicator tells the rest.
AT_A_GLANCE = ("KPI-15", "KPI-05", "KPI-06", "KPI-08", "KPI-09", "KPI-11", "KPI-13", "N1")
DRAWN = ("KPI-05", "KPI-06", "KPI-09", "KPI-11", "KPI-12-SOLVED", "SY-44")


@dataclass(frozen=True, slots=True)
class Asking:
    """The period of a page and how to change it; what was entered wrongly stays to be corrected."""

    period: Period
    form: PeriodForm
    tabs: list[tuple[str, str, bool]]

    @property
    def query(self) -> str:
        return f"?period={self.period.key}"


def _asking(request: HttpRequest) -> Asking:
    today = timezone.localdate()
    query = request.GET
    form = PeriodForm()
    if "since" in query or "until" in query:
        form = PeriodForm(query)
        period = form.period() if form.is_valid() else this_month(today)
    else:
        period = period_asked(query.get("period", ""), today=today)
    return Asking(period, form, _tabs(period))


def _tabs(period: Period) -> list[tuple[str, str, bool]]:
    """The month, quarter and year of the period's first day, and the periods beside it."""
    day = period.begins
    quarter = (day.month + 2) // 3
    around = [
        ("month", f"{day:%Y-%m}"),
        ("quarter", f"{day:%Y}-Q{quarter}"),
        ("year", f"{day:%Y}"),
    ]
    return [
        ("‹ " + period_in_words(period.before()), period.before().key, False),
        *(
            (period_in_words(rules.period_named(key)), key, period.kind == kind)
            for kind, key in around
        ),
        (period_in_words(period.after()) + " ›", period.after().key, False),
    ]


def _surroundings(request: HttpRequest, place: Place, asking: Asking) -> dict[str, Any]:
    mine = standing(request)
    return {
        "shell": shell_of(request),
        "is_phone": not mine.works_at_desk,
        "place": place,
        "above": access.above(mine, place),
        "asking": asking,
        "period": asking.period,
        "query": asking.query,
        "freshness": queries.freshness(),
    }


def _months_to(period: Period) -> list[Any]:
    last = rules.month_of(min(period.last_day, timezone.localdate()))
    return [rules.months_on(last, -back) for back in reversed(range(MONTHS_SHOWN))]


@staff_only(access.SEE)
@require_safe
def figures(request: HttpRequest, code: str = "") -> HttpResponse:
    """All indicators of a place, and those of the areas below it at a glance."""
    place = access.place_for(standing(request), code)
    asking = _asking(request)
    below = queries.areas_below(place)
    whole, *areas = queries.figures_of_areas(place, below, asking.period)
    months = queries.series(place, _months_to(asking.period))
    rest = queries.elsewhere(whole, areas)
    return render(
        request,
        "insight/figures.html",
        {
            **_surroundings(request, place, asking),
            "whole": whole,
            "lines": list(whole.figures.values()),
            "splits": [figure for figure in whole.figures.values() if figure.parts],
            "areas": [(area.place, [area.figures[key] for key in AT_A_GLANCE]) for area in areas],
            "columns": [INDICATORS[key] for key in AT_A_GLANCE],
            "elsewhere": [(INDICATORS[key], rest[key]) for key in AT_A_GLANCE] if rest else None,
            "left_out": [(LEFT_OUT[key], count) for key, count in whole.left_out.items()],
            "charts": [_drawn(INDICATORS[key], months) for key in DRAWN],
            "staffing": staffing([place, *below], at=timezone.now())[place.path],
            "confidential": _confidential(place, asking.period),
            "fewest": FEWEST,
        },
    )


def _drawn(one: Indicator, months: Sequence[queries.PlaceFigures]) -> dict[str, Any]:
    shares = [month.figures[one.key].share for month in months]
    known = [
        (month.period.key, month.figures[one.key].now)
        for month in months
        if month.figures[one.key].share is not None
    ]
    return {"indicator": one, "chart": chart_of(shares), "latest": known[-1] if known else None}


def _confidential(place: Place, period: Period) -> dict[str, Any] | None:
    """How many confidential matters there were: of the whole county, in a calendar year.

    They are in no other figure: by adding and taking away neighbours or months anybody could
    find where there was one (GD12, PE02). None where it is not to be told at all.
    """
    if period.kind != "year" or place.path != county_place().path:
        return None
    counts = queries.figures(place, period, is_confidential=True)
    accepted, in_time = counts["KPI-15"].now.denominator, counts["KPI-06"].now
    if accepted < FEWEST:
        return {"count": None}
    is_told = min(in_time.numerator, in_time.denominator - in_time.numerator) >= FEWEST
    return {"count": accepted, "in_time": in_time if is_told else None}


@staff_only(access.SEE)
@require_safe
def figure(request: HttpRequest, code: str, slug: str) -> HttpResponse:
    """One indicator of a place: in words, over months, area by area."""
    place = access.place_for(standing(request), code)
    one = indicator_named(slug)
    asking = _asking(request)
    whole, *areas = queries.figures_of_areas(place, queries.areas_below(place), asking.period)
    months = queries.series(place, _months_to(asking.period))
    chart: Chart = chart_of([month.figures[one.key].share for month in months])
    return render(
        request,
        "insight/figure.html",
        {
            **_surroundings(request, place, asking),
            "indicator": one,
            "figure": whole.figures[one.key],
            "areas": [(area.place, area.figures[one.key]) for area in areas],
            "elsewhere": rest[one.key] if (rest := queries.elsewhere(whole, areas)) else None,
            "months": [(month.period, month.figures[one.key]) for month in months],
            "times": whole.times if one.key == "KPI-08" else None,
            "times_before": whole.times_before,
            "chart": chart,
            "left_out": [(LEFT_OUT[key], count) for key, count in whole.left_out.items()],
        },
    )


@dataclass(frozen=True, slots=True)
class Slice:
    """A page of rows that were not counted, as the pagination shows it."""

    object_list: list[Incident]
    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_other_pages(self) -> bool:
        return self.has_next or self.has_previous

    @property
    def next_page_number(self) -> int:
        return self.number + 1

    @property
    def previous_page_number(self) -> int:
        return self.number - 1


@staff_only(access.SEE)
@require_safe
def rows(request: HttpRequest, code: str, slug: str) -> HttpResponse:
    """The incidents that a number counts, those of them that the person may open."""
    mine = standing(request)
    place = access.place_for(mine, code)
    asked = number_asked(slug, request.GET.dict())
    asking = _asking(request)
    counted = count_of(asked, place, asking.period)
    found = access.openable(
        mine,
        place,
        asking.period,
        asked.one.key,
        asked.part,
        value=asked.value,
        is_elsewhere=asked.is_elsewhere,
        counted=counted,
    )
    return render(
        request,
        "insight/rows.html",
        {
            **_surroundings(request, place, asking),
            "asked": asked,
            "counted": counted,
            "openable": found.count,
            "page": _slice(request, found.rows),
        },
    )


def _slice(request: HttpRequest, found: Any) -> Slice:
    text = request.GET.get("page", "1")
    number = min(max(int(text), 1), 1_000) if text.isdecimal() and len(text) < 8 else 1
    begin = (number - 1) * ROWS_A_PAGE
    got = list(found[begin : begin + ROWS_A_PAGE + 1])
    return Slice(got[:ROWS_A_PAGE], number, len(got) > ROWS_A_PAGE)


@staff_only(access.SEE)
@require_safe
def grids(request: HttpRequest, code: str) -> HttpResponse:
    """How many people serve each grid of a place (KPI-23); who they are is no figure."""
    place = access.place_for(standing(request), code)
    below = queries.areas_below(place)
    ratios = staffing([place, *below], at=timezone.now())
    staffed, elsewhere = staffed_grids(place, at=timezone.now())
    return render(
        request,
        "insight/grids.html",
        {
            **_surroundings(request, place, _asking(request)),
            "staffing": ratios[place.path],
            "areas": [(area, ratios[area.path]) for area in below],
            "grids": staffed,
            "elsewhere": elsewhere,
            "elsewhere_count": sum(one.person_count for one in elsewhere),
        },
    )


@staff_only(access.SEE)
@require_safe
def visits(request: HttpRequest, code: str) -> HttpResponse:
    """How many households were visited on patrols (KPI-14), area by area and grid by grid."""
    place = access.place_for(standing(request), code)
    asking = _asking(request)
    (whole, *areas), walked = patrol_coverage([place, *queries.areas_below(place)], asking.period)
    return render(
        request,
        "insight/visits.html",
        {
            **_surroundings(request, place, asking),
            "whole": whole,
            "areas": areas,
            "grids": walked,
        },
    )


@staff_only(access.SEE)
@require_safe
def export(request: HttpRequest, code: str) -> HttpResponse:
    """The figures of a place and of the areas below it as an Excel workbook."""
    place = access.place_for(standing(request), code)
    period = _asking(request).period
    who = person(request)
    response = HttpResponse(
        workbook_of(
            queries.figures_of_areas(place, queries.areas_below(place), period),
            exported_by=str(who.pk if who else ""),
            counted_at=queries.freshness().counted_at,
            at=timezone.now(),
        ),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    name = f"figures-{place.code}-{period.key}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def public_figures(request: HttpRequest, code: str = "") -> HttpResponse:
    """The figures of a quarter that has ended, small numbers hidden (GD12)."""
    today = timezone.localdate()
    latest = quarter_ended(today)
    refusal: Refused | None = None
    period = latest
    try:
        asked = period_asked(request.GET.get("period", latest.key), today=today)
        if is_published(asked, on=today):
            period = asked
        else:
            refusal = Refused(access.ONLY_QUARTERS)
    except PeriodWrong as wrong:
        refusal = wrong
    place = public_place(code)
    return render(
        request,
        "insight/public_figures.html",
        {
            "place": place,
            "above": public_above(place),
            "period": period,
            "previous": period.before(),
            "next": period.after() if is_published(period.after(), on=today) else None,
            "figures": published(place, period),
            "fewest": FEWEST,
            "refusal": refusal,
            "freshness": queries.freshness(),
        },
        status=422 if refusal is not None else 200,
    )


def public_place(code: str) -> Place:
    """The county, or a county, town or village by its code.

    :raises NotFound: there is none of which figures are published.
    """
    top = county_place()
    if not code or code == top.code:
        return top
    place: Place | None = Place.objects.filter(
        code=code, kind__in=KINDS, is_active=True, path__startswith=top.path
    ).first()
    if place is None:
        raise NotFound(_("There is no place with this code of which figures are published."))
    return place


def public_above(place: Place) -> Place | None:
    if place.kind not in {PlaceKind.TOWN, PlaceKind.VILLAGE}:
        return None
    return Place.objects.filter(path=place.path[: -Place.steplen]).first()
