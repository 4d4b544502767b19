"""What changed from one text to another, character by character. Pure functions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

# Stretches further apart than so many pieces are not compared: one replaces the other, so that no
# text that somebody sends keeps us busy.
MOST_APART = 800
# What stays the same between two changes and is no longer than this reads better as changed too.
LONGEST_SPLINTER = 1


class ChangeKind(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Change:
    """One stretch of the comparison; `text` is never empty."""

    kind: ChangeKind
    text: str


def changes(old: str, new: str) -> list[Change]:
    """The stretches that turn `old` into `new`, in reading order.

    All but the added ones give `old`, all but the removed ones give `new`. No two neighbours are of
    one kind, and what is removed stands before what is added in its place.
    """
    pieces = list(_by_lines(old.splitlines(keepends=True), new.splitlines(keepends=True)))
    return _joined(_without_splinters(_joined(pieces)))


def changed_count(old: str, new: str) -> int:
    """How far two texts are apart: how many characters were taken out or put in."""
    return sum(len(one.text) for one in changes(old, new) if one.kind is not ChangeKind.SAME)


def _by_lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    for is_same, before, after in _matched(old, new):
        if is_same:
            yield Change(ChangeKind.SAME, "".join(before))
        else:
            yield from _by_characters("".join(before), "".join(after))


def _by_characters(old: str, new: str) -> Iterator[Change]:
    for is_same, before, after in _matched(old, new):
        if is_same:
            yield Change(ChangeKind.SAME, "".join(before))
        else:
            yield Change(ChangeKind.REMOVED, "".join(before))
            yield Change(ChangeKind.ADDED, "".join(after))


def _matched(
    old: Sequence[str], new: Sequence[str]
) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
    """Stretches of both, in order: whether they are the same, of the old, of the new."""
    start, end = _common_ends(old, new)
    if start:
        yield True, old[:start], new[:start]
    before, after = old[start : len(old) - end], new[start : len(new) - end]
    old_at = new_at = 0
    for old_from, new_from, count in (*_kept(before, after), (len(before), len(after), 0)):
        if old_at < old_from or new_at < new_from:
            yield False, before[old_at:old_from], after[new_at:new_from]
        old_at, new_at = old_from + count, new_from + count
        if count:
            yield True, before[old_from:old_at], after[new_from:new_at]
    if end:
        yield True, old[len(old) - end :], new[len(new) - end :]


def _common_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many pieces both begin with, and how many both end with after those."""
    shorter = min(len(old), len(new))
    start = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    rest = shorter - start
    end = next((at for at in range(rest) if old[-1 - at] != new[-1 - at]), rest)
    return start, end


def _kept(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int]]:
    """What stays, as (from in the old, from in the new, how many), with the fewest changes.

    Myers' shortest edit script; nothing stays where it is longer than `MOST_APART`.
    """
    furthest = {1: 0}
    rounds: list[dict[int, int]] = []
    for distance in range(min(len(old) + len(new), MOST_APART) + 1):
        rounds.append(dict(furthest))
        for diagonal in range(-distance, distance + 1, 2):
            at = _step(furthest, diagonal, distance)
            while at < len(old) and at - diagonal < len(new) and old[at] == new[at - diagonal]:
                at += 1
            furthest[diagonal] = at
            if at >= len(old) and at - diagonal >= len(new):
                return _walked_back(rounds, len(old), len(new))
    return []


def _step(furthest: dict[int, int], diagonal: int, distance: int) -> int:
    """Where a round begins on a diagonal: by putting in one piece, or by taking out one."""
    below, above = furthest.get(diagonal + 1, -1), furthest.get(diagonal - 1, -1)
    if diagonal == -distance or (diagonal != distance and above < below):
        return below
    return above + 1


def _walked_back(
    rounds: list[dict[int, int]], old_at: int, new_at: int
) -> list[tuple[int, int, int]]:
    found: list[tuple[int, int, int]] = []
    for distance in range(len(rounds) - 1, -1, -1):
        furthest, diagonal = rounds[distance], old_at - new_at
        begun = _step(furthest, diagonal, distance)
        if old_at > begun:
            found.append((begun, begun - diagonal, old_at - begun))
        is_put_in = diagonal == -distance or (
            diagonal != distance and furthest.get(diagonal - 1, -1) < furthest.get(diagonal + 1, -1)
        )
        old_at, new_at = (
            (begun, begun - diagonal - 1) if is_put_in else (begun - 1, begun - diagonal)
        )
    return found[::-1]


def _without_splinters(found: Sequence[Change]) -> Iterator[Change]:
    for at, one in enumerate(found):
        is_splinter = (
            one.kind is ChangeKind.SAME
            and 0 < at < len(found) - 1
            and len(one.text) <= LONGEST_SPLINTER
            and not one.text.isspace()
        )
        if is_splinter:
            yield Change(ChangeKind.REMOVED, one.text)
            yield Change(ChangeKind.ADDED, one.text)
        else:
            yield one


def _joined(found: Sequence[Change] | Iterator[Change]) -> list[Change]:
    """Neighbouring changes as one: first all that goes, then all that comes."""
    joined: list[Change] = []
    for is_same, group in groupby(found, key=lambda one: one.kind is ChangeKind.SAME):
        members = list(group)
        kinds = [ChangeKind.SAME] if is_same else [ChangeKind.REMOVED, ChangeKind.ADDED]
        for kind in kinds:
            text = "".join(one.text for one in members if one.kind is kind)
            if text:
                joined.append(Change(kind, text))
    return joined
