"""The day of whoever holds a post: few questions, and nothing left out that waits for somebody.

A module's `AFOOT` says by which questions there is anything to look for; where its panel has
something, one of them must say so. Each scene has people for whom one question alone does.
"""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import people
from tests.assemblies.conftest import DURING as SITTING
from tests.assemblies.conftest import Village as Sitters
from tests.assemblies.conftest import make_village as sitters
from tests.ballots.conftest import DURING as VOTING
from tests.ballots.conftest import make_village as voters
from tests.ballots.elections.conftest import AT, Held, announce
from tests.ballots.elections.conftest import DURING as POLLING
from tests.ballots.secret import box
from tests.compacts.conftest import make_village as drafters
from tests.councils.conftest import make_community
from tests.councils.conftest import make_house as councillors
from tests.day import panel_and_question
from tests.deliberation.conftest import make_house as debaters
from tests.enforcement.conftest import make_house as keepers
from tests.enforcement.reminding import Remembered
from tests.orders.conftest import CLOSES
from tests.orders.conftest import make_house as orderers
from tests.people import MONDAY
from tests.publicity.conftest import make_village as publishers
from tests.rosters.conftest import platform
from xiangyue.access.afoot import which_are_afoot
from xiangyue.access.appointments import appoint
from xiangyue.access.queries import standing_of
from xiangyue.assemblies.models import Sitting
from xiangyue.ballots import services as ballots
from xiangyue.ballots.models import RollEntry
from xiangyue.councils import services as councils
from xiangyue.enforcement import services as enforcement
from xiangyue.incidents import services
from xiangyue.places.models import Person, Place
from xiangyue.rosters.exchanges import propose_exchange
from xiangyue.rosters.models import DutyTurn
from xiangyue.site.modules import offering

__all__ = ["platform"]

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
# What every page asks: the session, account, person, posts, editions, the county's name, messages.
FRAME = 8


def waits(module: str, *who: Person, at: datetime) -> None:
    for person in who:
        again = Person.objects.get(pk=person.pk)
        assert panel_and_question(module, again, at=at) == (True, True), person.name


class TestCount:
    @pytest.mark.parametrize("role", ["grid_worker", "village_clerk", "town_dispatcher"])
    def test_a_day_with_nothing_afoot_asks_little(self, client: Client, role: str):
        function = {"grid_worker": "GW", "village_clerk": "VC", "town_dispatcher": "TV"}[role]
        at_place = people.town() if role == "town_dispatcher" else people.place()
        unit = people.unit(function, at_place)
        people.sign_in(client, people.posted(role, at_place=at_place, organisation=unit))
        client.get("/today/")
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/today/")
        assert page.status_code == 200
        # Its one question for all modules; then incidents ask twice, patrols twice.
        assert len(asked) <= FRAME + 1 + 4 - 1

    def test_every_module_with_questions_of_its_own_says_when_to_ask_them(self):
        silent = {module.__name__ for module in offering("today") if not hasattr(module, "AFOOT")}
        # Handling, walking and the register: whoever may do it has it on their page every day.
        assert silent == {f"xiangyue.{one}.today" for one in ("incidents", "patrols", "registry")}

    def test_what_is_asked_is_one_statement_however_much_is_asked(self, django_assert_num_queries):
        clerk = people.clerk()
        mine = standing_of(clerk, at=MONDAY)
        asked = [one for module in offering("today") for one in getattr(module, "AFOOT", ())]
        for _twice in range(2):
            with django_assert_num_queries(1):
                found = which_are_afoot(asked, person=clerk, standing=mine, at=MONDAY)
        assert len(found) == len(asked) > 30
        assert not any(found)


