"""What counties declare: every scenario is played, nothing common is weakened, faults are told."""

import shutil
from pathlib import Path

import pytest
from django.utils import translation
from pydantic import ValidationError

from tests.contracts.counties import COUNTIES, FOLDER, declared, files_of
from xiangyue.blueprints.reading import DeclarationsFaulty, read_county
from xiangyue.blueprints.schema import kinds
from xiangyue.procedures.blueprint import Procedure, ProcedureAddition, Scenario, with_additions
from xiangyue.procedures.loading import faults_in
from xiangyue.procedures.scenarios import generated, play

PLAYED = [
    pytest.param(procedure, scenario, id=f"{slug}-{procedure.key}-{number}")
    for slug in COUNTIES
    for procedure in declared(slug, "procedure", Procedure).values()
    for number, scenario in enumerate(procedure.scenarios)
]


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(("procedure", "scenario"), PLAYED)
def test_a_scenario_goes_as_it_says(procedure: Procedure, scenario: Scenario):
    assert play(procedure, scenario).fault == ""


@pytest.mark.parametrize("slug", COUNTIES)
def test_every_county_has_the_democratic_procedures(slug: str):
    found = declared(slug, "procedure", Procedure)
    assert {
        "six_step_deliberation", "nine_step_compact", "four_deliberations", "democratic_hearing",
        "courtyard_consultation", "party_group_case", "nomination_review", "collective_assembly",
        "villagers_assembly", "childrens_council",
    } <= set(found)  # fmt: skip
    assert len(found["six_step_deliberation"].steps) == 6  # JC-15
    assert len(found["nine_step_compact"].steps) == 9  # LP-12
    assert faults_in(files_of(slug)) == []


def test_lp12_the_compact_is_published_twice():
    steps = declared("liping", "procedure", Procedure)["nine_step_compact"].steps
    notices = [step.publicity.notice_kind for step in steps if step.publicity]
    assert notices.count("compact_draft_first") == notices.count("compact_draft_second") == 1


def body(key: str = "villagers_assembly", **changes: object) -> dict[str, object]:
    whole = declared("shandan", "procedure", Procedure)[key]
    return whole.model_dump(mode="json") | changes


SAYS = {"zh": "甲", "en": "a"}


def guard(name: str, **told: object) -> list[dict[str, object]]:
    return [{"name": name, "told": told}]


def steps_with(**changes: object) -> list[dict[str, object]]:
    steps = body()["steps"]
    assert isinstance(steps, list)
    return [steps[0], {**steps[1], **changes}, *steps[2:]]


@pytest.mark.parametrize(
    "changes",
    [
        {"steps": steps_with(colour="red")},
        {"steps": steps_with(guards=[{"name": "no_such", "told": {}}])},
        {"steps": steps_with(guards=guard("days_since", step="call"))},
        {"steps": steps_with(guards=guard("days_since", step="call", days="x"))},
        {"steps": steps_with(guards=guard("days_since", step="call", days=-1))},
        {"steps": steps_with(guards=guard("days_since", step="publish", days=1))},
        {"steps": steps_with(guards=guard("ballot_accepted", evidence="nothing"))},
        {"steps": steps_with(guards=guard("panel", most=3))},
        {"steps": steps_with(key="call")},
        {"steps": steps_with(within="3 days")},
        {"steps": steps_with(who=[])},
        {"steps": []},
        {"scenarios": []},
        {"scenarios": [{"says": SAYS, "acts": [{"step": "none"}], "then": "done"}]},
    ],
)  # fmt: skip
def test_what_does_not_hold_together_is_refused(changes: dict[str, object]):
    Procedure.model_validate(body())
    with pytest.raises(ValidationError):
        Procedure.model_validate(body(**changes))


