"""The demonstration is a county's life: what came of it could have happened."""

import json
from collections import Counter
from datetime import timedelta
from types import ModuleType

import pytest
from django.db.models import F
from django.test import Client

from tests.day import panel_and_question
from tests.demo.conftest import NOW, Played
from tests.demo.recount import counted_again, staffed_again, visited_again
from tests.people import sign_in
from xiangyue.access.queries import standing_of, token_account
from xiangyue.activity.models import Entry
from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.incidents.access import own_incidents, public_incidents, worklist_of
from xiangyue.incidents.acts import acts_for, pending_extension
from xiangyue.incidents.models import Incident, Photo, Step
from xiangyue.incidents.photo_models import PhotoLikeness, PhotoShowing
from xiangyue.incidents.queries import InboxFilter, inbox
from xiangyue.incidents.rules import UNSETTLED, State, Verb
from xiangyue.incidents.services import Actor
from xiangyue.incidents.voice_models import Support
from xiangyue.insight.counting import count_on
from xiangyue.insight.grids import figure_policy, patrol_coverage, staffing
from xiangyue.insight.indicators import INDICATORS
from xiangyue.insight.queries import figures
from xiangyue.insight.rules import Ratio, period_named
from xiangyue.kernel.counties import bind
from xiangyue.notifications.models import Message
from xiangyue.places.blueprint import GridStaffing
from xiangyue.places.models import Employment, Household, Person, Place, PlaceKind, Post
from xiangyue.places.queries import grids_without_worker, households_outside_general_grids
from xiangyue.site.modules import offering
from xiangyue.site.verifying import verify_county

pytestmark = [
    pytest.mark.django_db(databases=["default", "jinchang"]),
    pytest.mark.usefixtures("played"),
]

LONG_PAST = NOW - timedelta(days=12)


class TestPeople:
    def test_every_household_is_in_a_general_grid(self) -> None:
        assert Household.objects.count() > 50
        assert not households_outside_general_grids().exists()

    def test_every_grid_has_somebody(self) -> None:
        assert not grids_without_worker(at=NOW).exists()

    def test_there_are_as_many_grid_workers_as_the_county_declares(self) -> None:
        [staffing] = [meaning(row, GridStaffing) for row in all_current("grid_staffing")]
        workers = Post.objects.filter(role="grid_worker")
        assert workers.count() == staffing.worker_count == 1516
        part_time = workers.filter(employment=Employment.PART_TIME)
        assert part_time.count() == staffing.urban_part_time_count == 242

    def test_whoever_handles_confidential_matters_has_a_second_to_verify(self) -> None:
        units = Post.objects.filter(role__in=["confidential_handler", "discipline_officer"])
        counts = Counter(units.values_list("organisation__function", flat=True))
        assert set(counts) >= {"PSB", "DISC", "WF", "CA", "EDU"}
        assert set(counts.values()) == {2}

    def test_nobody_else_may_see_them(self) -> None:
        """Least privilege: units that answer for nothing confidential have no such handler."""
        assert not Post.objects.filter(
            role="confidential_handler", organisation__function__in=["WTR", "TR", "UTL"]
        ).exists()


