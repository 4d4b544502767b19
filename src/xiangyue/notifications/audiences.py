"""Who is told: turns the audiences of the declared messages into people, one query for each kind.

Reporters and those with the same matter are found through the incident, staff through the posts
they hold at that moment.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.db import models
from django.db.models import Q, QuerySet

from xiangyue.access.blueprint import Role
from xiangyue.activity.models import Entry
from xiangyue.blueprints.editions import kept
from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.incidents.models import Incident, Step
from xiangyue.incidents.reporters import reporter_of
from xiangyue.incidents.voice_models import Support
from xiangyue.kernel.asking import Given, Question, given_each
from xiangyue.notifications import rules
from xiangyue.notifications.blueprint import Audience
from xiangyue.notifications.rules import Seat
from xiangyue.places.models import Place, PlaceKind, Post
from xiangyue.places.queries import active_posts

VERB_OF: Mapping[Audience, str] = {
    Audience.UNIT: "incidents.handle",
    Audience.HANDLER: "incidents.handle",
    Audience.DISPATCHERS: "incidents.dispatch",
    Audience.VERIFIERS: "incidents.verify",
    Audience.DECIDERS: "incidents.decide_extension",
    Audience.SUPERVISORS: "incidents.supervise",
    Audience.WATCHERS: "incidents.supervise",
}
STAFF = frozenset(VERB_OF)
# Only these may know that a confidential matter exists (PE02).
CONFIDENTIAL = "incidents.see_confidential"
ABOUT_CONFIDENTIAL = frozenset(
    {
        Audience.UNIT,
        Audience.HANDLER,
        Audience.DISPATCHERS,
        Audience.VERIFIERS,
        Audience.DECIDERS,
    }
)
KIND_OF_LEVEL = {
    "village": PlaceKind.VILLAGE,
    "town": PlaceKind.TOWN,
    "county": PlaceKind.COUNTY,
}


class RolesTold(NamedTuple):
    """Which roles may do what telling asks for, in their area or for their unit."""

    by_area_verb: Mapping[str, frozenset[str]]
    by_unit_verb: Mapping[str, frozenset[str]]
    in_area: tuple[str, ...]
    for_unit: tuple[str, ...]


def roles_told() -> RolesTold:
    """The roles as the county declares them now."""
    return kept("roles told", _read_roles)


def _read_roles() -> RolesTold:
    roles = {row.key: meaning(row, Role) for row in all_current("role")}
    verbs = {*VERB_OF.values(), CONFIDENTIAL}
    area = {
        verb: frozenset(key for key, role in roles.items() if verb in role.may_in_area)
        for verb in verbs
    }
    unit = {
        verb: frozenset(key for key, role in roles.items() if verb in role.may_for_unit)
        for verb in verbs
    }
    return RolesTold(
        by_area_verb=area,
        by_unit_verb=unit,
        in_area=tuple(sorted(frozenset().union(*area.values()))),
        for_unit=tuple(sorted(frozenset().union(*unit.values()))),
    )


def _seats_question(
    for_unit: Collection[str], in_area: Collection[str], count: int
) -> QuerySet[Post, tuple[object, ...]]:
    # By the places' keys, for posts are indexed by role and place, not by path.
    places = Place.objects.filter(path__in=given_each("above", models.CharField(), count))
    at = Given("at", models.DateTimeField())
    rows = active_posts(at=at).filter(
        Q(organisation_id=Given("unit", models.UUIDField()), role__in=for_unit)
        | Q(place_id__in=places.values("pk"), role__in=in_area)
    )
    return rows.order_by("active_from", "pk").values_list(
        "person_id", "role", "place_path", "place__kind", "organisation_id"
    )


_SEATS = Question(_seats_question)


class LastStep(NamedTuple):
    """What telling asks of an incident's latest step."""

    note: str
    right: str
    is_told: bool


