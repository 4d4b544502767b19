"""Pictures as phones and mischief send them: drawn anew, or refused in words."""

import os
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from tests import people
from tests.incidents.drawings import (
    BEITAN,
    drawn,
    exif_at,
    file_of,
    opened,
    photo,
    png_claiming,
)
from xiangyue.incidents import pictures
from xiangyue.incidents.pictures import (
    LONGEST_SIDE,
    MOST_BYTES,
    THUMBNAIL_SIDE,
    PhotoRefused,
    prepare_photo,
)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


class TestPreparing:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_each_common_kind_becomes_a_jpeg_with_a_thumbnail(self, kind):
        prepared = prepare_photo(file_of(drawn(), kind))
        assert (opened(prepared.jpeg).format, opened(prepared.jpeg).size) == ("JPEG", (640, 480))
        assert (prepared.width, prepared.height) == (640, 480)
        assert opened(prepared.thumbnail).size == (THUMBNAIL_SIDE, 240)

    def test_nothing_the_camera_wrote_is_kept(self):
        sent = file_of(
            drawn(), exif=exif_at(*BEITAN), comment=b"SECRETCOMMENT", icc_profile=b"SECRETPROFILE"
        )
        assert b"CAMERAMAKER" in sent
        prepared = prepare_photo(sent)
        for kept in (prepared.jpeg, prepared.thumbnail):
            for secret in (b"CAMERAMAKER", b"SECRET", b"Exif", b"2026:06:08"):
                assert secret not in kept
            assert not opened(kept).getexif()
            assert not {"comment", "icc_profile", "exif"} & set(opened(kept).info)

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_place_and_time_are_taken_before_they_are_stripped(self, kind):
        prepared = prepare_photo(file_of(drawn(), kind, exif=exif_at(*BEITAN)))
        assert prepared.position == (Decimal("38.78410"), Decimal("101.08830"))
        assert prepared.taken_at == datetime(2026, 6, 8, 8, 30, tzinfo=people.SHANGHAI)

    def test_south_and_west_are_negative(self):
        prepared = prepare_photo(file_of(drawn(), exif=exif_at(-33.5, -70.25)))
        assert prepared.position == (Decimal("-33.50000"), Decimal("-70.25000"))

    def test_a_camera_that_says_its_time_zone_is_believed(self):
        exif = exif_at(*BEITAN)
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.OffsetTimeOriginal] = "+09:00"
        taken_at = prepare_photo(file_of(drawn(), exif=exif)).taken_at
        assert taken_at == datetime(2026, 6, 7, 23, 30, tzinfo=UTC)

    def test_zeros_for_no_fix_are_no_position(self):
        assert prepare_photo(file_of(drawn(), exif=exif_at(0, 0))).position is None

    @pytest.mark.parametrize(
        "latitude", [(91.0, 0.0, 0.0), (float("nan"),) * 3, (1.0,), ("a", "b", "c"), 38.5, None]
    )
    def test_an_impossible_position_is_no_position(self, latitude):
        exif = {
            ExifTags.IFD.GPSInfo: {
                ExifTags.GPS.GPSLatitudeRef: "N",
                ExifTags.GPS.GPSLatitude: latitude,
                ExifTags.GPS.GPSLongitudeRef: "E",
                ExifTags.GPS.GPSLongitude: (101.0, 0.0, 0.0),
            }
        }
        assert pictures._position(exif) is None

    @pytest.mark.parametrize(
        ("orientation", "corner"),
        [(1, "top left"), (3, "bottom right"), (6, "top right"), (8, "bottom left")],
    )
    def test_a_picture_taken_sideways_is_turned_upright(self, orientation, corner):
        sent = file_of(drawn(400, 300), exif=exif_at(*BEITAN, orientation=orientation), quality=95)
        prepared = prepare_photo(sent)
        upright = opened(prepared.jpeg)
        assert upright.size == ((400, 300) if orientation in {1, 3} else (300, 400))
        assert (prepared.width, prepared.height) == upright.size
        right, bottom = upright.width - 10, upright.height - 10
        corners = {
            "top left": (10, 10),
            "top right": (right, 10),
            "bottom left": (10, bottom),
            "bottom right": (right, bottom),
        }
        white = {name for name, at in corners.items() if min(upright.getpixel(at)) > 230}
        assert white == {corner}

    def test_a_large_picture_is_made_smaller(self):
        prepared = prepare_photo(file_of(drawn(6000, 3000)))
        assert (prepared.width, prepared.height) == (LONGEST_SIDE, LONGEST_SIDE // 2)

    def test_a_small_picture_is_not_blown_up(self):
        assert prepare_photo(file_of(drawn(40, 30))).width == 40

    def test_a_very_narrow_picture_keeps_at_least_a_pixel(self):
        prepared = prepare_photo(file_of(drawn(20_000, 4), "PNG"))
        assert (prepared.width, prepared.height) == (LONGEST_SIDE, 1)

    @pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16", "CMYK"])
    def test_every_way_to_write_colours_can_be_read(self, mode):
        picture = Image.new(mode, (64, 48))
        kind = "JPEG" if mode == "CMYK" else "PNG"
        assert opened(prepare_photo(file_of(picture, kind)).jpeg).mode == "RGB"

    def test_sixteen_bits_of_grey_keep_their_brightness(self):
        sent = file_of(Image.new("I;16", (64, 48), 32_768), "PNG")
        assert abs(opened(prepare_photo(sent).jpeg).getpixel((5, 5))[0] - 128) < 4

    def test_what_shows_through_is_white(self):
        sent = file_of(Image.new("RGBA", (64, 48), (0, 0, 0, 0)), "PNG")
        assert min(opened(prepare_photo(sent).jpeg).getpixel((5, 5))) > 250

    @pytest.mark.parametrize("kind", ["PNG", "WEBP"])
    def test_of_a_moving_picture_the_first_frame_is_kept(self, kind):
        frames = [Image.new("RGB", (64, 48), colour) for colour in ("red", "blue")]
        sent = file_of(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
        red, _green, blue = opened(prepare_photo(sent).jpeg).getpixel((5, 5))
        assert red > 200
        assert blue < 60

    def test_the_same_picture_has_the_same_digest_whatever_the_camera_wrote(self):
        plain, placed = photo(), photo(at=BEITAN)
        assert prepare_photo(plain).digest == prepare_photo(placed).digest
        assert prepare_photo(plain).digest != prepare_photo(photo("navy")).digest

    def test_a_second_meaning_of_the_file_is_not_kept(self):
        sent = photo() + b"<html><script>alert(1)</script></html>PK\x03\x04"
        kept = prepare_photo(sent)
        assert b"script" not in kept.jpeg + kept.thumbnail
        assert b"PK\x03\x04" not in kept.jpeg[-200:]


class TestRefusing:
    @pytest.mark.parametrize(
        ("upload", "words"),
        [
            (b"", "empty"),
            ("这不是照片，只是改名为jpg的文字".encode(), "JPEG"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "JPEG"),
            (b"GIF89a/*<script>alert(1)</script>*/=1;" + b"\0" * 100, "JPEG"),
            (b"<!DOCTYPE html><html></html>", "JPEG"),
            (b"%PDF-1.7", "JPEG"),
            (b"\xff\xd8\xff", "damaged"),
            (b"\xff\xd8\xff\xe0" + b"\0" * 500, "damaged"),
            (b"\x89PNG\r\n\x1a\n", "damaged"),
            (b"RIFF\xff\xff\xff\x7fWEBPVP8 " + b"\0" * 50, "damaged"),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        ],
    )
    def test_what_is_no_picture_is_refused_in_words(self, upload, words):
        with pytest.raises(PhotoRefused, match=words) as refused:
            prepare_photo(upload)
        assert refused.value.fields["photos"] == refused.value.message

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    @pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
    def test_a_picture_cut_off_on_the_way_is_refused(self, kind, part):
        noise = Image.frombytes("RGB", (200, 200), os.urandom(200 * 200 * 3))
        whole = file_of(noise, kind)
        with pytest.raises(PhotoRefused, match="damaged"):
            prepare_photo(whole[: int(len(whole) * part)])

    def test_a_heavy_file_is_refused_before_it_is_looked_at(self):
        with pytest.raises(PhotoRefused, match="15"):
            prepare_photo(photo() + b"\0" * MOST_BYTES)

    @pytest.mark.parametrize("size", [(10_000, 5_001), (12_000, 12_000), (60_000, 60_000)])
    def test_a_picture_that_unpacks_to_too_much_is_refused_unopened(self, size, monkeypatch):
        monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("unpacked"))
        with pytest.raises(PhotoRefused, match="50 million pixels"):
            prepare_photo(png_claiming(*size))

    def test_a_header_that_promises_more_than_there_is_is_refused(self):
        with pytest.raises(PhotoRefused, match="damaged"):
            prepare_photo(png_claiming(3_000, 3_000))

    def test_broken_notes_of_the_camera_do_not_spoil_the_picture(self):
        sent = file_of(drawn(), exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\xff" * 40)
        prepared = prepare_photo(sent)
        assert (prepared.position, prepared.taken_at) == (None, None)

    @given(st.data())
    @settings(deadline=None)
    def test_a_damaged_picture_is_prepared_or_refused_never_a_fault(self, data):
        kind = data.draw(st.sampled_from(["JPEG", "PNG", "WEBP"]))
        content = bytearray(file_of(drawn(48, 32), kind, exif=exif_at(*BEITAN)))
        for _ in range(data.draw(st.integers(1, 8))):
            where = data.draw(st.integers(4, len(content) - 1))
            content[where] = data.draw(st.integers(0, 255))
        try:
            prepared = prepare_photo(bytes(content))
        except PhotoRefused:
            return
        assert opened(prepared.jpeg).format == "JPEG"

    @given(st.sampled_from([b"", b"\xff\xd8\xff\xe1", b"\x89PNG\r\n\x1a\n"]), st.binary())
    def test_noise_is_refused(self, start, noise):
        with pytest.raises(PhotoRefused):
            prepare_photo(start + noise)
