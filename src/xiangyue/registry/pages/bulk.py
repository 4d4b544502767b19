"""Many at once: asked for with a purpose, decided by somebody else; what was deleted, certified."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access.requests import person, signed_in, staff_only, standing
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.registry import queries, services
from xiangyue.registry.access import (
    bulk_read_for,
    bulk_reads_of,
    certificate_for,
    certificates_of,
    place_for,
)
from xiangyue.registry.catalogue import all_kinds, kind_named, label_of, name_of, policy
from xiangyue.registry.forms import BulkReadForm, DecisionForm
from xiangyue.registry.holding import personal_fields, shown_value
from xiangyue.registry.models import DeletionCertificate
from xiangyue.registry.pages.finding import offered_places
from xiangyue.registry.pages.shared import shell_of, show_refusal
from xiangyue.registry.services.bulk import DECIDE, TAKE_OUT
from xiangyue.registry.services.deleting import is_whole


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def bulk_reads(request: HttpRequest) -> HttpResponse:
    """What one asked for and what one decides on; and the form for asking."""
    mine = standing(request)
    may_ask = mine.may_somewhere(TAKE_OUT)
    if not may_ask and not mine.may_somewhere(DECIDE):
        raise NotAllowed(_("Your posts do not include this page."))
    form = _asking(request) if may_ask else None
    status = 200
    if request.method == "POST":
        if form is None:
            raise NotAllowed(_("Your posts do not include taking records out here."))
        status = 422
        if form.is_valid():
            try:
                services.ask_bulk_read(
                    kind_key=form.cleaned_data["kind_key"],
                    place=place_for(mine, form.cleaned_data["place"], verb=TAKE_OUT),
                    purpose=form.cleaned_data["purpose"],
                    by=mine,
                    at=timezone.now(),
                )
            except Refused as refusal:
                show_refusal(form, refusal)
                status = refusal.status
            else:
                messages.success(request, _("It was asked for; somebody else decides."))
                return redirect("register-bulk")
    is_decided = request.GET.get("decided") == "1"
    rows = bulk_reads_of(mine).filter(decided_at__isnull=not is_decided)
    page = Paginator(rows.order_by("-requested_at", "pk"), queries.PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "shell": shell_of(request),
        "page": page,
        "form": form,
        "is_decided": is_decided,
        "most": policy().reads_without_approval,
        "hours": policy().approval_hours,
        "now": timezone.now(),
        "own_id": mine.person_id,
    }
    return render(request, "registry/bulk_reads.html", context, status=status)


def _asking(request: HttpRequest) -> BulkReadForm:
    form = BulkReadForm(request.POST if request.method == "POST" else None)
    kind_field: Any = form.fields["kind_key"]
    kind_field.choices = [
        (kind.key, name_of(kind)) for kind in all_kinds() if personal_fields(kind)
    ]
    place_field: Any = form.fields["place"]
    place_field.choices = offered_places(standing(request), TAKE_OUT)
    return form


@never_cache
@staff_only(DECIDE)
@require_http_methods(["GET", "HEAD", "POST"])
def bulk_read(request: HttpRequest, bulk_id: UUID) -> HttpResponse:
    """One request for many records, and the two answers to it."""
    mine = standing(request)
    bulk = bulk_read_for(mine, bulk_id)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.decide_bulk_read(
                    bulk=bulk,
                    is_approved=request.POST.get("answer") == "yes",
                    note=form.cleaned_data["note"],
                    by=mine,
                    at=timezone.now(),
                )
            except Refused as refusal:
                show_refusal(form, refusal)
                status = refusal.status
            else:
                messages.success(request, _("It was decided."))
                return redirect("register-bulk")
    context = {
        "shell": shell_of(request),
        "bulk": bulk,
        "form": form,
        "hours": policy().approval_hours,
    }
    return render(request, "registry/bulk_read.html", context, status=status)


@never_cache
@staff_only(TAKE_OUT)
@require_POST
def use_bulk_read(request: HttpRequest, bulk_id: UUID) -> HttpResponse:
    """The records of an approved request, in clear, this once; every reading is logged."""
    mine = standing(request)
    bulk = bulk_read_for(mine, bulk_id)
    kind = kind_named(bulk.kind_key)
    taken = services.take_out(
        kind_key=bulk.kind_key, place=bulk.place, bulk=bulk, by=mine, at=timezone.now()
    )
    return render(
        request,
        "registry/taken_out.html",
        {
            "shell": shell_of(request),
            "bulk": bulk,
            "labels": [label_of(field) for field in kind.fields],
            "rows": [
                (one.element, [shown_value(f, one.values.get(f.key)) for f in kind.fields])
                for one in taken
            ],
            "reader": person(request),
            "now": timezone.now(),
        },
    )


@never_cache
@staff_only("registry.see_deletions")
@require_safe
def deletions(request: HttpRequest) -> HttpResponse:
    """The certificates of what was deleted, newest first."""
    rows = certificates_of(standing(request)).select_related("made_by").order_by("-made_at", "pk")
    page = Paginator(rows, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "registry/deletions.html", {"shell": shell_of(request), "page": page})


@never_cache
@staff_only("registry.see_deletions")
@require_safe
def deletion(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """One certificate and its list."""
    certificate = certificate_for(standing(request), certificate_id)
    page = Paginator(certificate.items, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "registry/deletion.html",
        {
            "shell": shell_of(request),
            "certificate": certificate,
            "page": page,
            "is_whole": is_whole(certificate),
        },
    )


@never_cache
@staff_only("registry.see_deletions")
@require_safe
def deletion_file(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """The certificate as a file, for whoever keeps the papers."""
    certificate = certificate_for(standing(request), certificate_id)
    response = JsonResponse(certificate_facts(certificate), json_dumps_params={"indent": 1})
    name = f"deletion-{certificate.made_at:%Y%m%d}-{certificate.pk.hex[-8:]}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def certificate_facts(certificate: DeletionCertificate) -> dict[str, Any]:
    """The certificate as data; `digest` is the SHA-256 of `items` as canonical JSON."""
    return {
        "id": str(certificate.pk),
        "cause": certificate.cause,
        "made_at": certificate.made_at.isoformat(),
        "item_count": certificate.item_count,
        "items": certificate.items,
        "digest": certificate.digest,
    }
