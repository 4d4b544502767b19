"""What a county may declare about its councils: who sits, how they come to it, what stays apart."""

from typing import Literal, Self

from pydantic import Field, model_validator

from xiangyue.blueprints.schema import Declared, Piece, Said
from xiangyue.councils.rules import Shape, missing_of

Level = Literal["county", "town", "village", "group"]
Duty = Literal["", "lead", "deliberate", "execute", "supervise"]
Way = Literal["post", "election", "recommendation", "invitation"]
# What the groups of a village do with a matter (SD-02, SD-05).
Work = Literal["opinions", "judging", "errands"]
LEAST_JUDGES = 3  # REQ-L04


class SeatKind(Piece):
    """One category of seats.

    `who` says in words who may sit; with a post one of `roles` at the place does. A seat
    `per_issue` is filled anew for each matter, by those who have a stake in it (X of 1+7+X).
    Names stand beside a seat `in_office` for everybody, else for residents alone.
    """

    key: str = Field(pattern=r"^[a-z][a-z_]{1,39}$")
    name: Said
    who: Said | None = None
    least: int = Field(0, ge=0, le=100)
    most: int | None = Field(None, ge=1, le=1000)
    ways: tuple[Way, ...] = Field(min_length=1)
    roles: tuple[str, ...] = ()
    per_issue: bool = False
    in_office: bool = False
    is_for_unit: bool = Field(
        default=False, description="an organisation holds it and sends somebody"
    )
    duty: Duty = ""
    shares_with: tuple[str, ...] = Field(
        (), description="other seats of this council that the same person may hold"
    )


class Apart(Piece):
    """Two duties that nobody carries both at one place (SY-21), and who carries them by post."""

    one: Duty
    other: Duty
    says: Said
    roles: dict[Literal["lead", "deliberate", "execute", "supervise"], tuple[str, ...]] = {}


class Never(Piece):
    """What a group takes up in no case: words that show it, and where the person goes instead."""

    words: tuple[str, ...] = Field(min_length=1)
    instead: Said
    in_result: bool = Field(
        default=False, description="a result may not hold the words; a matter may"
    )


class Scenario(Piece):
    """A composition, and which seats it lacks, has too many in, or fills wrongly.

    `filled` says how many sit in each seat; `everything_but` fills each seat as it must be, save
    those named. `one_person_in` puts the same person into each of these seats.
    """

    says: Said
    filled: dict[str, int] = {}
    everything_but: tuple[str, ...] | None = None
    one_person_in: tuple[str, ...] = ()
    for_issue: bool = False
    missing: tuple[str, ...] = ()
    doubled: bool = False
    clash: bool = False


