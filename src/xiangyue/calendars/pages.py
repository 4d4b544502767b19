"""The desk on which staff keep the year's holidays and make-up working days."""

from datetime import date as Date  # noqa: N812 - as the service that it is handed to
from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from xiangyue.access.pages import show_refusal
from xiangyue.access.requests import staff_only, standing
from xiangyue.calendars import access, queries, services
from xiangyue.calendars.forms import DayForm
from xiangyue.calendars.models import Holiday
from xiangyue.kernel.refusals import NotFound, Refused

YEARS = range(2000, 2101)


@never_cache
@staff_only(access.KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """A year's days that differ from their weekday; a day entered here is set or changed."""
    access.require_calendar(standing(request))
    if request.method != "POST":
        day = _day_asked(request)
        year = _year_asked(request) if day is None else day.year
        return _year_page(request, year, _form_of(day))
    form = DayForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            edited = services.set_holiday(
                date=form.cleaned_data["date"],
                kind=form.cleaned_data["kind"],
                name=form.cleaned_data["name"],
                actor_id=standing(request).person_id,
                at=timezone.now(),
            )
        except Refused as refusal:
            show_refusal(form, refusal)
            status = refusal.status
        else:
            done = _("%(day)s is set.") % {"day": f"{edited.date:%Y-%m-%d}"}
            return _edited(request, edited, done)
    return _year_page(request, _year_asked(request), form, status=status)


@staff_only(access.KEEP)
@require_POST
def remove_day(request: HttpRequest, day: str) -> HttpResponse:
    """Let a day be what its weekday says again, and come back to its year."""
    access.require_calendar(standing(request))
    removed = services.remove_holiday(
        date=_date(day), actor_id=standing(request).person_id, at=timezone.now()
    )
    return _edited(
        request,
        removed,
        _("%(day)s is what its weekday says again.") % {"day": f"{removed.date:%Y-%m-%d}"},
    )


def _edited(request: HttpRequest, day: Holiday, done: str) -> HttpResponse:
    moved = ngettext(
        "%(count)s running clock moved.", "%(count)s running clocks moved.", day.moved_count
    ) % {"count": day.moved_count}
    messages.success(request, f"{done} {moved}")
    return redirect(f"{reverse('calendar')}?year={day.date.year}")


def _year_page(
    request: HttpRequest, year: int, form: forms.Form, *, status: int = 200
) -> HttpResponse:
    today = timezone.localdate()
    # The State Council publishes the next year's holidays in November; before, nobody can act.
    warned = [year, year + 1] if year == today.year and today.month >= 11 else [year]
    context = {
        "year": year,
        "years": range(today.year - 1, today.year + 3),
        "days": queries.holidays_of(year),
        "working_day_count": queries.current_calendar().working_days_between(
            Date(year, 1, 1), Date(year + 1, 1, 1)
        ),
        "warnings": [words for one in warned for words in queries.gaps_in_words(one)],
        "form": form,
        "is_change": bool(form.initial.get("name")),
    }
    return render(request, "calendars/calendar.html", context, status=status)


def _year_asked(request: HttpRequest) -> int:
    asked = request.GET.get("year", "")
    if asked.isascii() and asked.isdigit() and len(asked) == 4 and int(asked) in YEARS:
        return int(asked)
    return timezone.localdate().year


def _day_asked(request: HttpRequest) -> Date | None:
    return _date(request.GET["day"]) if request.GET.get("day") else None


def _date(text: str) -> Date:
    """:raises NotFound: the text names no day."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise NotFound(_("There is no such day.")) from None


def _form_of(day: Date | None) -> DayForm:
    """The form, filled with the day that is to be changed if one was asked for."""
    if day is None:
        return DayForm()
    row = queries.holidays_of(day.year).filter(date=day).first()
    if row is None:
        return DayForm(initial={"date": day})
    return DayForm(initial={"date": day, "kind": row.kind, "name": row.name})
