"""The opinion map of a consultation: reckoned from its answers, kept with it, read by everybody.

`Consultation.map` is a JSON object:

- `statements`: ids in the order of the arrays; `people`, `counted`: how many answered, and how many
  of them answered enough to be on the map;
- `totals`: of each statement [agree, disagree, pass] of all phone answers;
- `groups`: of each group its `size`, `stands_for` [[statement, agrees], ...], and `counts`
  [[agree, disagree, answered], ...] of each statement;
- `unites`: [[statement, agrees], ...];
- `dots`: [[x, y, group], ...] from 0 to 1; a dot stands for five people or more who answer alike,
  never for one (GD12).

Raw counts are kept here; whoever shows them asks `rules.tellable` first.
"""

from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction

from xiangyue.consultations.models import Answer, Consultation, Statement
from xiangyue.consultations.opinions import (
    AGREE,
    DISAGREE,
    NOT_ASKED,
    PASS,
    SMALLEST_GROUP,
    Answers,
    Floats,
    OpinionMap,
    opinion_map,
)

SMALL = 200  # people for whom it is reckoned while somebody waits
_BATCH = 20_000


def refresh(consultation: Consultation, *, at: datetime) -> Consultation:
    """Reckon the map anew, and keep it. Answers given meanwhile leave it stale again.

    It takes no lock while it reckons, so that nobody waits with their answer.
    """
    row = Consultation.objects.filter(pk=consultation.pk)
    row.update(is_stale=False)
    try:
        found = _reckoned(consultation)
    except BaseException:
        row.update(is_stale=True)
        raise
    row.update(map=found, mapped_at=at)
    consultation.map, consultation.mapped_at = found, at
    return consultation


def fresh_enough(consultation: Consultation, *, at: datetime) -> Consultation:
    """The consultation with its map: reckoned now where that is quick, else as it was kept."""
    is_small = consultation.participant_count <= SMALL
    if not consultation.map or (consultation.is_stale and is_small):
        with transaction.atomic():
            return refresh(consultation, at=at)
    return consultation


def refresh_stale(*, at: datetime) -> int:
    """Reckon the maps whose answers changed; how many."""
    rows = list(Consultation.objects.filter(is_stale=True))
    for found in rows:
        refresh(found, at=at)
    return len(rows)


def answers_of(consultation: Consultation) -> tuple[Answers, list[Statement], list[int]]:
    """The table of answers, the open statements of its columns, the numbers of its people."""
    statements = list(consultation.statements.filter(state=Statement.State.OPEN))
    column = {one.pk: place for place, one in enumerate(statements)}
    people = dict(consultation.participants.order_by("number").values_list("pk", "number"))
    row = {key: place for place, key in enumerate(people)}
    table = np.full((len(people), len(statements)), NOT_ASKED, dtype=np.int8)
    given = Answer.objects.filter(consultation=consultation).values_list(
        "participant_id", "statement_id", "value"
    )
    for who, statement, value in given.iterator(chunk_size=_BATCH):
        if statement in column and who in row:
            table[row[who], column[statement]] = value
    return table, statements, list(people.values())


def _reckoned(consultation: Consultation) -> dict[str, Any]:
    table, statements, _numbers = answers_of(consultation)
    found = opinion_map(table)
    totals = np.stack([(table == value).sum(axis=0) for value in (AGREE, DISAGREE, PASS)], axis=1)
    return {
        "statements": [str(one.pk) for one in statements],
        "people": int((table != NOT_ASKED).any(axis=1).sum()) if table.size else 0,
        "counted": len(found.people),
        "totals": totals.tolist(),
        "groups": [
            {
                "size": size,
                "stands_for": [[one.statement, one.agrees] for one in found.stands_for[group]],
                "counts": np.stack(
                    [found.agreed[group], found.disagreed[group], found.answered[group]], axis=1
                ).tolist(),
            }
            for group, size in enumerate(found.sizes)
        ],
        "unites": [[one.statement, one.agrees] for one in found.unites],
        "dots": _dots(found),
    }


def _dots(found: OpinionMap) -> list[list[float]]:
    """The mean places of five neighbours each, so that no dot is one person."""
    if len(found.people) < SMALLEST_GROUP:
        return []
    places = _to_square(found.positions)
    dots = []
    for group in range(len(found.sizes)):
        members = np.flatnonzero(found.groups == group)
        along = members[np.lexsort((places[members, 1], places[members, 0]))]
        parts = np.array_split(along, max(1, len(along) // SMALLEST_GROUP))
        for part in parts:
            x, y = places[part].mean(axis=0)
            dots.append([round(float(x), 3), round(float(y), 3), group])
    return dots


def _to_square(positions: Floats) -> Floats:
    least, most = positions.min(axis=0), positions.max(axis=0)
    return np.asarray((positions - least) / np.maximum(most - least, 1e-9))
