"""Dates, windows, pages and text as GeoReport v2 asks for them."""

import json
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiangyue.open311.rendering import EACH, as_json, as_text, as_xml
from xiangyue.open311.rules import (
    SPAN,
    Window,
    as_xml_text,
    coarse,
    cursor_after,
    listed,
    named_in,
    parsed_cursor,
    parsed_datetime,
    window,
)

NOW = datetime(2026, 6, 8, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-06-08T09:00:00+08:00", NOW),
        ("2026-06-08T01:00:00Z", NOW),
        ("2026-06-08T01:00Z", NOW),
        ("2026-06-08T09:00:00 08:00", NOW),  # a plus that nobody encoded
        ("2026-06-08T01:00:00", NOW),
        ("2026-06-08", datetime(2026, 6, 8, tzinfo=UTC)),
    ],
)
def test_a_w3c_date_is_read(text, found):
    assert parsed_datetime(text) == found


@pytest.mark.parametrize(
    "text", ["yesterday", "2026-13-01", "2026-06-08T25:00:00Z", "1", "0001-01-01", "９", "x" * 999]
)
def test_what_is_no_date_is_none(text):
    assert parsed_datetime(text) is None


def test_without_dates_the_latest_ninety_days_are_searched():
    assert window(start=None, end=None, now=NOW, is_open=False) == Window(NOW - SPAN, None)
    assert window(start=None, end=None, now=NOW, is_open=True) == Window(None, None)


def test_one_date_alone_means_ninety_days():
    assert window(start=NOW, end=None, now=NOW, is_open=False) == Window(NOW, NOW + SPAN)
    assert window(start=None, end=NOW, now=NOW, is_open=False) == Window(NOW - SPAN, NOW)


def test_two_dates_lie_at_most_ninety_days_apart():
    assert window(start=NOW - SPAN, end=NOW, now=NOW, is_open=False) is not None
    second = timedelta(seconds=1)
    assert window(start=NOW - SPAN - second, end=NOW, now=NOW, is_open=False) is None


@given(st.integers(0, 7_000_000_000_000_000), st.integers(1, 10**18 - 1))
def test_a_cursor_is_read_as_it_was_written(microseconds, key):
    at = datetime(1971, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    assert parsed_cursor(cursor_after(requested_at=at, key=key)) == (at, key)


@given(st.text(max_size=40))
def test_no_cursor_breaks_anything(text):
    parsed_cursor(text)
    parsed_datetime(text)
    listed(text)


def test_an_address_names_the_longest_place_in_it():
    names = [("1", "北滩村"), ("2", "北滩"), ("3", "东"), ("4", "位奇村")]
    assert named_in("清泉镇北滩村二社", names) == ["1"]
    assert named_in("北滩路口", names) == ["2"]
    assert named_in("东头", names) == []
    assert named_in("北滩村和位奇村", names) == ["1", "4"]


def test_a_position_is_told_to_a_hundred_metres():
    assert coarse(38.78412) == 38.784


# --- one answer in two forms --------------------------------------------------------------------

plain = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=30)
item = st.dictionaries(
    st.sampled_from(["service_code", "description", "lat", "status", "metadata"]), plain, min_size=1
)
answers = st.one_of(
    st.tuples(st.just("service_requests"), st.lists(item, max_size=4)),
    st.tuples(st.just("services"), st.lists(item, max_size=4)),
    st.tuples(st.just("errors"), st.lists(item, max_size=3)),
    st.tuples(
        st.just("service_definition"),
        st.fixed_dictionaries({"service_code": plain, "attributes": st.lists(
            st.fixed_dictionaries({"code": plain, "values": st.lists(item, max_size=3)}),
            max_size=3)}),
    ),
)  # fmt: skip


def as_read(element: ElementTree.Element, name: str, like):
    """What an XML document says, in the shape of the JSON."""
    if isinstance(like, dict):
        assert [child.tag for child in element] == list(like)
        return {child.tag: as_read(child, child.tag, like[child.tag]) for child in element}
    if isinstance(like, list):
        assert [child.tag for child in element] == [EACH[name]] * len(like)
        return [as_read(c, EACH[name], one) for c, one in zip(element, like, strict=True)]
    return element.text or ""


def in_text(content):
    if isinstance(content, dict):
        return {key: in_text(value) for key, value in content.items()}
    if isinstance(content, list):
        return [in_text(value) for value in content]
    return as_text(content)


@given(answers)
def test_xml_and_json_say_the_same(answer):
    root, content = answer
    from_json = json.loads(as_json(root, content))
    element = ElementTree.fromstring(as_xml(root, content))
    assert element.tag == root
    assert as_read(element, root, from_json) == in_text(from_json)


def test_what_no_xml_may_hold_is_taken_out():
    assert as_xml_text("a\x00\x08\x1f\ud800\ufffe<b>&\r\nc") == "a<b>&\nc"


def test_markup_in_a_text_stays_text():
    sent = as_xml("errors", [{"code": 400, "description": "<!ENTITY x><script>"}])
    assert b"<script>" not in sent
    assert ElementTree.fromstring(sent)[0][1].text == "<!ENTITY x><script>"
