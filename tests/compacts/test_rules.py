"""What changed between two texts, what a vote makes of clauses, how a version moves on. Pure."""

from dataclasses import dataclass
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from xiangyue.compacts import rules
from xiangyue.compacts.differences import Fate, clause_changes, new_words, old_words
from xiangyue.compacts.legality import Finding, Level
from xiangyue.compacts.rules import Act, Coverage, State, Verdict


@dataclass(frozen=True)
class Said:
    lineage: str
    heading: str = ""
    text: str = "好"


LETTERS = "不堆柴草，。路ab1 \n"


def spelled(number: int) -> str:
    """The number in these letters; none for 0."""
    return "" if number == 0 else spelled(number // 12) + LETTERS[number % 12]


# A clause is three numbers: cheap to draw, however busy the machine.
CLAUSES = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 12**5), st.integers(0, 12**8)),
    max_size=4,
    unique_by=lambda one: one[0],
).map(
    lambda rows: [Said("甲乙丙丁戊己"[who], spelled(one), spelled(two)) for who, one, two in rows]
)


class TestChanges:
    def test_each_fate_is_told(self) -> None:
        old = [Said("甲"), Said("乙", text="村道上不堆柴"), Said("丙"), Said("丁")]
        new = [Said("丙"), Said("甲"), Said("乙", text="村道上不堆柴草"), Said("戊")]
        found = {one.lineage: one.fate for one in clause_changes(old, new)}
        assert found == {
            "甲": Fate.SAME, "乙": Fate.CHANGED, "丙": Fate.MOVED, "丁": Fate.REMOVED,
            "戊": Fate.ADDED,
        }  # fmt: skip

    def test_a_removed_clause_is_told_where_it_stood(self) -> None:
        old = [Said("甲"), Said("乙"), Said("丙")]
        rows = clause_changes(old, [Said("甲"), Said("丙")])
        assert [one.lineage for one in rows] == ["甲", "乙", "丙"]

    @given(old=CLAUSES, new=CLAUSES)
    def test_applying_the_changes_gives_both_texts(self, old: list[Said], new: list[Said]) -> None:
        rows = clause_changes(old, new)
        after = [
            ("".join(p.text for p in new_words(one.heading)),
             "".join(p.text for p in new_words(one.text)))
            for one in sorted(
                (one for one in rows if one.new_number), key=lambda one: one.new_number or 0
            )
        ]  # fmt: skip
        before = [
            ("".join(p.text for p in old_words(one.heading)),
             "".join(p.text for p in old_words(one.text)))
            for one in sorted(
                (one for one in rows if one.old_number), key=lambda one: one.old_number or 0
            )
        ]  # fmt: skip
        assert after == [(one.heading, one.text) for one in new]
        assert before == [(one.heading, one.text) for one in old]

    @given(clauses=CLAUSES)
    def test_nothing_changes_against_itself(self, clauses: list[Said]) -> None:
        assert all(one.fate is Fate.SAME for one in clause_changes(clauses, clauses))

    @given(old=CLAUSES, new=CLAUSES)
    def test_new_clauses_come_in_their_order(self, old: list[Said], new: list[Said]) -> None:
        numbers = [one.new_number for one in clause_changes(old, new) if one.new_number]
        assert all(one < other for one, other in pairwise(numbers))


class TestVote:
    def test_cp03_a_clause_stands_where_each_place_accepted_it(self) -> None:
        rows = [{1: True, 2: False, 3: True}, {1: True, 2: True, 3: False}]
        assert rules.accepted_clauses(rows, [1, 2, 3]) == [1]
        assert rules.accepted_clauses(rows[:1], [1, 2, 3]) == [1, 3]

    def test_without_a_vote_nothing_stands(self) -> None:
        assert rules.accepted_clauses([], [1, 2]) == []
        assert rules.accepted_clauses([{}], [1, 2]) == []

    @given(
        votes=st.lists(st.tuples(st.integers(0, 31), st.integers(0, 31)), min_size=1, max_size=4),
        more=st.integers(1, 5),
    )
    def test_one_more_acceptance_never_loses_a_clause(
        self, votes: list[tuple[int, int]], more: int
    ) -> None:
        """The bits of the first number say which clauses a place voted on, of the second how."""
        rows = [
            {key: bool(how >> key - 1 & 1) for key in range(1, 6) if asked >> key - 1 & 1}
            for asked, how in votes
        ]
        before = rules.accepted_clauses(rows, range(1, 6))
        kinder = [rows[0] | {more: True}, *rows[1:]]
        assert set(before) <= set(rules.accepted_clauses(kinder, range(1, 6)))


class TestLegality:
    UNLAWFUL = Finding(0, 2, "fine", Level.UNLAWFUL)
    DOUBTFUL = Finding(3, 5, "rights", Level.DOUBTFUL)

    def test_cp01_the_unlawful_stops_always_the_doubtful_before_the_vote(self) -> None:
        found = [self.UNLAWFUL, self.DOUBTFUL]
        assert rules.unsettled(found, {}, for_vote=False) == [self.UNLAWFUL]
        assert rules.unsettled(found, {}, for_vote=True) == found

    def test_cp01_only_a_verdict_that_it_stands_lets_it_pass(self) -> None:
        found = [self.UNLAWFUL]
        assert rules.unsettled(found, {"fine": Verdict.STANDS}, for_vote=True) == []
        assert rules.unsettled(found, {"fine": Verdict.CHANGE}, for_vote=True) == found
        assert rules.unsettled(found, {"rights": Verdict.STANDS}, for_vote=True) == found

    def test_heading_and_text_are_not_mistaken_for_each_other(self) -> None:
        assert rules.words_digest("甲乙", "丙") != rules.words_digest("甲", "乙丙")
        assert rules.words_digest("甲", "乙") == rules.words_digest("甲", "乙")


class TestWay:
    @given(acts=st.lists(st.sampled_from(Act), max_size=12))
    def test_no_order_of_acts_reaches_force_without_two_notices_and_a_vote(
        self, acts: list[Act]
    ) -> None:
        state, done = State.DRAFT, []
        for act in acts:
            after = rules.state_after(state, act)
            if after is not None:
                state = after
                done.append(act)
        if state in rules.HELD:
            way = [Act.PUBLISH_FIRST, Act.REVISE, Act.PUBLISH_SECOND, Act.TAKE_RESULT]
            assert done[:5] == [*way, Act.PUT_IN_FORCE]

    def test_what_is_over_stays_over(self) -> None:
        for state in (State.SUPERSEDED, State.WITHDRAWN):
            assert all(rules.state_after(state, act) is None for act in Act)


class TestCoverage:
    def test_a_hundred_percent_is_everybody(self) -> None:
        assert Coverage(999, 1000).percent == 99
        assert Coverage(1000, 1000).percent == 100
        assert Coverage(0, 0).percent is None
        assert Coverage(3, 5).missing_count == 2

    @given(asked=st.integers(0, 5000), count=st.integers(1, 5000))
    def test_it_is_full_exactly_when_nobody_is_missing(self, asked: int, count: int) -> None:
        coverage = Coverage(min(asked, count), count)
        assert coverage.is_full == (coverage.missing_count == 0) == (coverage.percent == 100)
