"""What a resident does: raise, support, take back, ask again, follow their own."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access.requests import signed_in
from xiangyue.deliberation import access, queries, services, showing
from xiangyue.deliberation.forms import AskAgainForm, RaiseForm
from xiangyue.deliberation.models import Issue, StateChoices
from xiangyue.deliberation.pages import me, shell_of, tried
from xiangyue.deliberation.pages.public import shown
from xiangyue.kernel.refusals import NotAllowed, Refused


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def raise_issue(request: HttpRequest) -> HttpResponse:
    """Three fields; who says what a neighbour says already is offered to support that."""
    who, now = me(request), timezone.now()
    places = access.own_places(who)
    form = RaiseForm(request.POST if request.method == "POST" else None, places=places)
    status, similar = 200, []
    if form.is_bound and form.is_valid():
        chosen = form.chosen()
        if "anyway" not in request.POST:
            similar = queries.similar(
                place=chosen["place"], title=chosen["title"], text=chosen["text"], at=now
            )
    if form.is_bound and not similar:
        made: list[Issue] = []
        status = tried(
            form, lambda: made.append(services.raise_issue(by=who, at=now, **form.chosen()))
        )
        if status == 0:
            messages.success(
                request, _("Thank you. Everybody can read it once the clerk has looked at it.")
            )
            return redirect("issue", made[0].number)
    context = {
        "shell": shell_of(request),
        "form": form,
        "places": places,
        "similar": similar,
    }
    return render(request, "deliberation/raise.html", context, status=status)


@signed_in
@require_POST
def support(request: HttpRequest, issue: str) -> HttpResponse:
    """This is mine too."""
    found = access.readable_issue(issue, me(request))
    return _pressed(
        request,
        found,
        lambda: services.support_issue(issue=found, by=me(request), at=timezone.now()),
        _("Your voice counts."),
    )


@signed_in
@require_POST
def take_back(request: HttpRequest, issue: str) -> HttpResponse:
    """Take one's voice back."""
    found = access.readable_issue(issue, me(request))
    return _pressed(
        request,
        found,
        lambda: services.take_back_support(issue=found, by=me(request), at=timezone.now()),
        _("Your voice is taken back."),
    )


@signed_in
@require_POST
def withdraw(request: HttpRequest, issue: str) -> HttpResponse:
    """Take back what one raised."""
    found = access.readable_issue(issue, me(request))
    return _pressed(
        request,
        found,
        lambda: services.withdraw(issue=found, by=me(request), at=timezone.now()),
        _("It is taken back."),
    )


def _pressed(request: HttpRequest, found: Issue, do: Any, done: str) -> HttpResponse:
    try:
        do()
    except NotAllowed:
        raise
    except Refused as refusal:
        fresh = access.readable_issue(found.number, me(request))
        context = shown(request, fresh) | {"refused": refusal}
        return render(request, "deliberation/issue.html", context, status=refusal.status)
    messages.success(request, done)
    return redirect("issue", found.number)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def ask_again(request: HttpRequest, issue: str) -> HttpResponse:
    """Ask once more for what was declined."""
    found = access.readable_issue(issue, me(request))
    form = AskAgainForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = tried(
            form,
            lambda: services.ask_again(
                issue=found, by=me(request), at=timezone.now(), **form.cleaned_data
            ),
        )
        if status == 0:
            messages.success(request, _("It is asked for again."))
            return redirect("issue", found.number)
    context = {
        "shell": shell_of(request),
        "form": form,
        "issue": found,
        "title": _("Ask once more"),
        "lead": found.title,
    }
    return render(request, "deliberation/ask_again.html", context, status=status)


@never_cache
@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What I raised or support, and what became of it."""
    page = Paginator(access.own_issues(me(request)), queries.PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "shell": shell_of(request),
        "page": page,
        "who": me(request),
        "tones": {str(state): tone for state, tone in showing.TONES.items()},
        "settled": StateChoices.SETTLED,
    }
    return render(request, "deliberation/mine.html", context)
