"""An export holds everything that is a county's, and nothing that lets somebody in."""

import json
import re
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.publicity.conftest import make_village
from xiangyue.activity.models import Entry
from xiangyue.kernel.counties import County
from xiangyue.kernel.files import folder_of
from xiangyue.places.models import Place
from xiangyue.publicity.services import take_down
from xiangyue.site.exporting import (
    WITHHELD_FIELDS,
    WITHHELD_MODELS,
    export_county,
    exported_fields,
    exported_models,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SOUNDS_SECRET = re.compile(r"salt|secret|token|passw|digest|sealed|tag$|client_key")
# Digests of public things: they prove, and open nothing. And whether a message is one that opens
# something, while its text is withheld.
OPEN = {
    "assemblies.Minutes.digest",
    "assemblies.Signature.digest",
    "ballots.Ballot.is_secret",
    "ballots.Result.digest",
    "ballots.Roll.digest",
    "ballots.RoundResult.digest",
    "blueprints.Declaration.digest",
    "blueprints.DeskVersion.file_digest",
    "compacts.Edition.digest",
    "compacts.Judgement.words_digest",
    "compacts.Signing.digest",
    "compacts.Version.digest",
    "deliberation.IssuePhoto.digest",
    "deliberation.ResearchNote.digest",
    "incidents.Photo.digest",
    "notifications.Delivery.is_secret",
    "orders.Outcome.digest",
    "orders.ProjectPhoto.digest",
    "procedures.Evidence.digest",
    "publicity.Attachment.digest",
    "publicity.Notice.digest",
    "registry.DeletionCertificate.digest",
    "registry.Import.digest",
    "site.FeedAddress.content_digest",
    "webhooks.Endpoint.old_secret_until",
}


@pytest.mark.django_db(transaction=True)
def test_every_row_is_there_as_it_stands(county: County, tmp_path: Path) -> None:
    folder = folder_of(county.slug)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "photo.jpg").write_bytes(b"a photo")
    counts = export_county(county=county, target=tmp_path / "e.zip", at=NOW)
    assert counts["places.place"] == Place.objects.count() > 100
    with zipfile.ZipFile(tmp_path / "e.zip") as archive:
        rows = [json.loads(line) for line in archive.read("places.place.jsonl").splitlines()]
        entries = archive.read("activity.entry.jsonl").splitlines()
        assert archive.read("files/photo.jpg") == b"a photo"
        assert json.loads(archive.read("about.json"))["rows"] == counts
    assert {row["path"]: row["name"] for row in rows} == dict(
        Place.objects.values_list("path", "name")
    )
    assert len(entries) == Entry.objects.count()
    assert (tmp_path / "e.zip").stat().st_mode & 0o077 == 0


@pytest.mark.django_db(transaction=True)
def test_req_l06_of_those_once_named_on_the_board_only_that_it_hung_leaves(
    county: County, tmp_path: Path
) -> None:
    village = make_village()
    kinds = ("nominees", "general", "nominees")
    past, plain, up = (
        village.publish(kind, title=f"张三{number}") for number, kind in enumerate(kinds)
    )
    village.object(past, text="李四不该在上面", said_by="李四")
    for notice in (past, plain):
        end = village.at + timedelta(days=400)
        take_down(notice=notice, by=village.clerk, reason="期满撤下", is_erased=False, at=end)
    export_county(county=county, target=tmp_path / "e.zip", at=NOW)
    with zipfile.ZipFile(tmp_path / "e.zip") as archive:
        notices = [json.loads(line) for line in archive.read("publicity.notice.jsonl").splitlines()]
        objections = archive.read("publicity.objection.jsonl").decode()
    titles = {row["number"]: row["title"] for row in notices}
    assert titles == {past.number: None, plain.number: plain.title, up.number: up.title}
    assert "李四" not in objections


def test_no_secret_leaves() -> None:
    fields = {
        f"{model._meta.label}.{field}"
        for model in exported_models()
        for field in exported_fields(model)
    }
    assert {name for name in fields if SOUNDS_SECRET.search(name.split(".", 2)[2])} <= OPEN


def test_what_is_withheld_exists() -> None:
    """A renamed field must not slip out under its new name."""
    from django.apps import apps

    for label in WITHHELD_MODELS:
        apps.get_model(label)
    for name in WITHHELD_FIELDS:
        label, _, field = name.rpartition(".")
        apps.get_model(label)._meta.get_field(field)
