"""Ends sessions that have lasted long enough."""

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from xiangyue.access.adapter import SIGNED_IN_AT
from xiangyue.access.requests import standing
from xiangyue.access.rules import STAFF_SESSION, session_life

Handler = Callable[[HttpRequest], HttpResponse]


def session_limited(handle: Handler) -> Handler:
    """Sign out who signed in too long ago; using the site does not stretch a session.

    The cookie's own expiry cannot know of a post that was given after the sign-in.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.COOKIES and request.session.get(SESSION_KEY):
            age = timezone.now().timestamp() - float(request.session.get(SIGNED_IN_AT, 0))
            if age >= STAFF_SESSION.total_seconds():
                life = session_life(standing(request))
                if age >= life.total_seconds():
                    logout(request)
        return handle(request)

    return middleware
