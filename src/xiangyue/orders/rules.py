"""Which projects a vote on a budget pays for, exactly, and why (JC-36 居民点菜、社区买单).

Two ways, as declared. By **approval** the project with the most votes is paid first, then the
next that still fits. By **equal shares** every voter has the same part of the budget and it pays
only for projects that they approve of, so that a hamlet of a tenth decides over a tenth of the
money; what is then left is filled up by approval. Amounts are integers in the smallest unit
(fen); no float is used anywhere.

Source of the method of equal shares with cost utilities: Peters, Pierczyński, Skowron,
"Proportional Participatory Budgeting with Additive Utilities" (NeurIPS 2021).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import gcd


class Method(StrEnum):
    APPROVAL = "approval"
    EQUAL_SHARES = "equal_shares"


class Why(StrEnum):
    """What became of a project."""

    PAID_BY_SHARES = "paid_by_shares"
    PAID_BY_VOTES = "paid_by_votes"
    NOT_WANTED = "not_wanted"
    SHARES_TOO_SMALL = "shares_too_small"
    NOTHING_LEFT = "nothing_left"


@dataclass(frozen=True, slots=True)
class Project:
    """One line of the ballot paper: its key and what it costs, in fen, more than nothing."""

    key: str
    cost: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one project, with the figures that explain it.

    `turn` is the place in the order of paying, from 1, of those that are paid. `dearest_share`
    is the most that one supporter pays for it, in fen, of those paid by shares. `supporters_had`
    is what its supporters had together, in fen, when it could no longer be paid by their shares.
    `left` is what was left of the budget when its turn came in the filling up.
    """

    key: str
    votes: int
    why: Why
    turn: int | None = None
    dearest_share: Fraction | None = None
    supporters_had: Fraction | None = None
    left: int | None = None

    @property
    def is_paid(self) -> bool:
        return self.why in {Why.PAID_BY_SHARES, Why.PAID_BY_VOTES}


def allotted(
    projects: Sequence[Project],
    slips: Iterable[Iterable[str]],
    *,
    budget: int,
    method: Method,
) -> list[Verdict]:
    """What becomes of each project, in the order of `projects`.

    A slip holds the keys of the projects that one voter approves of; a key twice on a slip
    counts once. The order of `projects` (by lot or as numbered) decides where all else is equal.

    :raises ValueError: a cost or the budget is not positive, a key stands twice, or a slip names
        a project that is not there.
    """
    supporters = _supporters(projects, slips, budget=budget)
    if method is Method.EQUAL_SHARES:
        paid, refused = _by_shares(projects, supporters, budget=budget)
    else:
        paid, refused = {}, {}
    left = budget - sum(project.cost for project in projects if project.key in paid)
    filled = _by_votes(
        [project for project in projects if project.key not in paid],
        {key: len(voters) for key, voters in supporters.voters.items()},
        left=left,
    )
    verdicts = []
    for project in projects:
        votes = len(supporters.voters[project.key])
        if project.key in paid:
            turn, share = paid[project.key]
            verdict = Verdict(project.key, votes, Why.PAID_BY_SHARES, turn, share)
        elif not votes:
            verdict = Verdict(project.key, votes, Why.NOT_WANTED)
        else:
            place, had_left = filled[project.key]
            why = Why.PAID_BY_VOTES if place else _reason(method, project, had_left)
            verdict = Verdict(
                project.key,
                votes,
                why,
                turn=len(paid) + place if place else None,
                supporters_had=refused.get(project.key),
                left=had_left,
            )
        verdicts.append(verdict)
    return verdicts


def _reason(method: Method, project: Project, left: int) -> Why:
    """Under equal shares the supporters' money came first, and was not enough."""
    assert left < project.cost
    return Why.SHARES_TOO_SMALL if method is Method.EQUAL_SHARES else Why.NOTHING_LEFT


@dataclass(frozen=True, slots=True)
class _Supporters:
    count: int
    voters: Mapping[str, list[int]]


def _supporters(
    projects: Sequence[Project], slips: Iterable[Iterable[str]], *, budget: int
) -> _Supporters:
    voters: dict[str, list[int]] = {project.key: [] for project in projects}
    if len(voters) != len(projects):
        raise ValueError("a project stands twice on the list")
    if budget <= 0 or any(project.cost <= 0 for project in projects):
        raise ValueError("the budget and every cost are more than nothing")
    count = 0
    for voter, slip in enumerate(slips):
        count += 1
        for key in set(slip):
            if key not in voters:
                raise ValueError(f"a slip names {key}, which is not on the list")
            voters[key].append(voter)
    return _Supporters(count, voters)


def _by_votes(
    projects: Sequence[Project], votes: Mapping[str, int], *, left: int
) -> dict[str, tuple[int, int]]:
    """For each project its place among those paid, from 1, or 0; and what was left before it.

    The most votes first, then the cheaper, then as listed; what does not fit is passed over.
    """
    order = sorted(
        range(len(projects)), key=lambda at: (-votes[projects[at].key], projects[at].cost, at)
    )
    found: dict[str, tuple[int, int]] = {}
    place = 0
    for at in order:
        project = projects[at]
        if votes[project.key] and project.cost <= left:
            place += 1
            found[project.key] = (place, left)
            left -= project.cost
        else:
            found[project.key] = (0, left)
    return found


def _by_shares(
    projects: Sequence[Project], supporters: _Supporters, *, budget: int
) -> tuple[dict[str, tuple[int, Fraction]], dict[str, Fraction]]:
    """What is paid by shares (turn, dearest share), and what the supporters of the rest had.

    In each round the project is bought for which a unit of money costs its supporters least:
    cost over dearest share, its effective votes, is highest. As purses only get emptier,
    effective votes only fall; so the last known value is an upper bound, and a project is looked
    at again only when its bound leads.

    Purses are integers in 1/`scale` fen. When a share is no integer, the scale grows.
    """
    scale = max(supporters.count, 1)
    purses = [budget] * supporters.count
    paid: dict[str, tuple[int, Fraction]] = {}
    refused: dict[str, Fraction] = {}
    waiting = [
        (Fraction(-len(supporters.voters[project.key])), project.cost, at)
        for at, project in enumerate(projects)
        if supporters.voters[project.key]
    ]
    heapify(waiting)
    while waiting:
        bound, cost, at = heappop(waiting)
        key = projects[at].key
        voters = supporters.voters[key]
        share = _dearest_share(sorted(purses[voter] for voter in voters), cost * scale)
        if share is None:
            refused[key] = Fraction(sum(purses[voter] for voter in voters), scale)
            continue
        effective = Fraction(cost * scale * share.denominator, share.numerator)
        if -effective != bound:
            heappush(waiting, (-effective, cost, at))
            continue
        if share.denominator > 1:
            scale *= share.denominator
            purses = [purse * share.denominator for purse in purses]
        paid[key] = (len(paid) + 1, share / (scale // share.denominator))
        whole = share.numerator
        for voter in voters:
            purses[voter] -= min(purses[voter], whole)
        common = gcd(scale, *purses)
        if common > 1:
            scale //= common
            purses = [purse // common for purse in purses]
    return paid, refused


def _dearest_share(purses: list[int], cost: int) -> Fraction | None:
    """What each pays at most so that all pay together, the poor all they have; None if too poor.

    `purses` are sorted, the emptiest first.
    """
    missing, payers = cost, len(purses)
    for purse in purses:
        if purse * payers >= missing:
            return Fraction(missing, payers)
        missing -= purse
        payers -= 1
    return None
