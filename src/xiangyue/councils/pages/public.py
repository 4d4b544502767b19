"""What everybody reads: who sits for what at a place, a council by day, who sits for a matter."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access.requests import person, signed_in, standing
from xiangyue.councils import access, queries, services, showing
from xiangyue.councils.forms import AskForm, ConcernedForm
from xiangyue.councils.models import Council, CouncilState, GroupMatter, GroupMatterState
from xiangyue.councils.pages import act_page, me, tried
from xiangyue.councils.printing import roster_pdf
from xiangyue.councils.reading import kind_of, kinds_at
from xiangyue.councils.services.acting import keeps, lives_at, own_seats
from xiangyue.incidents.pages.resident import place_known
from xiangyue.places.models import Place, PlaceKind
from xiangyue.places.queries import ancestors_by_kind, within


@never_cache
@require_safe
def councils_at(request: HttpRequest, code: str = "") -> HttpResponse:
    """Who sits for what at a place; of a town or county, which places have a council.

    Without a code it is the village that is known of who asks, else the county.
    """
    known = None if code else place_known(request)
    village = ancestors_by_kind(known).get(PlaceKind.VILLAGE) if known is not None else None
    place = village or access.place_with_councils(code)
    now, who = timezone.now(), person(request)
    lines = []
    for council in queries.standing_councils(place):
        reads = access.reads_names(who, council, at=now)
        seats = showing.seats_shown(council, on=timezone.localdate(now), reads_names=reads)
        lines.append((council, kind_of(council), seats, queries.missing(council, at=now)))
    below = within(
        Council.objects.exclude(state=CouncilState.DISSOLVED).exclude(place=place), place
    ).select_related("place")
    language = get_language()
    may_begin = (
        [
            (key, kind.name.in_language(language), kind.purpose.in_language(language))
            for key, kind in kinds_at(place).items()
            if kind.formed_by == "residents" and key not in {one[0].kind for one in lines}
        ]
        if who is not None and lives_at(who, place)
        else []
    )
    context = {
        "place": place,
        "lines": lines,
        "page": Paginator(below.order_by("place_path", "kind"), queries.PAGE_SIZE).get_page(
            request.GET.get("page")
        ),
        "above": _above(place),
        "may_begin": may_begin,
        "is_signed_in": who is not None,
    }
    return render(request, "councils/place.html", context)


@signed_in
@require_POST
def begin_group(request: HttpRequest, code: str) -> HttpResponse:
    """A resident begins what residents form, and joins it (SD-02)."""
    place = access.place_with_councils(code)
    now = timezone.now()
    council = services.form(kind=request.POST.get("kind", ""), place=place, by=me(request), at=now)
    services.join(council=council, by=me(request), at=now)
    messages.success(request, _("It is begun. Ask others in; the clerk publishes who is in it."))
    return redirect("council", council.pk)


@never_cache
@require_safe
def council(request: HttpRequest, council_key: UUID) -> HttpResponse:
    """One council: who sits, or sat on the day of `?on=`; its matters; how to take part."""
    found = access.public_council(council_key)
    now, who = timezone.now(), person(request)
    today = timezone.localdate(now)
    on = _day(request.GET.get("on", ""), today)
    reads = access.reads_names(who, found, at=now)
    kind = kind_of(found)
    own = own_seats(who, found, at=now) if who is not None else []
    context = {
        "council": found,
        "kind": kind,
        "kind_name": kind.name.in_language(get_language()),
        "purpose": kind.purpose.in_language(get_language()),
        "on": on,
        "is_past": on != today,
        "seats": showing.seats_shown(found, on=on, reads_names=reads),
        "missing": queries.missing(found, at=now),
        "matters": found.matters.order_by("closed_at", "-opened_at")[:30],
        "opinions": _opinions(found),
        "reads_names": reads,
        "is_signed_in": who is not None,
        "is_member": bool(own),
        "keeps": who is not None and keeps(who, found, at=now),
        "may_join": who is not None
        and not own
        and kind.formed_by == "residents"
        and found.state != CouncilState.DISSOLVED
        and lives_at(who, found.place),
        "may_ask": kind.work is not None
        and found.state == CouncilState.SITTING
        and who is not None
        and (lives_at(who, found.place) or keeps(who, found, at=now) or bool(own)),
    }
    return render(request, "councils/council.html", context)


def _above(place: Place) -> Place | None:
    """The town of a village, the county of a town."""
    if place.kind not in {PlaceKind.VILLAGE, PlaceKind.TOWN}:
        return None
    above: Place | None = Place.objects.filter(path=place.path[: -Place.steplen]).first()
    return above


def _opinions(found: Council) -> list[GroupMatter]:
    rows = found.group_matters.filter(work="opinions", state=GroupMatterState.CONCLUDED)
    return list(rows.order_by("-ended_at")[:20])


def _day(text: str, today: date) -> date:
    try:
        return parse_date(text) or today
    except ValueError:
        return today


@require_safe
def roster(request: HttpRequest, council_key: UUID) -> HttpResponse:
    """The roster on paper, with the names that the reader may read."""
    found = access.public_council(council_key)
    now = timezone.now()
    reads = access.reads_names(person(request), found, at=now)
    address = request.build_absolute_uri(reverse("council", args=[found.pk]))
    made = roster_pdf(found, at=now, reads_names=reads, address=address)
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.kind}-{found.place.code}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@signed_in
@require_POST
def join(request: HttpRequest, council_key: UUID) -> HttpResponse:
    """Join what residents form."""
    found = access.public_council(council_key)
    services.join(council=found, by=me(request), at=timezone.now())
    messages.success(request, _("You are in. You can leave at any time, without a reason."))
    return redirect("council", found.pk)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, council_key: UUID) -> HttpResponse:
    """Ask a group; whoever keeps it or sits in it enters it for others."""
    found = access.public_council(council_key)
    who, now = me(request), timezone.now()
    is_resident = lives_at(who, found.place)
    for_others = keeps(who, found, at=now) or (
        bool(own_seats(who, found, at=now)) and "for" in request.GET
    )
    for_others = for_others and not (is_resident and "own" in request.GET)
    kind = kind_of(found)
    form = AskForm(
        request.POST if request.method == "POST" else None,
        work=kind.work or "", for_others=for_others, place=found.place,
        initial={} if for_others else {"contact": who.phone},
    )  # fmt: skip
    status = 200
    if form.is_bound:
        made: list[GroupMatter] = []
        asker: dict[str, Any] = {"entered_by": who} if for_others else {"by": who}
        status = tried(
            form,
            lambda: made.append(
                services.ask_group(council=found, at=now, **asker, **form.chosen())
            ),
        )
        if status == 0:
            messages.success(request, _("The group has it now; you can follow it here."))
            return redirect("group-matter", made[0].pk)
    return act_page(
        request, form, title=found.name, lead=kind.purpose.in_language(get_language()),
        button=_("Ask the group"), back=reverse("council", args=[found.pk]),
        back_title=found.name, says=_never_said(kind.work), status=status,
    )  # fmt: skip


def _never_said(work: str | None) -> str:
    if work != "judging":
        return ""
    return _(
        "Everybody it is about must want it. They are heard first, and must agree to the words."
        " There are no points, no list and no rank; petitions and complaints are never judged."
    )


@never_cache
@require_safe
def matter(request: HttpRequest, matter_key: UUID) -> HttpResponse:
    """Who sits for a matter and why, who stepped back and why; “I am concerned”."""
    found = access.public_matter(matter_key)
    now, who = timezone.now(), person(request)
    reads = access.reads_names(who, found.council, at=now)
    mine = found.stakeholders.filter(person=who).first() if who is not None else None
    context = {
        "matter": found,
        "council": found.council,
        "shown": showing.matter_shown(found, at=now, reads_names=reads),
        "reads_names": reads,
        "is_signed_in": who is not None,
        "mine": mine,
        "asks_in": any(one.per_issue for one in kind_of(found.council).seats),
        "is_member": who is not None and bool(own_seats(who, found.council, at=now)),
        "keeps": access.keeps_it(standing(request), found.council),
    }
    return render(request, "councils/matter.html", context)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def concerned(request: HttpRequest, matter_key: UUID) -> HttpResponse:
    """Ask to be heard on a matter."""
    found = access.public_matter(matter_key)
    form = ConcernedForm(request.POST if request.method == "POST" else None)
    back = reverse("council-matter", args=[found.pk])
    status = 200
    if form.is_bound:
        status = tried(
            form,
            lambda: services.ask_to_be_heard(
                matter=found, stake=form.cleaned_data["stake"], by=me(request), at=timezone.now()
            ),
        )
        if status == 0:
            messages.success(request, _("You are noted. The council answers you here."))
            return redirect(back)
    return act_page(
        request, form, title=_("I am concerned"), lead=found.title, button=_("Ask to be heard"),
        back=back, back_title=found.title, status=status,
    )  # fmt: skip
