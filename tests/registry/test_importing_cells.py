"""What Excel makes of dates, numbers and names is understood, or said plainly. No database."""

from datetime import date, datetime, timedelta

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from xiangyue.registry.importing.cells import (
    CellFault,
    holds_id_number,
    plain,
    read_birth_date,
    read_code,
    read_household,
    read_name,
    read_phone,
    read_place,
)
from xiangyue.registry.importing.columns import TITLES, headings_in, letter_of
from xiangyue.registry.importing.faults import ROW
from xiangyue.registry.importing.placing import ordinal_of
from xiangyue.registry.importing.screening import Unfit

TODAY = date(2026, 6, 8)
ID = "620725196503011237"


def born(cell: object) -> object:
    """The date, or the fault's code."""
    try:
        return read_birth_date(cell, today=TODAY)  # type: ignore[arg-type]
    except CellFault as fault:
        return said(fault)


def read(reader, cell: object) -> object:
    try:
        return reader(cell)
    except CellFault as fault:
        return said(fault)


def said(fault: CellFault) -> str:
    assert ROW[fault.code] % fault.facts
    return fault.code


any_cell = st.one_of(
    st.none(), st.text(max_size=40), st.integers(), st.floats(), st.booleans(), st.dates(),
    st.datetimes(),
)  # fmt: skip


class TestAnything:
    @given(any_cell)
    def test_every_cell_is_read_or_refused_with_a_sentence(self, cell):
        for reader in (read_name, read_code, read_household, read_phone, read_place):
            found = read(reader, cell)
            assert isinstance(found, str)
        assert isinstance(born(cell), date | str | None)

    @given(st.text(max_size=60))
    def test_what_was_read_once_is_read_the_same_again(self, text):
        for reader in (read_name, read_code, read_phone, read_place):
            try:
                found = reader(text)
            except CellFault:
                continue
            assert reader(found) == found

    @given(st.text(max_size=60))
    def test_nothing_that_cannot_be_seen_is_kept(self, text):
        try:
            found = plain(text)
        except CellFault:
            return
        assert found == found.strip()
        assert all(character.isprintable() for character in found)


class TestDates:
    @given(st.dates(date(1900, 1, 1), TODAY))
    def test_every_day_is_understood_however_it_is_written(self, day):
        serial = (day - date(1899, 12, 30)).days
        ways: list[object] = [
            day,
            datetime(day.year, day.month, day.day, 12),  # noqa: DTZ001 - as Excel has it
            f"{day.year}年{day.month}月{day.day}日",
            f"{day.year}.{day.month}.{day.day}",
            f"{day:%Y-%m-%d}",
            f"{day:%Y/%m/%d}",
            f"{day:%Y%m%d}",
            int(f"{day:%Y%m%d}"),
            f"{day:%Y-%m-%d 00:00:00}",
            f"　{day:%Y-%m-%d} ",
        ]
        if serial >= 61 and not 1900 <= serial < 2100:
            ways += [serial, float(serial), str(serial)]
        assert {born(way) for way in ways} == {day}

    @given(st.dates(TODAY + timedelta(days=1), date(2999, 1, 1)))
    def test_nobody_is_born_in_the_future(self, day):
        assert born(day) == "date_out_of_range"

    @pytest.mark.parametrize(
        ("cell", "code"),
        [
            ("1965", "incomplete_date"), (1965, "incomplete_date"), (1965.3, "incomplete_date"),
            ("1965年3月", "incomplete_date"), ("1965.3", "incomplete_date"),
            ("3/1/1965", "date_order"), ("65-3-1", "date_order"), ("2023-02-29", "no_such_day"),
            ("1899-12-31", "date_out_of_range"), ("昨天", "no_date"), (True, "no_date"),
            (23743.5, "no_date"), (9e99, "no_date"), (float("nan"), "no_date"),
            ("#N/A", "excel_error"),
        ],
    )  # fmt: skip
    def test_what_is_no_day_is_said(self, cell, code):
        assert born(cell) == code

    def test_an_empty_cell_says_nothing(self):
        assert born(None) is None
        assert born(" 　\u200b") is None

    def test_a_serial_number_is_the_day_excel_means(self):
        assert born(23743.0) == date(1965, 1, 1)


