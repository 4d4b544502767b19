"""Plays a template's scenarios against the pure rules. No database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from xiangyue.procedures import rules
from xiangyue.procedures.blueprint import Act, Procedure, Scenario, Step
from xiangyue.procedures.guards import GATE_PARAMETERS
from xiangyue.procedures.rules import Course, Missing, NotReady, Seat, StepAsked
from xiangyue.procedures.words import sentence

FIRST_DAY = date(2026, 6, 8)


def asked_of(steps: Sequence[Step]) -> tuple[StepAsked, ...]:
    """What steps ask, as the rules know it; guards that look elsewhere are not among it."""
    return tuple(
        StepAsked(
            key=step.key,
            is_optional=step.is_optional,
            least={one.key: one.least for one in step.evidence if one.least},
            gates=tuple((one.name, one.told) for one in step.guards if one.name in GATE_PARAMETERS),
        )
        for step in steps
    )


def looks_of(step: Step) -> list[str]:
    """The names of the step's guards that look elsewhere."""
    return [one.name for one in step.guards if one.name not in GATE_PARAMETERS]


@dataclass(frozen=True, slots=True)
class Played:
    """How a scenario went: where it stands, what the last act lacked, and what was wrong."""

    stands: str
    refused: tuple[str, ...]
    fault: str = ""

    @property
    def is_as_said(self) -> bool:
        return not self.fault


def play(procedure: Procedure, scenario: Scenario, *, steps: Sequence[Step] = ()) -> Played:
    """Play the acts in order; `fault` says, in the language in use, how it went otherwise than the
    scenario says.

    A guard that looks elsewhere lets through what the act calls settled. Optional steps that the
    scenario does not name are left out when they come up, so that adding one breaks none.
    """
    in_order = tuple(steps) or procedure.steps
    by_key = {step.key: step for step in in_order}
    course = rules.begun(asked_of(in_order))
    today = FIRST_DAY
    refused: list[Missing] = []
    last = len(scenario.acts) - 1
    named = {act.step for act in scenario.acts} | {scenario.then.removeprefix("open: ")}
    course = _past_unnamed(course, named, today)
    for number, act in enumerate(scenario.acts):
        if act.on_day is not None:
            if FIRST_DAY + timedelta(days=act.on_day) < today:
                fault = _("Act %(number)d is on an earlier day than the one before.")
                return Played(_stands(course), (), fault % {"number": number + 1})
            today = FIRST_DAY + timedelta(days=act.on_day)
        course = _with_what_it_brings(course, act)
        try:
            course = _past_unnamed(_acted(course, by_key[act.step], act, today), named, today)
        except NotReady as lacking:
            refused = lacking.missing
            if number != last:
                return Played(
                    _stands(course),
                    tuple(one.code for one in refused),
                    _("Act %(number)d, “%(step)s”, is refused: %(why)s")
                    % {
                        "number": number + 1,
                        "step": by_key[act.step].name.in_language(get_language()),
                        "why": _why(refused, by_key[act.step], in_order),
                    },
                )
    codes = tuple(one.code for one in refused)
    stands = _stands(course)
    fault = ""
    if scenario.refused is None and codes:
        why = _why(refused, by_key[scenario.acts[last].step], in_order)
        fault = _("The last act is refused: %(why)s") % {"why": why}
    elif scenario.refused is not None and scenario.refused not in codes:
        fault = _("The last act is not refused for “%(why)s”.") % {"why": scenario.refused}
    elif stands != scenario.then:
        fault = _("It stands at “%(stands)s”, not at “%(then)s”.") % {
            "stands": _in_words(stands, by_key),
            "then": _in_words(scenario.then, by_key),
        }
    return Played(stands, codes, fault)


def _why(refused: Sequence[Missing], step: Step, steps: Sequence[Step]) -> str:
    looks = looks_of(step)
    return " ".join(
        _("The scenario does not say that “%(name)s” is settled.") % {"name": one.code}
        if one.code in looks
        else sentence(one, step, steps)
        for one in refused
    )


