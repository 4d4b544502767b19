"""Budgets are decided exactly, by approval or by equal shares, and every line is explained."""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiangyue.orders.rules import Method, Project, Verdict, Why, allotted


def verdicts(
    costs: dict[str, int], slips: list[str], budget: int, method: Method
) -> dict[str, Verdict]:
    """Projects named by one letter each; a slip is the word of those approved."""
    projects = [Project(key, cost) for key, cost in costs.items()]
    return {
        verdict.key: verdict for verdict in allotted(projects, slips, budget=budget, method=method)
    }


class TestApproval:
    def test_the_most_wanted_is_paid_first_and_what_does_not_fit_is_passed_over(self) -> None:
        found = verdicts({"a": 60, "b": 50, "c": 40}, ["ab", "ab", "a", "c"], 100, Method.APPROVAL)
        assert [found[key].why for key in "abc"] == [
            Why.PAID_BY_VOTES,
            Why.NOTHING_LEFT,
            Why.PAID_BY_VOTES,
        ]
        assert (found["a"].turn, found["c"].turn, found["b"].left) == (1, 2, 40)

    def test_a_project_that_costs_just_what_is_left_is_paid(self) -> None:
        assert verdicts({"a": 100}, ["a"], 100, Method.APPROVAL)["a"].is_paid
        assert not verdicts({"a": 101}, ["a"], 100, Method.APPROVAL)["a"].is_paid

    def test_what_nobody_wants_is_not_paid_however_much_is_left(self) -> None:
        assert verdicts({"a": 1}, ["", ""], 100, Method.APPROVAL)["a"].why is Why.NOT_WANTED

    def test_equal_votes_go_to_the_cheaper_then_to_the_first_listed(self) -> None:
        found = verdicts({"a": 60, "b": 50, "c": 50}, ["abc"], 100, Method.APPROVAL)
        assert (found["b"].turn, found["c"].turn, found["a"].turn) == (1, 2, None)

    def test_a_key_twice_on_a_slip_counts_once(self) -> None:
        found = verdicts({"a": 100, "b": 100}, ["aa", "b", "b"], 100, Method.APPROVAL)
        assert (found["a"].votes, found["b"].is_paid) == (1, True)


class TestEqualShares:
    def test_a_hamlet_of_a_third_decides_over_a_third(self) -> None:
        """By approval alone the larger village would take all three lamps."""
        costs = {"a": 30, "b": 30, "c": 30, "x": 30}
        slips = ["abc"] * 6 + ["x"] * 3
        by_votes = verdicts(costs, slips, 90, Method.APPROVAL)
        assert [key for key in costs if by_votes[key].is_paid] == ["a", "b", "c"]
        by_shares = verdicts(costs, slips, 90, Method.EQUAL_SHARES)
        assert [key for key in costs if by_shares[key].is_paid] == ["a", "b", "x"]
        assert by_shares["x"].dearest_share == 10
        assert by_shares["a"].dearest_share == 5
        assert by_shares["c"].why is Why.SHARES_TOO_SMALL
        assert by_shares["c"].supporters_had == 0

    def test_who_has_little_left_gives_it_and_the_others_share_the_rest(self) -> None:
        """Purses of 10 each: a takes 9 of three, so b takes 1 of the third and 7 of the fourth."""
        found = verdicts({"a": 27, "b": 8}, ["a", "a", "ab", "b"], 40, Method.EQUAL_SHARES)
        assert found["a"].dearest_share == 9
        assert found["b"].dearest_share == 7
        assert found["b"].turn == 2

    def test_support_that_has_been_spent_counts_for_less(self) -> None:
        """b begins with three supporters, but two gave nearly all to a: c comes first."""
        costs = {"a": 36, "b": 9, "c": 16}
        found = verdicts(costs, ["ab", "ab", "a", "a", "bc", "c"], 60, Method.EQUAL_SHARES)
        assert (found["a"].turn, found["c"].turn) == (1, 2)
        assert (found["b"].why, found["b"].supporters_had) == (Why.SHARES_TOO_SMALL, Fraction(4))

    def test_a_purse_that_is_just_enough_is_enough(self) -> None:
        assert (
            verdicts({"a": 50}, ["a", ""], 100, Method.EQUAL_SHARES)["a"].why is Why.PAID_BY_SHARES
        )
        found = verdicts({"a": 51}, ["a", ""], 100, Method.EQUAL_SHARES)["a"]
        assert (found.why, found.supporters_had) == (Why.PAID_BY_VOTES, Fraction(50))

    def test_thirds_stay_thirds(self) -> None:
        found = verdicts({"a": 10}, ["a", "a", "a"], 100, Method.EQUAL_SHARES)
        assert found["a"].dearest_share == Fraction(10, 3)

    def test_what_is_left_is_filled_up_by_votes(self) -> None:
        found = verdicts({"a": 60, "b": 40}, ["a", "b"], 100, Method.EQUAL_SHARES)
        assert (found["b"].why, found["b"].turn) == (Why.PAID_BY_SHARES, 1)
        assert (found["a"].why, found["a"].turn, found["a"].left) == (Why.PAID_BY_VOTES, 2, 60)


