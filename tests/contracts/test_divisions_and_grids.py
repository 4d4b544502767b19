"""The counties' trees: real codes, and grids as many as declared."""

from collections import Counter

import pytest

from tests.contracts.counties import (
    declared,
    divisions,
    every_county,
    files_of,
    profile,
    shandan_grids,
    staffing,
)
from xiangyue.places.blueprint import PlacePattern
from xiangyue.places.rules import own_segment


@every_county
def test_the_divisions_are_as_many_as_the_profile_says(slug: str) -> None:
    assert Counter(row["level"] for row in divisions(slug)) == profile(slug).division_counts


@pytest.mark.parametrize(
    ("slug", "count", "first", "last"),
    [
        ("laixi", 196, "山东省", "闫家社区村民委员会"),
        ("sheyang", 296, "江苏省", "养殖公司生活区"),
        ("jinchang", 204, "甘肃省", "何家湾村委会"),
        ("shandan", 142, "甘肃省", "总场居委会"),
        ("liping", 350, "贵州省", "岑纪村村民委员会"),
    ],
)
def test_the_divisions_are_those_of_the_statistical_code(
    slug: str, count: int, first: str, last: str
) -> None:
    rows = divisions(slug)
    assert (len(rows), rows[0]["name"], rows[-1]["name"]) == (count, first, last)


@every_county
def test_each_division_has_one_code_under_its_parents(slug: str) -> None:
    shared_digits = {"prefecture": 2, "county": 4, "town": 6, "village": 9}
    above = {"prefecture": "province", "county": "prefecture", "town": "county", "village": "town"}
    level_by_code: dict[str, str] = {}
    for row in divisions(slug):
        code, level, parent = row["code"], row["level"], row["parent"]
        assert len(code) == 12
        assert code.isdigit()
        assert code not in level_by_code
        if level == "province":
            assert parent == ""
        else:
            assert level_by_code[parent] == above[level]
            assert code[: shared_digits[level]] == parent[: shared_digits[level]]
        level_by_code[code] = level
    assert profile(slug).place in level_by_code


@every_county
def test_a_village_code_says_which_committee_it_has(slug: str) -> None:
    for row in divisions(slug):
        if row["level"] != "village":
            continue
        segment = own_segment("village", row["code"])
        if "村" in row["name"][-5:]:
            assert 200 <= segment <= 399, row
        elif row["name"].endswith(("居民委员会", "居委会")):
            assert 1 <= segment <= 199, row


def test_shandan_has_as_many_grids_of_each_level_as_its_document_says() -> None:
    counts = Counter(row["grid_level"] for row in shandan_grids() if row["grid_kind"] == "general")
    assert counts == {"1": 8, "2": 117, "3": 580}
    assert counts == staffing("shandan").grids_by_level
    assert staffing("shandan").worker_count == 1516
    assert staffing("shandan").urban_part_time_count == 242


def test_shandans_grids_of_the_first_level_are_its_towns_and_of_the_second_its_villages() -> None:
    levels = {row["code"]: row["level"] for row in divisions("shandan")}
    names = {row["code"]: row["name"] for row in divisions("shandan")}
    for row in shandan_grids():
        if row["grid_kind"] == "special":
            assert names[row["code"]] in {"国营山丹农场", "中牧公司山丹马场"}
        elif row["grid_level"] == "1":
            assert levels[row["code"]] == "town"
            assert names[row["code"]].endswith(("镇", "乡"))
        elif row["grid_level"] == "2":
            assert levels[row["code"]] == "village"
    second = {row["code"] for row in shandan_grids() if row["grid_level"] == "2"}
    villages = {code for code in levels if 200 <= own_segment("village", code) <= 399} & {
        code for code, level in levels.items() if level == "village"
    }
    assert len(villages) == 111
    assert villages < second


def test_every_village_level_division_of_shandan_lies_in_grids_of_the_third_level() -> None:
    villages = {row["code"] for row in divisions("shandan") if row["level"] == "village"}
    third = [row for row in shandan_grids() if row["grid_level"] == "3"]
    assert {row["parent"] for row in third} == villages
    assert len({row["code"] for row in third}) == len(third)
    assert len({(row["parent"], row["name"]) for row in third}) == len(third)
    by_village = Counter(row["parent"] for row in third)
    for row in third:
        serial = row["code"].removeprefix(row["parent"] + "-")
        assert len(serial) == 3
        assert 1 <= int(serial) <= by_village[row["parent"]]
        assert row["kind"] == "group"


def test_shandan_says_that_the_split_is_its_own() -> None:
    notes = staffing("shandan").notes
    assert "总数" in notes.zh
    assert "ours by a stated rule" in notes.en
    assert len(profile("shandan").disagreements) >= 3


@pytest.mark.parametrize("slug", ["laixi", "sheyang"])
def test_a_county_whose_document_gives_no_grids_declares_none(slug: str) -> None:
    assert "grids" not in files_of(slug).tables


def test_jinchang_has_as_many_grids_in_its_communities_as_its_document_says() -> None:
    """JC-10: 634; which communities have how many is a stated rule, evenly by code."""
    rows = files_of("jinchang").tables["grids"]
    third = [row for row in rows if row["grid_level"] == "3"]
    villages = {row["code"] for row in divisions("jinchang") if row["level"] == "village"}
    communities = {code for code in villages if own_segment("village", code) < 200}
    by_community = Counter(row["parent"] for row in third)
    assert staffing("jinchang").grids_by_level == {"3": len(third)} == {"3": 634}
    assert set(by_community) == communities
    assert max(by_community.values()) - min(by_community.values()) == 1
    assert list(by_community.values()) == sorted(by_community.values(), reverse=True)
    assert {row["code"] for row in rows if row["grid_level"] == "2"} == villages
    assert {row["grid_kind"] for row in rows} == {"general"}


def test_each_of_lipings_villages_is_one_grid_and_no_stockade_or_unit_is_listed() -> None:
    """LP-30: one net; the document gives no number of grids, stockades or units."""
    rows = files_of("liping").tables["grids"]
    villages = {row["code"] for row in divisions("liping") if row["level"] == "village"}
    assert len(villages) == 321
    assert {row["code"] for row in rows} == villages
    assert {(row["kind"], row["grid_level"]) for row in rows} == {("", "2")}
    assert staffing("liping").grids_by_level == {}
    pattern = declared("liping", "place_pattern", PlacePattern)["joint_unit"]
    assert (pattern.kind, pattern.households) == ("unit", 10)


@pytest.mark.parametrize("slug", ["jinchang", "liping"])
def test_a_division_by_rule_says_that_it_is_ours(slug: str) -> None:
    notes = staffing(slug).notes
    assert "待" in notes.zh
    assert "until the" in notes.en
