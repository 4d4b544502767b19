"""An election from its announcement to the handover, at each border of the law."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from tests import people
from tests.ballots.conftest import make_village
from tests.ballots.elections.conftest import (
    AT,
    CLOSES,
    DURING,
    FIXED,
    NOMINATED,
    OPENS,
    Held,
    announce,
)
from xiangyue.ballots import services as rolls
from xiangyue.ballots.elections import services, triggers
from xiangyue.ballots.elections.invariants import INVARIANTS
from xiangyue.ballots.elections.models import (
    Elected,
    Election,
    OfficeCount,
    Round,
    RoundResult,
    Slip,
)
from xiangyue.ballots.elections.queries import next_round_of, open_seats
from xiangyue.ballots.elections.reckoning import faults_in
from xiangyue.ballots.elections.refusals import (
    ElectionCountRefused,
    ElectionRefused,
    ElectionStands,
    NotACandidate,
    RecallRefused,
    SlipRefused,
)
from xiangyue.ballots.elections.showing import warnings_of
from xiangyue.ballots.refusals import CountsMissing, NotOnRoll, ProxyRefused, RollStands
from xiangyue.ballots.refusals import RollUnsettled as Unsettled
from xiangyue.ballots.rules import Agreement
from xiangyue.places.models import Person, Post
from xiangyue.publicity.models import Notice

pytestmark = pytest.mark.django_db


def sound() -> bool:
    return [check() for check in INVARIANTS.values()] == [[]] * len(INVARIANTS)


def test_an_election_from_the_list_to_the_handover(held):
    found = held.polled()
    elected = {each.name for each in Elected.objects.all()}
    assert elected == {held.chosen["chair"][0].name, *(p.name for p in held.chosen["member"][:2])}
    assert found.counted_at == CLOSES
    assert Notice.objects.filter(kind="vote_result", published_at=CLOSES).exists()
    decided = services.conclude_election(election=held.election, by=held.keeper, at=CLOSES)
    posts = Post.objects.filter(role="committee_member", active_to=None)
    assert sorted(posts.values_list("seat", flat=True)) == ["chair", "member", "member"]
    assert (decided.term_until.year - decided.term_from.year) == 5
    done = services.hand_over(
        election=held.election, items=["公章", "账簿"], overseen_by="镇政府", by=held.keeper,
        at=CLOSES + timedelta(days=3),
    )  # fmt: skip
    assert done.handover_clock.stopped_at is not None
    assert sound()


class TestAnnouncing:
    def test_the_day_leaves_twenty_days_for_the_list(self, db):
        village = make_village()
        near = AT + timedelta(days=19)
        with pytest.raises(ElectionRefused):
            announce(village, opens_at=near, closes_at=near + timedelta(hours=4))
        day = AT + timedelta(days=20)
        announce(village, opens_at=day, closes_at=day + timedelta(hours=4))

    @pytest.mark.parametrize(
        "seats", [{"chair": 1, "member": 1}, {"chair": 1, "vice_chair": 2, "member": 5}]
    )
    def test_the_committee_has_three_to_seven_members(self, db, seats):
        with pytest.raises(ElectionRefused):
            announce(make_village(), seats=seats)

    def test_nobody_appoints_the_election_committee_and_it_is_not_too_small(self, db):
        village = make_village()
        with pytest.raises(ElectionRefused):
            announce(village, chosen_by=" ")
        with pytest.raises(ElectionRefused):
            announce(village, committee=village.villagers[:4])

    def test_one_election_of_a_kind_at_a_time(self, held):
        with pytest.raises(ElectionStands):
            announce(held.village)
        services.annul_election(election=held.election, reason="改期", by=held.keeper, at=AT)
        announce(held.village)

    def test_it_opens_and_closes_on_one_day(self, db):
        with pytest.raises(ElectionRefused):
            announce(make_village(), closes_at=OPENS + timedelta(days=1))


class TestVotersList:
    def test_it_is_published_twenty_days_before_and_not_later(self, held):
        held.draw(AT)
        roll = held.again().roll
        with pytest.raises(Unsettled, match="20"):
            rolls.publish_roll(roll=roll, by=held.keeper, at=OPENS - timedelta(days=19))
        rolls.publish_roll(roll=roll, by=held.keeper, at=OPENS - timedelta(days=20))

    def test_objections_are_heard_to_the_end_of_the_fifth_day(self, held):
        held.draw()
        roll = rolls.publish_roll(roll=held.again().roll, by=held.keeper, at=AT)
        # Monday the 8th: the fifth day is Saturday the 13th and moves to the next worked one.
        assert roll.objections_until.astimezone(people.SHANGHAI).date() == date(2026, 6, 16)
        with pytest.raises(Unsettled):
            rolls.fix_roll(
                roll=roll, by=held.keeper, at=roll.objections_until - timedelta(seconds=1)
            )
        rolls.fix_roll(roll=roll, by=held.keeper, at=roll.objections_until)

    def test_an_objection_keeps_it_from_being_fixed(self, held):
        held.draw()
        roll = rolls.publish_roll(roll=held.again().roll, by=held.keeper, at=AT)
        objection = rolls.object_to_roll(roll=roll, kind="missing", text="漏了我爸", at=AT)
        with pytest.raises(Unsettled):
            rolls.fix_roll(roll=roll, by=held.keeper, at=FIXED)
        rolls.answer_roll_objection(
            objection=objection, text="不满十八岁", is_upheld=False, by=held.keeper, at=FIXED
        )
        rolls.fix_roll(roll=roll, by=held.keeper, at=FIXED)

    def test_who_turns_eighteen_on_the_day_votes_and_a_day_later_not(self, held):
        day = OPENS.date()
        young, younger = held.village.villagers[0], held.village.villagers[1]
        Person.objects.filter(pk=young.pk).update(birth_date=day.replace(year=day.year - 18))
        Person.objects.filter(pk=younger.pk).update(
            birth_date=day.replace(year=day.year - 18) + timedelta(days=1)
        )
        held.draw()
        names = set(held.again().roll.entries.values_list("person", flat=True))
        assert young.pk in names
        assert younger.pk not in names

    def test_a_fixed_list_takes_nobody_and_who_moves_in_gets_no_slips(self, held):
        found = held.open()
        stranger = people.somebody("新来的")
        with pytest.raises(RollStands):
            rolls.add_to_roll(
                roll=held.election.roll, voter=stranger, reason="搬来了", by=held.keeper, at=DURING
            )
        with pytest.raises(ElectionStands):
            services.claim_vote(
                election=held.election, person=stranger, kind="away", by=held.keeper, at=DURING
            )
        other = Held(held.village, held.election)
        assert not other.again().roll.entries.filter(person=stranger).exists()
        assert found.state == "open"

    def test_who_lives_here_for_a_year_and_is_agreed_to_is_put_on_it(self, held):
        held.draw()
        guest = people.somebody("外来户", at_place=people.place(people.OTHER_VILLAGE))
        known = {"election": held.election, "person": guest, "kind": "resident",
                 "by": held.keeper, "at": AT}  # fmt: skip
        day = OPENS.date()
        with pytest.raises(ElectionRefused):
            services.claim_vote(
                **known, agreed_by="代表会议", lives_here_since=day.replace(year=day.year - 1)
                + timedelta(days=1),
            )  # fmt: skip
        with pytest.raises(ElectionRefused):
            services.claim_vote(**known, lives_here_since=day.replace(year=day.year - 1))
        claim = services.claim_vote(
            **known, agreed_by="代表会议", lives_here_since=day.replace(year=day.year - 1)
        )
        with pytest.raises(Unsettled):  # it has no answer yet
            rolls.publish_roll(roll=held.again().roll, by=held.keeper, at=AT)
        services.answer_claim(claim=claim, is_accepted=True, answer="同意", by=held.keeper, at=AT)
        assert held.again().roll.entries.filter(person=guest, is_struck=False).exists()

    def test_nobody_is_registered_twice(self, held):
        held.draw()
        person = held.village.villagers[0]
        other = people.place(people.OTHER_VILLAGE)
        Person.objects.filter(pk=person.pk).update(household=None, place=other)
        people.somebody("邻村人", at_place=other)
        again = announce(held.village, place=other)
        services.draw_voters(election=again, by=held.keeper, at=AT)
        roll = Election.objects.get(pk=again.pk).roll
        assert roll.entries.get(person=person).is_struck
        claim = services.claim_vote(
            election=again, person=person, kind="away", by=held.keeper, at=AT
        )
        with pytest.raises(ElectionRefused):
            services.answer_claim(
                claim=claim, is_accepted=True, answer="同意", by=held.keeper, at=AT
            )


class TestCandidates:
    def test_who_stands_leaves_the_election_committee_and_is_replaced(self, held):
        held.fix()
        member = held.village.villagers[20]
        held.nominate(member, "chair")
        assert not held.election.members.filter(person=member, left_at=None).exists()
        with pytest.raises(NotACandidate):
            services.join_committee(
                election=held.election, person=member, by=held.keeper, at=NOMINATED
            )
        for person in held.village.villagers[:1]:
            held.nominate(person, "chair")
        for person in held.village.villagers[2:5]:
            held.nominate(person, "member")
        with pytest.raises(ElectionRefused):  # four of five are left
            services.publish_candidates(election=held.election, by=held.keeper, at=NOMINATED)
        services.join_committee(
            election=held.election, person=held.village.villagers[26], by=held.keeper, at=NOMINATED
        )
        services.publish_candidates(election=held.election, by=held.keeper, at=NOMINATED)

    def test_there_are_more_candidates_than_seats(self, held):
        held.fix()
        held.nominate(held.village.villagers[0], "chair")
        for person in held.village.villagers[2:5]:
            held.nominate(person, "member")
        with pytest.raises(ElectionRefused):
            services.publish_candidates(election=held.election, by=held.keeper, at=NOMINATED)
        held.nominate(held.village.villagers[1], "chair")
        services.publish_candidates(election=held.election, by=held.keeper, at=NOMINATED)

    def test_who_withdraws_leaves_too_few_and_nothing_opens(self, held):
        found = held.ready()
        services.withdraw_candidate(
            candidate=held.election.candidates.filter(office="chair").first(), by=None, at=NOMINATED
        )
        with pytest.raises(ElectionRefused):
            services.open_round(polling=found, by=held.keeper, at=OPENS)

    def test_one_stands_for_one_office_and_with_their_consent(self, held):
        held.fix()
        held.nominate(held.village.villagers[0], "chair")
        with pytest.raises(NotACandidate):
            held.nominate(held.village.villagers[0], "member")
        services.nominate(
            election=held.election, office="member", entry=held.entry(held.village.villagers[3]),
            support_count=2, by=held.keeper, at=NOMINATED,
        )  # fmt: skip
        with pytest.raises(ElectionRefused):  # somebody was not asked
            services.publish_candidates(election=held.election, by=held.keeper, at=NOMINATED)

    def test_only_women_stand_for_the_seat_of_the_women(self, db):
        village = make_village()
        held = Held(village, announce(village, seats={"chair": 1, "member": 1, "woman_member": 1}))
        held.fix()
        with pytest.raises(NotACandidate):
            held.nominate(village.villagers[0], "woman_member")
        held.nominate(village.villagers[0], "woman_member", woman=True)

    def test_nominations_come_after_the_list_stands(self, held):
        held.draw()
        with pytest.raises(ElectionStands):
            held.nominate(held.village.villagers[0], "chair")


class TestEL04:
    def proxy(self, held, found, person, agent, **facts):
        known = {"relation": "child", "is_written": True, "at": NOMINATED, "by": held.keeper}
        return services.add_proxy(
            polling=found, entry=held.entry(person), agent=held.entry(agent), **(known | facts)
        )

    def test_el04_one_votes_for_three_and_no_more(self, held):
        found, voters = held.ready(), held.village.villagers
        for person in voters[6:9]:
            self.proxy(held, found, person, voters[5])
        with pytest.raises(ProxyRefused, match="3"):
            self.proxy(held, found, voters[9], voters[5])

    @pytest.mark.parametrize(
        "facts", [{"relation": "friend"}, {"relation": ""}, {"is_written": False}]
    )
    def test_el04_only_close_relatives_and_in_writing(self, held, facts):
        found, voters = held.ready(), held.village.villagers
        with pytest.raises(ProxyRefused):
            self.proxy(held, found, voters[6], voters[5], **facts)

    def test_el04_proxies_are_entered_before_the_day(self, held):
        found, voters = held.ready(), held.village.villagers
        self.proxy(held, found, voters[6], voters[5], at=OPENS - timedelta(days=1))
        with pytest.raises(ElectionStands):
            self.proxy(held, found, voters[7], voters[5], at=OPENS - timedelta(hours=1))

    def test_el04_no_candidate_takes_one_and_nobody_passes_one_on(self, held):
        found, voters = held.ready(), held.village.villagers
        with pytest.raises(ProxyRefused):
            self.proxy(held, found, voters[6], held.chosen["chair"][0])
        self.proxy(held, found, voters[6], voters[5])
        with pytest.raises(ProxyRefused):
            self.proxy(held, found, voters[7], voters[6])
        with pytest.raises(ProxyRefused):
            self.proxy(held, found, voters[5], voters[8])
        with pytest.raises(ProxyRefused):
            self.proxy(held, found, voters[6], voters[9])

    def test_slips_go_to_a_proxy_that_was_entered_alone(self, held):
        found, voters = held.ready(), held.village.villagers
        self.proxy(held, found, voters[6], voters[5])
        found = services.open_round(polling=found, by=held.keeper, at=OPENS)
        known = {"polling": found, "by": held.keeper, "at": DURING, "through": True}
        with pytest.raises(ProxyRefused):
            services.hand_out(entry=held.entry(voters[7]), **known)
        slip = services.hand_out(entry=held.entry(voters[6]), **known)
        assert slip.proxy is not None


class TestPolling:
    def test_el01_slips_are_handed_out_once_and_say_nothing_of_the_vote(self, held):
        found = held.open()
        held.hand_out(found, 3)
        with pytest.raises(SlipRefused):
            held.hand_out(found, 1)
        names = {field.name for field in Slip._meta.get_fields()}
        assert names == {"id", "round", "entry", "way", "proxy", "handed_by_id"}

    def test_no_slips_before_the_opening_and_after_the_close(self, held):
        found = held.ready()
        with pytest.raises(SlipRefused):
            held.hand_out(found, 1)
        with pytest.raises(ElectionRefused):
            services.open_round(polling=found, by=held.keeper, at=OPENS - timedelta(minutes=1))
        services.open_round(polling=found, by=held.keeper, at=OPENS)
        with pytest.raises(ElectionStands):
            services.close_round(polling=found, by=held.keeper, at=CLOSES - timedelta(minutes=1))
        services.close_round(polling=found, by=held.keeper, at=CLOSES)
        with pytest.raises(SlipRefused):
            held.hand_out(found, 1)

    def test_a_mobile_box_goes_out_only_when_it_was_announced(self, held):
        found = held.open()
        entry = held.entry(held.village.villagers[9])
        with pytest.raises(ElectionRefused):
            services.hand_out(polling=found, entry=entry, way="box", by=held.keeper, at=DURING)
        Election.objects.filter(pk=held.election.pk).update(boxes="敬老院")
        services.hand_out(polling=found, entry=entry, way="box", by=held.keeper, at=DURING)

    def test_nobody_who_stands_counts_nor_their_household(self, held):
        held.fix()
        found = held.publish()
        home = held.village.villagers[10]  # lives with the first candidate
        assert home.household_id == held.chosen["chair"][0].household_id
        for teller in (held.chosen["chair"][0], home):
            with pytest.raises(NotACandidate):
                services.choose_tellers(
                    polling=found, tellers=[held.village.tellers[0], teller], by=held.keeper,
                    at=NOMINATED,
                )  # fmt: skip
        with pytest.raises(ElectionRefused):
            services.choose_tellers(
                polling=found, tellers=held.village.tellers[:1], by=held.keeper, at=NOMINATED
            )

    def test_somebody_of_another_list_gets_no_slips(self, held):
        found = held.open()
        other = rolls.draw_roll(place=held.village.place, rule="villagers_assembly", at=AT)
        with pytest.raises(NotOnRoll):
            services.hand_out(polling=found, entry=other.entries.first(), by=held.keeper, at=DURING)


class TestCounting:
    def closed(self, held, out=20):
        found = held.open()
        held.hand_out(found, out)
        return services.close_round(polling=found, by=held.keeper, at=CLOSES)

    def test_more_slips_than_were_handed_out_are_refused_and_the_round_is_held_again(self, held):
        found = self.closed(held)
        with pytest.raises(ElectionCountRefused, match="20"):
            held.count(found, "chair", {held.chosen["chair"][0]: 15}, returned=21)
        services.void_round(polling=found, reason="多出一票", by=held.keeper, at=CLOSES)
        assert next_round_of(held.election).kind == "repeat"
        day = OPENS + timedelta(days=7)
        again = services.plan_next_round(
            election=held.election, opens_at=day, closes_at=day + timedelta(hours=4),
            by=held.keeper, at=CLOSES,
        )  # fmt: skip
        assert (again.number, again.offices) == (2, found.offices)

    @pytest.mark.parametrize(
        ("returned", "spoiled", "first", "second"),
        [(10, 11, 0, 0), (10, 2, 9, 0), (10, 0, 6, 5)],
    )
    def test_a_count_that_cannot_be_is_refused(self, held, returned, spoiled, first, second):
        found = self.closed(held)
        one, two = held.chosen["chair"]
        with pytest.raises(ElectionCountRefused):
            held.count(
                found, "chair", {one: first, two: second}, returned=returned, spoiled=spoiled
            )

    def test_counts_that_differ_count_for_nothing(self, held):
        found = self.closed(held)
        one, two = held.village.tellers
        votes = {held.entry(held.chosen["chair"][0]).number: 12}
        known = {"polling": found, "office": "chair", "spoiled": 0, "votes": votes, "at": CLOSES}
        assert services.record_office_count(teller=one, returned=20, **known) == "waiting"
        assert services.record_office_count(teller=two, returned=19, **known) == "different"
        with pytest.raises(CountsMissing):
            held.result(found)
        assert services.record_office_count(teller=two, returned=20, **known) == "waiting"
        assert services.record_office_count(teller=one, returned=20, **known) == "agreed"
        assert OfficeCount.objects.count() == 4

    def test_counts_that_differ_twice_count_for_nothing_until_they_agree(self, held):
        found = self.closed(held)
        one, two = held.village.tellers
        number = held.entry(held.chosen["chair"][0]).number

        def counted(teller, votes: int) -> str:
            return services.record_office_count(
                polling=found, office="chair", teller=teller, returned=20, spoiled=0,
                votes={number: votes}, at=CLOSES,
            )  # fmt: skip

        for mine, theirs in ((12, 11), (11, 12)):
            assert (counted(one, mine), counted(two, theirs)) == ("waiting", "different")
            assert counted(two, theirs) == "different"  # sent again by a phone without an answer
            with pytest.raises(CountsMissing):
                held.result(found)
        assert OfficeCount.objects.count() == 4
        assert (counted(two, 11), counted(one, 11)) == ("waiting", "agreed")

    def test_nothing_is_counted_before_the_boxes_are_closed(self, held):
        found = held.open()
        held.hand_out(found, 5)
        with pytest.raises(ElectionStands):
            held.count(found, "chair", {}, returned=5)

    def test_who_was_not_chosen_does_not_count(self, held):
        found = self.closed(held)
        with pytest.raises(ElectionCountRefused):
            services.record_office_count(
                polling=found, office="chair", teller=held.keeper, returned=1, spoiled=0, votes={},
                at=CLOSES,
            )  # fmt: skip

    def test_a_name_written_in_is_elected_and_others_are_not_named(self, held):
        found = self.closed(held)
        voters = held.village.villagers
        held.count(found, "chair", {voters[10]: 11, voters[11]: 2, voters[0]: 7}, returned=20)
        held.count(found, "member", {}, returned=20)
        facts = held.result(found).facts
        assert Elected.objects.get().person_id == voters[10].pk
        names = [row["name"] for row in facts["offices"][0]["rows"]]
        assert names == [voters[10].name, voters[0].name, "", voters[1].name]
        assert faults_in(facts) == []

    def test_counting_again_returns_what_stands(self, held):
        found = held.polled()
        first = RoundResult.objects.get()
        assert held.result(found, at=CLOSES + timedelta(days=1)).digest == first.digest
        assert Elected.objects.count() == 3

    def test_nobody_holds_two_seats(self, held):
        found = self.closed(held)
        chair, member = held.chosen["chair"], held.chosen["member"]
        held.count(found, "chair", {chair[0]: 15}, returned=20)
        held.count(found, "member", {chair[0]: 16, member[0]: 12, member[1]: 11}, returned=20)
        held.result(found)
        assert set(Elected.objects.values_list("person", flat=True)) == {
            chair[0].pk, member[0].pk, member[1].pk,
        }  # fmt: skip
        assert sound()


class TestEL02:
    def test_el02_exactly_half_of_the_voters_is_no_election(self, held):
        held.polled(chair=(15, 0), member=(15, 15, 0), out=15)
        assert not Elected.objects.exists()
        assert next_round_of(held.election).kind == "repeat"

    def test_el02_one_more_than_half_is(self, held):
        held.polled(chair=(9, 7), member=(9, 9, 0), out=16)
        assert Elected.objects.count() == 3

    def test_el02_exactly_half_of_the_slips_does_not_elect(self, held):
        held.polled(chair=(10, 10), member=(11, 11, 5))
        assert set(Elected.objects.values_list("office", flat=True)) == {"member"}
        following = next_round_of(held.election)
        assert following.kind == "run_off"
        assert [len(each["candidates"]) for each in following.offices] == [2]


class TestFurtherRounds:
    def next(self, held, *, after: int = 7) -> Round:
        day = OPENS + timedelta(days=after)
        found = services.plan_next_round(
            election=held.election, opens_at=day, closes_at=day + timedelta(hours=4),
            by=held.keeper, at=CLOSES,
        )  # fmt: skip
        services.choose_tellers(
            polling=found, tellers=held.village.tellers, by=held.keeper, at=CLOSES
        )
        return services.open_round(polling=found, by=held.keeper, at=day)

    def counted(self, held, found, office, votes, out) -> Round:
        held.hand_out(found, out, at=found.opens_at)
        found = services.close_round(polling=found, by=held.keeper, at=found.closes_at)
        held.count(found, office, votes, returned=out, at=found.closes_at)
        held.result(found, at=found.closes_at)
        return Round.objects.get(pk=found.pk)

    def test_a_run_off_elects_with_a_third_and_needs_no_half_of_the_voters(self, held):
        held.polled(chair=(10, 10), member=(12, 11, 5))
        one, two = held.chosen["chair"]
        self.counted(held, self.next(held), "chair", {one: 4, two: 3}, out=12)
        assert Elected.objects.get(office="chair").person_id == one.pk
        assert next_round_of(held.election).kind == ""

    def test_below_a_third_the_seat_stays_open_for_a_by_election(self, held):
        held.polled(chair=(12, 8), member=(12, 10, 10))
        one, two = held.chosen["member"][1:]
        self.counted(held, self.next(held), "member", {one: 3, two: 2}, out=12)
        assert next_round_of(held.election).kind == ""
        assert open_seats(held.election) == {"member": 1}
        with pytest.raises(ElectionRefused):  # two are elected, three are needed
            services.conclude_election(election=held.election, by=held.keeper, at=CLOSES)

    def test_who_is_even_is_voted_on_again(self, held):
        held.polled(chair=(12, 8), member=(13, 11, 11))
        following = next_round_of(held.election)
        assert following.kind == "tie"
        assert following.offices[0]["seats"] == 1
        one, two = held.chosen["member"][1:]
        self.counted(held, self.next(held), "member", {one: 9, two: 8}, out=18)
        assert Elected.objects.filter(office="member").count() == 2
        assert sound()

    def test_it_is_held_within_the_declared_days(self, held):
        held.polled(chair=(10, 10), member=(12, 11, 5))
        with pytest.raises(ElectionRefused):
            self.next(held, after=16)
        self.next(held, after=15)

    def test_a_by_election_fills_what_was_left_open_and_ends_no_post(self, db):
        village = make_village()
        held = Held(village, announce(village, seats={"chair": 1, "member": 3}))
        held.fix()
        voters = village.villagers
        held.chosen = {"chair": voters[0:2], "member": voters[2:6]}
        for office, chosen in held.chosen.items():
            for person in chosen:
                held.nominate(person, office)
        found = services.publish_candidates(election=held.election, by=held.keeper, at=NOMINATED)
        services.choose_tellers(
            polling=found, tellers=village.tellers, by=held.keeper, at=NOMINATED
        )
        found = services.open_round(polling=found, by=held.keeper, at=OPENS)
        held.hand_out(found, 20)
        found = services.close_round(polling=found, by=held.keeper, at=CLOSES)
        held.count(found, "chair", {voters[0]: 12}, returned=20)
        held.count(found, "member", {voters[2]: 12, voters[3]: 11}, returned=20)
        held.result(found)
        assert next_round_of(held.election).kind == ""  # nobody else had a vote
        services.conclude_election(election=held.election, by=held.keeper, at=CLOSES)
        with pytest.raises(ElectionRefused):
            announce(village, seats={"member": 2}, fills=held.election, at=CLOSES,
                     opens_at=OPENS + timedelta(days=40),
                     closes_at=CLOSES + timedelta(days=40))  # fmt: skip
        again = announce(
            village, seats={"member": 1}, fills=held.election, at=CLOSES,
            opens_at=OPENS + timedelta(days=40), closes_at=CLOSES + timedelta(days=40),
        )  # fmt: skip
        assert again.fills_id == held.election.pk
        assert Post.objects.filter(role="committee_member", active_to=None).count() == 3


class TestEnding:
    def test_the_posts_of_the_old_committee_end_when_the_new_begins(self, held):
        held.polled()
        services.conclude_election(election=held.election, by=held.keeper, at=CLOSES)
        old = Post.objects.get(role="committee_member", seat="chair")
        services.hand_over(
            election=held.election, items=["公章"], overseen_by="镇", by=held.keeper, at=CLOSES
        )
        later = CLOSES + timedelta(days=100)
        next_ = Held(held.village, announce(
            held.village, opens_at=later + timedelta(days=30), at=later,
            closes_at=later + timedelta(days=30, hours=4),
        ))  # fmt: skip
        assert next_.election.state == "preparing"
        assert Post.objects.get(pk=old.pk).active_to is None  # still in office until then

    def test_without_a_woman_the_way_of_the_law_is_shown(self, held):
        held.polled()
        assert warnings_of(held.election) == []  # the first candidates are women
        held.election.candidates.update(is_woman=False)
        ((sentence, law),) = warnings_of(held.election)
        assert "妇女" in sentence or "woman" in sentence
        assert law == "VCOL art. 6"

    def test_nobody_begins_before_all_rounds_are_counted(self, held):
        held.polled(chair=(10, 10), member=(12, 11, 5))
        with pytest.raises(ElectionStands):
            services.conclude_election(election=held.election, by=held.keeper, at=CLOSES)

    def test_a_handover_names_what_and_who_oversaw_it(self, held):
        held.polled()
        services.conclude_election(election=held.election, by=held.keeper, at=CLOSES)
        known = {"election": held.election, "by": held.keeper, "at": CLOSES}
        for facts in ({"items": ["  "], "overseen_by": "镇"}, {"items": ["章"], "overseen_by": ""}):
            with pytest.raises(ElectionRefused):
                services.hand_over(**known, **facts)


class TestRecall:
    @pytest.fixture
    def elected(self, held) -> Elected:
        held.polled()
        services.conclude_election(election=held.election, by=held.keeper, at=CLOSES)
        return Elected.objects.get(office="chair")

    def ask(self, held, elected, **facts):
        known = {"reasons": "账目不公开", "asked_by": "voters", "asked_count": 6, "of_count": 30,
                 "by": held.keeper, "at": CLOSES}  # fmt: skip
        return services.ask_for_recall(elected=elected, **(known | facts))

    @pytest.mark.parametrize(
        ("asked_by", "few", "enough"), [("voters", 5, 6), ("representatives", 9, 10)]
    )
    def test_a_fifth_of_the_voters_or_a_third_of_the_representatives(
        self, held, elected, asked_by, few, enough
    ):
        with pytest.raises(RecallRefused):
            self.ask(held, elected, asked_by=asked_by, asked_count=few)
        self.ask(held, elected, asked_by=asked_by, asked_count=enough)
        with pytest.raises(RecallRefused):
            self.ask(held, elected)

    def called(self, held, elected):
        recall = self.ask(held, elected)
        known = {
            "opens_at": CLOSES + timedelta(days=12), "closes_at": CLOSES + timedelta(days=12.3),
            "tellers": held.village.tellers, "meets_at": "村委会", "by": held.keeper,
            "at": CLOSES + timedelta(days=9),
        }  # fmt: skip
        with pytest.raises(RecallRefused):
            services.call_recall(recall=recall, **known)
        services.hear_recalled(recall=recall, statement="账已公开", by=held.keeper, at=CLOSES)
        roll = services.draw_recall_roll(recall=recall, by=held.keeper, at=CLOSES)
        with pytest.raises(RecallRefused):  # the list does not stand yet
            services.call_recall(recall=recall, **known)
        rolls.publish_roll(roll=roll, by=held.keeper, at=CLOSES)
        rolls.fix_roll(roll=roll, by=held.keeper, at=CLOSES + timedelta(days=9))
        with pytest.raises(RecallRefused):
            services.call_recall(recall=recall, **known | {"tellers": [elected.person]})
        return recall, services.call_recall(recall=recall, **known)

    @pytest.mark.parametrize(("present", "yes", "goes"), [(15, 15, False), (16, 8, False),
                                                           (16, 9, True)])  # fmt: skip
    def test_more_than_half_vote_and_more_than_half_of_them_want_it(
        self, held, elected, present, yes, goes
    ):
        recall, ballot = self.called(held, elected)
        rolls.open_ballot(ballot=ballot, by=held.keeper, at=ballot.opens_at)
        entries = list(ballot.roll.entries.values_list("pk", flat=True))[:present]
        rolls.mark_many_present(
            ballot=ballot, mode="paper", entries=entries, by=held.keeper, at=ballot.opens_at
        )
        rolls.close_ballot(ballot=ballot, by=held.keeper, at=ballot.closes_at)
        for teller in held.village.tellers:
            rolls.record_count(
                ballot=ballot, question=ballot.questions.get(), mode="paper", teller=teller,
                counts={"yes": yes, "no": present - yes}, at=ballot.closes_at,
            )  # fmt: skip
        with pytest.raises(RecallRefused):
            services.decide_recall(recall=recall, by=held.keeper, at=ballot.closes_at)
        rolls.count_ballot(ballot=ballot, by=held.keeper, at=ballot.closes_at)
        done = services.decide_recall(recall=recall, by=held.keeper, at=ballot.closes_at)
        assert done.state == ("carried" if goes else "failed")
        assert (Post.objects.get(pk=elected.post_id).active_to is not None) == goes


class TestDatabase:
    def refused(self, sql: str, values: list[object]) -> None:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)

    def test_what_was_counted_stays_even_for_plain_sql(self, held):
        found = held.polled()
        key = found.pk if connection.vendor == "postgresql" else found.pk.hex
        for table, column in (("roundresult", "round_id"), ("officecount", "round_id"),
                              ("slip", "round_id")):  # fmt: skip
            self.refused(f"DELETE FROM ballots_{table} WHERE {column} = %s", [key])
        self.refused("UPDATE ballots_roundresult SET digest = 'x' WHERE round_id = %s", [key])
        self.refused("UPDATE ballots_round SET state = 'open' WHERE id = %s", [key])
        assert triggers.missing(connection) == []

    def test_a_changed_result_is_found(self, held):
        held.polled()
        assert sound()
        with triggers.lifted(connection):
            result = RoundResult.objects.get()
            result.facts["offices"][0]["rows"][0]["count"] += 1
            result.save()
        assert not sound()


def test_agreement_is_a_word_that_the_api_gives(held):
    assert {each.value for each in Agreement} == {"waiting", "agreed", "different"}


def test_the_day_of_an_early_poll_is_the_day_where_it_was_held(db):
    village = make_village()
    early = OPENS.replace(hour=6)
    held = Held(village, announce(village, opens_at=early))
    facts = RoundResult.objects.get(pk=held.polled().pk).facts
    assert facts["polled_on"] == f"{early:%Y-%m-%d}"
