"""Files come to be with their rows or not at all, whichever way it ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction

from tests import people
from xiangyue.documents.keeping import atomic_with_files, removed_with_rows
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Person

pytestmark = pytest.mark.django_db(transaction=True)

NAME, OTHER = "notices/a.pdf", "notices/b.pdf"


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def take(*names: str, stop: type[BaseException] | None = None) -> None:
    """A row and its file for each, as a service takes them; the row bears the file's name."""
    with atomic_with_files() as files:
        for name in names or (NAME,):
            people.somebody(files.write(name, b"paper"))
        if stop is not None:
            raise stop


def lies(name: str = NAME) -> bool:
    """Whether the file is there; its row must agree."""
    found = default_storage.exists(name)
    assert Person.objects.filter(name=name).exists() == found
    return found


@contextmanager
def undone() -> Iterator[None]:
    """A transaction, or a part of one, that is refused in the end."""
    try:
        with transaction.atomic():
            yield
            raise Refused("no")
    except Refused:
        pass


def test_what_is_committed_is_kept():
    take()
    assert lies()
    assert default_storage.open(NAME).read() == b"paper"


@pytest.mark.parametrize("stop", [ValueError, KeyboardInterrupt, SystemExit, GeneratorExit])
def test_nothing_stays_of_what_is_refused_or_broken_off_inside(stop: type[BaseException]):
    with pytest.raises(stop) as told:
        take(NAME, OTHER, stop=stop)
    assert not lies()
    assert not lies(OTHER)
    # At once, not when nobody tells of it any more: who does holds on to all that was about it.
    assert told.tb is not None


def test_nothing_stays_of_what_cannot_be_written_whole(monkeypatch):
    def full(_number: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        take()
    assert not lies()


def test_nothing_stays_when_what_surrounds_it_is_undone_afterwards():
    with undone():
        take()
    assert not lies()


def test_nothing_stays_of_a_part_that_is_passed_over_while_the_whole_is_committed():
    with transaction.atomic():
        with undone():
            take()
        assert not lies()
        take(OTHER)
    assert not lies()
    assert lies(OTHER)


def test_of_two_parts_the_one_that_stands_keeps_its_files():
    with transaction.atomic():
        take()
        with undone():
            take(OTHER)
    assert lies()
    assert not lies(OTHER)


def test_a_part_in_a_part_goes_with_the_outer_one():
    with transaction.atomic(), undone(), transaction.atomic():
        take()
    assert not lies()


def test_what_fails_at_the_commit_itself_leaves_nothing(monkeypatch):
    def broken(_connection: object) -> None:
        raise DatabaseError

    with monkeypatch.context() as patched:
        patched.setattr(type(transaction.get_connection()), "_commit", broken)
        with pytest.raises(DatabaseError):
            take()
    assert not lies()


def test_what_else_fails_after_the_commit_takes_no_file():
    def fails() -> None:
        raise ValueError

    def act() -> None:
        with transaction.atomic():
            transaction.on_commit(fails)
            take()

    with pytest.raises(ValueError):  # noqa: PT011 - the very one from above
        act()
    assert lies()


def test_a_name_that_is_taken_keeps_its_file():
    default_storage.save(NAME, ContentFile(b"another's"))
    with pytest.raises(ValueError):  # noqa: PT011
        take(stop=ValueError)
    assert default_storage.open(NAME).read() == b"another's"
    assert default_storage.listdir("notices") == ([], ["a.pdf"])


def test_a_file_goes_when_its_rows_removal_is_committed_and_not_before():
    take()
    with undone():
        removed_with_rows(NAME, "")
    assert default_storage.exists(NAME)
    with transaction.atomic():
        removed_with_rows(NAME, "")
        assert default_storage.exists(NAME)
    assert not default_storage.exists(NAME)
