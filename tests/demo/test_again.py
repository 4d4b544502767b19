"""Chance comes from the seed alone, and only an empty county becomes a stage."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

import pytest
from django.conf import LazySettings
from django.db.models import Max

from tests.demo.conftest import NOW, Played, Trace, played_into_shandan, traced
from xiangyue.demo.life import Life
from xiangyue.demo.play import NotEmpty, play
from xiangyue.incidents.models import Incident
from xiangyue.kernel.counties import County
from xiangyue.places.models import Person
from xiangyue.places.services import register_person
from xiangyue.site.demonstration import is_demonstration
from xiangyue.site.marks import DEMONSTRATION, value_of
from xiangyue.site.preparing import demonstrate

DAYS, FIRST_DAYS = 12, 4


class EnoughSeen(Exception):  # noqa: N818 - named for what it says
    """Ends a play early."""


def first_of(days: Iterator[datetime], count: int) -> Iterator[datetime]:
    yield from islice(days, count)
    raise EnoughSeen


def reported(trace: Trace, *, until: datetime) -> Trace:
    """When, what and where, of what had come in by then."""
    return [(at, *what[:3]) for at, *what in trace if at <= until]


@pytest.fixture
def var(settings: LazySettings, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.VAR = tmp_path_factory.mktemp("var")
    settings.MEDIA_ROOT = settings.VAR / "files"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("var")
class TestAgain:
    seen: dict[str, Played] = {}

    @pytest.fixture(autouse=True)
    def _few_reports(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("xiangyue.demo.play.FEWEST_REPORTS", 40)

    @pytest.mark.parametrize("name", ["once", "again"])
    def test_the_same_seed_plays_the_same_life(self, settings: LazySettings, name: str) -> None:
        self.seen[name] = played_into_shandan(settings.VAR, seed=1, days=DAYS)
        assert self.seen[name].figures["reported"] >= 40
        assert self.seen[name].figures == self.seen["once"].figures
        assert self.seen[name].trace == self.seen["once"].trace

    def test_another_seed_plays_another(
        self, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Its first days are enough, as what came on them is known of the other."""
        whole = Life.days
        monkeypatch.setattr(Life, "days", lambda life: first_of(whole(life), FIRST_DAYS))
        with pytest.raises(EnoughSeen):
            played_into_shandan(settings.VAR, seed=2, days=DAYS)
        begun = Incident.objects.aggregate(last=Max("created_at"))["last"]
        before = reported(self.seen["once"].trace, until=begun)
        assert len(before) >= 5
        assert reported(traced(), until=begun) != before


@pytest.mark.django_db
@pytest.mark.usefixtures("var")
class TestRefusal:
    def test_a_county_with_people_is_no_stage(self) -> None:
        register_person(name="张三", at=NOW)
        with pytest.raises(NotEmpty, match="shandan"):
            play(county="shandan", at=NOW)
        assert Person.objects.count() == 1
        assert not Incident.objects.exists()

    def test_and_is_not_marked_as_one(self, county: County, settings: LazySettings) -> None:
        settings.DEMO = True
        register_person(name="张三", at=NOW)
        with pytest.raises(NotEmpty):
            demonstrate(county, say=lambda text: None, at=NOW)
        assert value_of(DEMONSTRATION) is None
        assert not is_demonstration()
