"""What an auditor may see of the record."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xiangyue.access.queries import require
from xiangyue.access.rules import Standing
from xiangyue.activity.catalogue import all_activities
from xiangyue.activity.models import Entry, TreeHead
from xiangyue.activity.queries import latest_head, unsealed
from xiangyue.places.queries import county_place

READ = "record.read"
HEADS_SHOWN = 10
PAGE_SIZE = 50


def require_record(standing: Standing) -> None:
    """Let pass whose post reads the record of the whole county: there is one for all of it.

    :raises NotAllowed: no post of theirs reads it, or only below the county.
    """
    message = _("Your posts do not include the record.")
    if not standing.may_somewhere(READ):  # saves looking for the county
        require(standing, READ, message=message)
    require(standing, READ, place_path=county_place().path, message=message)


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is recorded: sealed under the newest head, and waiting for the next."""

    sealed_count: int
    waiting_count: int


def extent() -> Extent:
    """Two short reads, however long the record is."""
    head = latest_head()
    waiting = unsealed(after_id=head.highest_entry_id if head else None)
    return Extent(head.tree_size if head else 0, waiting.count())


def newest_heads() -> QuerySet[TreeHead]:
    """The latest signed heads, newest first."""
    return TreeHead.objects.order_by("-tree_size")[:HEADS_SHOWN]


def entries(*, name: str = "", before: int | None = None) -> QuerySet[Entry]:
    """The entries, newest first: of one activity, before the one with this number."""
    rows = Entry.objects.order_by("-id")
    if name:
        rows = rows.filter(name=name)
    return rows if before is None else rows.filter(id__lt=before)


def activity_titles() -> dict[str, str]:
    """Each activity's title in the reader's language, by name."""
    return {activity.name: str(activity.title) for activity in all_activities()}
