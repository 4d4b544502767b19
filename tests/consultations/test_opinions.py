"""Groups of opinion come out of the answers, and of nothing else."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiangyue.consultations.opinions import (
    AGREE,
    DISAGREE,
    NOT_ASKED,
    PASS,
    SMALLEST_GROUP,
    Answers,
    Ints,
    opinion_map,
    shared_by_all,
)


def camps(
    people: int, statements: int, *, kinds: int, seed: int, missing: float = 0.5
) -> tuple[Answers, Ints]:
    """Answers of so many kinds of people, of whom one answer in ten is out of character."""
    chance = np.random.default_rng(seed)
    kind = chance.integers(kinds, size=people)
    lines = chance.choice([AGREE, DISAGREE], size=(kinds, statements))
    answers = np.where(chance.random((people, statements)) < 0.9, lines[kind], -lines[kind])
    answers[chance.random((people, statements)) < missing] = NOT_ASKED
    return answers.astype(np.int8), kind


def agreement(one: Ints, other: Ints) -> float:
    """How alike two partitions are: the adjusted Rand index, 1 for the same, about 0 for chance."""

    def pairs(counts: Ints) -> float:
        return float((counts * (counts - 1) / 2).sum())

    table = np.zeros((one.max() + 1, other.max() + 1), dtype=np.int64)
    np.add.at(table, (one, other), 1)
    together, rows, columns = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    by_chance = rows * columns / pairs(np.array([len(one)]))
    return (together - by_chance) / ((rows + columns) / 2 - by_chance)


class TestGroups:
    @pytest.mark.parametrize("kinds", [2, 3])
    @pytest.mark.parametrize("missing", [0.0, 0.6])
    def test_people_of_a_kind_come_together_though_most_answered_little(
        self, kinds: int, missing: float
    ) -> None:
        answers, kind = camps(300, 60, kinds=kinds, seed=3, missing=missing)
        found = opinion_map(answers)
        assert len(found.sizes) == kinds
        assert agreement(found.groups, kind[found.people]) > 0.9

    def test_more_people_than_are_tried_fall_into_the_same_groups(self) -> None:
        answers, kind = camps(5_000, 60, kinds=2, seed=5)
        found = opinion_map(answers)
        assert agreement(found.groups, kind[found.people]) > 0.95

    def test_the_largest_group_is_the_first(self) -> None:
        answers, _kind = camps(200, 40, kinds=2, seed=1)
        sizes = opinion_map(np.vstack([answers, answers[_kind == 1]])).sizes
        assert sizes == sorted(sizes, reverse=True)

    def test_a_group_of_four_is_no_group(self) -> None:
        """GD12: four people who stand alone would be seen to stand alone."""
        crowd = np.full((40, 10), AGREE, dtype=np.int8)
        crowd[:20, 5:] = DISAGREE
        few = np.full((SMALLEST_GROUP - 1, 10), DISAGREE, dtype=np.int8)
        assert min(opinion_map(np.vstack([crowd, few])).sizes) >= SMALLEST_GROUP
        assert opinion_map(np.vstack([crowd[:4], few])).sizes == [8]

    def test_who_answered_too_little_is_left_out(self) -> None:
        answers = np.full((10, 20), AGREE, dtype=np.int8)
        answers[3, 6:] = NOT_ASKED
        assert 3 not in opinion_map(answers).people
        answers[3, 6] = PASS
        assert 3 in opinion_map(answers).people

    def test_of_few_statements_all_must_be_answered(self) -> None:
        answers = np.array([[1, 1], [1, NOT_ASKED]], dtype=np.int8)
        assert list(opinion_map(answers).people) == [0]

    @pytest.mark.parametrize("shape", [(0, 0), (0, 5), (5, 0), (1, 1), (3, 1)])
    def test_next_to_nothing_makes_a_map_too(self, shape: tuple[int, int]) -> None:
        found = opinion_map(np.full(shape, AGREE, dtype=np.int8))
        assert len(found.sizes) == 1
        assert found.explained == 0.0

    def test_what_is_no_answer_is_refused(self) -> None:
        with pytest.raises(ValueError, match="agree, pass"):
            opinion_map(np.full((3, 3), 7, dtype=np.int8))
        with pytest.raises(ValueError, match="table"):
            opinion_map(np.zeros(3, dtype=np.int8))


class TestWhatTheySay:
    def lines(self) -> Answers:
        """Two camps of 20: statement 0 parts them, 1 unites all, 2 is passed, 3 disliked by all."""
        answers = np.zeros((40, 8), dtype=np.int8)
        answers[:20, [0, 4, 5]] = AGREE
        answers[20:, [0, 4, 5]] = DISAGREE
        answers[:, 1] = AGREE
        answers[:, 3] = DISAGREE
        return answers

    def test_what_all_say_unites_and_what_parts_them_does_not(self) -> None:
        found = opinion_map(self.lines())
        assert {(one.statement, one.agrees) for one in found.unites} == {(1, True), (3, False)}
        assert found.unites[0].strength == pytest.approx((21 / 22) ** 2)

    def test_half_of_a_group_is_not_more_than_half(self) -> None:
        answered = np.array([[20], [20]])
        nobody = np.zeros((2, 1), dtype=np.int64)
        assert shared_by_all(np.array([[10], [20]]), nobody, answered, 5) == ()
        (one,) = shared_by_all(np.array([[11], [20]]), nobody, answered, 5)
        assert one.strength == pytest.approx(12 / 22 * 21 / 22)

    def test_what_a_group_was_never_asked_unites_nobody(self) -> None:
        nobody = np.zeros((2, 1), dtype=np.int64)
        assert shared_by_all(np.array([[20], [0]]), nobody, np.array([[20], [0]]), 5) == ()

    def test_a_group_stands_for_what_sets_it_apart(self) -> None:
        found = opinion_map(self.lines())
        for group, standings in enumerate(found.stands_for):
            told = {(one.statement, one.agrees) for one in standings}
            is_first = found.groups[0] == group
            assert {(0, is_first), (4, is_first), (5, is_first)} <= told
            assert {one.statement for one in standings}.isdisjoint({1, 3})
            of_zero = next(one for one in standings if one.statement == 0)
            assert (of_zero.share, of_zero.share_elsewhere) == (21 / 22, 1 / 22)

    def test_counts_are_those_of_the_answers(self) -> None:
        answers, _kind = camps(100, 20, kinds=2, seed=9)
        found = opinion_map(answers)
        counted = answers[found.people]
        assert (found.agreed.sum(axis=0) == (counted == AGREE).sum(axis=0)).all()
        assert (found.disagreed.sum(axis=0) == (counted == DISAGREE).sum(axis=0)).all()
        assert (found.answered.sum(axis=0) == (counted != NOT_ASKED).sum(axis=0)).all()


class TestProperties:
    @given(seed=st.integers(0, 10_000))
    @settings(max_examples=25, deadline=None)
    def test_neither_the_order_of_people_nor_of_statements_matters(self, seed: int) -> None:
        answers, _kind = camps(80, 30, kinds=2, seed=seed, missing=0.3)
        chance = np.random.default_rng(seed)
        rows, columns = chance.permutation(80), chance.permutation(30)
        one, other = opinion_map(answers), opinion_map(answers[rows][:, columns])
        before = dict(zip(one.people.tolist(), one.groups.tolist(), strict=True))
        after = dict(zip(rows[other.people].tolist(), other.groups.tolist(), strict=True))
        assert before.keys() == after.keys()
        order = sorted(before)
        first = np.array([before[key] for key in order])
        second = np.array([after[key] for key in order])
        assert agreement(first, second) > 0.9

    @given(seed=st.integers(0, 10_000))
    @settings(max_examples=25, deadline=None)
    def test_a_statement_put_the_other_way_round_changes_no_group(self, seed: int) -> None:
        answers, _kind = camps(80, 30, kinds=2, seed=seed, missing=0.3)
        turned = answers.copy()
        asked = turned[:, 4] != NOT_ASKED
        turned[asked, 4] = -turned[asked, 4]
        assert agreement(opinion_map(answers).groups, opinion_map(turned).groups) > 0.9

    def test_the_same_answers_give_the_same_map(self) -> None:
        answers, _kind = camps(200, 40, kinds=3, seed=2)
        one, other = opinion_map(answers), opinion_map(answers.copy())
        assert (one.positions == other.positions).all()
        assert (one.groups == other.groups).all()
        assert one.stands_for == other.stands_for

    def test_the_directions_are_the_principal_components(self) -> None:
        """Against numpy's own decomposition of the same table, all of it answered."""
        answers, _kind = camps(120, 25, kinds=3, seed=8, missing=0.0)
        centred = answers - answers.mean(axis=0)
        _left, values, _right = np.linalg.svd(centred, full_matrices=False)
        found = opinion_map(answers)
        assert found.explained == pytest.approx((values[:2] ** 2).sum() / (values**2).sum())
        spread = np.linalg.svd(found.positions, compute_uv=False)
        assert spread == pytest.approx(values[:2])
