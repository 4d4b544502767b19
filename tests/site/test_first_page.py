"""The resident's first page: what it shows of incidents, and in how few questions."""

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_cotton.compiler_regex import CottonCompiler

from tests import people
from tests.people import MONDAY
from xiangyue.access.queries import standing_of
from xiangyue.incidents import services
from xiangyue.incidents.firstpage import SHOWN, awaiting, newest_near, own_open
from xiangyue.incidents.models import Incident
from xiangyue.incidents.services import report_incident
from xiangyue.places.queries import county_place
from xiangyue.site.modules import offering

pytestmark = pytest.mark.django_db

NAME = "暴露垃圾"


def reported(reporter, category="0401") -> Incident:
    incident, _code = report_incident(
        category_key=category,
        place=people.place(),
        at=MONDAY,
        channel="resident",
        description="村口垃圾堆了三天没人清",
        reporter=reporter,
    )
    return incident


def answered(reporter) -> Incident:
    incident = reported(reporter)
    clerk, dispatcher = (people.acting(who) for who in (people.clerk(), people.dispatcher()))
    services.take_on_incident(incident=incident, actor=clerk, at=MONDAY)
    services.handle_incident(
        incident=incident, actor=clerk, at=MONDAY, outcome="fixed", reply="清了"
    )
    services.pass_incident(incident=incident, actor=dispatcher, at=MONDAY)
    return incident


@pytest.fixture
def reporter():
    return people.somebody()


def own(person):
    return own_open(standing_of(person, at=MONDAY))


class TestOwn:
    def test_open_ones_are_told_and_no_others(self, reporter):
        mine, over = reported(reporter), answered(reporter)
        reported(people.somebody())
        services.confirm_incident(incident=over, actor=people.acting(reporter), at=MONDAY)
        assert own(reporter) == {mine.pk: mine.state}

    def test_a_hidden_reporters_own_is_theirs_and_nobody_elses(self, reporter):
        hidden = reported(reporter, "0308")
        assert hidden.reporter_id is None
        assert list(own(reporter)) == [hidden.pk]
        assert own(people.somebody()) == {}

    def test_a_visitor_has_none(self):
        assert own(None) == {}

    def test_what_awaits_a_word_is_shown_oldest_first_and_not_more_than_a_few(self, reporter):
        rows = [answered(reporter) for _number in range(SHOWN + 1)]
        reported(reporter)
        lines = awaiting(own(reporter))
        assert [line.number for line in lines] == [row.number for row in rows[:SHOWN]]
        assert {(line.state, line.category_name) for line in lines} == {("answered", NAME)}


class TestNewest:
    def test_the_newest_of_a_place_come_first_and_without_what_lies_elsewhere(self, reporter):
        rows = [reported(reporter) for _number in range(SHOWN + 1)]
        assert [line.number for line in newest_near(people.place())] == [
            row.number for row in rows[:0:-1]
        ]
        assert [line.number for line in newest_near(county_place())] == [
            row.number for row in rows[:0:-1]
        ]
        assert newest_near(people.place(people.OTHER_VILLAGE)) == []


FACTS = {"url": "/i/1/", "title": "<垃圾>", "meta": "东沟 · 1日", "tone": "good", "words": "好"}
BADGE = '<c-slot name="aside"><c-badge tone="{{ tone }}">{{ words }}</c-badge></c-slot>'


@pytest.mark.parametrize(
    ("tag", "inside", "facts"),
    [
        ("tone words", BADGE, FACTS),
        ("", "", FACTS),
        ("", "", FACTS | {"meta": ""}),
    ],
    ids=["with a badge", "without", "with a title alone"],
)
def test_a_line_is_drawn_as_the_components_draw_it(tag, inside, facts):
    drawn = CottonCompiler().process(
        f"{{% load shell %}}{{% line url title meta {tag} %}}\n"
        '<c-item url="{{ url }}" title="{{ title }}" meta="{{ meta }}">' + inside + "</c-item>"
    )
    ours, theirs = Template(drawn).render(Context(facts)).split("\n", 1)
    assert "&lt;垃圾&gt;" in ours
    assert ours == theirs.replace('<li class="item" >', '<li class="item">').replace("\n", "")


def test_the_page_asks_little_beyond_what_its_frame_asks(reporter):
    reported(reporter)
    client = Client()
    people.sign_in(client, reporter)
    client.get("/")
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/").content.decode()
    assert "/public/" in page
    # The frame's six, the place, one's own, the newest, and one for each module with a panel.
    assert len(asked) <= 9 + sum(1 for _module in offering("nearby"))


class TestDay:
    def test_a_desk_that_sees_no_incident_begins_with_what_waits_for_it(self, client: Client):
        people.sign_in(client, people.posted("compact_vetter", at_place=people.town()))
        assert client.get(reverse("home"), follow=True).redirect_chain == [(reverse("today"), 302)]

    def test_every_desk_finds_its_day_in_the_menu(self, client: Client):
        secretary = people.posted("village_party_secretary", at_place=people.place())
        people.sign_in(client, secretary)
        assert f'href="{reverse("today")}"' in client.get(reverse("inbox")).content.decode()
