"""What every template may know of the reader's messages."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from xiangyue.access.pages import NEW_NUMBER, PHONE_COOKIE, PHONE_COOKIE_SECONDS
from xiangyue.access.requests import account
from xiangyue.notifications.queries import fresh_codes, unread_count


def unread(request: HttpRequest) -> dict[str, Callable[[], Any]]:
    """`unread_count` and `demonstration_code`, looked up only by a template that shows them."""

    def count() -> int:
        found = account(request) if hasattr(request, "user") else None
        return unread_count(found.person_id) if found is not None else 0

    def code() -> str:
        """The text that this visitor's phone would have got; empty but in a demonstration."""
        phone = request.get_signed_cookie(PHONE_COOKIE, default=None, max_age=PHONE_COOKIE_SECONDS)
        phone = phone or request.session.get(NEW_NUMBER)
        if not phone:
            return ""
        newest = fresh_codes(at=timezone.now()).filter(address=phone).first()
        return newest.text if newest is not None else ""

    return {"unread_count": count, "demonstration_code": code}
