"""Answers for everybody to reckon with, in the column form that Polis publishes."""

from collections.abc import Iterator

import numpy as np

from xiangyue.consultations.mapping import answers_of
from xiangyue.consultations.models import Consultation
from xiangyue.consultations.opinions import (
    AGREE,
    DISAGREE,
    NOT_ASKED,
    SMALLEST_GROUP,
    opinion_map,
)
from xiangyue.kernel.refusals import NotAllowed


def answer_rows(consultation: Consultation, refusal: str) -> Iterator[list[str]]:
    """participant, group-id, n-votes, n-agree, n-disagree and a column a statement, by its number.

    People are random numbers that mean nothing in another consultation, in the order of those
    numbers; whoever answered too little for the map has no group.

    :raises NotAllowed: with `refusal`; it is not closed, or fewer than five answered.
    """
    if consultation.state != Consultation.State.CLOSED:
        raise NotAllowed(refusal)
    table, statements, numbers = answers_of(consultation)
    given = table != NOT_ASKED
    asked = np.flatnonzero(given.any(axis=1)) if table.size else np.array([], dtype=int)
    if len(asked) < SMALLEST_GROUP:
        raise NotAllowed(refusal)
    found = opinion_map(table)
    group = dict(zip(found.people.tolist(), found.groups.tolist(), strict=True))
    return _rows(table, [one.position for one in statements], numbers, asked.tolist(), group)


def _rows(
    table: np.ndarray,
    positions: list[int],
    numbers: list[int],
    asked: list[int],
    group: dict[int, int],
) -> Iterator[list[str]]:
    yield [
        "participant", "group-id", "n-votes", "n-agree", "n-disagree",
        *(str(position) for position in positions),
    ]  # fmt: skip
    for row in asked:
        said = table[row]
        counts = ((said != NOT_ASKED).sum(), (said == AGREE).sum(), (said == DISAGREE).sum())
        yield [
            str(numbers[row]),
            str(group.get(row, "")),
            *(str(count) for count in counts),
            *("" if one == NOT_ASKED else str(one) for one in said.tolist()),
        ]
