"""What of a day belongs to patrols: the worker's grids, and one tap where nothing was found."""

from datetime import datetime
from uuid import uuid4

from django.http import HttpRequest
from django.template.loader import render_to_string

from xiangyue.access.requests import person, standing
from xiangyue.patrols.access import own_grids
from xiangyue.patrols.forms import opened
from xiangyue.patrols.models import Patrol
from xiangyue.patrols.queries import WALK, today_of


def panel_of(request: HttpRequest, *, at: datetime) -> str | None:
    """Each of the person's grids, with today's round done or to be done."""
    mine, who = standing(request), person(request)
    if who is None or not mine.areas(WALK):
        return None
    grids = list(own_grids(mine))
    if not grids:
        return None
    done = {
        patrol.grid_id: patrol
        for patrol in Patrol.objects.filter(worker=who, date=today_of(at), grid__in=grids)
    }
    rows = [
        {
            "grid": grid,
            "patrol": done.get(grid.pk),
            "opened": opened(grid, at=at),
            "client_key": uuid4(),
        }
        for grid in grids
    ]
    return render_to_string("patrols/_today.html", {"rows": rows}, request=request)
