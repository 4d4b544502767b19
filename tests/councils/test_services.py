"""Who sits, how they came to it, what stays apart; X for a matter; nothing is overwritten."""

from datetime import date, timedelta

import pytest

from tests import people
from tests.councils.conftest import SEVEN, Community, House
from xiangyue.access.appointments import appoint, end_post
from xiangyue.activity.models import Entry
from xiangyue.councils import queries, services
from xiangyue.councils.models import Council, CouncilState, Recusal, Seat, Stakeholder
from xiangyue.kernel.refusals import NotAllowed, NotFound
from xiangyue.places.models import Person
from xiangyue.publicity.models import Notice
from xiangyue.publicity.services import answer_objection, end_windows, object_to

pytestmark = pytest.mark.django_db


class TestForming:
    def test_jc14_one_and_all_seven_make_a_council(self, community: Community) -> None:
        council = community.whole()
        assert queries.missing(council, at=community.house.at) == []

    @pytest.mark.parametrize("gone", ["party_secretary", *SEVEN])
    def test_jc14_without_any_one_it_is_not_whole(self, community: Community, gone: str) -> None:
        council = community.whole(but=gone)
        (lack, _size) = queries.lacking(council, at=community.house.at)
        assert (lack.key, lack.has, lack.least) == (gone, 0, 1)
        with pytest.raises(services.NotWhole):
            services.publish_roster(council=council, by=community.clerk, at=community.house.at)
        assert not Notice.objects.exists()

    def test_there_is_one_secretary(self, community: Community) -> None:
        council = community.whole()
        second = people.posted("community_party_secretary", at_place=community.place)
        with pytest.raises(services.SeatsFull):
            community.seated(council, "party_secretary", way="post", person=second)

    def test_a_place_has_one_council_of_a_kind(self, house: House) -> None:
        first = house.form()
        with pytest.raises(services.ThereAlready):
            house.form()
        services.dissolve(council=first, by=house.clerk, reason="重新推选", at=house.at)
        assert house.form() != first

    def test_it_is_formed_where_such_a_council_stands(
        self, house: House, community: Community
    ) -> None:
        with pytest.raises(services.WrongPlace):
            house.form("consultation_council")  # of a community, not a village
        with pytest.raises(services.WrongPlace):
            house.form(place=people.town())
        with pytest.raises(NotFound):
            house.form("no_such")

    def test_who_keeps_none_there_forms_none(self, house: House, community: Community) -> None:
        for who in (house.resident, people.clerk(people.OTHER_VILLAGE)):
            with pytest.raises(NotAllowed):
                community.form(by=who)
        assert not Council.objects.exists()

    def test_sd02_residents_begin_their_groups_themselves(self, house: House) -> None:
        council = house.form(by=house.resident)
        with pytest.raises(NotAllowed):
            house.form("service_group", by=house.elsewhere)
        services.join(council=council, by=house.resident, at=house.at)
        assert [one.name for one in queries.members(council, at=house.at)] == ["张三"]
        with pytest.raises(NotAllowed):
            services.join(council=council, by=house.elsewhere, at=house.at)
        with pytest.raises(services.TwoSeats):
            services.join(council=council, by=house.resident, at=house.at)

    def test_it_sits_when_its_roster_has_hung_its_days(self, house: House) -> None:
        council = house.form()
        house.seated(council, "head")
        house.seated(council, "member")
        house.seated(council, "member")
        notice = services.publish_roster(council=council, by=house.clerk, at=house.at)
        with pytest.raises(services.NotWhole):
            services.begin_sitting(council=council, by=house.clerk, at=house.at)
        end_windows(at=house.at + timedelta(days=12))
        council.refresh_from_db()
        assert council.state == CouncilState.SITTING
        assert council.notice == notice
        assert council.formed_on == (house.at + timedelta(days=12)).date()
        assert council.until == date(2029, 6, 20)

    def test_an_open_or_upheld_objection_keeps_it_from_sitting(self, house: House) -> None:
        council = house.form()
        house.seated(council, "head")
        house.seated(council, "member")
        house.seated(council, "member")
        notice = services.publish_roster(council=council, by=house.clerk, at=house.at)
        objection = object_to(notice=notice, text="没有开过会推选", at=house.at, network="1")
        later = house.at + timedelta(days=12)
        end_windows(at=later)
        council.refresh_from_db()
        assert council.state == CouncilState.FORMING
        answer_objection(
            objection=objection, by=house.secretary, text="情况属实，重新推选。", is_upheld=True,
            at=later,
        )  # fmt: skip
        council.refresh_from_db()
        assert council.state == CouncilState.FORMING
        assert any("公示" in one for one in services.not_ready_to_sit(council, at=later))

    def test_who_comes_after_the_publication_is_published_too(self, house: House) -> None:
        council = house.form()
        house.seated(council, "head")
        house.seated(council, "member")
        house.seated(council, "member")
        services.publish_roster(council=council, by=house.clerk, at=house.at)
        house.at += timedelta(hours=1)
        house.seated(council, "member")
        end_windows(at=house.at + timedelta(days=12))
        council.refresh_from_db()
        assert council.state == CouncilState.FORMING

    def test_the_published_roster_names_nobody_private(
        self, house: House, community: Community
    ) -> None:
        council = community.whole()
        notice = services.publish_roster(council=council, by=community.clerk, at=community.house.at)
        shown = str(notice.facts)
        assert "周书记" in shown  # in office
        assert "某respected_resident" not in shown
        assert "某organisation_representative" not in shown

    def test_a_term_ends_and_who_sat_stays(self, house: House) -> None:
        council = house.group()
        last = council.until
        assert last is not None
        end = house.at + (last - house.at.date())
        services.end_terms(at=end - timedelta(days=1))
        council.refresh_from_db()
        assert council.state == CouncilState.SITTING
        assert services.end_terms(at=end) == 1
        council.refresh_from_db()
        assert council.state == CouncilState.DISSOLVED
        assert queries.seats_on(council, on=end.date()).count() == 0
        assert queries.seats_on(council, on=end.date() - timedelta(days=1)).count() == 3
        with pytest.raises(services.Dissolved):
            house.seat(council, "member")


