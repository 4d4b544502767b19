"""What becomes of a report: each step is a service called by somebody whose posts allow it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from xiangyue.blueprints.queries import meaning
from xiangyue.demo.course import Case, Course, as_it_stands
from xiangyue.demo.voices import Voices
from xiangyue.incidents import services
from xiangyue.incidents.blueprint import Audience, IncidentCategory
from xiangyue.incidents.models import Incident
from xiangyue.incidents.routing import UnitsAbove
from xiangyue.incidents.rules import Outcome, State
from xiangyue.incidents.services import Actor
from xiangyue.incidents.voice_models import Extension
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Organisation


class Journey(Course):
    """Takes each case from dispatching to closing."""

    def __init__(self, **facts: Any) -> None:
        super().__init__(**facts)
        self.voices = Voices(self)
        self.hear_handled: Callable[[Incident, datetime], None] = lambda incident, at: None

    def begin(self, case: Case, at: datetime, repeat_of: Incident | None = None) -> None:
        """Let a new report go its way; a repeat is merged when a dispatcher has noticed."""
        self.cases[case.incident.pk] = case
        if repeat_of is not None:
            self.plan(case, self.soon(case, at, 2.0), partial(self._merge, repeat_of.pk))
            return
        self.go_on(case, at)
        self.voices.listen(case, at)

    def go_on(self, case: Case, at: datetime) -> None:
        state = State(case.incident.state)
        if state is State.REPORTED:
            self.plan(case, self.soon(case, at, 2.0), self._dispatch)
        elif state is State.DISPATCHED:
            self.plan(case, self.soon(case, at, 2.5), self._take_on)
        elif state is State.IN_PROGRESS:
            self.plan(case, self.when_handled(case, at), self._work)
        elif state is State.WAITING:
            then = self.timetable.at_work(at, self.dice.uniform(8, 70))
            self.plan(case, then, self._resume)
        elif state is State.HANDLED:
            self.plan(case, self.soon(case, at, 3.0), self._verify)
        elif state is State.ANSWERED:
            self.voices.answered(case, at)
        else:
            del self.cases[case.incident.pk]
            if state is State.CLOSED and case.incident.outcome != Outcome.WITHDRAWN:
                self.voices.settled(case, at)

    def _merge(self, main: int, case: Case, at: datetime) -> None:
        actor, into = self.duties.dispatcher(case.incident), self.cases.get(main)
        is_done = (
            actor is not None
            and into is not None
            and self.act(
                case,
                services.merge_incident,
                at,
                into=into.incident,
                actor=actor,
                note=self.speech.on("merge"),
            )
        )
        self.follow(case, at, is_done=is_done)

    def _dispatch(self, case: Case, at: datetime) -> None:
        incident, dice, habits = case.incident, self.dice, self.habits
        actor = self.duties.dispatcher(incident)
        if actor is None or incident.state != State.REPORTED:
            return
        if dice.random() < habits.reclassified:
            self._reclassify(case, actor, at)
        unit = incident.suggested_unit or self._unit_for(case)
        if unit is None:
            return
        if dice.random() < habits.split * 4 and self._split(case, unit, actor, at):
            return
        is_done = self.act(case, services.dispatch_incident, at, unit=unit, actor=actor)
        self.follow(case, at + timedelta(minutes=1), is_done=is_done)

    def _reclassify(self, case: Case, actor: Actor, at: datetime) -> None:
        category = meaning(case.incident.category, IncidentCategory)
        alike = [
            matter.category
            for matter in self.speech.matters
            if matter.category[:2] == category.in_class and matter.category != category.key
        ]
        if category.audience == Audience.PUBLIC and alike:
            self.act(
                case,
                services.reclassify_incident,
                at,
                category_key=self.dice.choice(alike),
                reason=self.speech.on("reclassify"),
                actor=actor,
            )

    def _split(self, case: Case, lead: Organisation, actor: Actor, at: datetime) -> bool:
        """Let two units work at once; the parts go their own way, and the whole waits for them."""
        other = self._unit_for(case, besides=lead.pk, is_of_category=True)
        if other is None:
            return False
        parts: list[Incident] = []

        def split(**facts: Any) -> Incident:
            parts.extend(services.split_incident(**facts))
            return as_it_stands(case.incident)

        is_done = self.act(
            case,
            split,
            at,
            lead=lead,
            units=[other],
            note=self.speech.on("split"),
            actor=actor,
        )
        for part in parts:
            self.begin(Case(part), at)
        if is_done:
            self.go_on(case, at)
        return is_done

    def _unit_for(
        self, case: Case, *, besides: UUID | None = None, is_of_category: bool = False
    ) -> Organisation | None:
        """A unit whose business it is by its category, or a general one; none that refused it."""
        incident = case.incident
        units = UnitsAbove(incident.place)
        is_at_county = incident.level == "county"
        functions = meaning(incident.category, IncidentCategory).functions
        for function in functions if is_of_category else (*functions, "VC", "TV", "CV"):
            unit = units.nearest(function, level="county" if is_at_county else None)
            if unit is not None and unit.pk != besides and unit.pk not in case.avoided:
                return unit
        return None

    def _take_on(self, case: Case, at: datetime) -> None:
        incident, draw, habits = case.incident, self.dice.random(), self.habits
        actor = self.duties.handler(incident)
        if actor is None or incident.state != State.DISPATCHED:
            return
        is_simple = incident.parent_id is None and incident.audience != Audience.CONFIDENTIAL
        if draw < habits.refused and is_simple:
            case.avoided.add(incident.unit_id)
            is_done = self.act(
                case, services.refuse_incident, at, reason=self.speech.on("refuse"), actor=actor
            )
        else:
            is_done = self.act(case, services.take_on_incident, at, actor=actor)
        self.follow(case, at, is_done=is_done)

    def _work(self, case: Case, at: datetime) -> None:
        incident, habits = case.incident, self.habits
        actor = self.duties.handler(incident)
        if actor is None or incident.state != State.IN_PROGRESS:
            return
        draw, say = self.dice.random(), self.speech.on
        if draw < habits.noted:
            self.act(case, services.note_incident, at, note=say("note"), actor=actor, is_told=True)
        draw = self.dice.random()
        is_simple = incident.parent_id is None and incident.audience != Audience.CONFIDENTIAL
        if draw < habits.waits:
            is_done = self.act(case, services.wait_incident, at, reason=say("wait"), actor=actor)
        elif draw < habits.waits + habits.escalated and is_simple:
            is_done = self.act(
                case, services.escalate_incident, at, reason=say("escalate"), actor=actor
            )
        elif draw < habits.waits + habits.escalated + habits.handed_on and is_simple:
            is_done = self._hand_on(case, actor, at) or self._handle(case, actor, at)
        elif draw > 1 - habits.asks_extension and self._ask_for_time(case, actor, at):
            return
        else:
            is_done = self._handle(case, actor, at)
        self.follow(case, at + timedelta(minutes=2), is_done=is_done)

    def _hand_on(self, case: Case, actor: Actor, at: datetime) -> bool:
        unit = self._unit_for(case, besides=case.incident.unit_id)
        return unit is not None and self.act(
            case,
            services.hand_on_incident,
            at,
            unit=unit,
            reason=self.speech.on("hand_on"),
            actor=actor,
        )

    def _ask_for_time(self, case: Case, actor: Actor, at: datetime) -> bool:
        limit = f"{self.dice.choice([1, 2, 3, 5])}wd"
        reason = self.speech.on("extension")
        try:
            extension = services.request_extension(
                incident=case.incident, limit=limit, reason=reason, actor=actor, at=at
            )
        except Refused as refusal:
            self.refusals[f"request_extension: {refusal.code}"] += 1
            return False
        then = self.soon(case, at, 5.0)
        self.plan(case, then, partial(self._decide, extension))
        return True

    def _decide(self, extension: Extension, case: Case, at: datetime) -> None:
        decider = self.duties.decider(case.incident)
        is_granted = self.dice.random() < self.habits.extension_granted
        if decider is not None:
            try:
                services.decide_extension(
                    extension=extension,
                    is_granted=is_granted,
                    note=self.speech.on("granted_extension" if is_granted else "refused_extension"),
                    actor=decider,
                    at=at,
                )
            except Refused as refusal:
                self.refusals[f"decide_extension: {refusal.code}"] += 1
        case.incident = as_it_stands(case.incident)
        self.go_on(case, at)

    def _handle(self, case: Case, actor: Actor, at: datetime) -> bool:
        outcome = self._outcome()
        is_done = self.act(
            case,
            services.handle_incident,
            at + timedelta(minutes=2),
            outcome=outcome,
            reply=self.speech.reply(case.incident.category_key, outcome),
            actor=actor,
        )
        if is_done and outcome == "fixed":
            self.hear_handled(case.incident, at + timedelta(minutes=2))
        return is_done

    def _outcome(self) -> str:
        draw = self.dice.random()
        for outcome in ("not_fixed", "partly_fixed", "explained", "referred"):
            chance = getattr(self.habits, outcome)
            if draw < chance:
                return outcome
            draw -= chance
        return "fixed"

    def _resume(self, case: Case, at: datetime) -> None:
        actor = self.duties.handler(case.incident)
        if actor is None or case.incident.state != State.WAITING:
            return
        is_done = self.act(
            case, services.resume_incident, at, actor=actor, note=self.speech.on("resume")
        )
        self.follow(case, at, is_done=is_done)

    def _verify(self, case: Case, at: datetime) -> None:
        actor = self.duties.verifier(case.incident)
        if actor is None or case.incident.state != State.HANDLED:
            return
        if self.dice.random() < self.habits.sent_back:
            is_done = self.act(
                case, services.send_back_incident, at, reason=self.speech.on("send_back"),
                actor=actor,
            )  # fmt: skip
        else:
            summary = self.speech.on("summary") if case.incident.audience == "public" else ""
            is_done = self.act(
                case,
                services.pass_incident,
                at,
                actor=actor,
                note=self.speech.on("pass"),
                public_summary=summary,
            )
        self.follow(case, at, is_done=is_done)
