"""Photos for everybody: only what a person looked at, blurred for good, gone when taken down."""

import io
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from tests import people
from tests.incidents.drawings import BEITAN, exif_at, file_of
from tests.incidents.test_likenesses import scene_of
from xiangyue.access.queries import standing_of
from xiangyue.activity.models import Entry
from xiangyue.incidents.blurring import Mark, MarkWrong, blurred_copy, mark_from, marks_from
from xiangyue.incidents.models import Incident, Photo
from xiangyue.incidents.photo_models import PhotoShowing
from xiangyue.incidents.photos import add_photos, remove_orphans
from xiangyue.incidents.showing import NotPublic, show_photo, withdraw_photo
from xiangyue.kernel.refusals import NotAllowed

FACE = Mark("rectangle", 0.25, 0.25, 0.2, 0.2)


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def files(media: Path) -> list[Path]:
    return list((media / "shandan" / "shown").rglob("*.jpg"))


@pytest.fixture
def photo(scene) -> Photo:
    (row,) = add_photos(
        incident=scene.report(),
        uploads=[file_of(scene_of(1), exif=exif_at(*BEITAN))],
        stage="report",
        at=scene.at,
        actor_id=None,
    )
    return row


def signed_in(person) -> Client:
    client = Client()
    people.sign_in(client, person)
    return client


def show(scene, photo: Photo, *marks: Mark, who=None) -> PhotoShowing:
    standing = standing_of(who or scene.dispatcher, at=scene.at)
    return show_photo(photo=photo, marks=marks, standing=standing, at=scene.at)


def public_page(photo: Photo) -> str:
    return Client().get(f"/public/incidents/{photo.incident.number}/").content.decode()


@pytest.mark.django_db
def test_nothing_is_shown_before_somebody_has_decided(photo):
    assert "/uploads/" not in public_page(photo)
    assert Client().get(f"/api/v1/public/incidents/{photo.incident.number}/photos").json() == []


@pytest.mark.django_db
def test_what_was_decided_is_shown_to_everybody_as_a_copy(scene, photo):
    showing = show(scene, photo, FACE)
    address = f"/uploads/shown/{showing.pk}/full.jpg"
    assert address in public_page(photo)
    answer = Client().get(address)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content != photo.file.read()
    assert f"/uploads/photos/{photo.pk}" not in public_page(photo)
    assert Client().get(f"/uploads/photos/{photo.pk}/full.jpg").status_code == 404
    facts = Entry.objects.get(name="incidents.photo_shown").facts
    assert (facts["photo"], facts["marks"]) == (str(photo.pk), 1)


@pytest.mark.django_db
def test_the_copy_holds_neither_camera_nor_place(scene, photo):
    content = Client().get(f"/uploads/shown/{show(scene, photo).pk}/full.jpg").content
    assert not Image.open(io.BytesIO(content)).getexif()
    assert b"CAMERAMAKER" not in content


@pytest.mark.django_db
def test_taken_down_it_is_gone_at_once(scene, photo, media, django_capture_on_commit_callbacks):
    showing = show(scene, photo, FACE)
    assert len(files(media)) == 2
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_photo(
            photo=photo, standing=standing_of(scene.dispatcher, at=scene.at), at=scene.at
        )
    assert files(media) == []
    assert Client().get(f"/uploads/shown/{showing.pk}/full.jpg").status_code == 404
    assert "/uploads/" not in public_page(photo)
    assert Path(photo.file.path).exists()
    assert Entry.objects.filter(name="incidents.photo_withdrawn").count() == 1


