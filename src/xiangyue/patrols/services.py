"""Verbs on patrols: report a round, and link what was found to it.

Whether somebody may walk a grid is asked by `access.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.access.rules import Standing
from xiangyue.activity.services import record
from xiangyue.calendars.queries import current_calendar
from xiangyue.incidents.intake import Entered, take_in
from xiangyue.incidents.models import Channel, Incident
from xiangyue.kernel.identifiers import new_id
from xiangyue.kernel.refusals import NotAllowed, NotFound, Refused
from xiangyue.kernel.transactions import part
from xiangyue.patrols.blueprint import PatrolItem, PatrolRound
from xiangyue.patrols.models import Find, Patrol, Sending, Visit
from xiangyue.patrols.queries import DAILY, all_rounds
from xiangyue.patrols.rules import Look, Outcome, day_of, keeps_position, time_of, together
from xiangyue.places.models import Household, Person, Place
from xiangyue.places.queries import within

MOST_VISITS = 500


class PatrolIncomplete(Refused):
    """Something in the report of a round is missing or wrong."""

    code = "patrol_incomplete"


class SentByAnother(NotAllowed):
    """The key belongs to a patrol that somebody else sent."""

    code = "sent_by_another"


@dataclass(frozen=True, kw_only=True)
class Found:
    """Something that was found: in words, with what its category asks."""

    words: str
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Walked:
    """A round as the worker reports it; without any item, nothing was found at all of them.

    `opened_at` is when the server showed the form, `recorded_at` what the phone's clock said.
    """

    looked: Mapping[str, str] = field(default_factory=dict)
    found: Mapping[str, Found] = field(default_factory=dict)
    visits: Mapping[UUID, str] = field(default_factory=dict)
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    client_key: UUID | None = None
    opened_at: datetime | None = None
    recorded_at: datetime | None = None


@transaction.atomic
def finish_patrol(
    *,
    worker: Person,
    standing: Standing,
    grid: Place,
    walked: Walked,
    at: datetime,
    key: str = DAILY,
    address_key: str = "",
) -> Patrol:
    """Report a round of the grid; a second report of the same day supplements the first.

    Whatever was found is reported as any matter is, through the worker's channel, and linked. One
    that arrives again under the same `client_key` changes nothing. The day is the server's, or
    the one on which it showed the form (`rules.day_of`); a position is kept only on that day and
    within duty hours (GD08).

    :raises NotFound: no such round is declared.
    :raises PatrolIncomplete: an item or a household is none of this round, or words are missing.
    :raises SentByAnother: the key stands for somebody else's patrol.
    :raises Refused: as `incidents.intake.take_in` does; nothing is kept then.
    """
    declared = round_named(key)
    # Of two reports at once the second waits, and then supplements the first.
    Person.objects.select_for_update(no_key=True).get(pk=worker.pk)
    if walked.client_key is not None:
        earlier = Sending.objects.select_related("patrol").filter(pk=walked.client_key).first()
        if earlier is not None:
            if earlier.patrol.worker_id != worker.pk:
                raise SentByAnother(_("This was sent by somebody else; open the form again."))
            return earlier.patrol
    items = {item.key: item for item in declared.items}
    looked = _looked(items, walked)
    houses = _called_on(grid, walked.visits)
    zone = current_calendar().zone
    day = day_of(
        opened_at=walked.opened_at, arrived_at=at, recorded_at=walked.recorded_at, zone=zone
    )
    patrol, is_new = Patrol.objects.get_or_create(
        round=key,
        worker=worker,
        grid=grid,
        date=day,
        defaults={
            "place_path": grid.path,
            "started_at": _started(walked.opened_at, at),
            "finished_at": at,
            "is_nil": True,
        },
    )
    patrol.looked = together(patrol.looked, looked)
    patrol.finished_at = at
    hours = time_of(declared.duty_hours[0]), time_of(declared.duty_hours[1])
    if walked.latitude is not None and walked.longitude is not None:
        keeps = declared.position_days > 0 and keeps_position(
            day=day, arrived_at=at, duty_hours=hours, zone=zone
        )
        if keeps:
            patrol.latitude, patrol.longitude = walked.latitude, walked.longitude
    patrol.save()
    for house in houses:
        Visit.objects.update_or_create(
            patrol=patrol,
            household=house,
            defaults={"date": day, "outcome": walked.visits[house.pk]},
        )
    if walked.client_key is not None:
        Sending.objects.create(
            key=walked.client_key, patrol=patrol, arrived_at=at, recorded_at=walked.recorded_at
        )
    for item_key, found in walked.found.items():
        _report(
            patrol,
            items[item_key],
            found,
            worker=worker,
            standing=standing,
            walked=walked,
            at=at,
            address_key=address_key,
        )
    _link_what_was_reported(patrol)
    _check_said(patrol, walked)
    patrol.is_nil = Look.FOUND not in patrol.looked.values() and not patrol.finds.exists()
    patrol.save(update_fields=["is_nil"])
    record(
        name="patrols.patrol_finished" if is_new else "patrols.patrol_supplemented",
        subject=patrol,
        at=at,
        actor_id=worker.pk,
        place_path=grid.path,
        facts={
            "round": key,
            "date": day,
            "is_nil": patrol.is_nil,
            "found": patrol.finds.count(),
            "visited": patrol.visits.filter(outcome=Outcome.VISITED).count(),
        },
    )
    return patrol


def round_named(key: str) -> PatrolRound:
    """:raises NotFound: no such round is declared."""
    found = all_rounds().get(key)
    if found is None:
        raise NotFound(_("There is no such round in this county."))
    return found


def _looked(items: Mapping[str, PatrolItem], walked: Walked) -> dict[str, str]:
    """What was seen at each item: fine where nothing else is said."""
    named = {*walked.looked, *walked.found}
    if unknown := sorted(named - set(items)):
        raise PatrolIncomplete(
            _("This round does not look at “%(item)s”.") % {"item": unknown[0][:40]}
        )
    for key, look in walked.looked.items():
        if look not in set(Look):
            message = _("Choose whether anything was found.")
            raise PatrolIncomplete(message, fields={f"item_{key}": message})
    for key, found in walked.found.items():
        if not found.words.strip():
            message = _("Please say in a sentence what you found.")
            raise PatrolIncomplete(message, fields={f"words_{key}": message})
    looked = {key: str(walked.looked.get(key, Look.FINE)) for key in items}
    return looked | dict.fromkeys(walked.found, Look.FOUND.value)


def _check_said(patrol: Patrol, walked: Walked) -> None:
    """What was found is said in words here, or was reported before with the report form."""
    unsaid = [
        key for key, look in walked.looked.items() if look == Look.FOUND and key not in walked.found
    ]
    if unsaid and not patrol.finds.exists():
        message = _("Please say in a sentence what you found.")
        raise PatrolIncomplete(message, fields={f"words_{key}": message for key in unsaid})


def _called_on(grid: Place, visits: Mapping[UUID, str]) -> list[Household]:
    if len(visits) > MOST_VISITS or any(outcome not in set(Outcome) for outcome in visits.values()):
        raise PatrolIncomplete(_("A visit is either made or not convenient."))
    if not visits:
        return []
    houses = list(within(Household.objects.filter(pk__in=visits), grid))
    if len(houses) != len(visits):
        raise PatrolIncomplete(_("One of the households is not in this grid."), source="GD02")
    return houses


def _started(opened_at: datetime | None, at: datetime) -> datetime | None:
    return opened_at if opened_at is not None and opened_at <= at else None


def _report(
    patrol: Patrol,
    item: PatrolItem,
    found: Found,
    *,
    worker: Person,
    standing: Standing,
    walked: Walked,
    at: datetime,
    address_key: str,
) -> None:
    """One entry: what was found on the round goes in as any report of a grid worker's does."""
    base = walked.client_key or new_id()
    incident, _code = take_in(
        entered=Entered(
            category_key=item.category,
            place=patrol.grid,
            description=found.words.strip(),
            latitude=walked.latitude,
            longitude=walked.longitude,
            answers=found.answers,
            client_key=uuid5(base, item.key),
        ),
        person=worker,
        standing=standing,
        at=at,
        address_key=address_key,
        channel=Channel.WORKER,
    )
    Find.objects.update_or_create(incident=incident, defaults={"patrol": patrol, "item": item.key})


