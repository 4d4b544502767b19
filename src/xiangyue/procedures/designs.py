"""A design looked at: what is wrong with it and where, what it changes, how its scenarios go.

Nothing here changes anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from pydantic import ValidationError

from xiangyue.blueprints.models import Declaration, DeskVersion
from xiangyue.blueprints.queries import meaning
from xiangyue.procedures.blueprint import (
    Procedure,
    ProcedureAddition,
    Step,
    check_steps,
    with_additions,
)
from xiangyue.procedures.checks import in_force, step_faults
from xiangyue.procedures.models import Design
from xiangyue.procedures.reading import KIND, all_procedures
from xiangyue.procedures.scenarios import Played, play


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and with which step; `step` is empty when it is about the whole."""

    message: str
    step: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlayedScenario:
    says: str
    played: Played


@dataclass(frozen=True)
class Looked:
    """A design as it would be declared, with all that is to be said about it."""

    procedure: Procedure | None
    addition: ProcedureAddition | None
    steps: tuple[Step, ...]
    faults: list[Fault] = field(default_factory=list)
    scenarios: list[PlayedScenario] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not self.faults and all(one.played.is_as_said for one in self.scenarios)


def look_at(design: Design) -> Looked:
    """Check a design against the schema, the version it comes from and what else is declared."""
    return _look_at_addition(design) if design.place_id else _look_at_procedure(design)


def _look_at_procedure(design: Design) -> Looked:
    try:
        procedure = Procedure.model_validate(design.body)
    except ValidationError as error:
        steps = _readable(design.body)
        return Looked(None, None, steps, [*_weakened(design, steps), *_faults(error, design.body)])
    faults = [*_weakened(design, procedure.steps)]
    faults += [Fault(text) for text in _cross(procedure.steps)]
    return Looked(procedure, None, procedure.steps, faults, _play_all(procedure, procedure.steps))


def _weakened(design: Design, steps: Sequence[Step]) -> list[Fault]:
    """How the steps weaken those of the files, said even where the scenarios do not fit them."""
    base = base_of(design)
    if base is None:
        return []
    fault = base.model_copy(update={"steps": tuple(steps)}).weakens(base)
    if fault is None and base.is_public and design.body.get("is_public") is False:
        fault = base.model_copy(update={"is_public": False}).weakens(base)
    return [Fault(fault)] if fault else []


def base_of(design: Design) -> Procedure | None:
    """What a new version must not weaken: the files' version, else the one it comes from.

    A template that only a desk has made is the desk's to change.
    """
    if design.made_from is None:
        return None
    desk = DeskVersion.objects.filter(declaration=design.made_from).first()
    if desk is None:
        return meaning(design.made_from, Procedure)
    row = (
        Declaration.objects.filter(
            kind=KIND, key=design.procedure_key, digest=desk.file_digest, desk_version=None
        )
        .order_by("-version")
        .first()
    )
    return meaning(row, Procedure) if row is not None else None


def _look_at_addition(design: Design) -> Looked:
    _row, procedure = all_procedures().get(design.procedure_key, (None, None))
    if procedure is None:
        return Looked(None, None, (), [Fault(_("This procedure is no longer declared."))])
    try:
        addition = ProcedureAddition.model_validate(design.body)
        steps = with_additions(procedure, addition)
        check_steps(steps)
    except ValidationError as error:
        return Looked(procedure, None, procedure.steps, _faults(error, design.body))
    except ValueError as error:
        return Looked(procedure, None, procedure.steps, [Fault(str(error))])
    faults = [Fault(text) for text in _cross(tuple(one.step for one in addition.steps))]
    return Looked(procedure, addition, steps, faults, _play_all(procedure, steps))


def _cross(steps: Sequence[Step]) -> list[str]:
    around = in_force()
    return [fault for step in steps for fault in step_faults(step, around)]


def _play_all(procedure: Procedure, steps: Sequence[Step]) -> list[PlayedScenario]:
    language = get_language()
    return [
        PlayedScenario(one.says.in_language(language), play(procedure, one, steps=steps))
        for one in procedure.scenarios
    ]


def _readable(body: Mapping[str, Any]) -> tuple[Step, ...]:
    """The steps that can be read, so that a draft with a fault can still be shown."""
    found = []
    for entry in steps_in(body):
        try:
            found.append(Step.model_validate(entry))
        except ValidationError:
            continue
    return tuple(found)


