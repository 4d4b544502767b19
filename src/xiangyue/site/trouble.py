"""When the database or the disk gives out, or what was sent cannot be read: say so plainly, keep
nothing half, come back by itself.

Nothing has to be restarted afterwards: each request opens what it needs anew.
"""

import errno
import sys

from django.conf import settings
from django.core.exceptions import (
    DisallowedHost,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.defaults import bad_request, page_not_found

from xiangyue.kernel.refusals import NotFound, Refused
from xiangyue.site.refusals import problem_response, refusal_response

AGAIN_AFTER_SECONDS = 30
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO}


class OutOfService(Refused):
    """What the county's data is kept in does not answer, or has no room left."""

    code = "out_of_service"
    status = 503


def is_passing(fault: BaseException | None) -> bool:
    """Whether the fault is of what the software stands on, so that trying again may help."""
    if isinstance(fault, OSError):
        return fault.errno in _NO_ROOM
    return isinstance(fault, OperationalError | InterfaceError)


def _is_program(request: HttpRequest) -> bool:
    return request.path_info.startswith(("/api/", "/open311/"))


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for an address that leads nowhere, in the visitor's own medium."""
    if _is_program(request):
        return problem_response(NotFound(_("There is nothing at this address.")))
    return page_not_found(request, exception)


class Unreadable(Refused):
    """What was sent is too much, or is no form at all."""

    code = "unreadable"
    status = 400


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what cannot be read, in the visitor's own medium, with what to do about it."""
    if isinstance(exception, DisallowedHost):  # no page of ours can be drawn for it
        return bad_request(request, exception)
    if isinstance(exception, RequestDataTooBig):
        message = _("Too much was sent at once; please shorten it and send it again.")
    elif isinstance(exception, TooManyFilesSent):
        message = _("At most %(most)s files can be sent at once; please send fewer.") % {
            "most": settings.DATA_UPLOAD_MAX_NUMBER_FILES
        }
    elif isinstance(exception, TooManyFieldsSent):
        message = _("Too many answers were sent at once; please send them in parts.")
    else:
        message = _("What was sent cannot be read; it may have been cut off. Please try again.")
    return refusal_response(request, Unreadable(message))


def broken(request: HttpRequest) -> HttpResponse:
    """Answer what nobody caught: 503 with when to come back, or 500; neither needs a database."""
    if not is_passing(sys.exc_info()[1]):
        if _is_program(request):
            return problem_response(Fault(_("Something went wrong on our side.")))
        return HttpResponse(render_to_string("500.html"), status=500)
    if _is_program(request):
        response: HttpResponse = problem_response(
            OutOfService(_("The county's data cannot be reached just now; nothing was changed."))
        )
    else:
        response = HttpResponse(render_to_string("503.html"), status=503)
    response.headers["Retry-After"] = str(AGAIN_AFTER_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response


class Fault(Refused):
    """A fault of ours; the log says which."""

    code = "fault"
    status = 500