class TestSeats:
    def test_who_is_asked_sits_only_after_saying_yes(self, house: House) -> None:
        council = house.form()
        asked = house.seat(council, "head", person=house.resident)
        assert queries.members(council, at=house.at) == []
        with pytest.raises(NotAllowed):
            services.answer_seat(seat=asked, accepts=True, by=house.elsewhere, at=house.at)
        with pytest.raises(NotAllowed):
            services.answer_seat(seat=asked, accepts=True, entered_by=house.elsewhere, at=house.at)
        services.answer_seat(seat=asked, accepts=True, by=house.resident, at=house.at)
        assert [one.seat_key for one in queries.members(council, at=house.at)] == ["head"]
        with pytest.raises(services.Decided):
            services.answer_seat(seat=asked, accepts=False, by=house.resident, at=house.at)

    def test_a_no_needs_no_reason_and_frees_the_seat(self, house: House) -> None:
        council = house.form()
        asked = house.seat(council, "head", person=house.resident)
        with pytest.raises(services.SeatsFull):
            house.seat(council, "head")
        services.answer_seat(seat=asked, accepts=False, by=house.resident, at=house.at)
        assert house.seat(council, "head", person=house.resident)

    def test_nobody_fills_two_seats_unless_it_is_declared(
        self, house: House, community: Community
    ) -> None:
        council = community.form()
        who = people.somebody("一人", at_place=community.place)
        community.seated(council, "legal_worker", person=who)
        with pytest.raises(services.TwoSeats):
            community.seated(council, "deputy", person=who)
        bodies = house.form("one_committee_three_bodies")
        both = people.somebody("书记兼主任")
        appoint(person=both, role="village_party_secretary", place=house.place, at=people.LONG_AGO)
        house.seated(bodies, "party_secretary", way="post", person=both)
        shared = house.seated(bodies, "committee_member", way="election", person=both)
        assert shared.is_shared

    def test_names_on_paper_are_not_counted_twice_either(self, house: House) -> None:
        council = house.form()
        house.seat(council, "head", name="孙大爷")
        with pytest.raises(services.TwoSeats):
            house.seat(council, "member", name="孙大爷")

    def test_sy21_nobody_executes_and_supervises(self, house: House) -> None:
        bodies = house.form("one_committee_three_bodies")
        who = people.somebody("一人")
        house.seated(bodies, "committee_member", way="election", person=who)
        with pytest.raises(services.TwoSeats):  # in one council
            house.seat(bodies, "supervision_member", way="election", person=who)
        clerk = people.clerk()
        with pytest.raises(services.KeptApart) as refused:  # by post
            house.seat(bodies, "supervision_member", way="election", person=clerk)
        assert "监督" in str(refused.value)
        assert refused.value.source.startswith("SY-21")

    def test_sy21_holds_across_the_councils_of_a_place(self, community: Community) -> None:
        at = community.house.at
        bodies = community.form("one_committee_three_bodies")
        who = people.somebody("一人", at_place=community.place)
        community.seated(bodies, "committee_member", way="election", person=who)
        council = community.form()
        with pytest.raises(services.KeptApart):
            community.seated(council, "supervision_representative", person=who)
        seat = bodies.seats.get()
        services.end_seat(seat=seat, by=community.clerk, why="改选", at=at)
        assert community.seated(council, "supervision_representative", person=who)

    def test_sy21_is_asked_again_when_somebody_says_yes(self, community: Community) -> None:
        council = community.form()
        who = people.somebody("一人", at_place=community.place)
        asked = services.seat(
            council=council, seat_key="supervision_representative", way="recommendation",
            chosen_how="推荐", person=who, by=community.clerk, at=community.house.at,
        )  # fmt: skip
        appoint(person=who, role="village_clerk", place=community.place, at=community.house.at)
        Seat.objects.filter(pk=asked.pk).update(state="invited")
        bodies = community.form("one_committee_three_bodies")
        Seat.objects.create(
            council=bodies, seat_key="committee_member", person=who, name="一人", way="election",
            chosen_how="选举", state="accepted", invited_at=community.house.at,
            invited_by=community.clerk, accepted_at=community.house.at,
            active_from=community.house.at.date(),
        )  # fmt: skip
        with pytest.raises(services.KeptApart):
            services.answer_seat(seat=asked, accepts=True, by=who, at=community.house.at)

    def test_who_sits_by_post_sits_as_long_as_the_post(self, community: Community) -> None:
        council = community.whole()
        at = community.house.at
        stranger = people.somebody("无职", at_place=community.place)
        fresh = community.form("ten_party_council")
        with pytest.raises(services.NoSuchPost):
            community.seated(fresh, "party_organisation", way="post", person=stranger)
        post = community.secretary.posts.get()
        end_post(post=post, at=at + timedelta(days=1))
        lack = queries.lacking(council, at=at + timedelta(days=1))
        assert lack[0].key == "party_secretary"
        seat = council.seats.get(seat_key="party_secretary")
        assert (seat.state, seat.active_to) == ("ended", (at + timedelta(days=1)).date())

    def test_who_succeeds_whom_is_kept_and_the_past_is_read_by_day(self, house: House) -> None:
        council = house.group()
        head = council.seats.get(seat_key="head")
        new = services.replace(
            old=head, why="外出务工", way="election", chosen_how="全团选举", person=house.resident,
            by=house.clerk, at=house.at,
        )  # fmt: skip
        services.answer_seat(seat=new, accepts=True, by=house.resident, at=house.at)
        today = house.at.date()
        then = queries.seats_on(council, on=today - timedelta(days=1)).get(seat_key="head")
        now = queries.seats_on(council, on=today).get(seat_key="head")
        assert (then.pk, now.pk, now.succeeds_id) == (head.pk, new.pk, head.pk)
        assert queries.history(council).count() == 4

    def test_a_replacement_that_is_refused_leaves_the_old_one(self, house: House) -> None:
        council = house.group()
        head = council.seats.get(seat_key="head")
        with pytest.raises(services.WordsMissing):
            services.replace(
                old=head, why="外出", way="election", chosen_how="", person=house.resident,
                by=house.clerk, at=house.at,
            )  # fmt: skip
        head.refresh_from_db()
        assert head.state == "accepted"

    def test_one_steps_down_without_a_reason_another_is_ended_with_one(self, house: House) -> None:
        council = house.group()
        one, other = council.seats.filter(seat_key="member")
        with pytest.raises(NotAllowed):
            services.end_seat(seat=one, by=house.resident, why="不行", at=house.at)
        with pytest.raises(services.WordsMissing):
            services.end_seat(seat=one, by=house.clerk, why=" ", at=house.at)
        assert one.person is not None
        services.end_seat(seat=one, by=one.person, why="", at=house.at)
        services.end_seat(seat=other, by=house.clerk, why="搬走了", at=house.at)
        with pytest.raises(services.Decided):
            services.end_seat(seat=other, by=house.clerk, why="搬走了", at=house.at)

    def test_members_are_of_age(self, house: House) -> None:
        council = house.form()
        young = people.somebody("小明")
        Person.objects.filter(pk=young.pk).update(birth_date=date(2008, 6, 9))
        young.refresh_from_db()
        with pytest.raises(services.TooYoung):
            house.seat(council, "member", person=young)
        Person.objects.filter(pk=young.pk).update(birth_date=date(2008, 6, 8))
        young.refresh_from_db()
        assert house.seat(council, "member", person=young)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"chosen_how": " "}, {"name": "\x00坏", "person": None}, {"name": "长" * 61},
            {"chosen_how": "说" * 301},
        ],
    )  # fmt: skip
    def test_what_is_not_said_or_said_too_long_seats_nobody(
        self, house: House, wrong: dict
    ) -> None:
        council = house.form()
        with pytest.raises(services.WordsMissing):
            house.seat(council, "head", **wrong)
        assert not Seat.objects.exists()

    def test_unknown_seats_ways_and_x_are_refused(self, community: Community) -> None:
        council = community.form()
        for facts in (
            {"seat_key": "king"},
            {"seat_key": "legal_worker", "way": "election"},
            {"seat_key": "stakeholder", "way": "invitation"},
        ):
            with pytest.raises(services.SeatUnknown):
                community.seated(council, **facts)


