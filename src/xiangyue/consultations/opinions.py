"""Groups of opinion, what each stands for, and what unites them all.

Pure: numpy, no Django, no clock, no chance (the same answers give the same map). People who
answer alike lie near each other: the answers are laid out on the two directions in which they
differ most (principal components), and those near each other form a group. This is the way that
Polis goes (Small, Bjorkegren, Erkkilä, Shaw, Megill: "Polis: Scaling Deliberation by Mapping High
Dimensional Opinion Spaces", 2021), so that its published exports can be compared with.

It describes; it decides nothing, and it is never said who is in which group.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Answers = NDArray[np.int8]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

AGREE, PASS, DISAGREE, NOT_ASKED = 1, 0, -1, 2

LEAST_ANSWERS = 7
SMALLEST_GROUP = 5
MOST_GROUPS = 5
NOTABLE = 1.2816  # the 90 % point of the normal distribution, one-sided
TRIED = 2_000
_RESTARTS = 8
_STEPS = 200
_SPARE = 4


@dataclass(frozen=True, slots=True)
class Standing:
    """What one group said of one statement, against all the others.

    `share` and `share_elsewhere` are the parts that agree (or disagree) of those who answered, with
    one agreeing and one disagreeing voice added, so that few answers say little.
    """

    statement: int
    agrees: bool
    share: float
    share_elsewhere: float
    answered: int


@dataclass(frozen=True, slots=True)
class Shared:
    """A statement on which most people of every group are of one mind.

    `strength` is the product over the groups of the share that agrees (or disagrees).
    """

    statement: int
    agrees: bool
    strength: float


@dataclass(frozen=True, slots=True)
class OpinionMap:
    """Where people stand. All per-person arrays run over `people`, the rows that were counted.

    Those who answered too little for a place are in no group. `positions` is (people, 2);
    `groups` the group of each, from 0 by size, the largest first. `explained` is the part of
    all difference that the two directions hold. Counts are (groups, statements).
    """

    people: Ints
    positions: Floats
    groups: Ints
    explained: float
    agreed: Ints
    disagreed: Ints
    answered: Ints
    stands_for: tuple[tuple[Standing, ...], ...]
    unites: tuple[Shared, ...]

    @property
    def sizes(self) -> list[int]:
        return [int(size) for size in np.bincount(self.groups, minlength=len(self.stands_for))]


def opinion_map(
    answers: Answers, *, most_told: int = 5, group_count: int | None = None
) -> OpinionMap:
    """The map of a table of answers, (people, statements) of AGREE, PASS, DISAGREE, NOT_ASKED.

    Whoever answered fewer than `LEAST_ANSWERS` statements, or all there are, is left out. A group
    has at least `SMALLEST_GROUP` people (GD12); where that cannot be, all are one group. At most
    `most_told` statements are told of each group and of all together. With `group_count` there are
    that many groups if there can be, for comparing with another's map of the same answers.

    :raises ValueError: the table is no table, or holds another number.
    """
    if answers.ndim != 2:
        raise ValueError("answers are a table of people and statements")
    if not np.isin(answers, (AGREE, PASS, DISAGREE, NOT_ASKED)).all():
        raise ValueError("an answer is agree, pass, disagree or not asked")
    given = (answers != NOT_ASKED).sum(axis=1)
    people = np.flatnonzero(given >= max(1, min(LEAST_ANSWERS, answers.shape[1])))
    counted = answers[people]
    positions, explained = _laid_out(counted)
    groups = _grouped(positions, group_count)
    agreed, disagreed, answered = _counts(counted, groups)
    return OpinionMap(
        people=people.astype(np.int64),
        positions=positions,
        groups=groups,
        explained=explained,
        agreed=agreed,
        disagreed=disagreed,
        answered=answered,
        stands_for=_stands_for(agreed, disagreed, answered, most_told),
        unites=shared_by_all(agreed, disagreed, answered, most_told),
    )


# --- where everybody stands -------------------------------------------------------------------


def _laid_out(answers: Answers) -> tuple[Floats, float]:
    """Each person's place on the two main directions, and the part of the difference they hold.

    What somebody was not asked counts as the mean answer, that is as nothing once centred; the
    places of those who answered little are stretched so that they are not all in the middle.
    """
    people, statements = answers.shape
    is_given = answers != NOT_ASKED
    values = np.where(is_given, answers, 0).astype(np.float64)
    given = is_given.sum(axis=0)
    means = values.sum(axis=0) / np.maximum(given, 1)
    centred = np.where(is_given, values - means, 0.0)
    everything = float((centred**2).sum())
    if people == 0 or everything == 0.0:
        return np.zeros((people, 2)), 0.0
    directions = _main_directions(centred)
    places: Floats = centred @ directions
    explained = float((places**2).sum()) / everything
    return places * np.sqrt(statements / is_given.sum(axis=1))[:, None], explained


def _main_directions(centred: Floats) -> Floats:
    """The two directions in which the rows differ most, (statements, 2), by subspace iteration.

    Each points to the side of its heaviest statement, so that a map is never mirrored by chance.
    """
    products = centred.T @ centred
    statements = len(products)
    basis = np.random.default_rng(0).standard_normal((statements, min(statements, 2 + _SPARE)))
    before = np.zeros(2)
    for _step in range(_STEPS):
        basis, _rest = np.linalg.qr(products @ basis)
        weights, turns = np.linalg.eigh(basis.T @ products @ basis)
        if np.allclose(weights[-2:], before, rtol=1e-12, atol=0.0):
            break
        before = weights[-2:]
    found = basis @ turns[:, ::-1][:, :2]
    if found.shape[1] < 2:
        found = np.hstack([found, np.zeros((statements, 2 - found.shape[1]))])
    heaviest = np.abs(found).argmax(axis=0)
    signs = np.where(found[heaviest, [0, 1]] < 0, -1.0, 1.0)
    return np.asarray(found * signs)


# --- who stands together ----------------------------------------------------------------------


def _grouped(positions: Floats, wanted: int | None = None) -> Ints:
    """Into as many groups as fit best, 1 to `MOST_GROUPS`, numbered by size, the largest first."""
    best = np.zeros(len(positions), dtype=np.int64)
    best_fit = 0.0
    for count in range(2, MOST_GROUPS + 1) if wanted is None else (wanted,):
        if len(positions) < count * SMALLEST_GROUP or not positions.any():
            break
        groups, centres = _nearest_centres(positions, count)
        if np.bincount(groups, minlength=count).min() < SMALLEST_GROUP:
            continue
        fit = _fit(positions, centres)
        if fit > best_fit:
            best, best_fit = groups, fit
    sizes = np.bincount(best)
    rank = np.empty_like(sizes)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    return rank[best] if len(best) else best


def _nearest_centres(positions: Floats, count: int) -> tuple[Ints, Floats]:
    """k-means: the group of each, and the centres.

    The tightest of several beginnings; where people are many they are tried on a part of them, and
    the best goes on with all.
    """
    chance = np.random.default_rng(count)
    part = positions[:: -(-len(positions) // TRIED)]
    tried = [_settled(part, _spread_out(part, count, chance)) for _restart in range(_RESTARTS)]
    _groups, centres = min(tried, key=lambda one: _spread(part, one[1]))
    return _settled(positions, centres)


def _settled(positions: Floats, centres: Floats) -> tuple[Ints, Floats]:
    """The groups and centres at which it comes to rest from these centres."""
    groups = _distances(positions, centres).argmin(axis=1)
    for _step in range(_STEPS):
        members = np.bincount(groups, minlength=len(centres))
        sums = [np.bincount(groups, along, minlength=len(centres)) for along in positions.T]
        means = np.stack(sums, axis=1) / np.maximum(members, 1)[:, None]
        centres = np.where(members[:, None] > 0, means, centres)
        moved = _distances(positions, centres).argmin(axis=1)
        if (moved == groups).all():
            break
        groups = moved
    return groups.astype(np.int64), centres


def _spread(positions: Floats, centres: Floats) -> float:
    return float(_distances(positions, centres).min(axis=1).sum())


def _spread_out(positions: Floats, count: int, chance: np.random.Generator) -> Floats:
    """Beginnings far from each other (k-means++)."""
    centres = [positions[chance.integers(len(positions))]]
    while len(centres) < count:
        nearest = _distances(positions, np.array(centres)).min(axis=1)
        total = nearest.sum()
        weights = nearest / total if total > 0 else None
        centres.append(positions[chance.choice(len(positions), p=weights)])
    return np.array(centres)


def _distances(positions: Floats, centres: Floats) -> Floats:
    """The square of each one's distance from each centre, (people, centres)."""
    x, y = (positions[:, axis, None] - centres[None, :, axis] for axis in (0, 1))
    return np.asarray(x * x + y * y)


