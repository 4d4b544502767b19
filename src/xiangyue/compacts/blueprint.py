"""What a county may declare about compacts: their kinds, and which clauses are to be looked at."""

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from xiangyue.blueprints.schema import Declared, Piece, Said
from xiangyue.calendars.rules import Limit
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


class Topic(Piece):
    """A subject under which clauses stand (LP-08)."""

    key: str = Field(pattern=r"^[a-z_]{1,40}$")
    name: Said


class StarterClause(Piece):
    topic: str
    heading: str = Field(default="", max_length=60)
    text: str = Field(min_length=2, max_length=2_000)


class Starter(Piece):
    """A text to begin a draft with."""

    key: str = Field(pattern=r"^[a-z_]{1,40}$")
    name: Said
    clauses: tuple[StarterClause, ...] = Field(min_length=1, max_length=60)


class KindNotices(Piece):
    """Which kinds of notices put the draft up, the revised draft, and the result."""

    first: str
    second: str
    result: str


class Stages(Piece):
    """Which steps of the procedure must be open or done before what happens here."""

    first_notice: str
    revise: str
    second_notice: str
    vote: str


class CompactKind(Declared):
    """A kind of compact: who agrees on it, by which vote and notices, and with whom it is filed.

    `decision_rules` are tried in order, the first that fits the place decides; `matter` is the
    reserved matter that the vote is about, `matters` where it differs by rule.
    """

    name: Said
    purpose: Said
    levels: tuple[str, ...] = ("village",)
    segments: tuple[int, int] | None = None
    is_main: bool = False
    is_shared: bool = False
    procedure: str = ""
    stages: Stages | None = None
    decision_rules: tuple[str, ...] = Field(min_length=1)
    matter: str = ""
    matters: dict[str, str] = Field(default_factory=dict)
    notices: KindNotices
    answer_within: str
    file_within: str
    needs_signing: bool = False
    topics: tuple[Topic, ...] = Field(min_length=1)
    starters: tuple[Starter, ...] = ()

    @field_validator("answer_within", "file_within")
    @classmethod
    def _is_a_limit(cls, text: str) -> str:
        return str(Limit.parse(text))

    @model_validator(mode="after")
    def _hold_together(self) -> Self:
        keys = [topic.key for topic in self.topics]
        if len(set(keys)) != len(keys):
            raise ValueError("a topic is declared twice")
        if (self.stages is None) != (self.procedure == ""):
            raise ValueError("stages go with a procedure")
        for starter in self.starters:
            if unknown := sorted({one.topic for one in starter.clauses} - set(keys)):
                raise ValueError(f"starter {starter.key}: there is no topic {', '.join(unknown)}")
        return self

    def topic_name(self, key: str, language: str | None) -> str:
        found = next((topic for topic in self.topics if topic.key == key), None)
        return found.name.in_language(language) if found is not None else key

    def weakens(self, base: Self) -> str | None:
        """A county may ask for more notices, signing or speed, never for less (CP02 to CP05)."""
        if base.needs_signing and not self.needs_signing:
            return "signing cannot be dropped"
        if self.notices != base.notices or set(self.decision_rules) - set(base.decision_rules):
            return "notices and decision rules are those of the common file"
        for name in ("answer_within", "file_within"):
            mine, common = Limit.parse(getattr(self, name)), Limit.parse(getattr(base, name))
            if mine.unit != common.unit or mine.amount > common.amount:
                return f"{name} cannot be longer"
        return None


DECLARES = {"legality_check": LegalityCheck, "compact_kind": CompactKind}
