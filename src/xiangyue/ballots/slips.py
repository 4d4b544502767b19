"""The seam to modules that take whole slips of their own in a vote on a roll.

Who may vote, who has taken part, opening and closing stay here; what is marked on a slip, and what
comes of all slips, is the other module's. Its votes are about a subject of a type that it names.
"""

from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from xiangyue.ballots.models import Ballot


@dataclass(frozen=True, slots=True)
class Taker:
    """The other module's pages, as names of routes that take the subject's key."""

    page: str
    cast: str
    counts: str
    keep: str


_takers: dict[str, Taker] = {}


def takes_slips(subject_type: str, taker: Taker) -> None:
    """Say that votes about subjects of this type have their slips taken elsewhere."""
    _takers[subject_type] = taker


def is_taken_elsewhere(subject_type: str) -> bool:
    return subject_type in _takers


def taken_here() -> Q:
    """The votes that are told of as votes; what others are about is told by the other module."""
    return ~Q(subject_type__in=list(_takers))


def page_elsewhere(ballot: Ballot, name: str) -> str | None:
    """The path of the other module's page (`page`, `cast`, `counts`, `keep`); None: it is ours."""
    taker = _takers.get(ballot.subject_type)
    return reverse(getattr(taker, name), args=[ballot.subject_id]) if taker is not None else None
