"""The only way that web code fetches a system's key for a person."""

from uuid import UUID

from django.utils.translation import gettext as _

from xiangyue.access.queries import require
from xiangyue.access.rules import Standing
from xiangyue.kernel.refusals import NotFound
from xiangyue.open311.models import SystemKey
from xiangyue.places.queries import county_place

KEEP = "access.keep_tokens"


def require_keeping(standing: Standing) -> None:
    """:raises NotAllowed: no post of theirs keeps the keys, which are the whole county's."""
    require(
        standing,
        KEEP,
        place_path=county_place().path,
        message=_("Your posts do not include the keys of other systems."),
    )


def key_for(standing: Standing, key_id: UUID) -> SystemKey:
    """:raises NotAllowed: no post of theirs keeps the keys.
    :raises NotFound: there is no such key.
    """
    require_keeping(standing)
    key = SystemKey.objects.filter(pk=key_id).first()
    if key is None:
        raise NotFound(_("There is no such key."))
    return key
