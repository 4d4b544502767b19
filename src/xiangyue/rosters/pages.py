"""Duty on three fronts: the desk that keeps it, the phone of who has it, the public."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiangyue.access.pages import show_refusal
from xiangyue.access.requests import person, signed_in, staff_only, standing
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Organisation, Place, PlaceKind
from xiangyue.rosters import access, exchanges, queries, services
from xiangyue.rosters.forms import AddForm, ExchangeForm, PlanForm
from xiangyue.rosters.models import DutyTurn, ExchangeState
from xiangyue.rosters.rules import month_of

WARNED_DAYS = 7


@require_GET
def public_duty(request: HttpRequest) -> HttpResponse:
    """Which platforms have somebody on duty now, and their telephones; never who it is."""
    now = timezone.now()
    towns = Place.objects.filter(kind=PlaceKind.TOWN, is_active=True).order_by("path")
    asked = request.GET.get("town", "")
    chosen = next((town for town in towns if town.code == asked), None)
    units = access.duty_units(within=chosen)
    page = Paginator(units, 40).get_page(request.GET.get("page"))
    running = queries.on_duty_units(
        Organisation.objects.filter(pk__in=[unit.pk for unit in page]), at=now
    )
    rows = [{"unit": unit, "turn": running.get(unit.pk)} for unit in page]
    return render(
        request,
        "rosters/public.html",
        {
            "rows": rows,
            "page": page,
            "towns": towns,
            "chosen": chosen,
            "kinds": queries.kind_names(get_language()),
        },
    )


@never_cache
@signed_in
@require_GET
def my_duty(request: HttpRequest) -> HttpResponse:
    """When I am on duty, and what waits for my consent."""
    who, now = person(request), timezone.now()
    assert who is not None
    turns = queries.own_turns(who.pk)
    is_past = request.GET.get("which") == "past"
    shown = turns.filter(ends_at__lte=now).reverse() if is_past else turns.filter(ends_at__gt=now)
    return render(
        request,
        "rosters/my_duty.html",
        {
            "shell": _shell(request),
            "page": Paginator(shown, 20).get_page(request.GET.get("page")),
            "awaiting": queries.exchanges_awaiting(who.pk, at=now),
            "now": now,
            "kinds": queries.kind_names(get_language()),
            "is_past": is_past,
            "who": who,
        },
    )


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def turn(request: HttpRequest, turn_id: UUID) -> HttpResponse:
    """One turn: whose it is, how it changed hands, and the way to have it change again."""
    mine, now = standing(request), timezone.now()
    who = person(request)
    assert who is not None
    shown = access.turn_for(mine, turn_id)
    may_propose = shown.person_id == who.pk or access.keeps(mine, shown)
    form = ExchangeForm(request.POST or None, turn=shown, at=now)
    status = 200
    if request.method == "POST":
        status = 422
        if may_propose and form.is_valid():
            taker, in_return = form.chosen()
            try:
                exchanges.propose_exchange(
                    turn=shown, taker=taker, return_turn=in_return, actor=who, at=now
                )
            except Refused as refusal:
                status = refusal.status
                show_refusal(form, refusal)
            else:
                messages.success(
                    request, _("%(person)s is asked to agree.") % {"person": taker.name}
                )
                return redirect("duty-turn", turn_id)
        elif not may_propose:
            form.add_error(None, _("Only who has the turn, or keeps the roster, can propose this."))
    rows = shown.exchanges.select_related("giver", "taker", "return_turn", "proposed_by")
    keeps = access.keeps(mine, shown)
    return render(
        request,
        "rosters/turn.html",
        {
            "shell": _shell(request),
            "turn": shown,
            "kinds": queries.kind_names(get_language()),
            "form": form,
            "exchanges": rows,
            "open": next((row for row in rows if row.state == ExchangeState.OPEN), None),
            "who": who,
            "keeps": keeps,
            "may_propose": may_propose and _is_to_come(shown, now),
            "may_cancel": keeps and shown.cancelled_at is None and shown.ends_at > now,
            "back": _month_url(shown.unit, timezone.localdate(shown.begins_at))
            if keeps
            else reverse("my-duty"),
        },
        status=status,
    )


def _is_to_come(turn: DutyTurn, now: datetime) -> bool:
    return turn.cancelled_at is None and turn.begins_at > now


@signed_in
@require_POST
def agree(request: HttpRequest, exchange_id: UUID) -> HttpResponse:
    """I agree; with both consents the turn changes hands."""
    mine = standing(request)
    exchange = access.exchange_for(mine, exchange_id)
    assert mine.person_id is not None
    done = exchanges.agree_to_exchange(
        exchange=exchange, actor_id=mine.person_id, at=timezone.now()
    )
    if done.state == ExchangeState.DONE:
        messages.success(request, _("Agreed by both: the turn has changed hands."))
    else:
        messages.success(request, _("Agreed; the other is still asked."))
    return redirect("my-duty")


@signed_in
@require_POST
def decline(request: HttpRequest, exchange_id: UUID) -> HttpResponse:
    """No; the turns stay as they are. No reason is asked."""
    mine = standing(request)
    exchange = access.exchange_for(mine, exchange_id)
    assert mine.person_id is not None
    exchanges.decline_exchange(exchange=exchange, actor_id=mine.person_id, at=timezone.now())
    messages.success(request, _("Declined; the turns stay as they were."))
    return redirect("my-duty")


# --- the desk ------------------------------------------------------------------------------------


@never_cache
@staff_only(access.KEEP)
@require_GET
def rosters(request: HttpRequest) -> HttpResponse:
    """The rosters that I keep; with a single one, that one."""
    units = access.units_to_keep(standing(request))
    words = request.GET.get("q", "").strip()[:60]
    if words:
        units = units.filter(name__contains=words)
    page = Paginator(units, 30).get_page(request.GET.get("page"))
    if not words and page.paginator.count == 1:
        return redirect("roster", page[0].code)
    today = timezone.localdate()
    rows = []
    for unit in page:
        missing = queries.gaps_of(
            unit, begins=today, ends=today + timedelta(days=WARNED_DAYS), after=timezone.now()
        )
        rows.append({"unit": unit, "gap_count": len(missing)})
    return render(request, "rosters/rosters.html", {"rows": rows, "page": page, "words": words})


@never_cache
@staff_only(access.KEEP)
@require_GET
def roster(request: HttpRequest, code: str) -> HttpResponse:
    """A unit's month: who is on duty when, when nobody is, and the forms to mend it."""
    return _roster_page(request, access.unit_to_keep(standing(request), code))


