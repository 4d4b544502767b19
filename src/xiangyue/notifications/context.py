"""What every template may know of the reader's messages."""

from collections.abc import Callable

from django.http import HttpRequest

from xiangyue.access.requests import account
from xiangyue.notifications.queries import unread_count


def unread(request: HttpRequest) -> dict[str, Callable[[], int]]:
    """`unread_count`, counted only by a template that shows it."""

    def count() -> int:
        found = account(request) if hasattr(request, "user") else None
        return unread_count(found.person_id) if found is not None else 0

    return {"unread_count": count}
