"""When a meeting may be held, who speaks next, which code stands: examples and properties."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiangyue.assemblies import rules
from xiangyue.assemblies.rules import Proposed, Waiting

KEY = b"0" * 32
AT = datetime(2026, 6, 8, 9, 0, 30, tzinfo=UTC)
days = st.dates(date(2020, 1, 1), date(2040, 1, 1))
moments = st.integers(1_600_000_000, 2_200_000_000).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)


class TestNotice:
    def test_announced_on_the_first_the_tenth_is_too_early_and_the_eleventh_in_time(self):
        first = date(2026, 6, 1)
        assert not rules.is_in_time(announced_on=first, held_on=date(2026, 6, 10), notice_days=10)
        assert rules.is_in_time(announced_on=first, held_on=date(2026, 6, 11), notice_days=10)

    @given(days, st.integers(0, 60), st.integers(0, 60))
    def test_more_notice_never_makes_it_too_early(self, day, notice, more):
        held = day + timedelta(days=notice + more)
        assert rules.is_in_time(announced_on=day, held_on=held, notice_days=notice)

    @given(days, st.integers(1, 60))
    def test_one_day_before_the_earliest_is_too_early(self, day, notice):
        earliest = rules.earliest_day(announced_on=day, notice_days=notice)
        assert rules.is_in_time(announced_on=day, held_on=earliest, notice_days=notice)
        before = earliest - timedelta(days=1)
        assert not rules.is_in_time(announced_on=day, held_on=before, notice_days=notice)


class TestCode:
    def test_it_can_be_typed_in_any_case_with_a_gap(self):
        code = rules.code_at(KEY, at=AT)
        assert len(code) == rules.CODE_LENGTH
        assert rules.is_code_of_now(KEY, f" {code[:4].lower()} {code[4:]}", at=AT)

    def test_it_stands_this_minute_and_the_next_and_not_the_one_after(self):
        code = rules.code_at(KEY, at=AT)
        minute = timedelta(seconds=rules.CODE_SECONDS)
        assert rules.is_code_of_now(KEY, code, at=AT + minute)
        assert not rules.is_code_of_now(KEY, code, at=AT + 2 * minute)
        assert not rules.is_code_of_now(KEY, code, at=AT - minute)

    @given(moments)
    def test_another_meetings_code_is_no_code_here(self, at):
        assert not rules.is_code_of_now(KEY, rules.code_at(b"1" * 32, at=at), at=at)

    @given(st.text(max_size=60), moments)
    def test_what_is_made_up_is_no_code(self, text, at):
        assert not rules.is_code_of_now(KEY, text + "-", at=at) or len(text) >= rules.CODE_LENGTH

    def test_it_changes_every_minute(self):
        minute = timedelta(seconds=rules.CODE_SECONDS)
        codes = {rules.code_at(KEY, at=AT + number * minute) for number in range(200)}
        assert len(codes) == 200
        assert rules.seconds_left(at=AT) == 30


waiting = st.lists(
    st.builds(
        Waiting,
        key=st.integers(1, 500),
        asked_at=moments,
        spoken_count=st.integers(0, 4),
    ),
    max_size=12,
    unique_by=lambda one: one.key,
)


class TestSpeaking:
    def test_who_has_not_spoken_comes_before_who_asked_earlier(self):
        rows = [
            Waiting(1, AT, spoken_count=1),
            Waiting(2, AT + timedelta(minutes=2), spoken_count=0),
            Waiting(3, AT + timedelta(minutes=1), spoken_count=0),
        ]
        assert rules.speaking_order(rows) == [3, 2, 1]

    @given(waiting)
    def test_everybody_who_waits_is_called_once(self, rows):
        assert sorted(rules.speaking_order(rows)) == sorted(one.key for one in rows)

    @given(waiting)
    def test_nobody_speaks_before_somebody_who_has_spoken_less(self, rows):
        spoken = {one.key: one.spoken_count for one in rows}
        order = [spoken[key] for key in rules.speaking_order(rows)]
        assert order == sorted(order)


class TestAmendments:
    def test_the_farthest_is_decided_first(self):
        rows = [Proposed(1, 4), Proposed(2, 30), Proposed(3, 4)]
        assert rules.amendment_order(rows) == [2, 1, 3]

    def test_the_chair_goes_before_the_distance(self):
        rows = [Proposed(1, 4, chair_place=1), Proposed(2, 30), Proposed(3, 50)]
        assert rules.amendment_order(rows) == [1, 3, 2]

    @pytest.mark.parametrize(("yes", "is_carried"), [(10, False), (11, True)])
    def test_exactly_half_of_those_present_is_not_enough(self, yes, is_carried):
        said = rules.is_carried_by_hands(yes_count=yes, no_count=20 - yes, present_count=20)
        assert said is is_carried

    def test_more_hands_than_people_cannot_be(self):
        for yes, no in ((21, 0), (11, 10), (-1, 0)):
            with pytest.raises(ValueError, match="hands"):
                rules.is_carried_by_hands(yes_count=yes, no_count=no, present_count=20)

    @given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200))
    def test_one_more_hand_never_loses(self, yes, no, rest):
        present = yes + no + rest + 1
        if rules.is_carried_by_hands(yes_count=yes, no_count=no, present_count=present):
            assert rules.is_carried_by_hands(yes_count=yes + 1, no_count=no, present_count=present)


def test_names_are_found_in_a_text_and_single_characters_are_not():
    names = ["王小二", "李", "张三丰"]
    assert rules.names_in("王小二说，李子熟了。", names) == ["王小二"]
    assert rules.names_in("大家同意。", names) == []
