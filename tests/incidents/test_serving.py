"""Who gets to see a picture, for how long, and under what headers."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from tests import people
from tests.incidents.drawings import opened, photo
from xiangyue.access.queries import NOBODY, standing_of
from xiangyue.incidents import serving
from xiangyue.incidents.models import Photo
from xiangyue.incidents.photos import add_photos
from xiangyue.kernel.counties import bind


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path) -> None:
    """Tests may run beside each other."""
    settings.MEDIA_ROOT = tmp_path


def added(scene, colour: str = "teal") -> Photo:
    (row,) = add_photos(
        incident=scene.report(),
        uploads=[photo(colour)],
        stage="report",
        at=scene.at,
        actor_id=scene.reporter.pk,
    )
    return row


@pytest.mark.django_db
class TestServing:
    @pytest.fixture
    def row(self, scene) -> Photo:
        return added(scene)

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

    def test_a_changed_seal_size_picture_or_time_is_refused(self, row, scene):
        other = added(scene, "navy")
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
            f"{address.split('seal=')[0]}seal=%ff",
        ):
            assert Client().get(changed).status_code == 404, changed
        no_text = f"{address.split('seal=')[0]}seal=%00%ff"
        assert Client().get(no_text).status_code == 400

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
