"""A budget from the first order to the last bill: who may do what when, and what stands."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tests import people
from tests.orders.conftest import AT, CLOSES, DURING, OPENS, SETTLED, YUAN, House
from xiangyue.activity.models import Entry
from xiangyue.ballots import services as ballots
from xiangyue.ballots.models import BallotState, Participation, Voice
from xiangyue.ballots.refusals import AlreadyTookPart, BallotNotOpen, NotOnRoll, RollUnsettled
from xiangyue.kernel.refusals import NotAllowed, Refused, TooMany
from xiangyue.orders import freezing, invariants, queries, services
from xiangyue.orders.models import (
    Building,
    Need,
    NeedSupport,
    Outcome,
    Project,
    Round,
    Slip,
    TypedSlip,
)
from xiangyue.orders.reckoning import digest_of_facts, faults_of, reckoned
from xiangyue.orders.refusals import (
    MoneyWrong,
    NotReady,
    NotYours,
    RoundStands,
    SlipRefused,
    SlipsDiffer,
    WordsMissing,
)
from xiangyue.orders.services import Cost
from xiangyue.publicity.services import object_to

pytestmark = pytest.mark.django_db


class TestBeginning:
    def test_a_round_says_how_much_and_from_where(self, house: House) -> None:
        made = house.begin()
        assert (made.budget, made.state) == (10_000_000, "needs")
        assert made.needs_until == AT + timedelta(days=7)

    @pytest.mark.parametrize("budget", [0, -1, 99_999, 200_000_001])
    def test_no_budget_or_one_out_of_bounds_is_refused(self, house: House, budget: int) -> None:
        with pytest.raises(MoneyWrong):
            house.begin(budget=budget)

    def test_a_budget_of_nothing_is_refused_by_the_database_too(self, house: House) -> None:
        made = house.begin()
        with pytest.raises(DatabaseError), transaction.atomic():
            Round.objects.filter(pk=made.pk).update(budget=0)

    def test_without_saying_where_the_money_comes_from_nothing_begins(self, house: House) -> None:
        with pytest.raises(WordsMissing):
            house.begin(money_from=" ")

    def test_only_who_keeps_rounds_there_begins_one(self, house: House) -> None:
        for stranger in (people.clerk(people.OTHER_VILLAGE), house.checker, house.residents[0]):
            with pytest.raises(NotAllowed):
                house.begin(by=stranger)

    def test_people_have_their_days_to_order(self, house: House) -> None:
        with pytest.raises(Refused):
            house.begin(needs_until=AT + timedelta(days=6))


class TestOrdering:
    def test_a_resident_orders_in_a_sentence(self, house: House) -> None:
        house.begin()
        need = house.order("巷口装一盏路灯", spot="三组巷口")
        assert (need.number, need.spot, need.support_count) == (1, "三组巷口", 0)

    def test_the_same_sentence_again_is_one_order(self, house: House) -> None:
        house.begin()
        assert house.order().pk == house.order().pk
        assert Need.objects.count() == 1

    def test_strangers_do_not_order(self, house: House) -> None:
        house.begin()
        stranger = people.somebody(at_place=people.place(people.OTHER_VILLAGE))
        with pytest.raises(NotAllowed):
            house.order(by=stranger)

    def test_se05_a_clerk_enters_it_for_somebody_without_a_phone(self, house: House) -> None:
        house.begin()
        need = house.order(by=None, entered_by=house.keeper, said_by="王奶奶")
        assert (need.by, need.said_by) == (None, "王奶奶")
        with pytest.raises(NotAllowed):
            house.order("再装一盏", by=None, entered_by=house.residents[3], said_by="王奶奶")

    def test_support_is_counted_once_and_can_be_taken_back(self, house: House) -> None:
        house.begin()
        need, other = house.order(), house.residents[5]
        for _time in range(2):
            services.support(need=need, by=other, at=AT)
        need.refresh_from_db()
        assert need.support_count == 1
        for _time in range(2):
            services.support(need=need, by=other, at=AT, is_wanted=False)
        need.refresh_from_db()
        assert (need.support_count, NeedSupport.objects.count()) == (0, 0)

    def test_nobody_supports_their_own(self, house: House) -> None:
        house.begin()
        need = services.support(need=house.order(), by=house.residents[0], at=AT)
        assert need.support_count == 0

    def test_likely_duplicates_are_offered(self, house: House) -> None:
        house.begin()
        need = house.order("三组巷口装一盏路灯")
        house.order("广场添两副健身器材", who=1)
        assert queries.likely_needs(house.now, "巷口装路灯") == [need]

    def test_one_person_orders_five_things(self, house: House) -> None:
        house.begin()
        for number in range(5):
            house.order(f"第{number}件事要办")
        with pytest.raises(TooMany):
            house.order("第六件事要办")

    def test_after_the_last_day_nothing_is_ordered(self, house: House) -> None:
        house.begin()
        with pytest.raises(RoundStands):
            house.order(at=AT + timedelta(days=7))

    def test_the_record_names_nobody_who_ordered_or_supported(self, house: House) -> None:
        house.begin()
        services.support(need=house.order(), by=house.residents[5], at=AT)
        for entry in Entry.objects.filter(name="orders.need_said"):
            assert entry.actor_id is None
            assert str(house.residents[0].pk) not in str(entry.facts)


class TestAnotherVillagesKeeper:
    def test_does_nothing_in_this_round(self, house: House) -> None:
        house.costed()
        by, at = people.clerk(people.OTHER_VILLAGE), AT + timedelta(days=8)
        need, project = house.now.needs.first(), house.now.projects.first()
        assert need is not None
        assert project is not None
        known = {"by": by, "at": at}
        for act in (
            lambda: services.end_needs(round_=house.now, **known),
            lambda: services.set_aside(need=need, why="不办", **known),
            lambda: services.put_into(need=need, project=None, **known),
            lambda: services.keep_project(
                round_=house.now, title="别的", what="别的", lines=[Cost("料", 100)],
                costed_by="某人", **known,
            ),
            lambda: services.refuse_project(
                project=project, refused_for="unlawful", why="不办", **known
            ),
            lambda: services.publish_projects(round_=house.now, **known),
            lambda: services.draw_voters(round_=house.now, **known),
            lambda: services.stop_round(round_=house.now, why="不办了", **known),
            lambda: services.count_round(round_=house.now, **known),
            lambda: services.report_progress(project=project, kind="begun", text="动工", **known),
            lambda: services.check_project(project=project, is_right=True, text="好", **known),
        ):  # fmt: skip
            with pytest.raises(NotAllowed):
                act()
        assert house.now.state == "costing"

    def test_an_order_goes_into_no_project_of_another_round(self, house: House) -> None:
        house.costed()
        first, need = house.now, house.now.needs.first()
        assert need is not None
        house.round = None
        house.costed()
        foreign = house.now.projects.first()
        with pytest.raises(NotAllowed):
            services.put_into(
                need=need, project=foreign, by=house.keeper, at=AT + timedelta(days=8)
            )
        assert first.pk != house.now.pk


class TestCosting:
    def test_orders_do_not_end_before_their_day(self, house: House) -> None:
        house.begin()
        with pytest.raises(RoundStands):
            services.end_needs(round_=house.now, by=house.keeper, at=AT + timedelta(days=6))

    def test_a_project_costs_what_its_lines_cost(self, house: House) -> None:
        house.costed()
        lines = [Cost("灯杆", 2_000_000), Cost("安装", 1_000_050)]
        made = house.project("路灯二", 0, lines=lines, upkeep=50_000, upkeep_by="村集体")
        assert made.cost == 3_000_050
        assert not any(check() for check in invariants.INVARIANTS.values())

    @pytest.mark.parametrize("lines", [[], [Cost("灯", 0)], [Cost(" ", 5)], [Cost("灯", -1)]])
    def test_lines_that_cost_nothing_are_refused(self, house: House, lines: list[Cost]) -> None:
        house.costed()
        with pytest.raises(MoneyWrong):
            house.project("路灯二", 0, lines=lines)

    def test_every_order_is_answered_before_the_list_hangs_out(self, house: House) -> None:
        house.begin()
        left = house.order("修庙", who=9)
        house.costed()
        with pytest.raises(NotReady, match="1"):
            services.publish_projects(round_=house.now, by=house.keeper, at=AT)
        services.set_aside(need=left, why="不属于公共设施", by=house.keeper, at=AT)
        services.publish_projects(round_=house.now, by=house.keeper, at=AT + timedelta(days=8))
        assert house.now.state == "notice"

    def test_a_project_dearer_than_the_budget_keeps_the_list_back(self, house: House) -> None:
        house.costed()
        house.project("大桥", 100_001)
        with pytest.raises(NotReady, match="大桥"):
            services.publish_projects(round_=house.now, by=house.keeper, at=AT)

    def test_a_refused_project_keeps_a_public_reason_and_is_not_voted_on(
        self, house: House
    ) -> None:
        house.costed()
        lamp = house.named("路灯")
        with pytest.raises(WordsMissing):
            services.refuse_project(
                project=lamp, refused_for="unlawful", why="", by=house.keeper, at=AT
            )
        services.refuse_project(
            project=lamp, refused_for="planned", why="供电所今年统一装", by=house.keeper, at=AT
        )
        services.publish_projects(round_=house.now, by=house.keeper, at=AT + timedelta(days=8))
        assert [one.title for one in queries.listed_projects(house.now)] == [
            "凉亭", "水渠", "篮球架",
        ]  # fmt: skip
        assert house.now.notice is not None
        assert "路灯" not in str(house.now.notice.facts)

    def test_with_a_single_project_there_is_no_choice(self, house: House) -> None:
        house.costed([("路灯", 30_000)])
        with pytest.raises(NotReady):
            services.publish_projects(round_=house.now, by=house.keeper, at=AT)


class TestWhatHangsOutStands:
    def test_the_database_refuses_a_cost_changed_after_the_notice(self, house: House) -> None:
        house.on_board()
        lamp = house.named("路灯")
        statements = [
            ("UPDATE orders_project SET cost = 1 WHERE number = 1", []),
            ("UPDATE orders_project SET title = 'x' WHERE number = 1", []),
            ("UPDATE orders_project SET state = 'refused', refused_why = 'x' WHERE number = 1", []),
            ("DELETE FROM orders_costline", []),
            ("UPDATE orders_costline SET amount = 1", []),
            ("UPDATE orders_round SET budget = 5", []),
            ("UPDATE orders_round SET state = 'decided'", []),
            ("UPDATE orders_need SET aside_why = 'x', project_id = NULL", []),
            ("UPDATE orders_need SET text = 'x'", []),
        ]
        for statement, values in statements:
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, values)
        lamp.refresh_from_db()
        assert lamp.cost == 30_000 * YUAN

    def test_services_refuse_it_in_words(self, house: House) -> None:
        house.on_board()
        with pytest.raises(RoundStands):
            house.project("路灯", 1, project=house.named("路灯"))

    def test_after_an_objection_the_list_is_taken_back_and_hangs_out_anew(
        self, house: House
    ) -> None:
        house.on_board()
        before = house.now.notice
        services.reopen_costing(
            round_=house.now, why="路灯报价有误", by=house.keeper, at=AT + timedelta(days=9)
        )
        assert before is not None
        before.refresh_from_db()
        assert (before.state, house.now.state) == ("taken_down", "costing")
        house.project("路灯", 25_000, project=house.named("路灯"))
        services.publish_projects(round_=house.now, by=house.keeper, at=AT + timedelta(days=9))
        assert house.now.notice_id != before.pk

    def test_no_safeguard_is_missing(self, house: House) -> None:
        assert freezing.missing(connection) == []
        with freezing.lifted(connection):
            assert freezing.missing(connection) != []


class TestAnnouncing:
    def test_no_vote_before_the_notice_is_over_and_objections_are_answered(
        self, house: House
    ) -> None:
        house.on_board()
        notice = house.now.notice
        assert notice is not None
        object_to(notice=notice, text="太贵", by=house.residents[2], at=AT + timedelta(days=9))
        services.draw_voters(round_=house.now, by=house.keeper, at=AT + timedelta(days=8))
        with pytest.raises(NotReady):
            services.announce_vote(
                round_=house.now, opens_at=OPENS, closes_at=CLOSES,
                tellers=house.village.tellers, by=house.keeper, at=OPENS - timedelta(hours=1),
            )  # fmt: skip

    def test_the_vote_lasts_its_days_and_has_two_tellers(self, house: House) -> None:
        house.announced()
        house.round = None
        for fault in ({"closes_at": OPENS + timedelta(days=2)}, {"tellers": []}):
            other = House(house.village, house.keeper, house.checker)
            with pytest.raises(Refused):
                _announce(other, **fault)

    def test_the_roll_is_fixed_first(self, house: House) -> None:
        house.on_board()
        services.draw_voters(round_=house.now, by=house.keeper, at=AT)
        roll = house.now.roll
        assert roll is not None
        assert roll.entry_count == 30
        with pytest.raises(RollUnsettled):
            ballots.fix_roll(roll=roll, by=house.keeper, at=AT)
        with pytest.raises(NotReady):
            services.announce_vote(
                round_=house.now, opens_at=OPENS, closes_at=CLOSES,
                tellers=house.village.tellers, by=house.keeper, at=OPENS - timedelta(days=1),
            )  # fmt: skip


def _announce(house: House, **facts: object) -> None:
    house.on_board()
    services.draw_voters(round_=house.now, by=house.keeper, at=AT + timedelta(days=8))
    roll = house.now.roll
    assert roll is not None
    ballots.publish_roll(roll=roll, by=house.keeper, at=AT + timedelta(days=8))
    settled = SETTLED
    ballots.fix_roll(roll=roll, by=house.keeper, at=settled)
    said = {"opens_at": OPENS, "closes_at": CLOSES, "tellers": house.village.tellers}
    services.announce_vote(
        round_=house.now,
        by=house.keeper,
        at=settled,
        **said | facts,  # type: ignore[arg-type]
    )


class TestVoting:
    def test_el01_a_slip_and_the_voter_share_nothing(self, house: House) -> None:
        house.voting()
        house.cast(0, 1, 4)
        slip, taken = Slip.objects.get(), Participation.objects.get()
        assert slip.projects == [1, 4]
        assert {field.name for field in Slip._meta.fields} == {"id", "round", "projects"}
        assert slip.pk.version == 4
        assert (taken.mode, taken.recorded_by_id, Voice.objects.count()) == ("online", None, 0)
        assert not Entry.objects.filter(name__in=["ballots.vote_cast"]).exists()

    def test_el01_nobody_votes_twice_whatever_way(self, house: House) -> None:
        house.voting()
        house.cast(0, 1)
        with pytest.raises(AlreadyTookPart):
            house.cast(0, 2)
        with pytest.raises(AlreadyTookPart):
            house.hand_out(0)
        house.hand_out(1)
        with pytest.raises(AlreadyTookPart):
            house.cast(1, 1)
        assert Slip.objects.count() == 1

    def test_before_the_opening_and_after_the_bell_no_slip_is_taken(self, house: House) -> None:
        house.announced()
        with pytest.raises(BallotNotOpen):
            house.cast(0, 1)
        services.open_vote(round_=house.now, by=house.keeper, at=OPENS)
        with pytest.raises(BallotNotOpen):
            house.cast(0, 1, at=CLOSES)
        house.close()
        with pytest.raises(BallotNotOpen):
            house.cast(0, 1, at=DURING)
        with pytest.raises(DatabaseError), transaction.atomic():
            Slip.objects.create(round=house.now, projects=[1])
        assert not Slip.objects.exists()

    def test_who_is_not_on_the_roll_does_not_vote(self, house: House) -> None:
        house.voting()
        with pytest.raises(NotOnRoll):
            services.cast_slip(round_=house.now, voter=people.somebody(), projects=[1], at=DURING)

    def test_more_than_the_budget_is_refused_and_says_by_how_much(self, house: House) -> None:
        house.voting()
        with pytest.raises(SlipRefused, match="30,000"):
            house.cast(0, 1, 2, 3)
        house.cast(0, 2, 3)
        assert Slip.objects.get().projects == [2, 3]

    @pytest.mark.parametrize("projects", [(), (9,), (1, 9), (-1,)])
    def test_nothing_marked_or_no_such_project_is_refused(
        self, house: House, projects: tuple[int, ...]
    ) -> None:
        house.voting()
        with pytest.raises(SlipRefused):
            house.cast(0, *projects)
        assert not Participation.objects.exists()

    def test_se05_on_the_tellers_tablet_the_entry_takes_part(self, house: House) -> None:
        house.voting()
        ballot = house.now.ballot
        assert ballot is not None
        entry = house.village.entry(ballot, house.residents[7])
        teller = house.village.tellers[0]
        for _time in range(2):
            try:
                services.cast_slip(
                    round_=house.now, entry=entry, by=teller, projects=[3], at=DURING
                )
            except AlreadyTookPart:
                continue
        assert Participation.objects.get().recorded_by_id == teller.pk
        assert Slip.objects.count() == 1

    def test_a_slip_is_neither_changed_nor_taken_out(self, house: House) -> None:
        house.voting()
        house.cast(0, 1)
        for statement in ("UPDATE orders_slip SET projects = '[2]'", "DELETE FROM orders_slip"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)

    def test_ballots_own_ways_of_voting_and_counting_are_shut(self, house: House) -> None:
        ballot = house.voting().ballot
        assert ballot is not None
        with pytest.raises(Refused):
            ballots.cast(ballot=ballot, voter=house.residents[0], choices={1: "yes"}, at=DURING)
        house.close()
        with pytest.raises(Refused):
            ballots.count_ballot(ballot=ballot, by=house.keeper, at=CLOSES)


class TestPapers:
    def test_two_tellers_type_each_paper_and_agree(self, house: House) -> None:
        house.voting()
        house.hand_out(0, 1, 2, 3)
        house.close()
        house.typed("1 4", "3", "-", "x")
        outcome = house.count()
        assert (outcome.facts["blank"], outcome.facts["invalid"]) == (1, 1)
        assert outcome.facts["slips"] == [
            {"projects": [1, 4], "count": 1}, {"projects": [3], "count": 1},
        ]  # fmt: skip

    def test_what_differs_counts_for_nothing_until_it_is_typed_alike(self, house: House) -> None:
        house.voting()
        house.hand_out(0, 1, 2, 3)
        house.close()
        house.typed("1 4", "3", "2", teller=0)
        house.typed("1 4", "2", "2", teller=1)
        with pytest.raises(SlipsDiffer):
            house.count()
        house.typed("3", teller=1, first=2)
        assert house.count().facts["slips"][-1] == {"projects": [3], "count": 1}

    def test_papers_typed_differently_again_and_again_wait_until_they_agree(
        self, house: House
    ) -> None:
        house.voting()
        house.hand_out(0, 1, 2)
        house.close()
        house.typed("1", "1", "1")
        for mine, theirs in (("2", "3"), ("3", "2"), ("x", "-")):
            house.typed(mine, teller=0, first=3)
            house.typed(theirs, teller=1, first=3)
            with pytest.raises(SlipsDiffer):
                house.count()
        house.typed("-", teller=0, first=3)
        facts = house.count().facts
        assert (facts["blank"], facts["invalid"]) == (1, 0)
        assert facts["slips"] == [{"projects": [1], "count": 2}]

    def test_what_one_teller_alone_typed_waits(self, house: House) -> None:
        house.voting()
        house.hand_out(0, 1, 2)
        house.close()
        house.typed("1", "2", "3", teller=0)
        house.typed("1", "2", teller=1)
        with pytest.raises(SlipsDiffer):
            house.count()

    def test_papers_that_were_handed_out_are_not_forgotten(self, house: House) -> None:
        house.voting()
        house.hand_out(0, 1, 2)
        house.close()
        with pytest.raises(SlipsDiffer):
            house.count()

    def test_no_more_papers_than_were_handed_out(self, house: House) -> None:
        house.voting()
        house.hand_out(0)
        house.close()
        with pytest.raises(SlipRefused):
            house.typed("1", "2")
        assert not TypedSlip.objects.exists()

    def test_papers_are_typed_after_the_close_alone(self, house: House) -> None:
        house.voting()
        house.hand_out(0)
        with pytest.raises(RoundStands):
            house.typed("1")
        with pytest.raises(DatabaseError), transaction.atomic():
            TypedSlip.objects.create(round=house.now, number=1, teller=house.keeper, projects=[1])

    def test_a_paper_over_the_budget_is_invalid(self, house: House) -> None:
        house.voting()
        house.hand_out(0, 1, 2)
        house.close()
        house.typed("1 2 3", "1", "1")
        assert house.count().facts["invalid"] == 1

    @pytest.mark.parametrize("line", ["一", "1 9", "1;drop", "1" * 200, "٣"])
    def test_a_line_that_is_no_slip_is_refused_and_nothing_is_kept(
        self, house: House, line: str
    ) -> None:
        house.voting()
        house.hand_out(0, 1)
        house.close()
        with pytest.raises(SlipRefused, match="2"):
            house.typed("1", line, teller=0)
        assert not TypedSlip.objects.exists()


class TestCounting:
    def test_el02_too_few_took_part_and_nothing_is_paid(self, house: House) -> None:
        outcome = house.decided([1], [1])
        assert not outcome.facts["quorum"]["is_met"]
        assert {each["why"] for each in outcome.facts["verdicts"]} == {"no_quorum"}
        assert (outcome.facts["spent"], house.now.state) == (0, "done")

    def test_el02_exactly_one_in_ten_is_enough(self, house: House) -> None:
        outcome = house.decided([1], [1], [1])
        assert outcome.facts["quorum"]["is_met"]
        assert house.named("路灯").building == Building.WAITING

    def test_the_result_stands_on_all_slips_and_can_be_reckoned_again(self, house: House) -> None:
        outcome = house.decided([1, 4], [1], [2, 3], [2, 3])
        assert faults_of(outcome) == []
        assert sum(each["count"] for each in outcome.facts["slips"]) == 4
        assert not Slip.objects.exists()
        assert not any(check() for check in invariants.INVARIANTS.values())
        ballot = house.now.ballot
        assert ballot is not None
        assert ballot.state == BallotState.COUNTED

    def test_counting_again_returns_what_stands(self, house: House) -> None:
        outcome = house.decided([1], [1], [1])
        assert house.count().digest == outcome.digest

    @pytest.mark.parametrize("last", ["settle", "recorded"])
    def test_the_power_cut_between_tally_and_result_keeps_every_slip(
        self, house: House, monkeypatch: pytest.MonkeyPatch, last: str
    ) -> None:
        from xiangyue.orders.services import counting

        def cut(*_args: object, **_facts: object) -> None:
            raise RuntimeError("no power")

        house.voting()
        for who in range(3):
            house.cast(who, 1)
        house.close()
        monkeypatch.setattr(counting, last, cut)
        with pytest.raises(RuntimeError):
            house.count()
        monkeypatch.undo()
        assert house.now.state == "vote"
        assert house.now.ballot is not None
        assert house.now.ballot.state == BallotState.CLOSED
        assert Slip.objects.count() == 3
        assert not Outcome.objects.exists()
        assert house.count().facts["spent"] == 30_000 * YUAN

    def test_nothing_is_counted_before_the_close(self, house: House) -> None:
        house.voting()
        house.cast(0, 1)
        with pytest.raises(RoundStands):
            house.count()

    def test_with_equal_votes_the_cheaper_then_the_first_listed_is_paid(self, house: House) -> None:
        outcome = house.decided(
            [1], [2], [3],
            projects=[("甲亭", 60_000), ("乙亭", 60_000), ("丙亭", 30_000)],
        )  # fmt: skip
        said = {each["number"]: each for each in outcome.facts["verdicts"]}
        assert [said[number]["turn"] for number in (1, 2, 3)] == [2, None, 1]

    def test_the_result_hangs_on_the_board_with_its_digest(self, house: House) -> None:
        outcome = house.decided([1], [1], [1])
        assert outcome.notice is not None
        assert outcome.digest in outcome.notice.body

    def test_the_result_is_not_changed(self, house: House) -> None:
        house.decided([1], [1], [1])
        for statement in (
            "UPDATE orders_outcome SET digest = 'x'",
            "DELETE FROM orders_outcome",
            "UPDATE orders_project SET cost = 1",
            "UPDATE orders_round SET state = 'vote'",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)

    def test_a_tampered_result_is_noticed(self, house: House) -> None:
        outcome = house.decided([1], [1], [1])
        facts = outcome.facts
        facts["verdicts"][1]["why"] = "paid_by_votes"
        with freezing.lifted(connection):
            type(outcome).objects.filter(pk=outcome.pk).update(facts=facts)
        assert len(invariants.every_result_recomputes()) >= 2

    def test_el02_a_quorum_that_was_not_met_cannot_be_said_to_be(self, house: House) -> None:
        outcome = house.decided([1], [1])
        facts = outcome.facts | {"quorum": outcome.facts["quorum"] | {"is_met": True}}
        facts |= {name: value for name, value in reckoned(facts).items() if name != "quorum"}
        with freezing.lifted(connection):
            type(outcome).objects.filter(pk=outcome.pk).update(
                facts=facts, digest=digest_of_facts(facts)
            )
        assert invariants.every_result_recomputes() != []


class TestAfterwards:
    def report(self, house: House, kind: str, **facts: object) -> None:
        said = {"text": "施工队进场了", "by": house.keeper, "at": CLOSES + timedelta(days=1)}
        services.report_progress(
            project=house.named("路灯"),
            kind=kind,
            **said | facts,  # type: ignore[arg-type]
        )

    def check(self, house: House, *, is_right: bool = True, **facts: object) -> None:
        said = {"text": "三盏灯都亮", "by": house.checker, "at": CLOSES + timedelta(days=9)}
        services.check_project(
            project=house.named("路灯"),
            is_right=is_right,
            **said | facts,  # type: ignore[arg-type]
        )

    def test_begun_built_checked_and_done(self, house: House) -> None:
        house.decided([1], [1], [1])
        self.report(house, "begun")
        with pytest.raises(MoneyWrong):
            self.report(house, "built")
        self.report(house, "built", cost=2_900_000)
        self.check(house)
        lamp = house.named("路灯")
        assert (lamp.building, lamp.final_cost) == (Building.CHECKED, 2_900_000)
        assert house.now.state == "done"

    def test_what_is_not_right_is_built_on(self, house: House) -> None:
        house.decided([1], [1], [1])
        self.report(house, "begun")
        self.report(house, "built", cost=1)
        self.check(house, is_right=False)
        assert house.named("路灯").building == Building.BEGUN
        assert house.now.state == "decided"

    def test_se01_who_keeps_the_round_does_not_check_it(self, house: House) -> None:
        house.decided([1], [1], [1])
        self.report(house, "begun")
        self.report(house, "built", cost=1)
        people.appoint(
            person=house.keeper, role="supervision_member", place=house.village.place, at=AT
        )
        with pytest.raises(NotYours):
            self.check(house, by=house.keeper)
        with pytest.raises(NotAllowed):
            self.check(house, by=house.residents[0])

    def test_steps_come_in_their_order(self, house: House) -> None:
        house.decided([1], [1], [1])
        with pytest.raises(RoundStands):
            self.report(house, "built", cost=1)
        with pytest.raises(RoundStands):
            self.check(house)

    def test_what_is_not_paid_for_is_not_built(self, house: House) -> None:
        house.decided([1], [1], [1])
        with pytest.raises(RoundStands):
            services.report_progress(
                project=house.named("凉亭"), kind="begun", text="开工了", by=house.keeper,
                at=CLOSES,
            )  # fmt: skip

    def test_n9_those_who_ordered_or_supported_are_found_to_be_told(self, house: House) -> None:
        house.begin()
        need = house.order("要办路灯", who=0)
        services.support(need=need, by=house.residents[8], at=AT)
        house.decided([1], [1], [1])
        self.report(house, "begun")
        entry = Entry.objects.filter(name="orders.progress_reported").latest("pk")
        assert queries.concerned_by(entry) == {house.residents[0].pk, house.residents[8].pk}
        assert str(house.residents[8].pk) not in str(entry.facts)


class TestStopping:
    def test_a_stopped_round_says_why_and_its_vote_is_annulled(self, house: House) -> None:
        house.voting()
        house.cast(0, 1)
        services.stop_round(round_=house.now, why="经费未到位", by=house.keeper, at=DURING)
        ballot = house.now.ballot
        assert ballot is not None
        assert (house.now.state, ballot.state) == ("stopped", "annulled")
        assert not Slip.objects.exists()
        assert Project.objects.count() == 4

    def test_a_decided_round_is_not_stopped(self, house: House) -> None:
        house.decided([1], [1], [1])
        with pytest.raises(RoundStands):
            services.stop_round(round_=house.now, why="不办了", by=house.keeper, at=CLOSES)
