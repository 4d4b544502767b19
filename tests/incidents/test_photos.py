"""Pictures as phones and mischief send them, and what becomes of them."""

import io
import os
import struct
import subprocess
import sys
import zlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageDraw

from tests import people
from xiangyue.access.queries import NOBODY, standing_of
from xiangyue.activity.models import Entry
from xiangyue.incidents import photos as photos_module
from xiangyue.incidents import pictures, serving, tasks
from xiangyue.incidents.intake import Entered, take_in
from xiangyue.incidents.models import Incident, Photo
from xiangyue.incidents.photos import TooManyPhotos, add_photos, prepare_photos, remove_orphans
from xiangyue.incidents.pictures import (
    LONGEST_SIDE,
    MOST_BYTES,
    THUMBNAIL_SIDE,
    PhotoRefused,
    prepare_photo,
)
from xiangyue.incidents.services import loop_policy
from xiangyue.kernel.counties import bind
from xiangyue.kernel.files import folder_of


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


BEITAN = (38.7841, 101.0883)


def drawn(width: int = 640, height: int = 480, *, colour: str = "teal", mode: str = "RGB"):
    picture = Image.new(mode, (width, height), colour)
    ImageDraw.Draw(picture).rectangle((0, 0, width // 4, height // 4), fill="white")
    return picture


def file_of(picture: Image.Image, kind: str = "JPEG", **settings) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **settings)
    return out.getvalue()


def in_degrees(value: float) -> tuple[float, float, float]:
    minutes = (abs(value) % 1) * 60
    return float(int(abs(value))), float(int(minutes)), (minutes % 1) * 60


def exif_at(latitude: float, longitude: float, *, orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "CAMERAMAKER"
    exif[ExifTags.Base.Orientation] = orientation
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:06:08 08:30:00"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {
            ExifTags.GPS.GPSLatitudeRef: "N" if latitude >= 0 else "S",
            ExifTags.GPS.GPSLatitude: in_degrees(latitude),
            ExifTags.GPS.GPSLongitudeRef: "E" if longitude >= 0 else "W",
            ExifTags.GPS.GPSLongitude: in_degrees(longitude),
        }
    )
    return exif


def photo(colour: str = "teal", *, at: tuple[float, float] | None = None) -> bytes:
    return file_of(drawn(colour=colour), **({"exif": exif_at(*at)} if at else {}))


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header announces this size."""

    def chunk(name: bytes, body: bytes) -> bytes:
        check = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


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


def files() -> list[Path]:
    """Every picture file of the county."""
    root = folder_of("shandan")
    return [path for folder in photos_module.FOLDERS for path in (root / folder).rglob("*.jpg")]


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    """A folder of its own for each test: tests may run beside each other."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def add(scene):
    def add(incident: Incident, *uploads: bytes, **facts) -> list[Photo]:
        return add_photos(
            **{
                "incident": incident,
                "uploads": uploads,
                "stage": "report",
                "at": scene.at,
                "actor_id": scene.reporter.pk,
            }
            | facts
        )

    return add


