"""Writing a notice: draft, preview as everybody will see it, publish."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from xiangyue.access.pages import show_refusal
from xiangyue.access.requests import staff_only, standing
from xiangyue.documents.files import FileRefused, uploaded
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.publicity import services
from xiangyue.publicity.access import boards_to_publish_on, draft_for, kept_attachment
from xiangyue.publicity.forms import DraftForm
from xiangyue.publicity.kinds import PUBLISH
from xiangyue.publicity.models import NoticeDraft
from xiangyue.publicity.pages.desk import signed_person
from xiangyue.publicity.serving import shell_of
from xiangyue.publicity.tables import Facts


@never_cache
@staff_only(PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """A new notice; then its preview."""
    if not boards_to_publish_on(standing(request)):
        raise NotAllowed(_("There is no board on which your posts publish."))
    return _form_page(request, None)


@never_cache
@staff_only(PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Go on writing."""
    return _form_page(request, draft_for(standing(request), draft_id))


def _form_page(request: HttpRequest, found: NoticeDraft | None) -> HttpResponse:
    form = DraftForm(
        request.POST if request.method == "POST" else None,
        standing=standing(request),
        draft=found,
    )
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            entered: dict[str, Any] = dict(form.cleaned_data)
            version = entered.pop("version")
            entered["place"] = form.chosen_place()
            try:
                kept = services.write_draft(
                    by=signed_person(request),
                    at=timezone.now(),
                    draft=found,
                    seen_version=version if found is not None else None,
                    **entered,
                )
            except Refused as refusal:
                show_refusal(form, refusal)
                status = refusal.status
            else:
                return redirect("preview-notice", kept.pk)
    context = {"shell": shell_of(request), "form": form, "draft": found}
    return render(request, "publicity/write.html", context, status=status)


@never_cache
@staff_only(PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """As everybody will see it, with its days; then publish. What is missing is said here."""
    found = draft_for(standing(request), draft_id)
    who, now = signed_person(request), timezone.now()
    refusal: Refused | None = None
    if request.method == "POST":
        version = request.POST.get("version", "")
        try:
            made = services.publish_draft(
                draft=found, by=who, at=now,
                seen_version=int(version) if version.isdecimal() and len(version) < 9 else None,
            )  # fmt: skip
        except NotAllowed:
            raise
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("The notice is up. Print it for the wall now."))
            return redirect("kept-notice", made.number)
    return _preview_page(request, found, refusal)


def _preview_page(
    request: HttpRequest,
    found: NoticeDraft,
    refusal: Refused | None,
    *,
    files_refused: Sequence[tuple[str, Refused]] = (),
) -> HttpResponse:
    who, now = signed_person(request), timezone.now()
    notice = None
    try:
        notice = services.preview(draft=found, by=who, at=now)
    except Refused as refused:
        refusal = refusal or refused
    context = {
        "shell": shell_of(request),
        "draft": found,
        "notice": notice,
        "tables": Facts.model_validate(notice.facts).tables if notice and notice.facts else (),
        "attachments": found.attachments.all(),
        "refusal": refusal,
        "files_refused": files_refused,
    }
    status = refusal.status if refusal is not None and request.method == "POST" else 200
    if files_refused:
        status = files_refused[0][1].status
    return render(request, "publicity/preview.html", context, status=status)


@never_cache
@staff_only(PUBLISH)
@require_POST
def attach(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Put photos and documents under a draft: those that can be kept are, of the others why not."""
    found = draft_for(standing(request), draft_id)
    refused: list[tuple[str, Refused]] = []
    chosen = request.FILES.getlist("files")
    if not chosen:
        refused.append(("", FileRefused(_("Please choose a document or a photo."))))
    for file in chosen:
        try:
            services.add_attachment(
                draft=found, upload=uploaded(file), by=signed_person(request), at=timezone.now()
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            refused.append((file.name or "", refusal))
    if refused:
        fresh = draft_for(standing(request), draft_id)
        return _preview_page(request, fresh, None, files_refused=refused)
    messages.success(request, _("Added; it is published together with the notice."))
    return redirect("preview-notice", found.pk)


@staff_only(PUBLISH)
@require_POST
def detach(request: HttpRequest, kept_file: UUID) -> HttpResponse:
    """Take a photo or document away from a draft."""
    row = kept_attachment(standing(request), kept_file)
    draft = services.remove_attachment(attachment=row, by=signed_person(request), at=timezone.now())
    messages.success(request, _("Taken away."))
    return redirect("preview-notice", draft.pk)


@staff_only(PUBLISH)
@require_POST
def discard(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Throw a draft away."""
    found = draft_for(standing(request), draft_id)
    services.discard_draft(draft=found, by=signed_person(request), at=timezone.now())
    messages.success(request, _("The draft is thrown away."))
    return redirect("notices")
