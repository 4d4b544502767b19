"""Photos of an issue: seen by whoever reads it, added and taken away by who raised or keeps it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from xiangyue.access.requests import person, signed_in, standing
from xiangyue.deliberation import access, services
from xiangyue.deliberation.models import Issue
from xiangyue.deliberation.pages import me
from xiangyue.deliberation.pages.public import shown
from xiangyue.documents.files import FileRefused, uploaded
from xiangyue.documents.serving import handed_out
from xiangyue.kernel.refusals import NotAllowed, NotFound, Refused


def seen_issue(request: HttpRequest, number: str) -> Issue:
    """The issue, for everybody who reads it and for those who keep it.

    :raises NotFound: there is none, or none for this person.
    """
    try:
        return access.readable_issue(number, person(request))
    except NotFound:
        return access.kept_issue(standing(request), number)


@require_safe
def photo(request: HttpRequest, issue: str, issue_photo: UUID) -> HttpResponse:
    """The photo; with `?small=1` as lists show it."""
    found = access.photo_of(seen_issue(request, issue), issue_photo)
    is_small = request.GET.get("small") == "1"
    return handed_out(
        file=found.small if is_small else found.file,
        content_type=found.content_type,
        file_name=f"{found.issue.number}.jpg",
    )


@never_cache
@signed_in
@require_POST
def add(request: HttpRequest, issue: str) -> HttpResponse:
    """Add photos: those that can be kept are, of the others it is said why."""
    found = seen_issue(request, issue)
    chosen: list[UploadedFile[Any]] = []
    refused: Refused | None = None
    try:
        services.check_may_add_photo(found, standing(request))
    except NotAllowed:
        raise
    except Refused as refusal:
        refused = refusal
    else:
        chosen = request.FILES.getlist("photos")
        if not chosen:
            refused = FileRefused(_("Please choose a photo."))
    for file in chosen:
        try:
            services.add_photo(
                issue=found, upload=uploaded(file), by=me(request), at=timezone.now()
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            refused = FileRefused(f"{file.name}: {refusal.message}")
    if refused is None:
        messages.success(request, _("The photos are added."))
    elif access.is_readable(found, person(request)):
        context = shown(request, found) | {"refused": refused}
        return render(request, "deliberation/issue.html", context, status=refused.status)
    else:
        messages.error(request, str(refused.message))
    return _back(request, found)


@signed_in
@require_POST
def remove(request: HttpRequest, issue: str, issue_photo: UUID) -> HttpResponse:
    """Take a photo away."""
    found = seen_issue(request, issue)
    row = access.photo_of(found, issue_photo)
    try:
        services.remove_photo(photo=row, by=me(request), at=timezone.now())
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("Taken away."))
    return _back(request, found)


def _back(request: HttpRequest, found: Issue) -> HttpResponse:
    keeps = access.kept_issues(standing(request)).filter(pk=found.pk).exists()
    return redirect("kept-issue" if keeps else "issue", found.number)
