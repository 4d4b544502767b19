"""What people say: reports, answers and notes, from the files in `words/`."""

import random
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from xiangyue.blueprints.queries import all_current

OUT_OF_SEASON = 0.15


@dataclass(frozen=True, slots=True)
class Matter:
    """What is reported under one category: how often beside the others, and in which words.

    `{at}` in a text is a spot, `{days}` how long it has been so. `months` raise it in their
    season. `answers` are those to the category's own questions.
    """

    category: str
    weight: float
    texts: tuple[str, ...]
    replies: tuple[str, ...]
    months: frozenset[int] = frozenset()
    answers: Mapping[str, Any] = field(default_factory=dict)

    def weight_in(self, month: int) -> float:
        """How often in that month beside the other matters."""
        if not self.months:
            return self.weight
        return self.weight * (2.0 if month in self.months else OUT_OF_SEASON)


@cache
def common() -> dict[str, Any]:
    """The words that belong to no matter."""
    return tomllib.loads((files("xiangyue.demo") / "words" / "common.toml").read_text("utf-8"))


@cache
def all_matters() -> tuple[Matter, ...]:
    """Every matter of every file, in the order of the taxonomy."""
    found = []
    for file in sorted(files("xiangyue.demo").joinpath("words").iterdir(), key=lambda f: f.name):
        for row in tomllib.loads(file.read_text("utf-8")).get("matter", ()):
            found.append(
                Matter(
                    category=row["category"],
                    weight=row["weight"],
                    texts=tuple(row["texts"]),
                    replies=tuple(row["replies"]),
                    months=frozenset(row.get("months", ())),
                    answers=row.get("answers", {}),
                )
            )
    return tuple(found)


def centre_of(code: str) -> tuple[float, float] | None:
    """About where the county with this division code lies, in degrees; None when not known."""
    for prefix, (latitude, longitude) in common()["centres"].items():
        if code.startswith(prefix):
            return latitude, longitude
    return None


class Speech:
    """Chooses words by chance, so that no two reports of a day need to read alike."""

    def __init__(self, dice: random.Random) -> None:
        declared = {row.key for row in all_current("incident_category")}
        self.dice = dice
        self.words = common()
        self.matters = [matter for matter in all_matters() if matter.category in declared]
        self._weights: dict[int, list[float]] = {}
        self._replies = {matter.category: matter.replies for matter in self.matters}

    def matter(self, month: int) -> Matter:
        """What somebody reports in that month."""
        if month not in self._weights:
            self._weights[month] = [matter.weight_in(month) for matter in self.matters]
        return self.dice.choices(self.matters, weights=self._weights[month])[0]

    def report(self, matter: Matter, *, is_chatty: bool) -> str:
        """The report's words; with `is_chatty` something may stand before and after them."""
        text = self._one(matter.texts).format(
            at=self._one(self.words["spots"]), days=self._one(self.words["days"])
        )
        if not is_chatty:
            return text
        return self._one(self.words["openings"]) + self._ended(text, self.words["closings"])

    def repeat(self, text: str, matter: Matter) -> str:
        """The same matter in somebody else's words, or in much the same ones."""
        if self.dice.random() < 0.5:
            return self._one(self.words["again"]) + text.removeprefix("您好，")
        return self.report(matter, is_chatty=True)

    def reply(self, category: str, outcome: str) -> str:
        """What the reporter is told of the outcome."""
        if outcome == "fixed":
            return self._one(self._replies.get(category, ("已办理。",)))
        return self.on(outcome)

    def on(self, step: str) -> str:
        """What is said with a step of the loop; often nothing where nothing is needed."""
        return self._one(self.words["steps"][step])

    def _ended(self, text: str, endings: Sequence[str]) -> str:
        ending = self._one(endings)
        return f"{text}。{ending}" if ending else text

    def _one(self, choices: Sequence[str]) -> str:
        return self.dice.choice(choices)
