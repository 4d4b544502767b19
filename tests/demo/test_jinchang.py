"""Jinchang's pilot: three councils, 61 issues, six steps; what is settled comes out of play."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import pytest
from django.test import Client, override_settings
from pytest_django.plugin import DjangoDbBlocker

from tests import databases
from xiangyue.assemblies.models import Sitting
from xiangyue.blueprints.loading import load_county
from xiangyue.councils.models import Council
from xiangyue.councils.queries import missing
from xiangyue.deliberation.models import Issue, StateChoices, Task
from xiangyue.demo.parts import demonstration, looked_at
from xiangyue.demo.play import play
from xiangyue.demo.scenes import jinchang_pilot
from xiangyue.incidents.models import Incident
from xiangyue.kernel.counties import bind
from xiangyue.places.models import Household, Organisation, Place, Post
from xiangyue.places.queries import grids_without_worker, households_outside_general_grids
from xiangyue.procedures.models import RunState, StepRun, StepState
from xiangyue.site.verifying import verify_county

NOW = datetime(2026, 11, 18, 16, 30, tzinfo=ZoneInfo("Asia/Shanghai"))

pytestmark = [
    pytest.mark.django_db(databases=["default", "jinchang"]),
    pytest.mark.usefixtures("played"),
]


FEW = 24  # a third of the issues is enough to see all that can become of one


@pytest.fixture(scope="module")
def played(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("var")
    with (
        override_settings(VAR=folder, MEDIA_ROOT=folder / "files"),
        databases.restored("jinchang", django_db_blocker),
        bind("jinchang"),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(jinchang_pilot, "ISSUES", FEW)
        load_county(slug="jinchang", at=NOW)
        play(county="jinchang", scale=0.001, days=20, at=NOW, say=lambda _text: None)
        yield


@pytest.fixture(autouse=True)
def _in_jinchang(played: None) -> Iterator[None]:
    with bind("jinchang"):
        yield


def pilots() -> tuple[str, ...]:
    plan = demonstration()
    assert plan is not None
    return looked_at(plan)


class TestCounty:
    def test_every_grid_has_somebody_and_every_household_a_grid(self) -> None:
        assert Household.objects.count() > 100
        assert not grids_without_worker(at=NOW).exists()
        assert not households_outside_general_grids().exists()

    def test_206_lanes_have_a_chief_and_no_household(self) -> None:
        """JC-08"""
        lanes = Place.objects.filter(kind="street")
        assert lanes.count() == 206
        chiefs = Post.objects.filter(role="street_chief")
        assert set(chiefs.values_list("place", flat=True)) == set(
            lanes.values_list("pk", flat=True)
        )
        assert set(chiefs.values_list("organisation__function", flat=True)) == {"STR"}
        assert not Household.objects.filter(grid__in=lanes).exists()

    def test_each_community_has_a_legal_adviser_and_210_sit_part_time(self) -> None:
        """JC-09, JC-23"""
        advised = Post.objects.filter(role="legal_adviser").values_list("place", flat=True)
        assert len(advised) == len(set(advised)) == 43
        assert Post.objects.filter(role="part_time_member").count() == 210

    def test_refuse_in_a_lane_goes_to_the_streets_own_team(self) -> None:
        """JC-08, by Jinchang's own rule"""
        from xiangyue.blueprints.queries import current, meaning
        from xiangyue.incidents.blueprint import IncidentCategory
        from xiangyue.incidents.routing import route

        category = meaning(current("incident_category", "0401"), IncidentCategory)
        for code, function in (("620302005001", "STR"), ("620302100202", "VC")):
            target = route(category=category, place=Place.objects.get(code=code))
            assert (target.unit.function, target.is_certain) == (function, True)
        assert Organisation.objects.filter(function="STR").count() == 43

    def test_what_is_looked_at_is_the_pilot_community_that_the_document_names(self) -> None:
        place = Place.objects.get(code=pilots()[0])
        assert place.name.startswith("昌荣里")
        waiting = Incident.objects.filter(place__code__startswith=place.code)
        assert waiting.count() >= 10


