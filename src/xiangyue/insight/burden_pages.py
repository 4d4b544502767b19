"""What software asks of villages, month by month (N12)."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xiangyue.access.requests import staff_only, standing
from xiangyue.activity.catalogue import activity_named
from xiangyue.incidents.pages.acting import shell_of
from xiangyue.insight import access, queries
from xiangyue.insight.asking import PeriodWrong
from xiangyue.insight.burden import Burden, burden_of, counted_months, spread_in_order
from xiangyue.insight.rules import PeriodUnreadable, period_named

KINDS_SHOWN = 12


def month_asked(key: str, months: list[date]) -> date | None:
    """The counted month of that name; without one, the newest. None when none is counted yet.

    :raises PeriodWrong: it is no month that is counted.
    """
    if not key:
        return months[0] if months else None
    try:
        month = period_named(key).begins
    except PeriodUnreadable:
        month = None
    if month is None or month not in months:
        raise PeriodWrong(_("This month is not counted; choose one from the list."))
    return month


@staff_only(access.SEE)
@require_safe
def burden(request: HttpRequest, code: str = "") -> HttpResponse:
    """Forms and fields that were asked of a place's villages; nobody is named or counted alone."""
    mine = standing(request)
    place = access.place_for(mine, code)
    months = counted_months()
    month = month_asked(request.GET.get("month", ""), months)
    whole, areas = Burden(place), list[Burden]()
    if month is not None:
        whole, areas = burden_of(place, queries.areas_below(place), month)
    return render(
        request,
        "insight/burden.html",
        {
            "shell": shell_of(request),
            "place": place,
            "above": access.above(mine, place),
            "months": months,
            "month": month,
            "whole": whole,
            "areas": [area for area in areas if area.worker_count],
            "kinds": [
                (activity_named(name).title, count)
                for name, count in whole.forms.most_common(KINDS_SHOWN)
            ],
            "spread": None if whole.spread is None else spread_in_order(whole.spread),
        },
    )
