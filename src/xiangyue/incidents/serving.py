"""Handing out pictures: by an address that was made for somebody who may see them.

A page that shows an incident was asked for by somebody who may see it, so it carries addresses
sealed for the next hour; they work without another look at posts and cost one query. Without a
valid seal the picture is for whoever may see its incident.
"""

from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.core.signing import Signer
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xiangyue.access.requests import standing
from xiangyue.incidents.access import visible_to
from xiangyue.incidents.models import Photo
from xiangyue.incidents.photo_models import PhotoShowing
from xiangyue.incidents.showing import public_showing
from xiangyue.kernel.counties import current_county
from xiangyue.kernel.refusals import NotFound

SIZES = {"full": "file", "thumbnail": "thumbnail"}
VALID_SECONDS = 3600
STEP_SECONDS = 600  # within a step the address stays the same, so that browsers keep the picture


def photo_url(photo: Photo, size: str = "full") -> str:
    """The address of the picture, `full` or `thumbnail`, for fifty minutes to an hour from now.

    Only for pages whose reader may see the photo's incident.
    """
    until = (int(timezone.now().timestamp()) + VALID_SECONDS) // STEP_SECONDS * STEP_SECONDS
    address = reverse("photo-file", args=[photo.pk, size])
    return f"{address}?until={until}&seal={_seal(photo.pk, size, until)}"


def _seal(photo_id: UUID, size: str, until: int) -> str:
    signer = Signer(salt=f"incidents.photos:{current_county().slug}")
    return signer.signature(f"{photo_id}:{size}:{until}")


def _is_sealed(request: HttpRequest, photo_id: UUID, size: str) -> bool:
    until, seal = request.GET.get("until", ""), request.GET.get("seal", "")
    if not (until.isascii() and until.isdigit() and len(until) < 12):
        return False
    expected = _seal(photo_id, size, int(until))
    return constant_time_compare(seal, expected) and timezone.now().timestamp() < int(until)


@require_safe
def photo_file(request: HttpRequest, photo_id: UUID, size: str) -> HttpResponse:
    """The picture's file, under headers that let a browser show it and do nothing else with it.

    :raises NotFound: there is none, or none for this person; which of the two is not told.
    """
    photos = Photo.objects.filter(pk=photo_id)
    if not _is_sealed(request, photo_id, size):
        photos = photos.filter(incident__in=visible_to(standing(request)))
    row = photos.only("file", "thumbnail").first() if size in SIZES else None
    content = _read(row, size) if row is not None else None
    if content is None:
        raise NotFound(
            _("This picture cannot be shown any more; open the page that it was on again.")
        )
    return HttpResponse(content, content_type="image/jpeg", headers=_headers(photo_id))


@require_safe
def shown_file(request: HttpRequest, showing_id: UUID, size: str) -> HttpResponse:
    """A copy that everybody may see, as long as it is not taken down; browsers keep none of it.

    :raises NotFound: there is none, it was taken down, or its matter is not public any more.
    """
    row = public_showing(showing_id) if size in SIZES else None
    content = _read(row, size) if row is not None else None
    if content is None:
        raise NotFound(_("This picture is not shown, or not any more."))
    headers = _headers(showing_id) | {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
    return HttpResponse(content, content_type="image/jpeg", headers=headers)


def _read(photo: Photo | PhotoShowing, size: str) -> bytes | None:
    field: Any = getattr(photo, SIZES[size])
    try:
        with default_storage.open(field.name) as file:
            return bytes(file.read())
    except FileNotFoundError:
        return None


def _headers(photo_id: UUID) -> dict[str, str]:
    return {
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": f'inline; filename="{photo_id.hex[-8:]}.jpg"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": f"private, max-age={VALID_SECONDS}",
    }
