"""Photos of an issue: seen by whoever reads it, and by nobody before a keeper has looked."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import ExifTags, Image

from tests import people
from tests.deliberation.conftest import House, fresh
from xiangyue.activity.models import Entry
from xiangyue.deliberation import services
from xiangyue.deliberation.models import Issue
from xiangyue.deliberation.photo_models import IssuePhoto
from xiangyue.documents.files import FileRefused
from xiangyue.documents.serving import read
from xiangyue.kernel.refusals import NotAllowed, NotFound

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture(autouse=True)
def now(house: House) -> None:
    house.at = timezone.now()


def picture(colour: str = "red") -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = "SecretCamera"
    out = BytesIO()
    Image.new("RGB", (900, 600), colour).save(out, "JPEG", exif=exif)
    return out.getvalue()


def add(house: House, issue: Issue, who: int = 0, *, upload: bytes | None = None, by=None):
    return services.add_photo(
        issue=issue, upload=upload or picture(), by=by or house.residents[who], at=house.at
    )


def address(photo: IssuePhoto, name: str = "issue-photo") -> str:
    return reverse(name, args=[photo.issue.number, photo.pk])


def files_of(media) -> int:
    return sum(1 for path in media.rglob("*") if path.is_file())


def test_a_photo_is_drawn_anew_and_the_same_again_is_there_once(house: House, media):
    issue = house.raised(is_shown=False)
    photo = add(house, issue)
    assert b"SecretCamera" not in read(photo.file) + read(photo.small)
    assert add(house, issue).pk == photo.pk
    assert files_of(media) == 2


@pytest.mark.parametrize("upload", [b"", b"<svg onload='x'/>", PDF, picture()[:300], b"PK\x03\x04"])
def test_what_is_no_photo_is_refused_and_leaves_nothing(house: House, upload, media):
    issue = house.raised(is_shown=False)
    with pytest.raises(FileRefused):
        services.add_photo(issue=issue, upload=upload, by=house.residents[0], at=house.at)
    assert files_of(media) == 0


def test_an_issue_has_four_at_most(house: House):
    issue = house.raised(is_shown=False)
    for colour in ("red", "blue", "green", "black"):
        add(house, issue, upload=picture(colour))
    with pytest.raises(services.NotNow):
        add(house, issue, upload=picture("white"))


def test_se09_nobody_adds_a_photo_that_no_keeper_has_seen_to_what_everybody_reads(house: House):
    issue = house.raised()
    with pytest.raises(services.NotNow):
        add(house, issue)
    assert add(house, issue, by=house.clerk).issue_id == issue.pk
    hidden = house.raised(1, title="另一件")
    services.hide_issue(
        issue=hidden, why="写到了别人", by=house.clerk, at=house.at, seen=fresh(hidden).version
    )
    with pytest.raises(services.NotNow):
        add(house, fresh(hidden), 1)  # it could be shown again without another look


def test_a_neighbour_or_somebody_of_elsewhere_neither_adds_nor_takes_away(house: House):
    issue = house.raised(is_shown=False)
    photo = add(house, issue)
    for stranger in (house.residents[1], house.elsewhere, house.worker):
        with pytest.raises(NotAllowed):
            add(house, issue, by=stranger)
        with pytest.raises(NotAllowed):
            services.remove_photo(photo=photo, by=stranger, at=house.at)
    assert issue.photos.count() == 1


def test_a_keeper_takes_a_photo_away_and_its_file_is_gone(
    house: House, media, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        issue = house.raised(is_shown=False)
        photo = add(house, issue)
    services.show_issue(issue=issue, by=house.clerk, at=house.at)
    with pytest.raises(services.NotNow):
        services.remove_photo(photo=photo, by=house.residents[0], at=house.at)
    with django_capture_on_commit_callbacks(execute=True):
        services.remove_photo(photo=photo, by=house.clerk, at=house.at)
    assert files_of(media) == 0
    with pytest.raises(NotFound):
        services.remove_photo(photo=photo, by=house.clerk, at=house.at)


def test_the_record_names_no_resident(house: House):
    add(house, house.raised(is_shown=False))
    assert Entry.objects.get(name="deliberation.photo_added").actor_id is None


def test_whoever_reads_the_issue_sees_its_photos_and_nobody_else(client: Client, house: House):
    issue = house.raised(is_shown=False)
    photo = add(house, issue)
    api = f"/api/v1/issues/{issue.number}/photos/{photo.pk}"
    assert {client.get(one).status_code for one in (address(photo), api)} == {404}
    for stranger in (house.residents[1], house.worker):
        people.sign_in(client, stranger)
        assert client.get(address(photo)).status_code == 404
    for who in (house.residents[0], house.clerk):
        people.sign_in(client, who)
        assert client.get(address(photo)).status_code == 200
    assert address(photo) in client.get(reverse("kept-issue", args=[issue.number])).content.decode()
    client.logout()
    services.show_issue(issue=issue, by=house.clerk, at=house.at)
    assert {client.get(one).status_code for one in (address(photo), api)} == {200}
    assert client.get(address(photo) + "?small=1").content != client.get(address(photo)).content
    assert address(photo) in client.get(reverse("issue", args=[issue.number])).content.decode()
    services.hide_issue(
        issue=issue, why="拍到了人", by=house.clerk, at=house.at, seen=fresh(issue).version
    )
    assert {client.get(one).status_code for one in (address(photo), api)} == {404}


def test_a_photo_is_found_under_its_own_issue_alone(client: Client, house: House):
    mine, other = house.raised(), house.raised(1, title="另一件")
    photo = add(house, mine, by=house.clerk)
    assert client.get(reverse("issue-photo", args=[other.number, photo.pk])).status_code == 404


def test_who_raised_it_adds_and_takes_away_on_the_page(client: Client, house: House):
    issue = house.raised(is_shown=False)
    people.sign_in(client, house.residents[0])
    page = reverse("issue", args=[issue.number])
    adding = reverse("add-issue-photo", args=[issue.number])
    form = f'action="{adding}"'
    assert form in client.get(page).content.decode()
    uploads = [SimpleUploadedFile(f"{one}.jpg", picture(one)) for one in ("red", "blue")]
    assert client.post(adding, {"photos": uploads}).headers["Location"] == page
    assert issue.photos.count() == 2
    refused = client.post(adding, {"photos": [SimpleUploadedFile("坏<b>.jpg", b"nothing")]})
    assert refused.status_code == 422
    assert "坏&lt;b&gt;.jpg" in refused.content.decode()
    assert client.post(adding).status_code == 422
    photo = issue.photos.first()
    assert client.post(address(photo, "remove-issue-photo")).headers["Location"] == page
    assert issue.photos.count() == 1
    services.show_issue(issue=issue, by=house.clerk, at=house.at)
    assert form not in client.get(page).content.decode()
    people.sign_in(client, house.residents[1])
    fresh_one = SimpleUploadedFile("a.jpg", picture("green"))
    assert client.post(adding, {"photos": [fresh_one]}).status_code == 403
    assert client.post(adding).status_code == 403


def test_the_api_does_as_the_pages(client: Client, house: House):
    issue = house.raised(is_shown=False)
    path = f"/api/v1/issues/{issue.number}/photos"
    file = SimpleUploadedFile("a.jpg", picture())
    assert client.post(path, {"file": file}).status_code == 401
    people.sign_in(client, house.residents[1])
    assert client.post(path, {"file": SimpleUploadedFile("a.jpg", picture())}).status_code == 404
    shown = house.raised(1, title="另一件")
    other = f"/api/v1/issues/{shown.number}/photos"
    people.sign_in(client, house.residents[2])
    assert client.post(other, {"file": SimpleUploadedFile("a.jpg", b"x")}).status_code == 403
    people.sign_in(client, house.residents[0])
    made = client.post(path, {"file": SimpleUploadedFile("a.jpg", picture())})
    assert made.status_code == 201
    detail = client.get(f"/api/v1/issues/{issue.number}").json()
    assert detail["photos"] == [made.json()]
    refused = client.post(path, {"file": SimpleUploadedFile("a.jpg", b"x")})
    assert (refused.status_code, refused.json()["code"]) == (422, "file_refused")
    assert client.delete(f"{path}/{made.json()['id']}").status_code == 204
    assert client.get(f"/api/v1/issues/{issue.number}").json()["photos"] == []