class TestLife:
    def test_reports_come_through_every_channel_and_most_are_settled(self, played: Played) -> None:
        figures = played.figures
        assert set(figures["channels"]) == {"resident", "worker", "counter", "telephone"}
        assert figures["reported"] >= 60
        settled = sum(figures["states"].get(one, 0) for one in ("closed", "merged", "answered"))
        assert settled > 0.5 * figures["reported"]
        assert figures["handled_late"] < 0.3 * figures["reported"]
        assert figures["outcomes"]["fixed"] > 5 * figures["outcomes"].get("not_fixed", 0)

    def test_weekends_are_quieter_than_mondays(self, played: Played) -> None:
        counts = Counter(at.astimezone(NOW.tzinfo).weekday() for at, *_rest in played.trace)
        assert counts[0] + counts[1] > counts[5] + counts[6]

    @pytest.mark.parametrize(
        "verb",
        ["dispatch", "take_on", "handle", "pass", "wait", "resume", "send_back", "confirm", "close",
         "object", "urge", "supervise", "raise", "escalate", "note", "request_extension", "merge"],
    )  # fmt: skip
    def test_everything_that_can_happen_does(self, verb: str, played: Played) -> None:
        assert played.figures["steps"].get(verb, 0) > 0

    def test_nothing_closes_unanswered(self) -> None:
        closed = Incident.objects.filter(state=State.CLOSED).exclude(outcome="withdrawn")
        assert closed.exists()
        assert not closed.filter(answered_at=None).exists()
        assert not closed.filter(reply="").exists()

    def test_nobody_verified_their_own_work(self) -> None:
        verified = Incident.objects.exclude(verified_by=None)
        assert verified.exists()
        assert not verified.filter(verified_by=F("handled_by")).exists()

    def test_nothing_is_forgotten_on_the_way(self) -> None:
        """Whatever is unsettled after twelve days is waiting, late with a watch on it, or has a
        long limit."""
        old = Incident.objects.filter(state__in=UNSETTLED, created_at__lt=LONG_PAST)
        forgotten = old.exclude(state=State.WAITING).filter(due_at__lt=NOW, watch_level="")
        assert not forgotten.exclude(audience="confidential").exists()

    def test_pictures_come_with_some_reports_and_are_readable(self) -> None:
        assert Photo.objects.filter(stage="report").count() >= 5
        assert Photo.objects.filter(stage="handling").exists()
        for photo in Photo.objects.all()[:3]:
            assert photo.file.open().read(2) == b"\xff\xd8"

    def test_everybody_sees_photos_that_somebody_looked_at(self) -> None:
        """CA05: whoever walked by is made unrecognisable in what was reported."""
        shown = PhotoShowing.objects.filter(withdrawn_at=None)
        assert shown.filter(photo__incident__in=public_incidents()).count() == shown.count() >= 3
        assert not shown.filter(photo__stage="report", marks=[]).exists()

    def test_few_photos_look_like_earlier_ones_and_these_were_sent_twice(self) -> None:
        """N13"""
        found = PhotoLikeness.objects.select_related("photo", "earlier")
        assert 1 <= found.count() <= 0.1 * Photo.objects.count()
        for likeness in found:
            assert likeness.photo.digest == likeness.earlier.digest

    def test_nobody_is_told_today_of_what_happened_long_ago(self) -> None:
        assert Message.objects.exists()
        assert not Message.objects.filter(created_at__lt=LONG_PAST).exists()
        assert Entry.objects.filter(at__lt=LONG_PAST, name__startswith="incidents.").exists()

    def test_acts_are_recorded_when_they_happened(self) -> None:
        for step in Step.objects.exclude(verb="report").order_by("pk")[:200]:
            assert step.incident.created_at <= step.at <= NOW

    def test_the_record_and_every_invariant_hold(self) -> None:
        assert verify_county(at=NOW) == []


class TestSecrecy:
    def test_no_confidential_matter_is_seen_in_village_or_town(self) -> None:
        """PE02"""
        assert Incident.objects.filter(audience="confidential").exists()
        below_the_county = Post.objects.filter(place__kind__in=["town", "village", "group"])
        people = {
            row.person_id: row.person
            for row in below_the_county.select_related("person").order_by("place__path")[::25]
        }
        assert len(people) > 50
        for person in people.values():
            seen = worklist_of(standing_of(person, at=NOW))
            assert not seen.filter(audience="confidential").exists()

    def test_hidden_reporters_stand_in_no_row(self) -> None:
        hidden = Incident.objects.exclude(reporter_tag="")
        assert hidden.exists()
        assert not hidden.exclude(reporter=None).exists()

    def test_the_other_county_stays_empty(self) -> None:
        with bind("jinchang"):
            assert not Person.objects.exists()
            assert not Incident.objects.exists()


@pytest.fixture
def listed(played: Played) -> list[dict[str, str]]:
    text = (played.folder / "demo-shandan.json").read_text()
    people: list[dict[str, str]] = json.loads(text)["people"]
    return people


