"""Who is elected to a committee, who stands in a run-off, and by which day what is due.

Pure and exact. Source: Organic Law of Villagers' Committees arts 14 to 16, 20 (text of 2018); for
elections by households or groups Organic Law of Urban Residents' Committees arts 8, 10.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from xiangyue.ballots.rules import Base, Threshold

# Art. 15: more than half of the registered voters vote; more than half of those who voted elect.
TURNOUT = Threshold(share=Fraction(1, 2), is_strict=True)
FIRST_ROUND = Threshold(share=Fraction(1, 2), is_strict=True)
# Art. 15: in a run-off the most votes, and no fewer than a third of those cast.
RUN_OFF = Threshold(share=Fraction(1, 3), is_strict=False)
# Art. 16: who asks for a recall, and what carries it.
RECALL_BY_VOTERS = Threshold(share=Fraction(1, 5), is_strict=False)
RECALL_BY_REPRESENTATIVES = Threshold(share=Fraction(1, 3), is_strict=False)

# RCOL art. 8: each residents' group sends two or three, the numbers included.
GROUP_LEAST, GROUP_MOST = 2, 3

LIST_DAYS = 20
LIST_OBJECTION_DAYS = 5
LIST_DECISION_DAYS = 3
HANDOVER_DAYS = 10


@dataclass(frozen=True, slots=True)
class Terms:
    """How many must vote, how many elect, and how many in a run-off.

    All voters elect by the slips that came back (VCOL art. 15). Delegates of households and
    representatives of groups are a meeting (RCOL art. 10): it needs its quorum each time, and both
    are reckoned of those present, so that whoever takes a slip and keeps it elects nobody.
    """

    turnout: Threshold = TURNOUT
    first_round: Threshold = FIRST_ROUND
    run_off: Threshold = RUN_OFF
    base: Base = Base.CAST


LAW = Terms()


class Fate(StrEnum):
    """What became of a candidate."""

    ELECTED = "elected"
    TIED = "tied"
    RUN_OFF = "run_off"
    NOT_ELECTED = "not_elected"


@dataclass(frozen=True, slots=True)
class Count:
    """The slips of one office: how many were returned, and the votes of each candidate.

    A slip that marks more than there are seats, or cannot be read, was returned and counts for
    nobody. Names written in are candidates too. `present_count` are those who took slips; it
    counts where those present are the base.
    """

    registered_count: int
    returned_count: int
    votes: Mapping[str, int]
    seats: int
    present_count: int | None = None

    def of(self, base: Base) -> int:
        """What turnout and majority are reckoned of."""
        if base is Base.PRESENT and self.present_count is not None:
            return self.present_count
        return self.returned_count


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an office's count came to.

    `needed_count` is the least number of votes that elects. `open_seats` are those still to fill;
    the run-off is among those of the fates RUN_OFF, those who are TIED stand against each other.
    """

    is_valid: bool
    needed_count: int
    fates: Mapping[str, Fate]
    open_seats: int

    def having(self, fate: Fate) -> list[str]:
        return [key for key, found in self.fates.items() if found is fate]


def outcome(count: Count, *, is_run_off: bool = False, terms: Terms = LAW) -> Outcome:
    """Who is elected, who is tied for the last seat, who stands in the run-off.

    Elected is who has enough votes and more than those left out. Where several have as many for
    fewer seats, nobody draws lots: they are tied and voted on again. In a first round the run-off
    is among those with most votes, one more than the open seats, all who are even with the last.

    :raises ValueError: more slips than voters, or more votes than the slips allow.
    """
    _checked(count)
    is_meeting, whole = terms.base is Base.PRESENT, count.of(terms.base)
    is_valid = (is_run_off and not is_meeting) or terms.turnout.is_met(
        whole, count.registered_count
    )
    threshold = terms.run_off if is_run_off else terms.first_round
    needed = threshold.least(whole)
    order = sorted(count.votes, key=lambda key: -count.votes[key])
    fates = dict.fromkeys(count.votes, Fate.NOT_ELECTED)
    if not is_valid:
        return Outcome(is_valid, needed, fates, count.seats)
    enough = [key for key in order if count.votes[key] >= needed]
    elected, tied = _seated(enough, count.votes, count.seats)
    fates |= dict.fromkeys(elected, Fate.ELECTED) | dict.fromkeys(tied, Fate.TIED)
    still_open = count.seats - len(elected)
    if still_open and not tied and not is_run_off:
        rest = [key for key in order if key not in elected and count.votes[key]]
        last = count.votes[rest[still_open]] if len(rest) > still_open else 1
        stand = [key for key in rest if count.votes[key] >= last]
        fates |= dict.fromkeys(stand, Fate.RUN_OFF)
    return Outcome(is_valid, needed, fates, still_open)


