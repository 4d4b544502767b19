"""The teller at the box: who has had the slips, and what was counted."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access.offline import never_keep
from xiangyue.access.pages import show_refusal
from xiangyue.access.requests import person, signed_in, standing
from xiangyue.ballots.elections import access, printing, queries, services
from xiangyue.ballots.elections.acts import found_entry
from xiangyue.ballots.elections.forms import LARGEST, OfficeCountForm
from xiangyue.ballots.elections.models import Election, Round
from xiangyue.ballots.elections.pages.public import pdf
from xiangyue.ballots.elections.refusals import ElectionRefused
from xiangyue.ballots.models import RollEntry
from xiangyue.ballots.pages import shell_of
from xiangyue.ballots.rules import Agreement
from xiangyue.kernel.refusals import Refused

PAGE_SIZE = 40
MOST_NAMES = 60


@never_cache
@signed_in
@require_safe
def door(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The voters' list at the polling place: who has had the slips already."""
    never_keep(request)
    found = access.round_at_door(standing(request), round_id)
    words = request.GET.get("q", "").strip()[:60]
    rows = RollEntry.objects.filter(roll=found.election.roll_id, is_struck=False).order_by("number")
    if words.isascii() and words.isdigit():
        rows = rows.filter(number=int(words[:9]))
    elif words:
        rows = rows.filter(name__icontains=words)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    marked = {slip.entry_id: slip for slip in found.slips.filter(entry__in=shown)}
    given = {row.entry_id: row for row in queries.proxies_of(found)}
    context = {
        "shell": shell_of(request),
        "round": found,
        "election": found.election,
        "words": words,
        "page": page,
        "rows": [(entry, marked.get(entry.pk), given.get(entry.pk)) for entry in shown],
        "out": queries.handed_out(found),
        "may_count": access.rounds_to_tell(standing(request)).filter(pk=found.pk).exists(),
    }
    return render(request, "ballots/elections/door.html", context)


@never_cache
@signed_in
@require_safe
def slips_pdf(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The slips themselves, for those who hand them out; everybody else sees a specimen.

    :raises NotFound: the person neither counts in this round nor runs the election.
    """
    never_keep(request)
    found = access.round_at_door(standing(request), round_id)
    return pdf(printing.slip_pdf(found, specimen=False), f"slips-{round_id}")


@signed_in
@require_POST
def hand_out(request: HttpRequest, round_id: UUID, entry_number: int) -> HttpResponse:
    """One tap: the slips are handed out, at the booth, at a box, or to the proxy."""
    found = access.round_at_door(standing(request), round_id)
    who = person(request)
    assert who is not None
    try:
        entry = access.entry_of_election(found.election, min(entry_number, 10**9))
        services.hand_out(
            polling=found, entry=entry, way=request.POST.get("way", ""),
            through=request.POST.get("through") == "1", by=who, at=timezone.now(),
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s has the slips.") % {"name": entry.name})
    return _back(request, round_id)


@signed_in
@require_POST
def take_back(request: HttpRequest, round_id: UUID, entry_number: int) -> HttpResponse:
    found = access.round_at_door(standing(request), round_id)
    who = person(request)
    assert who is not None
    try:
        entry = access.entry_of_election(found.election, min(entry_number, 10**9))
        services.take_back(polling=found, entry=entry, by=who, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The mark for %(name)s is taken back.") % {"name": entry.name})
    return _back(request, round_id)


def _back(request: HttpRequest, round_id: UUID) -> HttpResponse:
    words = request.POST.get("q", "").strip()[:60]
    page = reverse("election-door", args=[round_id])
    return redirect(f"{page}?{urlencode({'q': words})}" if words else page)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def counts(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """What I have counted, office by office; never what the other teller has."""
    never_keep(request)
    found = access.round_to_tell(standing(request), round_id)
    rows, status = [], 200
    for office in found.offices:
        is_meant = request.POST.get("count") == office["key"]
        form = OfficeCountForm(request.POST if is_meant else None, polling=found, office=office)
        if is_meant:
            status = 422
            if form.is_valid():
                try:
                    return _counted(request, found, office["key"], form)
                except Refused as refusal:
                    status = refusal.status
                    show_refusal(form, refusal)
        rows.append(_row(request, found, office["key"], office["seats"], form))
    context = {
        "shell": shell_of(request),
        "round": found,
        "election": found.election,
        "rows": rows,
        "out": queries.handed_out(found),
    }
    return render(request, "ballots/elections/counts.html", context, status=status)


def _row(
    request: HttpRequest, found: Round, key: str, seats: int, form: OfficeCountForm
) -> dict[str, object]:
    who = person(request)
    assert who is not None
    state = queries.agreement_on(found, key)
    mine = any(row.teller_id == who.pk for row in queries.latest_turn(found, key)[1])
    return {
        "key": key,
        "name": queries.office_name(found.election, key),
        "seats": seats,
        "form": form,
        "is_agreed": state is Agreement.AGREED,
        "is_different": state is Agreement.DIFFERENT,
        "waits_for_others": state is Agreement.WAITING and mine,
    }


def _counted(
    request: HttpRequest, found: Round, office: str, form: OfficeCountForm
) -> HttpResponse:
    who = person(request)
    assert who is not None
    votes = form.votes()
    for number, count in written_in(found.election, form.cleaned_data["written_in"]).items():
        votes[number] = votes.get(number, 0) + count
    ended = services.record_office_count(
        polling=found, office=office, teller=who, returned=form.cleaned_data["returned"],
        spoiled=form.cleaned_data["spoiled"], votes=votes,
        is_recount=form.cleaned_data["is_recount"], at=timezone.now(),
    )  # fmt: skip
    if ended is Agreement.DIFFERENT:
        messages.warning(
            request,
            _("The tellers have counted differently. Nothing counts; please both count again."),
        )
    elif ended is Agreement.AGREED:
        messages.success(request, _("The counts agree."))
    else:
        messages.success(request, _("Your count is kept; the other teller counts now."))
    return redirect("election-counts", found.pk)


def written_in(election: Election, text: str) -> dict[int, int]:
    """The votes of names written in: “王五 3” on each line, or the number on the list.

    :raises ElectionRefused: a line without a number of votes, or nobody of that name.
    """
    found: dict[int, int] = {}
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_NAMES:
        message = _("At most %(most)d names at a time.") % {"most": MOST_NAMES}
        raise ElectionRefused(message, fields={"written_in": message})
    for line in lines:
        name, _space, votes = line.replace("　", " ").rpartition(" ")
        if not (name.strip() and votes.isascii() and votes.isdigit() and len(votes) < 9):
            message = _("Write the name and then how many votes: %(line)s") % {"line": line}
            raise ElectionRefused(message, fields={"written_in": message})
        entry = found_entry(election, name, field="written_in")
        found[entry.number] = min(found.get(entry.number, 0) + int(votes), LARGEST)
    return found
