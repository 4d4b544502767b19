"""The editor's services: two people, no loosening, versions that survive a reload of the files."""

import shutil
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from tests import people, worlds
from tests.contracts.counties import FOLDER
from tests.procedures.conftest import Village
from xiangyue.access.rules import Standing
from xiangyue.blueprints.loading import load_county
from xiangyue.blueprints.models import Declaration
from xiangyue.blueprints.queries import current
from xiangyue.kernel.refusals import Conflict, NotAllowed
from xiangyue.procedures import services
from xiangyue.procedures.bodies import added, as_text, moved, played_anew, read_text, removed
from xiangyue.procedures.designs import changes_of, look_at
from xiangyue.procedures.models import Design
from xiangyue.procedures.services.designing import DesignFaulty, DesignUnderWay, SamePerson

pytestmark = pytest.mark.django_db
KEY = "villagers_assembly"
OPTIONAL = {
    "key": "", "name": {"zh": "鸣锣通知", "en": "Gong"}, "kind": "invite", "is_optional": True,
    "who": ["village_clerk"], "evidence": [], "guards": [],
}  # fmt: skip


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@worlds.standing
def editor(village: Village) -> Standing:
    return village.standing(people.posted("procedure_editor", at_place=people.county()))


@worlds.standing
def director(village: Village) -> Standing:
    return village.standing(people.posted("county_centre_director", at_place=people.county()))


def optional(**facts) -> dict:
    return OPTIONAL | facts


def in_force(village: Village, editor: Standing, director: Standing, body=None) -> Design:
    design = services.begin_design(procedure=KEY, actor=editor, at=village.at)
    services.save_design(
        design=design, body=body or added(design, optional(), after="call"), actor=editor,
        at=village.at,
    )  # fmt: skip
    services.submit_design(design=design, actor=editor, at=village.at, reason="村里要鸣锣")
    return services.approve_design(design=design, actor=director, at=village.at)


class TestSE01:
    def test_se01_who_wrote_it_does_not_approve_it(self, village: Village, editor, director):
        both = Standing(editor.person_id, (*editor.holdings, *director.holdings))
        design = services.begin_design(procedure=KEY, actor=editor, at=village.at)
        services.save_design(
            design=design, body=added(design, optional(), after="call"), actor=editor, at=village.at
        )
        services.submit_design(design=design, actor=editor, at=village.at, reason="要鸣锣")
        with pytest.raises(SamePerson):
            services.approve_design(design=design, actor=both, at=village.at)
        with pytest.raises(NotAllowed):
            services.approve_design(design=design, actor=editor, at=village.at)
        assert current("procedure", KEY).version == 1

    def test_se01_the_database_refuses_it_too(self, village: Village, editor, director):
        design = in_force(village, editor, director)
        with pytest.raises(IntegrityError), transaction.atomic():
            Design.objects.filter(pk=design.pk).update(decided_by=design.written_by)

    def test_who_has_no_such_post_writes_nothing(self, village: Village, editor):
        with pytest.raises(NotAllowed):
            services.begin_design(
                procedure=KEY, actor=village.standing(village.clerk), at=village.at
            )
        with pytest.raises(NotAllowed):
            services.begin_addition(
                procedure=KEY, place=people.place(), actor=village.standing(village.stranger),
                at=village.at,
            )  # fmt: skip

    def test_two_do_not_write_the_next_version_at_once(self, village: Village, editor):
        services.begin_design(procedure=KEY, actor=editor, at=village.at)
        with pytest.raises(DesignUnderWay):
            services.begin_design(procedure=KEY, actor=editor, at=village.at)

    def test_a_stale_page_changes_nothing(self, village: Village, editor):
        design = services.begin_design(procedure=KEY, actor=editor, at=village.at)
        body = added(design, optional(), after="call")
        services.save_design(design=design, body=body, actor=editor, at=village.at, seen_version=1)
        with pytest.raises(Conflict):
            services.save_design(
                design=design, body=body, actor=editor, at=village.at, seen_version=1
            )