class TestPhones:
    @given(st.integers(13_000_000_000, 19_999_999_999))
    def test_every_mobile_number_is_understood_however_it_is_written(self, number):
        text = str(number)
        wide = text.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
        spaced = f"{text[:3]} {text[3:7]} {text[7:]}"
        ways = [number, float(number), text, wide, f"+86 {text}", f"\u200b{text} ", spaced]
        assert {read_phone(way) for way in ways} == {text}

    @pytest.mark.parametrize(
        ("cell", "found"),
        [
            ("1.38E+10", "rounded_phone"), (1.38e10, "13800000000"), ("无", ""), ("", ""),
            ("1234567", "no_phone"), ("13800000001/13800000002", "several_phones"),
            ("=A1", "formula"), (ID, "id_number"), (True, "not_text"), ("#REF!", "excel_error"),
            (date(2024, 1, 1), "no_phone"),
        ],
    )  # fmt: skip
    def test_what_is_no_number_is_said(self, cell, found):
        assert read(read_phone, cell) == found


class TestNames:
    @pytest.mark.parametrize(
        ("cell", "name"),
        [
            ("张　三", "张三"), (" 张三\n", "张三"), ("买买提•艾力", "买买提·艾力"), ("ＡＢ", "AB"),
            ("John  Smith", "John Smith"), ("張三", "張三"), ("张\u200b三", "张三"),
            ("𠮷田", "𠮷田"),
            ("=HYPERLINK(1)", "formula"), ("@SUM(1)", "formula"), ("+1", "formula"),
            ("-", "formula"),
            ("123", "no_name"), (ID, "id_number"), ("张\ue000", "strange_character"),
            ("张\ufffd", "strange_character"), ("#N/A", "excel_error"), (True, "not_text"),
            ("长" * 61, "too_long"),
        ],
    )  # fmt: skip
    def test_a_name_is_taken_as_people_write_it(self, cell, name):
        assert read(read_name, cell) == name


class TestCodes:
    @pytest.mark.parametrize(
        ("cell", "code"),
        [
            (12.0, "12"), (12, "12"), ("0012", "0012"), ("a-1", "A-1"), ("一组3号", "一组3号"),
            (1.5, "no_code"), (date(2024, 1, 2), "code_became_date"), ("a b", "no_code"),
            ("=1", "formula"), (ID, "id_number"), ("9" * 21, "too_long"),
        ],
    )  # fmt: skip
    def test_a_village_s_own_number(self, cell, code):
        assert read(read_code, cell) == code

    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("第三网格", 3), ("3", 3), ("三组", 3), ("第十二网格", 12), ("二十一组", 21),
            ("十", 10),
            ("东沟", None), ("", None), ("第网格", None),
        ],
    )  # fmt: skip
    def test_the_number_of_a_grid(self, text, number):
        assert ordinal_of(text) == number

    def test_an_identity_number_is_seen_wherever_it_stands(self):
        assert holds_id_number(f"张三{ID}")
        assert holds_id_number("62072519650301123x")
        assert not holds_id_number("620725101201-001-0001")
        assert not holds_id_number("1" * 40)


class TestHeadings:
    @pytest.mark.parametrize(
        "cells",
        [
            ["姓名", "网格"], ["姓 名*", "所属网格（必填）"], ["Name", "Grid"],
            ["序号", "姓名：", "村（社区）"],
        ],
    )  # fmt: skip
    def test_they_are_known_by_many_names(self, cells):
        found = headings_in(cells, first_column=0)
        assert found.is_enough
        found.check()

    @pytest.mark.parametrize(
        ("cells", "code"),
        [
            (["姓名", "网格", "身份证号"], "id_number_column"),
            (["姓名", "网格", "公民身份号码"], "id_number_column"),
            (["姓名", "网格", "电话", "手机"], "column_twice"),
            (["姓名", "电话"], "no_place_column"),
        ],
    )
    def test_a_column_that_cannot_be_taken_is_named_by_its_letter(self, cells, code):
        with pytest.raises(Unfit) as refused:
            headings_in(cells, first_column=0).check()
        assert refused.value.code == code

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_those_of_the_template_are_known(self, language):
        with override(language):
            titles = {key: str(title) for key, title in TITLES.items()}
        found = headings_in(list(titles.values()), first_column=0)
        assert [heading.key for heading in found.headings] == list(titles)

    def test_what_is_unknown_is_told_and_a_running_number_is_not(self):
        found = headings_in(["序号", "姓名", "网格", "宗教信仰"], first_column=0)
        assert found.unknown == ["宗教信仰"]

    def test_letters_count_as_a_spreadsheet_does(self):
        assert [letter_of(number) for number in (0, 25, 26, 701, 702)] == [
            "A", "Z", "AA", "ZZ", "AAA",
        ]  # fmt: skip
