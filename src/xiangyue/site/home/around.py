"""A resident's first page: what needs them now, what is theirs, what goes on around them.

It is read by people of seventy on weak phones, so it stays about two screens long however much is
afoot: a line a thing, the soonest first, a few of each kind, and a way to all.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.access.requests import standing
from xiangyue.calendars.wording import day_in_words
from xiangyue.incidents.firstpage import Line, awaiting, newest_near, own_open
from xiangyue.incidents.templatetags.incidents import state_words
from xiangyue.kernel.asking import have_any
from xiangyue.kernel.nearby import NearbyLine
from xiangyue.places.models import Place
from xiangyue.places.rules import path_range, short_name
from xiangyue.site.modules import offering

ONE_DAY = timedelta(days=1)
LATELY = timedelta(days=14)
ASKING = 6
OWN = 4
AROUND = 7
# Of those, so many stay for what has no end: issues, what neighbours reported.
WITHOUT_END = 3
# The lines of one module, or of matters reported.
Told = list[NearbyLine]


@dataclass(frozen=True, slots=True)
class Shown:
    """A line as the page draws it; `meta` says what it is, where and until when."""

    title: str
    url: str
    meta: str
    asks: str = ""


@dataclass(frozen=True, slots=True)
class FirstPage:
    """The lines of the page; `open_count` counts the person's own matters under way."""

    asking: list[Shown]
    own: list[Shown]
    around: list[Shown]
    open_count: int


def first_page(request: HttpRequest, place: Place, *, at: datetime) -> FirstPage:
    """What the page shows to whoever asks, of a place where they live or that they look at."""
    own = own_open(standing(request))
    told = [
        [*map(_asked_about, awaiting(own))],
        *nearby_lines(request, place, at=at),
        [*map(_reported, newest_near(place))],
    ]
    lines = [each for one in told for each in one]
    asking = sorted((each for each in lines if each.asks), key=_soonest)
    mine = [each for each in lines if each.is_mine and not each.asks]

    def shown(found: Iterable[NearbyLine]) -> list[Shown]:
        return [_shown(each, here=short_name(place.name), at=at) for each in found]

    return FirstPage(
        shown(asking[:ASKING]), shown(mine[:OWN]), shown(_few(_around(told))), len(own)
    )


def nearby_lines(request: HttpRequest, place: Place, *, at: datetime) -> list[Told]:
    """What each module's `nearby.py` has for a resident of the place, in the order of modules.

    A module whose file says in `AFOOT` by which questions there is anything to look for is not
    asked further when none has a row; of all of them that is asked at once, as mostly little is
    afoot. The questions take how many `paths` there are, and are given those of the place and of
    what it lies in, its range from `low` to `high`, the `person`, the moment `at`, the day
    `today`, and `lately`, a fortnight ago.
    """
    modules = [*offering("nearby")]
    asked = [(module, each) for module in modules for each in getattr(module, "AFOOT", ())]
    paths = [place.path[:end] for end in range(Place.steplen, len(place.path) + 1, Place.steplen)]
    low, high = path_range(place.path)
    found = have_any(
        [question for _module, question in asked],
        len(paths),
        paths=paths,
        low=low,
        high=high,
        person=standing(request).person_id,
        at=at,
        today=timezone.localdate(at),
        lately=at - LATELY,
    )
    afoot = {module for (module, _asked), has_any in zip(asked, found, strict=True) if has_any}
    awake = (module for module in modules if module in afoot or not hasattr(module, "AFOOT"))
    return [module.lines_for(request, place=place, at=at) for module in awake]


# --- which of them are shown ------------------------------------------------------------------


def _around(told: list[Told]) -> list[Told]:
    """What asks nobody and is nobody's own, each thing once: what asks the person is not told
    again; else the module stays that tells last, for it keeps the thing (a compact after the notice
    of its draft)."""
    known = {each.about for one in told for each in one if each.asks and each.about}
    found = []
    for one in reversed(told):
        rest = [each for each in one if not each.asks and not each.is_mine]
        found.append([each for each in rest if each.about not in known])
        known |= {each.about for each in rest if each.about}
    return found[::-1]


def _few(told: list[Told]) -> list[NearbyLine]:
    """The next to begin or end, then the newest of those without an end."""
    dated = [[each for each in one if _moment(each) is not None] for one in told]
    others = [[each for each in one if _moment(each) is None] for one in told]
    left = min(WITHOUT_END, sum(map(len, others)))
    first = _in_turn(dated, AROUND - left, key=_soonest)
    return first + _in_turn(others, AROUND - len(first), key=_newest)


def _in_turn(told: list[Told], count: int, *, key: Callable[[NearbyLine], Any]) -> list[NearbyLine]:
    """The first of each module before the second of any, so that none drowns the others."""
    turns = [(turn, each) for one in told for turn, each in enumerate(sorted(one, key=key))]
    turns.sort(key=lambda pair: (pair[0], key(pair[1])))
    return sorted((each for _turn, each in turns[:count]), key=key)


def _moment(line: NearbyLine) -> date | None:
    found = line.begins or line.until
    return timezone.localdate(found) if isinstance(found, datetime) else found


def _soonest(line: NearbyLine) -> date:
    return _moment(line) or date.max


def _newest(line: NearbyLine) -> float:
    return -line.since.timestamp() if line.since is not None else 0


# --- in words ---------------------------------------------------------------------------------


def _asked_about(line: Line) -> NearbyLine:
    """What I reported and was answered: is it settled?"""
    return NearbyLine(
        title=line.category_name,
        url=reverse("incident", args=[line.number]),
        where=short_name(line.place_name),
        asks=_("Is it settled?"),
    )


def _reported(line: Line) -> NearbyLine:
    return NearbyLine(
        title=line.category_name,
        url=reverse("public-incident", args=[line.number]),
        kind=f"{_('Reported by residents')} · {state_words(line)}",
        where=short_name(line.place_name),
        since=line.created_at,
    )


def _shown(line: NearbyLine, *, here: str, at: datetime) -> Shown:
    """In a grid of the village the village need not be named."""
    where = "" if here.startswith(line.where) else line.where
    parts = (line.kind, where, _when(line, at=at))
    return Shown(line.title, line.url, " · ".join(part for part in parts if part), line.asks)


def _when(line: NearbyLine, *, at: datetime) -> str:
    today = timezone.localdate(at)
    if line.begins is not None:
        local = timezone.localtime(line.begins)
        return _("begins %(day)s") % {"day": f"{_named(local.date(), today)} {local:%H:%M}"}
    if line.until is not None:
        return _("until %(day)s") % {"day": _end(line.until, today)}
    return _named(timezone.localdate(line.since), today) if line.since is not None else ""


def _end(until: date | datetime, today: date) -> str:
    """The hour only where one has to hurry."""
    if not isinstance(until, datetime):
        return _named(until, today)
    local = timezone.localtime(until)
    words = _named(local.date(), today)
    return words if local.date() > today + ONE_DAY else f"{words} {local:%H:%M}"


def _named(day: date, today: date) -> str:
    if day == today:
        return _("today")
    if day == today + ONE_DAY:
        return _("tomorrow")
    return day_in_words(day, has_year=day.year != today.year, has_weekday=False)
