"""Photos and documents under notices: taken by their content, frozen and taken down with them."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import ExifTags, Image
from pypdf import PdfReader

from tests import people
from tests.publicity.conftest import Village, fresh
from xiangyue.documents.files import FileRefused
from xiangyue.kernel.refusals import Conflict, NotAllowed, NotFound
from xiangyue.publicity import invariants, services
from xiangyue.publicity.models import Attachment, Notice, NoticeDraft

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture(autouse=True)
def now(village: Village) -> None:
    village.at = timezone.now()


def photo(colour: str = "red") -> bytes:
    """A photo as a phone writes it: with where and with what it was taken."""
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = "SecretCamera"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    out = BytesIO()
    Image.new("RGB", (900, 600), colour).save(out, "JPEG", exif=exif)
    return out.getvalue()


def drafted(village: Village, *uploads: bytes, kind: str = "general", **facts) -> NoticeDraft:
    draft = services.write_draft(
        kind=kind, place=village.place, by=village.clerk, at=village.at,
        title="关于修整水渠的公示", body="见附件。", **facts,
    )  # fmt: skip
    for number, upload in enumerate(uploads or [photo(), PDF]):
        add(village, draft, upload, name=f"现场{number}.jpg")
    draft.refresh_from_db()
    return draft


def add(village: Village, draft: NoticeDraft, upload: bytes, *, name="图.jpg", by=None):
    return services.add_attachment(
        draft=draft, upload=upload, file_name=name, by=by or village.clerk, at=village.at
    )


def hung(village: Village, *uploads: bytes, **facts) -> Notice:
    draft = drafted(village, *uploads, **facts)
    return services.publish_draft(draft=draft, by=village.clerk, at=village.at)


def taken_down(village: Village, notice: Notice, *, is_erased: bool = False) -> None:
    services.take_down(
        notice=notice, by=village.clerk, reason="贴错了", at=village.at, is_erased=is_erased
    )


def files_of(media) -> list[str]:
    return sorted(path.name for path in media.rglob("*") if path.is_file())


def public(notice: Notice, row: Attachment) -> str:
    return reverse("notice-file", args=[notice.number, row.pk])


# --- while it is written ------------------------------------------------------------------------


def test_a_photo_is_drawn_anew_without_place_and_camera(village: Village, media):
    draft = drafted(village, photo())
    (row,) = draft.attachments.all()
    assert (row.content_type, row.file_name, row.is_picture) == ("image/jpeg", "现场0.jpg", True)
    for name in (row.file, row.small):
        content = default_storage.open(name).read()
        assert b"SecretCamera" not in content
        assert not dict(Image.open(BytesIO(content)).getexif())
    assert max(Image.open(default_storage.open(row.small)).size) == 480


def test_whoever_previewed_before_has_not_seen_what_is_attached_since(village: Village):
    draft = drafted(village)
    seen = draft.version
    add(village, draft, photo("blue"))
    with pytest.raises(Conflict):
        services.publish_draft(draft=draft, by=village.clerk, at=village.at, seen_version=seen)
    services.remove_attachment(
        attachment=draft.attachments.first(), by=village.clerk, at=village.at
    )
    with pytest.raises(Conflict):
        services.publish_draft(draft=draft, by=village.clerk, at=village.at, seen_version=seen + 1)


def test_the_same_file_twice_is_there_once(village: Village, media):
    draft = drafted(village, PDF)
    count, version = len(files_of(media)), draft.version
    add(village, draft, PDF, name="又一次.pdf")
    draft.refresh_from_db()
    assert (draft.attachments.count(), draft.version) == (1, version)
    assert len(files_of(media)) == count


@pytest.mark.parametrize(
    "upload",
    [
        b"",
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"MZ\x90\x00 a program",
        b"PK\x03\x04 a letter of Word",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an older letter of Word",
        b"GIF89a a moving picture",
        PDF.replace(b"/Catalog", b"/Catalog /OpenAction << /S /JavaScript /JS (x) >>"),
        PDF.replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 5 0 R"),
        PDF[:40],
        photo()[:200],
    ],
)  # fmt: skip
def test_a_hostile_or_broken_file_is_refused_and_leaves_nothing(village: Village, upload, media):
    draft = drafted(village, PDF)
    before, version = files_of(media), draft.version
    with pytest.raises(FileRefused):
        add(village, draft, upload, name="../../etc/passwd.pdf")
    draft.refresh_from_db()
    assert (files_of(media), draft.version) == (before, version)


def test_an_office_file_is_told_what_to_do(village: Village):
    with pytest.raises(FileRefused, match="PDF"):
        add(village, drafted(village), b"PK\x03\x04", name="通知.docx")


def test_an_eleventh_is_refused(village: Village):
    draft = drafted(village, *(photo(f"#0000{number:02x}") for number in range(10, 200, 19)))
    assert draft.attachments.count() == 10
    with pytest.raises(services.TooManyAttachments):
        add(village, draft, PDF)
    assert draft.attachments.count() == 10


def test_who_publishes_elsewhere_attaches_and_removes_nothing(village: Village):
    draft = drafted(village)
    with pytest.raises(NotAllowed):
        add(village, draft, photo("blue"), by=village.elsewhere)
    with pytest.raises(NotAllowed):
        services.remove_attachment(
            attachment=draft.attachments.first(), by=village.elsewhere, at=village.at
        )
    assert draft.attachments.count() == 2


def test_what_is_removed_or_thrown_away_leaves_no_file(
    village: Village, media, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        draft = drafted(village)
    assert len(files_of(media)) == 3
    with django_capture_on_commit_callbacks(execute=True):
        services.remove_attachment(
            attachment=draft.attachments.first(), by=village.clerk, at=village.at
        )
    assert len(files_of(media)) == 1
    with django_capture_on_commit_callbacks(execute=True):
        services.discard_draft(draft=draft, by=village.clerk, at=village.at)
    assert files_of(media) == []
    assert not Attachment.objects.exists()


def test_a_file_is_not_there_without_its_row(village: Village, media):
    draft = drafted(village, PDF)

    def undone() -> None:
        with transaction.atomic():
            add(village, draft, photo("blue"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        undone()
    assert len(files_of(media)) == 1


# --- once it is published -----------------------------------------------------------------------


def test_what_is_attached_is_part_of_what_was_published(village: Village):
    notice = hung(village)
    assert [row.file_name for row in notice.attachments.all()] == ["现场0.jpg", "现场1.jpg"]
    assert not NoticeDraft.objects.exists()
    assert invariants.notices_are_what_was_published() == []
    row = notice.attachments.first()
    late = Attachment(
        notice=notice, file=row.file, content_type=row.content_type, byte_count=1, digest="0" * 64,
        added_by=village.clerk, added_at=village.at,
    )  # fmt: skip
    late.save(force_insert=True)  # past every service
    assert len(invariants.notices_are_what_was_published()) == 1


def test_a_notice_without_attachments_keeps_the_digest_it_always_had(village: Village):
    notice = village.publish()
    assert invariants.notices_are_what_was_published() == []
    assert services.acting.notice_digest(notice, []) == notice.digest


@pytest.mark.parametrize("change", [
    {"file": "notices/other.pdf"}, {"file_name": "另一个.pdf"}, {"digest": "0" * 64},
    {"byte_count": 1}, {"content_type": "text/html"}, {"small": "x.jpg"}, {"file": ""},
])  # fmt: skip
def test_the_database_refuses_to_change_what_is_attached(village: Village, change):
    row = hung(village).attachments.first()
    with pytest.raises(DatabaseError), transaction.atomic():
        Attachment.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM publicity_attachment")
    other = drafted(village, PDF)
    with pytest.raises(DatabaseError), transaction.atomic():
        Attachment.objects.filter(pk=row.pk).update(draft=other, notice=None)


def test_nothing_is_taken_away_from_a_published_notice(village: Village):
    row = hung(village).attachments.first()
    with pytest.raises(NotFound):
        services.remove_attachment(attachment=row, by=village.clerk, at=village.at)


def test_a_file_that_was_exchanged_on_the_disk_is_noticed(village: Village):
    notice = hung(village, PDF)
    assert invariants.attachments_are_what_was_published() == []
    row = notice.attachments.get()
    with open(default_storage.path(row.file), "ab") as file:
        file.write(b"more")
    assert len(invariants.attachments_are_what_was_published()) == 1
    default_storage.delete(row.file)
    assert len(invariants.attachments_are_what_was_published()) == 1


def test_erasing_deletes_the_files_and_leaves_their_digests(
    village: Village, media, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        notice = hung(village)
    digests = [row.digest for row in notice.attachments.all()]
    with django_capture_on_commit_callbacks(execute=True):
        taken_down(village, notice, is_erased=True)
    rows = notice.attachments.all()
    assert [row.digest for row in rows] == digests
    assert {(row.file, row.file_name, row.small) for row in rows} == {("", "", "")}
    assert files_of(media) == []
    assert invariants.attachments_are_what_was_published() == []
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(file_name="又来了.pdf")


def test_writing_it_again_takes_copies_along(village: Village, media):
    notice = hung(village)
    draft = services.draft_again(notice=notice, by=village.clerk, at=village.at)
    assert [row.digest for row in draft.attachments.all()] == [
        row.digest for row in notice.attachments.all()
    ]
    assert not {row.file for row in draft.attachments.all()} & {
        row.file for row in notice.attachments.all()
    }
    services.discard_draft(draft=draft, by=village.clerk, at=village.at)
    assert invariants.attachments_are_what_was_published() == []


# --- what everybody sees ------------------------------------------------------------------------


def test_the_page_shows_each_with_type_and_size(client: Client, village: Village):
    notice = hung(village)
    page = client.get(reverse("notice", args=[notice.number])).content.decode()
    for row in notice.attachments.all():
        assert public(notice, row) in page
        assert row.file_name in page
    assert "照片 · " in page
    assert "PDF · " in page
    assert "2个附件" in client.get(reverse("board-of", args=[people.VILLAGE])).content.decode()


def test_a_photo_is_looked_at_and_a_document_saved_and_neither_acts(
    client: Client, village: Village
):
    notice = hung(village)
    picture, document = notice.attachments.all()
    shown = client.get(public(notice, picture))
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert client.get(public(notice, picture) + "?small=1").content != shown.content
    saved = client.get(public(notice, document))
    assert saved.content == PDF
    assert saved.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E7%8E")
    for answer in (shown, saved):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-cache, must-revalidate"
    again = client.get(public(notice, document), headers={"If-None-Match": saved.headers["ETag"]})
    assert again.status_code == 304


def test_taken_down_means_the_files_too_at_once(client: Client, village: Village):
    notice = hung(village)
    addresses = [public(notice, row) for row in notice.attachments.all()]
    api = [f"/api/v1/notices/{notice.number}/files/{row.pk}" for row in notice.attachments.all()]
    assert {client.get(one).status_code for one in addresses + api} == {200}
    taken_down(village, notice)
    assert {client.get(one).status_code for one in addresses + api} == {410}
    detail = client.get(f"/api/v1/notices/{notice.number}").json()
    assert (detail["attachments"], detail["attachment_count"]) == ([], 0)
    feed = client.get(reverse("board-atom", args=[people.VILLAGE])).content.decode()
    assert "/files/" not in feed
    board = client.get(reverse("board-of", args=[people.VILLAGE])).content.decode()
    assert "附件" not in board


def test_another_notices_file_or_a_drafts_is_found_by_nobody(client: Client, village: Village):
    notice, other, draft = hung(village), hung(village, PDF), drafted(village)
    for row in (other.attachments.first(), draft.attachments.first()):
        assert client.get(public(notice, row)).status_code == 404
        path = f"/api/v1/notices/{notice.number}/files/{row.pk}"
        assert client.get(path).status_code == 404


def test_feeds_say_where_the_files_stand_but_of_what_names_people_nothing(
    client: Client, village: Village
):
    notice = hung(village)
    atom = client.get(reverse("board-atom", args=[people.VILLAGE])).content.decode()
    rss = client.get(reverse("board-rss", args=[people.VILLAGE])).content.decode()
    first, second = notice.attachments.all()
    assert public(notice, first) in atom
    assert public(notice, second) in atom
    assert public(notice, first) in rss
    assert public(notice, second) not in rss
    assert f'length="{first.byte_count}"' in rss
    taken_down(village, notice)
    hung(village, kind="nominees")
    assert (
        "/files/" not in client.get(reverse("board-atom", args=[people.VILLAGE])).content.decode()
    )


def test_l06_files_of_what_names_people_are_stored_nowhere_and_go_with_its_time(
    client: Client, village: Village
):
    notice = hung(village, kind="nominees")
    row = notice.attachments.first()
    answer = client.get(public(notice, row))
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    later = village.at + timedelta(days=200)
    services.end_windows(at=later)
    services.clear_boards(at=later)
    assert not fresh(notice).is_readable
    assert client.get(public(notice, row)).status_code == 410
    people.sign_in(client, village.clerk)
    assert client.get(reverse("kept-notice-file", args=[row.pk])).status_code == 404


def test_the_paper_says_what_is_attached(client: Client, village: Village):
    notice = hung(village)
    pdf = client.get(reverse("poster-a4", args=[notice.number])).content
    words = "".join("".join(one.extract_text().split()) for one in PdfReader(BytesIO(pdf)).pages)
    assert "现场0.jpg" in words
    assert "附件" in words


# --- the desk -----------------------------------------------------------------------------------


def sent(client: Client, draft: NoticeDraft, *files: tuple[str, bytes]):
    uploads = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(reverse("attach-to-draft", args=[draft.pk]), {"files": uploads})


def test_the_clerk_adds_looks_removes_and_publishes(client: Client, village: Village):
    people.sign_in(client, village.clerk)
    draft = services.write_draft(
        kind="general", place=village.place, by=village.clerk, at=village.at, title="公示",
        body="见附件",
    )  # fmt: skip
    preview = reverse("preview-notice", args=[draft.pk])
    assert sent(client, draft, ("图.jpg", photo()), ("表.pdf", PDF)).status_code == 302
    page = client.get(preview).content.decode()
    assert "图.jpg" in page
    first, second = draft.attachments.all()
    for row in (first, second):
        assert client.get(reverse("kept-notice-file", args=[row.pk])).status_code == 200
    gone = client.post(reverse("detach-from-draft", args=[second.pk]))
    assert gone.headers["Location"] == preview
    draft.refresh_from_db()
    client.post(preview, {"version": draft.version})
    notice = Notice.objects.get()
    assert [row.file_name for row in notice.attachments.all()] == ["图.jpg"]
    kept = client.get(reverse("kept-notice", args=[notice.number])).content.decode()
    assert reverse("kept-notice-file", args=[first.pk]) in kept


def test_what_can_be_kept_is_and_of_the_rest_it_is_said_why(client: Client, village: Village):
    people.sign_in(client, village.clerk)
    draft = drafted(village, PDF)
    answer = sent(client, draft, ("好.jpg", photo()), ("坏<b>.docx", b"PK\x03\x04"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "坏&lt;b&gt;.docx" in page
    assert "另存为PDF" in page
    assert draft.attachments.count() == 2
    assert sent(client, draft).status_code == 422


def test_other_peoples_drafts_are_neither_seen_nor_changed(client: Client, village: Village):
    draft = drafted(village)
    row = draft.attachments.first()
    kept = reverse("kept-notice-file", args=[row.pk])
    assert client.get(kept).status_code == 302
    people.sign_in(client, village.elsewhere)
    assert client.get(kept).status_code == 404
    assert client.post(kept + "remove/").status_code == 404
    assert sent(client, draft, ("图.jpg", photo("blue"))).status_code == 404
    people.sign_in(client, village.resident)
    assert client.get(kept).status_code == 403
    assert client.post(kept + "remove/").status_code == 403
    assert draft.attachments.count() == 2


# --- the API ------------------------------------------------------------------------------------


def test_the_api_does_as_the_pages(client: Client, village: Village):
    people.sign_in(client, village.clerk)
    draft = drafted(village, PDF)
    path = f"/api/v1/notice-drafts/{draft.pk}/files"
    made = client.post(path, {"file": SimpleUploadedFile("图.jpg", photo())})
    assert made.status_code == 201
    document, picture = made.json()["attachments"]
    assert (picture["name"], picture["content_type"]) == ("图.jpg", "image/jpeg")
    refused = client.post(path, {"file": SimpleUploadedFile("表.xlsx", b"PK\x03\x04")})
    assert (refused.status_code, refused.json()["code"]) == (422, "file_refused")
    gone = client.delete(f"/api/v1/kept-notice-files/{document['id']}")
    assert [one["id"] for one in gone.json()["attachments"]] == [picture["id"]]
    assert client.get(f"/api/v1/kept-notice-files/{picture['id']}").status_code == 200
    notice = services.publish_draft(draft=draft, by=village.clerk, at=village.at)
    client.logout()
    detail = client.get(f"/api/v1/notices/{notice.number}").json()
    assert detail["attachments"] == [picture]
    answer = client.get(f"/api/v1/notices/{notice.number}/files/{picture['id']}")
    assert len(answer.content) == picture["byte_count"]
    assert client.get(f"/api/v1/kept-notice-files/{picture['id']}").status_code == 401
    listed = client.get(f"/api/v1/boards/{people.VILLAGE}/notices").json()["notices"]
    assert [one["attachment_count"] for one in listed] == [1]
