"""What changed from one text to another: nothing is lost, nothing is invented."""

from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiangyue.kernel.differing import Change, ChangeKind, changed_count, changes

SAME, REMOVED, ADDED = ChangeKind.SAME, ChangeKind.REMOVED, ChangeKind.ADDED
texts = st.text(alphabet="村民出工三五天\n，ab ", max_size=60)


@given(texts, texts)
def test_without_the_added_it_is_the_old_text_and_without_the_removed_the_new(old, new):
    found = changes(old, new)
    assert "".join(one.text for one in found if one.kind is not ADDED) == old
    assert "".join(one.text for one in found if one.kind is not REMOVED) == new


@given(texts, texts)
def test_no_stretch_is_empty_and_no_two_neighbours_are_of_one_kind(old, new):
    found = changes(old, new)
    assert all(one.text for one in found)
    pairs = list(pairwise(found))
    assert all(one.kind is not other.kind for one, other in pairs)
    assert (ADDED, REMOVED) not in {(one.kind, other.kind) for one, other in pairs}


@given(texts)
def test_a_text_has_not_changed_from_itself(text):
    assert changes(text, text) == ([Change(SAME, text)] if text else [])
    assert changed_count(text, text) == 0


@given(texts, texts)
def test_the_way_back_is_as_far(old, new):
    assert (changed_count(old, new) == 0) == (old == new)
    assert changed_count(old, new) <= len(old) + len(new)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (
            "每户出工三天。",
            "每户出工五天。",
            [
                Change(SAME, "每户出工"), Change(REMOVED, "三"), Change(ADDED, "五"),
                Change(SAME, "天。"),
            ],
        ),
        ("", "新的", [Change(ADDED, "新的")]),
        ("旧的", "", [Change(REMOVED, "旧的")]),
        (
            "第一条\n第二条\n", "第一条\n第三条\n",
            [
                Change(SAME, "第一条\n第"), Change(REMOVED, "二"), Change(ADDED, "三"),
                Change(SAME, "条\n"),
            ],
        ),
    ],
)  # fmt: skip
def test_examples_read_as_a_person_would_mark_them(old, new, found):
    assert changes(old, new) == found


def test_one_character_between_two_changes_is_no_island():
    assert changes("甲的乙", "丙的丁") == [Change(REMOVED, "甲的乙"), Change(ADDED, "丙的丁")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("的" * 20_000, "的" * 19_999 + "了"),
        ("ab" * 10_000, "ba" * 10_000),
        ("甲\n" * 8_000, "乙\n甲\n" * 4_000),
    ],
)
def test_no_text_keeps_it_busy(old, new):
    began = perf_counter()
    found = changes(old, new)
    assert perf_counter() - began < 5
    assert "".join(one.text for one in found if one.kind is not REMOVED) == new
