"""The desk at which records are taken out to Excel."""

from typing import IO
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from xiangyue.access.pages import show_refusal
from xiangyue.access.requests import person, staff_only, standing
from xiangyue.kernel.refusals import NotFound, Refused
from xiangyue.registry.access import bulk_read_for, place_for
from xiangyue.registry.catalogue import policy
from xiangyue.registry.exporting import services
from xiangyue.registry.exporting.forms import TakeOutForm
from xiangyue.registry.models import BulkRead
from xiangyue.registry.services.bulk import TAKE_OUT, ApprovalNeeded

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@never_cache
@staff_only(TAKE_OUT)
@require_http_methods(["GET", "HEAD", "POST"])
def take_out(request: HttpRequest) -> HttpResponse:
    """A few records with a purpose, or many with the approval that `bulk` names."""
    mine = standing(request)
    bulk = _approval(request)
    is_asked = request.method == "POST" and bulk is None
    form = TakeOutForm(request.POST if is_asked else None, mine=mine)
    status, needs_approval = 200, False
    if request.method == "POST":
        status = 422
        if bulk is not None or form.is_valid():
            try:
                return as_file(_workbook(request, form, bulk))
            except Refused as refusal:
                if bulk is not None:
                    raise
                show_refusal(form, refusal)
                status, needs_approval = refusal.status, isinstance(refusal, ApprovalNeeded)
    context = {
        "form": form,
        "bulk": bulk,
        "needs_approval": needs_approval,
        "most": policy().reads_without_approval,
        "ready": _usable(request),
    }
    return render(request, "registry/export.html", context, status=status)


def _approval(request: HttpRequest) -> BulkRead | None:
    """The request of one's own that `bulk` names."""
    text = request.POST.get("bulk") or request.GET.get("bulk") or ""
    if not text:
        return None
    try:
        found = bulk_read_for(standing(request), UUID(text))
    except ValueError:
        raise NotFound(_("There is no such request for you.")) from None
    if found.requested_by_id != standing(request).person_id:
        raise NotFound(_("There is no such request for you."))
    return found


def _usable(request: HttpRequest) -> list[BulkRead]:
    """What was approved for this person and is neither used nor run out."""
    return list(
        BulkRead.objects.filter(
            requested_by_id=standing(request).person_id,
            is_approved=True,
            used_at=None,
            usable_until__gt=timezone.now(),
        )
        .select_related("place")
        .order_by("usable_until")[:20]
    )


def _workbook(request: HttpRequest, form: TakeOutForm, bulk: BulkRead | None) -> IO[bytes]:
    mine, who = standing(request), person(request)
    assert who is not None  # the page's guard saw to it
    if bulk is not None:
        return services.take_out_workbook(
            kind_key=bulk.kind_key,
            place=bulk.place,
            by=mine,
            taken_by=who,
            at=timezone.now(),
            bulk=bulk,
        )
    return services.take_out_workbook(
        kind_key=form.cleaned_data["kind_key"],
        place=place_for(mine, form.cleaned_data["place"], verb=TAKE_OUT),
        by=mine,
        taken_by=who,
        at=timezone.now(),
        purpose=form.cleaned_data["purpose"],
    )


def as_file(workbook: IO[bytes]) -> HttpResponse:
    """The workbook as a download, read piece by piece."""
    response: HttpResponse = FileResponse(  # type: ignore[assignment] # both are answers
        workbook,
        as_attachment=True,
        filename=f"register-{timezone.localdate():%Y%m%d}.xlsx",
        content_type=XLSX,
    )
    return response
