"""A template as a flow chart: boxes from top to bottom, laid out here, drawn as SVG by the page.

What a box says stands in lines that fit; Chinese characters are as wide as they are high, Latin
letters a little more than half.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from xiangyue.access.blueprint import Role
from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.calendars.rules import Limit
from xiangyue.calendars.wording import limit_in_words
from xiangyue.procedures.blueprint import EvidenceKind, Procedure, Step

WIDTH = 360
LEFT, RIGHT = 8, 352
PADDING = 12
TITLE_SIZE, TEXT_SIZE, LINE = 16, 13, 19
GAP = 26


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a box: where it stands (baseline), how large, whether it is soft."""

    text: str
    y: int
    size: int
    is_soft: bool
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """One step: `state` is empty on a template, else how far a run has come."""

    number: int
    key: str
    y: int
    height: int
    is_optional: bool
    state: str
    lines: list[Line] = field(default_factory=list)

    @property
    def below(self) -> int:
        return self.y + self.height

    @property
    def arrow_end(self) -> int:
        return self.below + GAP - 4

    @property
    def arrow(self) -> str:
        end = self.arrow_end
        return f"{WIDTH // 2 - 5},{end - 7} {WIDTH // 2},{end} {WIDTH // 2 + 5},{end - 7}"


@dataclass(frozen=True, slots=True)
class Chart:
    height: int
    boxes: list[Box]
    width: int = WIDTH


def role_names() -> dict[str, str]:
    """Each role's name in the reader's language."""
    language = get_language()
    return {row.key: meaning(row, Role).name.in_language(language) for row in all_current("role")}


def chart_of(steps: Sequence[Step], *, states: dict[str, str] | None = None) -> Chart:
    """The flow chart of steps; with `states` of a run, by step key."""
    roles, language = role_names(), get_language()
    names = {step.key: step.name.in_language(language) for step in steps}
    boxes: list[Box] = []
    y = 8
    for number, step in enumerate(steps, start=1):
        lines: list[Line] = []
        base = y + PADDING
        for text, size, is_soft, is_strong in _said(step, number, roles, names):
            for part in wrapped(text, size=size, width=RIGHT - LEFT - 2 * PADDING):
                base += LINE if size == TEXT_SIZE else LINE + 2
                lines.append(Line(part, base - 5, size, is_soft, is_strong))
        height = base + PADDING - y
        boxes.append(
            Box(
                number, step.key, y, height, step.is_optional, (states or {}).get(step.key, ""),
                lines,
            )
        )  # fmt: skip
        y += height + GAP
    return Chart(height=max(y - GAP + 8, 40), boxes=boxes)


def _said(
    step: Step, number: int, roles: dict[str, str], names: dict[str, str]
) -> list[tuple[str, int, bool, bool]]:
    language = get_language()
    name = f"{number}. {step.name.in_language(language)}"
    if step.is_optional:
        name += _(" (optional)")
    found = [(name, TITLE_SIZE, False, True)]
    found.append((_("Who: %(who)s") % {"who": who_in_words(step, roles)}, TEXT_SIZE, False, False))
    if step.evidence:
        found.append((evidence_in_words(step), TEXT_SIZE, False, False))
    if step.within:
        found.append(
            (_("Within: %(limit)s") % {"limit": limit_in_words(Limit.parse(step.within))},
             TEXT_SIZE, False, False)
        )  # fmt: skip
    return found + [(text, TEXT_SIZE, True, False) for text in guards_in_words(step, names)]


def who_in_words(step: Step, roles: dict[str, str]) -> str:
    return "、".join(roles.get(role, role) for role in step.who)


def evidence_in_words(step: Step) -> str:
    language = get_language()
    parts = [
        one.name.in_language(language) + (f" ×{one.least}" if one.least > 1 else "")
        for one in step.evidence
    ]
    return _("On the table: %(evidence)s") % {"evidence": "、".join(parts)}


def guards_in_words(step: Step, names: dict[str, str]) -> list[str]:
    """What guards a step, in a line each; one of another module by its name."""
    found = []
    for guard in step.guards:
        told: dict[str, Any] = {
            **guard.told,
            "step": names.get(str(guard.told.get("step", "")), guard.told.get("step", "")),
        }
        found.append(_guard(guard.name, told))
    return found


def _guard(name: str, told: dict[str, Any]) -> str:
    if name == "days_since":
        return _("Gate: %(days)s days after “%(step)s”") % told
    if name == "different_person":
        return _("Gate: not by whoever did “%(step)s”") % told
    if name == "panel":
        return _("Gate: a panel of %(least)s, %(women)s of them a woman, nobody close to it") % {
            "least": told.get("least", 3),
            "women": told.get("women", 1),
        }
    if name == "notice_settled":
        return _("Gate: the notice has run its days and every objection is answered")
    if name == "ballot_accepted":
        return _("Gate: the vote is counted and accepted")
    return _("Gate: %(name)s") % {"name": name}


def wrapped(text: str, *, size: int, width: int) -> list[str]:
    """The text in lines no wider than `width`; Latin words stay whole where they can."""
    lines, line, used = [], "", 0.0
    for word in _pieces(text):
        wide = sum(_wide(character) for character in word) * size
        if line and used + wide > width:
            lines.append(line.rstrip())
            line, used = "", 0.0
            word = word.lstrip()  # noqa: PLW2901 - a line begins without a space
        line += word
        used += wide
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> list[str]:
    """What is not broken: Latin words, and a character with the mark that follows it."""
    pieces: list[str] = []
    for character in text:
        goes_on = bool(pieces) and character.isascii() and pieces[-1][-1:].isascii()
        if (goes_on and character != " ") or (pieces and character in "，。、；：）”！？"):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _wide(character: str) -> float:
    return 0.56 if character.isascii() else 1.02


# --- paper ----------------------------------------------------------------------------------------


def paper_facts(procedure: Procedure, steps: Sequence[Step]) -> dict[str, Any]:
    """What stands on the printed flow chart."""
    language, roles = get_language(), role_names()
    names = {one.key: one.name.in_language(language) for one in steps}
    return {
        "lang": "en" if (language or "").startswith("en") else "zh",
        "title": procedure.name.in_language(language),
        "issuer": _("Flow chart"),
        "purpose": procedure.purpose.in_language(language),
        "source": _("Basis: %(source)s") % {"source": procedure.source},
        "steps": [
            {
                "number": str(number),
                "name": names[step.key],
                "says": step.says.in_language(language) if step.says else "",
                "optional": pgettext("step", "optional") if step.is_optional else "",
                "lines": [
                    _("Who: %(who)s") % {"who": who_in_words(step, roles)},
                    *([evidence_in_words(step)] if step.evidence else []),
                    *(
                        [
                            _("Within: %(limit)s")
                            % {"limit": limit_in_words(Limit.parse(step.within))}
                        ]
                        if step.within
                        else []
                    ),
                ],
                "gates": guards_in_words(step, names),
            }
            for number, step in enumerate(steps, start=1)
        ],
    }


SIGNS = {EvidenceKind.TEXT: "edit", EvidenceKind.FILE: "photo", EvidenceKind.REFERENCE: "list"}
