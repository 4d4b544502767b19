"""What the counties declare: read whole, consistent, lawful, and true to what it says of itself."""

import csv
import re
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest
from django.conf import settings

from xiangyue.access.blueprint import Role
from xiangyue.access.verbs import DUTIES, FOR_UNIT, ONLY_FOR_UNIT, VERBS
from xiangyue.blueprints.loading import load_county
from xiangyue.blueprints.models import Declaration
from xiangyue.blueprints.reading import COMMON, CountyFiles, DeclarationsFaulty, read_county
from xiangyue.blueprints.schema import Declared, kinds
from xiangyue.incidents.blueprint import (
    Audience,
    DispatchRule,
    DispatchScenario,
    IncidentCategory,
    IncidentClass,
)
from xiangyue.incidents.routing import level_of, route
from xiangyue.incidents.rules import Rule, choose_rule, suggest_categories
from xiangyue.kernel.counties import bind
from xiangyue.places.blueprint import BodyKind, CountyProfile, GridStaffing, OrganisationPattern
from xiangyue.places.models import Body, Organisation, Place
from xiangyue.places.queries import county_place, grid_counts
from xiangyue.places.rules import own_segment

FOLDER = Path(settings.COUNTIES_FOLDER)
COUNTIES = ("laixi", "sheyang", "jinchang", "shandan", "liping")
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CONFIDENTIAL = ("0117", "0304", "0308", "0309")

every_county = pytest.mark.parametrize("slug", COUNTIES)
D = TypeVar("D", bound=Declared)


@cache
def files_of(slug: str) -> CountyFiles:
    return read_county(FOLDER, slug, kinds())


def declared(slug: str, kind: str, schema: type[D]) -> dict[str, D]:
    found = files_of(slug).declarations[kind]
    assert all(isinstance(each, schema) for each in found.values())
    return found  # type: ignore[return-value]


def categories(slug: str = "shandan") -> dict[str, IncidentCategory]:
    return declared(slug, "incident_category", IncidentCategory)


def rules(slug: str = "shandan") -> list[DispatchRule]:
    return list(declared(slug, "dispatch_rule", DispatchRule).values())


def profile(slug: str) -> CountyProfile:
    return declared(slug, "county_profile", CountyProfile)["county"]


def divisions(slug: str) -> list[dict[str, str]]:
    return files_of(slug).tables["divisions"]


# ── every county ─────────────────────────────────────────────────────────────────────────────


@every_county
def test_a_county_reads_without_fault(slug: str) -> None:
    assert files_of(slug).slug == slug


def test_no_county_is_forgotten() -> None:
    assert {path.name for path in FOLDER.iterdir() if path.is_dir()} == {COMMON, *COUNTIES}


def test_counties_hold_data_only() -> None:
    kinds_of_file = {path.suffix for path in FOLDER.rglob("*") if path.is_file()}
    assert kinds_of_file <= {".toml", ".csv", ".md"}


@every_county
def test_the_81_categories_stand_in_their_8_classes(slug: str) -> None:
    classes = declared(slug, "incident_class", IncidentClass)
    assert [each.key for each in sorted(classes.values(), key=lambda each: each.position)] == [
        "01", "02", "03", "04", "05", "06", "07", "08",
    ]  # fmt: skip
    assert all(each.in_class == each.key[:2] for each in categories(slug).values())
    assert Counter(each.in_class for each in categories(slug).values()) == {
        "01": 17, "02": 14, "03": 10, "04": 12, "05": 6, "06": 10, "07": 7, "08": 5,
    }  # fmt: skip


@every_county
def test_no_source_is_longer_than_its_column(slug: str) -> None:
    room = Declaration._meta.get_field("source").max_length
    assert room is not None
    too_long = [
        each.key
        for entries in files_of(slug).declarations.values()
        for each in entries.values()
        if len(each.source) > room
    ]
    assert too_long == []


# How many mechanisms each document has.
MECHANISMS = {"LX": 27, "SY": 45, "JC": 42, "SD": 35, "LP": 45}


@every_county
def test_every_source_is_a_mechanism_a_safeguard_or_a_law(slug: str) -> None:
    for entries in files_of(slug).declarations.values():
        for each in entries.values():
            for document, number in re.findall(r"\b([A-Z]{2})-(\d+)", each.source):
                assert 1 <= int(number) <= MECHANISMS[document], each.source
            assert re.search(
                r"\b(LX|SY|JC|SD|LP)-\d\d|\b(PE|ME|SE|GD|PT|CU)\d\d|REQ-L\d\d|\barts?\.? \d|[一-鿿]",
                each.source,
            ), each.source