@staff_only(access.KEEP)
@require_POST
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """Fill a stretch of days in rotation."""
    unit, now = access.unit_to_keep(standing(request), code), timezone.now()
    form = PlanForm(request.POST, unit=unit, at=now)
    if form.is_valid():
        entered = form.cleaned_data
        try:
            turns = services.plan_turns(
                unit=unit,
                kind=entered["kind"],
                people=list(entered["people"]),
                begins=entered["begins"],
                ends=entered["ends"] + timedelta(days=1),
                first=entered["first"],
                actor_id=standing(request).person_id,
                at=now,
            )
        except Refused as refusal:
            show_refusal(form, refusal)
            return _roster_page(request, unit, plan_form=form, status=refusal.status)
        messages.success(
            request,
            ngettext("%(count)d turn planned.", "%(count)d turns planned.", len(turns))
            % {"count": len(turns)},
        )
        return redirect(_month_url(unit, entered["begins"]))
    return _roster_page(request, unit, plan_form=form, status=422)


@staff_only(access.KEEP)
@require_POST
def add(request: HttpRequest, code: str) -> HttpResponse:
    """Add one turn."""
    unit, now = access.unit_to_keep(standing(request), code), timezone.now()
    form = AddForm(request.POST, unit=unit, at=now)
    if form.is_valid():
        try:
            added = services.add_turn(
                unit=unit, actor_id=standing(request).person_id, at=now, **form.cleaned_data
            )
        except Refused as refusal:
            show_refusal(form, refusal)
            return _roster_page(request, unit, add_form=form, status=refusal.status)
        messages.success(request, _("The turn is in the roster."))
        return redirect(_month_url(unit, timezone.localdate(added.begins_at)))
    return _roster_page(request, unit, add_form=form, status=422)


