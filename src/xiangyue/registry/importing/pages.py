"""The desk at which lists of residents are imported: upload, look, confirm."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyue.access.pages import show_refusal
from xiangyue.access.requests import person, staff_only, standing
from xiangyue.kernel.refusals import NotFound, Refused
from xiangyue.places.models import Person
from xiangyue.registry.importing import access, files, queries, services
from xiangyue.registry.importing.checking import KEEP
from xiangyue.registry.importing.forms import FaultsForm, ImportsForm, UploadForm
from xiangyue.registry.importing.models import OPEN, WORKED_ON, Import, State, Verdict
from xiangyue.registry.importing.screening import MEGABYTE, Unfit
from xiangyue.registry.importing.template_sheet import template_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TONES = {
    State.READY: "wait",
    State.FAULTY: "bad",
    State.REFUSED: "bad",
    State.DONE: "good",
    State.CANCELLED: "quiet",
    State.EXPIRED: "quiet",
}


@never_cache
@staff_only(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """The lists that were imported before, and a new one taken in."""
    form = UploadForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                batch = _received(request, form)
            except Refused as refusal:
                show_refusal(form, refusal)
                status = refusal.status
            else:
                return redirect("import", batch.pk)
    narrow = ImportsForm(request.GET or None)
    rows = access.imports_seen(standing(request))
    state = request.GET.get("state", "")
    if state in State.values:
        rows = rows.filter(state=state)
    page = Paginator(rows, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "narrow": narrow,
        "is_narrowed": state in State.values,
        "page": page,
        "rows": [(batch, TONES.get(State(batch.state), "busy")) for batch in page],
        "rows_most": settings.IMPORT_ROWS_MOST,
        "megabytes_most": settings.IMPORT_MEGABYTES_MOST,
    }
    return render(request, "registry/imports.html", context, status=status)


def _received(request: HttpRequest, form: UploadForm) -> Import:
    upload = form.cleaned_data["file"]
    if upload.size > settings.IMPORT_MEGABYTES_MOST * MEGABYTE:  # before it is read
        raise services.refused(Unfit("file_too_big", most=settings.IMPORT_MEGABYTES_MOST))
    return services.receive_file(
        actor=_who(request),
        standing=standing(request),
        name=upload.name,
        content=upload.read(),
        at=timezone.now(),
    )


def _who(request: HttpRequest) -> Person:
    found = person(request)
    assert found is not None  # the page's guard saw to it
    return found


@never_cache
@staff_only(KEEP)
@require_safe
def import_template(request: HttpRequest) -> HttpResponse:
    """An empty list with its headings, explanations, and the grids of one's own area to choose."""
    response = HttpResponse(
        template_workbook(standing(request).areas(KEEP)),
        content_type=XLSX,
    )
    response["Content-Disposition"] = 'attachment; filename="residents.xlsx"'
    return response


@never_cache
@staff_only(KEEP)
@require_safe
def show_import(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """How far it is; then what it would do, or what is wrong with it; then what it has done."""
    batch = access.import_for(standing(request), import_id)
    return render(request, "registry/import.html", _context(request, batch))


@never_cache
@staff_only(KEEP)
@require_safe
def import_progress(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """The part of the page that asks again every two seconds; the whole page when it is done."""
    batch = access.import_for(standing(request), import_id)
    if batch.state not in WORKED_ON:
        response = HttpResponse(status=204)
        response.headers["HX-Refresh"] = "true"
        return response
    return render(request, "registry/_import_progress.html", _progress(batch))


def _progress(batch: Import) -> dict[str, Any]:
    found = queries.progress_of(batch, at=timezone.now())
    seconds = int(found.left.total_seconds()) + 1 if found.left is not None else None
    return {"batch": batch, "percent": found.percent, "seconds": seconds}


def _context(request: HttpRequest, batch: Import) -> dict[str, Any]:
    mine = standing(request)
    context: dict[str, Any] = {
        "batch": batch,
        "tone": TONES.get(State(batch.state), "busy"),
        "is_worked_on": batch.state in WORKED_ON,
        "place_name": queries.place_name(batch),
        "notices": queries.notices_of(batch),
        "refusal": queries.refusal_of(batch),
        "is_own": batch.actor_id == mine.person_id,
        "may_cancel": batch.state in OPEN and batch.state != State.LOADING,
        "would_change": bool(batch.new_count or batch.changed_count),
    }
    if batch.state in WORKED_ON:
        return context | _progress(batch)
    if batch.state == State.FAULTY:
        return context | _faults(request, batch)
    if batch.state == State.READY:
        return context | _rows(request, batch)
    return context


def _faults(request: HttpRequest, batch: Import) -> dict[str, Any]:
    kinds = queries.fault_kinds(batch)
    column = request.GET.get("column", "")
    if column not in {key for key, _name, _count in kinds}:
        column = ""
    page = Paginator(queries.faults_of(batch, column=column), queries.PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    return {
        "page": page,
        "faults": queries.shown_faults(batch, page),
        "form": FaultsForm(request.GET or None, kinds=kinds),
        "has_marked": files.marked_path(batch).exists(),
    }


def _rows(request: HttpRequest, batch: Import) -> dict[str, Any]:
    verdict = request.GET.get("show", "")
    if verdict not in Verdict.values:
        verdict = Verdict.CHANGED if batch.changed_count else Verdict.NEW
    page = Paginator(queries.rows_of(batch, verdict), queries.PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    shown = queries.shown_rows(batch, list(page), reader=standing(request), at=timezone.now())
    return {"page": page, "rows": shown, "verdict": verdict}


@never_cache
@staff_only(KEEP)
@require_POST
def confirm_import(request: HttpRequest, import_id: UUID) -> HttpResponse:
    batch = access.import_for(standing(request), import_id)
    services.confirm_import(
        batch=batch,
        actor=_who(request),
        plan=request.POST.get("plan", "")[:64],
        at=timezone.now(),
    )
    return redirect("import", batch.pk)


@never_cache
@staff_only(KEEP)
@require_POST
def cancel_import(request: HttpRequest, import_id: UUID) -> HttpResponse:
    batch = access.import_for(standing(request), import_id)
    services.cancel_import(batch=batch, actor=_who(request), at=timezone.now())
    messages.success(request, _("The import was cancelled; nothing was loaded."))
    return redirect("imports")


@never_cache
@staff_only(KEEP)
@require_safe
def marked_list(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """The list as it was uploaded, with its faults in a column beside it.

    :raises NotFound: the import has no faults, or has ended.
    """
    batch = access.import_for(standing(request), import_id)
    path = files.marked_path(batch)
    if batch.state != State.FAULTY or not path.exists():
        raise NotFound(_("There is no marked list for this import."))
    response = HttpResponse(path.read_bytes(), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="residents-faults.xlsx"'
    return response