@every_county
def test_every_function_named_has_an_organisation(slug: str) -> None:
    patterns = declared(slug, "organisation_pattern", OrganisationPattern).values()
    listed = {row["function"] for row in files_of(slug).tables.get("organisations", [])}
    standing = {pattern.function for pattern in patterns} | listed
    named = {function for each in categories(slug).values() for function in each.functions}
    named |= {rule.function for rule in rules(slug)}
    named |= {pattern.parent_function for pattern in patterns if pattern.parent_function}
    assert named - standing == set()


@every_county
def test_rules_and_scenarios_name_categories_that_exist(slug: str) -> None:
    keys = categories(slug)
    for rule in rules(slug):
        assert all(any(key.startswith(prefix) for key in keys) for prefix in rule.categories), rule
    for scenario in declared(slug, "dispatch_scenario", DispatchScenario).values():
        assert scenario.category in keys


@every_county
def test_no_two_rules_claim_one_position(slug: str) -> None:
    positions = Counter(rule.position for rule in rules(slug))
    assert [position for position, count in positions.items() if count > 1] == []


@every_county
def test_roles_bring_only_roles_that_exist_and_never_themselves(slug: str) -> None:
    roles = declared(slug, "role", Role)

    def brought(key: str, seen: tuple[str, ...]) -> None:
        assert key not in seen, f"{key} brings itself"
        for other in roles[key].brings:
            brought(other, (*seen, key))

    for key in roles:
        brought(key, ())


@every_county
def test_every_verb_is_granted_by_some_role_and_in_the_catalogue(slug: str) -> None:
    granted = {
        verb
        for role in declared(slug, "role", Role).values()
        for verb in (*role.may_in_area, *role.may_for_unit)
    }
    assert granted == set(VERBS)


@every_county
def test_only_the_named_handlers_see_confidential_matters(slug: str) -> None:
    seeing = {
        role.key
        for role in declared(slug, "role", Role).values()
        if "incidents.see_confidential" in (*role.may_in_area, *role.may_for_unit)
    }
    assert seeing == {"confidential_handler", "discipline_officer"}


@every_county
def test_bodies_can_be_filled(slug: str) -> None:
    for body in declared(slug, "body_kind", BodyKind).values():
        assert sum(seat.least for seat in body.seats) <= body.size_most, body.key
        assert body.size_least <= body.size_most, body.key
        assert all(seat.most is None or seat.least <= seat.most for seat in body.seats), body.key


# ── the tree ─────────────────────────────────────────────────────────────────────────────────


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


# ── grids ────────────────────────────────────────────────────────────────────────────────────


def shandan_grids() -> list[dict[str, str]]:
    return files_of("shandan").tables["grids"]


def staffing(slug: str) -> GridStaffing:
    return declared(slug, "grid_staffing", GridStaffing)["grids"]


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


@pytest.mark.parametrize("slug", ["laixi", "sheyang", "jinchang", "liping"])
def test_a_county_whose_document_lists_no_grids_declares_none(slug: str) -> None:
    assert "grids" not in files_of(slug).tables


# ── safeguards ───────────────────────────────────────────────────────────────────────────────


@every_county
def test_the_confidential_categories_are_guarded(slug: str) -> None:
    by_key = categories(slug)
    assert {key for key, each in by_key.items() if each.audience == Audience.CONFIDENTIAL} == set(
        CONFIDENTIAL
    )
    for key in CONFIDENTIAL:
        category = by_key[key]
        assert category.hides_reporter
        assert category.allows_anonymous
        assert category.emergency is not None
        assert category.level == "county"
        assert not set(category.functions) & {"GW", "VC", "TV", "CV", "MED", "SUP"}
    assert [key for key, each in by_key.items() if each.is_mandatory_report] == ["0308", "0309"]


@every_county
def test_who_gives_a_lead_or_complains_of_the_village_is_hidden(slug: str) -> None:
    hidden = {key for key, each in categories(slug).items() if each.hides_reporter}
    assert hidden == {"0113", "0302", "0303", "0305", "0704", *CONFIDENTIAL}


