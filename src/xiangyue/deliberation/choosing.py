"""What a keeper chooses from instead of typing: the councils and the held meetings of a place."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from xiangyue.assemblies.models import Sitting
from xiangyue.assemblies.queries import about, held, public_sittings
from xiangyue.councils.models import Council, CouncilState
from xiangyue.councils.reading import kind_name, kind_of
from xiangyue.deliberation.models import Issue
from xiangyue.places.models import Place
from xiangyue.places.rules import short_name

MOST_SITTINGS = 20


def _lineage(place: Place) -> list[str]:
    """The paths of the place and of what holds it."""
    steps = range(Place.steplen, len(place.path) + 1, Place.steplen)
    return [place.path[:end] for end in steps]


def councils_for(issue: Issue) -> dict[str, tuple[Council, str]]:
    """The councils sitting at the issue's place or at what holds it, nearest first: by key, each
    with what people call it. Groups that villagers form for work of their own deliberate nothing.
    """
    rows = Council.objects.filter(
        place__path__in=_lineage(issue.place), state=CouncilState.SITTING
    ).select_related("place", "declaration")
    return {
        str(one.pk): (one, f"{short_name(one.place.name)} · {kind_name(one)}")
        for one in rows.order_by("-place__path", "kind")
        if kind_of(one).work is None
    }


def sittings_for(issue: Issue) -> dict[str, tuple[Sitting, str]]:
    """The meetings that were held about the issue, or lately at its place or at what holds it: by
    key, each with its day and title, the newest first."""
    rows: QuerySet[Sitting] = held(public_sittings()).filter(
        Q(pk__in=about("deliberation.issue", issue.pk).values("sitting"))
        | Q(place__path__in=_lineage(issue.place))
    )
    return {
        str(one.pk): (one, f"{timezone.localdate(one.starts_at):%Y-%m-%d} {one.title}")
        for one in rows[:MOST_SITTINGS]
    }
