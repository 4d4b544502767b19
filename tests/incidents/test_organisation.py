"""Staff browse the places of their area: what lies below, the units, who serves there."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import people
from xiangyue.access.appointments import end_post
from xiangyue.places.models import Person, Post

pytestmark = pytest.mark.django_db
PAGE = f"/desk/places/{people.VILLAGE}/"
API = f"/api/v1/places/{people.VILLAGE}"


def signed_in(person: Person) -> Client:
    client = Client()
    people.sign_in(client, person)
    return client


def test_a_place_shows_its_path_what_lies_below_its_units_and_who_serves_there():
    people.posted("village_clerk", at_place=people.place(), organisation=people.unit("VC"),
                  name="唐丽华")  # fmt: skip
    page = signed_in(people.dispatcher()).get(PAGE).content.decode()
    assert "唐丽华" in page
    assert "文书" in page
    assert people.unit("VC").name in page
    assert f"/desk/places/{people.VILLAGE}-001/" in page
    assert f"/desk/places/{people.town().code}/" in page
    assert f"/desk/?place={people.VILLAGE}" in page


def test_only_those_who_serve_now_are_named_and_without_their_numbers():
    clerk = people.clerk()
    resident = people.somebody("王小二")
    client = signed_in(people.dispatcher())
    page = client.get(PAGE).content.decode()
    assert clerk.name in page
    assert clerk.phone not in page
    assert resident.name not in page
    end_post(post=Post.objects.get(person=clerk), at=timezone.now())
    assert clerk.name not in client.get(PAGE).content.decode().split("page-header", 1)[1]


def test_without_a_code_one_begins_at_the_top_of_ones_area():
    page = signed_in(people.dispatcher()).get("/desk/places/").content.decode()
    assert f"/desk/places/{people.VILLAGE}/" in page


def test_the_area_ends_where_the_post_ends():
    client = signed_in(people.clerk())
    assert client.get(f"/desk/places/{people.OTHER_VILLAGE}/").status_code == 404
    town = people.town()
    assert client.get(f"/desk/places/{town.code}/").status_code == 404
    assert f'href="/desk/places/{town.code}/"' not in client.get(PAGE).content.decode()
    assert client.get(f"/api/v1/places/{people.OTHER_VILLAGE}").status_code == 404


def test_others_do_not_get_in():
    assert Client().get(PAGE).status_code == 302
    assert signed_in(people.somebody()).get(PAGE).status_code == 403
    assert signed_in(people.somebody()).get(API).status_code == 404
    assert Client().get(API).status_code == 401
    police = people.unit("PSB", people.county())
    handler = people.posted("department_handler", at_place=people.county(), organisation=police)
    assert signed_in(handler).get("/desk/places/").status_code == 404


def test_the_api_says_the_same():
    clerk = people.clerk()
    found = signed_in(people.dispatcher()).get(API).json()
    assert [each["kind"] for each in found["above"]][-2:] == ["county", "town"]
    assert f"{people.VILLAGE}-001" in [each["code"] for each in found["below"]]
    assert clerk.name in [each["name"] for each in found["holders"]]
    assert people.unit("VC").name in [each["name"] for each in found["units"]]


def test_three_holders_ask_no_more_queries_than_one():
    client = signed_in(people.dispatcher())

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(PAGE).status_code == 200
        return len(seen)

    people.clerk()
    count()
    one = count()
    people.clerk()
    people.posted("first_secretary", at_place=people.place())
    assert count() == one


@pytest.mark.parametrize(
    ("role", "page"), [("administrator", "/desk/posts/"), ("auditor", "/desk/record/")]
)
def test_whose_post_sees_no_incident_begins_the_day_elsewhere(role, page):
    """SE01."""
    client = signed_in(people.posted(role, at_place=people.county()))
    assert client.get("/")["Location"] == page
    bar = client.get(page).content.decode()
    assert 'href="/desk/"' not in bar
    assert 'href="/desk/map/"' not in bar


def test_every_entry_of_a_persons_bar_opens():
    for role in ("administrator", "auditor", "town_dispatcher", "department_handler"):
        at_place = people.town() if role == "town_dispatcher" else people.county()
        unit = people.unit("TV" if role == "town_dispatcher" else "PSB", at_place)
        client = signed_in(people.posted(role, at_place=at_place, organisation=unit))
        page = client.get("/", follow=True).content.decode()
        side = page[page.index('class="side"') : page.index("</nav>")]
        for address in re.findall(r'<a href="(/[^"]*)"', side):
            assert client.get(address).status_code == 200, (role, address)
