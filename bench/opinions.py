"""How long the opinion map of very many takes, and that it grows no faster than the people."""

from collections.abc import Iterator

import numpy as np

from bench.measuring import Result, Run, costs
from bench.sizes import EACH, OPINIONS, ROUNDS
from xiangyue.consultations.opinions import AGREE, DISAGREE, NOT_ASKED, Answers, opinion_map

MORE = 10
SECOND = 1_000.0


def measure(database: str) -> Iterator[Result]:
    """The map reads no database, so it is measured in the first run alone."""
    if database != "SQLite":
        return
    people, statements = OPINIONS
    many, few = answers(people * MORE, statements), answers(people, statements)
    taken = costs(
        {"many": lambda: _mapped(many), "few": lambda: _mapped(few)},
        rounds=min(ROUNDS, 3),
        each=min(EACH, 1),
    )
    what = f"{people:,} people, {statements} statements"
    yield Result(
        what=f"opinion map: {what}",
        database="none",
        measured=taken["few"],
        baseline=SECOND,
        budget=5.0,
        note="over one second",
    )
    yield Result(
        what=f"opinion map: {MORE} times the people",
        database="none",
        measured=taken["many"],
        baseline=taken["few"],
        budget=MORE * 1.3,
        note=f"over {what}",
    )


def _mapped(table: Answers) -> Run:
    return lambda: opinion_map(table)


def answers(people: int, statements: int) -> Answers:
    """Three kinds of people, of whom each was asked a part and one in ten is out of character."""
    chance = np.random.default_rng(0)
    lines = chance.choice(np.array([AGREE, DISAGREE], dtype=np.int8), size=(3, statements))
    table: Answers = lines[chance.integers(3, size=people)]
    table[chance.random(table.shape, dtype=np.float32) < 0.1] *= -1
    table[chance.random(table.shape, dtype=np.float32) < 0.6] = NOT_ASKED
    return table