def _fit(positions: Floats, centres: Floats) -> float:
    """How well the groups are apart, -1 to 1: the mean silhouette by distance from centres."""
    nearest = np.sort(np.sqrt(_distances(positions, centres)), axis=1)[:, :2]
    widest = np.maximum(nearest[:, 1], np.finfo(np.float64).tiny)
    return float(((nearest[:, 1] - nearest[:, 0]) / widest).mean())


# --- what they say ----------------------------------------------------------------------------


def _counts(answers: Answers, groups: Ints) -> tuple[Ints, Ints, Ints]:
    """How many of each group agreed, disagreed and answered, statement by statement."""
    count = int(groups.max()) + 1 if len(groups) else 1
    shape = (count, answers.shape[1])
    agreed, disagreed, answered = (np.zeros(shape, dtype=np.int64) for _table in range(3))
    for group in range(count):
        members = answers[groups == group]
        agreed[group] = (members == AGREE).sum(axis=0)
        disagreed[group] = (members == DISAGREE).sum(axis=0)
        answered[group] = (members != NOT_ASKED).sum(axis=0)
    return agreed, disagreed, answered


def _stands_for(
    agreed: Ints, disagreed: Ints, answered: Ints, most: int
) -> tuple[tuple[Standing, ...], ...]:
    """For each group the statements that set it apart, the most telling first."""
    told = []
    for group in range(len(answered)):
        others = np.arange(len(answered)) != group
        found: list[tuple[float, Standing]] = []
        for statement in range(answered.shape[1]):
            for agrees, voices in ((True, agreed), (False, disagreed)):
                here, of = int(voices[group, statement]), int(answered[group, statement])
                there = int(voices[others, statement].sum())
                of_there = int(answered[others, statement].sum())
                if min(_sureness(here, of), _contrast(here, of, there, of_there)) < NOTABLE:
                    continue
                share, elsewhere = (here + 1) / (of + 2), (there + 1) / (of_there + 2)
                standing = Standing(statement, agrees, share, elsewhere, of)
                found.append((-share * share / elsewhere, standing))
        found.sort(key=lambda one: (one[0], one[1].statement))
        told.append(tuple(standing for _weight, standing in found[:most]))
    return tuple(told)


