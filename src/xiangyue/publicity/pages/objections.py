"""Objecting, with or without an account, and following by the receipt's code."""

from typing import Any

import segno
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from xiangyue.access.pages import show_refusal
from xiangyue.access.requests import client_address, person, signed_in, standing
from xiangyue.access.rules import network_of
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.publicity import services
from xiangyue.publicity.access import (
    check_may_enter,
    objection_of_receipt,
    own_objections,
    public_notice,
)
from xiangyue.publicity.forms import ObjectionForm
from xiangyue.publicity.kinds import kind_of
from xiangyue.publicity.models import Notice
from xiangyue.publicity.printing import how_to_object
from xiangyue.publicity.queries import PAGE_SIZE
from xiangyue.publicity.serving import check_readable, shell_of, unfindable


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def object_to(request: HttpRequest, notice: str) -> HttpResponse:
    """The form of an objection, for everybody; what was refused keeps what was typed."""
    return _form_page(request, public_notice(notice), is_for_others=False)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def object_for_others(request: HttpRequest, notice: str) -> HttpResponse:
    """For somebody at the counter, on the telephone or with a sheet of paper (SE05)."""
    found = public_notice(notice)
    check_may_enter(standing(request), found)
    return _form_page(request, found, is_for_others=True)


@sensitive_variables("made")
def _form_page(request: HttpRequest, found: Notice, *, is_for_others: bool) -> HttpResponse:
    check_readable(found, at=timezone.now())
    who = person(request)
    form = ObjectionForm(
        request.POST if request.method == "POST" else None,
        notice=found,
        is_signed_in=who is not None and not is_for_others,
    )
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                is_nameless = is_for_others or form.cleaned_data.get("is_nameless")
                made = services.object_to(
                    notice=found,
                    by=None if is_nameless else who,
                    entered_by=who if is_for_others else None,
                    at=timezone.now(),
                    network=network_of(client_address(request)),
                    **_said(form.cleaned_data),
                )
            except NotAllowed:
                raise
            except Refused as refusal:
                show_refusal(form, refusal)
                status = refusal.status
            else:
                return redirect("receipt", made.receipt_code)
    context = {
        "shell": shell_of(request) if is_for_others else "site/public.html",
        "notice": found,
        "form": form,
        "is_for_others": is_for_others,
        "ways": how_to_object(found),
    }
    response = render(request, "publicity/object.html", context, status=status)
    return unfindable(response)


def _said(entered: dict[str, Any]) -> dict[str, Any]:
    names = ("text", "said_by", "contact", "shown", "client_key", "is_removal")
    return {name: entered[name] for name in names if name in entered}


@never_cache
@require_safe
def find_receipt(request: HttpRequest) -> HttpResponse:
    """Type the code of a receipt."""
    typed = request.GET.get("code", "").strip()[:40]
    refusal = None
    if typed:
        try:
            found = objection_of_receipt(
                typed, network=network_of(client_address(request)), at=timezone.now()
            )
        except Refused as refused:
            refusal = refused
        else:
            return redirect("receipt", found.receipt_code)
    context = {"typed": typed, "refusal": refusal}
    status = refusal.status if refusal is not None else 200
    return unfindable(render(request, "publicity/find_receipt.html", context, status=status))


@never_cache
@require_safe
@sensitive_variables("receipt")
def show_receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """What was said, until when it is answered, and the answer: for whoever holds the receipt."""
    found = objection_of_receipt(
        receipt, network=network_of(client_address(request)), at=timezone.now()
    )
    kind = kind_of(found.notice)
    address = request.build_absolute_uri(reverse("receipt", args=[found.receipt_code]))
    context = {
        "objection": found,
        "notice": found.notice,
        "code": _spaced(found.receipt_code),
        "qr": segno.make(address, error="m").png_data_uri(scale=5, border=2),
        "remedy": kind.remedy.in_language(get_language()) if kind.remedy else "",
    }
    return unfindable(render(request, "publicity/receipt.html", context))


def _spaced(code: str) -> str:
    return f"{code[:5]} {code[5:]}"


@never_cache
@signed_in
@require_safe
def my_objections(request: HttpRequest) -> HttpResponse:
    """What I objected to with my account, and the answers."""
    rows = own_objections(standing(request))
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"shell": shell_of(request), "page": page}
    return render(request, "publicity/my_objections.html", context)
