"""A PDF that would act, or is something else besides, is not taken, however it hides that."""

import zipfile
import zlib
from io import BytesIO
from random import Random

import pytest

from tests.documents.test_printing import FACTS
from xiangyue.documents import active, files
from xiangyue.documents.printing import printed

HEAD = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog "
TAIL = b" >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def pdf(inside: bytes) -> bytes:
    return HEAD + inside + TAIL


def table(content: bytes, *, said: bytes = b"/Type /ObjStm /Filter /FlateDecode") -> bytes:
    packed = zlib.compress(content)
    return b"%%PDF-1.7\n4 0 obj\n<< %s /Length %d >>\nstream\n%s\nendstream\nendobj\n%%%%EOF\n" % (
        said, len(packed), packed,
    )  # fmt: skip


def refused(content: bytes) -> None:
    with pytest.raises(files.FileRefused, match=r"program|程序"):
        files.prepare_file(content, name="a.pdf")


def taken(content: bytes) -> None:
    assert files.prepare_file(content, name="a.pdf").content == content


@pytest.mark.parametrize("end", [b" ", b"\n", b"\0", b"\f", b"(", b"<", b">", b"[", b"]", b"%x\n",
                                 b"{", b"/"])  # fmt: skip
@pytest.mark.parametrize("name", active.ACTIVE)
def test_whatever_ends_the_name_it_is_seen(name, end):
    refused(pdf(b"/OpenAction << /S /Any" + name + end + b"x"))


def test_a_program_to_start_is_seen_where_its_name_ends_the_dictionary():
    refused(pdf(b"/OpenAction<</F(cmd.exe)/S/Launch>>"))


def test_a_script_is_seen_behind_a_remark():
    refused(pdf(b"/OpenAction<</JS%\n(app.alert(1))/S/JavaScript%\n>>"))


@pytest.mark.parametrize("name", [b"/J#53 ", b"/#4a#53 ", b"/Laun#63h>"])
def test_a_name_written_with_escapes_is_seen(name):
    refused(pdf(name))
    refused(table(b"<< " + name + b" >>"))


@pytest.mark.parametrize("inside", [b"/JSONish (a)", b"/Launcher 1", b"(a JS b) Tj", b"/XFAct 1"])
def test_what_only_begins_so_is_harmless(inside):
    taken(pdf(inside))
    taken(table(inside))


@pytest.mark.parametrize(
    "said",
    [
        b"/Type /ObjStm /Filter /FlateDecode",
        b"/Type/ObjStm/Filter[/FlateDecode]",
        b"/Type /Obj#53tm /Filter /FlateDecode",
        b"/Type /ObjStm %stream\n /Filter /FlateDecode",
        b"/Type /ObjStm " + b" " * 5_000 + b"/Filter /FlateDecode",
    ],
)
def test_a_script_in_a_packed_table_is_seen(said):
    script = b"5 0 6 40 << /S /JavaScript /JS (app.alert(1)) >>"
    refused(table(script, said=said))
    taken(table(b"5 0 6 40 << /S /GoTo /D (page) >>", said=said))


def test_a_script_far_down_in_a_large_table_is_seen():
    noise = Random(7).randbytes(3 * active.PIECE).replace(b"/", b" ")
    refused(table(noise + b"<< /S /JavaScript >>"))
    taken(table(noise + b"<< /S /GoTo >>"))


def test_a_script_in_the_second_table_is_seen():
    refused(table(b"<< /A 1 >>") + table(b"<< /JS (x) >>"))


def test_what_is_drawn_on_a_page_is_not_mistaken_for_a_script():
    taken(table(b"BT (see /JS here) Tj ET", said=b"/Filter /FlateDecode"))


@pytest.mark.parametrize("oddly", [b"/LZWDecode", b"/ASCIIHexDecode", b"/Crypt", b"/Predictor 12"])
def test_a_table_packed_as_no_office_program_does_is_refused(oddly):
    refused(table(b"<< /A 1 >>", said=b"/Type /ObjStm /Filter [" + oddly + b" /FlateDecode]"))


def test_a_table_that_unpacks_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(active, "UNPACKED_MOST", 1_000_000)
    refused(table(b"<< >> " * 200_000))
    refused(table(b"<< >> " * 90_000) + table(b"<< >> " * 90_000))
    taken(table(b"<< >> " * 90_000))


def test_more_tables_than_any_paper_has_are_refused(monkeypatch):
    monkeypatch.setattr(active, "TABLES_MOST", 3)
    taken(table(b"<< >>") * 3)
    refused(table(b"<< >>") * 4)


def test_a_paper_that_is_an_archive_too_is_refused():
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as book:
        book.writestr("a.txt", "x")
        book.comment = b"%%EOF"
    refused(pdf(b"") + archive.getvalue())


def test_a_paper_of_our_own_is_taken():
    taken(printed("documents/specimen.typ", FACTS | {"text": "/JS /Launch"}))