class TestWhoIsConcerned:
    def test_jc14_x_is_asked_for_each_matter(self, community: Community) -> None:
        council = community.sitting()
        at = community.house.at
        neighbour = people.somebody("住在旁边", at_place=community.place)
        matter = services.take_up(council=council, title="加装电梯", by=community.clerk, at=at)
        (lack,) = queries.lacking(council, subject=matter, at=at)
        assert lack.key == "stakeholder"
        assert queries.missing(council, at=at) == []
        x = services.invite_stakeholder(
            council=council, matter=matter, person=neighbour, stake="住一楼，会挡光",
            stands_for="一楼住户", by=community.clerk, at=at,
        )  # fmt: skip
        assert queries.missing(council, subject=matter, at=at) != []
        services.answer_invitation(stakeholder=x, accepts=True, by=neighbour, at=at)
        assert queries.missing(council, subject=matter, at=at) == []
        (last,) = [m for m in queries.members(council, subject=matter, at=at) if m.stakeholder]
        assert (last.person, last.why) == (neighbour, "住一楼，会挡光")
        other = services.take_up(council=council, title="停车位", by=community.clerk, at=at)
        assert queries.missing(council, subject=other, at=at) != []

    def test_a_subject_is_taken_up_once(self, community: Community) -> None:
        council = community.sitting()
        at, notice = community.house.at, council.notice
        assert notice is not None
        facts = {"council": council, "by": None, "at": at, "subject": notice}
        one = services.take_up(title="名单", **facts)
        assert services.take_up(title="又一次", **facts) == one
        assert queries.matter_of(council, notice) == one
        assert (one.subject_type, one.subject_id) == ("publicity.notice", str(notice.pk))

    def test_jc03_who_lives_elsewhere_can_be_heard(self, community: Community) -> None:
        council = community.sitting()
        at = community.house.at
        matter = services.take_up(council=council, title="停车", by=community.clerk, at=at)
        asked = services.ask_to_be_heard(
            matter=matter, stake="在小区门口开店", by=community.house.elsewhere, at=at
        )
        with pytest.raises(services.NotedAlready):
            services.ask_to_be_heard(
                matter=matter, stake="再说一次", by=community.house.elsewhere, at=at
            )
        with pytest.raises(services.WordsMissing):
            services.answer_ask(stakeholder=asked, is_welcome=False, by=community.clerk, at=at)
        services.answer_ask(stakeholder=asked, is_welcome=True, by=community.clerk, at=at)
        assert queries.missing(council, subject=matter, at=at) == []

    def test_se05_without_a_phone_the_clerk_enters_it(self, community: Community) -> None:
        council = community.sitting()
        at = community.house.at
        matter = services.take_up(council=council, title="停车", by=community.clerk, at=at)
        made = services.ask_to_be_heard(
            matter=matter, name="李奶奶", stake="住在车位旁", entered_by=community.clerk, at=at
        )
        assert (made.person, made.state) == (None, "asked")
        with pytest.raises(NotAllowed):
            services.ask_to_be_heard(
                matter=matter, name="某", stake="有关", entered_by=community.house.resident, at=at
            )

    def test_se01_nobody_lets_themselves_in(self, community: Community) -> None:
        council = community.sitting()
        at = community.house.at
        matter = services.take_up(council=council, title="停车", by=community.clerk, at=at)
        asked = services.ask_to_be_heard(matter=matter, stake="我也停车", by=community.clerk, at=at)
        with pytest.raises(NotAllowed):
            services.answer_ask(stakeholder=asked, is_welcome=True, by=community.clerk, at=at)

    def test_who_steps_back_is_missing_and_the_reason_stays(self, community: Community) -> None:
        council = community.sitting()
        at = community.house.at
        matter = services.take_up(council=council, title="律师家的墙", by=community.clerk, at=at)
        seat = council.seats.get(seat_key="legal_worker")
        assert seat.person is not None
        with pytest.raises(services.WordsMissing):
            services.recuse(matter=matter, seat=seat, why="", by=seat.person, at=at)
        for _twice in range(2):
            services.recuse(matter=matter, seat=seat, why="是当事一方", by=seat.person, at=at)
        assert Recusal.objects.get().why == "是当事一方"
        keys = [one.key for one in queries.lacking(council, subject=matter, at=at)]
        assert "legal_worker" in keys
        assert any("回避" in one for one in queries.missing(council, subject=matter, at=at))
        other = services.take_up(council=council, title="别的事", by=community.clerk, at=at)
        assert seat in [one.seat for one in queries.members(council, subject=other, at=at)]

    def test_x_who_steps_back_does_not_come_back(self, community: Community) -> None:
        council = community.sitting()
        at = community.house.at
        x = services.invite_stakeholder(
            council=council, title="停车", person=community.house.resident, stake="有车",
            by=community.clerk, at=at,
        )  # fmt: skip
        services.answer_invitation(stakeholder=x, accepts=True, entered_by=community.clerk, at=at)
        services.step_back(stakeholder=x, why="车卖了", by=community.house.resident, at=at)
        with pytest.raises(services.Decided):
            services.answer_invitation(
                stakeholder=x, accepts=True, by=community.house.resident, at=at
            )
        with pytest.raises(services.NotedAlready):
            services.invite_stakeholder(
                council=council, matter=x.matter, person=community.house.resident, stake="有车",
                by=community.clerk, at=at,
            )  # fmt: skip

    def test_a_closed_matter_stays_as_it_is(self, community: Community) -> None:
        council = community.sitting()
        at = community.house.at
        matter = services.take_up(council=council, title="停车", by=community.clerk, at=at)
        services.close_matter(matter=matter, by=community.clerk, at=at)
        with pytest.raises(services.Decided):
            services.ask_to_be_heard(
                matter=matter, stake="有关", by=community.house.resident, at=at
            )

    def test_gd09_private_names_are_forgotten_a_year_after(self, community: Community) -> None:
        council = community.sitting()
        at = community.house.at
        x = services.invite_stakeholder(
            council=council, title="停车", person=community.house.resident, stake="有车",
            by=community.clerk, at=at,
        )  # fmt: skip
        services.close_matter(matter=x.matter, by=community.clerk, at=at)
        assert services.forget_stakes(at=at + timedelta(days=365)) == 0
        assert services.forget_stakes(at=at + timedelta(days=366)) == 1
        x = Stakeholder.objects.get()
        assert (x.person, x.stake) == (None, "有车")

    def test_gd09_names_on_paper_are_forgotten_too_units_stay(self, community: Community) -> None:
        council, at = community.sitting(), community.house.at
        asked = {"council": council, "stake": "有车", "by": community.clerk, "at": at}
        x = services.invite_stakeholder(title="停车", name="王老汉", **asked)
        unit = people.unit("CV", people.county())
        services.invite_stakeholder(matter=x.matter, organisation=unit, **asked)
        services.close_matter(matter=x.matter, by=community.clerk, at=at)
        after = at + timedelta(days=366)
        assert services.forget_stakes(at=after) == 1
        assert services.forget_stakes(at=after) == 0
        names = set(Stakeholder.objects.values_list("name", flat=True))
        assert "王老汉" not in names
        assert unit.name in names


def test_the_record_holds_no_name_and_no_words(community: Community) -> None:
    council = community.sitting()
    services.invite_stakeholder(
        council=council, title="停车", person=community.house.resident, stake="有车要停",
        by=community.clerk, at=community.house.at,
    )  # fmt: skip
    kept = str(list(Entry.objects.filter(name__startswith="councils.").values("facts")))
    assert "有车" not in kept
    assert "某" not in kept
