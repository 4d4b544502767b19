"""What a procedure asks of a council before its step: that it sits, and is whole for the matter."""

import pytest

from tests import people
from tests.councils.conftest import Community
from xiangyue.councils import services
from xiangyue.councils.guards import council_complete
from xiangyue.procedures.models import Run, StepRun

pytestmark = pytest.mark.django_db

KIND = "consultation_council"


def step_at(community: Community, **facts) -> StepRun:
    return StepRun(run=Run(place=community.place, **facts))


def asked(step: StepRun, community: Community, **facts) -> list[str]:
    return council_complete(step, community.house.at, council=KIND, **facts)


def test_without_a_council_that_sits_it_says_so(community: Community) -> None:
    step = step_at(community)
    assert len(asked(step, community)) == 1
    community.whole()  # still forming
    assert len(asked(step, community)) == 1


def test_another_place_s_council_does_not_serve(community: Community) -> None:
    community.sitting()
    elsewhere = StepRun(run=Run(place=people.place()))
    assert len(council_complete(elsewhere, community.house.at, council=KIND)) == 1


def test_one_seat_that_fell_empty_is_named(community: Community) -> None:
    council = community.sitting()
    step = step_at(community)
    assert asked(step, community, for_issue=False) == []
    seat = council.seats.get(seat_key="deputy")
    services.end_seat(seat=seat, by=community.clerk, why="任期届满", at=community.house.at)
    assert asked(step, community, for_issue=False)


def test_jc14_for_a_matter_those_whom_it_concerns_are_in_it(community: Community) -> None:
    council = community.sitting()
    step = step_at(community)
    (not_before_it,) = asked(step, community)
    assert council.name in not_before_it
    facts = {"council": council, "by": community.clerk, "at": community.house.at}
    services.take_up(title="加装电梯", subject=step.run, **facts)
    assert asked(step, community)  # X is missing still
    person = people.somebody("二楼住户", at_place=community.place)
    x = services.invite_stakeholder(
        subject=step.run, title="加装电梯", person=person, stake="二楼住户，采光受影响", **facts
    )
    assert asked(step, community)  # asked, and has not said yes
    services.answer_invitation(stakeholder=x, accepts=True, by=person, at=community.house.at)
    assert asked(step, community) == []


def test_a_matter_of_another_run_does_not_serve(community: Community) -> None:
    council = community.sitting()
    services.take_up(
        council=council, title="停车", subject=step_at(community).run, by=community.clerk,
        at=community.house.at,
    )  # fmt: skip
    assert len(asked(step_at(community), community)) == 1
