"""Lists of runs for desk and public, beginning one, and each kind's flow chart."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xiangyue.access.pages import show_refusal
from xiangyue.access.requests import signed_in, standing
from xiangyue.access.rules import Standing
from xiangyue.documents.printing import printed
from xiangyue.kernel.refusals import NotAllowed, NotFound, Refused
from xiangyue.places.models import Place
from xiangyue.procedures import access, queries, services
from xiangyue.procedures.chart import chart_of, paper_facts
from xiangyue.procedures.forms import BeginForm, ListForm, PublicListForm
from xiangyue.procedures.howfar import area_of, how_far
from xiangyue.procedures.models import Run
from xiangyue.procedures.queries import RunFilter
from xiangyue.procedures.reading import all_procedures


def shell_of(request: HttpRequest) -> str:
    """The base template of whoever asks: the desk's for desk posts, else the phone's."""
    return "site/desk.html" if standing(request).works_at_desk else "site/phone.html"


def with_procedures(request: HttpRequest) -> Standing:
    """The standing of whoever asks.

    :raises NotAllowed: none of their posts has to do with procedures.
    """
    mine = standing(request)
    if not access.has_procedures(mine):
        raise NotAllowed(_("Your posts do not include this page."))
    return mine


def _listed(
    request: HttpRequest, rows: QuerySet[Run], by: RunFilter, *, at: datetime
) -> dict[str, Any]:
    page = Paginator(queries.narrowed(rows, by, at=at), queries.PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    shown = queries.rows_of(list(page.object_list), at=at, language=get_language())
    return {"page": page, "rows": shown, "filter": by}


@never_cache
@signed_in
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The runs of my area; filters in the address."""
    mine, now = with_procedures(request), timezone.now()
    by = RunFilter.from_query(request.GET)
    context = {
        **_listed(request, access.runs_of(mine), by, at=now),
        "shell": shell_of(request),
        "form": ListForm(request.GET or None, standing=mine),
        "may_begin": mine.may_somewhere(access.RUN),
        "far": by.template if by.template in all_procedures() else "",
        "may_design": mine.may_somewhere(access.DESIGN) or mine.may_somewhere(access.APPROVE),
    }
    return render(request, "procedures/runs.html", context)


@never_cache
@signed_in
@require_safe
def far(request: HttpRequest, procedure: str) -> HttpResponse:
    """How many places of my area stand at which step, and which have not begun."""
    mine, now = with_procedures(request), timezone.now()
    row, one = _known(procedure)
    place = area_of(mine, request.GET.get("place", "").replace("\x00", "")[:24])
    seen = how_far(mine, row.key, one, place=place, at=now, language=get_language())
    page = Paginator(seen.without, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "shell": shell_of(request),
        "key": row.key,
        "name": one.name.in_language(get_language()),
        "far": seen,
        "page": page,
    }
    return render(request, "procedures/how_far.html", context)


@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """What is being decided, and what has been: everybody sees the steps, nobody's data."""
    by = RunFilter.from_query(request.GET)
    place = Place.objects.filter(code=by.place).first() if by.place else None
    context = {
        **_listed(request, access.public_runs(), by, at=timezone.now()),
        "form": PublicListForm(request.GET or None),
        "place": place,
    }
    return render(request, "procedures/public_runs.html", context)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a procedure: which, where, about what."""
    mine = standing(request)
    if not mine.may_somewhere(access.RUN):
        raise NotAllowed(_("Your posts do not include this page."))
    initial = {"client_key": uuid4(), "template": request.GET.get("template", "")}
    form = BeginForm(request.POST or None, standing=mine, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            entered = form.cleaned_data
            try:
                run = services.begin_here(
                    template=entered["template"],
                    place=Place.objects.get(code=entered["place"]),
                    title=entered["title"],
                    actor=mine,
                    at=timezone.now(),
                    client_key=entered["client_key"],
                )
            except Refused as refusal:
                show_refusal(form, refusal)
                status = refusal.status
            else:
                return redirect("procedure-run", run.pk)
    context = {"shell": shell_of(request), "form": form}
    return render(request, "procedures/begin.html", context, status=status)


@require_safe
def kinds(request: HttpRequest) -> HttpResponse:
    """Which procedures there are: step by step, for everybody."""
    language = get_language()
    rows = [
        {
            "key": key,
            "name": one.name.in_language(language),
            "purpose": one.purpose.in_language(language),
            "step_count": len(one.steps),
        }
        for key, (_row, one) in all_procedures().items()
    ]
    return render(request, "procedures/kinds.html", {"rows": rows})


@require_safe
def kind(request: HttpRequest, procedure: str) -> HttpResponse:
    """A procedure's flow chart, and which version is in force since when."""
    row, one = _known(procedure)
    language = get_language()
    context = {
        "row": row,
        "procedure": one,
        "name": one.name.in_language(language),
        "purpose": one.purpose.in_language(language),
        "chart": chart_of(one.steps),
        "may_begin": standing(request).may_somewhere(access.RUN),
    }
    return render(request, "procedures/kind.html", context)


@require_safe
def kind_pdf(request: HttpRequest, procedure: str) -> HttpResponse:
    """The flow chart on A4."""
    _row, one = _known(procedure)
    response = HttpResponse(
        printed("procedures/flow.typ", paper_facts(one, one.steps)),
        content_type="application/pdf",
    )
    response["Content-Disposition"] = f'inline; filename="{procedure}.pdf"'
    return response


def _known(key: str) -> Any:
    found = all_procedures().get(key)
    if found is None:
        raise NotFound(_("There is no such procedure."))
    return found
