"""Where an import's file lies until the import ends: in the county's own folder, never served."""

from datetime import datetime, timedelta
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from xiangyue.kernel.counties import current_county
from xiangyue.kernel.files import folder_of
from xiangyue.registry.importing.models import OPEN, Import

FOLDER = "imports"
ORPHAN_AGE = timedelta(days=1)


def source_path(batch: Import) -> Path:
    return folder_of(current_county().slug) / FOLDER / f"{batch.pk}.{batch.kind}"


def marked_path(batch: Import) -> Path:
    """The same list with its faults in a column, once the check has found some."""
    return folder_of(current_county().slug) / FOLDER / f"{batch.pk}-marked.xlsx"


def keep_source(batch: Import, content: bytes) -> None:
    name = default_storage.save(f"{FOLDER}/{batch.pk}.{batch.kind}", ContentFile(content))
    assert name.endswith(f"{batch.pk}.{batch.kind}")  # no other import has this identifier


def remove_files(batch: Import) -> None:
    for path in (source_path(batch), marked_path(batch)):
        path.unlink(missing_ok=True)


def remove_orphaned_files(*, at: datetime) -> int:
    """Remove files that no open import needs: a process may have been killed before it did."""
    folder = folder_of(current_county().slug) / FOLDER
    needed = {str(pk) for pk in Import.objects.filter(state__in=OPEN).values_list("pk", flat=True)}
    count = 0
    for path in folder.glob("*") if folder.is_dir() else ():
        is_old = path.stat().st_mtime < (at - ORPHAN_AGE).timestamp()
        if is_old and path.stem.removesuffix("-marked") not in needed:
            path.unlink(missing_ok=True)
            count += 1
    return count