def _link_what_was_reported(patrol: Patrol) -> None:
    """What the worker reported in the grid that day through the report form belongs to the round.

    Never a matter that hides who reported it: the link would say who it was (PE02).
    """
    zone = current_calendar().zone
    begins_at = datetime.combine(patrol.date, datetime.min.time(), tzinfo=zone)
    rows = within(
        Incident.objects.filter(
            reporter_id=patrol.worker_id,
            reporter_tag="",
            channel=Channel.WORKER,
            created_at__gte=begins_at,
            created_at__lt=begins_at + timedelta(days=1),
            find=None,
        ).exclude(audience="confidential"),
        patrol.grid,
    )
    Find.objects.bulk_create(Find(patrol=patrol, incident=row) for row in rows)


@part
def link_report(*, incident: Incident, at: datetime) -> Find | None:
    """A matter that a worker reports after the round of that day belongs to it too.

    Returns the link; nothing where there was no round, or the reporter is hidden.
    """
    if (
        incident.channel != Channel.WORKER
        or incident.reporter_id is None
        or incident.reporter_tag
        or incident.audience == "confidential"
    ):
        return None
    day = at.astimezone(current_calendar().zone).date()
    rows = Patrol.objects.filter(worker_id=incident.reporter_id, date=day)
    patrol = next(
        (
            row
            for row in rows.order_by("-place_path")
            if incident.place_path.startswith(row.place_path)
        ),
        None,
    )
    if patrol is None:
        return None
    find, is_new = Find.objects.get_or_create(incident=incident, defaults={"patrol": patrol})
    if is_new:
        Patrol.objects.filter(pk=patrol.pk).update(is_nil=False)
    return find


@transaction.atomic
def unlink_hidden(*, incident: Incident) -> None:
    """A matter that was put into a category which hides its reporter leaves the patrol (PE02)."""
    if incident.reporter_tag or incident.sealed_reporter or incident.audience == "confidential":
        Find.objects.filter(incident=incident).delete()