class TestVotes:
    def test_to_keep_to_tell_and_to_cast(self):
        village = voters()
        village.open()
        committee = people.posted("supervision_member", at_place=village.place)
        waits(
            "ballots", village.keeper, committee, village.tellers[0], village.villagers[0],
            at=VOTING,
        )  # fmt: skip

    def test_a_vote_that_should_be_open_by_now(self):
        village = voters()
        ballot = village.plan()
        waits("ballots", village.keeper, at=ballot.opens_at)

    def test_a_household_votes(self):
        village = voters()
        facts = {"by": village.keeper, "at": MONDAY}
        roll = ballots.draw_roll(place=village.place, rule="villagers_assembly", **facts)
        voice, household = village.villagers[0], village.households[0]
        RollEntry.objects.filter(person=voice).update(person=None, household=household)
        ballots.publish_roll(roll=roll, **facts)
        ballots.confirm_entries(roll=roll, entries=None, **facts)
        ballots.fix_roll(roll=roll, by=village.keeper, at=MONDAY + 3 * DAY)
        village.open(roll)
        waits("ballots", voice, at=VOTING)

    def test_an_objection_to_a_roll(self):
        village = voters()
        roll = ballots.draw_roll(
            place=village.place, rule="villagers_assembly", by=village.keeper, at=MONDAY
        )
        ballots.publish_roll(roll=roll, by=village.keeper, at=MONDAY)
        ballots.object_to_roll(
            roll=roll, kind="missing", text="我儿子不在名单上", said_by="老王",
            entered_by=village.keeper, at=MONDAY,
        )  # fmt: skip
        waits("ballots", village.keeper, at=MONDAY)

    def test_an_election_and_its_box(self):
        village = voters()
        held = Held(village, announce(village))
        waits("ballots", held.keeper, village.villagers[20], at=AT)
        held.open()
        waits("ballots", village.tellers[0], at=POLLING)

    def test_a_trustees_key(self):
        played = box.plan(voters())
        waits("ballots", played.trustees[0].person, at=MONDAY)


class TestMeetings:
    @pytest.fixture
    def village(self) -> Sitters:
        return sitters()

    def test_to_run_and_to_come_to(self, village: Sitters):
        to_come = village.announce()
        village.open(village.announce("courtyard", expected_count=10))
        waits("assemblies", village.clerk, village.secretary, village.writer, at=SITTING)
        councillor = people.somebody("受邀人")
        to_come.invitations.create(person=councillor)
        waits("assemblies", councillor, at=to_come.starts_at - DAY)

    def test_to_sign(self, village: Sitters):
        """The committee that supervises signs an assembly's minutes, by its post at the place."""
        assembly, minutes = village.announce(), village.settled()
        waits("assemblies", village.secretary, village.writer, at=SITTING)
        Sitting.objects.filter(pk=minutes.sitting_id).update(declaration=assembly.declaration)
        supervisor = people.posted("supervision_member", at_place=village.place)
        waits("assemblies", supervisor, at=SITTING)


class TestCouncils:
    def test_a_seat_a_groups_matter_and_who_asks_to_be_heard(self):
        house = councillors()
        seat = house.seat(house.form(), "head")
        assert seat.person is not None
        waits("councils", seat.person, house.clerk, at=house.at)

    def test_what_a_group_has_not_taken_up(self):
        house = councillors()
        group = house.group()
        house.ask(group)
        waits("councils", *house.members(group), at=house.at)

    def test_who_is_concerned(self):
        community = make_community(councillors())
        council, clerk = community.sitting(), community.clerk
        house = community.house
        councils.invite_stakeholder(
            council=council, title="停车", person=house.resident, stake="有车要停", by=clerk,
            at=house.at,
        )  # fmt: skip
        waits("councils", house.resident, at=house.at)
        matter = councils.take_up(council=council, title="别的事", by=clerk, at=house.at)
        councils.ask_to_be_heard(matter=matter, stake="我也停车", by=house.resident, at=house.at)
        waits("councils", clerk, at=house.at)


class TestKeepingTheCompact:
    def test_duty_talks_and_objections(self):
        kept = Remembered.make(keepers())
        waits("enforcement", kept.member, at=kept.house.at)
        reminder = kept.note()
        other = kept.house.residents[1]
        waits("enforcement", other, at=kept.house.at)
        enforcement.object_to_reminder(
            reminder=reminder, text="那天我不在家", by=kept.house.residents[3], at=kept.house.at
        )
        waits("enforcement", kept.house.supervisor, at=kept.house.at)

    def test_thanks_that_are_due(self):
        house = keepers()
        team = house.patrol()
        call = enforcement.call_for_help(
            team=team, title="清理进村路两旁的杂草", meets_at="村口",
            starts_at=house.at + 3 * DAY, wanted_count=2, by=house.clerk, at=house.at,
        )  # fmt: skip
        waits("enforcement", house.clerk, at=call.starts_at)

    def test_a_letter_without_an_answer_and_whom_to_vet(self):
        house = keepers()
        committee = house.begin()
        house.invited(committee)
        waits("enforcement", house.clerk, at=house.at)
        house.unit_head(committee)
        waits("enforcement", *house.vetters.values(), at=house.at)