@pytest.mark.django_db
class TestKeeping:
    def test_a_photo_is_kept_with_its_thumbnail_and_recorded_by_its_digest(self, scene, add):
        incident = scene.report()
        (row,) = add(incident, photo())
        content = row.file.read()
        assert opened(content).size == (row.width, row.height) == (640, 480)
        assert opened(row.thumbnail.read()).width == THUMBNAIL_SIDE
        assert row.digest == prepare_photo(photo()).digest
        entry = Entry.objects.get(name="incidents.photo_added")
        assert entry.facts == {"number": incident.number, "digest": row.digest}
        assert (entry.actor_id, entry.place_path) == (scene.reporter.pk, incident.place_path)
        assert len(files()) == 2

    def test_the_same_photo_again_changes_nothing(self, scene, add):
        incident = scene.report()
        assert len(add(incident, photo(), photo())) == 1
        assert add(incident, photo(at=BEITAN)) == []
        assert (incident.photos.count(), len(files())) == (1, 2)
        assert Entry.objects.filter(name="incidents.photo_added").count() == 1

    def test_two_incidents_may_have_the_same_photo(self, scene, add):
        assert len(add(scene.report(), photo())) == len(add(scene.report(), photo())) == 1

    def test_more_than_the_county_allows_are_refused_with_the_number(self, scene, add):
        incident = scene.report()
        most = loop_policy().photo_limit
        colours = [f"rgb({count * 20},0,0)" for count in range(most + 1)]
        add(incident, *(photo(colour) for colour in colours[:-1]))
        with pytest.raises(TooManyPhotos, match=str(most)):
            add(incident, photo(colours[-1]))
        assert (incident.photos.count(), len(files())) == (most, 2 * most)

    def test_too_many_at_once_are_refused_before_any_is_opened(self, scene, add):
        with pytest.raises(TooManyPhotos):
            add(scene.report(), *([b"not looked at"] * (loop_policy().photo_limit + 1)))

    def test_one_bad_photo_of_several_keeps_none_and_is_named(self, scene, add):
        incident = scene.report()
        with pytest.raises(PhotoRefused, match="Photo 2"):
            add(incident, photo(), b"no photo")
        assert not incident.photos.exists()
        assert files() == []

    def test_where_it_was_taken_fills_in_a_missing_position(self, scene, add):
        incident = scene.report()
        add(incident, photo("navy"), photo(at=BEITAN))
        stored = Incident.objects.get(pk=incident.pk)
        assert (stored.latitude, stored.longitude) == (Decimal("38.78410"), Decimal("101.08830"))
        assert (incident.latitude, incident.longitude) == (stored.latitude, stored.longitude)

    def test_a_position_that_was_given_is_not_overwritten(self, scene, add):
        incident = scene.report(latitude=Decimal("38.1"), longitude=Decimal("101.1"))
        add(incident, photo(at=BEITAN))
        assert Incident.objects.get(pk=incident.pk).latitude == Decimal("38.10000")

    def test_a_position_outside_the_country_is_left_out(self, scene, add):
        incident = scene.report()
        add(incident, photo(at=(48.85, 2.35)))
        assert Incident.objects.get(pk=incident.pk).latitude is None

    def test_a_position_far_from_the_place_named_is_left_out(self, scene, add):
        incident = scene.report()
        type(incident.place).objects.filter(pk=incident.place_id).update(
            latitude=Decimal("38.78"), longitude=Decimal("101.08")
        )
        add(incident, photo(at=(39.9, 116.4)))
        assert Incident.objects.get(pk=incident.pk).latitude is None
        add(incident, photo("navy", at=BEITAN))
        assert Incident.objects.get(pk=incident.pk).latitude is not None

    def test_a_photo_from_the_handling_says_nothing_about_the_place(self, scene, add):
        incident = scene.report()
        add(incident, photo(at=BEITAN), stage="handling")
        assert Incident.objects.get(pk=incident.pk).latitude is None

    def test_a_hidden_reporters_photo_tells_neither_who_nor_where(self, scene, add):
        incident = scene.report(category="0308", description="邻居家暴")
        assert incident.reporter_tag
        add(incident, photo(at=BEITAN))
        assert Incident.objects.get(pk=incident.pk).latitude is None
        assert Entry.objects.get(name="incidents.photo_added").actor_id is None

    def test_a_report_with_a_bad_photo_does_not_come_to_be(self, scene):
        with pytest.raises(PhotoRefused):
            self.taken_in(scene, photo(), b"no photo")
        assert not Incident.objects.exists()
        assert files() == []

    def test_a_report_comes_with_its_photos(self, scene):
        incident, _code = self.taken_in(scene, photo(), photo("navy"))
        assert incident.photos.count() == 2

    def taken_in(self, scene, *uploads: bytes):
        entered = Entered(
            category_key="0401", place=people.place(), description="垃圾", photos=uploads
        )
        return take_in(
            entered=entered,
            person=scene.reporter,
            standing=standing_of(scene.reporter, at=scene.at),
            at=scene.at,
            address_key="test",
        )

    def test_each_further_photo_costs_its_row_its_record_and_its_telling(self, scene):
        counts = []
        for colours in (("red",), ("red", "green", "blue")):
            incident = scene.report()
            uploads = prepare_photos([photo(colour) for colour in colours])
            with CaptureQueriesContext(connection) as queries:
                add_photos(
                    incident=incident, uploads=uploads, stage="report", at=scene.at, actor_id=None
                )
            counts.append(len(queries))
        assert counts[1] - counts[0] <= 2 * 3


class Stop(Exception):  # noqa: N818 - what stops the transaction
    pass


