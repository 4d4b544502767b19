"""Every declared kind of meeting: its scenarios are played, and no county asks for less."""

import pytest
from pydantic import ValidationError

from tests.contracts.counties import COUNTIES, declared
from xiangyue.access.blueprint import Role
from xiangyue.assemblies.blueprint import SittingKind
from xiangyue.assemblies.kinds import KEEP
from xiangyue.assemblies.rules import is_in_time
from xiangyue.ballots.blueprint import DecisionRule
from xiangyue.publicity.blueprint import NoticeKind

KINDS = declared("shandan", "sitting_kind", SittingKind)
PLAYED = [
    pytest.param(kind, scenario, id=f"{key}-{number}")
    for key, kind in KINDS.items()
    for number, scenario in enumerate(kind.scenarios)
]


@pytest.mark.parametrize(("kind", "scenario"), PLAYED)
def test_the_scenario_ends_as_declared(kind, scenario):
    if scenario.is_in_time is not None:
        said = is_in_time(
            announced_on=scenario.announced, held_on=scenario.held, notice_days=kind.notice_days
        )
        assert said is scenario.is_in_time
    if scenario.is_quorate is not None:
        threshold = kind.quorum.threshold()
        assert threshold.is_met(scenario.present, scenario.expected) is scenario.is_quorate


@pytest.mark.parametrize("slug", COUNTIES)
def test_kinds_name_roles_rules_and_notices_that_exist(slug: str):
    roles = declared(slug, "role", Role)
    rules = declared(slug, "decision_rule", DecisionRule)
    notices = declared(slug, "notice_kind", NoticeKind)
    for kind in declared(slug, "sitting_kind", SittingKind).values():
        assert set(kind.decision_rules) <= set(rules), kind.key
        assert set(kind.levels) <= set(notices[kind.notice_kind].levels), kind.key
        for role in kind.called_by:
            assert KEEP in roles[role].may_in_area, (kind.key, role)
        assert set(kind.signed_by) - {"chair", "minute_taker"} <= set(roles), kind.key


def test_the_numbers_of_the_law_stand_in_the_kinds():
    assert KINDS["villagers_assembly"].notice_days == 10  # VCOL art. 21
    assert KINDS["collective_assembly"].notice_days == 10  # 农村集体经济组织法 art. 27
    assert KINDS["villagers_assembly"].ways == ("ballot",)
    assert not KINDS["hearing"].decides


def changed(**facts) -> SittingKind:
    return SittingKind.model_validate(KINDS["council_sitting"].model_dump() | facts)


@pytest.mark.parametrize(
    "facts",
    [
        {"notice_days": 2},
        {"quorum": {"share": "1/2", "is_strict": False}},
        {"quorum": {"share": "1/3", "is_strict": True}},
        {"signed_by": ["chair"]},
        {"is_public": False},
        {"body": "villagers_assembly"},
    ],
)
def test_el02_a_county_may_ask_for_more_but_not_for_less(facts):
    base = KINDS["council_sitting"]
    assert base.weakens(base) is None
    assert changed(**facts).weakens(base) is not None
    assert changed(notice_days=5, quorum={"share": "2/3"}).weakens(base) is None


def test_what_does_not_hold_together_is_refused():
    for facts in (
        {"ways": ["ballot"]},
        {"ways": ["consent"], "quorum": None},
        {"invites": "roll"},
        {"signed_by": ["chair", "chair"]},
        {"scenarios": [{"says": {"zh": "空", "en": "empty"}}]},
    ):
        with pytest.raises(ValidationError):
            changed(**facts)