def _in_words(stands: str, steps: Mapping[str, Step]) -> str:
    """Where a course stands, as a scenario writes it, by the step's name."""
    key = stands.removeprefix("open: ")
    return steps[key].name.in_language(get_language()) if key in steps else _("the end")


def _with_what_it_brings(course: Course, act: Act) -> Course:
    seen = course.seen[act.step]
    counts = dict(seen.evidence)
    for key, count in act.evidence.items():
        counts[key] = counts.get(key, 0) + count
    seats = (
        *seen.panel,
        *(Seat(one.who, one.is_woman, one.is_close, one.is_recused) for one in act.panel),
    )
    return Course(
        course.asked, dict(course.seen) | {act.step: replace(seen, evidence=counts, panel=seats)}
    )


def _past_unnamed(course: Course, named: set[str], today: date) -> Course:
    while (now := course.open) is not None and now.is_optional and now.key not in named:
        course = rules.left_out(course, now.key, by="nobody", on=today)
    return course


def _acted(course: Course, step: Step, act: Act, today: date) -> Course:
    if act.is_left_out:
        return rules.left_out(course, step.key, by=act.by, on=today)
    unsettled = [Missing(name) for name in looks_of(step) if name not in act.settled]
    if unsettled and course.seen[step.key].state is rules.State.OPEN:
        raise NotReady([*rules.missing(course, step.key, by=act.by, on=today), *unsettled])
    return rules.completed(course, step.key, by=act.by, on=today)


def _stands(course: Course) -> str:
    now = course.open
    return "done" if now is None else f"open: {now.key}"


def straight_way(steps: Sequence[Step]) -> list[dict[str, object]]:
    """Acts through the mandatory steps in order, as bodies: what a new template begins with.

    Everybody does one step, each brings just enough, and as many days pass as guards ask.
    """
    acts: list[dict[str, object]] = []
    done_on: dict[str, int] = {}
    day = 0
    for number, step in enumerate(steps):
        if step.is_optional:
            continue
        act: dict[str, object] = {"step": step.key, "by": f"p{number}"}
        for guard in step.guards:
            if guard.name == "days_since":
                day = max(day, done_on[str(guard.told["step"])] + int(guard.told["days"]))
            if guard.name == "panel":
                least = int(guard.told.get("least", 3))
                act["panel"] = [
                    {"who": f"m{one}", "is_woman": True}
                    for one in range(max(least, int(guard.told.get("women", 1))))
                ]
        if counts := {one.key: one.least for one in step.evidence if one.least}:
            act["evidence"] = counts
        if settled := looks_of(step):
            act["settled"] = settled
        act["on_day"] = done_on[step.key] = day
        acts.append(act)
    return acts


def generated(steps: Sequence[Step]) -> list[dict[str, object]]:
    """Scenarios that any template can begin with: the straight way, and that no step is skipped."""
    acts = straight_way(steps)
    if not acts:
        return []
    found: list[dict[str, object]] = [
        {
            "says": {"zh": "一步一步走完", "en": "Step by step to the end"},
            "acts": acts,
            "then": "done",
        }
    ]
    if len(acts) > 1:
        found.append(
            {
                "says": {"zh": "不能跳到最后一步", "en": "Nobody jumps to the last step"},
                "acts": [{**acts[-1], "on_day": 0}],
                "then": f"open: {acts[0]['step']}",
                "refused": "not_open",
            }
        )
    return found


def faults_of(procedure: Procedure) -> list[str]:
    """Every scenario that goes otherwise than it says, in one English sentence each."""
    found = []
    with override("en"):
        for number, scenario in enumerate(procedure.scenarios, start=1):
            played = play(procedure, scenario)
            if not played.is_as_said:
                found.append(f"scenario {number} ({scenario.says.en}): {played.fault}")
    return found