class TestRefused:
    @pytest.mark.parametrize(
        ("costs", "slips", "budget"),
        [({"a": 0}, ["a"], 10), ({"a": -1}, ["a"], 10), ({"a": 1}, ["a"], 0), ({"a": 1}, ["b"], 9)],
    )
    def test_what_makes_no_sense_is_refused(
        self, costs: dict[str, int], slips: list[str], budget: int
    ) -> None:
        with pytest.raises(ValueError, match=r"nothing|not on the list"):
            verdicts(costs, slips, budget, Method.EQUAL_SHARES)

    def test_a_project_listed_twice_is_refused(self) -> None:
        with pytest.raises(ValueError, match="twice"):
            allotted([Project("a", 1), Project("a", 2)], [], budget=9, method=Method.APPROVAL)

    def test_without_a_single_slip_nothing_is_paid(self) -> None:
        for method in Method:
            assert not verdicts({"a": 1}, [], 100, method)["a"].is_paid


def by_the_book(costs: dict[str, int], slips: list[str], budget: int) -> list[str]:
    """Equal shares as the definition says it, with fractions and without haste: those bought."""
    purses = [Fraction(budget, len(slips)) for _slip in slips]
    bought: list[str] = []
    while True:
        best: tuple[Fraction, int, int] | None = None
        for at, (key, cost) in enumerate(costs.items()):
            fans = [voter for voter, slip in enumerate(slips) if key in slip]
            if key in bought or sum(purses[voter] for voter in fans) < cost or not fans:
                continue
            dearest = min(
                share
                for share in _candidates(sorted(purses[voter] for voter in fans), cost)
                if sum(min(purses[voter], share) for voter in fans) == cost
            )
            if best is None or (dearest / cost, cost, at) < best:
                best = (dearest / cost, cost, at)
        if best is None:
            return bought
        key = list(costs)[best[2]]
        share = best[0] * costs[key]
        bought.append(key)
        for voter, slip in enumerate(slips):
            if key in slip:
                purses[voter] -= min(purses[voter], share)


def _candidates(purses: list[Fraction], cost: int) -> list[Fraction]:
    """What the dearest share may be when the first so many give all they have."""
    return [
        (cost - sum(purses[:poor], Fraction(0))) / (len(purses) - poor)
        for poor in range(len(purses))
    ]


def priced(costs: list[int]) -> dict[str, int]:
    return dict(zip("abcdef", costs, strict=False))


def named(pile: int) -> set[str]:
    return {key for number, key in enumerate("abcdef") if pile >> number & 1}


# Numbers alone are drawn, the bits of one are a slip: cheap, however busy the machine.
lists = st.lists(st.integers(1, 60), min_size=1, max_size=6).map(priced)
piles = st.lists(st.integers(0, 63).map(named), min_size=1, max_size=8)


class TestProperties:
    @given(costs=lists, piles=piles, budget=st.integers(1, 150))
    @settings(max_examples=300)
    def test_equal_shares_buys_what_the_definition_buys(
        self, costs: dict[str, int], piles: list[set[str]], budget: int
    ) -> None:
        slips = ["".join(sorted(pile & set(costs))) for pile in piles]
        found = verdicts(costs, slips, budget, Method.EQUAL_SHARES).values()
        bought = sorted(
            (verdict.turn or 0, verdict.key)
            for verdict in found
            if verdict.why is Why.PAID_BY_SHARES
        )
        assert [key for _turn, key in bought] == by_the_book(costs, slips, budget)

    @given(costs=lists, piles=piles, budget=st.integers(1, 150), method=st.sampled_from(Method))
    def test_the_budget_holds_and_nothing_wanted_that_fits_is_left_out(
        self, costs: dict[str, int], piles: list[set[str]], budget: int, method: Method
    ) -> None:
        slips = ["".join(sorted(pile & set(costs))) for pile in piles]
        found = verdicts(costs, slips, budget, method)
        left = budget - sum(costs[key] for key in costs if found[key].is_paid)
        assert left >= 0
        assert all(found[key].is_paid or costs[key] > left for key in costs if found[key].votes)
        turns = sorted(verdict.turn for verdict in found.values() if verdict.turn)
        assert turns == list(range(1, len(turns) + 1))

    @given(costs=lists, piles=piles, budget=st.integers(1, 150), seed=st.randoms())
    def test_in_which_order_slips_are_read_changes_nothing(
        self, costs: dict[str, int], piles: list[set[str]], budget: int, seed: object
    ) -> None:
        slips = ["".join(sorted(pile & set(costs))) for pile in piles]
        mixed = list(slips)
        seed.shuffle(mixed)  # type: ignore[attr-defined]
        assert verdicts(costs, slips, budget, Method.EQUAL_SHARES) == verdicts(
            costs, mixed, budget, Method.EQUAL_SHARES
        )

    @given(costs=lists, piles=piles, budget=st.integers(1, 150))
    def test_a_group_that_agrees_gets_what_its_part_of_the_budget_buys(
        self, costs: dict[str, int], piles: list[set[str]], budget: int
    ) -> None:
        """Who all want one project that their purses together can pay: one of them is heard."""
        slips = ["".join(sorted(pile & set(costs))) for pile in piles]
        found = verdicts(costs, slips, budget, Method.EQUAL_SHARES)
        for size in range(1, len(slips) + 1):
            for group in combinations(slips, size):
                shared = set.intersection(*(set(slip) for slip in group))
                if any(costs[key] * len(slips) <= budget * size for key in shared):
                    assert any(found[key].is_paid for slip in group for key in slip)
