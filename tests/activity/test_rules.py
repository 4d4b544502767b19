"""An entry's facts identify and count; they tell nothing about a person."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiangyue.activity.rules import FactRefused, accepted_facts

WHO = UUID("0198c1f0-7c1e-7000-8000-000000000001")


def accepted(value: object) -> object:
    return accepted_facts({"code": value}, allowed={"code"}, name="a.b_c")["code"]


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -3,
        620725101,
        "",
        "roads.pothole",
        "2026-03-02T09:30:00+08:00",
        "a" * 64,
        str(WHO),
        ["a", 1, None],
        {"hall": [1, 2]},
    ],
)
def test_identifiers_numbers_and_digests_are_kept_as_they_are(value: object) -> None:
    assert accepted(value) == value


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (WHO, "0198c1f0-7c1e-7000-8000-000000000001"),
        (date(2026, 3, 2), "2026-03-02"),
        (datetime(2026, 3, 2, 1, 30, tzinfo=UTC), "2026-03-02T01:30:00+00:00"),
        ((1, WHO), [1, str(WHO)]),
    ],
)
def test_identifiers_and_times_become_text(value: object, kept: object) -> None:
    assert accepted(value) == kept


@pytest.mark.parametrize(
    "value",
    [
        "王秀英",
        "the road is broken",
        "a" * 81,
        "line\nbreak",
        "nul\0",
        "13812345678",
        "+8613812345678",
        13812345678,
        "620725195001011234",
        "62072519500101123X",
        620725195001011234,
        1.5,
        b"bytes",
        2**53 + 1,
        ["王秀英"],
        {"王秀英": 1},
        {"a": {"b": {"c": 1}}},
        object(),
    ],
)
def test_names_sentences_and_personal_numbers_are_refused(value: object) -> None:
    with pytest.raises(FactRefused, match=r"a\.b_c: code"):
        accepted(value)


def test_a_fact_that_the_catalogue_does_not_list_is_refused() -> None:
    with pytest.raises(FactRefused, match="phone"):
        accepted_facts({"code": "x", "phone": "x"}, allowed={"code"}, name="a.b_c")


def test_no_facts_are_no_facts() -> None:
    assert accepted_facts(None, allowed={"code"}, name="a.b_c") == {}


@given(st.text())
def test_whatever_is_accepted_is_short_plain_ascii(text: str) -> None:
    try:
        kept = accepted(text)
    except FactRefused:
        return
    assert isinstance(kept, str)
    assert kept == text
    assert len(kept) <= 80
    assert kept.isascii()
    assert " " not in kept
