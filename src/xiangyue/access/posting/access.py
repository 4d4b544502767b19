"""The only way that web code fetches a place, a unit or a post for somebody who keeps posts."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from xiangyue.access.posting.queries import places_kept_by, posts_kept_by
from xiangyue.access.posting.services import KEEP
from xiangyue.access.queries import require
from xiangyue.access.rules import Standing
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Organisation, Place, Post


def require_keeping(standing: Standing) -> None:
    """:raises NotAllowed: no post of theirs keeps posts."""
    if not standing.may_somewhere(KEEP):
        require(standing, KEEP, message=_("Your posts do not include keeping posts."))


def place_for(standing: Standing, code: str) -> Place:
    """A place of the area whose posts the person keeps.

    :raises NotFound: there is none of this code, or not in their area.
    """
    require_keeping(standing)
    place: Place | None = places_kept_by(standing).filter(code=code).first()
    if place is None:
        raise NotFound(_("There is no such place in your area."))
    return place


def unit_for(standing: Standing, code: str) -> Organisation:
    """A unit by its code; `give_post` asks whether it lies in the person's area.

    :raises NotFound: there is none.
    """
    require_keeping(standing)
    unit = Organisation.objects.filter(code=code, is_active=True).first()
    if unit is None:
        raise NotFound(_("There is no such unit in your area."))
    return unit


def post_for(standing: Standing, post_id: UUID, *, at: datetime) -> Post:
    """A post that is held now in the area whose posts the person keeps.

    :raises NotFound: there is none, or not in their area.
    """
    require_keeping(standing)
    post = posts_kept_by(standing, at=at).filter(pk=post_id).first()
    if post is None:
        raise NotFound(_("There is no such post in your area."))
    return post