class TestSE09:
    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (lambda d: removed(d, "publish"), "drops the mandatory step publish"),
            (lambda d: moved(d, "publish", up=True), "out of its order"),
        ],
    )
    def test_se09_a_mandatory_step_is_not_weakened(self, village: Village, editor, change, said):
        design = services.begin_design(procedure=KEY, actor=editor, at=village.at)
        design = services.save_design(
            design=design, body=change(design), actor=editor, at=village.at
        )
        services.save_design(
            design=design, body=design.body | {"scenarios": played_anew(design)}, actor=editor,
            at=village.at,
        )  # fmt: skip
        design.refresh_from_db()
        assert said in " ".join(fault.message for fault in look_at(design).faults)
        with pytest.raises(DesignFaulty):
            services.submit_design(design=design, actor=editor, at=village.at, reason="省事")

    def test_se09_not_in_two_versions_either(self, village: Village, editor, director):
        """What a desk made is measured by the files' version, not by itself."""
        in_force(village, editor, director)
        design = services.begin_design(procedure=KEY, actor=editor, at=village.at)
        design = services.save_design(
            design=design, body=removed(design, "publish"), actor=editor, at=village.at
        )
        assert look_at(design).faults

    def test_a_scenario_that_fails_keeps_it_from_being_submitted(self, village: Village, editor):
        design = services.begin_design(procedure=KEY, actor=editor, at=village.at)
        scenarios = [dict(one) for one in design.body["scenarios"]]
        scenarios[1]["refused"] = "evidence"
        design = services.save_design(
            design=design, body=design.body | {"scenarios": scenarios}, actor=editor, at=village.at
        )
        assert [bool(one.played.fault) for one in look_at(design).scenarios] == [False, True]
        with pytest.raises(DesignFaulty):
            services.submit_design(design=design, actor=editor, at=village.at, reason="试试")


class TestVersions:
    def test_a_new_version_serves_only_what_begins_later(self, village: Village, editor, director):
        before = village.begin(KEY)
        in_force(village, editor, director)
        after = village.begin(KEY, title="另一件事")
        assert before.steps.count() == 3
        assert after.steps.count() == 4
        assert list(after.steps.values_list("key", flat=True))[1] == "step_1"

    def test_it_survives_a_reload_until_the_file_says_something_new(
        self, village: Village, editor, director, tmp_path
    ):
        folder = tmp_path / "counties"
        shutil.copytree(FOLDER, folder)
        in_force(village, editor, director)
        load_county(slug="shandan", at=village.at, folder=folder)
        assert current("procedure", KEY).version == 2
        file = folder / "_common/procedures/assemblies.toml"
        file.write_text(file.read_text().replace('within = "10wd"', 'within = "8wd"'))
        load_county(slug="shandan", at=village.at + timedelta(days=1), folder=folder)
        row = current("procedure", KEY)
        assert (row.version, row.body["steps"][0]["within"]) == (3, "8wd")
        assert load_county(slug="shandan", at=village.at, folder=folder) == 0

    def test_what_only_a_desk_declared_survives_too(self, village: Village, editor, director):
        design = services.begin_new(
            key="gong", name="鸣锣喊寨", purpose="喊大家来", actor=editor, at=village.at
        )
        design = services.save_design(
            design=design,
            body=added(design, optional(is_optional=False), after="")
            | {"source": "LP-26"},
            actor=editor, at=village.at,
        )  # fmt: skip
        design = services.save_design(
            design=design, body=design.body | {"scenarios": [
                {"says": {"zh": "喊", "en": "call"}, "acts": [{"step": "step_1"}], "then": "done"}
            ]}, actor=editor, at=village.at,
        )  # fmt: skip
        services.submit_design(design=design, actor=editor, at=village.at, reason="新程序")
        services.approve_design(design=design, actor=director, at=village.at)
        load_county(slug="shandan", at=village.at)
        run = village.begin("gong")  # a new kind of procedure needed no code
        assert village.complete(run, village.clerk).state == "done"

    def test_another_version_in_between_is_noticed(self, village: Village, editor, director):
        design = services.begin_design(procedure=KEY, actor=editor, at=village.at)
        services.save_design(
            design=design, body=added(design, optional(), after="call"), actor=editor, at=village.at
        )
        services.submit_design(design=design, actor=editor, at=village.at, reason="要鸣锣")
        row = current("procedure", KEY)
        Declaration.objects.filter(pk=row.pk).update(is_current=False)
        Declaration.objects.create(
            kind="procedure", key=KEY, version=2, body=row.body, digest="other", source="x",
            effective_from_date=row.effective_from_date, loaded_at=village.at,
        )  # fmt: skip
        with pytest.raises(Conflict):
            services.approve_design(design=design, actor=director, at=village.at)


