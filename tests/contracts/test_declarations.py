"""What the counties declare: read whole, consistent, and sourced."""

import re
from collections import Counter

from tests.contracts.counties import (
    COUNTIES,
    FOLDER,
    categories,
    declared,
    every_county,
    files_of,
    rules,
)
from xiangyue.access.blueprint import Role
from xiangyue.access.verbs import VERBS
from xiangyue.blueprints.models import Declaration
from xiangyue.blueprints.reading import COMMON
from xiangyue.incidents.blueprint import (
    DispatchScenario,
    IncidentClass,
)
from xiangyue.places.blueprint import BodyKind, OrganisationPattern


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


NAMED = re.compile(
    r"\b(LX|SY|JC|SD|LP|KPI)-\d\d|\b(PE|ME|SE|GD|PT|CU)\d\d|REQ-L\d\d"  # and indicators
    r"|\barts?\.? \d|[一-鿿]"  # law
)
# How many mechanisms each document has.
MECHANISMS = {"LX": 27, "SY": 45, "JC": 42, "SD": 35, "LP": 45}


@every_county
def test_every_source_is_a_mechanism_a_safeguard_or_a_law(slug: str) -> None:
    for entries in files_of(slug).declarations.values():
        for each in entries.values():
            for document, number in re.findall(r"\b([A-Z]{2})-(\d+)", each.source):
                assert 1 <= int(number) <= MECHANISMS[document], each.source
            assert NAMED.search(each.source), each.source


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
