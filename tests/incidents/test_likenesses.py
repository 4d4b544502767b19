"""Photos that look like earlier ones: found by machine, judged by nobody but a person."""

import random
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageEnhance

from tests import people
from tests.incidents.drawings import drawn, file_of
from xiangyue.access.queries import standing_of
from xiangyue.activity.models import Entry
from xiangyue.incidents.likenesses import WordMissing, dismiss_likeness, likenesses_of
from xiangyue.incidents.models import Incident, Photo
from xiangyue.incidents.photo_models import PhotoLikeness, PhotoPrint
from xiangyue.incidents.photos import add_photos
from xiangyue.incidents.prints import (
    FARTHEST,
    bands_of,
    distance,
    near_bands,
    prints_of,
    signed,
    unsigned,
)
from xiangyue.kernel.refusals import NotAllowed


def scene_of(seed: int, size: tuple[int, int] = (800, 600)) -> Image.Image:
    """A picture with light and dark in it, as of a street; another seed is another place."""
    dice = random.Random(seed)
    picture = Image.new("RGB", size)
    for cells, weight in ((5, 1.0), (11, 0.3), (29, 0.15)):
        noise = bytes(dice.randrange(256) for _cell in range(cells * cells * 3))
        layer = Image.frombytes("RGB", (cells, cells), noise).resize(size, Image.Resampling.BICUBIC)
        picture = layer if weight == 1.0 else Image.blend(picture, layer, weight)
    draw = ImageDraw.Draw(picture)
    for _thing in range(12):
        x, y, side = dice.randrange(size[0]), dice.randrange(size[1]), dice.randrange(20, 160)
        colour = tuple(dice.randrange(256) for _band in range(3))
        draw.rectangle((x, y, x + side, y + side // 2), fill=colour)
    return picture


def trimmed(picture: Image.Image, part: float) -> Image.Image:
    dx, dy = round(picture.width * part), round(picture.height * part)
    return picture.crop((dx, dy, picture.width - dx, picture.height - dy))


CHANGES: dict[str, Callable[[Image.Image], bytes]] = {
    "sent again": file_of,
    "worse quality": lambda picture: file_of(picture, quality=30),
    "another format": lambda picture: file_of(picture, "PNG"),
    "half the size": lambda picture: file_of(picture.resize((400, 300))),
    "lighter": lambda picture: file_of(ImageEnhance.Brightness(picture).enhance(1.3)),
    "darker": lambda picture: file_of(ImageEnhance.Brightness(picture).enhance(0.7)),
    "more contrast": lambda picture: file_of(ImageEnhance.Contrast(picture).enhance(1.4)),
    "edges trimmed a little": lambda picture: file_of(trimmed(picture, 0.02)),
    "edges trimmed": lambda picture: file_of(trimmed(picture, 0.05)),
}


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def add(scene):
    def add(incident: Incident, upload: bytes, stage: str = "report") -> Photo:
        (photo,) = add_photos(
            incident=incident, uploads=[upload], stage=stage, at=scene.at, actor_id=None
        )
        return photo

    return add


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_same_picture_in_another_matter_is_found(scene, add, change, seed):
    picture = scene_of(seed)
    first = add(scene.report(), file_of(picture))
    second = add(scene.report(), CHANGES[change](picture))
    row = PhotoLikeness.objects.get()
    assert (row.photo, row.earlier) == (second, first)
    assert row.bit_count <= FARTHEST


@pytest.mark.django_db
def test_other_pictures_are_not_taken_for_it(scene, add):
    for seed in range(8):
        add(scene.report(), file_of(scene_of(seed)))
    assert not PhotoLikeness.objects.exists()


@pytest.mark.django_db
def test_pictures_with_little_in_them_say_nothing(scene, add):
    for shade in (3, 250):
        add(scene.report(), file_of(Image.new("RGB", (640, 480), (shade, shade, shade))))
    assert not PhotoPrint.objects.exists()
    assert not PhotoLikeness.objects.exists()


@pytest.mark.django_db
def test_the_very_same_bytes_are_found_even_with_little_in_them(scene, add):
    for _matter in range(2):
        add(scene.report(), file_of(drawn()))
    assert PhotoLikeness.objects.get().bit_count == 0


@pytest.mark.django_db
def test_what_was_handled_should_not_look_as_it_did_when_reported(scene, add):
    incident = scene.report()
    first = add(incident, file_of(scene_of(1)))
    second = add(incident, CHANGES["worse quality"](scene_of(1)), stage="handling")
    row = PhotoLikeness.objects.get()
    assert (row.photo, row.earlier) == (second, first)


@pytest.mark.django_db
def test_two_alike_with_one_report_are_no_likeness(scene, add):
    incident = scene.report()
    add(incident, file_of(scene_of(1)))
    add(incident, CHANGES["worse quality"](scene_of(1)))
    assert not PhotoLikeness.objects.exists()


@pytest.mark.django_db
def test_a_picture_that_was_used_often_is_flagged_a_few_times(scene, add):
    for quality in range(40, 50):
        add(scene.report(), file_of(scene_of(1), quality=quality))
    last = Photo.objects.order_by("-pk").first()
    assert last.likenesses.count() == 5


@pytest.mark.django_db
def test_finding_asks_as_many_questions_with_many_photos_as_with_one(scene, add):
    def asked(seed: int) -> int:
        incident = scene.report()
        with CaptureQueriesContext(connection) as captured:
            add(incident, file_of(scene_of(seed)))
        return len(captured)

    before = asked(1)
    dice = random.Random(7)
    photo = Photo.objects.get()
    PhotoPrint.objects.bulk_create(
        PhotoPrint(
            photo=photo, bits=signed(bits),
            **{f"band_{n}": band for n, band in enumerate(bands_of(bits), start=1)},
        )
        for bits in (dice.getrandbits(64) for _print in range(2000))
    )  # fmt: skip
    assert asked(2) == before


# --- who is shown it -----------------------------------------------------------------------------


@pytest.fixture
def alike(scene, add):
    earlier = scene.report()
    add(earlier, file_of(scene_of(1)))
    later = scene.report()
    add(later, file_of(scene_of(1), quality=60))
    return earlier, later


def seen_by(incident: Incident, person) -> list[str]:
    standing = standing_of(person, at=people.MONDAY)
    return [each.other.number for each in likenesses_of(incident, standing)]


@pytest.mark.django_db
def test_it_is_shown_to_whoever_verifies_and_to_nobody_else(scene, alike):
    earlier, later = alike
    assert seen_by(later, scene.dispatcher) == [earlier.number]
    assert seen_by(earlier, scene.dispatcher) == []
    for other in (scene.clerk, scene.reporter, scene.supervisor):
        assert seen_by(later, other) == []


@pytest.mark.django_db
def test_it_is_not_shown_to_who_may_not_see_the_other_matter(scene, alike):
    earlier, later = alike
    Incident.objects.filter(pk=earlier.pk).update(audience="confidential")
    assert seen_by(later, scene.dispatcher) == []


@pytest.mark.django_db
def test_a_matter_of_another_town_stays_unknown(scene, add, alike):
    elsewhere = scene.report(place=people.place(people.OTHER_VILLAGE))
    add(elsewhere, file_of(scene_of(1), quality=70))
    stranger = people.dispatcher(people.OTHER_VILLAGE)
    assert PhotoLikeness.objects.filter(photo__incident=elsewhere).count() == 2
    assert seen_by(elsewhere, stranger) == []


@pytest.mark.django_db
def test_it_changes_nothing_about_the_matter(scene, alike):
    _earlier, later = alike
    before = Incident.objects.filter(pk=later.pk).values().get()
    assert before["state"] == "reported" or before["state"] == "dispatched"
    assert not Entry.objects.filter(name__contains="likeness").exists()


@pytest.mark.django_db
def test_it_is_put_aside_with_a_word(scene, alike):
    _earlier, later = alike
    row = PhotoLikeness.objects.get()
    standing = standing_of(scene.dispatcher, at=people.MONDAY)
    with pytest.raises(WordMissing):
        dismiss_likeness(likeness=row, standing=standing, note="  ", at=scene.at)
    dismiss_likeness(likeness=row, standing=standing, note="同一个路口", at=scene.at)
    dismiss_likeness(likeness=row, standing=standing, note="再来一次", at=scene.at)
    row.refresh_from_db()
    assert (row.note, row.dismissed_by) == ("同一个路口", scene.dispatcher)
    assert seen_by(later, scene.dispatcher) == []
    facts = Entry.objects.get(name="incidents.likeness_dismissed").facts
    assert "同一个路口" not in str(facts)


@pytest.mark.django_db
def test_who_handles_cannot_put_it_aside(scene, alike):
    with pytest.raises(NotAllowed):
        dismiss_likeness(
            likeness=PhotoLikeness.objects.get(),
            standing=standing_of(scene.clerk, at=people.MONDAY),
            note="没事",
            at=scene.at,
        )


@pytest.mark.django_db
def test_the_page_shows_both_pictures_and_puts_them_aside(scene, alike):
    earlier, later = alike
    desk, handler = Client(), Client()
    people.sign_in(desk, scene.dispatcher)
    people.sign_in(handler, scene.clerk)
    page = desk.get(f"/incidents/{later.number}/").content.decode()
    assert "请看一看" in page
    assert earlier.number in page
    assert "请看一看" not in handler.get(f"/incidents/{later.number}/").content.decode()
    row = PhotoLikeness.objects.get()
    address = f"/likenesses/{row.pk}/dismiss/"
    assert handler.post(address, {"note": "没事"}).status_code == 403
    assert desk.post(address, {"note": ""}).status_code == 422
    desk.post(address, {"note": "同一个路口"})
    assert "请看一看" not in desk.get(f"/incidents/{later.number}/").content.decode()
    assert desk.get(f"/api/v1/incidents/{later.number}/likenesses").json() == []


# --- the prints ----------------------------------------------------------------------------------

prints = st.integers(0, 2**64 - 1)


@given(prints, st.sets(st.integers(0, 63), max_size=FARTHEST))
def test_nothing_within_reach_is_missed_by_the_bands(bits, flipped):
    other = bits
    for position in flipped:
        other ^= 1 << position
    assert distance(bits, other) == len(flipped)
    agrees = [band in near for band, near in zip(bands_of(other), near_bands(bits), strict=True)]
    assert any(agrees)


@given(prints)
def test_a_print_survives_the_databases_sign(bits):
    assert unsigned(signed(bits)) == bits
    assert -(2**63) <= signed(bits) < 2**63
    assert sum(band << (48 - 16 * n) for n, band in enumerate(bands_of(bits))) == bits


def test_prints_know_nothing_of_a_plain_picture():
    assert prints_of(Image.new("RGB", (640, 480), "white")) == ()
    assert len(prints_of(scene_of(1))) == 2
