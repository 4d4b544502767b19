"""Hostile files are refused before anything reads them; the rest is read in its own process."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from tests.registry import lists
from tests.registry.lists import resident
from xiangyue.registry.importing import faults, reading
from xiangyue.registry.importing.screening import MEGABYTE, Kind, Unfit, kind_of
from xiangyue.registry.importing.sheets import opened

ROWS = [resident("张三", 出生日期="1965-03-01"), resident("李四")]
LIST = lists.workbook(ROWS)
LIMITS = {"rows_most": 1000, "columns_most": 50}
HEAD = "姓名,网格,住址\n"


def judged(content: bytes, name: str = "名单.xlsx") -> str:
    """The kind, or the code of the refusal; each refusal has a sentence."""
    try:
        return kind_of(content, name=name).value
    except Unfit as unfit:
        return said(unfit)


def said(unfit: Unfit) -> str:
    assert faults.FILE[unfit.code] % unfit.facts
    return unfit.code


def rebuilt(
    content: bytes,
    change: Callable[[dict[str, bytes]], None],
    *,
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """The workbook with its entries changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, body in entries.items():
            archive.writestr(name, body)
    return buffer.getvalue()


def with_entry(name: str, body: bytes = b"x") -> bytes:
    return rebuilt(lists.workbook(ROWS), lambda entries: entries.update({name: body}))


def macro_typed(entries: dict[str, bytes]) -> None:
    types = "[Content_Types].xml"
    entries[types] = entries[types].replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml")


def encrypted(content: bytes) -> bytes:
    """The same with the encryption bit set in its directory."""
    changed = bytearray(content)
    at = changed.find(b"PK\x01\x02")
    changed[at + 8] |= 1
    return bytes(changed)


