"""The declared series, where each is held, and who is asked to come. Nothing of incidents."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import get_language

from xiangyue.blueprints.models import Declaration
from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.incidents.blueprint import Level
from xiangyue.meetings.blueprint import MeetingSeries
from xiangyue.meetings.models import Meeting
from xiangyue.places.models import Place, PlaceKind, Post
from xiangyue.places.queries import active_posts, within

KIND = "meeting_series"
KINDS_OF_LEVEL: Mapping[Level, tuple[PlaceKind, ...]] = {
    Level.GRID: (PlaceKind.GROUP, PlaceKind.MICRO, PlaceKind.SPECIAL),
    Level.VILLAGE: (PlaceKind.VILLAGE,),
    Level.TOWN: (PlaceKind.TOWN,),
    Level.COUNTY: (PlaceKind.COUNTY,),
}


def all_series() -> dict[str, tuple[Declaration, MeetingSeries]]:
    """Each series in force with its declaration, by key."""
    return {row.key: (row, meaning(row, MeetingSeries)) for row in all_current(KIND)}


def series_of(meeting: Meeting) -> MeetingSeries:
    """What the county declared for this session, as it stood when it opened."""
    return meaning(meeting.series, MeetingSeries)


def series_names() -> dict[str, str]:
    """Each series' name in the reader's language, by key."""
    language = get_language()
    return {key: one.name.in_language(language) for key, (_row, one) in all_series().items()}


def places_of(series: MeetingSeries, *, at: datetime) -> QuerySet[Place]:
    """The places of the series' level at which somebody is in post who convenes it."""
    held = active_posts(at=at).filter(role__in=series.convene).values("place_id")
    kinds = KINDS_OF_LEVEL[series.level]
    return Place.objects.filter(pk__in=held, kind__in=kinds, is_active=True).order_by("path")


def posts_asked(series: MeetingSeries, place: Place, *, at: datetime) -> QuerySet[Post]:
    """The posts whose holders are asked to come: who convenes there, who attends there or below."""
    below = Q(pk__in=within(active_posts(at=at), place).values("pk"))
    return (
        active_posts(at=at)
        .filter(
            Q(role__in=series.convene, place=place)
            | (below & Q(role__in={*series.attend, *series.minutes}))
        )
        .select_related("person", "place")
        # A post given comes before one held by virtue of it.
        .order_by("place_path", F("derived_from").asc(nulls_first=True), "role", "pk")
    )


def people_asked(meeting: Meeting, *, at: datetime) -> dict[UUID, Post]:
    """Who is asked to come, by person, each with the highest post that brings them."""
    found: dict[UUID, Post] = {}
    for post in posts_asked(series_of(meeting), meeting.place, at=at):
        found.setdefault(post.person_id, post)
    return found


def conveners_of(meeting: Meeting, *, at: datetime) -> list[UUID]:
    """Who convenes it at the very place."""
    posts = active_posts(at=at).filter(
        role__in=series_of(meeting).convene, place_id=meeting.place_id
    )
    return list(
        dict.fromkeys(posts.order_by("active_from", "pk").values_list("person_id", flat=True))
    )


def asked_with(holdings: Iterable[tuple[str, str]]) -> Q:
    """The sessions to which posts, each a role and its place's path, are asked."""
    condition = Q(pk__in=[])
    declared = [one for _row, one in all_series().values()]
    for role, path in holdings:
        convened = [one.key for one in declared if role in one.convene]
        attended = [one.key for one in declared if role in {*one.attend, *one.minutes}]
        if convened:
            condition |= Q(series_key__in=convened, place_path=path)
        if attended:
            steps = range(Place.steplen, len(path) + 1, Place.steplen)
            above = [path[:length] for length in steps]
            condition |= Q(series_key__in=attended, place_path__in=above)
    return condition
