"""Those who speak up: the reporter, who urges, confirms, objects; and whoever watches the late."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from xiangyue.demo.course import Case, Course, batch
from xiangyue.incidents import services
from xiangyue.incidents.models import Incident
from xiangyue.incidents.rules import UNSETTLED, State


class Voices:
    """What reporters and supervisors say of cases under way."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.dice = course.dice
        self.habits = course.habits

    def listen(self, case: Case, at: datetime) -> None:
        """Plan what the reporter of a new case may do: take it back, urge when it is late."""
        if case.reporter is None:
            return
        if self.dice.random() < self.habits.withdrawn:
            then = at + timedelta(hours=self.dice.uniform(0.3, 8))
            self.course.plan(case, then, self._withdraw)
        if case.incident.due_at is not None and self.dice.random() < self.habits.urges:
            late = case.incident.due_at + timedelta(hours=self.dice.uniform(1, 20))
            self.course.plan(case, max(late, at + timedelta(hours=6)), self._urge)

    def _withdraw(self, case: Case, at: datetime) -> None:
        reason = self.course.speech.on("withdraw")
        if self.course.act(
            case, services.withdraw_incident, at, reason=reason, actor=case.reporter
        ):  # else it is too late to withdraw, and goes on as planned
            self.course.go_on(case, at)

    def _urge(self, case: Case, at: datetime) -> None:
        incident = case.incident
        is_late = incident.due_at is not None and incident.due_at < at
        if State(incident.state) not in UNSETTLED or not is_late:
            return
        self.course.act(
            case,
            services.urge_incident,
            at,
            note=self.course.speech.on("urge"),
            actor=case.reporter,
        )
        if self.dice.random() < self.habits.urges:
            self.course.plan(case, at + timedelta(hours=self.dice.uniform(25, 60)), self._urge)

    def answered(self, case: Case, at: datetime) -> None:
        """Plan what the reporter says of the answer; the silent are answered by the clock."""
        draw, habits = self.dice.random(), self.habits
        is_unhappy = case.incident.outcome == "not_fixed"
        objects = habits.objects_when_not_fixed if is_unhappy else habits.objects
        then = at + timedelta(hours=self.dice.uniform(2, 150))
        if case.reporter is None or draw > objects + habits.confirms * (not is_unhappy):
            del self.course.cases[case.incident.pk]
        else:
            self.course.plan(case, then, self._object if draw < objects else self._confirm)

    def _confirm(self, case: Case, at: datetime) -> None:
        comment = self.course.speech.on("confirm")
        is_done = self.course.act(
            case, services.confirm_incident, at, actor=case.reporter, comment=comment
        )
        self.course.follow(case, at, is_done=is_done)

    def _object(self, case: Case, at: datetime) -> None:
        is_done = self.course.act(
            case,
            services.object_to_incident,
            at,
            reason=self.course.speech.on("object"),
            actor=case.reporter,
        )
        self.course.follow(case, at, is_done=is_done)

    def settled(self, case: Case, at: datetime) -> None:
        """A closed matter comes back now and then."""
        if case.reporter is not None and self.dice.random() < self.habits.reopens:
            self.course.cases[case.incident.pk] = case
            then = at + timedelta(days=self.dice.uniform(3, 25))
            self.course.plan(case, then, self._reopen)

    def _reopen(self, case: Case, at: datetime) -> None:
        is_done = self.course.act(
            case,
            services.reopen_incident,
            at,
            reason=self.course.speech.on("reopen"),
            actor=case.reporter,
        )
        if is_done:
            self.course.go_on(case, at)
        else:
            del self.course.cases[case.incident.pk]

    def supervise_the_late(self, at: datetime) -> None:
        """Some of what is overdue by now is watched by a supervisor from the next day on."""
        for key, level in _watched_from_above():
            case = self.course.cases.get(key)
            if case is None or self.dice.random() > self.habits.supervised:
                continue
            self.course.plan(
                case,
                self.course.timetable.at_work(at, self.dice.uniform(8, 14)),
                partial(self._supervise, level),
            )

    def _supervise(self, level: str, case: Case, at: datetime) -> None:
        actor = self.course.duties.supervisor(case.incident.place_path, level)
        if actor is not None and State(case.incident.state) in UNSETTLED:
            self.course.act(
                case,
                services.supervise_incident,
                at,
                note=self.course.speech.on("supervise"),
                actor=actor,
            )


def _watched_from_above() -> Iterable[tuple[int, str]]:
    """The late whose clock told the town or the county, oldest first, with who was told."""
    levels = ("town", "county")
    played = batch()
    if played is None:
        late = Incident.objects.filter(
            watch_level__in=levels, state__in=UNSETTLED, is_supervised=False
        ).order_by("created_at", "place_path", "pk")
        return late.values_list("pk", "watch_level")
    held = [
        row
        for row in played.incidents.values()
        if row.watch_level in levels and row.state in UNSETTLED and not row.is_supervised
    ]
    held.sort(key=lambda row: (row.created_at, row.place_path, row.pk))
    return [(row.pk, row.watch_level) for row in held]
