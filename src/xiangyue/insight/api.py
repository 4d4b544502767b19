"""Figures for programs: the same numbers and the same rows as the pages."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from xiangyue.access.authentication import OPTIONAL, REQUIRED
from xiangyue.access.queries import require
from xiangyue.access.requests import standing
from xiangyue.incidents.access import own_area
from xiangyue.incidents.api.reading import place_by_code
from xiangyue.incidents.api.schemas import IncidentPage
from xiangyue.insight import access, queries, rules
from xiangyue.insight.asking import count_of, indicator_named, number_asked, period_asked
from xiangyue.insight.burden import Burden, burden_of, counted_months, spread_in_order
from xiangyue.insight.burden_pages import month_asked
from xiangyue.insight.grids import staffing
from xiangyue.insight.indicators import Indicator
from xiangyue.insight.pages import MONTHS_SHOWN, public_place
from xiangyue.insight.publishing import Published, is_published, published, quarter_ended
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Place

router = Router(tags=["figures"], auth=REQUIRED)

_PERIOD = "2026-06, 2026-Q2, 2026, or days: 2026-06-03..2026-06-09; without one, this month"


class RatioOut(Schema):
    """A ratio as it is kept; of nothing there is no share."""

    numerator: int
    denominator: int


class FigureOut(Schema):
    key: str
    name: str
    numerator_in_words: str
    denominator_in_words: str
    period_in_words: str
    note: str
    source: str
    now: RatioOut
    before: RatioOut
    parts: dict[str, int]

    @classmethod
    def of(cls, figure: queries.Figure) -> "FigureOut":
        return cls(
            **_words(figure.indicator),
            now=_ratio(figure.now),
            before=_ratio(figure.before),
            parts=dict(figure.parts),
        )


class TimesOut(Schema):
    """Begun working hours until the answer."""

    count: int
    mean: float | None
    half: int | None = Field(description="P50")
    nine_tenths: int | None = Field(description="P90")


class PlaceFiguresOut(Schema):
    place: str
    place_name: str
    figures: list[FigureOut]
    times: TimesOut
    left_out: dict[str, int]

    @classmethod
    def of(cls, counts: queries.PlaceFigures) -> "PlaceFiguresOut":
        times = counts.times
        return cls(
            place=counts.place.code,
            place_name=counts.place.name,
            figures=[FigureOut.of(figure) for figure in counts.figures.values()],
            times=TimesOut(
                count=times.count,
                mean=None if times.mean is None else float(times.mean),
                half=times.half,
                nine_tenths=times.nine_tenths,
            ),
            left_out=dict(counts.left_out),
        )


class FiguresOut(Schema):
    period: str
    counted_at: Any = Field(description="when everything was last counted")
    not_counted_yet: int
    whole: PlaceFiguresOut
    areas: list[PlaceFiguresOut]
    elsewhere: dict[str, RatioOut] = Field(
        description="by indicator, what the whole counts and none of the areas; empty when nothing"
    )
    people_per_grid: RatioOut


class RowsOut(IncidentPage):
    """`counted` is the number, `count` how many of them the caller may open, if counted."""

    counted: int
    count: int | None  # type: ignore[assignment] # not counted where there are very many


class MonthOut(RatioOut):
    period: str


class AskedFigures(Schema):
    place: str = Field("", description="a place's code; without one, the widest of one's own")
    period: str = Field("", description=_PERIOD)


class AskedRows(AskedFigures):
    part: str = Field("out_of", description="what (numerator) or out_of (denominator)")
    value: str = Field("", description="one value of a split")
    elsewhere: bool = Field(default=False, description="of what lies in none of the areas")
    offset: int = 0
    limit: int = 50


class PublishedOut(Schema):
    """None is hidden: below five, or a number from which one below five could be computed."""

    place: str
    place_name: str
    numerator: int | None
    denominator: int | None


class PublishedFigureOut(Schema):
    key: str
    name: str
    numerator_in_words: str
    denominator_in_words: str
    period_in_words: str
    note: str
    source: str
    whole: PublishedOut
    areas: list[PublishedOut]


class PublicFiguresOut(Schema):
    place: str
    period: str
    figures: list[PublishedFigureOut]


class BurdenOut(Schema):
    place: str
    place_name: str
    form_count: int
    field_count: int
    worker_count: int
    spread: dict[str, int] | None = Field(description="people by band of entries; None: too few")


class BurdenMonthOut(Schema):
    month: str
    whole: BurdenOut
    areas: list[BurdenOut]


def _words(one: Indicator) -> dict[str, str]:
    return {
        "key": one.key,
        "name": str(one.name),
        "numerator_in_words": str(one.what_in_words),
        "denominator_in_words": str(one.out_of_in_words),
        "period_in_words": str(one.when),
        "note": str(one.note),
        "source": one.source,
    }


def _ratio(ratio: rules.Ratio) -> RatioOut:
    return RatioOut(numerator=ratio.numerator, denominator=ratio.denominator)


def _place(request: HttpRequest, code: str) -> Place:
    mine = standing(request)
    place = place_by_code(code) if code else own_area(mine)
    require(
        mine,
        access.SEE,
        place_path=place.path,
        message=str(access.OUT_OF_REACH),
    )
    return place


@router.get("/figures", response=FiguresOut, summary="A place's figures and its areas'")
def show_figures(request: HttpRequest, asked: Query[AskedFigures]) -> FiguresOut:
    place = _place(request, asked.place)
    period = period_asked(asked.period, today=timezone.localdate())
    whole, *areas = queries.figures_of_areas(place, queries.areas_below(place), period)
    rest = queries.elsewhere(whole, areas) or {}
    fresh = queries.freshness()
    return FiguresOut(
        period=period.key,
        counted_at=fresh.counted_at,
        not_counted_yet=fresh.waiting_count,
        whole=PlaceFiguresOut.of(whole),
        areas=[PlaceFiguresOut.of(area) for area in areas],
        elsewhere={key: _ratio(ratio) for key, ratio in rest.items()},
        people_per_grid=_ratio(staffing([place], at=timezone.now())[place.path]),
    )


@router.get("/figures/{key}/months", response=list[MonthOut], summary="An indicator by months")
def show_months(request: HttpRequest, key: str, asked: Query[AskedFigures]) -> list[MonthOut]:
    place = _place(request, asked.place)
    one = indicator_named(key)
    period = period_asked(asked.period, today=timezone.localdate())
    last = rules.month_of(period.last_day)
    months = [rules.months_on(last, -back) for back in reversed(range(MONTHS_SHOWN))]
    return [
        MonthOut(
            period=month.period.key,
            numerator=month.figures[one.key].now.numerator,
            denominator=month.figures[one.key].now.denominator,
        )
        for month in queries.series(place, months)
    ]


@router.get("/figures/{key}/rows", response=RowsOut, summary="The rows behind a number")
def list_rows(request: HttpRequest, key: str, asked: Query[AskedRows]) -> dict[str, Any]:
    place = _place(request, asked.place)
    number = number_asked(
        key, {"part": asked.part, "value": asked.value, "elsewhere": str(int(asked.elsewhere))}
    )
    period = period_asked(asked.period, today=timezone.localdate())
    counted = count_of(number, place, period)
    found = access.openable(
        standing(request),
        place,
        period,
        number.one.key,
        number.part,
        value=number.value,
        is_elsewhere=number.is_elsewhere,
        counted=counted,
    )
    begin = min(max(asked.offset, 0), 100_000)
    most = min(max(asked.limit, 1), 200)
    return {
        "counted": counted,
        "count": found.count,
        "items": list(found.rows[begin : begin + most]),
    }


@router.get(
    "/public/figures", auth=OPTIONAL, response=PublicFiguresOut, summary="What everybody may see"
)
def show_public(request: HttpRequest, asked: Query[AskedFigures]) -> PublicFiguresOut:
    """Of calendar quarters that have ended; without a period, of the last one."""
    today = timezone.localdate()
    period = period_asked(asked.period or quarter_ended(today).key, today=today)
    if not is_published(period, on=today):
        raise Refused(access.ONLY_QUARTERS)
    place = public_place(asked.place)
    return PublicFiguresOut(
        place=place.code,
        period=period.key,
        figures=[
            PublishedFigureOut(
                **_words(figure.indicator),
                whole=_published(figure.whole),
                areas=[_published(area) for area in figure.areas],
            )
            for figure in published(place, period)
        ],
    )


def _published(one: Published) -> PublishedOut:
    return PublishedOut(
        place=one.place.code if one.place else "",
        place_name=one.name,
        numerator=one.numerator,
        denominator=one.denominator,
    )


@router.get("/burden", response=BurdenMonthOut | None, summary="What is asked of villages")
def show_burden(request: HttpRequest, place: str = "", month: str = "") -> BurdenMonthOut | None:
    """Of a month that has ended; nothing where none is counted yet."""
    area = _place(request, place)
    chosen = month_asked(month, counted_months())
    if chosen is None:
        return None
    whole, areas = burden_of(area, queries.areas_below(area), chosen)
    return BurdenMonthOut(
        month=f"{chosen:%Y-%m}",
        whole=_burden(whole, with_spread=True),
        areas=[_burden(one, with_spread=False) for one in areas if one.worker_count],
    )


def _burden(one: Burden, *, with_spread: bool) -> BurdenOut:
    is_told = with_spread and one.spread is not None
    return BurdenOut(
        place=one.place.code,
        place_name=one.place.name,
        form_count=one.form_count,
        field_count=one.field_count,
        worker_count=one.worker_count,
        spread=dict(spread_in_order(one.spread or {})) if is_told else None,
    )
