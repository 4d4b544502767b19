"""Giving an opinion by phone, following it by its receipt, entering it for somebody."""

from typing import Any
from uuid import UUID

import segno
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from xiangyue.access.requests import client_address, signed_in, standing
from xiangyue.access.rules import network_of
from xiangyue.compacts import access, queries, services
from xiangyue.compacts.forms import AskedForm, EnterForm, OpinionForm
from xiangyue.compacts.models import Opinion, Version
from xiangyue.compacts.pages import me, shell_of, tried
from xiangyue.compacts.services.hearing import is_hearing
from xiangyue.publicity.serving import unfindable

OWN_A_PAGE = 20


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("form", "made")
def speak(request: HttpRequest, version_key: UUID) -> HttpResponse:
    """Say what I think of the text or of one clause; a refusal keeps what was typed."""
    found = access.public_version(version_key)
    form = OpinionForm(
        request.POST if request.method == "POST" else None,
        clauses=list(found.clauses.all()),
        initial={"lineage": request.GET.get("clause", "")},
    )
    made: list[Opinion] = []
    status = 200
    if form.is_bound:
        status = tried(
            form,
            lambda: made.append(
                services.give_opinion(
                    version=found, by=me(request), at=timezone.now(), **form.said()
                )
            ),
        )
        if status == 0:
            return redirect("compact-receipt", made[0].receipt_code)
    context = {
        "shell": "site/phone.html",
        "version": found,
        "compact": found.compact,
        "form": form,
        "may_speak": access.may_speak(found, me(request)),
    }
    return unfindable(render(request, "compacts/speak.html", context, status=status))


@never_cache
@require_safe
@sensitive_variables("opinion_receipt")
def receipt(request: HttpRequest, opinion_receipt: str) -> HttpResponse:
    """What was said, until when it is answered, and the answer: for whoever holds the receipt."""
    found = access.opinion_of_receipt(
        opinion_receipt, network=network_of(client_address(request)), at=timezone.now()
    )
    address = request.build_absolute_uri(reverse("compact-receipt", args=[found.receipt_code]))
    context = {
        "opinion": found,
        "version": found.version,
        "compact": found.version.compact,
        "code": f"{found.receipt_code[:5]} {found.receipt_code[5:]}",
        "qr": segno.make(address, error="m").png_data_uri(scale=5, border=2),
    }
    return unfindable(render(request, "compacts/receipt.html", context))


@never_cache
@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What I said with my account, and the answers."""
    rows = access.own_opinions(standing(request))
    page = Paginator(rows, OWN_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "compacts/mine.html", {"shell": shell_of(request), "page": page})


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("form", "made")
def enter(request: HttpRequest, version_key: UUID) -> HttpResponse:
    """For somebody at the counter, at their door, on paper, at a gathering (SE05)."""
    found = access.version_to_enter_for(standing(request), version_key)
    households = list(access.households_to_ask(standing(request), found)[: access.MOST_CHOICES])
    form = EnterForm(
        request.POST if request.method == "POST" else None,
        clauses=list(found.clauses.all()),
        households=households,
        initial={"lineage": request.GET.get("clause", ""), "way": "counter"},
    )
    made: list[Opinion] = []
    status = 200
    if form.is_bound:
        status = tried(
            form,
            lambda: made.append(
                services.give_opinion(
                    version=found, entered_by=me(request), at=timezone.now(), **form.said()
                )
            ),
        )
        if status == 0:
            messages.success(request, _("It is registered; give them the receipt."))
            return redirect("compact-receipt", made[0].receipt_code)
    return _entering(request, "compacts/enter.html", found, form, status)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, version_key: UUID) -> HttpResponse:
    """Door to door: which household was asked; and how far one is, unit by unit."""
    found = access.version_to_enter_for(standing(request), version_key)
    households = list(access.households_to_ask(standing(request), found)[: access.MOST_CHOICES])
    form = AskedForm(request.POST if request.method == "POST" else None, households=households)
    status = 200
    if form.is_bound:
        status = tried(
            form,
            lambda: services.note_asked(
                version=found, by=me(request), at=timezone.now(), **form.chosen()
            ),
        )
        if status == 0:
            messages.success(request, _("Noted: asked, nothing to say."))
            return redirect("compact-ask", found.pk)
    return _entering(request, "compacts/ask.html", found, form, status)


def _entering(
    request: HttpRequest, template: str, found: Version, form: Any, status: int
) -> HttpResponse:
    context = {
        "shell": shell_of(request),
        "version": found,
        "compact": found.compact,
        "form": form,
        "coverage": queries.coverage_of(found),
        "units": queries.coverage_by_unit(found),
        "is_hearing": is_hearing(found),
    }
    return unfindable(render(request, template, context, status=status))
