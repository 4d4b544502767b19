"""A residents' committee is elected in three lawful ways (RCOL 8, 10), each on its own roll."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from tests import people, worlds
from tests.ballots.elections.conftest import AT, CLOSES, DURING, FIXED, NOMINATED, OPENS
from xiangyue.ballots import services as rolls
from xiangyue.ballots.elections import services
from xiangyue.ballots.elections.acts import found_entry
from xiangyue.ballots.elections.delegates import list_faults
from xiangyue.ballots.elections.electorate_models import GroupChoice
from xiangyue.ballots.elections.invariants import INVARIANTS
from xiangyue.ballots.elections.models import Elected, Election, Round, RoundResult
from xiangyue.ballots.elections.queries import next_round_of
from xiangyue.ballots.elections.reckoning import faults_in
from xiangyue.ballots.elections.refusals import ElectionRefused, ElectionStands, NotACandidate
from xiangyue.ballots.elections.sentences import office_sentence
from xiangyue.ballots.elections.stages import what_is_next
from xiangyue.ballots.models import RollEntry
from xiangyue.ballots.refusals import ProxyRefused
from xiangyue.ballots.refusals import RollUnsettled as Unsettled
from xiangyue.places.models import Household, Person, Place
from xiangyue.places.services import register_household

pytestmark = pytest.mark.django_db

COMMUNITY = "620725101001"  # 长城社区
GROUPS = ("一组", "二组", "三组", "四组")
SEATS = {"chair": 1, "vice_chair": 1, "member": 3, "woman_member": 0}


@dataclass
class Community:
    """A community of ten households with two people of age each, and who runs its elections."""

    place: Place
    keeper: Person
    residents: list[Person] = field(default_factory=list)
    households: list[Household] = field(default_factory=list)

    def announce(self, electors: str, **facts) -> Election:
        known = {
            "kind": "residents_committee", "place": self.place, "opens_at": OPENS,
            "closes_at": CLOSES, "committee": self.residents[15:20], "chosen_by": "居民会议",
            "seats": SEATS, "by": self.keeper, "at": AT, "electors": electors,
        }  # fmt: skip
        if electors == "groups":
            known |= {"groups": GROUPS, "wanted_by": "居民会议表决"}
        return services.announce_election(**(known | facts))

    def choose(self, election: Election, group: str, chosen: list[Person], **facts) -> GroupChoice:
        known = {"met_on": AT.date(), "present_count": 9, "by": self.keeper, "at": AT}
        return services.choose_representatives(
            election=election, group=group, people=chosen, **(known | facts)
        )

    def sent(self, election: Election) -> None:
        """Each of the four groups sends three of twelve."""
        for number, group in enumerate(GROUPS):
            self.choose(election, group, self.residents[3 * number : 3 * number + 3])

    def fix(self, election: Election) -> Election:
        services.draw_voters(election=election, by=self.keeper, at=AT)
        election = Election.objects.get(pk=election.pk)
        rolls.publish_roll(roll=election.roll, by=self.keeper, at=AT)
        rolls.fix_roll(roll=election.roll, by=self.keeper, at=FIXED)
        return Election.objects.get(pk=election.pk)

    def opened(self, election: Election) -> Round:
        """The last seven residents stand: two, two and three... none of whom need be a delegate."""
        standing = {"chair": (12, 13), "vice_chair": (14, 8), "member": (9, 10, 11, 7)}
        for office, numbers in standing.items():
            for number in numbers:
                entry = found_entry(election, self.residents[number].name, field="name")
                candidate = services.nominate(
                    election=election, office=office, entry=entry, support_count=1,
                    is_woman=True, by=self.keeper, at=NOMINATED,
                )  # fmt: skip
                services.answer_nomination(
                    candidate=candidate, accepts=True, by=self.keeper, at=NOMINATED
                )
        self.standing = {
            office: [
                found_entry(election, self.residents[number].name, field="name").number
                for number in numbers
            ]
            for office, numbers in standing.items()
        }
        found = services.publish_candidates(election=election, by=self.keeper, at=NOMINATED)
        services.choose_tellers(polling=found, tellers=self.tellers, by=self.keeper, at=NOMINATED)
        return services.open_round(polling=found, by=self.keeper, at=OPENS)

    @property
    def tellers(self) -> list[Person]:
        return list(Person.objects.filter(name__in=["计一", "票二"], place=self.place))

    def polled(self, found: Round, *, out: int, returned: int, chair: tuple[int, int]) -> dict:
        """So many take slips, so many come back; the facts of the result."""
        entries = RollEntry.objects.filter(roll=found.election.roll_id, is_struck=False)
        for entry in entries.order_by("number")[:out]:
            services.hand_out(polling=found, entry=entry, by=self.keeper, at=DURING)
        found = services.close_round(polling=found, by=self.keeper, at=CLOSES)
        for office, numbers in self.standing.items():
            votes = dict.fromkeys(numbers[:-1], returned) | {numbers[-1]: 0}
            if office == "chair":
                votes = dict(zip(numbers, chair, strict=True))
            for teller in self.tellers:
                services.record_office_count(
                    polling=found, office=office, teller=teller, returned=returned, spoiled=0,
                    votes=votes, at=CLOSES,
                )  # fmt: skip
        return services.count_round(polling=found, by=self.keeper, at=CLOSES).facts


@worlds.standing
def community() -> Community:
    place = people.place(COMMUNITY)
    keeper = people.clerk(COMMUNITY)
    grid = people.place(f"{COMMUNITY}-001")
    young = date(2015, 1, 1)
    Person.objects.filter(place__path__startswith=place.path).update(birth_date=young)
    for name in ("计一", "票二"):
        teller = people.somebody(name, at_place=place)
        Person.objects.filter(pk=teller.pk).update(birth_date=young)
    found = Community(place, keeper)
    for number in range(10):
        found.households.append(
            register_household(code=f"C{number}", grid=grid, address="1号", at=people.LONG_AGO)
        )
    for number in range(20):
        person = people.somebody(f"居{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{number // 10}")
        person.household = found.households[number % 10]
        person.birth_date = date(1960 + number, 3, 1)
        person.save()
        found.residents.append(person)
    return found


def sound() -> bool:
    return [check() for check in INVARIANTS.values()] == [[]] * len(INVARIANTS)


class TestHouseholds:
    def test_each_household_has_one_voice_and_anybody_of_age_may_be_elected(self, community):
        election = community.fix(community.announce("households"))
        assert election.roll.entry_count == 10
        assert {each.person_id for each in election.roll.entries.all()} == {None}
        found = community.opened(election)
        facts = community.polled(found, out=6, returned=6, chair=(4, 2))
        assert facts["electors"] == "households"
        elected = {each.person_id for each in Elected.objects.filter(office="chair")}
        assert elected == {community.residents[12].pk}
        assert sound()

    def test_el02_exactly_half_of_the_households_elects_nobody(self, community):
        election = community.fix(community.announce("households"))
        found = community.opened(election)
        facts = community.polled(found, out=5, returned=5, chair=(5, 0))
        assert [office["is_valid"] for office in facts["offices"]] == [False] * 3
        assert next_round_of(Election.objects.get(pk=election.pk)).kind == "repeat"
        assert "10户" in office_sentence(facts, facts["offices"][0])

    def test_the_majority_is_of_those_present_not_of_the_slips_that_came_back(self, community):
        """Six came, five slips came back: three are half of six and elect nobody."""
        election = community.fix(community.announce("households"))
        found = community.opened(election)
        facts = community.polled(found, out=6, returned=5, chair=(3, 2))
        chair = next(each for each in facts["offices"] if each["key"] == "chair")
        assert (chair["needed"], chair["open_seats"]) == (4, 1)
        assert not faults_in(facts)
        assert sound()

    def test_a_delegate_sends_nobody_in_their_place(self, community):
        election = community.fix(community.announce("households"))
        entries = list(election.roll.entries.all()[:2])
        found = community.opened(election)
        Round.objects.filter(pk=found.pk)
        with pytest.raises((ProxyRefused, ElectionStands)):
            services.add_proxy(
                polling=found, entry=entries[0], agent=entries[1], relation="child",
                is_written=True, by=community.keeper, at=NOMINATED,
            )  # fmt: skip

    def test_who_asks_for_the_list_brings_their_household(self, community):
        election = community.announce("households")
        services.draw_voters(election=election, by=community.keeper, at=AT)
        guest = people.somebody("外来户", at_place=people.place(people.OTHER_VILLAGE))
        claim = services.claim_vote(
            election=election, person=guest, kind="away", by=community.keeper, at=AT
        )
        answer = {"claim": claim, "is_accepted": True, "answer": "同意", "by": community.keeper,
                  "at": AT}  # fmt: skip
        with pytest.raises(ElectionRefused, match="户"):
            services.answer_claim(**answer)


class TestGroups:
    def test_the_groups_send_those_who_elect(self, community):
        election = community.announce("groups")
        community.sent(election)
        election = community.fix(election)
        assert election.roll.entry_count == 12
        assert set(election.roll.entries.values_list("group", flat=True)) == set(GROUPS)
        found = community.opened(election)
        facts = community.polled(found, out=7, returned=7, chair=(4, 3))
        assert Elected.objects.get(office="chair").person_id == community.residents[12].pk
        assert not faults_in(facts)
        assert sound()

    def test_el02_exactly_half_of_the_representatives_elects_nobody(self, community):
        election = community.announce("groups")
        community.sent(election)
        found = community.opened(community.fix(election))
        facts = community.polled(found, out=6, returned=6, chair=(6, 0))
        assert not any(office["is_valid"] for office in facts["offices"])

    @pytest.mark.parametrize(("count", "is_enough"), [(1, False), (2, True), (3, True), (4, False)])
    def test_a_group_sends_two_or_three(self, community, count, is_enough):
        election = community.announce("groups")
        if is_enough:
            assert community.choose(election, "一组", community.residents[:count]).people.count()
            return
        with pytest.raises(ElectionRefused):
            community.choose(election, "一组", community.residents[:count])

    def test_nobody_votes_for_two_groups_and_a_group_may_say_it_anew(self, community):
        election = community.announce("groups")
        community.choose(election, "一组", community.residents[:2])
        with pytest.raises(ElectionRefused, match="一组"):
            community.choose(election, "二组", community.residents[1:3])
        community.choose(election, "一组", [community.residents[0], community.residents[4]])
        community.choose(election, "二组", community.residents[1:3])
        assert GroupChoice.objects.filter(election=election).count() == 2

    @pytest.mark.parametrize(
        "facts",
        [{"met_on": AT.date() + timedelta(days=1)}, {"present_count": 1}, {"present_count": 10**9}],
    )
    def test_its_meeting_is_on_record_and_has_been_held(self, community, facts):
        election = community.announce("groups")
        with pytest.raises(ElectionRefused):
            community.choose(election, "一组", community.residents[:2], **facts)

    def test_whom_it_sends_lives_there_and_is_of_age(self, community):
        election = community.announce("groups")
        stranger = people.somebody("外人", at_place=people.place(people.OTHER_VILLAGE))
        child = community.tellers[0]
        for other in (stranger, child):
            with pytest.raises(ElectionRefused):
                community.choose(election, "一组", [community.residents[0], other])

    def test_the_list_waits_for_every_group(self, community):
        election = community.announce("groups")
        for group in GROUPS[:3]:
            number = 3 * GROUPS.index(group)
            community.choose(election, group, community.residents[number : number + 2])
        step, sentence = what_is_next(Election.objects.get(pk=election.pk), at=AT)
        assert (step, "四组" in sentence) == ("group", True)
        with pytest.raises(ElectionRefused, match="四组"):
            services.draw_voters(election=election, by=community.keeper, at=AT)
        community.choose(election, "四组", community.residents[10:12])
        services.draw_voters(election=election, by=community.keeper, at=AT)

    def test_a_drawn_list_follows_a_group_that_says_it_anew_and_is_not_fixed_with_too_few(
        self, community
    ):
        election = community.announce("groups")
        community.sent(election)
        services.draw_voters(election=election, by=community.keeper, at=AT)
        election = Election.objects.get(pk=election.pk)
        community.choose(election, "一组", [community.residents[0], community.residents[12]])
        standing = election.roll.entries.filter(is_struck=False, group="一组")
        assert {each.person_id for each in standing} == {
            community.residents[0].pk, community.residents[12].pk,
        }  # fmt: skip
        assert not list_faults(election)
        rolls.publish_roll(roll=election.roll, by=community.keeper, at=AT)
        rolls.strike_from_roll(entry=standing.first(), reason="已搬走", by=community.keeper, at=AT)
        with pytest.raises(Unsettled, match="一组"):
            rolls.fix_roll(roll=election.roll, by=community.keeper, at=FIXED)
        rolls.add_to_roll(
            roll=election.roll, voter=community.residents[18], reason="补", by=community.keeper,
            at=AT,
        )  # fmt: skip
        assert any(community.residents[18].name in each for each in list_faults(election))

    def test_a_fixed_list_hears_no_group_any_more(self, community):
        election = community.announce("groups")
        community.sent(election)
        community.fix(election)
        with pytest.raises(ElectionStands):
            community.choose(election, "一组", community.residents[12:14])
        with pytest.raises(ElectionStands):
            services.claim_vote(
                election=election, person=community.residents[19], kind="away",
                by=community.keeper, at=AT,
            )  # fmt: skip

    def test_the_residents_want_it_and_every_group_of_the_register_is_named(self, community):
        with pytest.raises(ElectionRefused):
            community.announce("groups", wanted_by=" ")
        with pytest.raises(ElectionRefused):
            community.announce("groups", groups=())
        new = {"code": f"{COMMUNITY}-G9", "name": "九组", "kind": "group"}
        Place.objects.add_child(community.place, create_kwargs=new)
        with pytest.raises(ElectionRefused, match="九组"):
            community.announce("groups")
        community.announce("groups", groups=(*GROUPS, "九组"))


class TestAllVoters:
    def test_the_two_other_ways_are_for_communities_alone(self, community):
        village = people.place()
        keeper = people.clerk()
        for electors in ("households", "groups", "telepathy"):
            with pytest.raises(ElectionRefused):
                services.announce_election(
                    kind="villagers_committee", place=village, opens_at=OPENS, closes_at=CLOSES,
                    committee=community.residents[:5], chosen_by="村民会议", electors=electors,
                    groups=GROUPS, wanted_by="村民会议", by=keeper, at=AT,
                )  # fmt: skip

    def test_all_voters_elect_by_the_slips_that_came_back(self, community):
        """Twelve of twenty came, ten slips came back, six of them elect: more than half of ten."""
        election = community.fix(community.announce("residents"))
        assert election.roll.entry_count == 20
        found = community.opened(election)
        facts = community.polled(found, out=12, returned=11, chair=(6, 5))
        chair = next(each for each in facts["offices"] if each["key"] == "chair")
        assert (chair["needed"], chair["open_seats"]) == (6, 0)
        assert sound()

    def test_no_group_sends_anybody(self, community):
        election = community.announce("residents")
        with pytest.raises(ElectionStands):
            community.choose(election, "一组", community.residents[:2])


class TestWhoMayBeElected:
    def test_the_list_is_not_published_and_stands_from_the_opening(self, community):
        election = community.fix(community.announce("households"))
        eligible = election.electorate.eligible
        with pytest.raises(Unsettled):
            rolls.publish_roll(roll=eligible, by=community.keeper, at=AT)
        community.opened(election)
        eligible.refresh_from_db()
        assert (eligible.state, eligible.digest != "") == ("fixed", True)

    def test_of_whom_nobody_knows_the_age_is_settled_first(self, community):
        Person.objects.filter(pk=community.residents[12].pk).update(birth_date=None)
        election = community.fix(community.announce("households"))
        entry = found_entry(election, community.residents[12].name, field="name")
        with pytest.raises(NotACandidate):
            services.nominate(
                election=election, office="chair", entry=entry, support_count=1,
                by=community.keeper, at=NOMINATED,
            )  # fmt: skip


def test_a_result_of_before_there_were_several_ways_still_recomputes(community):
    election = community.fix(community.announce("residents"))
    facts = community.polled(community.opened(election), out=12, returned=12, chair=(7, 5))
    facts = {**facts, "terms": {k: v for k, v in facts["terms"].items() if k != "base"}}
    del facts["electors"]
    assert not faults_in(facts)
    assert RoundResult.objects.count() == 1
