"""What counties declare: each composition is played, nothing common is weakened."""

import pytest
from pydantic import ValidationError

from tests.contracts.counties import COUNTIES, declared, files_of
from xiangyue.councils.blueprint import CouncilKind, Scenario
from xiangyue.councils.loading import faults_in

PLAYED = [
    pytest.param(kind, scenario, id=f"{slug}-{kind.key}-{number}")
    for slug in COUNTIES
    for kind in declared(slug, "council", CouncilKind).values()
    for number, scenario in enumerate(kind.scenarios)
]


@pytest.mark.parametrize(("kind", "scenario"), PLAYED)
def test_a_composition_is_judged_as_it_says(kind: CouncilKind, scenario: Scenario) -> None:
    assert kind.play(scenario) == ""


@pytest.mark.parametrize("slug", COUNTIES)
def test_every_county_loads_its_councils(slug: str) -> None:
    assert faults_in(files_of(slug)) == []


def body(key: str = "moral_judging_group", **changes: object) -> dict[str, object]:
    return declared("shandan", "council", CouncilKind)[key].model_dump(mode="json") | changes


def test_jc14_the_seven_are_seven_and_one_secretary() -> None:
    seats = declared("jinchang", "council", CouncilKind)["consultation_council"].seats
    lasting = [seat for seat in seats if not seat.per_issue]
    assert (len(lasting), lasting[0].least, lasting[0].most) == (8, 1, 1)
    assert all(seat.least == 1 for seat in seats)


def test_jc03_ten_parties_and_who_is_registered_elsewhere_sits() -> None:
    seats = declared("jinchang", "council", CouncilKind)["ten_party_council"].seats
    parties = [seat.key for seat in seats if seat.duty != "lead"]
    assert len(parties) == 10
    assert "other_resident" in parties


def test_a_scenario_that_lies_is_told() -> None:
    wrong = {"says": {"zh": "甲", "en": "a"}, "filled": {"head": 1}}
    kind = CouncilKind.model_validate(body(scenarios=[wrong]))
    assert "missing is" in kind.play(kind.scenarios[0])


@pytest.mark.parametrize(
    "changes",
    [
        {"leads": "king"},
        {"size_least": 2},
        {"size_least": 5, "size_most": 4},
        {"never": []},
        {"work": None},
        {"unknown": 1},
        {"scenarios": []},
        {"apart": [{"one": "lead", "other": "lead", "says": {"zh": "甲", "en": "a"}}]},
    ],
)
def test_what_does_not_hold_together_is_refused(changes: dict) -> None:
    with pytest.raises(ValidationError):
        CouncilKind.model_validate(body(**changes))


def test_what_residents_form_has_no_seat_by_post() -> None:
    seats = body()["seats"]
    assert isinstance(seats, list)
    seats[0] |= {"ways": ["post"], "roles": ["village_clerk"]}
    with pytest.raises(ValidationError):
        CouncilKind.model_validate(body(seats=seats))


def test_a_county_does_not_weaken_a_common_council() -> None:
    base = declared("shandan", "council", CouncilKind)["consultation_council"]
    seats = list(base.seats)
    weaker = {
        "seats": [s for s in seats if s.key != "legal_worker"],
        "apart": (),
        "size_least": 3,
    }
    for key, value in weaker.items():
        assert base.model_copy(update={key: value}).weakens(base), key
    shared = [
        s.model_copy(update={"shares_with": ("deputy",)}) if s.key == "legal_worker" else s
        for s in seats
    ]
    assert base.model_copy(update={"seats": shared}).weakens(base)
    assert base.weakens(base) is None
    judging = declared("shandan", "council", CouncilKind)["moral_judging_group"]
    assert judging.model_copy(update={"never": judging.never[1:]}).weakens(judging)
    assert judging.model_copy(update={"formed_by": "keeper"}).weakens(judging)
