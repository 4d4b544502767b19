"""Somebody of the village looks at the photos of settled matters, and lets everybody see some.

Whoever walked by is made unrecognisable first; a few photos are taken down again.
"""

import random
from datetime import datetime, timedelta

from xiangyue.access.queries import standing_of
from xiangyue.demo.drawing import PASSER_BY
from xiangyue.demo.duties import VILLAGE_LENGTH
from xiangyue.demo.stage import Stage
from xiangyue.incidents.access import public_incidents
from xiangyue.incidents.blurring import Mark
from xiangyue.incidents.models import Photo, PhotoStage
from xiangyue.incidents.rules import State
from xiangyue.incidents.showing import show_photo, withdraw_photo
from xiangyue.places.models import Post
from xiangyue.places.queries import active_posts

LOOKED_AT = 3  # photos a day, over the county
SHOWN = 0.8
TAKEN_DOWN = 0.05


def live(*, day_end: datetime, stage: Stage, dice: random.Random) -> None:
    """The day's look at what was answered and has photos that nobody has decided on."""
    looked_at = day_end - timedelta(minutes=2)
    waiting = (
        Photo.objects.filter(
            incident__in=public_incidents().filter(reporter_tag="", sealed_reporter=""),
            incident__state__in=[State.ANSWERED, State.CLOSED],
            incident__answered_at__lt=looked_at,
            incident__answered_at__gte=looked_at - timedelta(days=2),
            added_at__lt=looked_at,
            showings=None,
        )
        .select_related("incident")
        .order_by("incident__created_at", "incident__number", "stage")
    )
    for photo in waiting[:LOOKED_AT]:
        if dice.random() < SHOWN:
            _show(photo, at=looked_at, is_taken_down=dice.random() < TAKEN_DOWN)


def _show(photo: Photo, *, at: datetime, is_taken_down: bool) -> None:
    clerk = _clerk_of(photo.incident.place_path, at=at)
    if clerk is None:
        return
    standing = standing_of(clerk.person, at=at)
    marks = [Mark("rectangle", *PASSER_BY)] if photo.stage == PhotoStage.REPORT else []
    show_photo(photo=photo, marks=marks, standing=standing, at=at)
    if is_taken_down:
        withdraw_photo(photo=photo, standing=standing, at=at + timedelta(minutes=1))


def _clerk_of(path: str, *, at: datetime) -> Post | None:
    posts = active_posts(at=at).filter(role="village_clerk", place_path=path[:VILLAGE_LENGTH])
    return posts.select_related("person").order_by("person__phone").first()
