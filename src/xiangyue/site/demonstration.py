"""Whether a county is a demonstration, in which the codes sent to phones may be shown."""

from django.conf import settings

from xiangyue.site.marks import DEMONSTRATION, value_of

UNFINISHED = "unfinished"
FINISHED = "finished"


def is_demonstration() -> bool:
    """Whether the bound county's people are all invented, and its operator says so too.

    Neither alone is enough: a setting left on by mistake shows no code of a real county, and a
    copy of a demonstration shows none on a server that was not set up to show them.
    """
    return bool(settings.DEMO) and value_of(DEMONSTRATION) == FINISHED