class TestWhatWaits:
    """For each role that is listed there is something to do."""

    def verbs(self, listed: list[dict[str, str]], role: str) -> set[str]:
        """What the listed people in the role can do with what they find."""
        found: set[str] = set()
        for one in listed:
            if one["role"] == role:
                standing = standing_of(Person.objects.get(phone=one["phone"]), at=NOW)
                actor = Actor(standing)
                rows = [*inbox(standing, InboxFilter(), at=NOW), *own_incidents(standing)]
                found |= {act.verb for row in rows for act in acts_for(row, actor)}
        return found

    @pytest.mark.parametrize(
        ("role", "verbs"),
        [
            ("resident", {Verb.CONFIRM, Verb.OBJECT, Verb.URGE, Verb.WITHDRAW}),
            ("grid_worker", {Verb.TAKE_ON, Verb.HANDLE}),
            ("village_clerk", {Verb.TAKE_ON, Verb.HANDLE}),
            ("village_party_secretary", {Verb.PASS, Verb.SEND_BACK}),
            ("mediator", {Verb.HANDLE}),
            ("town_dispatcher", {Verb.DISPATCH, Verb.MERGE, Verb.SPLIT, Verb.PASS}),
            ("town_supervisor", {Verb.SUPERVISE}),
            ("political_legal_member", {Verb.DECIDE_EXTENSION}),
            ("department_handler", {Verb.TAKE_ON, Verb.HANDLE}),
            ("utility_handler", {Verb.TAKE_ON, Verb.HANDLE}),
            ("county_dispatcher", {Verb.DISPATCH}),
            ("county_supervisor", {Verb.SUPERVISE}),
            ("county_centre_director", {Verb.DECIDE_EXTENSION}),
            ("confidential_handler", {Verb.TAKE_ON, Verb.PASS}),
        ],
    )
    def test_somebody_waits_for_each_role(
        self, listed: list[dict[str, str]], role: str, verbs: set[str]
    ) -> None:
        assert self.verbs(listed, role) >= verbs

    def test_the_grid_worker_has_one_late_and_watched(self, listed: list[dict[str, str]]) -> None:
        [worker] = [one for one in listed if one["role"] == "grid_worker"]
        standing = standing_of(Person.objects.get(phone=worker["phone"]), at=NOW)
        late = inbox(standing, InboxFilter(late="1"), at=NOW).filter(is_supervised=True)
        assert late.filter(steps__verb=Verb.URGE, watch_level="county").exists()

    def test_an_extension_waits_for_its_decision(self, listed: list[dict[str, str]]) -> None:
        [lead] = [one for one in listed if one["role"] == "political_legal_member"]
        actor = Actor(standing_of(Person.objects.get(phone=lead["phone"]), at=NOW))
        rows = Incident.objects.filter(extensions__decided_at=None, extensions__isnull=False)
        assert any(pending_extension(row, actor) is not None for row in rows)

    def test_two_reports_of_one_matter_wait_to_be_merged(self) -> None:
        rows = Incident.objects.filter(category_key="0406", state=State.REPORTED)
        places = Counter(rows.values_list("place", flat=True))
        assert max(places.values()) >= 2

    def test_the_list_says_who_where_and_how_to_get_in(
        self, listed: list[dict[str, str]], played: Played
    ) -> None:
        roles = Counter(one["role"] for one in listed)
        assert roles["resident"] == 2
        assert {"administrator", "auditor", "grid_worker"} <= set(roles)
        assert set(roles.values()) - {2} == {1}
        for one in listed:
            keys = {"role", "role_name", "role_name_en", "name", "phone", "place", "place_code"}
            assert set(one) == {*keys, "token"}
            assert all(one.values()), one
            account = token_account(one["token"], at=NOW + timedelta(days=30))
            assert account is not None
            assert account.phone == one["phone"]

    def test_nobody_else_on_the_machine_reads_the_list(self, played: Played) -> None:
        assert (played.folder / "demo-shandan.json").stat().st_mode & 0o777 == 0o600

    def test_somebody_has_the_same_matter(self) -> None:
        assert Support.objects.exists() or Incident.objects.filter(state="merged").exists()


