"""Photos of a project: everybody sees them, who keeps or checks the round adds and removes them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xiangyue.access.requests import signed_in, standing
from xiangyue.documents.files import FileRefused, uploaded
from xiangyue.documents.serving import handed_out
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.orders import access, services
from xiangyue.orders.pages import me
from xiangyue.orders.pages.desk import with_rounds
from xiangyue.orders.pages.public import project_page


@require_safe
def photo(request: HttpRequest, order_photo: UUID) -> HttpResponse:
    """The photo; with `?small=1` as lists show it."""
    found = access.public_photo(order_photo)
    return handed_out(
        file=found.small if request.GET.get("small") == "1" else found.file,
        content_type=found.content_type,
        file_name=f"{found.project.number}-{found.stage}.jpg",
    )


@signed_in
@require_POST
def add(request: HttpRequest, order_project_id: UUID) -> HttpResponse:
    """Add photos: those that can be kept are, of the others it is said why."""
    with_rounds(request)
    found = access.project_to_show(standing(request), order_project_id)
    refused: Refused | None = None
    files = request.FILES.getlist("photos")
    if not files:
        refused = FileRefused(_("Please choose a photo."))
    for file in files:
        try:
            services.add_photo(
                project=found, stage=request.POST.get("stage", ""), upload=uploaded(file),
                by=me(request), at=timezone.now(),
            )  # fmt: skip
        except NotAllowed:
            raise
        except Refused as refusal:
            refused = refusal
    if refused is not None:
        return project_page(request, found, refused=refused, status=refused.status)
    messages.success(request, _("The photos are added."))
    return redirect("order-project", found.pk)


@signed_in
@require_POST
def remove(request: HttpRequest, order_photo: UUID) -> HttpResponse:
    """Take a photo away."""
    with_rounds(request)
    row = access.public_photo(order_photo)
    access.project_to_show(standing(request), row.project_id)
    services.remove_photo(photo=row, by=me(request), at=timezone.now())
    messages.success(request, _("Taken away."))
    return redirect("order-project", row.project_id)
