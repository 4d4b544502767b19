"""A team asks for helpers: free, for whoever likes, and nobody knows who did not answer."""

from datetime import UTC, date, timedelta

import pytest
from django.test import Client

from tests import people, worlds
from tests.enforcement.conftest import House
from xiangyue.activity.models import Entry
from xiangyue.enforcement import rules, services
from xiangyue.enforcement.models import HelpCall, Helper, Team
from xiangyue.enforcement.services.calling import standing_of_call
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.places.models import Person

pytestmark = pytest.mark.django_db

API = "/api/v1"


@worlds.standing
def team(house: House) -> Team:
    """A patrol in office, and everybody of age."""
    found = house.patrol()
    Person.objects.update(birth_date=date(1980, 1, 1))
    return found


def called(house: House, team: Team, **facts) -> HelpCall:
    known = {
        "team": team, "title": "清理进村路两旁的杂草", "meets_at": "村口",
        "starts_at": house.at + timedelta(days=3), "wanted_count": 2, "by": house.clerk,
        "at": house.at,
    }  # fmt: skip
    return services.call_for_help(**(known | facts))


def again(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def offered(call: HelpCall, person: Person, at) -> Helper:
    return services.offer_help(call=call, by=again(person), at=at)


class TestCalling:
    def test_the_head_and_who_keeps_the_compact_call_and_nobody_else(self, house, team):
        called(house, team)
        for other in (house.residents[0], house.elder, house.elsewhere):
            with pytest.raises(NotAllowed):
                called(house, team, by=other)

    @pytest.mark.parametrize(
        "facts",
        [
            {"title": "每户必须出一人清理河道"},
            {"title": "低保户来修路"},
            {"meets_at": "不来的上黑榜"},
            {"wanted_count": 0},
            {"wanted_count": 201},
            {"starts_at": people.LONG_AGO},
            {"starts_at": people.MONDAY + timedelta(days=200)},
            {"is_risky": True},
        ],
    )
    def test_nobody_is_pressed_and_nothing_impossible_is_asked(self, house, team, facts):
        with pytest.raises(services.CallRefused):
            called(house, team, **facts)
        assert not HelpCall.objects.exists()

    def test_vo05_risky_work_is_insured(self, house, team):
        assert called(house, team, is_risky=True, is_insured=True).is_insured


class TestOffering:
    def test_it_closes_when_enough_have_said_yes_and_opens_when_one_takes_it_back(
        self, house, team
    ):
        call = called(house, team)
        first, second, third = house.residents[1:4]
        for person in (first, first, second):  # again changes nothing
            offered(call, person, house.at)
        assert call.helpers.count() == 2
        with pytest.raises(services.CallOver):
            offered(call, third, house.at)
        services.take_back_offer(call=call, by=first, at=house.at)
        assert offered(call, third, house.at).person_id == third.pk

    def test_from_the_moment_it_begins_nobody_joins_or_leaves(self, house, team):
        call = called(house, team)
        offered(call, house.residents[1], call.starts_at - timedelta(seconds=1))
        with pytest.raises(services.CallOver):
            offered(call, house.residents[2], call.starts_at)
        with pytest.raises(services.CallOver):
            services.take_back_offer(call=call, by=house.residents[1], at=call.starts_at)

    def test_those_of_age_who_live_there_are_asked(self, house, team):
        call = called(house, team)
        day = call.starts_at.date()
        young = house.residents[1]
        for birth_date in (None, day.replace(year=day.year - 18) + timedelta(days=1)):
            Person.objects.filter(pk=young.pk).update(birth_date=birth_date)
            with pytest.raises(services.CallRefused):
                offered(call, young, house.at)
        Person.objects.filter(pk=young.pk).update(birth_date=day.replace(year=day.year - 18))
        offered(call, young, house.at)
        with pytest.raises(services.WrongPlace):
            offered(call, house.elsewhere, house.at)
        with pytest.raises(services.CallRefused):
            offered(call, house.clerk, house.at)

    def test_the_record_does_not_say_who_offered_or_took_it_back(self, house, team):
        call = called(house, team)
        offered(call, house.residents[1], house.at)
        services.take_back_offer(call=call, by=house.residents[1], at=house.at)
        names = ["enforcement.help_offered", "enforcement.help_taken_back"]
        entries = Entry.objects.filter(name__in=names)
        assert entries.count() == 2
        assert {(entry.actor_id, str(entry.facts)) for entry in entries} == {(None, "{}")}
        assert not Helper.objects.exists()


class TestThanking:
    def thanked(self, house, call, came, **facts):
        known = {"call": call, "came": [each.pk for each in came], "thanks": "辛苦了",
                 "by": house.clerk, "at": call.starts_at + timedelta(hours=3)}  # fmt: skip
        return services.thank(**(known | facts))

    def test_who_came_is_on_record_and_who_did_not_is_forgotten(self, house, team):
        call = called(house, team)
        first, second = (offered(call, each, house.at) for each in house.residents[1:3])
        done = self.thanked(house, call, [first])
        assert (done.state, done.came_count) == ("thanked", 1)
        assert list(Helper.objects.values_list("person", "has_come")) == [(first.person_id, True)]
        given = Entry.objects.filter(name="enforcement.help_given")
        assert [entry.subject_id for entry in given] == [str(first.pk)]
        assert not Entry.objects.filter(subject_id=str(second.pk)).exists()
        with pytest.raises(services.CallOver):
            self.thanked(house, call, [first])

    def test_not_before_it_begins_nor_without_a_word_nor_for_others(self, house, team):
        call = called(house, team)
        helper = offered(call, house.residents[1], house.at)
        other = offered(called(house, team, title="打扫文化广场"), house.residents[2], house.at)
        with pytest.raises(services.NotSoFar):
            self.thanked(house, call, [helper], at=call.starts_at - timedelta(seconds=1))
        with pytest.raises(services.WordsMissing):
            self.thanked(house, call, [helper], thanks=" ")
        with pytest.raises(services.CallRefused):
            self.thanked(house, call, [other])
        with pytest.raises(NotAllowed):
            self.thanked(house, call, [helper], by=house.residents[1])

    def test_se01_a_helper_does_not_confirm(self, house, team):
        call = called(house, team, by=house.secretary)
        helper = offered(call, house.clerk, house.at)
        with pytest.raises(NotAllowed):
            self.thanked(house, call, [helper])
        self.thanked(house, call, [helper], by=house.secretary)

    def test_called_off_it_forgets_who_had_said_yes(self, house, team):
        call = called(house, team)
        offered(call, house.residents[1], house.at)
        for _time in range(2):
            services.call_off(call=call, by=house.clerk, at=house.at)
        assert not Helper.objects.exists()
        with pytest.raises(services.CallOver):
            offered(call, house.residents[1], house.at)

    def test_what_nobody_confirms_is_forgotten_after_thirty_days(self, house, team):
        call = called(house, team)
        offered(call, house.residents[1], house.at)
        month = call.starts_at + timedelta(days=30)
        assert services.forget_helpers(at=month) == 0
        assert services.forget_helpers(at=month + timedelta(seconds=1)) == 1


def test_how_a_call_stands_at_its_borders():
    begins = people.MONDAY
    facts = {"state": "open", "starts_at": begins, "wanted": 2}
    before = begins - timedelta(seconds=1)
    assert rules.call_standing(**facts, now=before, answered=1).value == "wanted"
    assert rules.call_standing(**facts, now=before, answered=2).value == "full"
    assert rules.call_standing(**facts, now=begins, answered=0).value == "past"


# --- fronts ------------------------------------------------------------------------------------


@pytest.fixture
def clock(house, team, monkeypatch):
    """The pages' clock, told in UTC."""
    now = [house.at.astimezone(UTC)]
    monkeypatch.setattr("django.utils.timezone.now", lambda: now[0])
    return now


def signed_in(person: Person) -> Client:
    client = Client()
    people.sign_in(client, person)
    return client


def test_one_tap_to_come_and_only_who_leads_sees_names(house, team, clock):
    call = called(house, team)
    page = f"/keeping/calls/{call.pk}/"
    name = house.residents[1].name
    helper = signed_in(house.residents[1])
    assert helper.post(f"{page}offer/").status_code == 302
    assert call.helpers.get().person_id == house.residents[1].pk
    for client in (Client(), helper, signed_in(house.residents[2])):
        assert client.get(page).status_code == 200
        assert name not in client.get(page).content.decode().split("<main")[1]
    assert name in signed_in(house.clerk).get(page).content.decode()
    assert helper.post(f"{page}offer/", {"back": "1"}).status_code == 302
    assert not call.helpers.exists()


def test_a_call_is_made_and_thanked_on_the_pages(house, team, clock):
    keeper, path = signed_in(house.clerk), f"/keeping/teams/{team.pk}/call/"
    begins = (house.at + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    said = {"title": "打扫广场", "meets_at": "广场", "starts_at": begins, "wanted_count": "3"}
    refused = keeper.post(path, said | {"title": "每户必须来"})
    assert refused.status_code == 422
    assert "每户必须来" in refused.content.decode()
    assert keeper.post(path, said).status_code == 302
    call = HelpCall.objects.get()
    assert "打扫广场" in Client().get(f"/keeping/calls/in/{house.place.code}/").content.decode()
    helper = offered(call, house.residents[1], house.at)
    assert signed_in(house.residents[2]).get(path).status_code == 403
    clock[0] = call.starts_at + timedelta(hours=1)
    keeper = signed_in(house.clerk)  # a day later: staff sign in anew
    page = f"/keeping/calls/{call.pk}/"
    assert keeper.post(f"{page}thank/", {"came": [str(helper.pk)], "thanks": ""}).status_code == 422
    done = keeper.post(f"{page}thank/", {"came": [str(helper.pk)], "thanks": "辛苦了"})
    assert done.status_code == 302
    assert "辛苦了" in Client().get(page).content.decode()


def test_the_api_does_the_same_and_refuses_the_same(house, team, clock):
    keeper, helper = signed_in(house.clerk), signed_in(house.residents[1])
    begins = (house.at + timedelta(days=1)).isoformat()
    sent = {"title": "打扫广场", "meets_at": "广场", "starts_at": begins, "wanted_count": 1}
    path = f"{API}/compact-teams/{team.pk}/help-calls"
    json_ = {"content_type": "application/json"}
    assert Client().post(path, sent, **json_).status_code == 401
    assert helper.post(path, sent, **json_).status_code == 403
    made = keeper.post(path, sent, **json_)
    assert made.status_code == 201
    one = f"{API}/help-calls/{made.json()['id']}"
    answer = helper.post(f"{one}/offer", **json_).json()
    assert (answer["standing"], answer["is_mine"], answer["helpers"]) == ("full", True, [])
    assert keeper.get(one).json()["helpers"][0]["name"] == house.residents[1].name
    other = signed_in(house.residents[2])
    assert other.post(f"{one}/offer", **json_).json()["code"] == "call_over"
    assert helper.delete(f"{one}/offer", **json_).json()["helper_count"] == 0
    assert keeper.delete(one, **json_).json()["standing"] == "cancelled"
    assert Client().get(f"{API}/keeping/{house.place.code}/help-calls").status_code == 200
    assert standing_of_call(HelpCall.objects.get(), at=house.at).value == "cancelled"
