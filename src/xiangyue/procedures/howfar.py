"""How far the places of an area have come with one procedure: how many stand at which step."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from xiangyue.access.queries import granted
from xiangyue.access.rules import Standing
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Place
from xiangyue.places.queries import within
from xiangyue.procedures.access import SEE, runs_of
from xiangyue.procedures.blueprint import Procedure
from xiangyue.procedures.models import Run, RunState, StepRun, StepState
from xiangyue.procedures.queries import is_late


@dataclass(frozen=True, slots=True)
class AtStep:
    """One step, and how many runs stand at it now."""

    position: int
    key: str
    name: str
    count: int
    late_count: int


@dataclass(frozen=True, slots=True)
class Part:
    """A place of the area: how many of its places have begun, and how many are through."""

    place: Place
    place_count: int
    running_count: int
    done_count: int
    without_count: int


@dataclass(frozen=True, slots=True)
class HowFar:
    """An area's runs of one procedure; each place without one is counted too."""

    place: Place
    steps: list[AtStep]
    done_count: int
    ended_early_count: int
    place_count: int
    without: QuerySet[Place]
    parts: list[Part]

    @property
    def running_count(self) -> int:
        return sum(step.count for step in self.steps)


def area_of(standing: Standing, code: str) -> Place:
    """The place asked for, or the topmost one of the person's area.

    :raises NotFound: it is not in their area, or they have none.
    """
    mine = Place.objects.filter(granted(standing, SEE, path_field="path"), is_active=True)
    found: Place | None = (
        mine.filter(code=code) if code else mine.order_by("depth", "path")
    ).first()
    if found is None:
        raise NotFound(_("There is no such place in your area."))
    return found


def how_far(
    standing: Standing,
    key: str,
    procedure: Procedure,
    *,
    place: Place,
    at: datetime,
    language: str | None,
) -> HowFar:
    """What the page shows; six queries, however large the area is.

    Runs are those that the person may see; a step that only an earlier version of the procedure
    had stands at the end under its key.
    """
    runs = within(runs_of(standing).filter(template_key=key), place)
    opened = StepRun.objects.filter(
        state=StepState.OPEN, run__in=runs.filter(state=RunState.RUNNING)
    )
    counts = {
        row["key"]: (row["count"], row["late"])
        for row in opened.order_by()
        .values("key")
        .annotate(count=Count("pk"), late=Count("pk", filter=is_late(at)))
    }
    names = {step.key: step.name.in_language(language) for step in procedure.steps}
    keys = [*names, *sorted(set(counts) - set(names))]
    states = Counter(dict(runs.order_by().values_list("state").annotate(count=Count("pk"))))
    places = within(
        Place.objects.filter(kind__in=procedure.levels, is_active=True), place, field="path"
    )
    here = runs.filter(place=OuterRef("pk")).exclude(state=RunState.ENDED_EARLY)
    without = places.filter(~Exists(here)).order_by("path")
    return HowFar(
        place=place,
        steps=[
            AtStep(number, step, names.get(step, step), *counts.get(step, (0, 0)))
            for number, step in enumerate(keys, start=1)
        ],
        done_count=states[RunState.DONE],
        ended_early_count=states[RunState.ENDED_EARLY],
        place_count=places.count(),
        without=without,
        parts=_parts(place, places, without, runs),
    )


def _parts(
    place: Place, places: QuerySet[Place], without: QuerySet[Place], runs: QuerySet[Run]
) -> list[Part]:
    """Each place right below that holds such places; none where it is one itself."""
    length = len(place.path) + Place.steplen

    def by_part(paths: QuerySet[Place] | QuerySet[Run], field: str) -> Mapping[str, int]:
        return Counter(str(path)[:length] for path in paths.values_list(field, flat=True))

    held = by_part(places.exclude(pk=place.pk), "path")
    bare = by_part(without, "path")
    running = by_part(runs.filter(state=RunState.RUNNING), "place_path")
    done = by_part(runs.filter(state=RunState.DONE), "place_path")
    below = Place.objects.filter(path__in=held).order_by("path")
    return [
        Part(
            part, held[part.path], running.get(part.path, 0), done.get(part.path, 0),
            bare.get(part.path, 0),
        )
        for part in below
    ]  # fmt: skip
