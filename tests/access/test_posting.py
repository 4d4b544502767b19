"""Posts kept by staff: never for themselves, never beyond their area, never two duties at once."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests import people
from xiangyue.access.appointments import OwnPost, appoint
from xiangyue.access.models import PersonalRead
from xiangyue.access.posting import queries, services
from xiangyue.access.posting.rules import Found, whom
from xiangyue.access.queries import standing_of
from xiangyue.access.rules import Standing
from xiangyue.access.verbs import VERBS, stands_apart
from xiangyue.activity.models import Entry
from xiangyue.kernel.refusals import Conflict, NotAllowed
from xiangyue.places.models import Household, Person, Place, Post

pytestmark = pytest.mark.django_db
GROUP = f"{people.VILLAGE}-001"


@pytest.fixture
def keeper() -> Person:
    return people.posted("administrator", at_place=people.county(), name="吕爱萍")


@pytest.fixture
def town_keeper() -> Person:
    return people.posted("administrator", at_place=people.town(), name="镇管理员")


def standing(person: Person) -> Standing:
    return standing_of(person, at=people.MONDAY)


def give(keeper: Person, person: Person, role: str = "grid_lead", **facts) -> Post:
    return services.give_post(
        **{
            "actor": standing(keeper), "person": person, "role": role,
            "place": people.place(), "organisation": None, "at": people.MONDAY,
        } | facts
    )  # fmt: skip


class TestRules:
    @given(
        st.text(max_size=3), st.text(max_size=3), st.none() | st.text(max_size=3), st.integers(0, 3)
    )
    def test_a_name_alone_means_somebody_only_when_one_person_bears_it(
        self, phone, name, holder, count
    ):
        found = whom(phone=phone, name=name, name_of_phone=holder, namesake_count=count)
        if found is Found.ONE and not phone:
            assert count == 1
        if found is Found.ONE and phone and name:
            assert holder == name
        if found is Found.NEW:
            assert phone
            assert name
            assert holder is None

    @pytest.mark.parametrize(
        ("phone", "name", "holder", "count", "found"),
        [
            ("1", "", "张三", 0, Found.ONE),
            ("1", "李四", "张三", 0, Found.OTHER_NAME),
            ("1", "", None, 1, Found.NOBODY),
            ("1", "张三", None, 1, Found.NEW),
            ("", "张三", None, 2, Found.SEVERAL),
            ("", "张三", None, 0, Found.NOBODY),
            ("", "", None, 0, Found.NOTHING),
        ],
    )
    def test_number_and_name_decide(self, phone, name, holder, count, found):
        assert whom(phone=phone, name=name, name_of_phone=holder, namesake_count=count) is found

    @given(st.sets(st.sampled_from(sorted(VERBS))))
    def test_more_verbs_never_put_right_what_was_not_apart(self, verbs):
        if not stands_apart(verbs):
            assert not stands_apart(verbs | {"places.read_people"})

    @pytest.mark.parametrize(
        ("verbs", "is_apart"),
        [
            ({"posts.keep", "calendars.keep", "outbox.read"}, True),
            ({"posts.keep", "incidents.see"}, False),
            ({"record.read"}, True),
            ({"record.read", "incidents.verify"}, False),
            ({"record.read", "posts.keep"}, False),
            ({"incidents.handle", "incidents.verify"}, True),
        ],
    )
    def test_keeping_posts_and_auditing_stand_apart(self, verbs, is_apart):
        assert stands_apart(verbs) is is_apart


class TestGiving:
    def test_a_post_is_given_with_those_it_brings_and_recorded(self, keeper):
        person = people.somebody()
        post = give(keeper, person, "village_party_secretary")
        assert set(Post.objects.filter(person=person).values_list("role", flat=True)) == {
            "village_party_secretary", "grid_lead",
        }  # fmt: skip
        entry = Entry.objects.filter(name="access.post_given", subject_id=str(post.pk)).get()
        assert entry.actor_id == keeper.pk

    def test_nobody_gives_a_post_to_themself(self, keeper):
        """SE01."""
        with pytest.raises(OwnPost):
            give(keeper, keeper)
        with pytest.raises(OwnPost):
            appoint(person=keeper, role="grid_lead", place=people.place(), at=people.MONDAY,
                    actor_id=keeper.pk)  # fmt: skip
        assert Post.objects.filter(person=keeper).count() == 1

    @pytest.mark.parametrize(
        "where",
        [people.county, lambda: people.town(people.OTHER_VILLAGE)],
        ids=["above", "beside"],
    )
    def test_nobody_gives_rights_beyond_their_own_area(
        self, town_keeper, where: Callable[[], Place]
    ):
        with pytest.raises(NotAllowed):
            give(town_keeper, people.somebody(), "mediator", place=where(),
                 organisation=people.unit("VC"))  # fmt: skip

    def test_nobody_gives_a_part_in_a_unit_beyond_their_own_area(self, town_keeper):
        police = people.unit("PSB", people.county())
        with pytest.raises(NotAllowed):
            give(town_keeper, people.somebody(), "department_handler", organisation=police)
        give(town_keeper, people.somebody(), "village_clerk", organisation=people.unit("VC"))

    def test_only_who_keeps_posts_gives_them(self):
        with pytest.raises(NotAllowed):
            give(people.clerk(), people.somebody())

    @pytest.mark.parametrize("role", ["auditor", "town_dispatcher"])
    def test_a_role_is_given_only_where_it_is_held(self, keeper, role):
        with pytest.raises(services.RoleUnfit):
            give(keeper, people.somebody(), role)

    def test_who_handles_needs_a_unit(self, keeper):
        with pytest.raises(services.RoleUnfit):
            give(keeper, people.somebody(), "village_clerk")

    def test_the_same_post_is_not_given_twice(self, keeper):
        person = people.somebody()
        give(keeper, person)
        with pytest.raises(Conflict):
            give(keeper, person)

    def test_who_acts_on_incidents_gets_no_keeping_of_posts_and_no_audit(self, keeper):
        clerk = people.clerk()
        for role in ("administrator", "auditor"):
            with pytest.raises(services.DutiesClash):
                give(keeper, clerk, role, place=people.county())
        with pytest.raises(services.DutiesClash):
            give(keeper, people.posted("auditor", at_place=people.county()))

    def test_what_a_role_brings_counts_too(self, keeper):
        auditor = people.posted("auditor", at_place=people.county())
        with pytest.raises(services.DutiesClash):  # only the grid lead that it brings verifies
            give(keeper, auditor, "village_party_secretary")


class TestEnding:
    def test_a_post_ends_with_those_held_by_virtue_of_it(self, keeper):
        person = people.somebody()
        post = give(keeper, person, "village_party_secretary")
        services.take_post(actor=standing(keeper), post=post, at=timezone.now())
        assert not Post.objects.filter(person=person, active_to=None).exists()

    def test_what_comes_with_a_post_does_not_end_alone(self, keeper):
        give(keeper, people.somebody(), "village_party_secretary")
        lead = Post.objects.get(role="grid_lead")
        with pytest.raises(services.DerivedPost):
            services.take_post(actor=standing(keeper), post=lead, at=timezone.now())

    def test_nobody_ends_their_own_so_that_somebody_remains(self, keeper):
        own = Post.objects.get(person=keeper)
        with pytest.raises(OwnPost):
            services.take_post(actor=standing(keeper), post=own, at=timezone.now())

    def test_nobody_ends_a_post_beyond_their_area(self, keeper, town_keeper):
        post = Post.objects.get(person=keeper)
        with pytest.raises(NotAllowed):
            services.take_post(actor=standing(town_keeper), post=post, at=timezone.now())


class TestFinding:
    def find(self, phone: str = "", name: str = "") -> Person | None:
        return services.find_person(phone=phone, name=name, place=people.place())

    def test_by_number_by_name_at_the_place_or_new(self):
        person = people.somebody("王小二")
        assert self.find(person.phone) == self.find(name=" 王小二 ") == person
        assert self.find("13500000000", "新人") is None

    @pytest.mark.parametrize(
        ("phone", "name"),
        [("12", ""), ("13500000000", ""), ("", "没人"), ("", ""), ("", "重名"), ("{}", "别名")],
    )
    def test_what_is_not_clear_is_refused(self, phone, name):
        people.somebody("重名")
        other = people.somebody("重名")
        with pytest.raises(services.PersonUnclear):
            self.find(phone.format(other.phone), name)

    def test_a_namesake_elsewhere_is_not_meant(self):
        people.somebody("王小二", at_place=people.place(people.OTHER_VILLAGE))
        with pytest.raises(services.PersonUnclear):
            self.find(name="王小二")


def signed_in(person: Person) -> Client:
    client = Client()
    people.sign_in(client, person)
    return client


def entered(**facts: str) -> dict[str, str]:
    return {"role": "grid_lead", "organisation": "", "phone": "", "name": ""} | facts


GIVE = f"/desk/posts/give/?place={people.VILLAGE}"


class TestPages:
    def test_the_list_is_narrowed_by_place_role_unit_and_name(self, keeper):
        clerk = people.clerk()
        give(keeper, people.somebody("王小二"))
        client = signed_in(keeper)
        page = client.get("/desk/posts/").content.decode()
        assert clerk.name in page
        assert "清泉镇北滩村<" in page
        assert "王小二" in page
        for query in (
            "role=grid_lead", "name=小二", f"place={people.VILLAGE}&role=grid_lead",
        ):  # fmt: skip
            page = client.get(f"/desk/posts/?{query}").content.decode()
            assert "王小二" in page, query
            assert clerk.name not in page, query
        page = client.get("/desk/posts/?organisation=村民委员会").content.decode()
        assert clerk.name in page
        assert "王小二" not in page
        page = client.get("/desk/posts/?place=位奇").content.decode()
        assert "没有符合条件的岗位" in page

    def test_the_list_ends_at_the_border_of_the_area(self, town_keeper):
        people.clerk(people.OTHER_VILLAGE)
        page = signed_in(town_keeper).get("/desk/posts/").content.decode()
        assert "位奇" not in page

    def test_the_place_is_chosen_by_name(self, keeper, town_keeper):
        page = signed_in(keeper).get("/desk/posts/give/?called=北滩").content.decode()
        assert f"?place={people.VILLAGE}" in page
        page = signed_in(town_keeper).get("/desk/posts/give/").content.decode()
        assert people.VILLAGE in page
        form = signed_in(keeper).get(GIVE).content.decode()
        assert f">{people.unit('VC').name}<" in form
        assert ">村（居）委会文书<" in form
        assert ">审计员<" not in form
        page = signed_in(town_keeper).get("/desk/posts/give/?called=位奇").content.decode()
        assert people.OTHER_VILLAGE not in page

    def test_whom_it_means_is_shown_before_and_the_look_is_noted(self, keeper):
        person = people.somebody("王小二")
        client = signed_in(keeper)
        page = client.post(GIVE, entered(phone=person.phone, role="village_party_secretary"))
        text = page.content.decode()
        assert "王小二" in text
        assert person.phone not in text.replace(f'value="{person.phone}"', "")
        assert "网格长" in text
        assert not Post.objects.filter(person=person).exists()
        assert PersonalRead.objects.get(subject=person).reader == keeper
        answer = client.post(
            GIVE, entered(phone=person.phone, role="village_party_secretary", confirmed=person.pk)
        )
        assert answer.status_code == 302
        assert Post.objects.filter(person=person).count() == 2

    def test_somebody_new_is_registered_with_the_post(self, keeper):
        client = signed_in(keeper)
        new = entered(phone="135 0000 0000", name="新人")
        assert "新人员，将登记" in client.post(GIVE, new).content.decode()
        assert not Person.objects.filter(name="新人").exists()
        client.post(GIVE, new | {"confirmed": "new"})
        person = Person.objects.get(name="新人")
        assert (person.phone, person.place.code) == ("13500000000", people.VILLAGE)
        assert Post.objects.get(person=person).role == "grid_lead"

    def test_going_back_keeps_what_was_entered(self, keeper):
        page = signed_in(keeper).post(
            GIVE, entered(phone="13500000000", name="新人", confirmed="new", change="1")
        )
        assert 'value="13500000000"' in page.content.decode()
        assert not Person.objects.filter(name="新人").exists()

    @pytest.mark.parametrize("confirmed", ["x", "00000000-0000-0000-0000-000000000000"])
    def test_only_whom_one_confirmed_gets_it(self, keeper, confirmed):
        person = people.somebody("王小二")
        answer = signed_in(keeper).post(GIVE, entered(phone=person.phone, confirmed=confirmed))
        assert answer.status_code == 422
        assert not Post.objects.filter(person=person).exists()

    def test_refusals_stand_in_place(self, keeper):
        client = signed_in(keeper)
        answer = client.post(GIVE, entered(name="没人"))
        assert (answer.status_code, "没有叫这个名字的人" in answer.content.decode()) == (422, True)
        answer = client.post(GIVE, entered(role="auditor", phone="13500000000", name="新人"))
        assert answer.status_code == 422
        answer = client.post(GIVE, entered(phone=keeper.phone, confirmed=keeper.pk))
        assert "不能给自己任命岗位" in answer.content.decode()

    def test_what_ends_with_a_post_is_said_before(self, keeper):
        person = people.somebody("王小二")
        post = give(keeper, person, "village_party_secretary")
        client = signed_in(keeper)
        page = client.get(f"/desk/posts/{post.pk}/end/").content.decode()
        assert "将同时结束" in page
        assert "网格长" in page
        assert Post.objects.filter(person=person, active_to=None).count() == 2
        assert client.post(f"/desk/posts/{post.pk}/end/").status_code == 302
        assert not Post.objects.filter(person=person, active_to=None).exists()
        assert client.post(f"/desk/posts/{post.pk}/end/").status_code == 404

    def test_what_one_may_not_end_has_no_button(self, keeper):
        own = Post.objects.get(person=keeper)
        client = signed_in(keeper)
        assert f"/desk/posts/{own.pk}/end/" not in client.get("/desk/posts/").content.decode()
        assert "不能结束自己的岗位" in client.get(f"/desk/posts/{own.pk}/end/").content.decode()
        assert client.post(f"/desk/posts/{own.pk}/end/").status_code == 422

    def test_nothing_beyond_the_area_is_there(self, keeper, town_keeper):
        post = give(keeper, people.somebody(), place=people.place(people.OTHER_VILLAGE))
        client = signed_in(town_keeper)
        for path in (
            f"/desk/posts/{post.pk}/end/",
            f"/desk/posts/give/?place={people.OTHER_VILLAGE}",
        ):
            assert client.get(path).status_code == client.post(path).status_code == 404
        assert signed_in(people.clerk()).get("/desk/posts/").status_code == 403

    def test_three_posts_ask_no_more_queries_than_one(self, keeper):
        client = signed_in(keeper)

        def count() -> int:
            with CaptureQueriesContext(connection) as seen:
                assert client.get("/desk/posts/?role=grid_lead").status_code == 200
            return len(seen)

        give(keeper, people.somebody())
        count()
        one = count()
        give(keeper, people.somebody())
        give(keeper, people.somebody(), place=people.place(people.OTHER_VILLAGE))
        assert count() == one


class TestCoverage:
    def test_counts_stand_beside_what_the_county_declares(self, keeper):
        people.posted("grid_worker", at_place=people.place(GROUP), organisation=people.unit("GW"))
        found = queries.coverage(at=people.MONDAY)
        assert [(level.level, level.count, level.agrees) for level in found.levels] == [
            ("1", 8, True), ("2", 117, True), ("3", 580, True),
        ]  # fmt: skip
        assert (found.worker_count, found.standard_count) == (1, 705)
        page = signed_in(keeper).get("/desk/coverage/").content.decode()
        assert "1 / 705" in page
        assert "具体划分材料没有给" in page

    def test_a_grid_leaves_the_list_when_somebody_is_named(self, keeper):
        mine = standing(keeper)
        before = queries.bare_grids(mine, at=people.MONDAY)
        assert people.place(GROUP) in before
        give(keeper, people.somebody(), place=people.place(GROUP))
        assert people.place(GROUP) not in queries.bare_grids(mine, at=people.MONDAY)

    def test_a_household_in_a_special_grid_is_listed(self, keeper):
        special = Place.objects.filter(grid_kind="special").first()
        Household.objects.create(code="H-1", grid=special, place_path=special.path)
        assert "H-1" in signed_in(keeper).get("/desk/coverage/").content.decode()

    def test_the_page_is_for_those_who_keep_posts_and_ends_at_their_area(self, town_keeper):
        assert signed_in(people.clerk()).get("/desk/coverage/").status_code == 403
        bare = queries.bare_grids(standing(town_keeper), at=people.MONDAY)
        assert bare
        assert all(place.path.startswith(people.town().path) for place in bare)

    def test_many_grids_ask_no_more_queries_than_few(self, keeper, town_keeper):
        def count(person: Person) -> int:
            client = signed_in(person)
            client.get("/desk/coverage/")
            with CaptureQueriesContext(connection) as seen:
                assert client.get("/desk/coverage/").status_code == 200
            return len(seen)

        assert count(keeper) == count(town_keeper)


class TestApi:
    def post(self, client: Client, **facts):
        return client.post(
            "/api/v1/posts",
            {"place": people.VILLAGE, "role": "grid_lead"} | facts,
            content_type="application/json",
        )

    def test_lists_gives_and_ends(self, keeper):
        client = signed_in(keeper)
        given = self.post(client, phone="13500000000", name="新人")
        assert given.status_code == 201
        assert given.json()["role_name"] == "网格长"
        page = client.get(f"/api/v1/posts?place={people.VILLAGE}").json()
        assert (page["count"], page["items"][0]["person_name"]) == (1, "新人")
        ended = client.post(f"/api/v1/posts/{given.json()['id']}/end")
        assert ended.json()["active_to"]
        assert client.get(f"/api/v1/posts?place={people.VILLAGE}").json()["count"] == 0

    def test_refuses_with_the_pages_words(self, keeper, town_keeper):
        client = signed_in(keeper)
        assert self.post(client, phone=keeper.phone).json()["code"] == "own_post"
        assert self.post(client, name="没人").json()["code"] == "person_unclear"
        assert self.post(client, role="x", phone="13500000000").json()["code"] == "no_such_role"
        assert self.post(client, organisation="x", name="x").status_code == 404
        beyond = self.post(signed_in(town_keeper), place=people.OTHER_VILLAGE, name="x")
        assert beyond.status_code == 404
        assert self.post(signed_in(people.clerk()), name="x").status_code == 403
        assert Client().get("/api/v1/posts").status_code == 401

    def test_coverage(self, keeper):
        found = signed_in(keeper).get("/api/v1/coverage").json()
        assert found["standard_count"] == 705
        assert found["bare_grid_count"] > 700
        assert signed_in(people.clerk()).get("/api/v1/coverage").status_code == 403
