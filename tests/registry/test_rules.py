"""What may be held and for how long: pure rules and declarations."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from stdnum.cn import ric

from xiangyue.registry.blueprint import ElementField, ElementKind, ImpactAssessment
from xiangyue.registry.forbidden import WORDS, forbidden_in
from xiangyue.registry.rules import (
    certificate_digest,
    due_date,
    due_fields,
    earliest_due,
    id_number,
    keep_days,
    landline_number,
    masked_address,
    masked_id_number,
    masked_name,
    masked_phone,
    needs_guardian,
)

SAID = {"zh": "名称", "en": "Name"}
OPEN = {
    "key": "called", "label": SAID, "purpose": SAID, "basis": SAID, "keep": "3y",
    "sensitivity": "open", "is_required": True,
}  # fmt: skip
PERSONAL = {**OPEN, "key": "seat", "sensitivity": "personal", "is_required": False}
SENSITIVE = {**PERSONAL, "sensitivity": "sensitive", "needs_consent": True}


def kind(**more):
    body = {
        "key": "bench", "source": "SD-25", "name": SAID, "family": "thing",
        "title_field": "called", "fields": [OPEN],
    }  # fmt: skip
    return ElementKind.model_validate({**body, **more})


def about_person(*fields, **more):
    return kind(family="circumstance", subject="person", title_field="", fields=fields, **more)


class TestCatalogue:
    @pytest.mark.parametrize("missing", ["purpose", "basis", "keep", "sensitivity", "label", "key"])
    def test_a_field_without_purpose_ground_time_or_protection_cannot_be_declared(self, missing):
        body = {name: value for name, value in OPEN.items() if name != missing}
        with pytest.raises(ValidationError, match=missing):
            ElementField.model_validate(body)

    @pytest.mark.parametrize("keep", ["", "forever", "0d", "-1y", "51y", "3 y", "1y1d", "3Y"])
    def test_a_time_that_is_none_cannot_be_declared(self, keep):
        with pytest.raises(ValidationError):
            ElementField.model_validate({**OPEN, "keep": keep})

    @pytest.mark.parametrize(
        "broken",
        [
            {"type": "choice"},
            {"choices": [{"key": "a", "label": SAID}]},
            {"type": "id_number"},
            {"sensitivity": "sensitive"},
            {"needs_consent": True},
            {"read_verb": "registry.spy"},
            {"keep": "residence"},
            {"held": "person.name"},
            {"held": "person.religion", "keep": "residence"},
            {"colour": "red"},
        ],
    )
    def test_a_field_that_contradicts_itself_cannot_be_declared(self, broken):
        with pytest.raises(ValidationError):
            ElementField.model_validate({**OPEN, **broken})

    @pytest.mark.parametrize(
        ("label", "key"),
        [
            *((label, "a") for label in (
                "宗教信仰", "指纹", "人脸照片", "政治面貌", "手机通讯录", "患何种疾病", "残疾等级",
                "是否重点人员", "特殊人群类别", "上访次数", "生育计划", "避孕措施", "拒访", "品行",
            )),
            *(("备注", key) for key in (
                "religion", "finger_print_or_fingerprint", "political_view", "health_note",
                "key_person", "petition_count", "pregnancy", "contraception", "a_disability",
            )),
        ],
    )  # fmt: skip
    def test_what_is_never_held_cannot_be_declared(self, label, key):
        named = {**OPEN, "label": {"zh": label, "en": "Note"}, "key": "called"}
        keyed = {**PERSONAL, "key": key if key != "a" else "b", "label": {"zh": label, "en": "x"}}
        with pytest.raises(ValidationError, match="never holds"):
            kind(fields=[named]) if key == "a" else kind(fields=[OPEN, keyed])

    def test_neither_as_a_choice_nor_as_a_kind(self):
        chosen = {**PERSONAL, "type": "choice",
                  "choices": [{"key": "x", "label": {"zh": "刑满释放", "en": "x"}}]}  # fmt: skip
        with pytest.raises(ValidationError, match="never holds"):
            about_person(chosen)
        with pytest.raises(ValidationError, match="never holds"):
            about_person(PERSONAL, name={"zh": "重点人员", "en": "People"})

    def test_a_matter_is_an_incident_and_not_held_twice(self):
        with pytest.raises(ValidationError, match="held once"):
            kind(family="matter")

    def test_what_is_sensitive_names_its_assessment(self):
        with pytest.raises(ValidationError, match="impact assessment"):
            about_person(SENSITIVE)
        assert about_person(SENSITIVE, impact_assessment="x").is_sensitive

    def test_what_is_held_of_people_is_never_open(self):
        with pytest.raises(ValidationError, match="personal"):
            about_person({**PERSONAL, "sensitivity": "open"})

    def test_an_assessment_is_kept_for_three_years(self):
        body = {"key": "a", "source": "GD11", "name": SAID, "document": "1号",
                "assessed_on": "2026-01-01"}  # fmt: skip
        with pytest.raises(ValidationError, match="three years"):
            ImpactAssessment.model_validate({**body, "kept_until": "2028-12-30"})
        ImpactAssessment.model_validate({**body, "kept_until": "2029-01-01"})

    @pytest.mark.parametrize(
        "weaker",
        [
            {"sensitivity": "personal", "needs_consent": True},
            {"needs_consent": True, "keep": "4y"},
            {"needs_consent": True, "read_verb": "incidents.see"},
        ],
    )
    def test_a_county_may_not_weaken_a_field(self, weaker):
        base = about_person(SENSITIVE, impact_assessment="x")
        own = about_person({**SENSITIVE, **weaker}, impact_assessment="x")
        assert own.weakens(base)
        shorter = about_person({**SENSITIVE, "keep": "1y"}, impact_assessment="x")
        assert shorter.weakens(base) is None
        assert kind(family="place").weakens(kind())


class TestForbiddenWords:
    def test_each_word_is_found_in_any_script_and_spacing(self):
        for chinese, english in WORDS.values():
            for word in chinese.split():
                assert forbidden_in([f"她{' '.join(word)}吗"])
            for stem in english.split():
                assert forbidden_in([f"Their {stem.rstrip('_').replace('_', ' ').upper()}"])

    @pytest.mark.parametrize(
        "harmless",
        ["送餐助餐", "hydrant", "beehive", "dairy", "消防栓", "birth_date", "上学路上", ""],
    )
    def test_what_is_harmless_passes(self, harmless):
        assert forbidden_in([harmless]) is None


class TestTime:
    @given(st.integers(1, 50), st.dates(date(2000, 1, 1), date(2050, 1, 1)))
    def test_what_is_kept_for_years_is_due_after_as_many_times_365_days(self, years, day):
        assert due_date(day, f"{years}y") == day + timedelta(days=365 * years)

    @given(
        st.dictionaries(
            st.sampled_from("abc"), st.dates(date(2020, 1, 1), date(2030, 1, 1)), min_size=1
        ),
        st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    )
    def test_something_is_due_exactly_when_the_earliest_day_has_come(self, entered, today):
        keeps = {"a": "30d", "b": "1y", "c": "3y"}
        earliest = earliest_due(entered, keeps)
        assert bool(due_fields(entered, keeps, today=today)) == (today >= earliest)

    def test_what_is_declared_no_more_is_due_at_once(self):
        assert due_fields({"x": date(2026, 1, 1)}, {}, today=date(2026, 1, 1)) == ["x"]

    def test_while_they_live_here_is_longer_than_any(self):
        assert keep_days("residence") > keep_days("50y")

    @pytest.mark.parametrize(
        ("born", "needs"),
        [
            (date(2012, 6, 9), True),
            (date(2012, 6, 8), False),
            (None, False),
            (date(1950, 1, 1), False),
        ],
    )
    def test_a_guardian_speaks_for_those_under_14(self, born, needs):
        assert needs_guardian(born, today=date(2026, 6, 8)) is needs


class TestNumbers:
    @given(
        st.integers(110000, 659999), st.dates(date(1920, 1, 1), date(2020, 1, 1)),
        st.integers(0, 999),
    )  # fmt: skip
    def test_a_right_identity_number_passes_and_any_other_last_character_fails(
        self, area, born, serial
    ):
        body = f"{area}{born:%Y%m%d}{serial:03}"
        right = body + ric.calc_check_digit(body + "0")
        assert id_number(f" {right[:6]} {right[6:].lower()} ") == right
        wrong = [body + last for last in "0123456789X" if body + last != right]
        assert not any(map(id_number, wrong))

    @given(st.text(max_size=80))
    def test_any_text_is_judged_without_harm(self, text):
        for judge in (id_number, landline_number):
            judge(text)

    @given(st.text(alphabet="王李张秀英小明", min_size=2, max_size=4))
    def test_a_masked_name_shows_one_character(self, name):
        masked = masked_name(name)
        assert masked.startswith(name[0])
        assert set(masked[1:]) == {"*"}

    @given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
    def test_a_masked_number_shows_five_digits(self, phone):
        assert sum(one.isdigit() for one in masked_phone(phone)) == 5

    def test_a_masked_identity_number_shows_neither_birthday_nor_serial(self):
        masked = masked_id_number("62072519900307741X")
        assert masked == "620*************1X"
        assert "1990" not in masked

    @given(st.text(min_size=2, max_size=200))
    def test_a_masked_address_is_never_the_address(self, address):
        assert address not in masked_address(address) or set(address) <= {"*"}


@given(st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=5)), max_size=5))
def test_a_certificate_has_one_digest_whatever_the_order_of_keys(items):
    turned = [dict(reversed(list(item.items()))) for item in items]
    assert certificate_digest(items) == certificate_digest(turned)