def shared_by_all(agreed: Ints, disagreed: Ints, answered: Ints, most: int) -> tuple[Shared, ...]:
    """What more than half of every group say, the strongest first."""
    found = []
    for agrees, voices in ((True, agreed), (False, disagreed)):
        shares = (voices + 1) / (answered + 2)
        is_common = (2 * voices > answered).all(axis=0) & (answered > 0).all(axis=0)
        strength = shares.prod(axis=0)
        found += [
            Shared(int(statement), agrees, float(strength[statement]))
            for statement in np.flatnonzero(is_common)
        ]
    found.sort(key=lambda one: (-one.strength, one.statement))
    return tuple(found[:most])


def _sureness(voices: int, of: int) -> float:
    """How surely more than half say so: a z score of voices against one half."""
    return 2 * sqrt(of + 1) * ((voices + 1) / (of + 1) - 0.5) if of else 0.0


def _contrast(here: int, of: int, there: int, of_there: int) -> float:
    """How surely they say so more than the others do: a z score of two shares."""
    share, elsewhere = (here + 1) / (of + 1), (there + 1) / (of_there + 1)
    pooled = (here + there + 2) / (of + of_there + 2)
    if pooled >= 1:
        return 0.0
    width = sqrt(pooled * (1 - pooled) * (1 / (of + 1) + 1 / (of_there + 1)))
    return (share - elsewhere) / width