class TestPilot:
    def test_three_councils_of_1_7_x_sit_and_are_whole(self) -> None:
        """JC-13, JC-14"""
        councils = list(Council.objects.filter(kind="consultation_council", state="sitting"))
        assert {council.place.code for council in councils} >= set(pilots())
        for council in councils:
            assert missing(council, at=NOW) == []

    def test_issues_come_evenly_from_three_communities_from_june_on(self) -> None:
        """JC-13, JC-16: 61 in the whole play"""
        issues = Issue.objects.filter(place__code__in=pilots(), raised_at__lt=NOW)
        by_place = Counter(issues.values_list("place__code", flat=True))
        assert set(by_place) == set(pilots())
        assert by_place[pilots()[1]] == by_place[pilots()[2]] == FEW // 3
        assert by_place[pilots()[0]] >= FEW // 3  # where the scene of issues plays as well
        first = issues.order_by("raised_at")[0].raised_at
        assert first.astimezone(NOW.tzinfo).month == 6

    def test_how_many_are_settled_is_counted_and_each_was_checked_by_another(self) -> None:
        """JC-16, SE01"""
        states = Counter(Issue.objects.values_list("state", flat=True))
        assert states[StateChoices.SETTLED] >= 4
        assert len(states) >= 4
        assert sum(states.values()) > states[StateChoices.SETTLED]
        for task in Task.objects.filter(issue__state=StateChoices.SETTLED):
            assert task.state in {"checked", "dropped"}
            assert task.checked_by_id not in {task.done_by_id, task.planned_by_id}

    @pytest.mark.parametrize("which", [0, 1, 2, None])
    def test_the_rate_that_everybody_reads_is_counted_from_the_rows(
        self, which: int | None
    ) -> None:
        """JC-16: in each pilot community, and in the whole city"""
        code = "620300000000" if which is None else pilots()[which]
        rows = Issue.objects.filter(is_shown=True).exclude(state__in=["merged", "withdrawn"])
        if which is not None:
            rows = rows.filter(place__code=code)
        states = list(rows.values_list("state", flat=True))
        share = Decimal(100 * states.count(StateChoices.SETTLED)) / len(states)
        client = Client(headers={"host": "jinchang.test"})
        page = client.get("/decisions/figures/", {"place": code})
        assert page.status_code == 200
        words = re.sub(r"<[^>]+>|\s+", " ", page.content.decode())
        assert f" {share.quantize(Decimal('0.1'), ROUND_HALF_UP)} " in words
        assert f" {len(states)} " in words

    def test_every_settled_issue_went_through_six_steps_none_skipped(self) -> None:
        """JC-15; that the last check is also the procedure's last step is somebody's next act."""
        finished = 0
        played = Issue.objects.filter(
            state=StateChoices.SETTLED, resolutions__reference_type="assemblies.sitting"
        )
        for issue in played.select_related("run").distinct():
            rows = list(StepRun.objects.filter(run=issue.run).order_by("position"))
            assert len(rows) == 6
            assert {row.state for row in rows[:-1]} == {StepState.DONE}
            assert rows[-1].state in {StepState.DONE, StepState.OPEN}
            times = [row.done_at for row in rows if row.done_at is not None]
            assert times == sorted(times)
            finished += issue.run is not None and issue.run.state == RunState.DONE
        assert finished >= 4

    def test_what_was_settled_was_settled_in_a_sitting_with_signed_minutes(self) -> None:
        held = Sitting.objects.filter(kind="council_sitting", starts_at__lt=NOW)
        assert held.filter(state="signed").count() >= 6
        for issue in Issue.objects.filter(state=StateChoices.SETTLED):
            resolution = issue.resolutions.get(outcome="accepted")
            if resolution.reference_type == "assemblies.sitting":
                assert held.filter(pk=resolution.reference_id, state="signed").exists()

    def test_the_record_and_every_invariant_hold(self) -> None:
        assert verify_county(at=NOW) == []
