"""A draft is read for what the law forbids; the reader advises, and misses no disguise (CP01)."""

import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.compacts.blueprint import LegalityCheck
from xiangyue.compacts.legality import Check, Finding, Level, Pattern, findings

pytestmark = pytest.mark.django_db

FINE = Check(
    key="fine",
    level=Level.UNLAWFUL,
    patterns=(Pattern(near=(("罚",), ("元", "斤")), within=8), Pattern((("没收",),), 4)),
    never=("不得罚款",),
    unless=("建议",),
    softened_by=("依法",),
)


@pytest.fixture
def checks() -> list[Check]:
    """What the county declares."""
    return [meaning(row, LegalityCheck).check for row in all_current("legality_check")]


def keys(found: Sequence[Finding]) -> set[str]:
    return {finding.check for finding in found}


class TestCP01:
    @pytest.mark.parametrize(
        ("clause", "check"),
        [
            ("未经村委会批准上访的，取消粮食补偿款一至十年", "petition"),
            ("未经村委会批准上访的，取消粮食补偿款一至十年", "withholding"),
            ("环境卫生检查不合格的，罚款500元", "fine"),
            ("每调解一次纠纷，双方交调解费200元", "mediation_fee"),
            ("与人通奸的罚款1500元", "fine"),
            ("电鱼者罚款2000元", "fine"),
            ("彩礼超过20000元的，以拐卖论处", "marriage"),
        ],
    )
    def test_clauses_that_villages_really_had_are_unlawful(
        self, clause: str, check: str, checks: list[Check]
    ) -> None:
        assert check in {
            finding.check for finding in findings(clause, checks) if finding.level is Level.UNLAWFUL
        }

    @pytest.mark.parametrize(
        "clause",
        [
            "垃圾分类投放，不乱倒污水。",
            "邻里有纠纷，先请联户长劝和，再请人民调解委员会调解，调解不收取任何费用。",
            "红事白事从简，席面以红白理事会倡导的标准为宜。",
            "爱护古树、风雨桥和鼓楼，损坏的照价赔偿。",
            "田间路谁种谁管，每月十日一起清扫，自愿参加。",
            "违反本公约的，由执委会上门劝导；一年内三次不改的，不参加当年村级评优。",
            "任何人不得以本公约罚款、停水停电，不得限制村民上访、起诉。",
        ],
    )
    def test_a_lawful_clause_is_left_alone(self, clause: str, checks: list[Check]) -> None:
        assert keys(findings(clause, checks)) == set()

    @pytest.mark.parametrize(
        "disguised",
        [
            "罚 款 500 元",
            "罚\u200b款500元",
            "罰款500元",
            "罚、款、5 0 0 元",
            "罚款伍佰圆,罚500元",
            "罚*款*500*元",
            "罚款５００元",
        ],
    )
    def test_what_is_spelled_apart_is_found(self, disguised: str, checks: list[Check]) -> None:
        assert "fine" in keys(findings(f"不讲卫生的，{disguised}。", checks))


class TestReading:
    def test_words_of_two_sentences_are_not_near(self) -> None:
        assert keys(findings("罚站。交一元。", [FINE])) == set()
        assert keys(findings("罚站，交一元。", [FINE])) == {"fine"}

    def test_near_is_counted_in_letters_from_first_to_last(self) -> None:
        assert keys(findings("罚" + "一" * 6 + "元", [FINE])) == {"fine"}
        assert keys(findings("罚" + "一" * 7 + "元", [FINE])) == set()

    def test_a_later_pair_that_is_near_is_found(self) -> None:
        assert keys(findings("罚" + "一" * 9 + "罚一元", [FINE])) == {"fine"}

    def test_words_may_come_in_any_order(self) -> None:
        assert keys(findings("交五元的罚金", [FINE])) == {"fine"}

    def test_a_finding_says_where_in_the_text_as_it_was_typed(self) -> None:
        text = "一、好。\n二、不好的罚 5 元。"
        (finding,) = findings(text, [FINE])
        assert text[finding.start : finding.end] == "罚 5 元"

    def test_each_sentence_that_offends_is_told_once(self) -> None:
        assert len(findings("罚一元，再罚二元。没收。", [FINE])) == 2

    def test_a_phrase_that_forbids_fines_is_none_but_hides_none(self) -> None:
        assert keys(findings("不得罚款一元", [FINE])) == set()
        assert keys(findings("不得罚款一元，但可罚粮五斤", [FINE])) == {"fine"}

    def test_softening_makes_doubtful_and_advice_passes(self) -> None:
        (finding,) = findings("由公安机关依法罚五元", [FINE])
        assert finding.level is Level.DOUBTFUL
        assert findings("建议罚五元", [FINE]) == []

    def test_a_hostile_text_takes_no_longer_than_a_long_one(self, checks: list[Check]) -> None:
        begun = time.process_time()
        findings("罚元上访不得" * 20_000, checks)
        assert time.process_time() - begun < 10

    @given(text=st.text(alphabet="罚没收元五。\n 、不得款建议依法A1", max_size=16))
    def test_findings_lie_in_the_text_in_order(self, text: str) -> None:
        found = findings(text, [FINE])
        assert found == sorted(found)
        assert all(0 <= one.start < one.end <= len(text) for one in found)

    @given(
        before=st.text(alphabet="罚没收元五、不", max_size=10),
        after=st.text(alphabet="罚没收元五、不", max_size=10),
    )
    def test_a_sentence_is_judged_by_itself(self, before: str, after: str) -> None:
        together = findings(f"{before}。{after}", [FINE])
        assert len(together) == len(findings(before, [FINE])) + len(findings(after, [FINE]))


class TestDeclared:
    def body(self) -> dict[str, object]:
        return dict(all_current("legality_check")[0].body)

    def test_every_check_cites_a_law_and_says_what_to_write_instead(self) -> None:
        for row in all_current("legality_check"):
            check = meaning(row, LegalityCheck)
            assert check.law.zh
            assert check.instead.zh
            assert check.flagged

    def test_a_check_that_misses_its_own_example_is_refused(self) -> None:
        with pytest.raises(ValidationError, match="is not found"):
            LegalityCheck.model_validate(self.body() | {"flagged": ["大家一起扫地"]})

    def test_a_check_that_hits_what_should_pass_is_refused(self) -> None:
        body = self.body()
        with pytest.raises(ValidationError, match="should pass"):
            LegalityCheck.model_validate(body | {"passes": body["flagged"]})

    def test_a_word_in_a_form_that_is_never_read_is_refused(self) -> None:
        with pytest.raises(ValidationError, match="form in which text is read"):
            LegalityCheck.model_validate(self.body() | {"never": ["不 得"]})

    def test_a_county_may_look_for_more_never_for_less(self) -> None:
        body = self.body()
        common = LegalityCheck.model_validate(body)
        patterns = body["patterns"]
        assert isinstance(patterns, list)
        more = body | {"patterns": [*patterns, {"near": [["游村"]], "within": 4}]}
        assert LegalityCheck.model_validate(more).weakens(common) is None
        less = LegalityCheck.model_construct(**common.__dict__ | {"patterns": common.patterns[1:]})
        assert less.weakens(common)
        softer = LegalityCheck.model_construct(**common.__dict__ | {"level": "doubtful"})
        assert (softer.weakens(common) is None) == (common.level == "doubtful")
        laxer = LegalityCheck.model_construct(**common.__dict__ | {"never": ("万一",)})
        assert laxer.weakens(common)