@pytest.mark.django_db
def test_a_new_decision_replaces_the_one_before(
    scene, photo, media, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        first = show(scene, photo)
    with django_capture_on_commit_callbacks(execute=True):
        second = show(scene, photo, FACE)
    assert Client().get(f"/uploads/shown/{first.pk}/full.jpg").status_code == 404
    assert Client().get(f"/uploads/shown/{second.pk}/full.jpg").status_code == 200
    assert len(files(media)) == 2


@pytest.mark.django_db
def test_a_matter_that_is_no_longer_public_shows_no_photo(scene, photo):
    showing = show(scene, photo)
    Incident.objects.filter(pk=photo.incident_id).update(audience="private")
    assert Client().get(f"/uploads/shown/{showing.pk}/full.jpg").status_code == 404
    with pytest.raises(NotPublic):
        show(scene, photo)


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["reporter", "supervisor"])
def test_who_does_not_decide_cannot(scene, photo, who):
    person = getattr(scene, who)
    with pytest.raises(NotAllowed):
        show(scene, photo, who=person)
    with pytest.raises(NotAllowed):
        withdraw_photo(photo=photo, standing=standing_of(person, at=scene.at), at=scene.at)
    page = f"/incidents/{photo.incident.number}/photos/{photo.pk}/"
    assert signed_in(person).get(page).status_code == 404
    assert signed_in(people.dispatcher(people.OTHER_VILLAGE)).get(page).status_code == 404
    assert Client().get(page).status_code == 302


@pytest.mark.django_db
def test_a_failed_decision_leaves_no_file(scene, photo, media, monkeypatch):
    from xiangyue.incidents import showing

    def fails(*_args, **_facts) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(showing, "_record", fails)
    with pytest.raises(RuntimeError):
        show(scene, photo)
    assert files(media) == []
    assert not PhotoShowing.objects.exists()


@pytest.mark.django_db
def test_files_that_are_shown_are_no_orphans(scene, photo, media):
    import os

    show(scene, photo)
    for file in files(media):
        os.utime(file, (0, 0))
    assert remove_orphans(at=scene.at) == 0
    PhotoShowing.objects.all().delete()
    assert remove_orphans(at=scene.at) == 2


# --- the page ------------------------------------------------------------------------------------


def page_of(photo: Photo) -> str:
    return f"/incidents/{photo.incident.number}/photos/{photo.pk}/"


@pytest.mark.django_db
def test_the_desk_marks_looks_and_shows(scene, photo):
    desk = signed_in(scene.dispatcher)
    page = desk.get(page_of(photo)).content.decode()
    assert "data-marking" in page
    assert "未公开" in page
    lines = "rectangle 25 25 20 20\n椭圆，60,60，10 10"
    answer = desk.post(page_of(photo), {"marks": lines, "has_looked": "on"}, follow=True)
    assert "已公开打码件" in answer.content.decode()
    assert [mark["shape"] for mark in PhotoShowing.objects.get().marks] == ["rectangle", "ellipse"]
    assert "rectangle 25.0 25.0 20.0 20.0" in desk.get(page_of(photo)).content.decode()
    done = desk.post(f"{page_of(photo)}take-down/", follow=True)
    assert "照片已撤下" in done.content.decode()


@pytest.mark.django_db
def test_who_has_not_looked_shows_nothing(scene, photo):
    desk = signed_in(scene.dispatcher)
    answer = desk.post(page_of(photo), {"marks": "rectangle 25 25 20 20"})
    assert answer.status_code == 422
    assert "rectangle 25 25 20 20" in answer.content.decode()
    assert not PhotoShowing.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "lines",
    ["circle 1 2 3 4", "rectangle 1 2 3", "rectangle a b c d", "rectangle nan 0 1 1",
     "rectangle inf 0 1 1", "rectangle 200 200 5 5", "rectangle 0 0 0 0", "rectangle 0 0 -5 5",
     "\n".join(["rectangle 1 1 1 1"] * 41), "<script>"],
)  # fmt: skip
def test_lines_that_are_no_marks_are_refused_in_place(scene, photo, lines):
    desk = signed_in(scene.dispatcher)
    answer = desk.post(page_of(photo), {"marks": lines, "has_looked": "on"})
    assert answer.status_code == 422
    assert not PhotoShowing.objects.exists()


