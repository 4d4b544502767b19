"""Against published Polis conversations: what our maps have in common with theirs, and what not.

Seattle on the minimum wage, whose people stand in two camps: we find two groups too, and they are
the same people (adjusted Rand index 0.94).

New Zealand on a basic income, on which nearly all agree: 0.09 with the two groups that we find and
0.05 with Polis' four, near chance. Both find the same small group of dissenters. Eleven of its
statements ask for sex, age and place; without them it is 0.18 with four groups. The rest of Polis'
groups part people by when they came as much as by what they said (their group 2 is those who were
asked ten statements that came late), and ours, which do not, hold more of the difference between
people. Where there are no camps, there is no partition that two ways must agree on.
"""

from pathlib import Path

import numpy as np
import pytest

from tests.consultations.test_opinions import agreement
from xiangyue.consultations.opinions import (
    AGREE,
    DISAGREE,
    NOT_ASKED,
    PASS,
    Answers,
    Ints,
    opinion_map,
)

LETTERS = {"a": AGREE, "d": DISAGREE, "p": PASS, ".": NOT_ASKED}


def published(name: str = "ubi") -> tuple[Answers, Ints]:
    """The answers, and the group that Polis put each person in."""
    lines = Path(__file__).with_name(f"published_{name}.csv").read_text().splitlines()
    rows = [line.split(",") for line in lines if not line.startswith("#")]
    answers = np.array([[LETTERS[one] for one in said] for _who, _group, said in rows], np.int8)
    return answers, np.array([int(group) for _who, group, _said in rows])


def held(answers: Answers, groups: Ints) -> float:
    """The part of all difference between people that lies between the groups, 0 to 1."""
    is_given = answers != NOT_ASKED
    values = np.where(is_given, answers, 0).astype(float)
    means = values.sum(axis=0) / np.maximum(is_given.sum(axis=0), 1)
    apart = np.where(is_given, values - means, 0.0)
    between = 0.0
    for group in np.unique(groups):
        members = groups == group
        given = np.maximum(is_given[members].sum(axis=0), 1)
        between += float((apart[members].sum(axis=0) ** 2 / given).sum())
    return between / float((apart**2).sum())


def test_two_camps_are_the_same_two_camps() -> None:
    """All but two of 131 people are with the same others as in the published groups."""
    answers, groups = published("seattle")
    assert answers.shape == (131, 54)
    found = opinion_map(answers)
    assert found.sizes == [94, 37]
    assert agreement(found.groups, groups) > 0.93
    assert (found.groups != groups).sum() == 2


def test_all_are_on_the_map() -> None:
    answers, groups = published()
    assert answers.shape == (167, 70)
    assert len(opinion_map(answers).people) == len(groups)


def test_the_dissenters_are_the_same_people() -> None:
    """All eight of the published group 3 are in our smaller group of eleven."""
    answers, groups = published()
    found = opinion_map(answers)
    assert found.sizes == [156, 11]
    assert (found.groups[groups == 3] == 1).all()


@pytest.mark.parametrize(("count", "least"), [(None, 0.085), (4, 0.045)])
def test_the_partitions_agree_no_less_than_was_found(count: int | None, least: float) -> None:
    answers, groups = published()
    assert agreement(opinion_map(answers, group_count=count).groups, groups) > least


def test_as_many_groups_of_ours_hold_more_of_the_difference() -> None:
    """0.21 against 0.15 with four groups; 0.02 is chance."""
    answers, groups = published()
    ours = held(answers, opinion_map(answers, group_count=4).groups)
    theirs = held(answers, groups)
    chance = held(answers, np.random.default_rng(0).permutation(groups))
    assert ours > 1.4 * theirs
    assert theirs > 5 * chance
