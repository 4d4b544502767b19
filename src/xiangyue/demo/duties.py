"""Who may act on an incident, found from the posts themselves; read once for the whole play."""

import random
from collections import defaultdict
from datetime import datetime
from uuid import UUID

from xiangyue.access.queries import all_standings
from xiangyue.access.rules import Standing
from xiangyue.incidents.models import Incident
from xiangyue.incidents.services import Actor
from xiangyue.places.models import Organisation, Place

TOWN_LENGTH = 4 * Place.steplen
VILLAGE_LENGTH = 5 * Place.steplen

Crew = dict[str, list[Actor]]


class Duties:
    """The people behind each right, in an order that does not depend on chance."""

    def __init__(self, *, at: datetime, dice: random.Random) -> None:
        self.dice = dice
        self.actors: dict[UUID, Actor] = {}
        self.handlers: dict[UUID, list[Actor]] = defaultdict(list)
        self.confidential: dict[UUID, list[Actor]] = defaultdict(list)
        self.by_area: dict[str, Crew] = defaultdict(lambda: defaultdict(list))
        self.by_role: dict[str, Crew] = defaultdict(lambda: defaultdict(list))
        for person_id, standing in all_standings(at=at).items():
            actor = self.actors[person_id] = Actor(standing)
            self._note(actor, standing)
        places = dict(Organisation.objects.values_list("pk", "place_path"))
        self.unit_paths: dict[UUID, str] = places

    def _note(self, actor: Actor, standing: Standing) -> None:
        for unit in sorted(standing.units("incidents.handle")):
            self.handlers[unit].append(actor)
        for unit in sorted(standing.units("incidents.see_confidential")):
            self.confidential[unit].append(actor)
        for verb in ("dispatch", "verify", "supervise", "decide_extension"):
            for path in standing.areas(f"incidents.{verb}"):
                self.by_area[verb][path].append(actor)
        for holding in standing.holdings:
            self.by_role[holding.role][holding.place_path].append(actor)

    def actor(self, person_id: UUID) -> Actor:
        """The person as somebody who acts: with their posts, or as a resident without any."""
        return self.actors.get(person_id) or Actor(Standing(person_id))

    def handler(self, incident: Incident) -> Actor | None:
        """Who works on it: whoever took it on, else somebody of its unit."""
        if incident.handler_id is not None:
            return self.actor(incident.handler_id)
        if incident.audience == "confidential":
            return self._one(self.confidential.get(incident.unit_id))
        return self._one(self.handlers.get(incident.unit_id))

    def dispatcher(self, incident: Incident) -> Actor | None:
        if incident.audience == "confidential":
            return self._one(self.confidential.get(incident.hub_id))
        return self._one(self._in("dispatch", self.unit_paths[incident.hub_id]))

    def verifier(self, incident: Incident) -> Actor | None:
        """Somebody who did not handle it: mostly the town's centre, else the village's lead."""
        if incident.audience == "confidential":
            found = self.confidential.get(incident.unit_id, [])
        else:
            path = incident.place_path
            found = self._in("verify", path[:TOWN_LENGTH])
            if not incident.reporter_tag and self.dice.random() < 0.3:
                found = self._in("verify", path[:VILLAGE_LENGTH]) or found
        return self._one([each for each in found if each.person_id != incident.handled_by_id])

    def decider(self, incident: Incident) -> Actor | None:
        """Who decides on more time: the town's chief lead, or the county's director."""
        path = incident.place_path
        return self._one(
            self._in("decide_extension", path[:TOWN_LENGTH])
            or self._in("decide_extension", path[: TOWN_LENGTH - Place.steplen])
        )

    def supervisor(self, place_path: str, level: str) -> Actor | None:
        """Who watches over the place at a level."""
        length = TOWN_LENGTH if level == "town" else TOWN_LENGTH - Place.steplen
        return self._one(self._in("supervise", place_path[:length]))

    def holder(self, role: str, path: str) -> Actor | None:
        """Somebody in the role at the place, or the nearest one above."""
        crew = self.by_role.get(role, {})
        for length in range(len(path), 0, -Place.steplen):
            if found := crew.get(path[:length]):
                return self._one(found)
        return None

    def _in(self, verb: str, path: str) -> list[Actor]:
        return self.by_area.get(verb, {}).get(path, [])

    def _one(self, actors: list[Actor] | None) -> Actor | None:
        return self.dice.choice(actors) if actors else None