@pytest.mark.django_db
def test_the_api_shows_and_takes_down(scene, photo):
    desk = signed_in(scene.dispatcher)
    address = f"/api/v1/incidents/{photo.incident.number}/photos/{photo.pk}/shown"
    mark = {"shape": "ellipse", "x": 0.1, "y": 0.1, "width": 0.2, "height": 0.2}
    done = desk.put(address, {"marks": [mark]}, content_type="application/json")
    assert done.status_code == 204
    shown = Client().get(f"/api/v1/public/incidents/{photo.incident.number}/photos").json()
    assert len(shown) == 1
    wrong = desk.put(address, {"marks": [mark | {"x": 5}]}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "marks_refused")
    assert desk.delete(address).status_code == 204
    assert Client().get(shown[0]["url"]).status_code == 404


# --- what cannot be brought back -----------------------------------------------------------------


def face_in(picture: Image.Image, box: tuple[int, int, int, int], colour: str) -> Image.Image:
    copy = picture.copy()
    ImageDraw.Draw(copy).ellipse(box, fill=colour)
    return copy


def test_what_lay_under_a_mark_is_one_colour_a_cell():
    picture = scene_of(1, (1000, 800))
    copy = Image.open(io.BytesIO(blurred_copy(file_of(picture, quality=95), [FACE]).jpeg))
    part = copy.crop((260, 210, 440, 350))
    colours = part.quantize(64).getcolors()
    assert len(colours) <= 64
    # Five by five cells at most: within a cell nothing is left of what was there.
    cell = copy.crop((262, 212, 282, 222)).convert("L")
    low, high = cell.getextrema()
    assert high - low <= 12


def test_detail_of_the_same_mean_leaves_the_same_copy():
    """Whether stripes lie this way or that, nobody can tell from the copy."""
    stripes = []
    for turned in (False, True):
        picture = Image.new("RGB", (1000, 800), "grey")
        draw = ImageDraw.Draw(picture)
        for position in range(0, 200, 4):
            line = (
                (250, 200 + position, 450, 200 + position)
                if turned
                else (250 + position, 200, 250 + position, 400)
            )
            draw.line(line, fill="white", width=2)
        file = file_of(picture, "PNG")
        mark = Mark("rectangle", 0.25, 0.25, 0.2, 0.25)
        stripes.append(Image.open(io.BytesIO(blurred_copy(file, [mark]).jpeg)))
    inside = [each.crop((270, 220, 430, 380)).convert("L") for each in stripes]
    assert ImageChops.difference(*inside).getextrema()[1] <= 16


def test_what_is_not_marked_stays_as_it_was():
    picture = scene_of(1, (1000, 800))
    plain = Image.open(io.BytesIO(blurred_copy(file_of(picture), []).jpeg))
    marked = Image.open(io.BytesIO(blurred_copy(file_of(picture), [FACE]).jpeg))
    far = (600, 500, 1000, 800)
    difference = ImageChops.difference(plain.crop(far), marked.crop(far)).convert("L")
    assert difference.getextrema()[1] <= 8


parts = st.floats(-1, 2, allow_nan=False)


@given(st.sampled_from(["rectangle", "ellipse"]), parts, parts, parts, parts)
def test_a_mark_is_cut_to_the_picture_or_refused(shape, x, y, width, height):
    try:
        mark = mark_from({"shape": shape, "x": x, "y": y, "width": width, "height": height})
    except MarkWrong:
        return
    assert 0 <= mark.x < mark.x + mark.width <= 1 + 1e-9
    assert 0 <= mark.y < mark.y + mark.height <= 1 + 1e-9


@pytest.mark.parametrize(
    "entered",
    [None, 5, {}, [None], [{"shape": "rectangle"}], [{"shape": 5, "x": 1}],
     [{"shape": "rectangle", "x": True, "y": 0, "width": 1, "height": 1}],
     [{"shape": "rectangle", "x": float("nan"), "y": 0, "width": 1, "height": 1}]],
)  # fmt: skip
def test_what_is_no_list_of_marks_is_refused(entered):
    with pytest.raises(MarkWrong):
        marks_from(entered)


@pytest.mark.parametrize("size", [(1, 1), (5, 900), (3000, 20)])
def test_pictures_of_any_size_can_be_marked(size):
    whole = Mark("ellipse", 0.0, 0.0, 1.0, 1.0)
    copy = blurred_copy(file_of(Image.new("RGB", size, "teal")), [whole, FACE])
    assert max(copy.width, copy.height) <= 1280