def steps_in(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The bodies of the steps, of a template or of a place's own."""
    return [inner for inner in _inner_steps(body) if inner is not None]


def _inner_steps(body: Mapping[str, Any]) -> list[dict[str, Any] | None]:
    """The same at the places where they stand; None where something stands that is no step."""
    entries = body.get("steps", [])
    found: list[dict[str, Any] | None] = []
    for entry in entries if isinstance(entries, list) else []:
        inner = entry.get("step", entry) if isinstance(entry, dict) else None
        found.append(inner if isinstance(inner, dict) else None)
    return found


def _faults(error: ValidationError, body: Mapping[str, Any]) -> list[Fault]:
    found: list[Fault] = []
    steps = _inner_steps(body)
    for one in error.errors():
        if one["type"] == "too_short" and one["loc"] == ("steps",) and found:
            continue  # only because those that are there have faults, told above
        path = [str(part) for part in one["loc"]]
        step = ""
        if path[:1] == ["steps"] and len(path) > 1 and path[1].isdigit():
            meant = steps[int(path[1])] if int(path[1]) < len(steps) else None
            step = str(meant.get("key", "")) if meant is not None else ""
        message = str(one["msg"]).removeprefix("Value error, ")
        if one["type"] in _PLAIN:
            message = str(_plain(one["type"]))
        found.append(Fault(message, step, tuple(path)))
    return found


_PLAIN = {"missing", "string_too_short", "too_short"}


def _plain(code: str) -> str:
    return (
        _("Something is missing here.")
        if code in {"missing", "string_too_short"}
        else _("At least one is needed here.")
    )


# --- what changes ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """One difference from the version in force: what, and before and after in words."""

    what: str
    step: str
    before: str = ""
    after: str = ""


def changes_of(design: Design, steps: Sequence[Step]) -> list[Change]:
    """What would be otherwise than in the version in force, step by step."""
    language = get_language()
    before: tuple[Step, ...] = ()
    if design.place_id:
        _row, procedure = all_procedures().get(design.procedure_key, (None, None))
        if procedure is not None:
            addition = meaning(design.made_from, ProcedureAddition) if design.made_from else None
            before = with_additions(procedure, addition)
    elif design.made_from is not None:
        before = meaning(design.made_from, Procedure).steps
    old, new = {one.key: one for one in before}, {one.key: one for one in steps}
    found = [
        Change(_("Taken out"), one.name.in_language(language))
        for key, one in old.items()
        if key not in new
    ]
    for key, step in new.items():
        name = step.name.in_language(language)
        if key not in old:
            found.append(Change(_("Added"), name, "", _said_of(step)))
            continue
        found += [
            Change(what, name, one, other)
            for (what, one), (_what, other) in zip(
                _facts_of(old[key]), _facts_of(step), strict=True
            )
            if one != other
        ]
    kept = [key for key in old if key in new]
    if kept != [key for key in new if key in old]:
        found.append(Change(_("The order has changed"), ""))
    return found


def _said_of(step: Step) -> str:
    return pgettext("step", "optional") if step.is_optional else _("mandatory")


def _facts_of(step: Step) -> list[tuple[str, str]]:
    language = get_language()
    return [
        (pgettext("step", "Name"), step.name.in_language(language)),
        (_("What is to be done"), step.says.in_language(language) if step.says else ""),
        (_("Kind"), step.kind),
        (_("Must it be done"), _said_of(step)),
        (_("Who"), "、".join(step.who)),
        (
            _("Evidence"),
            "、".join(f"{one.name.in_language(language)} ×{one.least}" for one in step.evidence),
        ),
        (_("How long"), step.within or ""),
        (
            _("Guards"),
            "、".join(
                f"{one.name}({', '.join(f'{k}={v}' for k, v in one.told.items())})"
                for one in step.guards
            ),
        ),
        (_("Notice"), step.publicity.notice_kind if step.publicity else ""),
        (_("Vote"), "、".join(step.vote.rules) if step.vote else ""),
    ]


def new_body(key: str, zh: str, en: str, purpose: str, *, today: date) -> dict[str, Any]:
    """A template with one step, to begin with."""
    said = {"zh": zh, "en": en or zh}
    return {
        "key": key,
        "source": "LP-28",
        "effective_from": today.isoformat(),
        "name": said,
        "purpose": {"zh": purpose, "en": purpose},
        "levels": ["village"],
        "is_public": True,
        "steps": [],
        "scenarios": [],
    }
