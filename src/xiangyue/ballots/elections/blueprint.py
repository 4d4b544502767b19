"""What a county may declare about elections: offices, seats, days, who counts as elected."""

from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from xiangyue.blueprints.schema import Declared, Piece, Said


def _whole(text: str) -> str:
    if not 0 < Fraction(text) <= 1:
        raise ValueError("a share lies above 0 and not above 1")
    return text


Share = Annotated[str, Field(pattern=r"^[1-9][0-9]?/[1-9][0-9]?$"), AfterValidator(_whole)]


class Office(Piece):
    """One office that is voted on by itself; `seat` is the category of the post that follows.

    With `only_women` women alone stand for it: the usual way to the woman that the law wants.
    """

    key: str = Field(pattern=r"^[a-z_]{1,40}$")
    name: Said
    seat: str = Field(pattern=r"^[a-z_]{1,40}$")
    seats: int = Field(ge=0, le=9)
    only_women: bool = False


class OtherWay(Piece):
    """A way of electing beside the vote of all: by the rule `rule`, with its own quorum and
    majority. Without `run_off` a run-off asks for as much as the first round."""

    electors: Literal["households", "groups"]
    rule: str
    run_off: Share | None = None


class ElectionKind(Declared):
    """How one kind of committee or head is elected.

    `rule` is the decision rule by whose roll, turnout, majority and proxies it is voted on; the
    days are counted as the law counts them. `committee_least` 0: no election committee is needed.
    """

    name: Said
    rule: str
    recall_rule: str = ""
    body_kind: str = ""
    role: str
    other_ways: tuple[OtherWay, ...] = ()
    offices: tuple[Office, ...] = Field(min_length=1)
    least_members: int = Field(ge=1, le=15)
    most_members: int = Field(ge=1, le=15)
    term_years: int = Field(ge=1, le=10)
    committee_least: int = Field(default=0, ge=0, le=15)
    list_days: int = Field(ge=0, le=60)
    decision_days: int = Field(default=3, ge=1, le=30)
    candidates_days: int = Field(default=3, ge=0, le=30)
    run_off: Share = "1/3"
    run_off_days: int = Field(default=15, ge=1, le=90)
    handover_days: int = Field(default=10, ge=1, le=60)
    recall_days: int = Field(default=30, ge=1, le=90)
    wants_woman: bool = True
    position: int = 0

    @model_validator(mode="after")
    def _hold_together(self) -> Self:
        keys = [office.key for office in self.offices]
        if len(set(keys)) != len(keys):
            raise ValueError("an office is declared twice")
        electors = [way.electors for way in self.other_ways]
        if len(set(electors)) != len(electors):
            raise ValueError("a way of electing is declared twice")
        if not self.least_members <= sum(office.seats for office in self.offices):
            raise ValueError("the offices have fewer seats than the committee has members")
        if self.least_members > self.most_members:
            raise ValueError("at least more members than at most")
        return self

    def weakens(self, base: Self) -> str | None:
        """A county may give people more time and ask for more, not for less (VCOL arts 14-16)."""
        for less, what in (
            (self.list_days < base.list_days, "the list hangs for fewer days"),
            (self.decision_days > base.decision_days, "objections are decided later"),
            (self.candidates_days < base.candidates_days, "candidates are published later"),
            (Fraction(self.run_off) < Fraction(base.run_off), "a run-off asks for fewer votes"),
            (self.handover_days > base.handover_days, "the handover comes later"),
            (self.committee_least < base.committee_least, "a smaller election committee"),
            (base.wants_woman and not self.wants_woman, "no woman is wanted"),
            (self.rule != base.rule, "another rule of voting"),
            (
                not set(self.other_ways) <= set(base.other_ways),
                "fewer vote than the law lets vote, or by another rule",
            ),
        ):
            if less:
                return f"{self.key}: {what}"
        return None

    def way(self, electors: str) -> OtherWay | None:
        """The other way of that name, if it is declared."""
        return next((way for way in self.other_ways if way.electors == electors), None)

    def office(self, key: str) -> Office:
        """:raises KeyError: no such office."""
        for office in self.offices:
            if office.key == key:
                return office
        raise KeyError(key)
