"""Changes to the body of a design, each giving a new body; nothing here is saved."""

import json
import tomllib
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from xiangyue.kernel.refusals import NotFound, Refused
from xiangyue.procedures.designs import look_at, steps_in
from xiangyue.procedures.models import Design
from xiangyue.procedures.reading import all_procedures
from xiangyue.procedures.scenarios import generated

STEPS_MOST = 40


class ScenariosUnreadable(Refused):
    """The scenarios' text is none."""

    code = "scenarios_unreadable"


class TooManySteps(Refused):
    """A procedure has at most forty steps."""

    code = "too_many_steps"


def steps_before(
    design: Design, key: object, *, after: str | None = None
) -> list[Mapping[str, Any]]:
    """The bodies of the steps that come before one, for guards that look back at them."""
    bodies = _in_order(design)
    keys = [body.get("key") for body in bodies]
    if key in keys:
        return bodies[: keys.index(key)]
    return bodies[: keys.index(after) + 1] if after in keys else bodies


def _in_order(design: Design) -> list[Mapping[str, Any]]:
    if not design.place_id:
        return list(steps_in(design.body))
    return [step.model_dump(mode="json") for step in look_at(design).steps]


def with_step(design: Design, body: dict[str, Any]) -> dict[str, Any]:
    """The body with one step as it is now."""
    entries = []
    for entry in design.body.get("steps", []):
        mine = {**entry, "step": body} if "step" in entry else body
        entries.append(mine if _key(entry) == body["key"] else entry)
    return {**design.body, "steps": entries}


def added(design: Design, body: dict[str, Any], *, after: str) -> dict[str, Any]:
    """The body with one step more; a template's first steps bring scenarios along."""
    entries = list(design.body.get("steps", []))
    if len(entries) >= STEPS_MOST:
        raise TooManySteps(_("A procedure has at most forty steps."))
    keys = {str(one.get("key")) for one in _in_order(design)}
    prefix = "own" if design.place_id else "step"
    number = 1
    while f"{prefix}_{number}" in keys:
        number += 1
    body = {**body, "key": f"{prefix}_{number}"}
    if design.place_id:
        last = [one.get("key") for one in _in_order(design)][-1:]
        entries.append({"after": after or (last[0] if last else ""), "step": body})
        return {**design.body, "steps": entries}
    place = [_key(entry) for entry in entries]
    position = place.index(after) + 1 if after in place else len(entries)
    entries.insert(position, body)
    return {**design.body, "steps": entries}


def removed(design: Design, key: str) -> dict[str, Any]:
    """The body without a step; whether that weakens anything is said by looking at it."""
    entries = design.body.get("steps", [])
    kept = [entry for entry in entries if _key(entry) != key]
    if len(kept) == len(entries):
        raise NotFound(_("There is no such step in this draft."))
    return {**design.body, "steps": kept}


def moved(design: Design, key: str, *, up: bool) -> dict[str, Any]:
    """The body with a step one place up or down; a place's own, after another step."""
    entries = list(design.body.get("steps", []))
    position = next((n for n, entry in enumerate(entries) if _key(entry) == key), None)
    if position is None:
        raise NotFound(_("There is no such step in this draft."))
    if design.place_id:
        _row, procedure = all_procedures()[design.procedure_key]
        order = [step.key for step in procedure.steps]
        there = str(entries[position].get("after", ""))
        now = order.index(there) if there in order else len(order) - 1
        to = max(0, min(len(order) - 1, now + (-1 if up else 1)))
        entries[position] = {**entries[position], "after": order[to]}
        return {**design.body, "steps": entries}
    other = position + (-1 if up else 1)
    if 0 <= other < len(entries):
        entries[position], entries[other] = entries[other], entries[position]
    return {**design.body, "steps": entries}


def _key(entry: Mapping[str, Any]) -> object:
    inner = entry.get("step", entry)
    return inner.get("key") if isinstance(inner, Mapping) else None


def played_anew(design: Design) -> list[dict[str, object]]:
    """Scenarios written from the steps as they are now."""
    return generated(look_at(design).steps)


def read_text(text: str) -> list[dict[str, Any]]:
    """The scenarios that a text in the files' language says.

    :raises ScenariosUnreadable: it is none, with what is wrong.
    """
    try:
        found = tomllib.loads(text.replace("\r\n", "\n")).get("scenarios", [])
    except tomllib.TOMLDecodeError as error:
        message = _("This cannot be read: %(why)s") % {"why": error}
        raise ScenariosUnreadable(message, fields={"text": message}) from error
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        message = _("This cannot be read: %(why)s") % {"why": "[[scenarios]]"}
        raise ScenariosUnreadable(message, fields={"text": message})
    # Dates and the like, which no scenario has, become text; the schema then refuses them.
    kept: list[dict[str, Any]] = json.loads(json.dumps(found, default=str))
    return kept


def as_text(body: Mapping[str, Any]) -> str:
    """The scenarios of a body in the files' language."""
    return "\n".join(_scenario(one) for one in body.get("scenarios", []) if isinstance(one, dict))


def _scenario(one: Mapping[str, Any]) -> str:
    lines = ["[[scenarios]]"]
    for key in ("says", "acts", "then", "refused"):
        value = one.get(key)
        if key == "acts" and isinstance(value, list):
            lines += ["acts = [", *(f"    {_value(act)}," for act in value), "]"]
        elif value is not None:
            lines.append(f"{key} = {_value(value)}")
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        inner = ", ".join(
            f"{key} = {_value(one)}"
            for key, one in value.items()
            if one not in (None, [], {}, False, "")
        )
        return f"{{ {inner} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(one) for one in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)
