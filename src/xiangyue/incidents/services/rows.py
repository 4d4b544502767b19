"""Where the verbs read and write: the database, act by act. `batch.py` has the other place."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.timezone import get_default_timezone, localtime

from xiangyue.incidents.models import Incident, Step
from xiangyue.incidents.rules import State, Verb
from xiangyue.incidents.voice_models import Extension, Support
from xiangyue.kernel.asking import Given, Question
from xiangyue.kernel.bulk import insert_row
from xiangyue.kernel.identifiers import speakable_code
from xiangyue.kernel.making import made
from xiangyue.places.models import Person

NUMBER_LENGTH = 5  # beside the day: short enough to be read out
_REPORTS_SINCE = Question(
    lambda: Incident.objects.filter(
        reporter=Given("reporter", models.UUIDField()),
        created_at__gte=Given("since", models.DateTimeField()),
    ).values_list("pk")
)
LOCKED_WITH = ("hub", "unit", "category", "place", "clock")


class Rows:
    """The rows of the loop, as one act needs them."""

    # --- writing --------------------------------------------------------------------------------

    def add_incident(self, incident: Incident) -> None:
        insert_row(incident)

    def add(self, row: models.Model) -> None:
        """A rating, an extension: what belongs to one incident and is its own row."""
        insert_row(row)

    def add_step(self, incident: Incident, **facts: Any) -> None:
        insert_row(made(Step, incident=incident, **facts))

    def save(self, row: Incident | Extension, names: Collection[str]) -> None:
        row.save(update_fields=names)

    def support(self, incident: Incident, person_id: UUID, at: datetime) -> tuple[Support, bool]:
        """The person's support of the incident, and whether it is new."""
        return Support.objects.get_or_create(
            incident=incident, person_id=person_id, defaults={"at": at}
        )

    def lead_on(self, merged: Incident, main: Incident, at: datetime) -> None:
        """Whatever led to the merged incident leads to the main one."""
        Support.objects.filter(incident=merged).exclude(
            person_id__in=Support.objects.filter(incident=main).values("person_id")
        ).update(incident=main)
        Incident.objects.filter(merged_into=merged).update(merged_into=main, told_at=at)

    # --- reading --------------------------------------------------------------------------------

    def locked(self, incident: Incident) -> Incident:
        return (
            Incident.objects.select_for_update(of=("self",))
            .select_related(*LOCKED_WITH)
            .get(pk=incident.pk)
        )

    def locked_extension(self, extension: Extension) -> Extension:
        return Extension.objects.select_for_update().get(pk=extension.pk)

    def new_number(self, at: datetime) -> str:
        """A number for what was reported that day; another may have the same by chance."""
        return f"{localtime(at, get_default_timezone()):%y%m%d}-{speakable_code(NUMBER_LENGTH)}"

    def reports_that_day(self, reporter: Person, at: datetime) -> int:
        since = localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
        return len(_REPORTS_SINCE.ask(reporter=reporter.pk, since=since))

    def has_open_part(self, incident: Incident) -> bool:
        return incident.children.exclude(state=State.CLOSED).exists()

    def part_count(self, incident: Incident) -> int:
        return incident.children.count()

    def awaits_extension(self, incident: Incident) -> bool:
        return incident.extensions.filter(decided_at=None).exists()

    def last_urged_at(self, incident: Incident) -> datetime | None:
        urged = incident.steps.filter(verb=Verb.URGE).order_by("-at")
        return urged.values_list("at", flat=True).first()

    def silent(self, at: datetime, most: int) -> list[Incident]:
        """Answered, and not objected to in time; longest ago first."""
        return list(self.silent_rows(at)[:most])

    def overdue(self, at: datetime, most: int) -> list[Incident]:
        """Whose next level is to be told; longest overdue first."""
        return list(self.overdue_rows(at)[:most])

    def silent_rows(self, at: datetime) -> models.QuerySet[Incident]:
        rows = Incident.objects.filter(state=State.ANSWERED, confirm_until_at__lte=at)
        return rows.order_by("confirm_until_at", "pk")

    def overdue_rows(self, at: datetime) -> models.QuerySet[Incident]:
        return Incident.objects.filter(watch_at__lte=at).order_by("watch_at", "pk")


_rows: ContextVar[Rows] = ContextVar("incident_rows")
_in_the_database = Rows()


def rows() -> Rows:
    """Where the loop is read and written now."""
    return _rows.get(_in_the_database)


@contextmanager
def rows_of(place: Rows) -> Iterator[None]:
    """Read and write there instead."""
    token = _rows.set(place)
    try:
        yield
    finally:
        _rows.reset(token)
