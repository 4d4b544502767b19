"""Every declared rule: its scenarios are played, and no county asks for less."""

import pytest

from tests.contracts.counties import COUNTIES, declared
from xiangyue.ballots.blueprint import DecisionRule, ReservedMatter
from xiangyue.ballots.rules import Attendance, verdict

PLAYED = [
    pytest.param(rule, scenario, id=f"{slug}-{rule.key}-{number}")
    for slug in COUNTIES
    for rule in declared(slug, "decision_rule", DecisionRule).values()
    for number, scenario in enumerate(rule.scenarios, start=1)
    if slug == "shandan" or rule.key not in declared("shandan", "decision_rule", DecisionRule)
]
COMMON = declared("shandan", "decision_rule", DecisionRule)


@pytest.mark.parametrize(("rule", "scenario"), PLAYED)
def test_the_scenario_ends_as_declared(rule, scenario):
    basis = scenario.basis or rule.ways[0].basis
    here = Attendance(
        scenario.roll, scenario.present, scenario.women_present, scenario.women_on_roll
    )
    counts = {"yes": scenario.yes, "no": scenario.no, "abstain": scenario.abstain}
    assert verdict(rule.as_rule(basis), here, counts).ground == scenario.result


@pytest.mark.parametrize("rule", COMMON.values(), ids=COMMON)
def test_every_way_of_a_rule_has_a_scenario(rule):
    played = {scenario.basis or rule.ways[0].basis for scenario in rule.scenarios}
    assert played >= ({way.basis for way in rule.ways} if len(rule.ways) > 1 else set())
    assert {scenario.result for scenario in rule.scenarios} & {"carried"}


def changed(rule: DecisionRule, **facts) -> DecisionRule:
    return DecisionRule.model_validate(rule.model_dump() | facts)


def test_a_county_may_ask_for_more_but_not_for_less():
    rule = COMMON["representatives_assembly"]
    assert rule.weakens(rule) is None
    more = changed(rule, ways=[{"basis": "members", "share": "3/4"}])
    assert more.weakens(rule) is None
    less = changed(rule, ways=[{"basis": "members", "share": "1/2"}])
    assert "quorum" in less.weakens(rule)
    half = changed(rule, majority={"share": "1/2", "is_strict": False, "base": "present"})
    assert "majority" in half.weakens(rule)
    other = changed(rule, majority={"share": "1/2", "is_strict": True, "base": "cast"})
    assert "majority" in other.weakens(rule)


def test_el06_the_two_majorities_stand_side_by_side():
    assert COMMON["villagers_assembly"].majority.base == "present"
    assert COMMON["collective_assembly"].majority.base == "roll"


def test_el05_the_committee_decides_no_reserved_matter():
    matters = declared("shandan", "reserved_matter", ReservedMatter).values()
    assert len(matters) >= 10
    for matter in matters:
        assert "villagers_committee" not in {*matter.decided_by, *matter.delegable_to}
    bodies = {rule.body for rule in COMMON.values()}
    for matter in matters:
        assert {*matter.decided_by, *matter.delegable_to} <= bodies


def test_the_compact_is_the_assemblys_and_delegated_to_nobody():
    matters = declared("shandan", "reserved_matter", ReservedMatter)
    assert matters["compact"].decided_by == ("villagers_assembly",)
    assert matters["compact"].delegable_to == ()