def test_rosters_tell_of_turns_and_of_who_asks_for_an_exchange(platform):
    turn = platform.published()[0]
    taker = platform.members[1]
    waits("rosters", turn.person, at=turn.begins_at - timedelta(hours=30))
    DutyTurn.objects.exclude(pk=turn.pk).delete()
    propose_exchange(turn=turn, taker=taker, return_turn=None, actor=turn.person, at=MONDAY)
    waits("rosters", taker, at=MONDAY)


def test_orders_tell_of_papers_to_type():
    house = orderers()
    house.voting()
    house.hand_out(1)
    waits("orders", house.keeper, at=CLOSES)
    house.close()
    waits("orders", house.village.tellers[0], house.checker, at=CLOSES)


def test_issues_tell_of_what_is_late():
    house = debaters()
    task = house.task()
    waits("deliberation", house.checker, at=house.at + 20 * DAY)
    house.done(task)
    waits("deliberation", house.checker, at=house.at)


def test_compacts_tell_of_texts_and_of_filing():
    village = drafters()
    version = village.first()
    village.say(version)
    waits("compacts", village.secretary, at=village.at)
    assert panel_and_question("compacts", village.worker, at=village.at) == (False, False)


def test_compacts_tell_of_what_is_to_be_filed():
    village = drafters()
    village.voted()
    waits("compacts", village.clerk, at=village.at + 30 * DAY)


def test_notices_tell_of_objections_and_of_windows_that_end():
    village = publishers()
    notice = village.publish()
    ends = datetime.combine(notice.ends_on, datetime.min.time(), tzinfo=village.at.tzinfo)
    assert panel_and_question("publicity", village.clerk, at=village.at) == (False, False)
    for ahead in (1, 2):
        waits("publicity", village.clerk, at=ends - ahead * DAY + timedelta(hours=9))
    village.object(notice)
    waits("publicity", village.clerk, village.secretary, at=village.at)


class TestIncidents:
    @pytest.fixture
    def scene(self) -> None:
        """Two to take on, one in hand, one to verify, and one of another village's; all late."""
        town = people.VILLAGE[:9]
        others = Place.objects.filter(kind="village", code__startswith=town)
        other = others.exclude(code=people.VILLAGE).order_by("path")[0].code
        for number, village in enumerate([*[people.VILLAGE] * 4, other]):
            incident, _code = services.report_incident(
                category_key="0401", place=people.place(village), at=MONDAY, channel="resident",
                description="村口垃圾堆了三天没人清", reporter=people.somebody(),
            )  # fmt: skip
            clerk = people.acting(
                people.posted(
                    "village_clerk", at_place=people.place(village), organisation=incident.unit
                )
            )
            if number > 1:
                services.take_on_incident(incident=incident, actor=clerk, at=MONDAY)
            if number > 2:
                services.handle_incident(
                    incident=incident, actor=clerk, at=MONDAY, outcome="fixed", reply="清了"
                )

    def lists(self, client: Client) -> list[str]:
        page = client.get("/today/").content.decode()
        return re.findall(r'<h2[^>]*>|href="/incidents/[^"]+"|[0-9]+件已超期', page)

    @pytest.mark.parametrize("verifies", [False, True])
    def test_few_and_many_are_told_alike(
        self, client: Client, scene: None, monkeypatch, *, verifies: bool
    ):
        who = people.clerk()
        if verifies:  # out walking, with both in hand
            monkeypatch.setattr("xiangyue.access.rules.Standing.works_at_desk", False)
            appoint(person=who, role="town_dispatcher", place=people.town(), at=people.LONG_AGO)
        people.sign_in(client, who)
        few = self.lists(client)
        monkeypatch.setattr("xiangyue.incidents.today.ROWS", 2)
        assert self.lists(client) == few
        assert sum(one.startswith("href") for one in few) == 3 + 2 * verifies
        assert "4件已超期" in few