@staff_only(access.KEEP)
@require_POST
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """Publish the month that was looked at."""
    unit = access.unit_to_keep(standing(request), code)
    begins, ends = _month_asked(request.POST.get("month", ""))
    count = services.publish_turns(
        unit=unit,
        begins=begins,
        ends=ends,
        actor_id=standing(request).person_id,
        at=timezone.now(),
    )
    messages.success(
        request,
        ngettext("%(count)d turn published.", "%(count)d turns published.", count)
        % {"count": count},
    )
    return redirect(_month_url(unit, begins))


@staff_only(access.KEEP)
@require_POST
def cancel(request: HttpRequest, turn_id: UUID) -> HttpResponse:
    """Take a turn out of the roster."""
    mine = standing(request)
    shown = access.turn_to_keep(mine, turn_id)
    services.cancel_turn(turn=shown, actor_id=mine.person_id, at=timezone.now())
    messages.success(request, _("The turn is cancelled."))
    return redirect(_month_url(shown.unit, timezone.localdate(shown.begins_at)))


def _roster_page(
    request: HttpRequest,
    unit: Organisation,
    *,
    plan_form: Form | None = None,
    add_form: Form | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    begins, ends = _month_asked(request.GET.get("month", ""))
    turns = (
        queries.turns_between(queries.start_of(begins), queries.start_of(ends))
        .filter(unit=unit, begins_at__gte=queries.start_of(begins))
        .select_related("person")
    )
    kinds = queries.kinds_of(unit)
    rows = list(turns)
    context = {
        "unit": unit,
        "turns": rows,
        "kinds": queries.kind_names(get_language()),
        "gaps": queries.gaps_of(unit, begins=begins, ends=ends, after=now),
        "unpublished_count": sum(1 for row in rows if row.published_at is None),
        "month": begins,
        "earlier": begins - timedelta(days=1),
        "later": ends,
        "plan_form": plan_form or PlanForm(unit=unit, at=now, initial=_plan_initial(begins, ends)),
        "add_form": add_form or AddForm(unit=unit, at=now, initial=_add_initial(request)),
        "adds": add_form is not None or "begins" in request.GET,
        "plans": plan_form is not None,
        "one_kind": len(kinds) == 1,
        "is_only_one": access.units_to_keep(standing(request))[:2].count() == 1,
    }
    return render(request, "rosters/roster.html", context, status=status)


def _plan_initial(begins: date, ends: date) -> dict[str, Any]:
    return {"begins": max(begins, timezone.localdate()), "ends": ends - timedelta(days=1)}


def _add_initial(request: HttpRequest) -> dict[str, Any]:
    """What a gap hands over when it is to be filled."""
    found: dict[str, Any] = {"kind": request.GET.get("kind", "")}
    for name in ("begins", "ends"):
        try:
            moment = datetime.strptime(request.GET.get(name, ""), "%Y-%m-%dT%H:%M")  # noqa: DTZ007
        except ValueError:
            continue
        found[f"{name}_at"] = moment
    return found


def _month_asked(text: str) -> tuple[date, date]:
    """The month that was asked for, as `2026-06`, else the present one."""
    try:
        asked = datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
    except ValueError:
        asked = timezone.localdate()
    if not 2000 <= asked.year <= 2100:
        asked = timezone.localdate()
    return month_of(asked)


def _month_url(unit: Organisation, day: date) -> str:
    return f"{reverse('roster', args=[unit.code])}?month={day:%Y-%m}"


def _shell(request: HttpRequest) -> str:
    return "site/desk.html" if standing(request).works_at_desk else "site/phone.html"
