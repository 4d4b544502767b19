"""The register of opinions at the desk, and their answers."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xiangyue.access.requests import signed_in
from xiangyue.compacts import access, queries, services
from xiangyue.compacts.forms import AnswerForm
from xiangyue.compacts.pages import me, shell_of, tried, with_compacts
from xiangyue.compacts.services.hearing import is_hearing
from xiangyue.compacts.wording import clause_name

REGISTER_A_PAGE = 30


@never_cache
@signed_in
@require_safe
def register(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """The register of opinions, with how far the households were asked, unit by unit."""
    mine = with_compacts(request)
    found = access.kept_version(mine, version_id)
    which = request.GET.get("which", "")
    rows = queries.register_of(found, which=which)
    names = {one.lineage: clause_name(one.position, one.heading) for one in found.clauses.all()}
    for edition in found.editions.all():
        for number, one in enumerate(edition.clauses, start=1):
            names.setdefault(UUID(one["lineage"]), clause_name(number, one["heading"]))
    page = Paginator(rows, REGISTER_A_PAGE).get_page(request.GET.get("page"))
    answers = access.answers(mine, found.compact)
    context = {
        "shell": shell_of(request),
        "version": found,
        "compact": found.compact,
        "page": page,
        "lines": [
            (
                one,
                names.get(one.lineage, "") if one.lineage else "",
                answers and mine.person_id not in {one.person_id, one.entered_by_id},
            )
            for one in page
        ],
        "answers": answers,
        "tabs": [(key, which == key) for key in ("", "waiting", "answered")],
        "coverage": queries.coverage_of(found),
        "units": queries.coverage_by_unit(found),
        "may_enter": is_hearing(found) and access.enters_for(mine, found),
    }
    return render(request, "compacts/register.html", context)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, opinion_id: UUID) -> HttpResponse:
    """Answer an opinion: taken up, in part or not, and why; a refusal keeps what was written."""
    mine = with_compacts(request)
    found = access.kept_opinion(mine, opinion_id)
    services.check_may_answer(found, mine)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    status, is_stale = 200, found.answered_at is not None
    if form.is_bound:
        status = tried(
            form,
            lambda: services.answer_opinion(
                opinion=found, by=me(request), at=timezone.now(), **form.cleaned_data
            ),
        )
        if status == 0:
            messages.success(request, _("The answer stands beside the draft."))
            return redirect("compact-register", found.version_id)
        found = access.kept_opinion(mine, opinion_id)
        is_stale = found.answered_at is not None
    clause = found.version.clauses.filter(lineage=found.lineage).first() if found.lineage else None
    context = {
        "shell": shell_of(request),
        "opinion": found,
        "version": found.version,
        "compact": found.version.compact,
        "clause": clause,
        "form": form,
        "is_stale": is_stale,
    }
    return render(request, "compacts/answer.html", context, status=status)
