"""When a body may decide, and what it has decided: exact arithmetic, pure functions.

Nothing here is rounded. 过半数 (more than half) is strict: exactly half fails. 三分之二以上 and
半数以上 include the number itself (Civil Code art. 1259), so exactly two thirds or half pass.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

YES, NO, ABSTAIN, INVALID = "yes", "no", "abstain", "invalid"
# What is neither for anything nor a proposal that could be carried.
NEVER_CARRIED = frozenset({NO, ABSTAIN, INVALID})


@dataclass(frozen=True, slots=True)
class Threshold:
    """A part of something that must be reached, or passed when it is strict."""

    share: Fraction
    is_strict: bool

    def is_met(self, count: int, of: int) -> bool:
        """Whether `count` of `of` is enough; of nothing, nothing is.

        :raises ValueError: a count below zero or above what it is a part of.
        """
        if not 0 <= count <= of:
            raise ValueError(f"{count} of {of} is no part.")
        if of == 0:
            return False
        left, right = count * self.share.denominator, of * self.share.numerator
        return left > right if self.is_strict else left >= right

    def least(self, of: int) -> int:
        """The smallest number that is enough; it may be more than there are."""
        exact = of * self.share
        if self.is_strict:
            return exact.numerator // exact.denominator + 1
        return max(1, -(-exact.numerator // exact.denominator))


class Base(StrEnum):
    """Of what a majority is reckoned (EL06)."""

    PRESENT = "present"
    ROLL = "roll"
    CAST = "cast"


@dataclass(frozen=True, slots=True)
class Majority:
    threshold: Threshold
    base: Base


@dataclass(frozen=True, slots=True)
class WomenShare:
    """A share of women that must take part: of all present, or of the women on the roll."""

    threshold: Threshold
    of_women: bool


@dataclass(frozen=True, slots=True)
class Attendance:
    """How many stand on the roll, and how many took part; women only where they are counted."""

    roll_count: int
    present_count: int
    women_present_count: int | None = None
    women_on_roll_count: int | None = None


Counts = Mapping[str, int]


class Ground(StrEnum):
    """Why a question ended as it did."""

    CARRIED = "carried"
    NO_QUORUM = "no_quorum"
    TOO_FEW_WOMEN = "too_few_women"
    WOMEN_NOT_COUNTED = "women_not_counted"
    NO_MAJORITY = "no_majority"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one question came to, with all the numbers that it rests on.

    `choice` is what was carried, else whatever had most votes, None when nothing had any.
    """

    ground: Ground
    choice: str | None
    count: int
    base_count: int
    needed_count: int

    @property
    def is_accepted(self) -> bool:
        return self.ground is Ground.CARRIED


@dataclass(frozen=True, slots=True)
class Rule:
    """How one body decides, for one way of making its roll (EL03)."""

    quorum: Threshold
    majority: Majority
    women: Sequence[WomenShare] = field(default=())


def is_quorate(rule: Rule, attendance: Attendance) -> bool:
    """Whether enough of those on the roll take part (EL02)."""
    return rule.quorum.is_met(attendance.present_count, attendance.roll_count)


def women_fault(rule: Rule, attendance: Attendance) -> Ground | None:
    """What is amiss with the share of women, if anything."""
    for condition in rule.women:
        women = attendance.women_present_count
        whole = attendance.women_on_roll_count if condition.of_women else attendance.present_count
        if women is None or whole is None:
            return Ground.WOMEN_NOT_COUNTED
        if not condition.threshold.is_met(women, whole):
            return Ground.TOO_FEW_WOMEN
    return None


