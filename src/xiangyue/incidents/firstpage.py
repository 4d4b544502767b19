"""What a resident's first page shows of incidents: their own that are open, and the newest nearby.

Everybody's phone asks for that page again and again, so its questions have their SQL made once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import get_language

from xiangyue.access.rules import Standing
from xiangyue.blueprints.models import Declaration
from xiangyue.blueprints.queries import meaning
from xiangyue.incidents.access import public_incidents
from xiangyue.incidents.blueprint import IncidentCategory
from xiangyue.incidents.models import Incident, StateChoices
from xiangyue.incidents.reporters import reporter_tag
from xiangyue.incidents.rules import State
from xiangyue.kernel.asking import Given, Question, Row, given_each
from xiangyue.kernel.counties import current_county
from xiangyue.places.models import Place, PlaceKind
from xiangyue.places.rules import path_range

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Line:
    """An incident as one line of a list; with what `state_tone` and `state_words` ask."""

    number: str
    state: str
    outcome: str
    created_at: datetime
    place_name: str
    category_name: str

    def get_state_display(self) -> str:
        return str(StateChoices(self.state).label)


def own_open(standing: Standing) -> dict[int, str]:
    """The states of what the person has reported, hidden or not, and that does not rest; by key."""
    if standing.person_id is None:
        return {}
    tag = reporter_tag(standing.person_id)
    return dict(sorted(_OWN.ask(reporter=standing.person_id, tag=tag)))


def awaiting(own: dict[int, str]) -> list[Line]:
    """Of one's own the first that are answered and wait for a word."""
    keys = [key for key, state in own.items() if state == State.ANSWERED][:SHOWN]
    return _lines(_BY_KEY.ask(len(keys), keys=keys)) if keys else []


def newest_near(place: Place) -> list[Line]:
    """What everybody may see of a place, the newest first.

    Everything lies in the county, and not asking where lets the newest be read first.
    """
    is_whole = place.kind == PlaceKind.COUNTY
    low, high = path_range(place.path)
    return _lines(_NEWEST.ask("county" if is_whole else "place", low=low, high=high))


_RESTING = (State.CLOSED, State.MERGED)


def _own(rows: "QuerySet[Incident]") -> "QuerySet[Incident, tuple[int, str]]":
    open_ones = rows.filter(parent=None).exclude(state__in=_RESTING)
    return open_ones.order_by().values_list("pk", "state")


def _in_a_line(rows: "QuerySet[Incident]") -> "QuerySet[Incident, Row]":
    return rows.values_list(
        "number", "state", "outcome", "created_at", "place__name",
        "category_id", "category__kind", "category__digest",
    )  # fmt: skip


def _newest(where: str) -> "QuerySet[Incident, Row]":
    rows = public_incidents()
    if where == "place":
        low, high = (Given(name, models.CharField()) for name in ("low", "high"))
        rows = rows.filter(place_path__gte=low, place_path__lt=high)
    # The keys first, which an index has; of a village's whole table rows none else is read.
    keys = rows.order_by("-pk").values("pk")[:SHOWN]
    return _in_a_line(Incident.objects.filter(pk__in=keys)).order_by("-pk")


# Apart, for each has an index that answers alone. Whose name is hidden is nobody's by key.
_OWN = Question(
    lambda: _own(Incident.objects.filter(reporter=Given("reporter", models.UUIDField()))).union(
        _own(Incident.objects.filter(reporter_tag=Given("tag", models.CharField()))), all=True
    )
)
_BY_KEY = Question(
    lambda count: _in_a_line(
        Incident.objects.filter(pk__in=given_each("keys", models.BigIntegerField(), count))
    ).order_by("pk")
)
_NEWEST = Question(_newest)


def _lines(rows: Sequence[Row]) -> list[Line]:
    found = []
    for number, state, outcome, created_at, place_name, *category in rows:
        # What the category means is known by its digest; its body is read only when it is not.
        row = Declaration.from_db(current_county().alias, ("id", "kind", "digest"), category)
        name = meaning(row, IncidentCategory).name.in_language(get_language())
        found.append(Line(number, state, outcome, created_at, place_name, name))
    return found