class TestLP28:
    """A county or village may add, and never drop or loosen a mandatory step."""

    def weakened(self, key: str, change) -> str | None:
        base = declared("shandan", "procedure", Procedure)[key]
        steps = [step.model_dump(mode="json") for step in base.steps]
        change(steps)
        mine = Procedure.model_validate(
            base.model_dump(mode="json") | {"steps": steps, "scenarios": _any(steps)}
        )
        return mine.weakens(base)

    @pytest.mark.parametrize(
        ("key", "change", "said"),
        [
            ("villagers_assembly", lambda s: s.pop(2), "drops the mandatory step publish"),
            ("villagers_assembly", lambda s: s[2].update(is_optional=True), "becomes optional"),
            ("villagers_assembly", lambda s: s.insert(0, s.pop(2)), "out of its order"),
            ("villagers_assembly", lambda s: s[1]["guards"].pop(0), "loses the guard days_since"),
            ("villagers_assembly", lambda s: s[1]["guards"][0]["told"].update(days=3),
             "loses the guard days_since"),
            ("villagers_assembly", lambda s: s[2].update(within="40d"), "may take longer"),
            ("villagers_assembly", lambda s: s[2].update(who=["grid_worker"]), "may be done by"),
            ("villagers_assembly", lambda s: s[1].update(vote={"decision_rule": "group_meeting"}),
             "voted by another rule"),
            ("nine_step_compact",
             lambda s: s[7]["vote"].update(otherwise=["residents_assembly", "group_meeting"]),
             "voted by another rule"),
            ("nomination_review", lambda s: s[2]["guards"][0].update(told={"least": 3, "women": 0}),
             "loses the guard panel"),
            ("childrens_council", lambda s: s[1]["evidence"][0].update(least=1), "less evidence"),
            ("childrens_council", lambda s: s[1]["evidence"][0].update(is_public=False), "hides"),
        ],
    )  # fmt: skip
    def test_lp28_loosening_a_mandatory_step_is_refused(self, key, change, said):
        assert said in (self.weakened(key, change) or "")

    @pytest.mark.parametrize(
        "change",
        [
            lambda s: s.insert(1, {**s[2], "key": "own", "is_optional": True, "guards": [],
                                   "evidence": [], "publicity": None}),
            lambda s: s[1]["guards"][0]["told"].update(days=15),
            lambda s: s[2].update(within="5d"),
            lambda s: s[2].update(name={"zh": "公布表决结果", "en": "Publish"}),
        ],
    )  # fmt: skip
    def test_lp28_adding_and_tightening_is_free(self, change):
        assert self.weakened("villagers_assembly", change) is None

    def test_lp28_a_county_file_that_drops_a_step_is_told_with_file_and_line(self, tmp_path: Path):
        folder = tmp_path / "counties"
        shutil.copytree(FOLDER, folder)
        source = (folder / "_common/procedures/assemblies.toml").read_text()
        start, end = (
            source.index('[[procedure.steps]]\nkey = "publish"'),
            source.index("[[procedure.scenarios]]"),
        )
        weaker = source[:start] + source[end:].replace(
            '    { step = "publish", evidence = { notice = 1 }, settled = ["notice_settled"],'
            " on_day = 18 },\n",
            "",
        )
        (folder / "liping/assemblies.toml").write_text(weaker)
        with pytest.raises(DeclarationsFaulty) as refused:
            read_county(folder, "liping", kinds())
        assert "liping/assemblies.toml:3" in str(refused.value)
        assert "drops the mandatory step publish" in str(refused.value)

    def test_lp28_what_a_village_adds_is_optional(self):
        step = {**body()["steps"][0], "key": "own_1", "guards": [], "is_optional": False}
        addition = {
            "key": "villagers_assembly.1", "source": "LP-28", "procedure": "villagers_assembly",
            "place": "1", "steps": [{"after": "call", "step": step}],
        }  # fmt: skip
        with pytest.raises(ValidationError):
            ProcedureAddition.model_validate(addition)
        step["is_optional"] = True
        found = ProcedureAddition.model_validate(addition)
        base = declared("shandan", "procedure", Procedure)["villagers_assembly"]
        assert [one.key for one in with_additions(base, found)] == [
            "call", "own_1", "vote", "publish"
        ]  # fmt: skip

    def test_lp28_an_addition_whose_neighbour_is_gone_is_not_lost(self):
        step = {**body()["steps"][0], "key": "own_1", "guards": [], "is_optional": True}
        addition = ProcedureAddition.model_validate(
            {"key": "x.1", "source": "LP-28", "procedure": "villagers_assembly", "place": "1",
             "steps": [{"after": "gone", "step": step}]}
        )  # fmt: skip
        base = declared("shandan", "procedure", Procedure)["villagers_assembly"]
        assert [one.key for one in with_additions(base, addition)][-1] == "own_1"


def _any(steps: list[dict[str, object]]) -> list[dict[str, object]]:
    return [
        {"says": {"zh": "甲", "en": "a"}, "acts": [{"step": steps[0]["key"]}],
         "then": f"open: {steps[0]['key']}", "refused": "evidence"}
    ]  # fmt: skip


@pytest.mark.parametrize("key", sorted(declared("shandan", "procedure", Procedure)))
def test_scenarios_written_from_the_steps_go_as_they_say(key: str):
    whole = declared("shandan", "procedure", Procedure)[key]
    anew = Procedure.model_validate(
        whole.model_dump(mode="json") | {"scenarios": generated(whole.steps)}
    )
    assert [play(anew, one).fault for one in anew.scenarios] == ["", ""]


def test_a_scenario_that_goes_otherwise_is_told():
    whole = declared("shandan", "procedure", Procedure)["villagers_assembly"]
    for number, wrong in (
        (0, {"then": "open: vote"}),
        (1, {"refused": None}),
        (1, {"refused": "evidence"}),
        (0, {"acts": [{"step": "vote"}], "then": "open: call"}),
    ):
        scenario = Scenario.model_validate(whole.scenarios[number].model_dump(mode="json") | wrong)
        assert play(whole, scenario).fault


def test_who_designs_reads_in_their_language_how_a_scenario_goes_wrong():
    whole = declared("shandan", "procedure", Procedure)["six_step_deliberation"]
    right = whole.scenarios[0].model_dump(mode="json")
    wrong = [
        ({"acts": right["acts"][:2]}, "走到了“议前调研”，不是“走完”。"),
        (
            {"acts": [{**right["acts"][0], "evidence": {}}]},
            "最后一步操作不能做：“居民提的议题”需要1条，现有0条。",
        ),
        ({"refused": "evidence"}, "最后一步操作没有因“evidence”被拦下。"),
    ]
    with translation.override("zh-hans"):
        for change, said in wrong:
            assert play(whole, Scenario.model_validate(right | change)).fault == said
