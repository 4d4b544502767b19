from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people import SHANGHAI
from xiangyue.notifications import rules
from xiangyue.notifications.rules import Seat

NOON = datetime(2026, 6, 8, 12, tzinfo=SHANGHAI)


class TestTexts:
    def test_placeholders_are_filled_and_what_is_not_known_becomes_a_dash(self):
        assert rules.filled("编号{number}，{due}前", {"number": "1"}) == "编号1，—前"

    def test_a_value_with_braces_fills_nothing_else(self):
        assert rules.filled("{reason} {unit}", {"reason": "{unit}", "unit": "镇"}) == "{unit} 镇"

    @pytest.mark.parametrize("text", ["{", "}", "{0}", "{number!r}", "{number.real}", "{{number}}"])
    def test_a_brace_that_names_nothing_is_refused(self, text):
        with pytest.raises(ValueError, match="brace"):
            rules.placeholders_in(text)

    @given(st.dictionaries(st.sampled_from(sorted(rules.PLACEHOLDERS)), st.text()))
    def test_a_text_without_placeholders_stays_as_it_is(self, values):
        assert rules.filled("没有空", values) == "没有空"


class TestTryingAgain:
    def test_a_sending_is_tried_after_1_5_and_30_minutes_and_then_no_more(self):
        waits = [rules.retry_at(attempt_count=count, at=NOON) for count in (1, 2, 3)]
        assert [wait - NOON for wait in waits] == [timedelta(minutes=m) for m in (1, 5, 30)]
        assert rules.retry_at(attempt_count=4, at=NOON) is None


class TestQuietHours:
    @pytest.mark.parametrize(
        ("hour", "minute", "expected_day", "expected"),
        [
            (7, 30, 8, (7, 30)),
            (21, 29, 8, (21, 29)),
            (21, 30, 9, (7, 30)),
            (23, 59, 9, (7, 30)),
            (0, 0, 8, (7, 30)),
            (7, 29, 8, (7, 30)),
        ],
    )
    def test_nobody_is_woken(self, hour, minute, expected_day, expected):
        waking = rules.waking_hour(NOON.replace(hour=hour, minute=minute))
        assert (waking.day, (waking.hour, waking.minute)) == (expected_day, expected)

    @given(st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 1, 1)))  # noqa: DTZ001
    def test_a_waking_hour_is_never_earlier_and_never_half_a_day_later(self, moment):
        local = moment.replace(tzinfo=SHANGHAI)
        assert timedelta(0) <= rules.waking_hour(local) - local <= timedelta(hours=10)


class TestMasking:
    @pytest.mark.parametrize(
        ("address", "shown"),
        [
            ("13800138000", "138****8000"),
            ("zhang@example.cn", "z***@example.cn"),
            ("12345", "****"),
            ("", ""),
        ],
    )
    def test_an_address_is_only_recognisable(self, address, shown):
        assert rules.masked(address) == shown


def seat(path: str, role: str = "dispatcher", *, unit: UUID | None = None, kind="town") -> Seat:
    return Seat(uuid4(), role, path, kind, unit)


class TestWhoIsTold:
    def test_the_nearest_are_told_and_not_everyone_above(self):
        county, town, village = seat("0001"), seat("00010002"), seat("000100020003", "lead")
        found = rules.nearest([county, town, village], roles={"dispatcher"}, path="000100020003")
        assert found == [town.person_id]

    def test_who_is_left_out_makes_room_for_the_next_one_up(self):
        county, town = seat("0001"), seat("00010002")
        found = rules.nearest(
            [county, town],
            roles={"dispatcher"},
            path="000100020003",
            leave_out={town.person_id},
        )
        assert found == [county.person_id]

    def test_another_town_is_not_told(self):
        assert rules.nearest([seat("00010009")], roles={"dispatcher"}, path="00010002") == []

    def test_a_unit_is_its_own_people_in_the_right_role(self):
        unit = uuid4()
        mine, other_role = seat("0001", unit=unit), seat("0001", "clerk", unit=unit)
        elsewhere = seat("0001", unit=uuid4())
        found = rules.in_unit([mine, other_role, elsewhere], roles={"dispatcher"}, unit_id=unit)
        assert found == [mine.person_id]

    def test_a_level_is_the_place_of_that_kind_above_the_matter(self):
        town, neighbour = seat("00010002"), seat("00010003")
        county = seat("0001", kind="county")
        found = rules.at_level(
            [town, neighbour, county], roles={"dispatcher"}, path="000100020003", kind="town"
        )
        assert found == [town.person_id]

    def test_a_person_with_two_posts_is_told_once(self):
        twice = seat("0001")
        found = rules.nearest([twice, twice], roles={"dispatcher"}, path="0001")
        assert found == [twice.person_id]

    def test_the_places_above_are_those_of_whole_steps(self):
        assert rules.paths_above("000100020003", step=4) == ["0001", "00010002", "000100020003"]