@pytest.mark.django_db(transaction=True)
class TestUndoing:
    def test_committed_files_stay(self, scene, add):
        add(scene.report(), photo())
        assert len(files()) == 2

    def test_a_transaction_undone_around_it_leaves_no_file(self, scene, add):
        incident = scene.report()

        def undone() -> None:
            with transaction.atomic():
                add(incident, photo())
                assert len(files()) == 2
                raise Stop

        with pytest.raises(Stop):
            undone()
        assert files() == []
        assert not Photo.objects.exists()

    def test_a_savepoint_undone_around_it_leaves_no_file_of_its_own(self, scene, add):
        incident = scene.report()

        def undone() -> None:
            with transaction.atomic():
                add(incident, photo("navy"))
                raise Stop

        with transaction.atomic():
            add(incident, photo())
            with pytest.raises(Stop):
                undone()
        assert (Photo.objects.count(), len(files())) == (1, 2)

    def test_a_failure_after_the_files_are_written_leaves_none(self, scene, add, monkeypatch):
        incident = scene.report()

        def fail(**facts) -> None:
            assert len(files()) == 2
            raise Stop

        monkeypatch.setattr(photos_module, "record", fail)
        with pytest.raises(Stop):
            add(incident, photo())
        assert files() == []
        assert not Photo.objects.exists()

    def test_a_full_disk_leaves_no_row(self, scene, add, monkeypatch):
        incident = scene.report()

        def full(self, name, content, max_length=None):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(photos_module.default_storage._wrapped.__class__, "save", full)
        with pytest.raises(OSError, match="No space"):
            add(incident, photo())
        assert not Photo.objects.exists()

    def test_a_process_killed_before_the_row_leaves_an_orphan_that_is_found_later(
        self, scene, add, media
    ):
        kept = scene.report()
        add(kept, photo("navy"))
        incident = scene.report()
        killed = subprocess.run(
            [sys.executable, "-c", KILLED, incident.number],
            input=photo(),
            capture_output=True,
            env=os.environ
            | {
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                "XIANGYUE_MEDIA": str(media),
                "KILLED_DATABASE": str(connection.settings_dict["NAME"]),
            },
            cwd=Path(__file__).parents[2],
            check=False,
        )
        assert killed.returncode == -9, killed.stderr.decode()[-2000:]
        assert (Photo.objects.count(), len(files())) == (1, 4)
        now = timezone.now()
        assert remove_orphans(at=now + timedelta(hours=23)) == 0
        assert remove_orphans(at=now + timedelta(hours=25)) == 2
        assert remove_orphans(at=now + timedelta(hours=25)) == 0
        assert len(files()) == 2
        row = Photo.objects.get()
        assert opened(row.file.read()).size == (640, 480)


KILLED = """
import os, signal, sys
import django
django.setup()
from django.db import connections
connections["default"].settings_dict["NAME"] = os.environ["KILLED_DATABASE"]
from django.utils import timezone
from xiangyue.incidents import photos
from xiangyue.incidents.models import Incident
from xiangyue.kernel.counties import bind
photos.record = lambda **facts: os.kill(os.getpid(), signal.SIGKILL)
with bind("shandan"):
    incident = Incident.objects.get(number=sys.argv[1])
    photos.add_photos(
        incident=incident, uploads=[sys.stdin.buffer.read()], stage="report",
        at=timezone.now(), actor_id=None,
    )
"""


@pytest.mark.django_db
class TestRemovingOrphans:
    @pytest.fixture
    def old(self):
        def old(name: str, *, county: str = "shandan") -> Path:
            path = folder_of(county) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"left behind")
            os.utime(path, (0, 0))
            return path

        return old

    def test_what_no_photo_has_goes_and_what_one_has_stays(self, scene, add, old):
        (row,) = add(scene.report(), photo())
        for field in (row.file, row.thumbnail):
            os.utime(field.path, (0, 0))
        orphan = old("photos/2020/01/orphan.jpg")
        assert remove_orphans(at=scene.at, batch_size=1) == 1
        assert not orphan.exists()
        assert Path(row.file.path).exists()
        assert Path(row.thumbnail.path).exists()

    def test_only_the_folders_of_pictures_are_looked_at(self, scene, old):
        other, elsewhere = old("letters/a.pdf"), old("photos/a.jpg", county="jinchang")
        tasks.remove_orphaned_photos(at=scene.at)
        assert other.exists()
        assert elsewhere.exists()
        elsewhere.unlink()

    def test_a_county_without_pictures_has_nothing_to_remove(self, scene):
        assert remove_orphans(at=scene.at) == 0