@every_county
def test_mediation_is_offered_only_between_equals(slug: str) -> None:
    offered = {key for key, each in categories(slug).items() if each.offers_mediation}
    assert all(key.startswith("01") for key in offered)
    # Against a decision of an authority, in village affairs, or about an official: never.
    assert offered.isdisjoint({"0105", "0113", "0115", "0116", *CONFIDENTIAL})


@every_county
def test_disputes_and_family_matters_are_not_public(slug: str) -> None:
    private = [key for key in categories(slug) if key.startswith(("01", "03", "0601", "0602"))]
    assert all(categories(slug)[key].audience != Audience.PUBLIC for key in private)


@every_county
def test_what_is_due_at_once_says_what_to_do_first(slug: str) -> None:
    at_once = {key for key, each in categories(slug).items() if each.respond_limit == "0h"}
    assert {"0214", "0301", "0304", "0306", "0307", "0308", "0309", "0804"} == at_once
    assert all(categories(slug)[key].emergency is not None for key in at_once)


@pytest.mark.parametrize(
    ("key", "limits"),
    [
        ("0116", ("15d", "24h", None)),
        ("0203", ("3wd", None, "4h")),
        ("0204", ("7d", "2h", None)),
        ("0209", ("1h", None, None)),
        ("0210", ("24h", "2h", None)),
        ("0401", ("1wd", None, None)),
        ("0402", ("4wd", None, None)),
        ("0403", ("5wh", None, None)),
        ("0404", ("15wd", None, None)),
        ("0407", ("2wh", None, None)),
        ("0502", ("10wd", None, "1wd")),
        ("0607", ("3wd", None, None)),
        ("0707", ("3d", None, None)),
    ],
)
def test_limits_are_those_of_the_taxonomy(
    key: str, limits: tuple[str, str | None, str | None]
) -> None:
    category = categories()[key]
    assert (category.limit, category.respond_limit, category.urgent_limit) == limits


@pytest.fixture
def own_county(tmp_path: Path) -> Callable[[str], CountyFiles]:
    """Reads a county that says only this beside the common declarations."""
    shutil.copytree(FOLDER / COMMON, tmp_path / COMMON)
    (tmp_path / "own").mkdir()

    def read(text: str) -> CountyFiles:
        (tmp_path / "own" / "own.toml").write_text(text, encoding="utf-8")
        return read_county(tmp_path, "own", kinds())

    return read


CATEGORY = """# line 1

[[incident_category]]
key = "{key}"
name = {{ zh = "某", en = "Some" }}
in_class = "{in_class}"
functions = ["{function}"]
limit = "24h"
level = "county"
audience = "{audience}"
hides_reporter = {hides}
is_mandatory_report = {mandatory}
offers_mediation = {mediation}
source = "test"
"""


def weakened(key: str, **changes: str) -> str:
    base = categories()[key]
    values = {
        "key": key,
        "in_class": base.in_class,
        "function": base.functions[0],
        "audience": base.audience.value,
        "hides": str(base.hides_reporter).lower(),
        "mandatory": str(base.is_mandatory_report).lower(),
        "mediation": str(base.offers_mediation).lower(),
    }
    return CATEGORY.format(**(values | changes))


@pytest.mark.parametrize("key", CONFIDENTIAL)
def test_a_county_may_say_a_confidential_category_again(
    key: str, own_county: Callable[[str], CountyFiles]
) -> None:
    files = own_county(weakened(key))
    assert files.declarations["incident_category"][key].source == "test"


@pytest.mark.parametrize("key", CONFIDENTIAL)
@pytest.mark.parametrize(
    "change",
    [
        {"audience": "private"},
        {"audience": "public"},
        {"hides": "false"},
        {"mediation": "true"},
        {"function": "VC"},
    ],
)
def test_a_county_that_weakens_a_safeguard_is_refused_with_file_and_line(
    key: str, change: dict[str, str], own_county: Callable[[str], CountyFiles]
) -> None:
    with pytest.raises(DeclarationsFaulty) as refusal:
        own_county(weakened(key, **change))
    assert len(refusal.value.faults) == 1
    assert refusal.value.faults[0].startswith(f"own/own.toml:3: {key} ")


