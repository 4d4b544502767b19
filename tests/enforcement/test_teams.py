"""Teams and duty areas: who heads, who nominates, who looks after what, what nobody does."""

from datetime import timedelta

import pytest

from tests import people
from tests.enforcement.conftest import House
from xiangyue.access.queries import standing_of
from xiangyue.enforcement import queries, services
from xiangyue.enforcement.invariants import INVARIANTS
from xiangyue.enforcement.models import DutyArea
from xiangyue.kernel.refusals import NotAllowed, NotFound
from xiangyue.places.models import Household, Person
from xiangyue.rosters.services import plan_turns, publish_turns

pytestmark = pytest.mark.django_db


class TestTeams:
    def test_there_is_a_committee_first(self, house: House) -> None:
        with pytest.raises(services.NotSoFar):
            house.team(house.begin())

    def test_only_declared_teams_each_once(self, house: House) -> None:
        committee = house.sitting()
        house.team(committee)
        with pytest.raises(services.DoneAlready):
            house.team(committee)
        with pytest.raises(NotFound):
            house.team(committee, kind="vigilantes")

    def test_the_head_is_of_the_two_committees(self, house: House) -> None:
        team = house.team(house.sitting())
        with pytest.raises(services.NotForThisSeat):
            house.nominated(team, house.residents[0], is_head=True)
        house.nominated(team, house.clerk, is_head=True)
        other = people.posted("committee_member", at_place=house.place, name="郑委员")
        with pytest.raises(services.DoneAlready):
            house.nominated(team, other, is_head=True)

    def test_members_are_nominated_and_agree(self, house: House) -> None:
        team = house.team(house.sitting())
        with pytest.raises(services.WordsMissing):
            house.nominated(team, house.residents[0], nominated_by="friends")
        with pytest.raises(services.NotSoFar):
            house.nominated(team, house.residents[0], has_agreed=False)
        with pytest.raises(services.WrongPlace):
            house.nominated(team, house.elsewhere)

    def test_a_team_too_small_is_not_put_up(self, house: House) -> None:
        team = house.team(house.sitting())
        house.nominated(team, house.clerk, is_head=True)
        house.nominated(team, house.residents[0])
        with pytest.raises(services.NotComplete):
            services.publish_members(group=team, by=house.clerk, at=house.at)

    def test_its_duty_is_kept_like_all_duty(self, house: House) -> None:
        team = house.patrol()
        day = house.at.date() + timedelta(days=1)
        turns = plan_turns(
            unit=team.organisation, kind="compact_patrol",
            people=[house.residents[0], house.residents[1]], begins=day,
            ends=day + timedelta(days=2), at=house.at, actor_id=house.clerk.pk,
        )  # fmt: skip
        now = turns[0].begins_at + timedelta(hours=1)
        assert queries.on_duty(house.place, at=now) == []
        publish_turns(unit=team.organisation, begins=day, ends=day + timedelta(days=2), at=house.at)
        (shown,) = queries.on_duty(house.place, at=now)
        assert (shown.names, shown.phone) == (("居民0",), "0936-2721234")

    def test_rights_end_with_the_seat(self, house: House) -> None:
        team = house.patrol()
        member = team.members.get(person=house.residents[0])
        assert standing_of(house.residents[0], at=house.at).may_somewhere("enforcement.note")
        house.at += timedelta(days=1)
        services.step_down(member=member, by=house.secretary, at=house.at)
        assert not standing_of(house.residents[0], at=house.at).may_somewhere("enforcement.note")
        assert all(check() == [] for check in INVARIANTS.values())

    def test_what_a_dissolved_team_looked_after_is_a_gap(self, house: House) -> None:
        team = house.patrol()
        area = services.set_area(
            place=house.place,
            subject="roads",
            name="后山路",
            team=team,
            by=house.clerk,
            at=house.at,
        )
        assert area.pk not in {gap.area.pk for gap in gaps(house) if gap.area}
        house.at += timedelta(days=1)
        with pytest.raises(NotAllowed):
            services.dissolve_team(team=team, by=house.clerk, at=house.at)
        services.dissolve_team(team=team, by=house.secretary, at=house.at)
        assert area.pk in {gap.area.pk for gap in gaps(house) if gap.area}


def gaps(house: House) -> list[queries.Gap]:
    return queries.gaps(house.place, at=house.at)


class TestAreas:
    def set(self, house: House, **facts) -> DutyArea:
        return services.set_area(
            **{
                "place": house.place, "subject": "roads", "name": "村口到小学的路",
                "by": house.clerk, "at": house.at,
            }
            | facts
        )  # fmt: skip

    def test_a_road_that_nobody_keeps_is_named_until_somebody_does(self, house: House) -> None:
        roads = {gap.name for gap in gaps(house) if gap.subject_key == "roads"}
        assert "北滩村" in roads
        area = self.set(house)
        assert [gap.name for gap in gaps(house) if gap.subject_key == "roads"] == ["村口到小学的路"]
        services.assign_area(
            area=area, team=None, person=house.residents[0], by=house.clerk, at=house.at
        )
        assert not [gap for gap in gaps(house) if gap.subject_key == "roads"]

    def test_five_somebodies_are_looked_for(self, house: House) -> None:
        missing = {gap.subject_key for gap in gaps(house)}
        assert "disputes" in missing
        people.posted("mediator", at_place=house.place)
        assert "disputes" not in {gap.subject_key for gap in gaps(house)}

    def test_a_households_own_is_no_gap_and_no_public_entry(self, house: House) -> None:
        home = Household.objects.create(code="HH9", grid=house.place, place_path=house.place.path)
        self.set(house, household=home, name="自家水沟")
        assert not queries.public_areas(house.place).exists()
        assert "自家水沟" not in {gap.name for gap in gaps(house)}
        Person.objects.filter(pk=house.residents[0].pk).update(household=home)
        mine = Person.objects.get(pk=house.residents[0].pk)
        assert [area.name for area in queries.own_areas(mine)] == ["自家水沟"]
        assert not queries.own_areas(house.residents[1]).exists()
        with pytest.raises(services.NotSoFar):
            self.set(house, household=home, name="门前路", person=house.residents[1])

    def test_only_who_keeps_the_list_changes_it(self, house: House) -> None:
        for person in (house.elder, house.supervisor, house.elsewhere):
            with pytest.raises(NotAllowed):
                self.set(house, by=person)
        area = self.set(house)
        with pytest.raises(services.DoneAlready):
            self.set(house)
        with pytest.raises(services.WordsMissing):
            self.set(house, subject="religion")
        with pytest.raises(services.WrongPlace):
            services.assign_area(
                area=area, team=None, person=house.elsewhere, by=house.clerk, at=house.at
            )
        services.end_area(area=area, by=house.clerk, at=house.at)
        with pytest.raises(services.DoneAlready):
            services.end_area(area=area, by=house.clerk, at=house.at)
