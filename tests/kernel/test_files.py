"""A county's files are as far from another's as its database is."""

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from xiangyue.kernel.counties import bind
from xiangyue.kernel.files import folder_of


def test_the_same_name_in_two_counties_is_two_files() -> None:
    with bind("shandan"):
        default_storage.save("a/photo.txt", ContentFile("山丹"))
    with bind("jinchang"):
        assert not default_storage.exists("a/photo.txt")
        assert default_storage.save("a/photo.txt", ContentFile("金昌")) == "a/photo.txt"
        assert default_storage.open("a/photo.txt").read() == "金昌".encode()
        assert default_storage.path("a/photo.txt") == str(folder_of("jinchang") / "a/photo.txt")
    with bind("shandan"):
        assert default_storage.open("a/photo.txt").read() == "山丹".encode()


def test_no_name_leads_from_one_county_to_another() -> None:
    with bind("shandan"), pytest.raises(SuspiciousFileOperation):
        default_storage.open("../jinchang/a/photo.txt")
