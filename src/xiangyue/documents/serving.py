"""Handing out what was attached: a picture, which we drew ourselves, is shown; a PDF is saved."""

from urllib.parse import quote

from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.utils.translation import gettext as _

from xiangyue.documents.files import PDF
from xiangyue.kernel.refusals import NotFound


def read(name: str) -> bytes:
    """The kept file's content.

    :raises NotFound: it is not there any more.
    """
    if not name or not default_storage.exists(name):
        raise NotFound(_("This file is not here any more."))
    with default_storage.open(name) as file:
        content: bytes = file.read()
    return content


def handed_out(*, file: str, content_type: str, file_name: str) -> HttpResponse:
    """The kept file for one person, stored by nobody on the way and found by no search engine.

    :raises NotFound: it is not there any more.
    """
    response = HttpResponse(read(file), content_type=content_type)
    response.headers["Cache-Control"] = "private, no-store"
    return guarded(response, content_type=content_type, file_name=file_name)


def guarded(response: HttpResponse, *, content_type: str, file_name: str) -> HttpResponse:
    """The answer with what keeps a file from ever acting as a page of ours."""
    how = "attachment" if content_type == PDF else "inline"
    name = quote(file_name or "document", safe="")
    response.headers["Content-Disposition"] = f"{how}; filename*=UTF-8''{name}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
