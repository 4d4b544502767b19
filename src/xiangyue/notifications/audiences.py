"""Who is told: turns the audiences of the declared messages into people, one query for each kind.

Reporters and those with the same matter are found through the incident, staff through the posts
they hold at that moment.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from xiangyue.access.blueprint import Role
from xiangyue.activity.models import Entry
from xiangyue.blueprints.queries import meaning
from xiangyue.incidents.models import Incident, Step, Support
from xiangyue.incidents.reporters import reporter_of
from xiangyue.notifications import rules
from xiangyue.notifications.blueprint import Audience
from xiangyue.notifications.rules import Seat
from xiangyue.places.models import Place, PlaceKind
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


class LastStep(NamedTuple):
    """What telling asks of an incident's latest step."""

    note: str
    right: str
    is_told: bool


class Concerned:
    """The people around one incident at one moment; each kind is looked up once, when asked."""

    def __init__(
        self, incident: Incident, entry: Entry, roles: Mapping[str, Role], *, at: datetime
    ) -> None:
        self.incident = incident
        self.entry = entry
        self.roles = roles
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
        roles = {key for key, role in self.roles.items() if verb in role.may_for_unit}
        return rules.in_unit(self.seats(), roles=roles, unit_id=self.incident.unit_id)

    def _area_roles(self, verb: str) -> Collection[str]:
        return {key for key, role in self.roles.items() if verb in role.may_in_area}

    def seats(self) -> list[Seat]:
        """The posts that may come into question: one query, whichever audiences are asked for."""
        if self._seats is None:
            verbs = {*VERB_OF.values(), CONFIDENTIAL}
            area = [key for key, role in self.roles.items() if verbs & set(role.may_in_area)]
            unit = [key for key, role in self.roles.items() if verbs & set(role.may_for_unit)]
            above = {
                *rules.paths_above(self.incident.place_path, step=Place.steplen),
                *rules.paths_above(self.incident.hub.place_path, step=Place.steplen),
            }
            # By the places' keys, for posts are indexed by role and place, not by path.
            places = Place.objects.filter(path__in=above).values("pk")
            rows = active_posts(at=self.at).filter(
                Q(organisation_id=self.incident.unit_id, role__in=unit)
                | Q(place_id__in=places, role__in=area)
            )
            self._seats = [
                Seat(*row)
                for row in rows.order_by("active_from", "pk").values_list(
                    "person_id", "role", "place_path", "place__kind", "organisation_id"
                )
            ]
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


def roles_of(rows: Collection[object]) -> dict[str, Role]:
    """The declared roles among the rows, by key."""
    from xiangyue.blueprints.models import Declaration

    return {
        row.key: meaning(row, Role)
        for row in rows
        if isinstance(row, Declaration) and row.kind == "role"
    }
