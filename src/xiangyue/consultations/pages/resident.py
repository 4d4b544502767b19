"""The resident's phone: one statement at a time, three buttons; sentences and reasons of one's own.

Everything works without JavaScript. What I said is kept by no browser.
"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access.offline import never_keep
from xiangyue.access.requests import signed_in
from xiangyue.consultations import access, queries, services
from xiangyue.consultations.forms import AppealForm, ProposeForm, ReasonForm
from xiangyue.consultations.pages import me, tried
from xiangyue.consultations.pages.public import statement_page

VALUES = {"agree": 1, "disagree": -1, "pass": 0}


@never_cache
@signed_in
@require_safe
def answer(request: HttpRequest, consultation_key: UUID) -> HttpResponse:
    """The statement that comes next for me; `?statement=` one that I answer anew."""
    never_keep(request)
    found = access.public_consultation(consultation_key)
    mine = access.own_participant(found, me(request))
    said = queries.own_answers(found, mine)
    wanted = request.GET.get("statement", "")
    rows = queries.open_statements(found)
    chosen = next((one for one in rows if str(one.pk) == wanted), None) if wanted else None
    chosen = chosen or queries.next_statement(found, mine)
    total = rows.count()
    context = {
        "consultation": found,
        "statement": chosen,
        "said": said.get(chosen.pk) if chosen is not None else None,
        "answered_count": len(said),
        "open_count": total,
        "may_answer": access.may_answer(found, me(request), at=timezone.now()),
        "may_see_result": access.may_see_result(found, me(request)),
    }
    return render(request, "consultations/answer.html", context)


@signed_in
@require_POST
def give_answer(request: HttpRequest, statement_key: UUID) -> HttpResponse:
    """Agree, disagree or pass, then the next one."""
    found = access.open_statement(statement_key)
    value = VALUES.get(request.POST.get("value", ""), 9)
    services.answer(statement=found, by=me(request), value=value, at=timezone.now())
    return redirect("answer-consultation", found.consultation_id)


@never_cache
@signed_in
@require_safe
def my_answers(request: HttpRequest, consultation_key: UUID) -> HttpResponse:
    """What I said, to change it."""
    never_keep(request)
    found = access.public_consultation(consultation_key)
    mine = access.own_participant(found, me(request))
    said = queries.own_answers(found, mine)
    context = {
        "consultation": found,
        "lines": [(one, said[one.pk]) for one in queries.open_statements(found) if one.pk in said],
        "may_answer": access.may_answer(found, me(request), at=timezone.now()),
    }
    return render(request, "consultations/mine.html", context)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, consultation_key: UUID) -> HttpResponse:
    """A sentence of one's own."""
    found = access.public_consultation(consultation_key)
    form = ProposeForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = tried(
            form,
            lambda: services.propose_statement(
                consultation=found,
                text=form.cleaned_data["text"],
                by=me(request),
                at=timezone.now(),
            ),
        )
        if status == 0:
            messages.success(
                request, _("Thank you. It is looked at, then all are asked; your name is not said.")
            )
            return redirect("answer-consultation", found.pk)
    context = {"consultation": found, "form": form}
    return render(request, "consultations/propose.html", context, status=status)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """Ask that somebody else looks again at one's own hidden statement."""
    found = access.own_hidden_statement(statement_id, me(request))
    form = AppealForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = tried(
            form,
            lambda: services.appeal(
                statement=found, by=me(request), at=timezone.now(), **form.cleaned_data
            ),
        )
        if status == 0:
            messages.success(request, _("Somebody else looks at it again."))
            return redirect("consultation", found.consultation_id)
    context = {"statement": found, "consultation": found.consultation, "form": form}
    return render(request, "consultations/appeal.html", context, status=status)


@never_cache
@signed_in
@require_POST
def give_reason(request: HttpRequest, statement_key: UUID) -> HttpResponse:
    """A reason for or against; a refusal keeps what was written."""
    found = access.open_statement(statement_key)
    form = ReasonForm(request.POST)
    status = tried(
        form,
        lambda: services.give_reason(
            statement=found, by=me(request), at=timezone.now(), **form.cleaned_data
        ),
    )
    if status:
        return statement_page(request, found, form, status=status)
    messages.success(request, _("Your reason stands beside the statement, without your name."))
    return redirect("statement", found.pk)


@signed_in
@require_POST
def support(request: HttpRequest, reason_key: UUID) -> HttpResponse:
    """Say that a reason is good, or take it back."""
    found = access.shown_reason(reason_key)
    services.support_reason(reason=found, by=me(request), at=timezone.now())
    return redirect("statement", found.statement_id)
