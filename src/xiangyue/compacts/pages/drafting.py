"""The drafting desk: clause by clause, findings beside each; nothing needs JavaScript."""

from typing import Any
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

from xiangyue.access.pages import show_refusal
from xiangyue.access.requests import signed_in, standing
from xiangyue.compacts import access, queries, rules, services
from xiangyue.compacts.forms import BeginForm, ClauseForm, FilterForm, JudgeForm, NextForm
from xiangyue.compacts.gates import standing_orders
from xiangyue.compacts.kinds import kind_of
from xiangyue.compacts.models import Clause, Version
from xiangyue.compacts.pages import me, shell_of, tried, with_compacts
from xiangyue.compacts.queries import Narrowed
from xiangyue.compacts.reading import judgements_of, read
from xiangyue.compacts.standing import next_steps, stages_of
from xiangyue.kernel.differing import changes
from xiangyue.kernel.refusals import NotAllowed, NotFound, Refused

WHICH = ("", "in_force", "under_way", "waiting", "filing")


@never_cache
@signed_in
@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """The compacts of my places."""
    mine, narrowed = with_compacts(request), Narrowed.from_query(request.GET)
    rows = queries.listed(access.kept_compacts(mine), narrowed)
    context = {
        "shell": shell_of(request),
        "page": Paginator(rows, queries.PAGE_SIZE).get_page(request.GET.get("page")),
        "filter": narrowed,
        "form": FilterForm(request.GET or None),
        "tabs": [(which, narrowed.which == which) for which in WHICH],
        "may_begin": bool(access.places_to_draft_at(mine)),
    }
    return render(request, "compacts/kept.html", context)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a compact, from a declared text or an empty page; a refusal keeps what was typed."""
    places = access.places_to_draft_at(with_compacts(request))
    if not places:
        raise NotAllowed(_("Your posts do not include drafting compacts here."))
    form = BeginForm(request.POST if request.method == "POST" else None, places=places)
    made: list[Version] = []
    status = 200
    if form.is_bound:
        status = tried(
            form,
            lambda: made.append(
                services.begin_compact(by=me(request), at=timezone.now(), **form.chosen())
            ),
        )
        if status == 0:
            return redirect("draft-compact", made[0].pk)
    context = {"shell": shell_of(request), "form": form}
    return render(request, "compacts/begin.html", context, status=status)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def begin_next(request: HttpRequest, compact_id: UUID) -> HttpResponse:
    """The compact at the desk: all its versions, and the form that begins the next one."""
    found = access.kept_compact(with_compacts(request), compact_id)
    versions = list(found.versions.order_by("-number"))
    form = NextForm(request.POST if request.method == "POST" else None, versions=versions)
    made: list[Version] = []
    status = 200
    if form.is_bound:
        wanted = request.POST.get("made_from", "")
        chosen = next((one for one in versions if str(one.pk) == wanted), None)
        status = tried(
            form,
            lambda: made.append(
                services.begin_version(
                    compact=found, made_from=chosen, by=me(request), at=timezone.now()
                )
            ),
        )
        if status == 0:
            return redirect("draft-compact", made[0].pk)
    context = {
        "shell": shell_of(request),
        "compact": found,
        "versions": versions,
        "form": form,
        "under_way": queries.under_way_of(found),
        "drafts": access.drafts(standing(request), found),
        "tellings": found.tellings.filter(removed_at=None),
    }
    return render(request, "compacts/kept_compact.html", context, status=status)


@never_cache
@signed_in
@require_safe
def draft(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """One version at the desk: its clauses with what was found in them, and what comes next."""
    return draft_page(request, access.kept_version(with_compacts(request), version_id))


def draft_page(
    request: HttpRequest,
    found: Version,
    *,
    form: ClauseForm | None = None,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    mine = standing(request)
    judgements = judgements_of(found)
    rows = []
    for clause in found.clauses.select_related("written_by"):
        clause.version = found
        rows.append((clause, read(clause, judgements)))
    drafts = access.drafts(mine, found.compact)
    reviews = access.reviews(mine, found.compact)
    context = {
        "shell": shell_of(request),
        "version": found,
        "compact": found.compact,
        "rows": rows,
        "orders": {one.clause_id: one for one in standing_orders(found)},
        "may_write": drafts and found.is_writable,
        "may_judge": (drafts or reviews)
        and found.state in {"draft", "first_notice", "revised", "second_notice"},
        "may_order": found.state in {"voted", "in_force"},
        "may_sign": drafts and found.state in {"voted", "in_force"},
        "may_withdraw": drafts and found.state in rules.UNDER_WAY,
        "may_accompany": drafts
        and found.state == "draft"
        and found.run is None
        and bool(kind_of(found.compact).procedure),
        "drafts": drafts,
        "reviews": reviews,
        "signings": found.signings.select_related("place"),
        "filing": getattr(found, "filing", None),
        "form": form
        or (ClauseForm(kind=kind_of(found.compact)) if drafts and found.is_writable else None),
        "refusal": refusal,
        "stages": stages_of(found),
        "steps": next_steps(mine, found, at=timezone.now()),
        "coverage": queries.coverage_of(found) if found.is_public else None,
        "waiting_count": found.opinions.filter(answered_at=None).count(),
        "opinion_count": found.opinions.count(),
    }
    return render(request, "compacts/draft.html", context, status=status)


@never_cache
@signed_in
@require_POST
def add(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Write a clause at the end."""
    found = access.kept_version(with_compacts(request), version_id)
    form = ClauseForm(request.POST, kind=kind_of(found.compact))
    made: list[Clause] = []
    status = tried(
        form,
        lambda: made.append(
            services.add_clause(
                version=found, by=me(request), at=timezone.now(), **form.cleaned_data
            )
        ),
    )
    if status:
        fresh = access.kept_version(standing(request), version_id)
        return draft_page(request, fresh, form=form, status=status)
    return redirect(f"{reverse('draft-compact', args=[found.pk])}#clause-{made[0].pk}")


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, clause_id: UUID) -> HttpResponse:
    """Change a clause. Of two the later one sees both texts, and saves again with their own."""
    found = access.kept_clause(with_compacts(request), clause_id)
    kind = kind_of(found.version.compact)
    posted = request.POST.copy() if request.method == "POST" else None
    form = ClauseForm(posted, kind=kind, clause=found)
    status, theirs = 200, None
    if form.is_bound:
        entered = form.data
        try:
            if not form.is_valid():
                status = 422
            else:
                services.save_clause(
                    clause=found, by=me(request), at=timezone.now(),
                    **form.cleaned_data | {"seen": form.cleaned_data["seen"] or 0},
                )  # fmt: skip
                return redirect(
                    f"{reverse('draft-compact', args=[found.version_id])}#clause-{found.pk}"
                )
        except services.EditedMeanwhile as refusal:
            found = access.kept_clause(standing(request), clause_id)
            theirs = changes(found.text, str(entered.get("text", "")))
            assert posted is not None
            posted["seen"] = str(found.revision)
            form = ClauseForm(posted, kind=kind, clause=found)
            form.add_error(None, str(refusal.message))
            status = refusal.status
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
            status = refusal.status
    context = {
        "shell": shell_of(request),
        "clause": found,
        "version": found.version,
        "compact": found.version.compact,
        "found": read(found, judgements_of(found.version)),
        "form": form,
        "theirs": theirs,
    }
    return render(request, "compacts/clause.html", context, status=status)


