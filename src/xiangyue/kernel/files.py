"""Uploaded files: each county's in a folder of its own, as its database is its own."""

from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage

from xiangyue.kernel.counties import current_county


def folder_of(slug: str) -> Path:
    """Where the uploaded files of the county `slug` lie."""
    return Path(settings.MEDIA_ROOT) / slug


class CountyStorage(FileSystemStorage):
    """Keeps files in the bound county's folder, so that no county reaches another's."""

    @property
    def base_location(self) -> str:
        return str(folder_of(current_county().slug))

    @property
    def location(self) -> str:
        return str(folder_of(current_county().slug).absolute())
