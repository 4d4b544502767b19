"""Loads a county whole or not at all, and again without harm."""

from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import transaction

from xiangyue.blueprints.models import Declaration, DeskVersion
from xiangyue.blueprints.reading import CountyFiles, read_county
from xiangyue.blueprints.schema import Declared, kinds
from xiangyue.blueprints.services import add_version, body_and_digest


@transaction.atomic
def load_county(*, slug: str, at: datetime, folder: Path | None = None) -> int:
    """Load the county's declarations and all that follows from them; returns how many are new.

    Each module then builds what its part of the files says (places, organisations, categories)
    through `load(files=…, at=…)` in its `loading.py`, in the order of installed modules.

    :raises DeclarationsFaulty: when any file has a fault; nothing is loaded then.
    """
    files = read_county(folder or Path(settings.COUNTIES_FOLDER), slug, kinds())
    new_count = sum(
        _store(kind=kind, declared=declared, at=at)
        for kind, entries in files.declarations.items()
        for declared in entries.values()
    )
    _retire_absent(files)
    for config in apps.get_app_configs():
        module = f"{config.name}.loading"
        if (
            config.name.startswith("xiangyue.")
            and config.label != "blueprints"
            and find_spec(module) is not None
        ):
            import_module(module).load(files=files, at=at)
    return new_count


def _store(*, kind: str, declared: Declared, at: datetime) -> bool:
    _body, digest = body_and_digest(declared)
    same = Declaration.objects.filter(kind=kind, key=declared.key)
    desk = DeskVersion.objects.filter(declaration__in=same.filter(is_current=True)).first()
    if desk is not None and desk.file_digest == digest:
        return False  # made here from these very words; what the desk decided stays
    latest = same.order_by("-version").first()
    if desk is None and latest is not None and latest.digest == digest:
        if not latest.is_current:
            latest.is_current = True
            latest.save(update_fields=["is_current"])
        return False
    add_version(kind=kind, declared=declared, at=at)
    return True


def _retire_absent(files: CountyFiles) -> None:
    """What the files no longer declare stays in the record but serves nothing new.

    What only a desk declared was never theirs.
    """
    for kind, entries in files.declarations.items():
        Declaration.objects.filter(kind=kind, is_current=True).exclude(key__in=entries).exclude(
            desk_version__file_digest=""
        ).update(is_current=False)
