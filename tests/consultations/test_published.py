"""Against a published Polis conversation: what our map has in common with theirs, and what not.

The adjusted Rand index of the two partitions is 0.09 with the two groups that we find and 0.05 with
their four: near chance. Both find the same small group of dissenters. Their other three part
people by when they came as much as by what they said (their group 2 is those who were asked ten
statements that came late), and ours, which do not, hold more of the difference between people.
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


def published() -> tuple[Answers, Ints]:
    """The answers, and the group that Polis put each person in."""
    lines = Path(__file__).with_name("published_ubi.csv").read_text().splitlines()
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