def verdict(rule: Rule, attendance: Attendance, counts: Counts) -> Verdict:
    """What a question came to.

    A choice is carried when it reaches the majority and no other has as many; no, abstentions
    and invalid votes are never carried. Whoever is present and votes for nothing counts in the
    base of those present, as the law has it.

    :raises ValueError: more votes than people present, or a count below zero.
    """
    cast_count = sum(counts.values())
    if any(count < 0 for count in counts.values()) or cast_count > attendance.present_count:
        raise ValueError(f"{cast_count} votes of {attendance.present_count} present.")
    base_count = {
        Base.PRESENT: attendance.present_count,
        Base.ROLL: attendance.roll_count,
        Base.CAST: cast_count,
    }[rule.majority.base]
    standing = sorted(
        ((count, choice) for choice, count in counts.items() if choice not in NEVER_CARRIED),
        key=lambda pair: (-pair[0], pair[1]),
    )
    count, choice = standing[0] if standing else (0, None)
    is_tied = len(standing) > 1 and standing[1][0] == count
    ground = Ground.CARRIED
    if not is_quorate(rule, attendance):
        ground = Ground.NO_QUORUM
    elif fault := women_fault(rule, attendance):
        ground = fault
    elif is_tied or not rule.majority.threshold.is_met(count, base_count):
        ground = Ground.NO_MAJORITY
    return Verdict(
        ground=ground,
        choice=choice if count else None,
        count=count,
        base_count=base_count,
        needed_count=rule.majority.threshold.least(base_count),
    )


# --- counting ------------------------------------------------------------------------------------


class Agreement(StrEnum):
    """How the tellers' counts of one question stand."""

    WAITING = "waiting"
    AGREED = "agreed"
    DIFFERENT = "different"


def agreement(counts: Sequence[Counts], *, tellers: int) -> Agreement:
    """Whether as many tellers as are needed have counted, and the same; zeros need not be said."""
    if len(counts) < tellers:
        return Agreement.WAITING
    said = [{choice: count for choice, count in each.items() if count} for each in counts]
    same = all(each == said[0] for each in said)
    return Agreement.AGREED if same else Agreement.DIFFERENT


def added(tallies: Sequence[Counts]) -> dict[str, int]:
    """The sum of several ways of voting, choice by choice."""
    total: dict[str, int] = {}
    for tally in tallies:
        for choice, count in tally.items():
            total[choice] = total.get(choice, 0) + count
    return total


# --- who may stand for whom ----------------------------------------------------------------------

# 近亲属 (Civil Code art. 1045): the only ones to whom VCOL art. 15 lets a voter give their vote.
CLOSE_RELATIVES = ("spouse", "parent", "child", "sibling", "grandparent", "grandchild")


CLOSE_RELATIVES_ONLY, SAME_HOUSEHOLD = "close_relatives", "same_household"


@dataclass(frozen=True, slots=True)
class ProxyLimit:
    """For how many one may stand, and for whom: close relatives, or those of the household."""

    most: int
    among: str


class ProxyFault(StrEnum):
    NOT_HERE = "not_here"
    SELF = "self"
    NOT_RELATED = "not_related"
    OTHER_HOUSEHOLD = "other_household"
    TOO_MANY = "too_many"
    NOT_WRITTEN = "not_written"


def proxy_fault(
    limit: ProxyLimit | None,
    *,
    is_self: bool,
    relation: str,
    is_same_household: bool,
    held_count: int,
    is_written: bool,
) -> ProxyFault | None:
    """Why one may not vote for another, if so; `held_count` are those they stand for (EL04)."""
    if limit is None or limit.most < 1:
        return ProxyFault.NOT_HERE
    if is_self:
        return ProxyFault.SELF
    if limit.among == CLOSE_RELATIVES_ONLY and relation not in CLOSE_RELATIVES:
        return ProxyFault.NOT_RELATED
    if limit.among == SAME_HOUSEHOLD and not is_same_household:
        return ProxyFault.OTHER_HOUSEHOLD
    if not is_written:
        return ProxyFault.NOT_WRITTEN
    return ProxyFault.TOO_MANY if held_count >= limit.most else None


def years_before(day: date, years: int) -> date:
    """The latest birthday of whoever is `years` old on the day; born on 29 February counts on
    1 March."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 2, 28)


def is_of_age(birth_date: date, *, on: date, years: int) -> bool:
    """Whether the person has had that birthday by the day, the day itself included."""
    return birth_date <= years_before(on, years)
