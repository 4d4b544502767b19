"""What counties declare about notices: the scenarios are played by the published calendar."""

from datetime import datetime, time, timedelta

import pytest
from pydantic import ValidationError

from tests import people
from tests.contracts.counties import COUNTIES, declared
from tests.meetings.test_declarations import published
from xiangyue.access.blueprint import Role
from xiangyue.publicity.blueprint import NoticeKind, Scenario
from xiangyue.publicity.rules import LONGEST_NAMED_DAYS, window

PLAYED = [
    pytest.param(kind, scenario, id=f"{slug}-{kind.key}-{number}")
    for slug in COUNTIES
    for kind in declared(slug, "notice_kind", NoticeKind).values()
    for number, scenario in enumerate(kind.scenarios)
]


@pytest.mark.parametrize(("kind", "scenario"), PLAYED)
def test_a_scenario_ends_when_it_says(kind: NoticeKind, scenario: Scenario):
    found = window(
        published_at=datetime.combine(scenario.published, time(10), tzinfo=people.SHANGHAI),
        days=scenario.days or kind.least_days,
        objection_days=kind.objection_days,
        stays_days=kind.stays_days,
        last_day=kind.last_day,
        calendar=published(scenario.published, scenario.ends + timedelta(days=31)),
    )
    assert found.begins_on == scenario.published
    assert found.ends_on == scenario.ends
    assert found.objections_until == (scenario.objections_until or scenario.ends)
    assert scenario.stays_until in {None, found.stays_until}


@pytest.mark.parametrize("slug", COUNTIES)
def test_kinds_name_roles_that_exist_and_have_the_verb(slug: str):
    roles = declared(slug, "role", Role)
    for kind in declared(slug, "notice_kind", NoticeKind).values():
        for key in kind.published_by:
            assert "publicity.publish" in roles[key].may_in_area, (kind.key, key)
        for key in kind.answered_by:
            assert "publicity.answer" in roles[key].may_in_area, (kind.key, key)


@pytest.mark.parametrize("slug", COUNTIES)
def test_the_numbers_of_the_law_stand_in_the_kinds(slug: str):
    kinds = declared(slug, "notice_kind", NoticeKind)
    voters = kinds["voter_list"]  # VCOL art. 14
    assert (voters.least_days, voters.objection_days, voters.answer_within) == (20, 5, "3d")
    assert kinds["meeting_call"].least_days == 10  # VCOL art. 21
    assert kinds["resolution"].least_days == 7
    assert (kinds["finance"].objection_days, kinds["finance"].answer_within) == (5, "5d")
    assert {"compact_draft_first", "compact_draft_second"} <= set(kinds)  # LP-12


@pytest.mark.parametrize("slug", COUNTIES)
def test_req_l03_l06_what_names_people_runs_seven_days_and_leaves_in_ninety(slug: str):
    kinds = declared(slug, "notice_kind", NoticeKind).values()
    assert any(kind.names_people for kind in kinds)
    assert declared(slug, "notice_kind", NoticeKind)["nominees"].least_days >= 7
    for kind in kinds:
        assert kind.stays_days >= 5
        assert not kind.names_people or kind.stays_days <= LONGEST_NAMED_DAYS
        assert not kind.names_people or kind.answers_apart


def body(key: str = "voter_list", **changes: object) -> dict[str, object]:
    whole = declared("shandan", "notice_kind", NoticeKind)[key]
    return whole.model_dump(mode="json") | changes


@pytest.mark.parametrize(
    "changes",
    [
        {"least_days": 0},
        {"stays_days": 4},
        {"stays_days": 10},
        {"stays_days": 91},
        {"objection_days": 21},
        {"answer_within": "3 days"},
        {"answer_within": "0d"},
        {"takes_objections": False},
        {"answered_by": []},
        {"remedy": None},
        {"published_by": []},
        {"scenarios": []},
        {"colour": "red"},
    ],
)
def test_what_does_not_hold_together_is_refused(changes: dict[str, object]):
    NoticeKind.model_validate(body())
    with pytest.raises(ValidationError):
        NoticeKind.model_validate(body(**changes))


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        ("voter_list", {"least_days": 19}),
        ("voter_list", {"objection_days": 4}),
        ("voter_list", {"answer_within": "4d"}),
        ("voter_list", {"answer_within": "3wd"}),
        ("voter_list", {"last_day": "stays"}),
        ("voter_list", {"stays_days": 41}),
        ("voter_list", {"names_people": False}),
        ("voter_list", {"answers_apart": False}),
        ("general", {"takes_objections": False, "answered_by": [], "remedy": None}),
        ("general", {"stays_days": 29}),
        ("general", {"objection_days": 4}),
    ],
)
def test_a_county_may_not_give_people_less_time_or_less_say(key: str, changes: dict[str, object]):
    common = NoticeKind.model_validate(body(key))
    assert common.weakens(common) is None
    assert NoticeKind.model_validate(body(key, **changes)).weakens(common) is not None
    more = NoticeKind.model_validate(body(key, least_days=25, stays_days=common.stays_days))
    assert more.weakens(common) is None