@pytest.mark.parametrize("key", ["0308", "0309"])
def test_a_mandatory_report_stays_one(key: str, own_county: Callable[[str], CountyFiles]) -> None:
    with pytest.raises(DeclarationsFaulty, match="must stay a mandatory report"):
        own_county(weakened(key, mandatory="false"))


def test_an_unknown_key_is_refused_with_file_line_and_key(
    own_county: Callable[[str], CountyFiles],
) -> None:
    with pytest.raises(DeclarationsFaulty) as refusal:
        own_county(weakened("0401", mediation="false") + 'penalty = "50元"\n')
    assert refusal.value.faults == [
        "own/own.toml:15: incident_category penalty: Extra inputs are not permitted"
    ]


def test_every_fault_is_told_not_just_the_first(
    own_county: Callable[[str], CountyFiles],
) -> None:
    text = (
        weakened("0401").replace('limit = "24h"', 'limit = "3 days"')
        + '\n[[nonsense]]\nkey = "x"\n'
    )
    with pytest.raises(DeclarationsFaulty) as refusal:
        own_county(text)
    assert [fault.split(": ")[0] for fault in refusal.value.faults] == [
        "own/own.toml:8",
        "own/own.toml:16",
    ]


ROLE = """[[role]]
key = "{key}"
name = {{ zh = "某", en = "Some" }}
may_in_area = [{area}]
may_for_unit = [{unit}]
source = "test"
"""


@pytest.mark.parametrize(
    ("key", "area", "unit", "told"),
    [
        ("own", '"incidents.fine"', "", "there is no verb called incidents.fine"),
        ("own", '"incidents.see_confidential"', "", "for the unit's own matters only"),
        ("own", '"incidents.handle"', "", "for the unit's own matters only"),
        ("own", "", '"incidents.dispatch"', "is over an area"),
        ("own", '"incidents.verify"', '"incidents.handle"', "may not propose and approve"),
        ("own", '"incidents.verify", "incidents.supervise"', "", "may not approve and supervise"),
        ("own", '"incidents.supervise", "record.read"', "", "may not supervise and audit"),
        ("own", '"posts.keep", "incidents.see"', "", "who keeps posts may not act"),
        ("grid_worker", "", '"incidents.see_confidential"', "may not see confidential"),
    ],
)
def test_a_role_that_grants_too_much_is_refused(
    key: str, area: str, unit: str, told: str, own_county: Callable[[str], CountyFiles]
) -> None:
    with pytest.raises(DeclarationsFaulty) as refusal:
        own_county(ROLE.format(key=key, area=area, unit=unit))
    assert len(refusal.value.faults) == 1
    assert told in refusal.value.faults[0]
    assert refusal.value.faults[0].startswith("own/own.toml:")


def test_the_catalogue_of_verbs_knows_every_verb_it_sorts() -> None:
    sorted_verbs = FOR_UNIT | ONLY_FOR_UNIT | frozenset().union(*DUTIES.values())
    assert sorted_verbs <= set(VERBS)


# ── dispatch ─────────────────────────────────────────────────────────────────────────────────


def as_rules(slug: str) -> list[Rule]:
    return [
        Rule(
            key=rule.key,
            position=rule.position,
            categories=rule.categories,
            places=rule.places,
            function=rule.function,
            level=rule.level,
            is_certain=rule.is_certain,
        )
        for rule in rules(slug)
    ]


def sample_code(scenario: DispatchScenario) -> str:
    """The code of a place that the scenario means."""
    by_level = {
        "county": "620725000000",
        "town": "620725102000",
        "village": "620725102201",
        "grid": "620725102201-001",
    }
    return scenario.place or by_level[scenario.at]


SCENARIOS = sorted(
    declared("shandan", "dispatch_scenario", DispatchScenario).values(), key=lambda each: each.key
)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.key)
def test_a_certain_report_is_sent_by_a_certain_rule(scenario: DispatchScenario) -> None:
    rule = choose_rule(
        as_rules("shandan"), category=scenario.category, place_code=sample_code(scenario)
    )
    if scenario.is_certain:
        assert rule is not None
        assert rule.is_certain
        assert rule.function == scenario.function


def test_every_rule_is_played_by_a_scenario() -> None:
    played = {
        rule.key
        for scenario in SCENARIOS
        if (
            rule := choose_rule(
                as_rules("shandan"), category=scenario.category, place_code=sample_code(scenario)
            )
        )
    }
    assert {rule.key for rule in rules()} - played == set()


