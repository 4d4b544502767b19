"""How grids are staffed (KPI-23), walked (KPI-14), and what villages are asked to fill in (N12)."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from tests import people
from xiangyue.activity.services import unheard
from xiangyue.insight.blueprint import FigurePolicy
from xiangyue.insight.burden import (
    BANDS,
    band_of,
    bands,
    burden_of,
    count_burden,
    counted_months,
    fields_asked,
)
from xiangyue.insight.grids import staffed_grids, staffing
from xiangyue.insight.models import BurdenMonth, Progress
from xiangyue.insight.queries import areas_below
from xiangyue.insight.rules import Ratio
from xiangyue.insight.wording import per_in_words
from xiangyue.places.models import Person, Place, Post

pytestmark = pytest.mark.django_db

JUNE = date(2026, 6, 1)
NO_GRID = "620725101007"  # a community of 清泉镇 that is no grid of its own


def assign(*grids: Place, count: int = 1) -> None:
    """So many people, each assigned to all of these grids."""
    folk = [Person(name=f"网格员{number}") for number in range(count)]
    Person.objects.bulk_create(folk)
    Post.objects.bulk_create(
        Post(
            person=person,
            role="grid_worker",
            place=grid,
            place_path=grid.path,
            active_from=people.LONG_AGO,
        )
        for grid in grids
        for person in folk
    )


def groups(code: str = people.VILLAGE) -> list[Place]:
    village = people.place(code)
    return list(Place.objects.filter(path__startswith=village.path, kind="group").order_by("path"))


# --- KPI-23 -----------------------------------------------------------------------------------


def test_shandans_document_is_borne_out():
    """S3: 1516 people for 705 grids."""
    assign(groups()[0], count=1516)
    ratio = staffing([people.county()], at=people.MONDAY)[people.county().path]
    assert ratio == Ratio(1516, 705)
    assert per_in_words(ratio.share) == "2.15"


def test_who_serves_two_grids_is_one_person():
    here, there = groups()[:2]
    assign(here, there)
    county, village = people.county(), people.place()
    ratios = staffing([county, village, here, there], at=people.MONDAY)
    assert [ratios[one.path].numerator for one in (county, village, here, there)] == [1, 1, 1, 1]
    staffed, _elsewhere = staffed_grids(village, at=people.MONDAY)
    counts = {one.place.path: one.person_count for one in staffed}
    assert counts[here.path] == counts[there.path] == 1


def test_a_worker_of_a_community_that_is_no_grid_counts_and_has_a_row_of_their_own():
    county, community = people.county(), people.place(NO_GRID)
    assert community.grid_kind == ""
    assign(community, count=2)
    assign(groups()[0])
    assert staffing([county], at=people.MONDAY)[county.path] == Ratio(3, 705)
    grids, elsewhere = staffed_grids(county, at=people.MONDAY)
    assert len(grids) == 705
    assert [(one.place, one.person_count) for one in elsewhere] == [(community, 2)]


def test_who_is_assigned_to_a_special_grid_is_left_out():
    special = Place.objects.filter(grid_kind="special").first()
    assert special is not None
    assign(special)
    county = people.county()
    assert staffing([county], at=people.MONDAY)[county.path] == Ratio(0, 705)
    assert staffed_grids(county, at=people.MONDAY)[1] == []


def test_the_page_lists_communities_that_are_no_grid_apart(life, client):
    assign(people.place(NO_GRID), count=2)
    people.sign_in(client, life.dispatcher)
    page = client.get(reverse("figure-grids", args=[people.town().code])).content.decode()
    assert "2人在未设网格的社区" in page


def test_who_left_is_not_assigned():
    assign(groups()[0])
    Post.objects.filter(role="grid_worker").update(active_to=people.MONDAY - timedelta(days=1))
    assert staffing([people.county()], at=people.MONDAY)[people.county().path].numerator == 0


def test_a_place_without_grids_has_no_share():
    closed = groups()[0]
    Place.objects.filter(pk=closed.pk).update(is_active=False)
    assert staffing([closed], at=people.MONDAY)[closed.path].share is None


def test_nobody_is_scored_unless_the_county_says_so():
    assert FigurePolicy(key="figures", source="test").bands() == []


# --- N12 --------------------------------------------------------------------------------------


def test_forms_and_fields_are_counted_by_village(life):
    life.answer(life.report(), at=life.at)
    Progress.objects.create(pk=1)
    july = datetime(2026, 7, 2, tzinfo=people.SHANGHAI)
    assert count_burden(at=july) >= 1
    row = BurdenMonth.objects.get(place_path=people.place().path, month=JUNE)
    asked = fields_asked()
    # The clerk took it on and handled it; the dispatcher sits in the town, and residents are
    # asked nothing here.
    assert row.forms == {"incidents.incident_handled": 1, "incidents.incident_taken_on": 1}
    assert row.form_count == 2
    assert row.field_count == asked["incidents.incident_handled"]
    assert asked["incidents.incident_taken_on"] == 0
    assert row.spread == {"1-10": 1}


def test_a_month_is_counted_when_it_is_over_and_only_once(life):
    life.answer(life.report(), at=life.at)
    Progress.objects.create(pk=1)
    count_burden(at=datetime(2026, 6, 30, 23, tzinfo=people.SHANGHAI))
    assert JUNE not in counted_months()
    july = datetime(2026, 7, 1, 0, 5, tzinfo=people.SHANGHAI)
    assert count_burden(at=july) == 1
    assert count_burden(at=july) == 0
    assert BurdenMonth.objects.filter(month=JUNE).count() == 1


def test_a_person_with_posts_in_two_villages_is_one_worker(life):
    from xiangyue.access.appointments import appoint

    other = people.place(people.OTHER_VILLAGE)
    appoint(
        person=life.clerk,
        role="village_clerk",
        place=other,
        organisation=people.unit("VC", other),
        at=people.LONG_AGO,
    )
    Progress.objects.create(pk=1)
    with unheard():
        life.report()
    count_burden(at=datetime(2026, 7, 2, tzinfo=people.SHANGHAI))
    whole, _areas = burden_of(people.county(), [], JUNE)
    assert whole.worker_count == 1


def test_how_entries_spread_is_told_of_many_and_never_of_a_village():
    village, town = people.place(), people.town()
    for place, workers in ((village, 3), (groups(people.OTHER_VILLAGE)[0], 4)):
        BurdenMonth.objects.create(
            place_path=place.path[:20],
            month=JUNE,
            form_count=9,
            field_count=20,
            worker_count=workers,
            forms={"incidents.incident_handled": 9},
            spread={"1-10": workers},
        )
    county, areas = burden_of(people.county(), areas_below(people.county()), JUNE)
    assert (county.form_count, county.field_count, county.worker_count) == (18, 40, 7)
    assert county.spread == {"1-10": 7}
    assert sum(area.form_count for area in areas) == 18
    assert burden_of(town, [], JUNE)[0].spread is None
    assert burden_of(village, [], JUNE)[0].spread is None


def test_bands_have_no_gaps():
    names = [band_of(count) for count in range(BANDS[-1] + 2)]
    assert list(dict.fromkeys(names)) == bands()
    assert bands()[0] == "0"
    assert bands()[-1] == "101-"
