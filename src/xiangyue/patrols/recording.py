"""Many rounds at once, as an import or a demonstration records them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from xiangyue.activity.services import Happening, record_many
from xiangyue.patrols.models import Patrol, Visit
from xiangyue.patrols.queries import DAILY
from xiangyue.patrols.rules import Look, Outcome
from xiangyue.patrols.services import round_named
from xiangyue.places.models import Place


@dataclass(frozen=True, kw_only=True)
class PastRound:
    """A round to record in bulk: nothing was found, these households were called on."""

    worker_id: UUID
    grid: Place
    date: date
    finished_at: datetime
    visits: Mapping[UUID, str] = field(default_factory=dict)


@transaction.atomic
def record_rounds(*, rounds: Sequence[PastRound], key: str = DAILY) -> list[Patrol]:
    """Record many rounds without a finding, as an import does; the same rows and the same record.

    A round that is there already stays as it is.
    """
    declared = round_named(key)
    looked = {item.key: Look.FINE.value for item in declared.items}
    known = set(
        Patrol.objects.filter(
            round=key,
            date__in={each.date for each in rounds},
            worker_id__in={each.worker_id for each in rounds},
        ).values_list("worker_id", "grid_id", "date")
    )
    patrols: list[Patrol] = []
    visits: list[Visit] = []
    for each in rounds:
        identity = (each.worker_id, each.grid.pk, each.date)
        if identity in known:
            continue
        known.add(identity)
        patrol = Patrol(
            round=key,
            worker_id=each.worker_id,
            grid=each.grid,
            place_path=each.grid.path,
            date=each.date,
            finished_at=each.finished_at,
            is_nil=True,
            looked=looked,
        )
        patrols.append(patrol)
        visits += [
            Visit(patrol=patrol, household_id=house, date=each.date, outcome=outcome)
            for house, outcome in each.visits.items()
        ]
    Patrol.objects.bulk_create(patrols, batch_size=500)
    Visit.objects.bulk_create(visits, batch_size=500)
    counts: dict[UUID, int] = {}
    for visit in visits:
        if visit.outcome == Outcome.VISITED:
            counts[visit.patrol_id] = counts.get(visit.patrol_id, 0) + 1
    record_many(
        Happening(
            name="patrols.patrol_finished",
            subject=patrol,
            at=patrol.finished_at,
            actor_id=patrol.worker_id,
            place_path=patrol.place_path,
            facts={
                "round": key,
                "date": patrol.date,
                "is_nil": True,
                "found": 0,
                "visited": counts.get(patrol.pk, 0),
            },
        )
        for patrol in patrols
    )
    return patrols
