"""What became of each clause from one version to another. Pure functions.

Within a clause, stretches are compared character by character (`kernel.differing`).
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

from xiangyue.kernel.differing import Change as Piece
from xiangyue.kernel.differing import ChangeKind, changes


class Worded(Protocol):
    """A clause as it is compared: the same lineage is the same clause, however it is worded."""

    @property
    def lineage(self) -> Hashable: ...
    @property
    def heading(self) -> str: ...
    @property
    def text(self) -> str: ...


C = TypeVar("C", bound=Worded)


class Fate(StrEnum):
    """What became of a clause."""

    SAME = "same"
    CHANGED = "changed"
    MOVED = "moved"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """One clause of two versions: where it stood and stands (from 1), and what became of it."""

    fate: Fate
    old_number: int | None
    new_number: int | None
    heading: tuple[Piece, ...]
    text: tuple[Piece, ...]
    lineage: Hashable


def clause_changes(old: Sequence[C], new: Sequence[C]) -> list[ClauseChange]:
    """Clause by clause in the order of the new version, removed ones where they stood.

    Moved is a clause that keeps its words but stands in another order to those around it.
    """
    places = {one.lineage: number for number, one in enumerate(old, start=1)}
    kept = [one.lineage for one in new if one.lineage in places]
    steady = _steady([places[one] for one in kept])
    found: list[ClauseChange] = []
    for number, one in enumerate(new, start=1):
        was = places.get(one.lineage)
        earlier = old[was - 1] if was is not None else None
        heading = changes(earlier.heading if earlier else "", one.heading)
        text = changes(earlier.text if earlier else "", one.text)
        found.append(
            ClauseChange(
                fate=_fate(earlier, one, is_steady=was in steady),
                old_number=was,
                new_number=number,
                heading=tuple(heading),
                text=tuple(text),
                lineage=one.lineage,
            )
        )
    for number, gone in enumerate(old, start=1):
        if gone.lineage not in {one.lineage for one in new}:
            found.insert(_place_of_gone(found, number), _removed(gone, number))
    return found


def _fate(earlier: Worded | None, one: Worded, *, is_steady: bool) -> Fate:
    if earlier is None:
        return Fate.ADDED
    if (earlier.heading, earlier.text) != (one.heading, one.text):
        return Fate.CHANGED
    return Fate.SAME if is_steady else Fate.MOVED


def _removed(gone: Worded, number: int) -> ClauseChange:
    return ClauseChange(
        fate=Fate.REMOVED,
        old_number=number,
        new_number=None,
        heading=tuple(changes(gone.heading, "")),
        text=tuple(changes(gone.text, "")),
        lineage=gone.lineage,
    )


def _place_of_gone(found: Sequence[ClauseChange], number: int) -> int:
    """After the last clause that stood before it."""
    return max(
        (
            place + 1
            for place, one in enumerate(found)
            if one.old_number is not None and one.old_number < number
        ),
        default=0,
    )


def _steady(places: Sequence[int]) -> set[int]:
    """The most places that stand in rising order: what has not moved."""
    if not places:
        return set()
    best: list[list[int]] = []
    for place in places:
        before = [one for one in best if one[-1] < place]
        longest = max(before, key=len) if before else []
        best.append([*longest, place])
    steadiest = max(best, key=len)
    return set(steadiest)


def old_words(pieces: Sequence[Piece]) -> list[Piece]:
    """What the old side shows: all but what is new."""
    return [one for one in pieces if one.kind is not ChangeKind.ADDED]


def new_words(pieces: Sequence[Piece]) -> list[Piece]:
    """What the new side shows: all but what is gone."""
    return [one for one in pieces if one.kind is not ChangeKind.REMOVED]
