"""Forming a committee: by hand, of free will, vetted by result alone, named on the board first."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from tests import people
from tests.enforcement.conftest import House
from xiangyue.access.appointments import appoint
from xiangyue.access.queries import standing_of
from xiangyue.activity.models import Entry
from xiangyue.enforcement import services
from xiangyue.enforcement.models import Committee, Invitation, Member, Vetting, VettingAppeal
from xiangyue.enforcement.services.vetting import verdict_of
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.places.models import Household, Person, Post
from xiangyue.publicity.models import Notice
from xiangyue.publicity.services import answer_objection, object_to, take_down

pytestmark = pytest.mark.django_db


class TestForming:
    def test_the_secretary_leads_by_office(self, house: House) -> None:
        committee = house.begin()
        (director,) = committee.members.all()
        assert (director.person, director.seat, director.state) == (
            house.secretary,
            "director",
            "sitting",
        )

    def test_a_village_has_one_committee(self, house: House) -> None:
        house.begin()
        with pytest.raises(services.DoneAlready):
            house.begin()

    def test_only_who_keeps_the_compact_there_forms_it(self, house: House) -> None:
        for person in (house.elder, house.elsewhere, house.vetters["police"]):
            with pytest.raises(NotAllowed):
                house.begin(by=person)
        with pytest.raises(NotAllowed):
            house.begin(place=people.place(people.OTHER_VILLAGE))

    def test_a_town_has_none(self, house: House) -> None:
        with pytest.raises((services.WrongPlace, NotAllowed)):
            house.begin(place=people.town())

    def test_who_declines_gives_no_reason_and_none_can_be_stored(self, house: House) -> None:
        committee = house.begin()
        letter = house.invited(committee)
        services.answer_invitation(
            invitation=letter, is_accepted=False, by=house.elder, at=house.at
        )
        assert not committee.members.filter(person=house.elder).exists()
        free = [
            field.name
            for field in Invitation._meta.fields
            if isinstance(field, models.TextField)
            or (isinstance(field, models.CharField) and field.name not in CODES)
        ]
        assert free == []

    def test_a_letter_is_brought_before_others_note_the_answer(self, house: House) -> None:
        letter = house.invited(house.begin())
        with pytest.raises(services.NotSoFar):
            services.answer_invitation(
                invitation=letter, is_accepted=True, by=house.clerk, at=house.at
            )
        services.bring_letter(invitation=letter, by=house.secretary, at=house.at)
        done = services.answer_invitation(
            invitation=letter, is_accepted=True, by=house.clerk, at=house.at
        )
        assert done.brought_by == house.secretary
        with pytest.raises(services.DoneAlready):
            services.answer_invitation(
                invitation=letter, is_accepted=False, by=house.elder, at=house.at
            )

    def test_nobody_answers_for_somebody_else(self, house: House) -> None:
        letter = house.invited(house.begin())
        with pytest.raises(NotAllowed):
            services.answer_invitation(
                invitation=letter, is_accepted=True, by=house.residents[0], at=house.at
            )

    def test_strangers_are_not_invited(self, house: House) -> None:
        committee = house.begin()
        with pytest.raises(services.WrongPlace):
            house.invited(committee, house.elsewhere)
        with pytest.raises(services.WordsMissing):
            house.invited(committee, kind="friend_of_mine")
        house.invited(committee)
        with pytest.raises(services.DoneAlready):
            house.invited(committee)

    def test_a_unit_heads_seat_is_for_heads_of_units(self, house: House) -> None:
        committee = house.begin()
        with pytest.raises(services.NotForThisSeat):
            house.unit_head(committee, person=house.elder)
        with pytest.raises(services.NotForThisSeat):
            house.unit_head(committee, seat="invited_elder")
        with pytest.raises(services.NotSoFar):
            house.unit_head(committee, has_agreed=False)
        assert house.unit_head(committee).state == "proposed"

    def test_the_record_names_nobody_who_was_invited(self, house: House) -> None:
        house.accepted(house.begin())
        for entry in Entry.objects.filter(name__startswith="enforcement.invitation"):
            assert str(house.elder.pk) not in str(entry.facts)
            assert entry.actor_id != house.elder.pk


CODES = {"kind", "number", "answer", "office", "seat", "nominated_by", "state", "card_code"}


class TestVetting:
    def test_no_record_detail_can_be_stored(self) -> None:
        """LP-15: passed or not, which office, who, when; nothing else has a place."""
        assert {field.name for field in Vetting._meta.get_fields()} == {
            "id", "member", "office", "is_passed", "decided_by", "decided_at",
        }  # fmt: skip
        worded = (models.TextField, models.JSONField, models.FileField)
        assert not [one for one in Vetting._meta.fields if isinstance(one, worded)]
        assert Vetting._meta.get_field("office").max_length == 30

    def test_an_office_is_one_that_is_declared(self, house: House) -> None:
        member = house.unit_head(house.begin())
        with pytest.raises(NotAllowed):
            services.vet(
                member=member, office="因打架被拘", is_passed=False,
                by=house.vetters["police"], at=house.at,
            )  # fmt: skip

    def test_three_offices_are_three_people(self, house: House) -> None:
        member = house.unit_head(house.begin())
        police = house.vetters["police"]
        services.vet(member=member, office="police", is_passed=True, by=police, at=house.at)
        assert verdict_of(member).value == "waiting"
        with pytest.raises(NotAllowed):
            services.vet(member=member, office="justice", is_passed=True, by=police, at=house.at)
        with pytest.raises(services.DoneAlready):
            services.vet(
                member=member, office="police", is_passed=False, by=house.second_vetter, at=house.at
            )
        with pytest.raises(IntegrityError), transaction.atomic():
            Vetting.objects.create(
                member=member, office="justice", is_passed=True, decided_by=police,
                decided_at=house.at,
            )  # fmt: skip

    def test_se01_who_serves_in_two_offices_speaks_for_one(self, house: House) -> None:
        member, police = house.unit_head(house.begin()), house.vetters["police"]
        other = Post.objects.get(person=house.vetters["justice"], role="compact_vetter")
        appoint(
            person=police, role=other.role, place=other.place, organisation=other.organisation,
            at=house.at,
        )  # fmt: skip
        services.vet(member=member, office="police", is_passed=True, by=police, at=house.at)
        with pytest.raises(services.DoneAlready):
            services.vet(member=member, office="justice", is_passed=True, by=police, at=house.at)
        assert Vetting.objects.get().office == "police"

    def test_reql04_nobody_vets_or_decides_on_somebody_they_live_with(self, house: House) -> None:
        member = house.accepted(house.begin())
        home = Household.objects.create(code="H92", grid=house.place, place_path=house.place.path)
        near = [house.elder.pk, house.vetters["police"].pk, house.second_vetter.pk]
        house.vet(member, police=False)
        said = services.appeal(member=member, text="那是同名的人", by=house.elder, at=house.at)
        Person.objects.filter(pk__in=near).update(household=home)
        with pytest.raises(NotAllowed):
            services.decide_appeal(
                appeal=VettingAppeal.objects.get(pk=said.pk), is_upheld=True,
                by=Person.objects.get(pk=house.second_vetter.pk), at=house.at,
            )  # fmt: skip
        Vetting.objects.all().delete()
        with pytest.raises(NotAllowed):
            services.vet(
                member=Member.objects.get(pk=member.pk), office="police", is_passed=True,
                by=Person.objects.get(pk=house.vetters["police"].pk), at=house.at,
            )  # fmt: skip

    def test_who_forms_the_committee_does_not_vet(self, house: House) -> None:
        member = house.unit_head(house.begin())
        for person in (house.clerk, house.secretary, house.elder):
            with pytest.raises(NotAllowed):
                services.vet(member=member, office="police", is_passed=True, by=person, at=house.at)

    def test_one_office_is_enough_not_to_pass(self, house: House) -> None:
        committee = house.begin()
        member = house.accepted(committee)
        house.vet(member, police=False)
        house.vet(house.unit_head(committee))
        notice = services.publish_members(group=committee, by=house.clerk, at=house.at)
        assert "寨老吴" not in str(notice.facts)
        assert "钱联户" in str(notice.facts)

    def test_the_record_keeps_no_result(self, house: House) -> None:
        house.vet(house.unit_head(house.begin()), police=False)
        facts = [e.facts for e in Entry.objects.filter(name="enforcement.vetting_decided")]
        assert sorted(fact["office"] for fact in facts) == ["governance", "justice", "police"]
        assert all(set(fact) == {"office"} for fact in facts)

    def test_an_appeal_is_decided_by_another_and_its_words_are_gone(self, house: House) -> None:
        member = house.accepted(house.begin())
        with pytest.raises(services.NotSoFar):
            services.appeal(member=member, text="请再看", by=house.elder, at=house.at)
        house.vet(member, police=False)
        with pytest.raises(NotAllowed):
            services.appeal(member=member, text="请再看", by=house.clerk, at=house.at)
        said = services.appeal(member=member, text="那是同名的人", by=house.elder, at=house.at)
        with pytest.raises(NotAllowed):
            services.decide_appeal(
                appeal=said, is_upheld=True, by=house.vetters["police"], at=house.at
            )
        with pytest.raises(NotAllowed):
            services.decide_appeal(appeal=said, is_upheld=True, by=house.clerk, at=house.at)
        services.decide_appeal(appeal=said, is_upheld=True, by=house.second_vetter, at=house.at)
        said.refresh_from_db()
        assert (said.text, said.is_upheld) == ("", True)
        assert verdict_of(Member.objects.get(pk=member.pk)).value == "passed"

    def test_the_database_keeps_no_words_of_a_decided_appeal(self, house: House) -> None:
        member = house.accepted(house.begin())
        house.vet(member, police=False)
        said = services.appeal(member=member, text="那是同名的人", by=house.elder, at=house.at)
        with pytest.raises(IntegrityError), transaction.atomic():
            VettingAppeal.objects.filter(pk=said.pk).update(
                decided_by=house.second_vetter, decided_at=house.at, is_upheld=False
            )

    def test_who_did_not_pass_is_forgotten_when_nobody_can_appeal(self, house: House) -> None:
        member = house.accepted(house.begin())
        house.vet(member, police=False)
        assert services.forget_those_who_did_not_pass(at=house.at + timedelta(days=14)) == 0
        assert services.forget_those_who_did_not_pass(at=house.at + timedelta(days=15)) == 1
        assert not Vetting.objects.exists()
        assert not Member.objects.filter(person=house.elder).exists()
        assert not Invitation.objects.exists()

    def test_an_appeal_comes_in_time(self, house: House) -> None:
        member = house.accepted(house.begin())
        house.vet(member, police=False)
        with pytest.raises(services.DoneAlready):
            services.appeal(
                member=member, text="太晚了", by=house.elder, at=house.at + timedelta(days=15)
            )


class TestTheBoard:
    def test_nobody_sits_before_the_notice_is_over(self, house: House) -> None:
        committee = house.begin()
        house.vet(house.unit_head(committee))
        with pytest.raises(services.NotSoFar):
            services.appoint_members(group=committee, by=house.secretary, at=house.at)
        notice = services.publish_members(group=committee, by=house.clerk, at=house.at)
        assert notice.names_people
        with pytest.raises(services.NotSoFar):
            services.appoint_members(group=committee, by=house.secretary, at=house.at)
        house.over(notice)
        (member,) = services.appoint_members(group=committee, by=house.secretary, at=house.at)
        committee.refresh_from_db()
        assert (member.state, committee.state) == ("sitting", "sitting")
        assert committee.term_ends_on == timezone.localdate(house.at).replace(
            year=house.at.year + 3
        )

    def test_an_objection_is_answered_first_and_if_right_the_list_changes(
        self, house: House
    ) -> None:
        committee = house.begin()
        house.vet(house.unit_head(committee))
        house.vet(house.accepted(committee))
        notice = services.publish_members(group=committee, by=house.clerk, at=house.at)
        objection = object_to(
            notice=notice, text="寨老吴不常在村里", by=house.residents[0], at=house.at
        )
        house.over(notice)
        with pytest.raises(services.NotSoFar):
            services.appoint_members(group=committee, by=house.secretary, at=house.at)
        answer_objection(
            objection=objection, by=house.secretary, text="属实", is_upheld=True, at=house.at
        )
        with pytest.raises(services.ObjectionUpheld):
            services.appoint_members(group=committee, by=house.secretary, at=house.at)
        services.withdraw_member(
            member=committee.members.get(person=house.elder), by=house.clerk, at=house.at
        )
        assert [one.person for one in house.seated(committee)] == [house.head]

    def test_who_put_them_up_does_not_appoint(self, house: House) -> None:
        committee = house.begin()
        house.vet(house.unit_head(committee))
        notice = services.publish_members(group=committee, by=house.secretary, at=house.at)
        house.over(notice)
        with pytest.raises(NotAllowed):
            services.appoint_members(group=committee, by=house.secretary, at=house.at)
        with pytest.raises(NotAllowed):
            services.appoint_members(group=committee, by=house.clerk, at=house.at)

    def test_a_committee_without_heads_of_units_is_not_whole(self, house: House) -> None:
        committee = house.begin()
        house.vet(house.accepted(committee))
        with pytest.raises(services.NotComplete) as refused:
            services.publish_members(group=committee, by=house.clerk, at=house.at)
        assert refused.value.source == "LP-13; LP-16; LP-45"

    def test_a_taken_down_notice_appoints_nobody(self, house: House) -> None:
        committee = house.begin()
        house.vet(house.unit_head(committee))
        notice = services.publish_members(group=committee, by=house.clerk, at=house.at)
        take_down(notice=notice, by=house.clerk, reason="写错了", at=house.at)
        house.over(notice)
        with pytest.raises(services.NotSoFar):
            services.appoint_members(group=committee, by=house.secretary, at=house.at)
        house.seated(committee)

    def test_who_sits_has_a_post_and_a_card_until_they_step_down(self, house: House) -> None:
        committee = house.sitting()
        member = committee.members.get(person=house.elder)
        assert standing_of(house.elder, at=house.at).holds("compact_committee_member")
        assert member.card_code
        house.at += timedelta(days=1)
        with pytest.raises(NotAllowed):
            services.step_down(member=member, by=house.residents[0], at=house.at)
        services.step_down(member=member, by=house.elder, at=house.at)
        assert not standing_of(house.elder, at=house.at).holds("compact_committee_member")
        with pytest.raises(services.DoneAlready):
            services.step_down(member=member, by=house.elder, at=house.at)

    def test_dissolving_ends_all_seats_and_makes_room_for_the_next(self, house: House) -> None:
        committee = house.sitting()
        team = house.team(committee)
        house.at += timedelta(days=1)
        services.dissolve_committee(committee=committee, by=house.secretary, at=house.at)
        team.refresh_from_db()
        assert team.ended_at is not None
        assert not Member.objects.exclude(state="ended").exists()
        assert isinstance(house.begin(), Committee)
        assert Notice.objects.exists()
