"""A county is loaded whole or not at all, and again without harm."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils import translation

from tests.contracts.counties import AT, FOLDER, declared, divisions, every_county, profile
from xiangyue.blueprints.loading import load_county
from xiangyue.blueprints.reading import DeclarationsFaulty
from xiangyue.kernel.counties import bind
from xiangyue.places.blueprint import OrganisationPattern
from xiangyue.places.forming import form_place
from xiangyue.places.models import Body, Organisation, OrganisationKind, Place, PlaceKind
from xiangyue.places.queries import county_place, grid_counts


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Faults are compared in the words of the source."""
    with translation.override("en"):
        yield


@pytest.mark.django_db
def test_shandan_loads_whole_and_again_without_harm() -> None:
    before = (Place.objects.count(), Organisation.objects.count(), Body.objects.count())
    assert grid_counts() == {1: 8, 2: 117, 3: 580}
    assert Place.objects.filter(grid_kind="special").count() == 2
    assert county_place().name == "山丹县"
    assert load_county(slug="shandan", at=AT) == 0
    after = (Place.objects.count(), Organisation.objects.count(), Body.objects.count())
    assert after == before
    assert not Place.objects.filter(is_active=False).exists()


@pytest.mark.django_db
def test_a_village_has_a_villagers_committee_and_a_community_a_residents_committee() -> None:
    names = {
        code: set(Organisation.objects.filter(place__code=code).values_list("name", flat=True))
        for code in ("620725101201", "620725101003", "620725400498")
    }
    assert {"北滩村村民委员会", "北滩村村务监督委员会"} <= names["620725101201"]
    assert {"南街社区居民委员会", "南街社区居务监督委员会"} <= names["620725101003"]
    assert "山丹农场虚拟社区居民服务站" in names["620725400498"]
    kinds_of_body = set(
        Body.objects.filter(place__code="620725101201").values_list("kind", flat=True)
    )
    assert "villagers_committee" in kinds_of_body
    assert "residents_committee" not in kinds_of_body


@pytest.mark.django_db(databases=["default", "jinchang"])
def test_jinchang_is_governed_from_the_city_above_its_two_counties() -> None:
    with bind("jinchang"):
        load_county(slug="jinchang", at=AT)
        assert county_place().name == "金昌市"
        assert county_place().code == profile("jinchang").place
        assert grid_counts() == {2: 182, 3: 634}
        assert Organisation.objects.filter(function="STR").count() == 43
        assert load_county(slug="jinchang", at=AT) == 0


@pytest.mark.django_db(databases=["default", "jinchang"])
@pytest.mark.parametrize("slug", ["laixi", "sheyang", "liping"])
def test_another_county_loads_into_an_empty_database(slug: str) -> None:
    with bind("jinchang"):
        assert load_county(slug=slug, at=AT) > 200
        assert Place.objects.count() == len(divisions(slug))
        assert county_place().name == profile(slug).name.zh


@pytest.mark.django_db(databases=["default", "jinchang"])
def test_what_a_village_entered_itself_outlives_the_next_loading() -> None:
    """LP-31: no list names streets, stockades or units, so no list takes them away."""
    with bind("jinchang"):
        load_county(slug="liping", at=AT)
        village = Place.objects.get(code="522631111200")
        formed = form_place(parent=village, kind=PlaceKind.GROUP, name="上寨", at=AT)
        load_county(slug="liping", at=AT)
        formed.refresh_from_db()
        assert formed.is_active


@pytest.mark.parametrize(
    ("kind", "code", "stands"),
    [
        ("village", "620725101199", False),
        ("village", "620725101200", True),
        ("village", "620725101399", True),
        ("village", "620725101400", False),
        ("town", "620725200000", False),
    ],
)
def test_a_pattern_stands_where_the_code_says(kind: str, code: str, stands: bool) -> None:
    patterns = declared("shandan", "organisation_pattern", OrganisationPattern)
    assert patterns["village_committee"].stands_at(kind=kind, code=code) is stands


@every_county
def test_patterns_make_organisations_of_kinds_that_exist(slug: str) -> None:
    for pattern in declared(slug, "organisation_pattern", OrganisationPattern).values():
        assert pattern.organisation_kind in OrganisationKind.values
        assert "{name}" in pattern.name or pattern.each == "county"


@pytest.fixture
def changed_shandan(tmp_path: Path) -> Callable[[str, str, str], Path]:
    """A copy of the counties in which one piece of one of Shandan's files reads otherwise."""

    def change(file: str, old: str, new: str) -> Path:
        folder = tmp_path / "counties"
        shutil.copytree(FOLDER, folder)
        path = folder / "shandan" / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")
        return folder

    return change


@pytest.mark.django_db
def test_a_grid_that_is_declared_no_more_is_one_no_more(
    changed_shandan: Callable[[str, str, str], Path],
) -> None:
    folder = changed_shandan("grids.csv", "620725101201,,,,general,2\n", "")
    load_county(slug="shandan", at=AT, folder=folder)
    village = Place.objects.get(code="620725101201")
    assert (village.grid_kind, village.grid_level, village.is_active) == ("", None, True)
    assert grid_counts()[2] == 116


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("grids.csv", "620725101201,,,,general,2\n", "620725101201,,,,general,9\n", "grid_level"),
        ("grids.csv", "620725101201,,,,general,2\n", "620725101201,,,,grand,2\n", "grand"),
        ("grids.csv", "620725101201,,,,general,2\n", "620725101202,,,,general,2\n", "twice"),
        ("grids.csv", "620725101201,,,,general,2\n", "620725101201,,,,general\n", "missing"),
        ("grids.csv", "grid_kind,grid_level", "grid_kind,level", "grid_level, level"),
        ("divisions.csv", "620725101000,town,清泉镇", "620725101000,town,", "name is empty"),
        ("divisions.csv", "620725101000,town,清泉镇", "620725101000,city,清泉镇", "city"),
    ],
)
def test_a_faulty_table_is_refused_with_its_line_and_nothing_is_loaded(
    changed_shandan: Callable[[str, str, str], Path], file: str, old: str, new: str, told: str
) -> None:
    folder = changed_shandan(file, old, new)
    text = (folder / "shandan" / file).read_text(encoding="utf-8")
    line = text[: text.index(new)].count("\n") + 1
    before = list(Place.objects.order_by("code").values_list("code", "name", "grid_level"))
    with pytest.raises(DeclarationsFaulty) as refusal:
        load_county(slug="shandan", at=AT, folder=folder)
    (fault,) = refusal.value.faults[:1]
    assert told in fault
    number = int(fault.removeprefix(f"{file}:").partition(":")[0])
    assert number == (line + 1 if told == "twice" else line)
    after = list(Place.objects.order_by("code").values_list("code", "name", "grid_level"))
    assert after == before
