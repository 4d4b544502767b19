"""Whether a day has anything for somebody, asked of every module in one statement.

A module whose `today.py` says in `AFOOT` by which questions there is anything to look for is asked
for its panel only when one of them has a row: mostly little is afoot, and each panel costs several
queries. A question may say yes where the panel then shows nothing, never the other way round.

    AFOOT = (
        Afoot(lambda mine: Council.objects.filter(mine.reach(), state="forming"), verbs=(KEEP,)),
        Afoot(lambda mine: Seat.objects.filter(person=mine.person, state="invited")),
    )
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, DateField, DateTimeField, Q, QuerySet, UUIDField
from django.utils import timezone

from xiangyue.access.rules import Standing
from xiangyue.kernel.asking import Given, Question, given_each, have_any
from xiangyue.places.models import Person, Place
from xiangyue.places.rules import path_range

SOON = timedelta(days=3)
ENDS = ("low", "high")


class Mine:
    """What an `Afoot` may ask by: values that are given for the person when it is asked.

    `at` and `today` are now; `soon` and `soon_on` three days later; `person` and `household` keys.
    """

    person = Given("person", UUIDField())
    household = Given("household", UUIDField())
    at = Given("at", DateTimeField())
    soon = Given("soon", DateTimeField())
    today = Given("today", DateField())
    soon_on = Given("soon_on", DateField())

    def __init__(
        self, verbs: tuple[str, ...], area_count: int, post_count: int, above_count: int
    ) -> None:
        self._verbs = verbs
        self._area_count = area_count
        self._post_count = post_count
        self._above_count = above_count

    def reach(self, path_field: str = "place_path") -> Q:
        """The rows where the person's posts grant one of the verbs, as `granted` keeps them."""
        path: CharField[str, str] = CharField()
        condition = Q(pk__in=[])
        for position in range(self._area_count):
            low, high = (Given(_range(self._verbs, end), path, position) for end in ENDS)
            condition |= Q(**{f"{path_field}__gte": low, f"{path_field}__lt": high})
        return condition

    def at_posts(self, path_field: str = "place_path") -> Q:
        """The rows of the very places of the person's posts."""
        return Q(**{f"{path_field}__in": given_each("posts", CharField(), self._post_count)})

    def above_posts(self, path_field: str = "place_path") -> Q:
        """The rows of the places of the person's posts and of what these lie in."""
        return Q(**{f"{path_field}__in": given_each("above", CharField(), self._above_count)})


class Afoot:
    """A question whether there is anything to look for.

    :param made: the rows of which one is enough.
    :param verbs: asked only of those whose posts grant one of them; without any, of everybody.
    """

    def __init__(
        self, made: Callable[[Mine], "QuerySet[Any, Any]"], *, verbs: tuple[str, ...] = ()
    ) -> None:
        self.verbs = verbs
        self.question = Question(
            lambda *counts: made(Mine(verbs, *counts)).order_by().values_list("pk")
        )

    def concerns(self, standing: Standing) -> bool:
        return not self.verbs or any(standing.may_somewhere(verb) for verb in self.verbs)


def which_are_afoot(
    questions: Sequence[Afoot], *, person: Person, standing: Standing, at: datetime
) -> list[bool]:
    """Whether each has a row for the person: one statement for all."""
    asked = [each for each in questions if each.concerns(standing)]
    areas = {each.verbs: _areas(standing, each.verbs) for each in asked}
    area_count = _rounded(max(map(len, areas.values()), default=0))
    given: dict[str, Any] = {
        "person": person.pk,
        "household": person.household_id,
        "at": at,
        "soon": at + SOON,
        "today": timezone.localdate(at),
        "soon_on": timezone.localdate(at + SOON),
    }
    for verbs, paths in areas.items():
        ranges = [path_range(path) for path in paths]
        ranges += [("", "")] * (area_count - len(ranges))  # where nothing lies
        for position, end in enumerate(ENDS):
            given[_range(verbs, end)] = [one[position] for one in ranges]
    posts = {holding.place_path for holding in standing.holdings}
    given["posts"] = _filled(posts)
    given["above"] = _filled(
        path[:end] for path in posts for end in range(Place.steplen, len(path) + 1, Place.steplen)
    )
    found = iter(
        have_any(
            [each.question for each in asked],
            area_count,
            len(given["posts"]),
            len(given["above"]),
            **given,
        )
    )
    return [each.concerns(standing) and next(found) for each in questions]


def _range(verbs: tuple[str, ...], end: str) -> str:
    return f"{end} of {' '.join(verbs)}"


def _areas(standing: Standing, verbs: tuple[str, ...]) -> set[str]:
    return {area for verb in verbs for area in standing.areas(verb)}


def _filled(paths: Iterable[str]) -> list[str]:
    """Each once, the last again and again until a rounded number is full."""
    found = sorted(set(paths))
    return found + found[-1:] * (_rounded(len(found)) - len(found))


def _rounded(count: int) -> int:
    """0, 1, 2, 4, 8 and so on: few numbers are ever asked for, and the SQL of each is kept."""
    return 1 << (count - 1).bit_length() if count else 0