class CouncilKind(Declared):
    """A council: its seats, who leads, how long it sits, what is kept apart.

    With `formed_by = "residents"` the villagers form it themselves: the clerk writes down, each
    member says yes, and nobody is seated by post. `notice_kind` is how its roster is published.
    """

    name: Said
    purpose: Said
    levels: tuple[Level, ...] = Field(min_length=1)
    segments: tuple[int, int] = Field((0, 999), description="of villages, both included")
    seats: tuple[SeatKind, ...] = Field(min_length=1)
    leads: str = Field(description="the seat that calls and leads it")
    size_least: int = Field(0, ge=0)
    size_most: int | None = Field(None, ge=1)
    term_months: int | None = Field(None, ge=1, le=120)
    formed_by: Literal["keeper", "residents"] = "keeper"
    founders_least: int = Field(1, ge=1, le=50)
    apart: tuple[Apart, ...] = ()
    notice_kind: str = "general"
    work: Work | None = None
    never: tuple[Never, ...] = ()
    kept_days: int = Field(
        365, ge=30, le=3650, description="what was written of people in a matter is kept so long"
    )
    scenarios: tuple[Scenario, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        keys = [seat.key for seat in self.seats]
        if len(set(keys)) != len(keys):
            raise ValueError("two seats have one key")
        if self.leads not in keys:
            raise ValueError(f"there is no seat {self.leads} to lead it")
        for seat in self.seats:
            if seat.most is not None and seat.most < seat.least:
                raise ValueError(f"{seat.key}: at most fewer than at least")
            if "post" in seat.ways and not seat.roles:
                raise ValueError(f"{seat.key}: say which roles sit by post")
            if wrong := set(seat.shares_with) - set(keys) | {seat.key} & set(seat.shares_with):
                raise ValueError(f"{seat.key} cannot be shared with {', '.join(sorted(wrong))}")
            if self.formed_by == "residents" and "post" in seat.ways:
                raise ValueError(f"{seat.key}: what residents form has no seats by post")
        if self.size_most is not None and self.size_most < self.size_least:
            raise ValueError("at most fewer than at least")
        for pair in self.apart:
            if not pair.one or not pair.other or pair.one == pair.other:
                raise ValueError("say which two duties are apart")
        self._check_work()
        return self

    def _check_work(self) -> None:
        if self.work == "judging":
            if self.size_least < LEAST_JUDGES:
                raise ValueError(f"at least {LEAST_JUDGES} judge (REQ-L04)")
            if not any(not one.in_result for one in self.never) or not any(
                one.in_result for one in self.never
            ):
                raise ValueError("say what is never judged, and what no judgement says (REQ-L)")
        if self.work is None and self.never:
            raise ValueError("only a group that takes up matters has some that it never takes up")

    def seat(self, key: str) -> SeatKind | None:
        return next((seat for seat in self.seats if seat.key == key), None)

    @property
    def shapes(self) -> dict[str, Shape]:
        return {seat.key: Shape(seat.least, seat.most, seat.per_issue) for seat in self.seats}

    def may_stand_at(self, *, kind: str, segment: int) -> bool:
        """Whether places of this kind, and villages of this segment, have such a council."""
        if kind not in self.levels:
            return False
        return kind != "village" or self.segments[0] <= segment <= self.segments[1]

    def weakens(self, base: Self) -> str | None:
        """How a county's word would seat fewer, mix what is apart, or judge what is not judged."""
        unsaid = {w for one in base.never for w in one.words} - {
            w for one in self.never for w in one.words
        }
        pairs = {(one.one, one.other) for one in self.apart}
        faults = {
            "may not bring together what is apart (SY-21)": any(
                (one.one, one.other) not in pairs for one in base.apart
            ),
            "is formed by the residents themselves": (base.formed_by, self.formed_by)
            == ("residents", "keeper"),
            "may not be smaller": self.size_least < base.size_least,
            f"may not take up {', '.join(sorted(unsaid))}": bool(unsaid),
        }
        found = [self._seat_weakened(seat) for seat in base.seats]
        found += [fault for fault, is_so in faults.items() if is_so]
        return next((f"{self.key} {fault}" for fault in found if fault), None)

    def _seat_weakened(self, seat: SeatKind) -> str:
        mine = self.seat(seat.key)
        if mine is None or mine.least < seat.least:
            return f"may not do without {seat.key}"
        if seat.most is not None and (mine.most is None or mine.most > seat.most):
            return f"may not have more {seat.key}"
        if set(mine.shares_with) - set(seat.shares_with):
            return f"may not let one person hold {seat.key} and another seat"
        return ""

    def play(self, scenario: Scenario) -> str:
        """What differs from what the scenario says; empty when it goes as it says."""
        filled = dict(scenario.filled)
        if scenario.everything_but is not None:
            filled = {
                seat.key: max(seat.least, 1)
                for seat in self.seats
                if seat.key not in scenario.everything_but
                and (not seat.per_issue or scenario.for_issue)
                and (seat.least or seat.per_issue)
            } | filled
        if unknown := {*filled, *scenario.one_person_in} - {seat.key for seat in self.seats}:
            return f"there is no seat {', '.join(sorted(unknown))}"
        for key in scenario.one_person_in:
            filled[key] = filled.get(key) or 1
        lacking = missing_of(
            self.shapes, filled, for_issue=scenario.for_issue,
            size=(self.size_least, self.size_most),
        )  # fmt: skip
        found = tuple(one.key for one in lacking)
        if found != scenario.missing:
            return f"missing is {list(found)}, not {list(scenario.missing)}"
        if self.is_doubled(scenario.one_person_in) != scenario.doubled:
            return "one person in two seats is judged otherwise"
        if (self.clash_of(scenario.one_person_in) is not None) != scenario.clash:
            return "duties that are apart are judged otherwise"
        return ""

    def is_doubled(self, keys: tuple[str, ...]) -> bool:
        """Whether one person in these seats holds two that may not be shared."""
        return any(
            not self.may_share(one, other)
            for place, one in enumerate(keys)
            for other in keys[place + 1 :]
        )

    def may_share(self, one: str, other: str) -> bool:
        seat, its = self.seat(one), self.seat(other)
        return (seat is not None and other in seat.shares_with) or (
            its is not None and one in its.shares_with
        )

    def clash_of(self, keys: tuple[str, ...]) -> Apart | None:
        """The pair of duties that one person in these seats would carry both."""
        duties = {seat.duty for seat in self.seats if seat.key in keys}
        return next((one for one in self.apart if {one.one, one.other} <= duties), None)


DECLARES = {"council": CouncilKind}
