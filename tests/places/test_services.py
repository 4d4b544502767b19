"""People, households and posts on the database; and what the county's files say of places."""

from datetime import timedelta

import pytest

from tests import people
from xiangyue.access.appointments import (
    Appointment,
    NoSuchRole,
    PostEnded,
    appoint,
    appoint_many,
    end_post,
)
from xiangyue.access.queries import standing_of
from xiangyue.activity.models import Entry
from xiangyue.blueprints.loading import load_county
from xiangyue.places.models import Household, Organisation, Person, Place, Post
from xiangyue.places.queries import (
    grid_counts,
    grids_without_worker,
    households_outside_general_grids,
    unit_for,
)
from xiangyue.places.services import (
    Newcomer,
    NoGeneralGrid,
    PhoneTaken,
    register_household,
    register_many,
    register_person,
)

pytestmark = pytest.mark.django_db

GROUP = f"{people.VILLAGE}-001"


class TestHouseholds:
    def test_a_household_belongs_to_one_general_grid(self):
        household = register_household(code="1", grid=people.place(GROUP), at=people.MONDAY)
        assert household.place_path == people.place(GROUP).path
        assert not households_outside_general_grids().exists()

    def test_a_special_grid_takes_no_household(self):
        """SY-18: special grids overlay."""
        special = Place.objects.filter(grid_kind="special").first()
        with pytest.raises(NoGeneralGrid):
            register_household(code="1", grid=special, at=people.MONDAY)
        assert not Household.objects.exists()

    def test_a_list_with_one_wrong_grid_is_not_registered_at_all(self):
        special = Place.objects.filter(grid_kind="special").first()
        rows = [
            Household(code=str(number), grid=grid, place_path=grid.path)
            for number, grid in enumerate([people.place(GROUP), special])
        ]
        with pytest.raises(NoGeneralGrid):
            register_many(households=rows, people=[Newcomer("张三")], at=people.MONDAY)
        assert not Household.objects.exists()
        assert not Person.objects.exists()

    def test_the_coverage_check_finds_a_household_that_slipped_in(self):
        town = people.town()
        Household.objects.create(code="x", grid=town, place_path=town.path)
        assert households_outside_general_grids().count() == 1


class TestPeople:
    def test_a_number_is_nobody_elses(self):
        register_person(name="张三", phone="13800000000", at=people.MONDAY)
        with pytest.raises(PhoneTaken):
            register_person(name="李四", phone="13800000000", at=people.MONDAY)

    def test_the_record_holds_no_name_and_no_number(self):
        """SE02: identifiers and digests, never personal content."""
        register_person(name="欧阳无双", phone="13800000000", at=people.MONDAY)
        entry = Entry.objects.get(name="places.person_registered")
        assert "欧阳" not in str(entry.facts)
        assert "13800000000" not in str(entry.facts)


class TestPosts:
    def test_a_role_brings_another_and_takes_it_along_when_it_ends(self):
        """SD-11: the town's political-legal member is its chief grid lead."""
        member = people.posted("political_legal_member", at_place=people.town())
        assert standing_of(member, at=people.MONDAY).holds("chief_grid_lead")
        end_post(post=member.posts.get(role="political_legal_member"), at=people.MONDAY)
        after = standing_of(member, at=people.MONDAY + timedelta(seconds=1))
        assert after.holdings == ()

    def test_a_post_is_held_from_its_beginning_until_just_before_its_end(self):
        person = people.posted("grid_worker", at_place=people.place(GROUP))
        post = person.posts.get()
        end_post(post=post, at=people.MONDAY)
        just_before = people.MONDAY - timedelta(microseconds=1)
        assert standing_of(person, at=just_before).holds("grid_worker")
        assert not standing_of(person, at=people.MONDAY).holds("grid_worker")
        assert not standing_of(person, at=post.active_from - timedelta(seconds=1)).holdings

    def test_appointing_twice_changes_nothing_and_ending_twice_is_refused(self):
        person = people.posted("grid_worker", at_place=people.place(GROUP))
        appoint(person=person, role="grid_worker", place=people.place(GROUP), at=people.MONDAY)
        post = person.posts.get()
        end_post(post=post, at=people.MONDAY)
        with pytest.raises(PostEnded):
            end_post(post=post, at=people.MONDAY)

    def test_an_undeclared_role_is_refused_in_bulk_too_and_nothing_is_given(self):
        person = people.somebody()
        with pytest.raises(NoSuchRole):
            appoint(person=person, role="emperor", place=people.place(), at=people.MONDAY)
        with pytest.raises(NoSuchRole):
            appoint_many(
                appointments=[
                    Appointment(person=person, role=role, place=people.place())
                    for role in ("grid_worker", "emperor")
                ],
                at=people.MONDAY,
            )
        assert not Post.objects.exists()

    def test_in_bulk_the_same_posts_are_given_and_recorded(self):
        one, many = people.somebody(), people.somebody()
        appoint(person=one, role="political_legal_member", place=people.town(), at=people.LONG_AGO)
        appoint_many(
            appointments=[
                Appointment(person=many, role="political_legal_member", place=people.town())
            ],
            at=people.LONG_AGO,
        )
        roles = [set(person.posts.values_list("role", flat=True)) for person in (one, many)]
        assert roles[0] == roles[1] == {"political_legal_member", "chief_grid_lead"}
        assert Entry.objects.filter(name="access.post_given").count() == 4

    def test_a_grid_without_a_named_person_is_found(self):
        """SY-10: every grid has at least one named person."""
        before = grids_without_worker(at=people.MONDAY).count()
        people.posted("grid_worker", at_place=people.place(GROUP))
        assert grids_without_worker(at=people.MONDAY).count() == before - 1


class TestLoading:
    def test_shandan_has_the_grids_that_it_declares(self):
        """SD-09: 8, 117 and 580."""
        assert grid_counts() == {1: 8, 2: 117, 3: 580}

    def test_loading_again_changes_nothing(self):
        before = (
            Place.objects.count(),
            Organisation.objects.count(),
            Entry.objects.count(),
            set(Organisation.objects.values_list("pk", flat=True)),
        )
        assert load_county(slug="shandan", at=people.MONDAY) == 0
        after = (
            Place.objects.count(),
            Organisation.objects.count(),
            Entry.objects.count(),
            set(Organisation.objects.values_list("pk", flat=True)),
        )
        assert before == after

    def test_the_nearest_unit_answers(self):
        place = people.place(GROUP)
        assert unit_for(function="GW", place=place).place == place
        assert unit_for(function="TV", place=place).place == people.town()
        assert unit_for(function="WTR", place=place).place == people.county()
        assert unit_for(function="NONE", place=place) is None
