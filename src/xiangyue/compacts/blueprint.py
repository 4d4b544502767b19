"""What a county may declare about compacts: which clauses are to be looked at, and by which law."""

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from xiangyue.blueprints.schema import Declared, Piece, Said
from xiangyue.compacts import legality
from xiangyue.kernel.characters import normalise

Words = tuple[str, ...]


def _as_read(words: Words) -> Words:
    """Words are compared with text in its one form, without marks; so they must be in it."""
    for word in words:
        if not word or word != normalise(word) or not all(letter.isalnum() for letter in word):
            raise ValueError(f"{word!r} is not in the form in which text is read")
    return words


class Near(Piece):
    """Words of each group within so many letters of each other, in any order."""

    near: tuple[Words, ...] = Field(min_length=1, max_length=4)
    within: int = Field(ge=1, le=60)

    @field_validator("near")
    @classmethod
    def _groups_of_words(cls, near: tuple[Words, ...]) -> tuple[Words, ...]:
        if not all(near):
            raise ValueError("a group of words is empty")
        return tuple(_as_read(group) for group in near)


class LegalityCheck(Declared):
    """A kind of clause that the law forbids or makes doubtful, why, and how to say it instead.

    `flagged` and `passes` are its scenarios: sentences that it must find, and must not. `verified`
    says that somebody has compared the citation with the law's text.
    """

    name: Said
    level: Literal["unlawful", "doubtful"]
    law: Said
    why: Said
    instead: Said
    patterns: tuple[Near, ...] = Field(min_length=1)
    never: Words = ()
    unless: Words = ()
    softened_by: Words = ()
    flagged: Words = Field(min_length=1)
    passes: Words = Field(min_length=1)
    verified: bool = False

    @field_validator("never", "unless", "softened_by")
    @classmethod
    def _in_the_form_read(cls, words: Words) -> Words:
        return _as_read(words)

    @model_validator(mode="after")
    def _keeps_its_scenarios(self) -> Self:
        for sentence in self.flagged:
            if not legality.findings(sentence, [self.check]):
                raise ValueError(f"{sentence!r} is not found")
        for sentence in self.passes:
            if legality.findings(sentence, [self.check]):
                raise ValueError(f"{sentence!r} is found, and should pass")
        return self

    @property
    def check(self) -> legality.Check:
        return legality.Check(
            key=self.key,
            level=legality.Level(self.level),
            patterns=tuple(
                legality.Pattern(near=pattern.near, within=pattern.within)
                for pattern in self.patterns
            ),
            never=self.never,
            unless=self.unless,
            softened_by=self.softened_by,
        )

    def weakens(self, base: Self) -> str | None:
        """A county may look for more, never for less (CP01)."""
        if base.level == "unlawful" and self.level != "unlawful":
            return "what is unlawful cannot become doubtful"
        if not set(base.patterns) <= set(self.patterns):
            return "a pattern of the common check is missing"
        for words in ("never", "unless", "softened_by"):
            if not set(getattr(self, words)) <= set(getattr(base, words)):
                return f"{words} lets more pass than the common check"
        return None


DECLARES = {"legality_check": LegalityCheck}
