"""Long lists are counted and chosen by an index alone, and paged as far as anybody wants."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.lookups import Exact
from django.test import Client

from tests import people
from tests.people import MONDAY as NOW
from xiangyue.access.queries import standing_of
from xiangyue.access.rules import Holding, Standing
from xiangyue.incidents import paging, queries
from xiangyue.incidents.access import own_incidents, public_incidents, worklist_of
from xiangyue.incidents.models import Incident
from xiangyue.incidents.paging import Pages
from xiangyue.incidents.queries import InboxFilter, inbox, public_by_place, public_counts
from xiangyue.kernel.sqlite.planning import Unsought
from xiangyue.places.queries import county_place

pytestmark = pytest.mark.django_db


def plan_of(rows, index=""):
    """How the database finds the rows. PostgreSQL chooses by what is in the table, which is
    nothing here: it is left with the index that is asked about, and must not read the table."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            table = Incident._meta.db_table
            found = connection.introspection.get_constraints(cursor, table) if index else {}
            for name, one in found.items():
                if one["index"] and not one["unique"] and name != index:
                    cursor.execute(f'DROP INDEX "{name}"')
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
    return rows.explain()


@pytest.fixture
def standing(scene):
    return scene.actor(scene.dispatcher).standing


class TestPlans:
    @pytest.mark.parametrize("cut", [{}, {"late": "1"}, {"urgency": "1"}, {"supervised": "1"}])
    def test_open_ones_are_counted_and_chosen_by_their_index_alone(self, standing, cut):
        rows = inbox(standing, InboxFilter(**cut), at=NOW)
        for asked in (rows.order_by().values("pk"), rows.values("pk")[:50]):
            plan = plan_of(asked, "incident_by_state")
            assert re.search(r"(COVERING INDEX|Index Only Scan using) incident_by_state", plan)

    def test_one_day_is_found_by_the_moments_of_its_incidents(self, standing):
        cut = InboxFilter(state="all", since="2026-05-04", until="2026-05-04")
        assert "created_at" in str(inbox(standing, cut, at=NOW).query)
        rows = Incident.objects.filter(pk__in=inbox(standing, cut, at=NOW)).order_by()
        assert "django_datetime_cast_date" not in str(rows.query)
        assert "AT TIME ZONE" not in str(rows.query)

    def test_what_is_late_and_where_is_asked_as_its_index_has_it(self, standing):
        """SQLite sees that an index of some rows fits by what stands in the statement alone."""
        rows = queries.unsettled_by_place(standing, county_place(), at=NOW)
        statement, _params = rows.query.sql_with_params()
        index = next(one for one in Incident._meta.indexes if one.name == "incident_unsettled")
        states = ", ".join(f"'{state}'" for state in index.condition.children[0][1])
        assert f"IN ({states})" in statement
        if connection.vendor == "postgresql":
            plan = plan_of(rows, "incident_unsettled")
            assert "Index Only Scan using incident_unsettled" in plan

    def test_an_outcome_is_found_by_its_index(self):
        rows = Incident.objects.filter(outcome="not_fixed").order_by().values("pk")
        assert "incident_by_outcome" in plan_of(rows)

    def test_own_reports_are_found_by_the_reporter(self, standing):
        rows = own_incidents(standing).order_by("-created_at").values("pk")[:20]
        assert "incident_by_reporter" in plan_of(rows)

    def test_the_newest_of_the_county_are_found_by_their_time(self):
        rows = public_by_place(county_place(), since=NOW.date() - timedelta(days=365))
        assert "incident_by_created" in plan_of(rows.values("pk")[:30], "incident_by_created")

    def test_what_was_closed_lately_is_found_by_when(self, standing):
        rows = worklist_of(standing, is_wide=True).filter(
            Exact(Unsought("state"), "closed"), closed_at__gte=NOW
        )
        assert "incident_by_closed" in plan_of(rows.values("pk"), "incident_by_closed")

    @pytest.mark.parametrize("name", ["parent", "merged_into", "entered_by", "suggested_unit"])
    def test_what_most_do_not_have_has_an_index_of_those_that_have(self, name):
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, Incident._meta.db_table)
        columns = [Incident._meta.get_field(name).column]
        assert [
            key for key, one in found.items() if one["index"] and one["columns"] == columns
        ] == [f"incident_{name}"]
        rows = Incident.objects.filter(**{name: None}).values("pk")
        assert f"incident_{name}" not in plan_of(rows)


