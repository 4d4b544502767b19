"""Photos are kept with their report or not at all, and nothing is left lying about."""

import os
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from tests import people
from tests.incidents.drawings import BEITAN, opened, photo
from xiangyue.access.queries import standing_of
from xiangyue.activity.models import Entry
from xiangyue.incidents import photos as photos_module
from xiangyue.incidents import tasks
from xiangyue.incidents.intake import Entered, take_in
from xiangyue.incidents.models import Incident, Photo
from xiangyue.incidents.photos import TooManyPhotos, add_photos, prepare_photos, remove_orphans
from xiangyue.incidents.pictures import THUMBNAIL_SIDE, PhotoRefused, prepare_photo
from xiangyue.incidents.services import loop_policy
from xiangyue.kernel.files import folder_of


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


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

    def test_each_further_photo_costs_its_row_its_record_its_telling_and_a_look_at_others(
        self, scene
    ):
        counts = []
        for colours in (("red",), ("red", "green", "blue")):
            incident = scene.report()
            uploads = prepare_photos([photo(colour) for colour in colours])
            with CaptureQueriesContext(connection) as queries:
                add_photos(
                    incident=incident, uploads=uploads, stage="report", at=scene.at, actor_id=None
                )
            counts.append(len(queries))
        # Its row, record, telling and prints, two looks for others like it, and what they found.
        assert counts[1] - counts[0] <= 2 * 8


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

        monkeypatch.setattr(default_storage._wrapped.__class__, "save", full)
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
