"""Rolls and votes on the real database."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from tests import people
from tests.ballots.conftest import AT, CLOSES, DURING, OPENS
from xiangyue.activity.models import Entry
from xiangyue.activity.services import unheard
from xiangyue.ballots import keeping, queries, services, tallies, triggers
from xiangyue.ballots.invariants import INVARIANTS
from xiangyue.ballots.models import (
    Ballot,
    BallotState,
    Participation,
    Question,
    Result,
    Roll,
    RollEntry,
    RollState,
    TellerCount,
    Voice,
)
from xiangyue.ballots.refusals import (
    AlreadyTookPart,
    BallotNotOpen,
    BallotStands,
    CountRefused,
    CountsMissing,
    NobodyOnRoll,
    NotItsRule,
    NotOnRoll,
    NotTheirMatter,
    PlanRefused,
    ProxyRefused,
    RollChanged,
    RollStands,
    RollUnsettled,
    VoteIncomplete,
)
from xiangyue.ballots.rules import Agreement
from xiangyue.ballots.services.members import NamesUnclear, matched
from xiangyue.blueprints.models import Declaration
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Household
from xiangyue.publicity.models import Notice

pytestmark = pytest.mark.django_db


def all_hold() -> bool:
    return [check() for check in INVARIANTS.values()] == [[]] * len(INVARIANTS)


class TestDrawing:
    """EL02: the roll is drawn from the register on its day, and objected to before it stands."""

    def test_el02_everybody_of_age_on_the_day_stands_on_it_once(self, village):
        child = village.villagers[0]
        child.birth_date = date(2008, 6, 9)  # eighteen the day after
        child.save()
        roll = services.draw_roll(place=village.place, rule="villagers_assembly", at=AT)
        assert roll.entry_count == roll.entries.count() == 29
        later = services.draw_roll(
            place=village.place, rule="villagers_assembly", at=AT, on=date(2026, 6, 9)
        )
        assert later.entry_count == 30

    def test_el03_a_roll_is_of_persons_or_of_households(self, village):
        roll = village.roll(basis="households")
        assert roll.entry_count == 10
        assert not roll.entries.exclude(person=None).exists()
        assert {entry.name for entry in roll.entries.all()} == {
            f"{name}甲" for name in "王李张刘陈杨赵黄周吴"
        }  # by the eldest
        with pytest.raises(NotItsRule):
            services.draw_roll(
                place=village.place, rule="villagers_assembly", basis="members", at=AT
            )

    def test_el03_persons_and_households_stand_on_no_roll_together(self, village):
        newcomer = people.somebody("新来的", at_place=village.place)
        household = Household.objects.create(
            code="T99", grid=village.households[0].grid, place_path=village.place.path
        )
        for basis, voter in (("households", newcomer), ("persons", household)):
            roll = services.draw_roll(
                place=village.place, rule="villagers_assembly", basis=basis, at=AT
            )
            with pytest.raises(Refused):
                services.add_to_roll(
                    roll=roll, voter=voter, reason="漏了", by=village.keeper, at=AT
                )
            assert roll.entries.filter(was_added=True).count() == 0

    def test_a_body_meets_only_where_the_law_has_it(self, village):
        for rule, place in (
            ("residents_assembly", village.place),
            ("villagers_assembly", people.town()),
            ("group_meeting", village.place),
        ):
            with pytest.raises(NotItsRule):
                services.draw_roll(place=place, rule=rule, at=AT)

    def test_party_members_are_those_of_the_kept_list_on_the_day(self, village):
        members = village.members("party_member", 5)
        row = village.place and members[0]
        services.end_membership(
            membership=members and row and _membership(row), on=AT.date(), at=AT, by=village.keeper
        )
        roll = services.draw_roll(place=village.place, rule="party_members_meeting", at=AT)
        assert {entry.person for entry in roll.entries.all()} == set(members[1:])

    def test_representatives_are_those_who_sit_in_the_body(self, village):
        from xiangyue.access.appointments import appoint
        from xiangyue.places.models import Body

        body = Body.objects.get(kind="representatives_assembly", place=village.place)
        for person in village.villagers[:3]:
            appoint(
                person=person, role="neighbour_helper", place=village.place, body=body,
                at=people.LONG_AGO,
            )  # fmt: skip
        roll = services.draw_roll(place=village.place, rule="representatives_assembly", at=AT)
        assert roll.entry_count == 3

    def test_a_roll_of_nobody_is_refused(self, village):
        with pytest.raises(NobodyOnRoll):
            services.draw_roll(place=village.place, rule="party_members_meeting", at=AT)

    def test_who_has_no_birth_date_is_settled_before_the_roll_stands(self, village):
        village.villagers[0].birth_date = None
        village.villagers[0].save()
        roll = services.draw_roll(place=village.place, rule="villagers_assembly", at=AT)
        services.publish_roll(roll=roll, at=AT)
        later = AT + timedelta(days=3)
        with pytest.raises(RollUnsettled, match="1"):
            services.fix_roll(roll=roll, at=later)
        assert services.confirm_entries(roll=roll, entries=None, by=village.keeper, at=AT) == 1
        assert services.fix_roll(roll=roll, at=later).state == RollState.FIXED


def _membership(person):
    from xiangyue.ballots.models import Membership

    return Membership.objects.get(person=person)


class TestObjections:
    def published(self, village) -> Roll:
        roll = services.draw_roll(place=village.place, rule="villagers_assembly", at=AT)
        return services.publish_roll(roll=roll, by=village.keeper, at=AT)

    def test_a_roll_is_not_fixed_while_it_may_be_objected_to(self, village):
        roll = self.published(village)
        with pytest.raises(RollUnsettled, match="06-11 09:00"):
            services.fix_roll(roll=roll, at=AT + timedelta(days=2, hours=23))

    def test_nor_while_an_objection_is_not_answered(self, village):
        roll = self.published(village)
        objection = services.object_to_roll(
            roll=roll, kind="missing", text="我儿子不在名单上", said_by="老王",
            entered_by=village.keeper, at=AT,
        )  # fmt: skip
        later = AT + timedelta(days=3)
        with pytest.raises(RollUnsettled):
            services.fix_roll(roll=roll, at=later)
        services.answer_roll_objection(
            objection=objection, text="已补上", is_upheld=True, by=village.keeper, at=later
        )
        with pytest.raises(RollStands):
            services.answer_roll_objection(
                objection=objection, text="又答", is_upheld=False, by=village.keeper, at=later
            )
        assert services.fix_roll(roll=roll, at=later).digest

    def test_what_is_struck_or_added_stays_with_its_reason(self, village):
        roll = self.published(village)
        entry = roll.entries.first()
        services.strike_from_roll(entry=entry, reason="户口已迁出", by=village.keeper, at=AT)
        outsider = people.somebody("外来人", at_place=people.place(people.OTHER_VILLAGE))
        added = services.add_to_roll(
            roll=roll, voter=outsider, reason="住满一年，村民会议同意", by=village.keeper, at=AT
        )
        roll.refresh_from_db()
        assert (roll.entry_count, roll.entries.count()) == (30, 31)
        assert added.number == 31
        with pytest.raises(Refused):
            services.add_to_roll(
                roll=roll, voter=outsider, reason="再加一次", by=village.keeper, at=AT
            )

    def test_a_fixed_roll_takes_no_change_and_no_objection(self, village):
        roll = village.roll()
        for act in (
            lambda: services.strike_from_roll(
                entry=roll.entries.first(), reason="迁出", by=village.keeper, at=DURING
            ),
            lambda: services.add_to_roll(
                roll=roll, voter=village.keeper, reason="补", by=village.keeper, at=DURING
            ),
            lambda: services.object_to_roll(roll=roll, kind="wrong", text="不对", at=DURING),
        ):
            with pytest.raises(RollStands):
                act()

    def test_steps_replayed_change_nothing(self, village):
        roll = village.roll()
        before = Entry.objects.count()
        again = services.fix_roll(roll=roll, at=DURING)
        assert (again.digest, again.fixed_at) == (roll.digest, roll.fixed_at)
        assert Entry.objects.count() == before


class TestPlanning:
    def test_el05_the_committee_may_not_decide_what_is_reserved(self, village):
        village.members("villagers_committee", 5)
        roll = village.roll("villagers_committee")
        with pytest.raises(NotTheirMatter) as refusal:
            village.plan(roll, modes=["hands"], matter="land_compensation")
        assert "24 (7)" in refusal.value.source
        assert not Ballot.objects.exists()

    def test_el05_representatives_decide_it_only_when_it_was_delegated(self, village):
        village.members("representatives_assembly", 6)
        roll = village.roll("representatives_assembly")
        with pytest.raises(NotTheirMatter):
            village.plan(roll, matter="land_compensation")
        assert village.plan(roll, matter="land_compensation", delegated_by="2026年1月村民会议")
        with pytest.raises(NotTheirMatter):  # the compact is the assembly's alone
            village.plan(roll, matter="compact", delegated_by="2026年1月村民会议")

    def test_an_assembly_is_called_ten_days_ahead(self, village):
        with pytest.raises(PlanRefused, match="2026-06-18"):
            village.plan(opens_at=AT + timedelta(days=9), closes_at=CLOSES)
        assert village.plan(opens_at=AT + timedelta(days=10), closes_at=CLOSES)

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"title": " "}, "title"),
            ({"questions": []}, "questions"),
            ({"questions": ["好吗？", " "]}, "questions"),
            ({"questions": [services.Asked("哪里？", ("东", "东"))]}, "questions"),
            ({"modes": []}, "modes"),
            ({"modes": ["telepathy"]}, "modes"),
            ({"modes": ["secret_online"]}, "modes"),
            ({"is_secret": True}, "modes"),
            ({"tellers": []}, "tellers"),
            ({"closes_at": OPENS}, "closes_at"),
            ({"matter": "everything"}, "matter"),
        ],
    )
    def test_what_cannot_be_held_is_refused_beside_its_field(self, village, facts, field):
        with pytest.raises(PlanRefused) as refusal:
            village.plan(**facts)
        assert set(refusal.value.fields) == {field}
        assert not Ballot.objects.exists()

    def test_paper_needs_two_different_tellers(self, village):
        with pytest.raises(PlanRefused):
            village.plan(modes=["paper"], tellers=[village.tellers[0]] * 2)

    def test_a_vote_opens_on_a_fixed_roll_and_not_before_its_time(self, village):
        roll = services.draw_roll(place=village.place, rule="villagers_assembly", at=AT)
        ballot = village.plan(roll)
        with pytest.raises(PlanRefused):
            services.open_ballot(ballot=ballot, at=OPENS - timedelta(minutes=1))
        with pytest.raises(PlanRefused):
            services.open_ballot(ballot=ballot, at=OPENS)


class TestTakingPart:
    def test_el01_nobody_is_counted_twice_whatever_the_way(self, village):
        ballot = village.open()
        first, second, third, *_others = village.villagers
        village.mark(ballot, first, "hands")
        village.mark(ballot, second, "paper")
        village.cast(ballot, third)
        for person in (first, second, third):
            for mode in ("hands", "paper"):
                with pytest.raises(AlreadyTookPart):
                    village.mark(ballot, person, mode)
        for person in (first, second):
            with pytest.raises(AlreadyTookPart):
                village.cast(ballot, person)
        assert Participation.objects.count() == 3
        assert all_hold()

    def test_a_vote_sent_twice_counts_once_and_another_is_refused(self, village):
        ballot = village.open()
        key = village.cast(ballot, village.villagers[0], "yes", "no")
        assert village.cast(ballot, village.villagers[0], "yes", "no") == key
        with pytest.raises(AlreadyTookPart):
            village.cast(ballot, village.villagers[0], "no", "no")
        assert Voice.objects.count() == 2

    def test_only_who_stands_on_the_roll_votes(self, village):
        ballot = village.open()
        with pytest.raises(NotOnRoll):
            village.cast(ballot, people.somebody("路人"))
        other = village.roll()
        with pytest.raises(NotOnRoll):
            services.mark_present(
                ballot=ballot, entry=other.entries.first(), mode="hands", at=DURING
            )

    def test_whoever_was_struck_has_no_voice(self, village):
        roll = services.draw_roll(place=village.place, rule="villagers_assembly", at=AT)
        services.publish_roll(roll=roll, at=AT)
        gone = roll.entries.get(person=village.villagers[4])
        services.strike_from_roll(entry=gone, reason="已迁出", by=village.keeper, at=AT)
        ballot = village.open(services.fix_roll(roll=roll, at=AT + timedelta(days=3)))
        with pytest.raises(NotOnRoll):
            village.cast(ballot, village.villagers[4])
        with pytest.raises(NotOnRoll):
            village.mark(ballot, village.villagers[4])
        with pytest.raises(NotOnRoll):
            services.mark_many_present(ballot=ballot, mode="hands", entries=[gone.pk], at=DURING)
        assert services.mark_many_present(ballot=ballot, mode="hands", at=DURING) == 29

    def test_no_vote_before_the_opening_or_after_the_bell(self, village):
        ballot = village.plan()
        with pytest.raises(BallotNotOpen):
            village.cast(ballot, village.villagers[0])
        services.open_ballot(ballot=ballot, at=OPENS)
        with pytest.raises(BallotNotOpen):
            village.cast(ballot, village.villagers[0], at=CLOSES)
        village.close(ballot)
        for act in (
            lambda: village.cast(ballot, village.villagers[0]),
            lambda: village.mark(ballot, village.villagers[0]),
            lambda: services.mark_many_present(ballot=ballot, mode="hands", at=DURING),
            lambda: services.withdraw_presence(
                ballot=ballot, entry=village.entry(ballot, village.villagers[0]), at=DURING
            ),
        ):
            with pytest.raises(BallotNotOpen):
                act()
        assert not Participation.objects.exists()

    @pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
    def test_the_bell_rings_at_one_moment_whatever_the_zone(self, village, zone):
        ballot = village.open()
        bell = CLOSES.astimezone(ZoneInfo(zone))
        village.cast(ballot, village.villagers[0], at=bell - timedelta(microseconds=1))
        with pytest.raises(BallotNotOpen):
            village.cast(ballot, village.villagers[1], at=bell)
        with pytest.raises(BallotNotOpen):  # a clock that has leapt back before the opening
            village.cast(ballot, village.villagers[1], at=OPENS - timedelta(microseconds=1))
        assert Participation.objects.count() == 1

    def test_a_clock_that_leaps_back_opens_nothing_again(self, village):
        ballot = village.open(modes=["online"], questions=["修吗？"])
        village.cast(ballot, village.villagers[0])
        assert keeping.close_due(at=CLOSES) == 1
        for at in (CLOSES - timedelta(hours=1), DURING, AT):
            assert (keeping.open_due(at=at), keeping.close_due(at=at)) == (0, 0)
            with pytest.raises(BallotNotOpen):
                village.cast(ballot, village.villagers[1], at=at)
        assert services.count_ballot(ballot=ballot, at=DURING).facts["present"]["count"] == 1
        assert all_hold()

    @pytest.mark.parametrize(
        "choices", [{}, {1: "yes"}, {1: "yes", 2: "maybe"}, {1: "yes", 2: "no", 3: "yes"}]
    )
    def test_a_vote_answers_every_question(self, village, choices):
        ballot = village.open()
        with pytest.raises(VoteIncomplete):
            services.cast(ballot=ballot, voter=village.villagers[0], choices=choices, at=DURING)
        assert not Participation.objects.exists()

    def test_a_household_has_one_voice_whoever_comes(self, village):
        ballot = village.open(village.roll(basis="households"))
        first, again = village.villagers[0], village.villagers[10]
        assert first.household_id == again.household_id
        village.cast(ballot, first)
        with pytest.raises(AlreadyTookPart):
            village.cast(ballot, again, "no", "no")
        entry = ballot.roll.entries.get(household=first.household)
        assert Participation.objects.get(entry=entry).delegate == first

    def test_a_child_does_not_vote_for_a_household(self, village):
        child = village.villagers[0]
        child.birth_date = date(2015, 1, 1)
        child.save()
        ballot = village.open(village.roll(basis="households"))
        with pytest.raises(NotOnRoll):
            village.cast(ballot, child)

    def test_el03_where_persons_vote_nobody_comes_for_a_household(self, village):
        ballot = village.open()
        homeless = people.somebody("无户", at_place=village.place)
        assert homeless.household_id is None
        for other in (village.villagers[10], homeless):
            with pytest.raises(NotOnRoll):
                village.mark(ballot, village.villagers[0], delegate=other)
        assert not Participation.objects.exists()

    def test_a_delegate_belongs_to_the_household(self, village):
        ballot = village.open(village.roll(basis="households"))
        entry = ballot.roll.entries.get(household=village.households[0])
        with pytest.raises(NotOnRoll):
            services.mark_present(
                ballot=ballot, entry=entry, mode="hands", delegate=village.villagers[1], at=DURING
            )
        services.mark_present(
            ballot=ballot, entry=entry, mode="hands", delegate=village.villagers[0], at=DURING
        )

    def test_a_mark_made_in_error_is_taken_back_but_no_vote_by_phone(self, village):
        ballot = village.open()
        village.mark(ballot, village.villagers[0])
        services.withdraw_presence(
            ballot=ballot, entry=village.entry(ballot, village.villagers[0]), at=DURING
        )
        village.cast(ballot, village.villagers[0])
        with pytest.raises(NotOnRoll):
            services.withdraw_presence(
                ballot=ballot, entry=village.entry(ballot, village.villagers[0]), at=DURING
            )

    def test_many_hands_are_marked_at_once_and_who_voted_by_phone_stays_so(self, village):
        ballot = village.open()
        village.cast(ballot, village.villagers[0])
        keys = [village.entry(ballot, person).pk for person in village.villagers[:20]]
        count = services.mark_many_present(ballot=ballot, mode="hands", entries=keys, at=DURING)
        assert count == 19
        assert queries.taken_by_mode(ballot) == {"hands": 19, "paper": 0, "online": 1}

    def test_el04_a_proxy_is_of_the_same_household_for_three_at_most(self, village):
        for person in village.villagers[:8]:
            person.household = village.households[0]
            person.save()
        village.members("collective_member", 9)
        ballot = village.open(village.roll("collective_assembly"))
        proxy = village.entry(ballot, village.villagers[0])
        for person in village.villagers[1:4]:
            village.mark(ballot, person, "paper", proxy=proxy, is_written=True)
        with pytest.raises(ProxyRefused, match="3"):
            village.mark(ballot, village.villagers[4], "paper", proxy=proxy, is_written=True)
        with pytest.raises(ProxyRefused):
            village.mark(ballot, village.villagers[8], "paper", proxy=proxy, is_written=True)
        other = village.entry(ballot, village.villagers[5])
        with pytest.raises(ProxyRefused):
            village.mark(ballot, village.villagers[6], "paper", proxy=other)
        assert {row.entry.person for row in queries.proxies_of(ballot)} == set(
            village.villagers[1:4]
        )

    def test_el04_a_proxy_stands_on_the_same_roll_and_is_not_struck(self, village):
        for person in village.villagers[:4]:
            person.household = village.households[0]
            person.save()
        village.members("collective_member", 4)
        drawn = services.draw_roll(place=village.place, rule="collective_assembly", at=AT)
        services.publish_roll(roll=drawn, at=AT)
        gone = drawn.entries.get(person=village.villagers[1])
        services.strike_from_roll(entry=gone, reason="已迁出", by=village.keeper, at=AT)
        roll = services.fix_roll(roll=drawn, at=AT + timedelta(days=3))
        elsewhere = village.roll("collective_assembly").entries.get(person=village.villagers[2])
        ballot = village.open(roll)
        for proxy in (gone, elsewhere):
            with pytest.raises(ProxyRefused):
                village.mark(ballot, village.villagers[0], "paper", proxy=proxy, is_written=True)
        assert not Participation.objects.exists()

    def test_el04_in_an_assembly_nobody_votes_for_another(self, village):
        ballot = village.open()
        with pytest.raises(ProxyRefused):
            village.mark(
                ballot, village.villagers[0], proxy=village.entry(ballot, village.villagers[1]),
                relation="child", is_written=True,
            )  # fmt: skip


class TestCounting:
    def voted(self, village) -> Ballot:
        """Twenty of thirty: six raise hands, four have papers, ten vote by phone."""
        ballot = village.open()
        for person in village.villagers[:6]:
            village.mark(ballot, person, "hands")
        for person in village.villagers[6:10]:
            village.mark(ballot, person, "paper")
        for number, person in enumerate(village.villagers[10:20]):
            village.cast(ballot, person, "yes" if number < 5 else "no", "yes")
        return ballot

    def counted(self, village) -> Ballot:
        ballot = village.close(self.voted(village))
        village.count(ballot, "hands", {"yes": 3, "no": 3}, {"yes": 6}, tellers=1)
        village.count(ballot, "paper", {"yes": 2, "no": 1, "invalid": 1}, {"yes": 4})
        return ballot

    def test_all_ways_of_voting_come_to_one_result(self, village):
        ballot = self.counted(village)
        facts = village.result(ballot).facts
        assert facts["present"] == {
            "count": 20, "by_mode": {"hands": 6, "paper": 4, "online": 10}, "by_proxy": 0,
            "women": None, "women_on_roll": None,
        }  # fmt: skip
        first, second = facts["questions"]
        assert first["total"] == {"yes": 10, "no": 9, "abstain": 0, "invalid": 1}
        assert (first["ground"], first["needed_count"]) == ("no_majority", 11)
        assert (second["ground"], second["count"]) == ("carried", 20)
        assert all_hold()

    def test_the_outcome_says_why_in_a_sentence(self, village):
        ballot = self.counted(village)
        village.result(ballot)
        outcome = queries.outcome(ballot)
        assert outcome.sentence == "名册上共30人，20人参加；需要过半数：达到。"
        first, second = outcome.questions
        assert first.sentence == ("“同意”10票，以到会人数20为基数；需要过半数，即11票。未通过。")
        assert second.is_accepted
        assert second.sentence.endswith("通过。")

    def test_the_result_hangs_on_the_board_once_and_names_nobody(self, village):
        ballot = self.counted(village)
        result = village.result(ballot)
        village.result(ballot)
        notice = Notice.objects.get(kind="vote_result")
        assert notice.subject_id == str(ballot.pk)
        assert result.digest in notice.body
        assert "未通过" in notice.body
        assert not any(person.name in notice.body for person in village.villagers)
        roll = Notice.objects.get(kind="general")
        assert roll.pk == Roll.objects.get().notice_id

    def test_no_result_before_the_close_and_none_twice(self, village):
        ballot = self.voted(village)
        with pytest.raises(BallotNotOpen):
            village.result(ballot)
        village.close(ballot)
        with pytest.raises(CountsMissing):
            village.result(ballot)
        village.count(ballot, "hands", {"yes": 3, "no": 3}, {"yes": 6}, tellers=1)
        village.count(ballot, "paper", {"yes": 4}, {"yes": 4})
        result = village.result(ballot)
        again = services.count_ballot(ballot=ballot, at=CLOSES + timedelta(hours=1))
        assert (again.digest, again.made_at) == (result.digest, result.made_at)
        assert Result.objects.count() == 1

    def test_two_tellers_who_differ_count_nothing_and_both_count_again(self, village):
        ballot = village.close(self.voted(village))
        village.count(ballot, "hands", {"yes": 6}, {"yes": 6}, tellers=1)
        first, second = ballot.questions.all()
        one, two = village.tellers

        def counts(question, teller, yes) -> Agreement:
            return services.record_count(
                ballot=ballot, question=question, mode="paper", teller=teller,
                counts={"yes": yes}, at=CLOSES,
            )  # fmt: skip

        assert counts(first, one, 4) is Agreement.WAITING
        assert counts(first, two, 3) is Agreement.DIFFERENT
        with pytest.raises(CountsMissing):
            village.result(ballot)
        assert counts(first, one, 3) is Agreement.WAITING  # the earlier 3 of the other is void
        with pytest.raises(CountsMissing):
            village.result(ballot)
        assert counts(first, two, 3) is Agreement.AGREED
        assert counts(second, one, 4) is Agreement.WAITING
        assert counts(second, two, 4) is Agreement.AGREED
        assert village.result(ballot).facts["questions"][0]["by_mode"]["paper"]["yes"] == 3
        assert TellerCount.objects.filter(question=first, mode="paper").count() == 4

    def test_two_tellers_who_differ_again_and_again_agree_in_the_end(self, village):
        ballot = village.close(self.voted(village))
        village.count(ballot, "hands", {"yes": 6}, {"yes": 6}, tellers=1)
        first, second = ballot.questions.all()
        one, two = village.tellers
        known = {"ballot": ballot, "question": first, "mode": "paper", "at": CLOSES}
        for turn, (mine, theirs) in enumerate([(4, 3), (3, 4), (2, 1)], start=1):
            services.record_count(**known, teller=one, counts={"yes": mine})
            services.record_count(**known, teller=two, counts={"yes": theirs})
            # Sent once more by the phone that got no answer: no count of its own.
            again = services.record_count(**known, teller=two, counts={"yes": theirs})
            assert again is Agreement.DIFFERENT
            assert TellerCount.objects.filter(question=first, mode="paper").count() == 2 * turn
            with pytest.raises(CountsMissing):
                village.result(ballot)
        for teller in (two, one):
            services.record_count(**known, teller=teller, counts={"yes": 2, "no": 1})
            services.record_count(**known | {"question": second}, teller=teller, counts={"yes": 4})
        paper = village.result(ballot).facts["questions"][0]["by_mode"]["paper"]
        assert (paper["yes"], paper["no"]) == (2, 1)
        assert all_hold()

    def test_one_teller_does_not_count_for_two(self, village):
        ballot = village.close(self.voted(village))
        question = ballot.questions.first()
        for yes in (4, 4):  # the same again changes nothing
            assert (
                services.record_count(
                    ballot=ballot, question=question, mode="paper", teller=village.tellers[0],
                    counts={"yes": yes}, at=CLOSES,
                )
                is Agreement.WAITING
            )  # fmt: skip
        with pytest.raises(CountRefused):
            services.record_count(
                ballot=ballot, question=question, mode="paper", teller=village.tellers[0],
                counts={"yes": 3}, at=CLOSES,
            )  # fmt: skip

    def test_what_agreed_is_counted_again_only_when_that_is_asked_for(self, village):
        ballot = self.counted(village)
        question, teller = ballot.questions.first(), village.tellers[0]
        facts = {
            "ballot": ballot, "question": question, "mode": "hands", "teller": teller,
            "at": CLOSES,
        }  # fmt: skip
        with pytest.raises(CountRefused):
            services.record_count(**facts, counts={"yes": 4, "no": 2})
        services.record_count(**facts, counts={"yes": 4, "no": 2}, is_recount=True)
        assert village.result(ballot).facts["questions"][0]["by_mode"]["hands"]["yes"] == 4

    @pytest.mark.parametrize(
        "counts",
        [{"yes": 7}, {"yes": 4, "no": 3}, {"yes": -1}, {"maybe": 1}, {"yes": "3"}, {"yes": True},
         {"invalid": 1}, {"yes": 10**12}],
    )  # fmt: skip
    def test_a_count_that_cannot_be_is_refused(self, village, counts):
        ballot = self.voted(village)
        with pytest.raises(CountRefused):
            services.record_count(
                ballot=ballot, question=ballot.questions.first(), mode="hands",
                teller=village.tellers[0], counts=counts, at=DURING,
            )  # fmt: skip
        assert not TellerCount.objects.exists()

    def test_papers_are_counted_only_after_the_close(self, village):
        ballot = self.voted(village)
        with pytest.raises(BallotNotOpen):
            village.count(ballot, "paper", {"yes": 4}, {"yes": 4})

    def test_hands_counted_before_somebody_was_unmarked_are_counted_again(self, village):
        ballot = village.open(modes=["hands"], questions=["修吗？"])
        for person in village.villagers[:16]:
            village.mark(ballot, person)
        village.count(ballot, "hands", {"yes": 16}, tellers=1)
        services.withdraw_presence(
            ballot=ballot, entry=village.entry(ballot, village.villagers[0]), at=DURING
        )
        village.close(ballot, at=DURING)
        with pytest.raises(CountsMissing):
            village.result(ballot)

    def test_a_rule_edited_while_the_vote_runs_serves_only_later_rolls(self, village):
        ballot = village.open(modes=["hands"], questions=["修吗？"])
        row = Declaration.objects.get(pk=ballot.rule_id)
        ways = [way | {"share": "1/10"} for way in row.body["ways"]]
        Declaration.objects.filter(pk=row.pk).update(is_current=False)
        Declaration.objects.create(
            kind=row.kind, key=row.key, version=row.version + 1, digest="x",
            body=row.body | {"ways": ways}, source=row.source,
            effective_from_date=row.effective_from_date, loaded_at=DURING,
        )  # fmt: skip
        for person in village.villagers[:15]:
            village.mark(ballot, person)
        village.count(ballot, "hands", {"yes": 15}, tellers=1)
        village.close(ballot)
        facts = village.result(ballot).facts
        assert facts["questions"][0]["ground"] == "no_quorum"
        assert facts["rule"]["version"] == row.version
        assert village.roll().rule.version == row.version + 1
        assert all_hold()

    def test_people_may_vote_by_phone_until_the_announced_time(self, village):
        ballot = self.voted(village)
        with pytest.raises(BallotStands):
            village.close(ballot, at=DURING)
        services.mark_many_present(ballot=ballot, mode="hands", at=DURING)
        assert village.close(ballot, at=DURING).state == BallotState.CLOSED  # all have voted

    def test_a_share_of_women_is_asked_for_where_the_rule_does(self, village):
        roll = village.roll("compact_assembly")
        ballot = village.open(roll, modes=["hands"], questions=["通过吗？"], matter="compact")
        services.mark_many_present(ballot=ballot, mode="hands", at=DURING)
        village.count(ballot, "hands", {"yes": 30}, tellers=1)
        with pytest.raises(CountRefused):
            services.say_women_present(
                ballot=ballot, present_count=31, on_roll_count=None, at=DURING
            )
        services.say_women_present(ballot=ballot, present_count=9, on_roll_count=None, at=DURING)
        village.close(ballot)
        assert village.result(ballot).facts["questions"][0]["ground"] == "too_few_women"

    def test_an_annulled_vote_has_no_result_and_keeps_its_record(self, village):
        ballot = self.counted(village)
        services.annul_ballot(ballot=ballot, reason="名单有误", by=village.keeper, at=CLOSES)
        with pytest.raises(BallotStands):
            village.result(ballot)
        assert Participation.objects.count() == 20

    def test_voices_are_forgotten_after_a_year_and_the_result_stands(self, village):
        ballot = self.counted(village)
        village.result(ballot)
        assert services.forget_voices(at=CLOSES + timedelta(days=364)) == 0
        assert services.forget_voices(at=CLOSES + timedelta(days=366)) == 20
        assert queries.outcome(ballot).questions[0].facts["total"]["yes"] == 10
        assert all_hold()


class TestSecret:
    def test_el01_a_secret_vote_on_paper_stores_who_came_and_never_what(self, village):
        ballot = village.open(is_secret=True, modes=["paper"], questions=["修吗？"])
        for person in village.villagers[:16]:
            village.mark(ballot, person, "paper")
        with pytest.raises(Refused):
            village.cast(ballot, village.villagers[20], "yes")
        village.close(ballot)
        village.count(ballot, "paper", {"yes": 10, "no": 5, "invalid": 1})
        assert village.result(ballot).facts["questions"][0]["ground"] == "carried"
        assert not Voice.objects.exists()

    def test_el01_the_database_itself_refuses_a_voice_in_a_secret_vote(self, village):
        ballot = village.open(is_secret=True, modes=["paper"], questions=["修吗？"])
        village.mark(ballot, village.villagers[0], "paper")
        with pytest.raises(IntegrityError), transaction.atomic():
            Voice.objects.create(
                participation=Participation.objects.get(), question=ballot.questions.get(),
                choice="yes",
            )  # fmt: skip

    def test_the_secret_way_by_phone_delivers_its_tally(self, village, monkeypatch):
        monkeypatch.setattr(tallies, "_deliverers", [])
        with unheard():  # the box itself has tests of its own
            ballot = village.open(is_secret=True, modes=["secret_online"], questions=["修吗？"])
        Participation.objects.bulk_create(
            Participation(ballot=ballot, entry=village.entry(ballot, person), mode="secret_online")
            for person in village.villagers[:16]
        )
        with unheard():
            village.close(ballot)
        with pytest.raises(CountsMissing):
            village.result(ballot)
        tallies.delivers(lambda ballot, question: {"yes": 9, "no": 7})
        assert village.result(ballot).facts["questions"][0]["ground"] == "carried"

    def test_no_activity_names_a_voter_or_a_choice(self, village):
        ballot = village.open()
        village.cast(ballot, village.villagers[0], "no", "yes")
        village.mark(ballot, village.villagers[1])
        for entry in Entry.objects.filter(
            name__in=["ballots.vote_cast", "ballots.presence_marked"]
        ):
            assert entry.actor_id in {None, village.tellers[0].pk}
            said = str(entry.facts)
            assert not any(str(person.pk) in said for person in village.villagers)
            assert "yes" not in said
            assert "'no'" not in said


class TestWhatTheDatabaseKeeps:
    """What services never do, plain SQL may not either."""

    def refused(self, statement: str, *values: object) -> None:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)

    def test_a_roll_is_not_changed_mid_vote(self, village):
        village.open()
        self.refused("DELETE FROM ballots_rollentry WHERE number = 1")
        self.refused("UPDATE ballots_rollentry SET is_struck = (1 = 1)")
        self.refused("UPDATE ballots_roll SET state = 'draft'")
        with pytest.raises(IntegrityError), transaction.atomic():
            RollEntry.objects.create(
                roll=Roll.objects.get(), number=99, person=people.somebody(), name="多出来的"
            )

    def test_what_is_asked_until_when_stands_once_it_is_open(self, village):
        ballot = village.open()
        self.refused("UPDATE ballots_ballot SET title = '别的'")
        self.refused("UPDATE ballots_ballot SET is_secret = (1 = 1)")
        self.refused("UPDATE ballots_question SET text = '别的'")
        with pytest.raises(IntegrityError), transaction.atomic():
            Ballot.objects.filter(pk=ballot.pk).update(closes_at=CLOSES + timedelta(days=1))
        with pytest.raises(IntegrityError), transaction.atomic():
            Question.objects.create(ballot=ballot, position=3, text="还有？")
        self.refused("UPDATE ballots_ballot SET state = 'planned'")

    def test_nobody_takes_part_after_the_close(self, village):
        ballot = village.open()
        village.mark(ballot, village.villagers[0])
        village.close(ballot)
        with pytest.raises(IntegrityError), transaction.atomic():
            Participation.objects.create(
                ballot=ballot, entry=village.entry(ballot, village.villagers[1]), mode="hands"
            )
        self.refused("DELETE FROM ballots_participation")
        self.refused("UPDATE ballots_participation SET mode = 'online'")

    def test_nobody_from_another_roll_takes_part(self, village):
        ballot, other = village.open(), village.roll()
        with pytest.raises(IntegrityError), transaction.atomic():
            Participation.objects.create(ballot=ballot, entry=other.entries.first(), mode="hands")

    def test_counts_and_results_stay_as_written(self, village):
        ballot = village.open(modes=["hands"], questions=["修吗？"])
        services.mark_many_present(ballot=ballot, mode="hands", at=DURING)
        village.count(ballot, "hands", {"yes": 30}, tellers=1)
        village.close(ballot, at=DURING)
        self.refused("UPDATE ballots_ballot SET state = 'counted'")
        village.result(ballot)
        self.refused("UPDATE ballots_tellercount SET turn = 2")
        self.refused("DELETE FROM ballots_tellercount")
        self.refused("UPDATE ballots_result SET digest = ''")
        self.refused("DELETE FROM ballots_result")
        with pytest.raises(IntegrityError), transaction.atomic():
            TellerCount.objects.create(
                ballot=ballot, question=ballot.questions.get(), mode="hands", turn=2,
                teller=village.tellers[0], counts={}, counted_at=CLOSES,
            )  # fmt: skip

    def test_all_triggers_are_there(self):
        assert triggers.missing(connection) == []

    def test_a_roll_tampered_with_is_noticed_before_anything_is_counted(self, village):
        ballot = village.open(modes=["hands"], questions=["修吗？"])
        services.mark_many_present(ballot=ballot, mode="hands", at=DURING)
        village.count(ballot, "hands", {"yes": 30}, tellers=1)
        village.close(ballot, at=DURING)
        with triggers.lifted(connection):
            RollEntry.objects.filter(number=1).update(name="别人")
        with pytest.raises(RollChanged):
            village.result(ballot)
        assert not all_hold()

    def test_a_result_tampered_with_is_noticed(self, village):
        ballot = village.open(modes=["hands"], questions=["修吗？"])
        services.mark_many_present(ballot=ballot, mode="hands", at=DURING)
        village.count(ballot, "hands", {"yes": 10}, tellers=1)
        village.close(ballot, at=DURING)
        facts = village.result(ballot).facts
        assert all_hold()
        facts["questions"][0]["ground"] = "carried"
        from xiangyue.ballots.services.counting import digest_of_facts

        with triggers.lifted(connection):
            Result.objects.update(facts=facts, digest=digest_of_facts(facts))
        assert not all_hold()


class TestLists:
    def test_pasted_names_are_matched_to_people_of_the_place(self, village):
        found = matched(
            place=village.place,
            kind="party_member",
            text="王甲\n\n李乙\n查无此人\n王甲",
            on=AT.date(),
        )
        assert [(each.line, len(each.people)) for each in found] == [
            ("王甲", 1), ("李乙", 1), ("查无此人", 0),
        ]  # fmt: skip

    def test_namesakes_are_shown_and_chosen_never_guessed(self, village):
        twin = people.somebody("王甲")
        facts = {
            "place": village.place, "kind": "party_member", "text": "王甲\n李乙",
            "on": AT.date(), "at": AT, "by": village.keeper,
        }  # fmt: skip
        with pytest.raises(NamesUnclear, match="王甲"):
            services.import_members(**facts)
        assert services.import_members(**facts, chosen=[twin]) == 2
        assert services.import_members(**facts, chosen=[twin]) == 0

    def test_a_telephone_number_tells_namesakes_apart(self, village):
        twin = people.somebody("王甲")
        (match,) = matched(
            place=village.place, kind="party_member", text=f"王甲 {twin.phone}", on=AT.date()
        )
        assert list(match.people) == [twin]
