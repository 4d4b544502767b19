"""In what capacity somebody acts on an incident."""

from uuid import UUID, uuid4

import pytest

from xiangyue.access.queries import NOBODY
from xiangyue.access.rules import Holding, Standing
from xiangyue.incidents.models import Incident
from xiangyue.incidents.rules import Right
from xiangyue.incidents.services.acting import Actor, rights_of
from xiangyue.places.models import Organisation

COUNTY, TOWN, VILLAGE = (f"{'0001' * depth}" for depth in (3, 4, 5))
ELSEWHERE = TOWN[:-4] + "0002"
UNIT, ME = uuid4(), uuid4()


def incident(**facts: object) -> Incident:
    hub = Organisation(id=uuid4(), place_path=TOWN)
    facts = {"audience": "public", "unit_id": UNIT, **facts}
    return Incident(place_path=VILLAGE + "0007", hub=hub, **facts)


def somebody(verb: str, path: str = COUNTY, unit: UUID = UNIT) -> Actor:
    verbs = frozenset({f"incidents.{verb}"})
    return Actor(Standing(ME, (Holding("role", path, unit, verbs, verbs),)))


@pytest.mark.parametrize(
    ("verb", "right"),
    [
        ("dispatch", Right.DISPATCHER),
        ("handle", Right.HANDLER),
        ("verify", Right.VERIFIER),
        ("supervise", Right.SUPERVISOR),
        ("decide_extension", Right.DECIDER),
    ],
)
def test_each_verb_gives_its_own_right_and_no_other(verb: str, right: Right) -> None:
    assert rights_of(incident(), somebody(verb)) == {right}
    assert rights_of(incident(), somebody(verb, ELSEWHERE, uuid4())) == set()
    hidden = incident(audience="confidential")
    assert rights_of(hidden, somebody(verb)) == set(), "PE02: an area opens nothing confidential"


def test_who_dispatches_serves_the_centre_and_not_only_the_village() -> None:
    assert rights_of(incident(), somebody("dispatch", TOWN)) == {Right.DISPATCHER}
    assert rights_of(incident(), somebody("dispatch", VILLAGE)) == set()


def test_who_handles_is_of_the_unit_and_not_only_of_the_area() -> None:
    assert rights_of(incident(), somebody("handle", COUNTY, uuid4())) == set()
    assert rights_of(incident(), somebody("handle", ELSEWHERE, UNIT)) == {Right.HANDLER}


def test_what_may_be_about_the_village_is_not_verified_by_the_village() -> None:
    """PE04"""
    kept = incident(is_kept_from_village=True)
    assert rights_of(incident(), somebody("verify", VILLAGE)) == {Right.VERIFIER}
    assert rights_of(kept, somebody("verify", VILLAGE)) == set()
    assert rights_of(kept, somebody("verify", TOWN)) == {Right.VERIFIER}


def test_nobody_verifies_what_they_handled() -> None:
    """SE01"""
    assert rights_of(incident(handled_by_id=ME), somebody("verify")) == set()
    hidden = incident(audience="confidential", handled_by_id=ME)
    assert Right.VERIFIER not in rights_of(hidden, somebody("see_confidential"))


def test_a_confidential_matter_is_its_departments_alone() -> None:
    """PE02"""
    hidden = incident(audience="confidential")
    everything = {Right.DISPATCHER, Right.HANDLER, Right.VERIFIER, Right.DECIDER}
    assert rights_of(hidden, somebody("see_confidential")) == everything
    assert rights_of(hidden, somebody("see_confidential", unit=uuid4())) == set()
    assert rights_of(incident(), somebody("see_confidential")) == set()


def test_the_reporter_is_known_by_person_or_slip() -> None:
    assert rights_of(incident(reporter_id=ME), Actor(Standing(ME))) == {Right.REPORTER}
    assert rights_of(incident(), Actor(NOBODY, holds_slip=True)) == {Right.REPORTER}
    assert rights_of(incident(reporter_id=None), Actor(NOBODY)) == set()
    both = rights_of(incident(reporter_id=ME), somebody("handle"))
    assert both == {Right.REPORTER, Right.HANDLER}
