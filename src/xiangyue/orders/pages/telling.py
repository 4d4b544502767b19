"""The teller's pages: a slip on the tablet for who has no phone, papers typed in afterwards."""

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
from django.views.decorators.http import require_http_methods, require_safe

from xiangyue.access.offline import never_keep
from xiangyue.access.requests import signed_in, standing
from xiangyue.ballots.models import BallotState, Mode, Participation, RollEntry
from xiangyue.ballots.queries import taken_by_mode
from xiangyue.orders import access, queries, services
from xiangyue.orders.forms import PapersForm
from xiangyue.orders.models import Round
from xiangyue.orders.pages import me, shell_of, tried
from xiangyue.orders.pages.resident import slip_page
from xiangyue.orders.services.counting import papers_of

PAGE_SIZE = 40


@never_cache
@signed_in
@require_safe
def tablet(request: HttpRequest, order_round_id: UUID) -> HttpResponse:
    """Find the name; then the tablet is handed over and shows the slip."""
    never_keep(request)
    found = access.round_to_tell(standing(request), order_round_id)
    assert found.ballot is not None
    words = request.GET.get("q", "").strip()[:60]
    rows = RollEntry.objects.filter(roll=found.ballot.roll_id, is_struck=False).order_by("number")
    if words.isascii() and words.isdigit():
        rows = rows.filter(number=int(words[:9]))
    elif words:
        rows = rows.filter(name__icontains=words)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    taken = Participation.objects.filter(ballot=found.ballot, entry__in=shown)
    done = set(taken.values_list("entry", flat=True))
    context = {
        "shell": shell_of(request),
        "round": found,
        "ballot": found.ballot,
        "words": words,
        "page": page,
        "rows": [(entry, entry.pk in done) for entry in shown],
        "taken": taken_by_mode(found.ballot),
    }
    return render(request, "orders/tablet.html", context)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def tablet_slip(request: HttpRequest, order_round_id: UUID, entry_number: int) -> HttpResponse:
    """The slip of somebody who stands before the teller."""
    never_keep(request)
    found = access.round_to_tell(standing(request), order_round_id)
    entry = access.entry_of(found, entry_number)
    taken = Participation.objects.filter(ballot=found.ballot, entry=entry).exists()
    if taken or found.ballot is None or found.ballot.state != BallotState.OPEN:
        messages.info(
            request, _("%(name)s does not vote here: has voted, or the vote is not open.")
            % {"name": entry.name},
        )  # fmt: skip
        return redirect("order-tablet", found.pk)
    return slip_page(request, found, entry=entry)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def papers(request: HttpRequest, order_round_id: UUID) -> HttpResponse:
    """What I read on the papers, and where the other teller read something else."""
    never_keep(request)
    found, who = access.round_to_tell(standing(request), order_round_id), me(request)
    mine = found.typed.filter(teller=who)
    following = (mine.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    again = request.GET.get("paper", "")
    first = int(again) if again.isascii() and again.isdigit() and len(again) < 7 else following
    form = PapersForm(request.POST if request.method == "POST" else None, initial={"first": first})
    status = 200
    if form.is_bound:
        status = tried(form, lambda: _type(request, found, form))
        if status == 0:
            return redirect(reverse("order-papers", args=[found.pk]))
    assert found.ballot is not None
    standing_ = papers_of(found)
    own = {row.number: row for row in mine.filter(number__in=standing_.differing[:50])}
    context = {
        "shell": shell_of(request),
        "round": found,
        "ballot": found.ballot,
        "form": form,
        "handed_out": taken_by_mode(found.ballot).get(Mode.PAPER, 0),
        "papers": standing_,
        "differing": [(number, own.get(number)) for number in standing_.differing[:50]],
        "waiting": [number for number in standing_.waiting if not mine.filter(number=number)][:50],
        "mine_count": mine.count(),
        "projects": queries.listed_projects(found),
        "is_closed": found.ballot.state == BallotState.CLOSED,
    }
    return render(request, "orders/papers.html", context, status=status)


def _type(request: HttpRequest, found: Round, form: PapersForm) -> None:
    said = form.cleaned_data
    count = services.type_papers(
        round_=found,
        teller=me(request),
        first=said["first"],
        lines=said["lines"].splitlines(),
        at=timezone.now(),
    )
    text = ngettext("%(count)d paper is kept.", "%(count)d papers are kept.", count)
    messages.success(request, text % {"count": count})