def test_most_everyday_matters_go_straight_to_grid_village_or_town() -> None:
    certain = [
        rule
        for key in categories()
        if (rule := choose_rule(as_rules("liping"), category=key, place_code="522631"))
        and rule.is_certain
    ]
    low = [rule for rule in certain if rule.level in {"grid", "village", "town"}]
    assert len(certain) >= 60
    assert len(low) >= 40


@pytest.mark.django_db
def test_every_scenario_ends_where_it_says() -> None:
    wrong = {}
    for scenario in SCENARIOS:
        place = Place.objects.get(code=sample_code(scenario))
        target = route(category=categories()[scenario.category], place=place)
        found = (target.unit.function, level_of(target.unit.place), target.is_certain)
        if found != (scenario.function, scenario.level, scenario.is_certain):
            wrong[scenario.key] = found
    assert wrong == {}


@pytest.mark.django_db
def test_every_category_reaches_somebody_from_every_village_of_shandan() -> None:
    for village in Place.objects.filter(kind="village"):
        for category in ("0102", "0308", "0401", "0705", "0707", "0801"):
            target = route(category=categories()[category], place=village)
            assert target.unit.is_active
            assert village.path.startswith(target.unit.place.path)


# ── loading ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_shandan_loads_whole_and_again_without_harm() -> None:
    before = (Place.objects.count(), Organisation.objects.count(), Body.objects.count())
    assert grid_counts() == {1: 8, 2: 117, 3: 580}
    assert Place.objects.filter(grid_kind="special").count() == 2
    assert county_place().name == "山丹县"
    assert load_county(slug="shandan", at=AT) == 0
    after = (Place.objects.count(), Organisation.objects.count(), Body.objects.count())
    assert after == before
    assert not Place.objects.filter(is_active=False).exists()


@pytest.mark.django_db
def test_a_village_has_a_villagers_committee_and_a_community_a_residents_committee() -> None:
    names = {
        code: set(Organisation.objects.filter(place__code=code).values_list("name", flat=True))
        for code in ("620725101201", "620725101003", "620725400498")
    }
    assert {"北滩村村民委员会", "北滩村村务监督委员会"} <= names["620725101201"]
    assert {"南街社区居民委员会", "南街社区居务监督委员会"} <= names["620725101003"]
    assert "山丹农场虚拟社区居民服务站" in names["620725400498"]
    kinds_of_body = set(
        Body.objects.filter(place__code="620725101201").values_list("kind", flat=True)
    )
    assert "villagers_committee" in kinds_of_body
    assert "residents_committee" not in kinds_of_body


@pytest.mark.django_db(databases=["default", "jinchang"])
def test_jinchang_is_governed_from_the_city_above_its_two_counties() -> None:
    with bind("jinchang"):
        load_county(slug="jinchang", at=AT)
        assert county_place().name == "金昌市"
        assert county_place().code == profile("jinchang").place


@pytest.mark.django_db(databases=["default", "jinchang"])
@pytest.mark.parametrize("slug", ["laixi", "sheyang", "liping"])
def test_another_county_loads_into_an_empty_database(slug: str) -> None:
    with bind("jinchang"):
        assert load_county(slug=slug, at=AT) > 200
        assert Place.objects.count() == len(divisions(slug))
        assert county_place().name == profile(slug).name.zh


# ── words ────────────────────────────────────────────────────────────────────────────────────


@cache
def keywords() -> dict[str, tuple[str, ...]]:
    return {key: each.keywords for key, each in categories().items()}


def test_every_category_can_be_found_by_words() -> None:
    assert [key for key, words in keywords().items() if len(words) < 10] == []


with (Path(__file__).parent / "sentences.csv").open(encoding="utf-8", newline="") as handle:
    SENTENCES = [(row["sentence"], row["category"]) for row in csv.DictReader(handle)]


@pytest.mark.parametrize(("sentence", "category"), SENTENCES)
def test_what_villagers_say_suggests_the_category(sentence: str, category: str) -> None:
    assert category in suggest_categories(sentence, keywords())


def test_most_sentences_suggest_the_category_first() -> None:
    first = [
        category == (suggest_categories(sentence, keywords()) or [""])[0]
        for sentence, category in SENTENCES
    ]
    assert sum(first) / len(first) >= 0.85
