"""The desk: consultations kept, statements looked at, appeals decided, hands entered."""

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

from xiangyue.access.requests import signed_in, standing
from xiangyue.access.rules import Standing
from xiangyue.consultations import access, queries, services
from xiangyue.consultations.forms import (
    BeginForm,
    DecideForm,
    FilterForm,
    HandsForm,
    HideForm,
)
from xiangyue.consultations.models import ShowOfHands, Statement
from xiangyue.consultations.pages import me, shell_of, tried
from xiangyue.consultations.queries import Narrowed
from xiangyue.kernel.refusals import NotAllowed


def with_consultations(request: HttpRequest) -> Standing:
    """The standing of whoever asks.

    :raises NotAllowed: none of their posts has to do with consultations.
    """
    mine = standing(request)
    if not access.has_consultations(mine):
        raise NotAllowed(_("Your posts do not include this page."))
    return mine


@never_cache
@signed_in
@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """The consultations that I keep or enter hands for."""
    mine, narrowed = with_consultations(request), Narrowed.from_query(request.GET)
    rows = access.kept_consultations(mine)
    page = Paginator(queries.listed(rows, narrowed, at=timezone.now()), queries.PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "shell": shell_of(request),
        "page": page,
        "filter": narrowed,
        "form": FilterForm(request.GET or None),
        "tabs": [(which, narrowed.which == which) for which in ("", "waiting", "past", "all")],
        "may_begin": bool(access.places_to_ask(mine)),
    }
    return render(request, "consultations/kept.html", context)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Ask the village; a refusal keeps what was written."""
    mine = with_consultations(request)
    places = access.places_to_ask(mine)
    if not places:
        raise NotAllowed(_("Your posts do not include consultations here."))
    now = timezone.now()
    form = BeginForm(
        request.POST if request.method == "POST" else None,
        places=places,
        today=timezone.localdate(now),
    )
    status = 200
    if form.is_bound:
        status = tried(form, lambda: services.begin(by=me(request), at=now, **form.chosen()))
        if status == 0:
            messages.success(request, _("Everybody who lives there can answer now."))
            return redirect("kept-consultations")
    context = {"shell": shell_of(request), "form": form}
    return render(request, "consultations/begin.html", context, status=status)


@never_cache
@signed_in
@require_safe
def kept_consultation(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """One consultation at the desk: what waits, what stands, what courtyards said."""
    mine = with_consultations(request)
    found = access.kept_consultation(mine, consultation_id)
    statements = list(found.statements.all())
    context = {
        "shell": shell_of(request),
        "consultation": found,
        "keeps": access.keeps(mine, found),
        "waiting": [
            one for one in statements if one.state == Statement.State.PROPOSED or one.appeal_waits
        ],
        "page": Paginator(
            [one for one in statements if one.state == Statement.State.OPEN], 50
        ).get_page(request.GET.get("page")),
        "hidden": [one for one in statements if one.state == Statement.State.HIDDEN],
        "may_enter": access.courtyards(mine, found).exists(),
        "hands": ShowOfHands.objects.filter(
            statement__consultation=found, place__in=access.courtyards(mine, found)
        )
        .select_related("statement", "place", "entered_by")
        .order_by("place_path", "statement__position")[:500],
    }
    return render(request, "consultations/kept_one.html", context)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def moderate(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """Put a statement to all, hide it with a reason, or decide an appeal."""
    mine = with_consultations(request)
    found = access.statement_to_moderate(mine, statement_id)
    posted = request.POST if request.method == "POST" else None
    form = DecideForm(posted) if found.appeal_waits else HideForm(posted)
    status = 200
    if form.is_bound:
        status = tried(form, lambda: _decide(request, found, form))
        if status == 0:
            return redirect("kept-consultation", found.consultation_id)
    context = {
        "shell": shell_of(request),
        "statement": found,
        "consultation": found.consultation,
        "form": form,
        "is_own": found.moderated_by_id == mine.person_id,
    }
    return render(request, "consultations/moderate.html", context, status=status)


def _decide(request: HttpRequest, found: Statement, form: DecideForm | HideForm) -> None:
    entered = form.cleaned_data
    if isinstance(form, DecideForm):
        services.decide_appeal(statement=found, by=me(request), at=timezone.now(), **entered)
    else:
        services.moderate(
            statement=found,
            by=me(request),
            is_open="open" in request.POST,
            at=timezone.now(),
            **entered,
        )


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def hands(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """What a courtyard's hands said on one statement."""
    mine = with_consultations(request)
    found = access.kept_statement(mine, statement_id)
    places = list(access.courtyards(mine, found.consultation)[:500])
    form = HandsForm(
        request.POST if request.method == "POST" else None,
        places=places,
        initial={"place": request.GET.get("place", "")},
    )
    status = 200
    if form.is_bound:
        status = tried(
            form,
            lambda: services.enter_show_of_hands(
                statement=found, by=me(request), at=timezone.now(), **form.chosen()
            ),
        )
        if status == 0:
            messages.success(request, _("The hands are entered."))
            return _after_hands(found, form.cleaned_data["place"])
    context = {
        "shell": shell_of(request),
        "statement": found,
        "consultation": found.consultation,
        "form": form,
    }
    return render(request, "consultations/hands.html", context, status=status)


def _after_hands(found: Statement, code: str) -> HttpResponse:
    """On to the next statement that this courtyard has not said anything on."""
    rows = queries.open_statements(found.consultation).exclude(hands__place__code=code)
    following = rows.filter(position__gt=found.position).first() or rows.first()
    if following is None:
        return redirect("kept-consultation", found.consultation_id)
    return redirect(f"{reverse('enter-hands', args=[following.pk])}?place={code}")


@signed_in
@require_POST
def close(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """End it now."""
    found = access.kept_consultation(with_consultations(request), consultation_id)
    services.close(consultation=found, by=me(request), at=timezone.now())
    messages.success(request, _("It is closed; everybody can read the result."))
    return redirect("kept-consultation", found.pk)


@signed_in
@require_POST
def hide_reason(request: HttpRequest, reason_id: UUID) -> HttpResponse:
    """Hide a reason that names or hurts somebody."""
    found = access.reason_to_moderate(with_consultations(request), reason_id)
    services.hide_reason(
        reason=found,
        by=me(request),
        hidden_for=request.POST.get("hidden_for", ""),
        at=timezone.now(),
    )
    messages.success(request, _("The reason is hidden."))
    return redirect("statement", found.statement_id)
