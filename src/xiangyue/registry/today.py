"""The register's door on the page of somebody's day: at the door, one press to the household."""

from datetime import datetime

from django.http import HttpRequest
from django.template.loader import render_to_string

from xiangyue.access.requests import standing


def panel_of(request: HttpRequest, *, at: datetime) -> str | None:
    """The way to the households of one's own grids; None for whoever keeps none, or has a bar."""
    mine = standing(request)
    if mine.works_at_desk or not mine.may_somewhere("registry.keep"):
        return None
    return render_to_string("registry/_today.html", {}, request=request)