def _seated(
    enough: Sequence[str], votes: Mapping[str, int], seats: int
) -> tuple[list[str], list[str]]:
    """Those who are in, and those who are even for fewer seats than they are."""
    if len(enough) <= seats:
        return list(enough), []
    last = votes[enough[seats - 1]]
    if votes[enough[seats]] != last:
        return list(enough[:seats]), []
    ahead = [key for key in enough if votes[key] > last]
    return ahead, [key for key in enough if votes[key] == last]


def _checked(count: Count) -> None:
    if count.seats < 1:
        raise ValueError("an office has a seat")
    if not 0 <= count.returned_count <= count.registered_count:
        raise ValueError("more slips were returned than there are voters")
    if count.present_count is not None and not (
        count.returned_count <= count.present_count <= count.registered_count
    ):
        raise ValueError("more slips were returned than handed out, or more than there are voters")
    if any(not 0 <= votes <= count.returned_count for votes in count.votes.values()):
        raise ValueError("a candidate has more votes than slips were returned")
    if sum(count.votes.values()) > count.returned_count * count.seats:
        raise ValueError("there are more votes than the slips allow")


def is_group_sent(count: int) -> bool:
    """Whether a residents' group sends as many as it must: two or three (RCOL art. 8)."""
    return GROUP_LEAST <= count <= GROUP_MOST


class CountFault(StrEnum):
    """Why slips cannot have been counted like this."""

    MORE_THAN_HANDED_OUT = "more_than_handed_out"
    MORE_SPOILED = "more_spoiled"
    TOO_MANY_FOR_ONE = "too_many_for_one"
    TOO_MANY_VOTES = "too_many_votes"


def count_fault(
    *, handed_out: int, returned: int, spoiled: int, votes: Mapping[str, int], seats: int
) -> CountFault | None:
    """What is wrong with a teller's count of one office, if anything.

    Each good slip carries at most one vote for each seat, and one for each name; fewer is allowed.
    """
    if returned > handed_out:
        return CountFault.MORE_THAN_HANDED_OUT
    if spoiled > returned:
        return CountFault.MORE_SPOILED
    good = returned - spoiled
    if any(count > good for count in votes.values()):
        return CountFault.TOO_MANY_FOR_ONE
    return CountFault.TOO_MANY_VOTES if sum(votes.values()) > good * seats else None


class Asker(StrEnum):
    """Who may ask for a recall."""

    VOTERS = "voters"
    REPRESENTATIVES = "representatives"


def may_ask_for_recall(asker: Asker, *, asked_count: int, of_count: int) -> bool:
    """Art. 16: a fifth of the voters or a third of the representatives, the number included.

    :raises ValueError: more ask than there are.
    """
    needed = RECALL_BY_VOTERS if asker is Asker.VOTERS else RECALL_BY_REPRESENTATIVES
    return needed.is_met(asked_count, of_count)


def is_recalled(*, registered_count: int, voted_count: int, for_count: int) -> bool:
    """Art. 16: more than half of the registered voters vote, more than half of these approve.

    :raises ValueError: more approve than voted, or more voted than are registered.
    """
    return TURNOUT.is_met(voted_count, registered_count) and FIRST_ROUND.is_met(
        for_count, voted_count
    )


@dataclass(frozen=True, slots=True)
class Days:
    """The days around an election (arts 14, 20); the day that something happens is not counted."""

    list_published_by: date
    objections_until: date
    decisions_until: date
    handover_until: date


def days(*, election: date, published: date, list_days: int = LIST_DAYS) -> Days:
    """What is due when, with the list published on `published`.

    :raises ValueError: the list is published fewer than 20 days before the election.
    """
    latest = election - timedelta(days=list_days)
    if published > latest:
        raise ValueError(f"the voters' list is published by {latest:%F}")
    objections = published + timedelta(days=LIST_OBJECTION_DAYS)
    return Days(
        list_published_by=latest,
        objections_until=objections,
        decisions_until=objections + timedelta(days=LIST_DECISION_DAYS),
        handover_until=election + timedelta(days=HANDOVER_DAYS),
    )


class Fault(StrEnum):
    """What is wrong with a committee as elected (art. 6) or with its candidates (art. 15)."""

    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    NO_WOMAN = "no_woman"
    NO_MINORITY_MEMBER = "no_minority_member"
    NO_CHOICE = "no_choice"


def committee_faults(
    *, member_count: int, women_count: int, minority_count: int, is_multi_ethnic: bool
) -> list[Fault]:
    """Three to seven members, a woman among them, in a multi-ethnic village a minority too."""
    faults = []
    if member_count < 3:
        faults.append(Fault.TOO_FEW)
    if member_count > 7:
        faults.append(Fault.TOO_MANY)
    if women_count < 1:
        faults.append(Fault.NO_WOMAN)
    if is_multi_ethnic and minority_count < 1:
        faults.append(Fault.NO_MINORITY_MEMBER)
    return faults


def candidate_faults(*, candidate_count: int, seats: int) -> list[Fault]:
    """More candidates than seats (差额选举)."""
    return [] if candidate_count > seats else [Fault.NO_CHOICE]