class TestPages:
    @pytest.fixture(autouse=True)
    def _many(self, scene):
        self.all = [scene.report().pk for _number in range(7)]

    def test_the_newest_come_first_however_they_are_found(self, monkeypatch):
        for few in (0, paging.FEW):
            monkeypatch.setattr(paging, "FEW", few)
            pages = [
                Pages(Incident.objects.order_by("-pk"), 3, wanted=number).current()
                for number in (1, 2, 3)
            ]
            keys = [row.pk for page in pages for row in page]
            assert keys == sorted(self.all, reverse=True)

    def test_more_are_not_counted_than_are_of_use(self, monkeypatch):
        monkeypatch.setattr(paging, "COUNTED", 2)
        pages = Pages(Incident.objects.order_by("-pk"), 2, wanted=1)
        assert (pages.count, pages.is_more) == (4, True)

    def test_beyond_what_is_counted_every_page_is_still_reached(self, monkeypatch):
        monkeypatch.setattr(paging, "COUNTED", 2)
        last = Pages(Incident.objects.order_by("-pk"), 2, wanted="4").current()
        assert [row.pk for row in last] == [min(self.all)]
        assert not last.has_next()

    def test_the_inbox_says_that_there_are_more(self, scene, monkeypatch):
        monkeypatch.setattr(paging, "COUNTED", 2)
        monkeypatch.setattr(queries, "PAGE_SIZE", 2)
        client = Client()
        people.sign_in(client, scene.dispatcher)
        page = client.get("/desk/?state=all").content.decode()
        assert "超过4件" in page
        assert "第1页" in page
        assert "第1页，共" not in page

    @pytest.mark.parametrize("wanted", [None, "", "x", "-1", "0", "99999999999", "½", "２"])
    def test_a_number_that_is_no_page_leads_to_one(self, wanted):
        assert Pages(Incident.objects.order_by("-pk"), 50, wanted=wanted).current().number == 1

    def test_a_page_is_three_queries_and_two_when_counted_elsewhere(
        self, django_assert_num_queries
    ):
        rows = Incident.objects.select_related("category").order_by("-pk")
        with django_assert_num_queries(3):
            [row.category for row in Pages(rows, 3, wanted=1).current()]
        with django_assert_num_queries(2):
            [row.category for row in Pages(rows, 3, wanted=1, count=7).current()]


class TestPublicCounts:
    def test_they_are_counted_again_after_every_act(self, scene, django_assert_num_queries):
        place, since = county_place(), NOW.date() - timedelta(days=365)
        before = public_counts(place, since=since)["reported"]
        with django_assert_num_queries(2):
            assert public_counts(place, since=since)["reported"] == before
        scene.report()
        assert public_counts(place, since=since)["reported"] == before + 1
        assert queries.public_counts(place, since=NOW.date() + timedelta(days=9))["reported"] == 0
        assert public_incidents().count() == before + 1

    def test_who_watches_sees_the_closed_in_their_areas_alone(self, scene):
        standing = standing_of(scene.dispatcher, at=NOW)
        wide, narrow = worklist_of(standing, is_wide=True), worklist_of(standing)
        scene.report()
        assert set(wide.values_list("pk")) == set(narrow.values_list("pk"))


class TestParts:
    def test_a_worklist_of_area_and_unit_is_counted_in_two_parts_that_share_nothing(self, scene):
        inside = scene.report()
        elsewhere = scene.report(place=people.place(people.OTHER_VILLAGE))
        see = frozenset({"incidents.see"})
        post = Holding("grid_worker", people.place().path, elsewhere.unit_id, see, see, False)
        standing = Standing(person_id=None, holdings=(post,))
        Incident.objects.filter(pk=inside.pk).update(unit=elsewhere.unit)  # in both
        everything = InboxFilter(state="all")
        parts = queries.counted_in_parts(standing, everything)
        assert [list(part) for part in parts] == [[inside], [elsewhere]]
        rows = inbox(standing, everything, at=NOW)
        assert Pages(rows, 50, wanted=1, parts=parts).count == rows.count() == 2

    def test_one_who_has_areas_alone_or_a_narrowed_list_is_counted_at_once(self, scene, standing):
        assert queries.counted_in_parts(standing, InboxFilter()) == []
        nobody = standing_of(scene.reporter, at=NOW)
        assert queries.counted_in_parts(nobody, InboxFilter(state="all")) == []
