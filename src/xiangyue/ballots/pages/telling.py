"""The teller's tablet: find a name, mark who is here, enter what was counted."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access.offline import never_keep
from xiangyue.access.pages import show_refusal
from xiangyue.access.requests import person, signed_in, standing
from xiangyue.ballots import access, queries, services
from xiangyue.ballots.forms import CountForm, MarkForm
from xiangyue.ballots.models import Ballot, Participation, Question, RollEntry
from xiangyue.ballots.pages import shell_of
from xiangyue.ballots.reading import rule_of
from xiangyue.ballots.rules import Agreement, agreement
from xiangyue.ballots.services.tellers import COUNTED_BY_TELLERS, latest_turn
from xiangyue.ballots.slips import page_elsewhere
from xiangyue.kernel.refusals import Refused

PAGE_SIZE = 40


@never_cache
@signed_in
@require_safe
def tablet(request: HttpRequest, ballot_id: UUID) -> HttpResponse:
    """The roll at the door: who is here already, so that nobody is counted twice."""
    never_keep(request)
    ballot = access.ballot_to_mark(standing(request), ballot_id)
    words = request.GET.get("q", "").strip()[:60]
    rows = RollEntry.objects.filter(roll=ballot.roll_id, is_struck=False).order_by("number")
    if words.isdigit():
        rows = rows.filter(number=int(words[:9]))
    elif words:
        rows = rows.filter(name__icontains=words)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    marked = {
        row.entry_id: row for row in Participation.objects.filter(ballot=ballot, entry__in=shown)
    }
    return render(
        request,
        "ballots/tablet.html",
        {
            "shell": shell_of(request),
            "ballot": ballot,
            "words": words,
            "page": page,
            "rows": [(entry, marked.get(entry.pk)) for entry in shown],
            "taken": queries.taken_by_mode(ballot),
            "taken_count": queries.taken_count(ballot),
            "by_tellers": [mode for mode in ballot.modes if mode in COUNTED_BY_TELLERS],
            "may_count": access.ballots_to_tell(standing(request)).filter(pk=ballot.pk).exists(),
        },
    )


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def mark(request: HttpRequest, ballot_id: UUID, entry_number: int) -> HttpResponse:
    """Somebody is here: in which way they vote, and through whom."""
    never_keep(request)
    ballot = access.ballot_to_mark(standing(request), ballot_id)
    entry = access.entry_of_ballot(ballot, entry_number)
    form = MarkForm(request.POST or None, ballot=ballot, entry=entry)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            try:
                proxy = _proxy(ballot, said.get("proxy", ""))
                services.mark_present(
                    ballot=ballot, entry=entry, mode=said["mode"], by=person(request),
                    proxy=proxy, relation=said.get("relation", ""),
                    is_written=said.get("is_written", False), delegate=said.get("delegate"),
                    at=timezone.now(),
                )  # fmt: skip
            except Refused as refusal:
                status = refusal.status
                show_refusal(form, refusal)
            else:
                messages.success(request, _("%(name)s is here.") % {"name": entry.name})
                return redirect("ballot-tablet", ballot_id)
    context = {"shell": shell_of(request), "ballot": ballot, "entry": entry, "form": form}
    return render(request, "ballots/mark.html", context, status=status)


def _proxy(ballot: Ballot, text: str) -> RollEntry | None:
    text = text.strip()
    if not text:
        return None
    if not text.isdigit() or len(text) > 9:
        message = _("Enter the number on the roll.")
        raise Refused(message, fields={"proxy": message})
    return access.entry_of_ballot(ballot, int(text))


@signed_in
@require_POST
def mark_quickly(request: HttpRequest, ballot_id: UUID, entry_number: int) -> HttpResponse:
    """One tap beside the name: here, with a raised hand or with a paper."""
    ballot = access.ballot_to_mark(standing(request), ballot_id)
    entry = access.entry_of_ballot(ballot, entry_number)
    try:
        services.mark_present(
            ballot=ballot, entry=entry, mode=request.POST.get("mode", ""), by=person(request),
            at=timezone.now(),
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s is here.") % {"name": entry.name})
    return _back(request, ballot_id)


@signed_in
@require_POST
def unmark(request: HttpRequest, ballot_id: UUID, entry_number: int) -> HttpResponse:
    ballot = access.ballot_to_mark(standing(request), ballot_id)
    entry = access.entry_of_ballot(ballot, entry_number)
    try:
        services.withdraw_presence(
            ballot=ballot, entry=entry, by=person(request), at=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The mark for %(name)s is taken back.") % {"name": entry.name})
    return _back(request, ballot_id)


@signed_in
@require_POST
def mark_room(request: HttpRequest, ballot_id: UUID) -> HttpResponse:
    """Everybody on the roll who has not taken part yet is here."""
    ballot = access.ballot_to_mark(standing(request), ballot_id)
    try:
        count = services.mark_many_present(
            ballot=ballot, mode=request.POST.get("mode", ""), by=person(request),
            at=timezone.now(),
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        text = ngettext("%(count)d person is marked.", "%(count)d people are marked.", count)
        messages.success(request, text % {"count": count})
    return _back(request, ballot_id)


def _back(request: HttpRequest, ballot_id: UUID) -> HttpResponse:
    words = request.POST.get("q", "").strip()[:60]
    page = reverse("ballot-tablet", args=[ballot_id])
    return redirect(f"{page}?{urlencode({'q': words})}" if words else page)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def counts(request: HttpRequest, ballot_id: UUID) -> HttpResponse:
    """What I have counted, question by question; never what the other teller has."""
    never_keep(request)
    ballot = access.ballot_to_tell(standing(request), ballot_id)
    if elsewhere := page_elsewhere(ballot, "counts"):
        return redirect(elsewhere)
    who = person(request)
    assert who is not None
    rows, status = [], 200
    for mode in ballot.modes:
        if mode not in COUNTED_BY_TELLERS:
            continue
        for question in ballot.questions.all():
            is_meant = request.POST.get("count") == f"{mode}-{question.position}"
            form = CountForm(request.POST if is_meant else None, question=question, mode=mode)
            if is_meant:
                status = 422
                if form.is_valid():
                    try:
                        return _counted(request, ballot, question, mode, form)
                    except Refused as refusal:
                        status = refusal.status
                        show_refusal(form, refusal)
            rows.append(_row(ballot, question, mode, form, teller_id=who.pk))
    return render(
        request,
        "ballots/counts.html",
        {"shell": shell_of(request), "ballot": ballot, "rows": rows},
        status=status,
    )


def _row(
    ballot: Ballot, question: Question, mode: str, form: CountForm, *, teller_id: UUID
) -> dict[str, object]:
    _turn, found = latest_turn(question, mode)
    needed = rule_of(ballot).tellers(mode)
    standing_ = agreement([row.counts for row in found], tellers=needed)
    mine = next((row for row in found if row.teller_id == teller_id), None)
    return {
        "question": question,
        "mode": mode,
        "form": form,
        "is_agreed": standing_ is Agreement.AGREED,
        "is_different": standing_ is Agreement.DIFFERENT,
        "waits_for_others": standing_ is Agreement.WAITING and mine is not None,
        "key": f"{mode}-{question.position}",
    }


def _counted(
    request: HttpRequest, ballot: Ballot, question: Question, mode: str, form: CountForm
) -> HttpResponse:
    who = person(request)
    assert who is not None
    ended = services.record_count(
        ballot=ballot, question=question, mode=mode, teller=who, counts=form.counts(),
        at=timezone.now(), is_recount=form.cleaned_data["is_recount"],
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
    return redirect("ballot-counts", ballot.pk)
