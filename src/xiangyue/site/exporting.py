"""Everything that a county knows, as plain files for any other software to read."""

import base64
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from xiangyue.kernel.counties import County
from xiangyue.kernel.files import folder_of

# What lets somebody in, or would unmask a reporter, leaves no installation this way.
WITHHELD_MODELS = {
    "sessions.Session",
    "account.EmailConfirmation",
    "mfa.Authenticator",
    "access.PhoneCode",
    "access.CodeTally",
    "access.ApiToken",
    "site.Mark",
}
WITHHELD_FIELDS = {
    "access.Account.session_salt",
    "notifications.Delivery.text",
    "incidents.Incident.slip_digest",
    "incidents.Incident.client_key",
    "incidents.Incident.sealed_reporter",
    "incidents.Incident.reporter_tag",
    "incidents.SentAct.sender",
    "incidents.SentAct.digest",
    "assemblies.Sitting.client_key",
    "compacts.Opinion.client_key",
    "compacts.Opinion.receipt_digest",
    "consultations.Participant.digest",
    "councils.GroupMatter.client_key",
    "deliberation.Issue.client_key",
    "procedures.Run.client_key",
    "registry.Element.sealed",
    "registry.Change.sealed",
    "registry.Mark.digest",
    "site.FeedAddress.digest",
    "open311.SystemKey.digest",
    "publicity.Objection.receipt_digest",
    "publicity.Objection.client_key",
    "webhooks.Endpoint.secret",
    "webhooks.Endpoint.old_secret",
}

# Of a notice that named people and hangs no more, an export says only that it hung (REQ-L06).
_NAMED_ONCE = models.Q(names_people=True) & ~models.Q(state="up")
WITHHELD_WORDS: dict[str, tuple[models.Q, tuple[str, ...]]] = {
    "publicity.Notice": (_NAMED_ONCE, ("title", "body", "facts")),
    "publicity.Objection": (
        models.Q(notice__names_people=True) & ~models.Q(notice__state="up"),
        ("text", "answer", "said_by", "contact"),
    ),
    "publicity.Attachment": (
        models.Q(notice__names_people=True) & ~models.Q(notice__state="up"),
        ("file", "file_name", "small"),
    ),
}
# Which of these words say where a file lies, that then stays here too.
WITHHELD_FILES = {"publicity.Attachment": ("file", "small")}


def exported_models() -> Iterator[type[models.Model]]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.label not in WITHHELD_MODELS and model._meta.managed:
            yield model


def exported_fields(model: type[models.Model]) -> list[str]:
    return [
        field.attname
        for field in model._meta.concrete_fields
        if f"{model._meta.label}.{field.attname}" not in WITHHELD_FIELDS
    ]


def export_county(*, county: County, target: Path, at: datetime) -> dict[str, int]:
    """Write the bound county to the zip file `target`: `<app>.<model>.jsonl`, one row a line, and
    the uploaded files under `files/`.

    All tables stand as they did at one moment. Returns each table's row count, which the
    archive's `about.json` holds too.
    """
    counts: dict[str, int] = {}
    draft = target.with_name(f".{target.name}-{os.getpid()}")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        with (
            os.fdopen(descriptor, "w+b") as output,
            zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive,
            _one_moment(),
        ):
            for model in exported_models():
                label = model._meta.label_lower
                with archive.open(f"{label}.jsonl", "w", force_zip64=True) as lines:
                    counts[label] = 0
                    for row in _rows(model):
                        lines.write(row)
                        counts[label] += 1
            uploaded, stays = folder_of(county.slug), _files_that_stay()
            for file in sorted(uploaded.rglob("*")):
                name = file.relative_to(uploaded).as_posix()
                if file.is_file() and name not in stays:
                    archive.write(file, f"files/{name}")
            about = {"county": county.slug, "exported_at": at.isoformat(), "rows": counts}
            archive.writestr("about.json", json.dumps(about, ensure_ascii=False, indent=1))
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return counts


def _files_that_stay() -> set[str]:
    found: set[str] = set()
    for label, columns in WITHHELD_FILES.items():
        rows = apps.get_model(label)._base_manager.filter(WITHHELD_WORDS[label][0])
        for names in rows.values_list(*columns):
            found.update(names)
    return found - {""}


def _rows(model: type[models.Model]) -> Iterator[bytes]:
    fields = exported_fields(model)
    condition, words = WITHHELD_WORDS.get(model._meta.label, (None, ()))
    silent = (
        set(model._base_manager.filter(condition).values_list("pk", flat=True))
        if condition is not None
        else set()
    )
    for row in model._base_manager.order_by("pk").values(*fields).iterator(chunk_size=2_000):
        if silent and row[model._meta.pk.attname] in silent:
            row.update(dict.fromkeys(words))
        text = json.dumps(row, cls=_Encoder, ensure_ascii=False)
        yield text.encode() + b"\n"


class _Encoder(DjangoJSONEncoder):
    def default(self, value: Any) -> Any:
        if isinstance(value, bytes | memoryview):
            return base64.b64encode(bytes(value)).decode()
        return super().default(value)


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read everything as it stands now, holding no writer up."""
    begin = "BEGIN"
    if connection.vendor == "postgresql":
        begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    with connection.cursor() as cursor:
        cursor.execute(begin)
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")
