"""Liping's villages make their compacts: each at its own pace, through nine steps."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from tests import databases
from xiangyue.access.queries import standing_of
from xiangyue.ballots.models import Ballot, Roll
from xiangyue.blueprints.loading import load_county
from xiangyue.compacts.models import CorrectionOrder, Opinion, Version
from xiangyue.demo.compact_making import FINE
from xiangyue.demo.play import play
from xiangyue.demo.scenes import liping_compacts
from xiangyue.kernel.counties import bind
from xiangyue.places.models import Household, Person, Place, Post
from xiangyue.places.queries import households_outside_general_grids
from xiangyue.procedures.howfar import area_of, how_far
from xiangyue.procedures.models import Run, RunState, StepRun, StepState
from xiangyue.procedures.reading import all_procedures, missing_for, step_of, with_steps
from xiangyue.site.verifying import verify_county

NOW = datetime(2026, 11, 18, 16, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
NINE = "nine_step_compact"
EACH = 10  # a tenth of the villages is enough to see all that can become of one

pytestmark = [
    pytest.mark.django_db(databases=["default", "jinchang"]),
    pytest.mark.usefixtures("played"),
]


@pytest.fixture(scope="module")
def played(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """Liping's files in the database of the second county."""
    folder = tmp_path_factory.mktemp("var")
    with (
        override_settings(VAR=folder, MEDIA_ROOT=folder / "files"),
        databases.restored("jinchang", django_db_blocker),
        bind("jinchang"),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(liping_compacts, "EACH", EACH)
        load_county(slug="liping", at=NOW)
        play(county="jinchang", scale=0.002, days=12, at=NOW, say=lambda _text: None)
        yield


@pytest.fixture(autouse=True)
def _in_liping(played: None) -> Iterator[None]:
    with bind("jinchang"):
        yield


class TestCounty:
    def test_the_chain_of_governance_is_1_26_321(self) -> None:
        """LP-05"""
        counts = Counter(Post.objects.values_list("role", flat=True))
        chain = [counts[role] for role in ("commander", "field_officer", "main_attacker")]
        assert chain == [1, 26, 321]

    def test_every_village_has_its_four_contacts(self) -> None:
        """LP-07; the fourth keeps contact with a unit"""
        for role in ("contact_leader", "contact_cadre", "resident_team_member"):
            places = Post.objects.filter(role=role).values_list("place", flat=True)
            assert len(set(places)) == 321

    def test_every_household_is_in_a_unit_whose_head_lives_in_it(self) -> None:
        """LP-30, LP-31"""
        assert Household.objects.exists()
        assert not Household.objects.filter(unit=None).exists()
        assert not households_outside_general_grids().exists()
        heads = Post.objects.filter(role="unit_head").select_related("person__household")
        assert heads.count() > 100
        for head in heads:
            assert head.person.household is not None
            assert head.person.household.unit_id == head.place_id
        sizes = Counter(Household.objects.values_list("unit", flat=True))
        assert max(sizes.values()) <= 15

    def test_what_is_looked_at_is_a_dong_village_with_stockades(self) -> None:
        village = Place.objects.get(code="522631111200")
        stockades = Place.objects.filter(path__startswith=village.path, kind="group")
        assert stockades.count() >= 2
        assert Household.objects.filter(grid=village).count() >= 42


class TestCompacts:
    def test_villages_stand_at_many_steps_and_some_are_through(self) -> None:
        """LP-12"""
        opened = StepRun.objects.filter(state=StepState.OPEN, run__template_key=NINE)
        keys = set(opened.values_list("key", flat=True))
        assert len(keys) >= 4
        states = Counter(Version.objects.values_list("state", flat=True))
        assert states["in_force"] >= 2

    def test_every_village_that_is_played_is_through_or_waits_for_something_that_is_said(
        self,
    ) -> None:
        """LP-12; of whatever has not ended, the step that is open says what it lacks."""
        runs = Run.objects.filter(template_key=NINE)
        played = Place.objects.filter(kind="village").order_by("path")[::EACH]
        assert {place.pk for place in played} <= set(runs.values_list("place", flat=True))
        assert set(runs.values_list("state", flat=True)) == {RunState.DONE, RunState.RUNNING}
        assert runs.filter(state=RunState.DONE).count() > 0.3 * runs.count()
        for run in with_steps(runs.filter(state=RunState.RUNNING)):
            [row] = [one for one in run.steps.all() if one.state == StepState.OPEN]
            row.run = run
            lacking, elsewhere = missing_for(run, row, by=None, at=NOW)
            assert lacking or elsewhere or step_of(row).is_done_by_act, row

    def test_in_a_community_the_residents_assembly_votes(self) -> None:
        """城市居民委员会组织法 art. 15"""
        done = Run.objects.filter(template_key=NINE, state=RunState.DONE)
        rules: dict[bool, set[str]] = {True: set(), False: set()}
        for run in done.select_related("place"):
            [ballot] = Ballot.objects.filter(place=run.place, subject_id=run.subject_id)
            rules[int(run.place.code[9:12]) < 200].add(ballot.rule.key)
        assert rules == {True: {"residents_assembly"}, False: {"compact_assembly"}}

    def test_where_few_live_in_the_simulation_each_household_has_a_voice(self) -> None:
        """VCOL art. 22: two thirds of the households"""
        rolls = Roll.objects.filter(rule__key="compact_assembly")
        assert set(rolls.values_list("basis", flat=True)) == {"households", "persons"}
        for roll in rolls.filter(basis="households"):
            assert roll.entry_count < 8

    def test_what_the_law_forbids_waits_with_the_towns_reasons(self) -> None:
        """CP01"""
        kept = Version.objects.filter(clauses__text=FINE, state="draft")
        for version in kept:
            assert version.first_published_at is None
            assert version.judgements.filter(verdict="change").exclude(reasons="").exists()

    def test_no_step_was_skipped(self) -> None:
        done = StepRun.objects.filter(run__template_key=NINE, run__state=RunState.DONE)
        counts = Counter(done.filter(state=StepState.DONE).values_list("run", flat=True))
        assert counts
        assert set(counts.values()) == {9}

    def test_whatever_hangs_a_second_time_had_every_opinion_answered(self) -> None:
        """CP04"""
        assert Opinion.objects.exists()
        later = Opinion.objects.filter(version__second_published_at__isnull=False)
        assert not later.filter(answered_at=None).exists()

    def test_nothing_in_force_reads_as_unlawful_and_one_clause_is_to_be_corrected(self) -> None:
        """CP01, CP07"""
        held = Version.objects.filter(state="in_force", taken_over="")
        assert not held.filter(clauses__text__contains="每次罚款").exists()
        assert CorrectionOrder.objects.count() >= 1

    def test_the_county_sees_how_far_its_villages_are(self) -> None:
        commander = Person.objects.get(posts__role="commander")
        mine = standing_of(commander, at=NOW)
        far = how_far(
            mine, NINE, all_procedures()[NINE][1], place=area_of(mine, ""), at=NOW, language="zh"
        )
        assert far.place_count == 321
        assert len(far.parts) == 26
        assert sum(part.place_count for part in far.parts) == 321
        begun = far.running_count + far.done_count
        assert begun >= 10
        assert far.without.count() == 321 - begun

    def test_the_record_and_every_invariant_hold(self) -> None:
        assert verify_county(at=NOW) == []