def lying(content: bytes) -> bytes:
    """A directory that says of an entry that it is smaller than it is."""
    changed = bytearray(content)
    at = content.find(b"PK\x01\x02")
    size = struct.unpack_from("<I", content, at + 24)[0]
    struct.pack_into("<I", changed, at + 24, size // 2)
    return bytes(changed)


def ods() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        cells = "".join(
            "<table:table-row>"
            + "".join(
                f'<table:table-cell office:value-type="string"><text:p>{text}</text:p>'
                "</table:table-cell>"
                for text in row
            )
            + "</table:table-row>"
            for row in (("姓名", "网格"), ("张三", lists.GRID))
        )
        archive.writestr(
            "content.xml",
            '<?xml version="1.0"?><office:document-content '
            'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
            'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
            f'<office:body><office:spreadsheet><table:table table:name="A">{cells}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return buffer.getvalue()


class TestScreening:
    @pytest.mark.parametrize(
        ("content", "name", "found"),
        [
            (lists.workbook(ROWS), "名单.xlsx", "xlsx"),
            (lists.csv_text(ROWS).encode(), "名单.csv", "csv"),
            (lists.csv_text(ROWS).encode("utf-16"), "名单.txt", "csv"),
            (ods(), "名单.ods", "ods"),
        ],
    )
    def test_a_list_is_what_its_name_says(self, content, name, found):
        assert judged(content, name) == found

    @pytest.mark.parametrize(
        ("content", "name", "code"),
        [
            (b"", "a.xlsx", "file_empty"),
            (b"\0" * 100, "a.csv", "file_empty"),
            (b"%PDF-1.7 ...", "a.xlsx", "file_kind"),
            (b"MZ\x90\0\x03\0", "a.csv", "file_kind"),
            (b"<html><table></table></html>", "a.xls", "web_page"),
            (HEAD.encode(), "a.xlsx", "name_differs"),
            (lists.workbook(ROWS), "a.csv", "name_differs"),
            (lists.workbook(ROWS), "a.exe", "file_kind"),
            (lists.workbook(ROWS), "a.xlsm", "macros"),
            (lists.workbook(ROWS)[:2000], "a.xlsx", "file_broken"),
            (lists.workbook(ROWS) + b"#!/bin/sh\n", "a.xlsx", "two_files"),
            (b"PK\x03\x04" + b"x" * 500 + lists.workbook(ROWS), "a.xlsx", "two_files"),
            (b"%PDF-1.7\n" + lists.workbook(ROWS), "a.xlsx", "file_kind"),
            (HEAD.encode() + lists.workbook(ROWS), "a.csv", "file_kind"),
            (encrypted(lists.workbook(ROWS)), "a.xlsx", "encrypted"),
            (with_entry("xl/vbaProject.bin"), "a.xlsx", "macros"),
            (with_entry("xl/embeddings/oleObject1.bin"), "a.xlsx", "macros"),
            (with_entry("xl/macrosheets/sheet1.xml"), "a.xlsx", "macros"),
            (rebuilt(lists.workbook(ROWS), macro_typed), "a.xlsx", "macros"),
            (rebuilt(lists.workbook(ROWS), lambda e: e.pop("xl/workbook.xml")), "a.xlsx",
             "file_kind"),
            (with_entry("xl/worksheets/sheet2.xml", b"0" * 30 * MEGABYTE), "a.xlsx", "zip_bomb"),
        ],
    )  # fmt: skip
    def test_what_is_something_else_is_refused_with_a_sentence(self, content, name, code):
        assert judged(content, name) == code

    def test_thousands_of_entries_are_no_list(self):
        def crowd(entries: dict[str, bytes]) -> None:
            entries.update({f"xl/media/{number}.png": b"" for number in range(1000)})

        assert judged(rebuilt(lists.workbook(ROWS), crowd)) == "zip_bomb"

    def test_a_name_that_stands_twice_is_refused(self):
        buffer = io.BytesIO(lists.workbook(ROWS))
        with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
        assert judged(buffer.getvalue()) == "two_files"

    def test_entries_that_share_their_bytes_are_refused(self):
        content = bytearray(lists.workbook(ROWS))
        first = content.find(b"PK\x01\x02")
        second = content.find(b"PK\x01\x02", first + 4)
        content[second + 42 : second + 46] = content[first + 42 : first + 46]
        assert judged(bytes(content)) in {"zip_bomb", "file_broken", "two_files"}

    def test_an_old_workbook_with_a_password_or_macros_is_refused(self):
        head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
        assert judged(head + "Workbook".encode("utf-16-le"), "a.xls") == "xls"
        for stream, code in (("EncryptedPackage", "encrypted"), ("_VBA_PROJECT_CUR", "macros")):
            content = head + ("Workbook" + stream).encode("utf-16-le")
            assert judged(content, "a.xls") == code
        assert judged(head, "a.xls") == "file_kind"

    @settings(max_examples=300, deadline=None)
    @given(st.binary(max_size=300), st.sampled_from(["a.xlsx", "a.xls", "a.ods", "a.csv"]))
    def test_any_bytes_are_judged(self, content, name):
        judged(content, name)
        judged(b"PK\x03\x04" + content + b"PK\x05\x06" + b"\0" * 18, name)

    @settings(max_examples=150, deadline=None)
    @given(st.data())
    def test_a_workbook_with_any_byte_changed_is_judged(self, data):
        content = bytearray(LIST)
        for _ in range(data.draw(st.integers(1, 4))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
        judged(bytes(content))


def read(tmp_path: Path, content: bytes, kind: Kind = Kind.XLSX, **limits: int) -> list[dict]:
    """The rows by their numbers' order, or the code of the refusal as the only one."""
    file = tmp_path / f"list.{kind.value}"
    file.write_bytes(content)
    try:
        with opened(file, kind, **(LIMITS | limits)) as sheet:
            return [{"row": row.number} | row.cells for row in sheet.rows]
    except Unfit as unfit:
        return [{"refused": said(unfit)}]


def refusal(rows: list[dict]) -> str:
    return rows[0].get("refused", "")


class TestReading:
    def test_rows_are_counted_as_the_spreadsheet_does(self, tmp_path):
        rows = read(tmp_path, lists.workbook(ROWS, above=3))
        assert [row["row"] for row in rows] == [5, 6]
        assert rows[0]["name"] == "张三"

    def test_columns_are_found_where_the_list_does_not_begin_at_the_edge(self, tmp_path):
        book = Workbook()
        book.active["C4"], book.active["D4"] = "姓名", "网格"
        book.active["C5"], book.active["D5"] = "张三", "一组"
        book.create_sheet("说明")["A1"] = "姓名是必填的"
        buffer = io.BytesIO()
        book.save(buffer)
        assert read(tmp_path, buffer.getvalue()) == [{"row": 5, "name": "张三", "grid": "一组"}]

    def test_a_spreadsheet_of_open_document_is_read(self, tmp_path):
        assert read(tmp_path, ods(), Kind.ODS) == [{"row": 2, "name": "张三", "grid": lists.GRID}]

    @pytest.mark.parametrize(
        "encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk", "utf-16-le-bom"]
    )
    @pytest.mark.parametrize("mark", [",", "\t", ";"])
    def test_text_is_read_in_whatever_the_office_saved_it(self, tmp_path, encoding, mark):
        text = lists.csv_text(ROWS, mark=mark)
        content = (
            b"\xff\xfe" + text.encode("utf-16-le")
            if encoding == "utf-16-le-bom"
            else text.encode(encoding)
        )
        rows = read(tmp_path, content, Kind.CSV)
        assert [row["name"] for row in rows] == ["张三", "李四"]
        assert rows[0]["birth_date"] == "1965-03-01"

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (HEAD.encode() + b"\xff\xff\xff\n", "encoding"),
            (HEAD.encode("big5"), "no_headings"),
            ('姓名,网格\n"张三,一组\n李四,一组\n'.encode(), "csv_broken"),
            (f"姓名,网格\n{'长' * 3000},一组\n".encode(), "csv_broken"),
            ("电话,网格\n1,2\n".encode(), "no_headings"),
            ("姓名,身份证号,网格\n张三,1,2\n".encode(), "id_number_column"),
            ("姓名,网格\n".encode() + "张三,一组\n".encode() * 1200, "too_many_rows"),
            (("姓名,网格" + "," * 60 + "x\n").encode(), "too_many_columns"),
        ],
    )
    def test_text_that_cannot_be_read_is_refused(self, tmp_path, content, code):
        assert refusal(read(tmp_path, content, Kind.CSV)) == code

    def test_an_entry_far_off_does_not_take_the_worker_with_it(self, tmp_path):
        """Two cells that claim a sheet of 549 GB."""
        book = load_workbook(io.BytesIO(lists.workbook(ROWS)))
        book.active["XFD1048576"] = "x"
        buffer = io.BytesIO()
        book.save(buffer)
        assert refusal(read(tmp_path, buffer.getvalue())) == "too_large"

    def test_a_directory_that_lies_is_noticed_before_the_cells_are_read(self, tmp_path):
        content = lying(lists.workbook(ROWS))
        assert judged(content) == "xlsx"
        assert refusal(read(tmp_path, content)) == "file_broken"

    def test_two_lists_in_one_workbook_are_refused(self, tmp_path):
        book = load_workbook(io.BytesIO(lists.workbook(ROWS)))
        book.copy_worksheet(book.active)
        buffer = io.BytesIO()
        book.save(buffer)
        assert refusal(read(tmp_path, buffer.getvalue())) == "several_lists"

    def test_a_hidden_sheet_is_not_read(self, tmp_path):
        book = load_workbook(io.BytesIO(lists.workbook(ROWS)))
        book.copy_worksheet(book.active).sheet_state = "hidden"
        buffer = io.BytesIO()
        book.save(buffer)
        assert len(read(tmp_path, buffer.getvalue())) == 2

    def test_headings_over_two_rows_are_explained(self, tmp_path):
        book = Workbook()
        book.active.append(["基本情况", None, "联系方式"])
        book.active.append([None, "姓名", None])
        book.active.append([None, None, "网格"])
        buffer = io.BytesIO()
        book.save(buffer)
        assert refusal(read(tmp_path, buffer.getvalue())) == "no_headings"

    @settings(max_examples=200, deadline=None)
    @given(st.binary(max_size=200))
    def test_any_bytes_are_decoded_or_refused(self, content):
        try:
            reading.decoded(content)
        except Unfit as unfit:
            said(unfit)

    def test_the_reader_is_given_no_secret(self):
        from xiangyue.registry.importing.sheets import _environment

        assert set(_environment()) == {"PYTHONPATH", "PATH", "PYTHONIOENCODING"}
