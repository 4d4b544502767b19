"""Who keeps the county's calendar."""

from django.utils.translation import gettext as _

from xiangyue.access.queries import require
from xiangyue.access.rules import Standing
from xiangyue.places.queries import county_place

KEEP = "calendars.keep"


def require_calendar(standing: Standing) -> None:
    """Let pass whose post keeps the calendar of the whole county: there is one for all of it.

    :raises NotAllowed: no post of theirs keeps it, or only below the county.
    """
    message = _("Your posts do not include the calendar of the county.")
    if not standing.may_somewhere(KEEP):  # saves looking for the county
        require(standing, KEEP, message=message)
    require(standing, KEEP, place_path=county_place().path, message=message)
