"""How what is public is served: fresh each time, so that what was taken down is gone at once.

Pages are stored by nobody. Feeds and papers may be kept but not used before the server was asked;
what names people is stored nowhere and found by no search engine (REQ-L05, L11).
"""

from datetime import datetime
from hashlib import sha256
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from xiangyue.access.requests import standing
from xiangyue.documents.serving import guarded, read
from xiangyue.kernel.refusals import Refused
from xiangyue.publicity.models import Attachment, Notice
from xiangyue.publicity.wording import gone_in_words


class Gone(Refused):
    """The notice is not to be read any more."""

    code = "gone"
    status = 410


def shell_of(request: HttpRequest) -> str:
    """The base template of whoever asks: the desk's for desk posts, else the public's."""
    return "site/desk.html" if standing(request).works_at_desk else "site/phone.html"


def unfindable(response: HttpResponse) -> HttpResponse:
    """No search engine lists or keeps it."""
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    return response


def check_readable(notice: Notice, *, at: datetime) -> None:
    """:raises Gone: it was taken down, or its time is over."""
    if words := gone_in_words(notice, at=at):
        raise Gone(words)


def asked_again(
    request: HttpRequest, body: bytes, content_type: str, *, names_people: bool
) -> HttpResponse:
    """The bytes, or that they are as they were, for whoever asks again with their tag."""
    response = HttpResponse(body, content_type=content_type)
    response.headers["ETag"] = f'"{sha256(body).hexdigest()[:32]}"'
    answer = cast(
        HttpResponse,
        get_conditional_response(request, etag=response.headers["ETag"], response=response),
    )
    answer.headers["Cache-Control"] = "no-store" if names_people else "no-cache, must-revalidate"
    return unfindable(answer) if names_people else answer


def attached(
    request: HttpRequest, row: Attachment, *, is_small: bool, names_people: bool
) -> HttpResponse:
    """A photo, to be looked at, or a document, to be saved; asked for again each time.

    :raises NotFound: its file is not there any more.
    """
    body = read(row.small if is_small and row.small else row.file)
    answer = asked_again(request, body, row.content_type, names_people=names_people)
    return guarded(answer, content_type=row.content_type, file_name=row.file_name)
