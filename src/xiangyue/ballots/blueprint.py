"""What a county may declare about voting: how each body decides, and what only some may decide."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from xiangyue.ballots import rules
from xiangyue.ballots.elections.blueprint import ElectionKind
from xiangyue.blueprints.schema import Declared, Piece, Said


def _whole(text: str) -> str:
    share = Fraction(text)
    if not 0 < share <= 1:
        raise ValueError("a share lies above 0 and not above 1")
    return text


Share = Annotated[str, Field(pattern=r"^[1-9][0-9]?/[1-9][0-9]?$"), AfterValidator(_whole)]
Mode = Literal["hands", "paper", "online", "secret_online"]
Basis = Literal["persons", "households", "members"]


class Part(Piece):
    """A share that must be reached; strict: passed."""

    share: Share
    is_strict: bool = False

    def threshold(self) -> rules.Threshold:
        return rules.Threshold(Fraction(self.share), self.is_strict)


class Way(Part):
    """One way of making the roll, with the quorum that goes with it (EL03: one way a vote)."""

    basis: Basis


class DeclaredMajority(Part):
    base: Literal["present", "roll", "cast"]


class DeclaredWomen(Part):
    """A share of women that must be present: of all present, or of the women on the roll."""

    of: Literal["present", "women_on_roll"] = "present"


class DeclaredProxies(Piece):
    most: int = Field(ge=1, le=3, description="for how many one may stand")
    among: Literal["close_relatives", "same_household"] = "close_relatives"


class Scenario(Piece):
    """What comes of numbers; tests play it, and a lawyer can read it."""

    basis: Basis | None = None
    roll: int = Field(ge=0)
    present: int = Field(ge=0)
    yes: int = Field(ge=0)
    no: int = Field(default=0, ge=0)
    abstain: int = Field(default=0, ge=0)
    women_present: int | None = None
    women_on_roll: int | None = None
    result: Literal["carried", "no_quorum", "no_majority", "too_few_women", "women_not_counted"]


class DecisionRule(Declared):
    """How one body decides: who is on its roll, quorum, majority, ways of voting, secrecy."""

    name: Said
    body: str = Field(pattern=r"^[a-z_]+$", description="which body decides so")
    roll: Literal["residents", "body", "party_members", "collective_members"]
    body_kind: str = ""
    least_age: int = Field(default=18, ge=0, le=120)
    held_at: tuple[str, ...] = ("village",)
    segments: tuple[int, int] | None = None
    ways: tuple[Way, ...] = Field(min_length=1)
    majority: DeclaredMajority
    women: tuple[DeclaredWomen, ...] = ()
    modes: tuple[Mode, ...] = Field(min_length=1)
    secrecy: Literal["never", "may", "always"] = "may"
    proxies: DeclaredProxies | None = None
    hand_tellers: int = Field(default=1, ge=1, le=3)
    paper_tellers: int = Field(default=2, ge=2, le=3)
    notice_days: int = Field(default=0, ge=0, le=60, description="between calling and meeting")
    objection_days: int = Field(default=0, ge=0, le=30, description="to the roll, before the day")
    scenarios: tuple[Scenario, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _hold_together(self) -> Self:
        bases = [way.basis for way in self.ways]
        if len(set(bases)) != len(bases):
            raise ValueError("a way of making the roll is declared twice")
        if self.roll == "residents" and "members" in bases:
            raise ValueError("residents vote as persons or by households")
        if self.roll != "residents" and bases != ["members"]:
            raise ValueError("members vote each for themselves")
        if self.roll == "body" and not self.body_kind:
            raise ValueError("say which kind of body")
        if self.secrecy == "always" and not {"paper", "secret_online"} & set(self.modes):
            raise ValueError("a secret vote needs paper or the secret way online")
        return self

    def weakens(self, base: Self) -> str | None:
        """A county may ask for more, not for less (EL02, EL04, EL06)."""
        less = next(self._less_than(base), None)
        return f"{self.key}: {less}" if less else None

    def _less_than(self, base: Self) -> Iterator[str]:
        theirs = {way.basis: way for way in base.ways}
        for way in self.ways:
            common = theirs.get(way.basis)
            if common is None or _asks_less(way, common):
                yield "the quorum asks for less than the common rule"
        if self.majority.base != base.majority.base or _asks_less(self.majority, base.majority):
            yield "the majority asks for less than the common rule"
        if len(self.women) < len(base.women):
            yield "the common rule asks for a share of women"
        if base.secrecy == "always" and self.secrecy != "always":
            yield "the common rule makes this vote secret"
        if self.proxies and (base.proxies is None or self.proxies.most > base.proxies.most):
            yield "more proxies than the common rule allows"
        if self.notice_days < base.notice_days:
            yield "called at shorter notice than the common rule allows"

    def way(self, basis: str) -> Way:
        """:raises KeyError: the rule knows no such way."""
        for way in self.ways:
            if way.basis == basis:
                return way
        raise KeyError(basis)

    def as_rule(self, basis: str) -> rules.Rule:
        return rules.Rule(
            quorum=self.way(basis).threshold(),
            majority=rules.Majority(self.majority.threshold(), rules.Base(self.majority.base)),
            women=tuple(
                rules.WomenShare(each.threshold(), of_women=each.of == "women_on_roll")
                for each in self.women
            ),
        )

    def proxy_limit(self) -> rules.ProxyLimit | None:
        if self.proxies is None:
            return None
        return rules.ProxyLimit(self.proxies.most, self.proxies.among)

    def tellers(self, mode: str) -> int:
        """How many must count a way of voting, and agree."""
        return self.paper_tellers if mode == "paper" else self.hand_tellers


def _asks_less(mine: Part, common: Part) -> bool:
    pair = (Fraction(mine.share), mine.is_strict)
    return pair < (Fraction(common.share), common.is_strict)


class ReservedMatter(Declared):
    """What only some bodies may decide (EL05): directly, or when it was delegated to them."""

    name: Said
    decided_by: tuple[str, ...] = Field(min_length=1)
    delegable_to: tuple[str, ...] = ()
    position: int = 0


DECLARES = {
    "decision_rule": DecisionRule,
    "reserved_matter": ReservedMatter,
    "election_kind": ElectionKind,
}
