"""What people attach: told by its content, as small as a list shows it, read from where it lies."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from xiangyue.documents import files, serving
from xiangyue.documents.keeping import KeptFiles
from xiangyue.kernel.refusals import NotFound

AT = datetime(2026, 11, 22, tzinfo=UTC)
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def picture(**size: int) -> bytes:
    out = BytesIO()
    Image.new("RGB", (size.get("width", 900), size.get("height", 600)), "red").save(out, "PNG")
    return out.getvalue()


def test_what_is_too_heavy_is_refused_before_it_is_read():
    class Heavy(SimpleUploadedFile):
        def read(self, *args):
            raise AssertionError("read")

    heavy = Heavy("a.pdf", PDF)
    heavy.size = files.MOST_BYTES + 1
    with pytest.raises(files.FileRefused, match="15 MB"):
        files.uploaded(heavy)


@pytest.mark.parametrize("name", ["通知.docx", "表.xlsx", "老.doc", "a.rtf"])
@pytest.mark.parametrize("start", files.OFFICE)
def test_an_office_file_is_told_to_come_as_pdf_whatever_its_name(name: str, start: bytes):
    with pytest.raises(files.FileRefused, match="PDF"):
        files.prepare_file(start + b"the rest", name=name)


def test_a_paper_that_was_cut_off_or_is_locked_is_refused():
    with pytest.raises(files.FileRefused, match=r"cut off|没有传完整"):
        files.prepare_file(PDF.replace(b"%%EOF", b""), name="a.pdf")
    with pytest.raises(files.FileRefused, match=r"password|密码|锁"):
        files.prepare_file(PDF.replace(b"/Root", b"/Encrypt 5 0 R /Root"), name="a.pdf")


def test_a_picture_of_more_pixels_than_are_unpacked_is_refused_before_it_is(monkeypatch):
    monkeypatch.setattr(files, "MOST_PIXELS", 900 * 600 - 1)
    with pytest.raises(files.FileRefused, match=r"too large|太大"):
        files.prepare_file(picture(), name="a.png")


def test_a_picture_comes_upright_and_without_where_it_was_taken():
    turned = Image.new("RGB", (40, 20), "red")
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "a camera's name"
    out = BytesIO()
    turned.save(out, "JPEG", exif=exif)
    prepared = files.prepare_file(out.getvalue(), name="a.jpg")
    shown = Image.open(BytesIO(prepared.content))
    assert shown.size == (20, 40)
    assert not shown.getexif()
    assert b"camera" not in prepared.content


def test_a_small_picture_is_small_and_of_a_document_there_is_none():
    prepared = files.prepare_file(picture(width=2_000, height=1_000), name="a.png")
    assert Image.open(BytesIO(files.small(prepared))).size == (480, 240)
    assert files.small(files.prepare_file(PDF, name="a.pdf")) == b""


def test_a_photo_is_kept_with_its_small_one_and_a_document_without():
    photo, as_listed = files.prepare_photo(picture(), name="a.png", otherwise="no photo")
    kept = KeptFiles()
    columns = files.kept_with_small(photo, as_listed, folder="x", key="k", at=AT, files=kept)
    assert columns["small"] == "x/2026/11/k-small.jpg"
    assert serving.read(columns["small"]) == as_listed == files.small(photo)
    assert serving.read(columns["file"]) == photo.content
    with pytest.raises(files.FileRefused, match="no photo"):
        files.prepare_photo(PDF, name="a.pdf", otherwise="no photo")
    document = files.prepare_file(PDF, name="a.pdf")
    columns = files.kept_with_small(document, b"", folder="x", key="d", at=AT, files=kept)
    assert columns["small"] == ""
    kept.keep()


@pytest.mark.django_db
def test_a_file_lies_under_its_rows_key_and_goes_when_its_row_does_not_come(media):
    kept = KeptFiles()
    prepared = files.prepare_file(PDF, name="../../etc/passwd")
    columns = files.kept(prepared, folder="notices", key="abc", at=AT, files=kept)
    assert columns["file"] == "notices/2026/11/abc.pdf"
    assert (columns["file_name"], columns["byte_count"]) == ("passwd", len(PDF))
    assert serving.read(columns["file"]) == PDF
    kept.remove()
    with pytest.raises(NotFound):
        serving.read(columns["file"])
    with pytest.raises(NotFound):
        serving.read("")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("upload", "how"), [(PDF, "attachment"), (picture(), "inline")], ids=["document", "picture"]
)
def test_a_document_is_saved_and_a_picture_looked_at_and_neither_acts(upload, how):
    prepared = files.prepare_file(upload, name='名"\r\nX-Evil: 1.pdf')
    kept = KeptFiles()
    columns = files.kept(prepared, folder="x", key="k", at=AT, files=kept)
    answer = serving.handed_out(
        file=columns["file"], content_type=columns["content_type"], file_name=columns["file_name"]
    )
    assert answer.headers["Content-Disposition"].startswith(f"{how}; filename*=UTF-8''%E5%90%8D%22")
    assert "X-Evil" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex, noarchive"
