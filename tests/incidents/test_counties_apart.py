"""Two counties in one installation: nothing of one is found in the other (one database each)."""

from datetime import timedelta

import pytest
from django.test import Client

from tests import people, worlds
from xiangyue.activity.models import Entry
from xiangyue.blueprints.loading import load_county
from xiangyue.incidents import services
from xiangyue.incidents.models import Incident
from xiangyue.kernel.counties import CountyMixed, bind
from xiangyue.places.models import Place

pytestmark = pytest.mark.django_db(databases=["default", "jinchang"])


def reported_in(slug: str, place: Place) -> Incident:
    with bind(slug):
        incident, _code = services.report_incident(
            category_key="0805", place=place, at=people.MONDAY, channel="resident",
            description=f"{slug} 的建议", reporter=people.somebody(at_place=place),
        )  # fmt: skip
        return incident


@worlds.standing_in("jinchang")
def jinchang() -> None:
    load_county(slug="jinchang", at=people.LONG_AGO)


@pytest.fixture
def villages(jinchang: None) -> dict[str, Place]:
    with bind("jinchang"):
        there = Place.objects.filter(kind="village").order_by("path").first()
    assert there is not None
    return {"shandan": people.place(), "jinchang": there}


def test_both_live_their_lives_and_find_nothing_of_each_other(villages):
    ours, theirs = (reported_in(slug, place) for slug, place in villages.items())
    for slug, own, other in (("shandan", ours, theirs), ("jinchang", theirs, ours)):
        with bind(slug):
            assert [row.number for row in Incident.objects.all()] == [own.number]
            assert not Entry.objects.filter(facts__number=other.number).exists()
            assert not Place.objects.filter(code=other.place.code).exists()
            services.act_on_what_is_due(at=people.MONDAY + timedelta(days=60))
    with bind("shandan"):
        ours.refresh_from_db()
        assert ours.watch_level != ""


def test_an_object_of_one_is_not_saved_into_the_other(villages):
    ours = reported_in("shandan", villages["shandan"])
    with bind("jinchang"):
        with pytest.raises(CountyMixed):
            ours.save()
        with pytest.raises(CountyMixed):
            ours.delete()
        with pytest.raises(CountyMixed):
            ours.steps.count()
    with bind("jinchang"), pytest.raises((CountyMixed, ValueError)):
        services.report_incident(
            category_key="0805", place=villages["shandan"], at=people.MONDAY,
            channel="resident", description="错放了县",
        )  # fmt: skip


def test_host_and_path_choose_the_county_and_unknown_ones_are_asked_to_choose(villages):
    ours = reported_in("shandan", villages["shandan"])
    theirs = reported_in("jinchang", villages["jinchang"])
    client = Client()
    for host, prefix, own, other in (
        ("shandan.test", "", ours, theirs),
        ("jinchang.test", "", theirs, ours),
        ("elsewhere.test", "/shandan", ours, theirs),
        ("elsewhere.test", "/jinchang", theirs, ours),
    ):
        page = f"{prefix}/public/incidents/"
        assert client.get(f"{page}{own.number}/", headers={"host": host}).status_code == 200
        assert client.get(f"{page}{other.number}/", headers={"host": host}).status_code == 404
    listed = client.get("/", headers={"host": "elsewhere.test"})
    assert listed.status_code == 404
    assert "/jinchang/" in listed.content.decode()


def test_links_on_a_page_keep_the_counties_prefix(villages):
    page = Client().get("/jinchang/", headers={"host": "elsewhere.test"}).content.decode()
    assert 'href="/jinchang/report/"' in page


def test_a_hidden_reporter_of_one_county_has_another_tag_in_the_other():
    from xiangyue.incidents.reporters import reporter_tag, slip_digest

    person = people.somebody()
    with bind("shandan"):
        here = (reporter_tag(person.pk), slip_digest("ABCDE12345"))
    with bind("jinchang"):
        there = (reporter_tag(person.pk), slip_digest("ABCDE12345"))
    assert here[0] != there[0]
    assert here[1] != there[1]
