"""Rolls and votes on four fronts: everybody, the voter's phone, the teller's tablet, the desk."""

from django.http import HttpRequest

from xiangyue.access.requests import standing


def shell_of(request: HttpRequest) -> str:
    """The frame of a page that people read on a phone and clerks at a desk."""
    mine = standing(request)
    if mine.person_id is None:
        return "site/public.html"
    return "site/desk.html" if mine.works_at_desk else "site/phone.html"