@signed_in
@require_POST
def move(request: HttpRequest, clause_id: UUID) -> HttpResponse:
    """One place up or down."""
    found = access.kept_clause(with_compacts(request), clause_id)
    return _pressed(
        request,
        found,
        lambda: services.move_clause(
            clause=found, up=request.POST.get("way") == "up", seen=_seen(request),
            by=me(request), at=timezone.now(),
        ),
    )  # fmt: skip


@signed_in
@require_POST
def remove(request: HttpRequest, clause_id: UUID) -> HttpResponse:
    """Take a clause out of the draft."""
    found = access.kept_clause(with_compacts(request), clause_id)
    return _pressed(
        request,
        found,
        lambda: services.remove_clause(
            clause=found, seen=_seen(request), by=me(request), at=timezone.now()
        ),
    )


def _seen(request: HttpRequest) -> int:
    typed = request.POST.get("seen", "")
    return int(typed) if typed.isdecimal() and len(typed) < 9 else 0


def _pressed(request: HttpRequest, found: Clause, act: Any) -> HttpResponse:
    try:
        act()
    except NotAllowed:
        raise
    except Refused as refusal:
        fresh = access.kept_version(standing(request), found.version_id)
        return draft_page(request, fresh, refusal=refusal, status=refusal.status)
    return redirect(f"{reverse('draft-compact', args=[found.version_id])}#clauses")


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: HttpRequest, clause_id: UUID, clause_check: str) -> HttpResponse:
    """Decide on one finding, with reasons that are kept."""
    found = access.kept_clause(with_compacts(request), clause_id)
    one = next(
        (f for f in read(found, judgements_of(found.version)) if f.check == clause_check), None
    )
    if one is None:
        raise NotFound(_("Nothing of the kind is found in these words any more."))
    form = JudgeForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        seen = _seen(request) or None
        status = tried(
            form,
            lambda: services.judge(
                clause=found, check=clause_check, seen=seen, by=me(request), at=timezone.now(),
                **form.cleaned_data,
            ),
        )  # fmt: skip
        if status == 0:
            messages.success(request, _("Your decision and its reasons are kept."))
            return redirect(
                f"{reverse('draft-compact', args=[found.version_id])}#clause-{found.pk}"
            )
    context = {
        "shell": shell_of(request),
        "clause": found,
        "version": found.version,
        "compact": found.version.compact,
        "found": one,
        "form": form,
        "judgements": [
            made
            for made in judgements_of(found.version)
            if made.lineage == found.lineage and made.check_key == clause_check
        ],
    }
    return render(request, "compacts/judge.html", context, status=status)