# Who is in the room, beside the day's work: named for a vote, a box or a group, holding no post.
NAMED = {"resident", "teller", "trustee", "council_member"}
# Of the modules that say when to ask for their panel, all but webhooks have work for somebody.
MODULES_WITH_WORK = 12
# Whoever keeps the machine or looks at the record has pages of their own and no day's work.
APART = {"administrator", "auditor"}


def asks(module: ModuleType) -> bool:
    return hasattr(module, "AFOOT")


class TestFirstPages:
    """Whoever is listed signs in and finds something on the page with which their day begins."""

    @pytest.fixture(autouse=True)
    def _at_the_end(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)

    def found_by(self, one: dict[str, str]) -> list[object]:
        """What waits on their page: panels of whoever works, else the lines that ask something."""
        client = Client()
        sign_in(client, Person.objects.get(phone=one["phone"]))
        page = client.get("/" if one["role"] in NAMED else "/today/")
        assert page.status_code == 200, one
        if one["role"] in NAMED:
            return list(page.context["shown"].asking)
        return list(page.context["panels"])

    def test_something_waits_there_for_each(self, listed: list[dict[str, str]]) -> None:
        found = {one["role"]: self.found_by(one) for one in listed if one["role"] not in APART}
        assert [role for role, lines in found.items() if not lines] == []

    def test_a_day_asks_after_all_that_waits(self, listed: list[dict[str, str]]) -> None:
        """For one in each role, and whoever is named for a vote or a group."""
        roles = {post.role: post.person for post in Post.objects.select_related("person")}
        named = Person.objects.filter(phone__in=[one["phone"] for one in listed])
        modules = [each.__name__.split(".")[1] for each in offering("today") if asks(each)]
        found = {
            (module, panel_and_question(module, person, at=NOW))
            for person in {*roles.values(), *named}
            for module in modules
        }
        assert [module for module, told in found if told == (True, False)] == []
        assert len([module for module, told in found if told == (True, True)]) >= MODULES_WITH_WORK

    @pytest.mark.parametrize("role", ["supervision_member", "compact_vetter", "teller", "trustee"])
    def test_those_who_check_are_listed(self, listed: list[dict[str, str]], role: str) -> None:
        assert role in {one["role"] for one in listed}

    def test_where_each_begins_there_is_a_page(self, listed: list[dict[str, str]]) -> None:
        for one in listed:
            client = Client()
            sign_in(client, Person.objects.get(phone=one["phone"]))
            assert client.get("/", follow=True).status_code == 200, one


class TestFigures:
    """What figures tell equals a plain recount of the played rows, place by place."""

    def test_incidents_are_counted_as_an_auditor_would_count_them(self) -> None:
        assert count_on(at=NOW)
        again = counted_again(at=NOW)
        assert {key for counts in again.values() for key in counts} == set(INDICATORS)
        kinds = [PlaceKind.COUNTY, PlaceKind.TOWN, PlaceKind.VILLAGE]
        for period in (period_named("2026-05"), period_named("2026-06")):
            month = (period.begins.year, period.begins.month)
            for place in Place.objects.filter(kind__in=kinds):
                expected = again.get((place.path, month), {})
                for key, figure in figures(place, period).items():
                    numerator, denominator = expected.get(key, [0, 0])
                    assert figure.now == Ratio(numerator, denominator), (place, month, key)

    def test_so_are_visits_and_the_people_of_grids(self) -> None:
        june = period_named("2026-06")
        places = Place.objects.filter(kind__in=[PlaceKind.COUNTY, PlaceKind.TOWN])
        each = figure_policy().workers_per_grid
        for place in places.order_by("path")[:3]:
            [covered], _grids = patrol_coverage([place], june)
            assert covered.ratio == Ratio(*visited_again(place, june.begins, june.ends)), place
            staffed = staffing([place], at=NOW)[place.path]
            assert staffed == Ratio(*staffed_again(place, each=each, at=NOW)), place