class TestLP28:
    def test_lp28_a_village_adds_optional_steps_and_only_for_itself(self, village: Village):
        clerk, secretary = village.standing(village.clerk), village.standing(village.secretary)
        design = services.begin_addition(
            procedure=KEY, place=people.place(), actor=clerk, at=village.at
        )
        design = services.save_design(
            design=design, body=added(design, optional(), after="call"), actor=clerk, at=village.at
        )
        services.submit_design(design=design, actor=clerk, at=village.at, reason="老规矩")
        services.approve_design(design=design, actor=secretary, at=village.at)
        here = village.begin(KEY)
        assert list(here.steps.values_list("key", flat=True)) == [
            "call",
            "own_1",
            "vote",
            "publish",
        ]
        there = village.begin(
            KEY, place=people.place(people.OTHER_VILLAGE), actor=village.standing(village.stranger)
        )
        assert there.steps.count() == 3
        load_county(slug="shandan", at=village.at)
        assert village.begin(KEY, title="又一件").steps.count() == 4

    def test_lp28_a_village_cannot_add_a_mandatory_step(self, village: Village):
        clerk = village.standing(village.clerk)
        design = services.begin_addition(
            procedure=KEY, place=people.place(), actor=clerk, at=village.at
        )
        design = services.save_design(
            design=design, body=added(design, optional(is_optional=False), after="call"),
            actor=clerk, at=village.at,
        )  # fmt: skip
        assert [fault.step for fault in look_at(design).faults] == ["own_1"]
        with pytest.raises(DesignFaulty):
            services.submit_design(design=design, actor=clerk, at=village.at, reason="老规矩")


def test_what_changes_is_said_step_by_step(village: Village, editor):
    design = services.begin_design(procedure=KEY, actor=editor, at=village.at)
    assert changes_of(design, look_at(design).steps) == []
    body = added(design, optional(), after="call")
    body["steps"][0] = body["steps"][0] | {"within": "5wd"}
    design = services.save_design(design=design, body=body, actor=editor, at=village.at)
    found = [(one.what, one.before, one.after) for one in changes_of(design, look_at(design).steps)]
    assert found == [("How long", "10wd", "5wd"), ("Added", "", "optional")]


def test_scenarios_come_back_from_their_text(village: Village, editor):
    design = services.begin_design(procedure=KEY, actor=editor, at=village.at)
    anew = read_text(as_text(design.body))
    design = services.save_design(
        design=design, body=design.body | {"scenarios": anew}, actor=editor, at=village.at
    )
    assert look_at(design).is_sound
    assert changes_of(design, look_at(design).steps) == []


@pytest.mark.parametrize("body", [{}, {"steps": "x"}, {"steps": [1, {"step": 2}, None]},
                                  {"steps": [{"key": []}]}, {"scenarios": {"a": 1}}])  # fmt: skip
def test_a_body_that_is_none_is_looked_at_without_falling(village: Village, editor, body):
    design = services.begin_design(procedure=KEY, actor=editor, at=village.at)
    design = services.save_design(design=design, body=body, actor=editor, at=village.at)
    assert look_at(design).faults
    changes_of(design, look_at(design).steps)
    with pytest.raises(DesignFaulty):
        services.submit_design(design=design, actor=editor, at=village.at, reason="试试")