@pytest.mark.django_db
class TestServing:
    @pytest.fixture
    def row(self, scene, add) -> Photo:
        (row,) = add(scene.report(), photo())
        return row

    @pytest.mark.parametrize("size", ["full", "thumbnail"])
    def test_a_sealed_address_shows_the_picture_and_nothing_more(self, row, size):
        response = Client().get(serving.photo_url(row, size))
        assert response.status_code == 200
        assert opened(response.content).format == "JPEG"
        assert response.headers["Content-Type"] == "image/jpeg"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Disposition"].startswith('inline; filename="')
        assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert response.headers["Cache-Control"].startswith("private, max-age=")

    def test_the_sizes_differ(self, row):
        full = Client().get(serving.photo_url(row, "full")).content
        assert len(full) > len(Client().get(serving.photo_url(row, "thumbnail")).content)

    def test_a_picture_costs_one_query(self, row, django_assert_num_queries):
        address = serving.photo_url(row)
        with django_assert_num_queries(1):
            Client().get(address)

    def test_making_an_address_costs_none(self, row, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert serving.photo_url(row).startswith(f"/uploads/photos/{row.pk}/full.jpg?")

    def test_the_address_stays_the_same_for_a_while_and_ends_within_the_hour(
        self, row, monkeypatch
    ):
        now = datetime(2026, 6, 8, 1, 0, tzinfo=UTC)
        monkeypatch.setattr(serving.timezone, "now", lambda: now)
        address = serving.photo_url(row)
        monkeypatch.setattr(serving.timezone, "now", lambda: now + timedelta(minutes=9))
        assert serving.photo_url(row) == address
        monkeypatch.setattr(serving.timezone, "now", lambda: now + timedelta(minutes=59))
        assert Client().get(address).status_code == 200
        monkeypatch.setattr(serving.timezone, "now", lambda: now + timedelta(minutes=60))
        assert Client().get(address).status_code == 404

    def test_a_changed_seal_size_picture_or_time_is_refused(self, row, scene, add):
        (other,) = add(scene.report(), photo("navy"))
        address = serving.photo_url(row)
        until = address.split("until=")[1].split("&")[0]
        for changed in (
            address[:-1] + ("A" if address[-1] != "A" else "B"),
            address.replace("full.jpg", "thumbnail.jpg"),
            address.replace(str(row.pk), str(other.pk)),
            address.replace(until, str(int(until) + 600)),
            address.replace(until, "9" * 400),
            address.replace(until, "-1"),
            address.replace(until, "٣٣"),
            address.split("&")[0],
            address.split("?")[0],
            f"{address.split('seal=')[0]}seal=%00%ff",
        ):
            assert Client().get(changed).status_code == 404, changed

    def test_another_countys_seal_is_worth_nothing(self, row):
        with bind("jinchang"):
            address = serving.photo_url(row)
        assert Client().get(address).status_code == 404

    def test_no_path_leads_elsewhere(self, row):
        for path in (
            "/uploads/photos/../../secret_key",
            "/uploads/photos/%2e%2e/%2e%2e/secret_key",
            f"/uploads/photos/{row.pk}/..%2f..%2fsecret_key.jpg",
            f"/uploads/photos/{row.pk}/file.jpg",
            f"/uploads/{row.file.name}",
        ):
            response = Client().get(path)
            assert response.status_code == 404, path

    def test_an_unknown_size_is_refused_even_when_sealed(self, row):
        assert Client().get(serving.photo_url(row, "digest")).status_code == 404

    def test_without_a_seal_it_is_for_whoever_may_see_the_incident(self, row, scene, rf):
        for who, status in (
            (scene.reporter, 200),
            (scene.clerk, 200),
            (people.somebody(), 404),
            (None, 404),
        ):
            request = rf.get("/")
            request._xiangyue_standing = standing_of(who, at=scene.at) if who else NOBODY
            try:
                response = serving.photo_file(request, row.pk, "full")
            except serving.NotFound as refused:
                response = refused
            assert getattr(response, "status_code", 404) == status

    def test_a_picture_whose_file_is_gone_is_said_to_be_gone(self, row):
        Path(row.file.path).unlink()
        response = Client().get(serving.photo_url(row))
        assert response.status_code == 404

    def test_only_reading_is_allowed(self, row):
        assert Client().post(serving.photo_url(row)).status_code == 405