class Concerned:
    """The people around one incident at one moment; each kind is looked up once, when asked."""

    def __init__(self, incident: Incident, entry: Entry, *, at: datetime) -> None:
        self.incident = incident
        self.entry = entry
        self.roles = roles_told()
        self.at = at
        self._seats: list[Seat] | None = None

    @cached_property
    def last_step(self) -> LastStep:
        """The step that the activity is about, which was written just before."""
        row = (
            Step.objects.filter(incident=self.incident)
            .order_by("-pk")
            .values_list("note", "right", "is_told")
            .first()
        )
        return LastStep(*row) if row is not None else LastStep("", "", is_told=False)

    @property
    def is_confidential(self) -> bool:
        return self.incident.audience == "confidential"

    def staff(self, audience: Audience) -> list[UUID]:
        """Who is told among staff; of a unit in which nobody handles, its dispatchers."""
        if self.is_confidential:
            if audience not in ABOUT_CONFIDENTIAL:
                return []
            return self._in_unit(CONFIDENTIAL)
        found = self._staff(audience)
        if not found and audience in {Audience.UNIT, Audience.HANDLER}:
            return self._staff(Audience.DISPATCHERS)
        return found

    def _staff(self, audience: Audience) -> list[UUID]:
        incident, verb = self.incident, VERB_OF[audience]
        match audience:
            case Audience.UNIT:
                return self._in_unit(verb)
            case Audience.HANDLER:
                unit = self._in_unit(verb)
                return [incident.handler_id] if incident.handler_id in unit else unit
            case Audience.DISPATCHERS:
                return rules.nearest(
                    self.seats(), roles=self._area_roles(verb), path=incident.hub.place_path
                )
            case Audience.WATCHERS:
                return self._watchers()
            case Audience.VERIFIERS | Audience.DECIDERS:
                # Nobody verifies or decides on their own work, so it takes the next one up.
                leave_out = {incident.handled_by_id, self.entry.actor_id}
            case _:
                leave_out = set()
        return rules.nearest(
            self.seats(),
            roles=self._area_roles(verb),
            path=incident.place_path,
            leave_out=leave_out,
        )

    def _watchers(self) -> list[UUID]:
        """At the level that is told now: who supervises there, else who verifies or dispatches."""
        kind = KIND_OF_LEVEL.get(str(self.entry.facts.get("level", "")), PlaceKind.COUNTY)
        for verb in ("incidents.supervise", "incidents.verify", "incidents.dispatch"):
            found = rules.at_level(
                self.seats(),
                roles=self._area_roles(verb),
                path=self.incident.place_path,
                kind=kind,
            )
            if found:
                return found
        return rules.nearest(
            self.seats(),
            roles=self._area_roles("incidents.supervise"),
            path=self.incident.place_path,
        )

    def _in_unit(self, verb: str) -> list[UUID]:
        roles = self.roles.by_unit_verb[verb]
        return rules.in_unit(self.seats(), roles=roles, unit_id=self.incident.unit_id)

    def _area_roles(self, verb: str) -> Collection[str]:
        return self.roles.by_area_verb[verb]

    def seats(self) -> list[Seat]:
        """The posts that may come into question: one query, whichever audiences are asked for."""
        if self._seats is None:
            above = {
                *rules.paths_above(self.incident.place_path, step=Place.steplen),
                *rules.paths_above(self.incident.hub.place_path, step=Place.steplen),
            }
            found = _SEATS.ask(
                self.roles.for_unit,
                self.roles.in_area,
                len(above),
                at=self.at,
                unit=self.incident.unit_id,
                above=sorted(above),
            )
            self._seats = [Seat(*row) for row in found]
        return self._seats

    def reporter(self) -> UUID | None:
        """The reporter, hidden or not."""
        if self.incident.sealed_reporter:
            person = reporter_of(self.incident)
            return person.pk if person is not None else None
        return self.incident.reporter_id

    def supporters(self) -> list[UUID]:
        """Who has the same matter; reporters of merged ones were made supporters by merging."""
        rows = Support.objects.filter(incident=self.incident).order_by("at", "pk")
        return list(rows.values_list("person_id", flat=True))

    def hidden_supporters(self) -> list[UUID]:
        """The hidden reporters of incidents merged into this one."""
        merged = Incident.objects.filter(merged_into=self.incident).exclude(sealed_reporter="")
        people = (reporter_of(one) for one in merged.only("sealed_reporter", "reporter"))
        return [person.pk for person in people if person is not None]
