"""A vote on a budget by equal shares: what the counting costs, and what ten times as many cost."""

import random
from collections.abc import Callable, Iterator
from functools import partial

from bench.measuring import Result, Run, costs
from bench.sizes import ROUNDS, size
from xiangyue.orders.rules import Method, Project, allotted

VOTERS, PROJECTS = size(2_000, 100), size(100, 10)
SECOND = 1_000.0
TIMES = 10
# Sorting purses costs a little more than in proportion, and fractions grow longer.
GROWTH = TIMES * 1.5


def measure(database: str) -> Iterator[Result]:
    """The counting touches no database, so it is measured in the first run alone."""
    if database != "SQLite":
        return
    sizes = {
        "asked": (VOTERS, PROJECTS),
        "voters": (VOTERS * TIMES, PROJECTS),
        "projects": (VOTERS, PROJECTS * TIMES),
    }
    cases: dict[str, Callable[[], Run]] = {
        name: partial(_count, voters, projects) for name, (voters, projects) in sizes.items()
    }
    found = costs(cases, rounds=ROUNDS, each=1)
    what = f"{VOTERS:,} voters, {PROJECTS} projects, equal shares"
    yield Result(
        what=f"a budget vote: {what}",
        database="none",
        measured=found["asked"],
        baseline=SECOND,
        budget=1.0,
        note="over one second",
    )
    for name in ("voters", "projects"):
        yield Result(
            what=f"a budget vote: {TIMES} times the {name}",
            database="none",
            measured=found[name],
            baseline=found["asked"],
            budget=GROWTH,
            note=f"over {what}",
        )


def _count(voters: int, projects: int) -> Run:
    chance = random.Random(1)
    listed = [Project(f"p{at}", chance.randint(500_000, 20_000_000)) for at in range(projects)]
    keys = [project.key for project in listed]
    slips = [chance.sample(keys, chance.randint(1, min(15, projects))) for _voter in range(voters)]
    budget = sum(project.cost for project in listed) // 3
    return partial(allotted, listed, slips, budget=budget, method=Method.EQUAL_SHARES)
