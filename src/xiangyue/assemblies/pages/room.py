"""The meeting room: the screen on the wall, and the door with its list."""

from typing import Any
from uuid import UUID

import segno
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from xiangyue.access.offline import never_keep
from xiangyue.access.requests import signed_in, standing
from xiangyue.assemblies import access, queries, rules, services
from xiangyue.assemblies.kinds import kind_name, kind_of
from xiangyue.assemblies.models import Here, Sitting, StateChoices
from xiangyue.assemblies.pages import me, shell_of
from xiangyue.assemblies.showing import shown_item
from xiangyue.assemblies.words import no_quorum_words
from xiangyue.ballots.models import RollEntry
from xiangyue.kernel.refusals import NotFound, Refused
from xiangyue.places.models import Person

PAGE_SIZE = 40
SCREEN_SECONDS = 15


@never_cache
@signed_in
@require_safe
def screen(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """For the wall: what is before the room, motion and amendments, quorum, code, who is next.

    It looks again by itself every fifteen seconds, unless it is to hold still (WCAG 2.2.2); the
    code, which would not be good for long, is then left out. Only who runs the meeting opens it,
    for whoever sees the code can say that they are here.
    """
    never_keep(request)
    found = access.sitting_to_run(standing(request), sitting_id)
    now = timezone.now()
    quorum = queries.quorum_of(found)
    kind = kind_of(found)
    agenda = queries.agenda(found)
    is_open = found.state == StateChoices.OPEN
    is_still = "still" in request.GET
    shows_code = is_open and not is_still
    code = rules.code_at(found.screen_key.encode(), at=now) if shows_code else ""
    item = next((one for one in agenda if one.pk == found.item_now_id), None)
    context = {
        "sitting": found,
        "kind_name": kind_name(found),
        "agenda": agenda,
        "before": shown_item(item) if item is not None else None,
        "quorum": quorum,
        "no_quorum": ""
        if quorum.is_met or not kind.decides or not is_open
        else no_quorum_words(found, quorum),
        "code": code,
        "code_words": f"{code[:4]} {code[4:]}",
        "qr": _qr(request, found, code) if code else "",
        "seconds": SCREEN_SECONDS,
        "is_still": is_still,
        "is_open": is_open,
    }
    return render(request, "assemblies/screen.html", context)


def _qr(request: HttpRequest, sitting: Sitting, code: str) -> str:
    page = request.build_absolute_uri(reverse("sitting-here", args=[sitting.pk]))
    drawn = segno.make(f"{page}?{urlencode({'code': code})}", error="m", micro=False)
    return str(drawn.png_data_uri(scale=8, border=2))


@never_cache
@signed_in
@require_safe
def door(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """The list at the door: find a name, mark who is here; nobody is counted twice."""
    never_keep(request)
    found = access.sitting_to_run(standing(request), sitting_id)
    words = request.GET.get("q", "").strip()[:60]
    marked = {row.entry_id: row for row in found.attendances.filter(entry__isnull=False)}
    people = {row.person_id: row for row in found.attendances.filter(person__isnull=False)}
    if found.roll is not None:
        rows = RollEntry.objects.filter(roll=found.roll, is_struck=False).order_by("number")
        if words.isdecimal():
            rows = rows.filter(number=int(words[:9]))
        elif words:
            rows = rows.filter(name__icontains=words)
        page: Page[Any] = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
        shown = [
            (f"entry:{row.number}", f"{row.number}. {row.name}", row.group, marked.get(row.pk))
            for row in page.object_list
        ]
    else:
        invited = found.invitations.select_related("person").order_by("person__name", "pk")
        if words:
            invited = invited.filter(person__name__icontains=words)
        page = Paginator(invited, PAGE_SIZE).get_page(request.GET.get("page"))
        shown = [
            (f"person:{row.person_id}", row.person.name, "", people.get(row.person_id))
            for row in page.object_list
        ]
    context = {
        "shell": shell_of(request),
        "sitting": found,
        "words": words,
        "page": page,
        "rows": shown,
        "quorum": queries.quorum_of(found),
        "others": found.attendances.filter(is_voice=False)[:100],
        "is_open": found.state == StateChoices.OPEN,
    }
    return render(request, "assemblies/door.html", context)


@signed_in
@require_POST
def mark(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """One tap beside a name, or a guest's name: they are here."""
    found = access.sitting_to_run(standing(request), sitting_id)
    try:
        row = services.mark_attendance(
            sitting=found, how=Here.LIST, by=me(request), at=timezone.now(),
            **chosen(found, request.POST.get("who", ""), request.POST.get("name", "")),
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s is here.") % {"name": row.name})
    return _back(request, sitting_id)


def chosen(sitting: Sitting, who: str, name: str) -> dict[str, Any]:
    """Whom a line of the list means: an entry of the roll, somebody invited, or a guest's name.

    :raises NotFound: nobody like this.
    """
    kind, _colon, key = who.partition(":")
    if kind == "entry" and sitting.roll is not None and key.isdecimal() and len(key) < 9:
        entry = sitting.roll.entries.filter(number=int(key)).first()
        if entry is not None:
            return {"entry": entry}
    if kind == "person":
        try:
            person = Person.objects.filter(
                pk=UUID(key), pk__in=sitting.invitations.values("person")
            ).first()
        except ValueError:
            person = None
        if person is not None:
            return {"person": person}
    if not who:
        return {"name": name}
    raise NotFound(_("There is nobody like this among those who are invited."))


@signed_in
@require_POST
def unmark(request: HttpRequest, attendance_id: int) -> HttpResponse:
    """Take back a mark made in error."""
    row = access.attendance_to_run(standing(request), attendance_id)
    try:
        services.take_back_attendance(attendance=row, by=me(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The mark for %(name)s is taken back.") % {"name": row.name})
    return _back(request, row.sitting_id)


def _back(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    words = request.POST.get("q", "").strip()[:60]
    page = reverse("sitting-door", args=[sitting_id])
    return redirect(f"{page}?{urlencode({'q': words})}" if words else page)
