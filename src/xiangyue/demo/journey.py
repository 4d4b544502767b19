"""What becomes of a report: each step is a service called by somebody whose posts allow it."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from xiangyue.access.queries import NOBODY
from xiangyue.blueprints.queries import meaning
from xiangyue.demo.duties import Duties
from xiangyue.demo.habits import Habits
from xiangyue.demo.speech import Speech
from xiangyue.demo.timetable import Timetable
from xiangyue.incidents import services
from xiangyue.incidents.blueprint import Audience, IncidentCategory
from xiangyue.incidents.models import Extension, Incident
from xiangyue.incidents.routing import UnitsAbove
from xiangyue.incidents.rules import OPEN, UNSETTLED, Outcome, State
from xiangyue.incidents.services import Actor
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Organisation

SLIP = Actor(NOBODY, holds_slip=True)
Step = Callable[["Case", datetime], None]


@dataclass(slots=True, eq=False)
class Case:
    """An incident under way: as it was last seen, who speaks for its reporter, who refused it."""

    incident: Incident
    reporter: Actor | None = None
    avoided: set[UUID] = field(default_factory=set)


def _as_it_stands(incident: Incident) -> Incident:
    rows = Incident.objects.select_related("hub", "unit", "place", "category", "clock")
    return rows.get(pk=incident.pk)


class Journey:
    """Plans for each case what happens next from the state that it is in."""

    def __init__(
        self,
        *,
        duties: Duties,
        speech: Speech,
        timetable: Timetable,
        habits: Habits,
        dice: random.Random,
    ) -> None:
        self.duties = duties
        self.speech = speech
        self.timetable = timetable
        self.habits = habits
        self.dice = dice
        self.cases: dict[int, Case] = {}
        self.refusals: Counter[str] = Counter()
        self.when_handled: Callable[[Incident, datetime], None] = lambda incident, at: None

    def begin(self, case: Case, at: datetime, repeat_of: Incident | None = None) -> None:
        """Let a new report go its way; a repeat is merged when a dispatcher has noticed."""
        self.cases[case.incident.pk] = case
        if repeat_of is not None:
            self._plan(case, self._office(case, at, 2.0), partial(self._merge, repeat_of.pk))
            return
        self._go_on(case, at)
        if case.reporter is None:
            return
        if self.dice.random() < self.habits.withdrawn:
            then = at + timedelta(hours=self.dice.uniform(0.3, 8))
            self._plan(case, then, self._withdraw)
        if case.incident.due_at is not None and self.dice.random() < self.habits.urges:
            late = case.incident.due_at + timedelta(hours=self.dice.uniform(1, 20))
            self._plan(case, max(late, at + timedelta(hours=6)), self._urge)

    # --- doing and planning ---------------------------------------------------------------------

    def act(self, case: Case, service: Callable[..., Any], at: datetime, **facts: Any) -> bool:
        """Do it if the county's rules let it be done; a refusal is part of life, not a fault."""
        try:
            done = service(incident=case.incident, at=at, **facts)
        except Refused as refusal:
            self.refusals[f"{service.__name__}: {refusal.code}"] += 1
            return False
        if isinstance(done, Incident):
            case.incident = done
        return True

    def _plan(self, case: Case, at: datetime, step: Step) -> None:
        key = case.incident.pk

        def happen(then: datetime) -> None:
            if self.cases.get(key) is case:
                step(case, then)

        self.timetable.plan(at, happen)

    def _go_on(self, case: Case, at: datetime) -> None:
        incident, dice = case.incident, self.dice
        state = State(incident.state)
        if state is State.REPORTED:
            self._plan(case, self._office(case, at, 2.0), self._dispatch)
        elif state is State.DISPATCHED:
            self._plan(case, self._office(case, at, 2.5), self._take_on)
        elif state is State.IN_PROGRESS:
            self._plan(case, self._when_handled(case, at), self._work)
        elif state is State.WAITING:
            self._plan(case, self.timetable.at_work(at, dice.uniform(8, 70)), self._resume)
        elif state is State.HANDLED:
            self._plan(case, self._office(case, at, 3.0), self._verify)
        elif state is State.ANSWERED:
            self._await_word(case, at)
        else:
            self._close(case, at)

    def _next(self, case: Case, at: datetime, *, is_done: bool) -> None:
        """Go on after an act; what was refused is looked at again the day after."""
        if is_done:
            self._go_on(case, at)
            return
        case.incident = _as_it_stands(case.incident)
        self._go_on(case, at + timedelta(hours=14 if State(case.incident.state) in OPEN else 0))

    def _close(self, case: Case, at: datetime) -> None:
        incident = case.incident
        del self.cases[incident.pk]
        is_fair = incident.state == State.CLOSED and incident.outcome != Outcome.WITHDRAWN
        if is_fair and case.reporter is not None and self.dice.random() < self.habits.reopens:
            self.cases[incident.pk] = case
            self._plan(case, at + timedelta(days=self.dice.uniform(3, 25)), self._reopen)

    # --- how long things take -------------------------------------------------------------------

    def _office(self, case: Case, at: datetime, hours: float) -> datetime:
        """About so many hours of office time later; sooner where the limit is short, and at any
        hour where it runs around the clock."""
        drawn = self.dice.expovariate(1 / hours)
        due_at = case.incident.due_at
        if due_at is not None and self.dice.random() > self.habits.slow:
            left = (due_at - at).total_seconds() / 3600
            drawn = min(drawn, max(left * 0.15, 0.1))
        if self._runs_around_the_clock(case.incident):
            then = at + timedelta(hours=drawn)
        else:
            then = self.timetable.at_work(at, drawn)
        return max(then, at + timedelta(minutes=2))

    def _when_handled(self, case: Case, at: datetime) -> datetime:
        due_at = case.incident.due_at
        if due_at is None or due_at <= at:
            return self._office(case, at, 3.0)
        left = (due_at - at).total_seconds() / 3600
        if self.dice.random() < self.habits.late:
            return self.timetable.at_work(at, left * self.dice.uniform(1.05, 2.0))
        hours = left * self.dice.betavariate(2, 3)
        in_time = due_at - timedelta(minutes=self.dice.uniform(4, 40))
        if self._runs_around_the_clock(case.incident):
            then = at + timedelta(hours=hours)
        else:
            then = self.timetable.at_work(at, hours)
        return max(min(then, in_time), at + timedelta(minutes=3))

    def _runs_around_the_clock(self, incident: Incident) -> bool:
        limit = incident.clock.limit
        return limit.endswith("h") and not limit.endswith("wh")

    # --- the steps ------------------------------------------------------------------------------

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
        self._next(case, at, is_done=is_done)

    def _withdraw(self, case: Case, at: datetime) -> None:
        reason = self.speech.on("withdraw")
        if self.act(
            case, services.withdraw_incident, at, reason=reason, actor=case.reporter
        ):  # else it is too late to withdraw, and goes on as planned
            self._go_on(case, at)

    def _urge(self, case: Case, at: datetime) -> None:
        incident = case.incident
        is_late = incident.due_at is not None and incident.due_at < at
        if State(incident.state) not in UNSETTLED or not is_late:
            return
        self.act(case, services.urge_incident, at, note=self.speech.on("urge"), actor=case.reporter)
        if self.dice.random() < self.habits.urges:
            self._plan(case, at + timedelta(hours=self.dice.uniform(25, 60)), self._urge)

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
        self._next(case, at + timedelta(minutes=1), is_done=is_done)

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
            return _as_it_stands(case.incident)

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
            self._go_on(case, at)
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
        self._next(case, at, is_done=is_done)

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
        self._next(case, at + timedelta(minutes=2), is_done=is_done)

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
        then = self._office(case, at, 5.0)
        self._plan(case, then, partial(self._decide, extension))
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
        case.incident = _as_it_stands(case.incident)
        self._go_on(case, at)

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
            self.when_handled(case.incident, at + timedelta(minutes=2))
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
        self._next(case, at, is_done=is_done)

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
        self._next(case, at, is_done=is_done)

    # --- the reporter's word --------------------------------------------------------------------

    def _await_word(self, case: Case, at: datetime) -> None:
        """Plan what the reporter says of the answer; the silent are answered by the clock."""
        draw, habits = self.dice.random(), self.habits
        is_unhappy = case.incident.outcome == "not_fixed"
        objects = habits.objects_when_not_fixed if is_unhappy else habits.objects
        then = at + timedelta(hours=self.dice.uniform(2, 150))
        if case.reporter is None or draw > objects + habits.confirms * (not is_unhappy):
            del self.cases[case.incident.pk]
        else:
            self._plan(case, then, self._object if draw < objects else self._confirm)

    def _confirm(self, case: Case, at: datetime) -> None:
        comment = self.speech.on("confirm")
        is_done = self.act(
            case, services.confirm_incident, at, actor=case.reporter, comment=comment
        )
        self._next(case, at, is_done=is_done)

    def _object(self, case: Case, at: datetime) -> None:
        is_done = self.act(
            case,
            services.object_to_incident,
            at,
            reason=self.speech.on("object"),
            actor=case.reporter,
        )
        self._next(case, at, is_done=is_done)

    def _reopen(self, case: Case, at: datetime) -> None:
        is_done = self.act(
            case,
            services.reopen_incident,
            at,
            reason=self.speech.on("reopen"),
            actor=case.reporter,
        )
        if is_done:
            self._go_on(case, at)
        else:
            del self.cases[case.incident.pk]

    # --- those who watch ------------------------------------------------------------------------

    def supervise_the_late(self, at: datetime) -> None:
        """Some of what is overdue by now is watched by a supervisor from the next day on."""
        late = Incident.objects.filter(
            watch_level__in=["town", "county"], state__in=UNSETTLED, is_supervised=False
        ).order_by("created_at", "place_path")
        for key, level in late.values_list("pk", "watch_level"):
            case = self.cases.get(key)
            if case is None or self.dice.random() > self.habits.supervised:
                continue
            self._plan(
                case,
                self.timetable.at_work(at, self.dice.uniform(8, 14)),
                partial(self._supervise, level),
            )

    def _supervise(self, level: str, case: Case, at: datetime) -> None:
        actor = self.duties.supervisor(case.incident.place_path, level)
        if actor is not None and State(case.incident.state) in UNSETTLED:
            self.act(
                case,
                services.supervise_incident,
                at,
                note=self.speech.on("supervise"),
                actor=actor,
            )
