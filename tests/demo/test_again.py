"""Chance comes from the seed alone, and only an empty county becomes a stage."""

import pytest
from django.conf import LazySettings

from tests.demo.conftest import NOW, Played, played_into_shandan
from xiangyue.demo.play import NotEmpty, play
from xiangyue.incidents.models import Incident
from xiangyue.kernel.counties import County
from xiangyue.places.models import Person
from xiangyue.places.services import register_person
from xiangyue.site.demonstration import is_demonstration
from xiangyue.site.marks import DEMONSTRATION, value_of
from xiangyue.site.preparing import demonstrate


@pytest.fixture
def var(settings: LazySettings, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.VAR = tmp_path_factory.mktemp("var")
    settings.MEDIA_ROOT = settings.VAR / "files"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("var")
class TestAgain:
    seen: dict[str, Played] = {}

    @pytest.mark.parametrize(("name", "seed"), [("once", 1), ("again", 1), ("other", 2)])
    def test_play(
        self, settings: LazySettings, monkeypatch: pytest.MonkeyPatch, name: str, seed: int
    ) -> None:
        monkeypatch.setattr("xiangyue.demo.play.FEWEST_REPORTS", 40)
        self.seen[name] = played_into_shandan(settings.VAR, seed=seed, days=12)
        assert self.seen[name].figures["reported"] >= 40
        if name == "again":
            assert self.seen["again"].figures == self.seen["once"].figures
            assert self.seen["again"].trace == self.seen["once"].trace
        if name == "other":
            assert self.seen["other"].trace != self.seen["once"].trace


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
