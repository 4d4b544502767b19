"""What everybody reads: consultations, their statements, and the result when it may be seen."""

import csv
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiangyue.access.requests import person, standing
from xiangyue.consultations import access, mapping, queries
from xiangyue.consultations.exporting import answer_rows
from xiangyue.consultations.forms import FilterForm, ReasonForm
from xiangyue.consultations.models import Consultation, Statement
from xiangyue.consultations.queries import Narrowed


@never_cache
@require_safe
def consultations(request: HttpRequest) -> HttpResponse:
    """What is asked in the county, and what was; filters in the address."""
    narrowed = Narrowed.from_query(request.GET)
    rows = queries.listed(Consultation.objects.all(), narrowed, at=timezone.now())
    context = {
        "page": Paginator(rows, queries.PAGE_SIZE).get_page(request.GET.get("page")),
        "filter": narrowed,
        "form": FilterForm(request.GET or None),
        "tabs": [(which, narrowed.which == which) for which in ("", "past", "all")],
    }
    return render(request, "consultations/list.html", context)


@never_cache
@require_safe
def consultation(request: HttpRequest, consultation_key: UUID) -> HttpResponse:
    """What it is about, how far I am, what was hidden and why."""
    found = access.public_consultation(consultation_key)
    who = person(request)
    mine = access.own_participant(found, who)
    counts = queries.counted_by_state(found)
    context = {
        "consultation": found,
        "open_count": counts.get(Statement.State.OPEN, 0),
        "proposed_count": counts.get(Statement.State.PROPOSED, 0),
        "answered_count": len(queries.own_answers(found, mine)),
        "is_running": found.state == Consultation.State.OPEN
        and found.opens_at <= timezone.now() < found.closes_at,
        "may_answer": access.may_answer(found, who, at=timezone.now()),
        "is_signed_in": who is not None,
        "may_see_result": access.may_see_result(found, who),
        "hidden": queries.hidden_log(found),
        "own_hidden": found.statements.filter(proposer=mine, state=Statement.State.HIDDEN)
        if mine is not None
        else (),
        "keeps": access.kept_consultations(standing(request)).filter(pk=found.pk).exists(),
    }
    return render(request, "consultations/consultation.html", context)


@never_cache
@require_safe
def result(request: HttpRequest, consultation_key: UUID) -> HttpResponse:
    """What unites, then the groups, then every statement; advice that decides nothing (SE03).

    :raises AnswerFirst: it runs, and the person has not answered enough.
    """
    found = access.public_consultation(consultation_key)
    access.check_may_see_result(found, person(request))
    found = mapping.fresh_enough(found, at=timezone.now())
    shown = queries.result_of(found)
    page = Paginator(shown.lines, 50).get_page(request.GET.get("page"))
    context = {
        "consultation": found,
        "result": shown,
        "page": page,
        "dots": [
            (round(24 + x * 312), round(24 + (1 - y) * 192), queries.LETTERS[group])
            for x, y, group in shown.dots
        ],
    }
    return render(request, "consultations/result.html", context)


@never_cache
@require_safe
def statement(request: HttpRequest, statement_key: UUID) -> HttpResponse:
    """A statement with the reasons for and against it."""
    return statement_page(request, access.open_statement(statement_key))


def statement_page(
    request: HttpRequest, found: Statement, form: ReasonForm | None = None, *, status: int = 200
) -> HttpResponse:
    who = person(request)
    asked = found.consultation
    reasons = list(queries.shown_reasons(found)[:200])
    context: dict[str, Any] = {
        "statement": found,
        "consultation": asked,
        "sides": [(True, [one for one in reasons if one.is_for]),
                  (False, [one for one in reasons if not one.is_for])],
        "form": form or ReasonForm(),
        "may_answer": access.may_answer(asked, who, at=timezone.now()),
        "keeps": access.keeps(standing(request), asked),
        "line": None,
    }  # fmt: skip
    if access.may_see_result(asked, who):
        shown = queries.result_of(mapping.fresh_enough(asked, at=timezone.now()))
        context["line"] = next((one for one in shown.lines if one.statement.pk == found.pk), None)
        context["groups"] = shown.groups
    return render(request, "consultations/statement.html", context, status=status)


@require_safe
def export(request: HttpRequest, consultation_key: UUID) -> HttpResponse:
    """The answers as CSV, people as random numbers, once it is closed."""
    found = access.public_consultation(consultation_key)
    rows = answer_rows(
        found, _("The answers can be taken out when it is closed and five people have answered.")
    )
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.pk}.csv"'
    csv.writer(response).writerows(rows)
    return response
