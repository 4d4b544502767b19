"""What every county must keep, and that one that weakens it is refused with file and line."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils import translation

from tests.contracts.counties import CONFIDENTIAL, FOLDER, categories, every_county
from xiangyue.access.verbs import DUTIES, FOR_UNIT, ONLY_FOR_UNIT, VERBS
from xiangyue.blueprints.reading import COMMON, CountyFiles, DeclarationsFaulty, read_county
from xiangyue.blueprints.schema import kinds
from xiangyue.incidents.blueprint import (
    Audience,
)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Faults are compared in the words of the source."""
    with translation.override("en"):
        yield


@every_county
def test_the_confidential_categories_are_guarded(slug: str) -> None:
    by_key = categories(slug)
    assert {key for key, each in by_key.items() if each.audience == Audience.CONFIDENTIAL} == set(
        CONFIDENTIAL
    )
    for key in CONFIDENTIAL:
        category = by_key[key]
        assert category.hides_reporter
        assert category.allows_anonymous
        assert category.emergency is not None
        assert category.level == "county"
        assert not set(category.functions) & {"GW", "VC", "TV", "CV", "MED", "SUP"}
    assert [key for key, each in by_key.items() if each.is_mandatory_report] == ["0308", "0309"]


@every_county
def test_who_gives_a_lead_or_complains_of_the_village_is_hidden(slug: str) -> None:
    hidden = {key for key, each in categories(slug).items() if each.hides_reporter}
    assert hidden == {"0113", "0302", "0303", "0305", "0704", *CONFIDENTIAL}


@every_county
def test_mediation_is_offered_only_between_equals(slug: str) -> None:
    offered = {key for key, each in categories(slug).items() if each.offers_mediation}
    assert all(key.startswith("01") for key in offered)
    # Against a decision of an authority, in village affairs, or about an official: never.
    assert offered.isdisjoint({"0105", "0113", "0115", "0116", *CONFIDENTIAL})


@every_county
def test_disputes_and_family_matters_are_not_public(slug: str) -> None:
    private = [key for key in categories(slug) if key.startswith(("01", "03", "0601", "0602"))]
    assert all(categories(slug)[key].audience != Audience.PUBLIC for key in private)


@every_county
def test_what_is_due_at_once_says_what_to_do_first(slug: str) -> None:
    at_once = {key for key, each in categories(slug).items() if each.respond_limit == "0h"}
    assert {"0214", "0301", "0304", "0306", "0307", "0308", "0309", "0804"} == at_once
    assert all(categories(slug)[key].emergency is not None for key in at_once)


@pytest.mark.parametrize(
    ("key", "limits"),
    [
        ("0116", ("15d", "24h", None)),
        ("0203", ("3wd", None, "4h")),
        ("0204", ("7d", "2h", None)),
        ("0209", ("1h", None, None)),
        ("0210", ("24h", "2h", None)),
        ("0401", ("1wd", None, None)),
        ("0402", ("4wd", None, None)),
        ("0403", ("5wh", None, None)),
        ("0404", ("15wd", None, None)),
        ("0407", ("2wh", None, None)),
        ("0502", ("10wd", None, "1wd")),
        ("0607", ("3wd", None, None)),
        ("0707", ("3d", None, None)),
    ],
)
def test_limits_are_those_of_the_taxonomy(
    key: str, limits: tuple[str, str | None, str | None]
) -> None:
    category = categories()[key]
    assert (category.limit, category.respond_limit, category.urgent_limit) == limits


@pytest.fixture
def own_county(tmp_path: Path) -> Callable[[str], CountyFiles]:
    """Reads a county that says only this beside the common declarations."""
    shutil.copytree(FOLDER / COMMON, tmp_path / COMMON)
    (tmp_path / "own").mkdir()

    def read(text: str) -> CountyFiles:
        (tmp_path / "own" / "own.toml").write_text(text, encoding="utf-8")
        return read_county(tmp_path, "own", kinds())

    return read


CATEGORY = """# line 1

[[incident_category]]
key = "{key}"
name = {{ zh = "某", en = "Some" }}
in_class = "{in_class}"
functions = ["{function}"]
limit = "24h"
level = "county"
audience = "{audience}"
hides_reporter = {hides}
is_mandatory_report = {mandatory}
offers_mediation = {mediation}
source = "test"
"""


def weakened(key: str, **changes: str) -> str:
    base = categories()[key]
    values = {
        "key": key,
        "in_class": base.in_class,
        "function": base.functions[0],
        "audience": base.audience.value,
        "hides": str(base.hides_reporter).lower(),
        "mandatory": str(base.is_mandatory_report).lower(),
        "mediation": str(base.offers_mediation).lower(),
    }
    return CATEGORY.format(**(values | changes))


@pytest.mark.parametrize("key", CONFIDENTIAL)
def test_a_county_may_say_a_confidential_category_again(
    key: str, own_county: Callable[[str], CountyFiles]
) -> None:
    files = own_county(weakened(key))
    assert files.declarations["incident_category"][key].source == "test"


@pytest.mark.parametrize("key", CONFIDENTIAL)
@pytest.mark.parametrize(
    "change",
    [
        {"audience": "private"},
        {"audience": "public"},
        {"hides": "false"},
        {"mediation": "true"},
        {"function": "VC"},
    ],
)
def test_a_county_that_weakens_a_safeguard_is_refused_with_file_and_line(
    key: str, change: dict[str, str], own_county: Callable[[str], CountyFiles]
) -> None:
    with pytest.raises(DeclarationsFaulty) as refusal:
        own_county(weakened(key, **change))
    assert len(refusal.value.faults) == 1
    assert refusal.value.faults[0].startswith(f"own/own.toml:3: {key} ")


@pytest.mark.parametrize("key", ["0308", "0309"])
def test_a_mandatory_report_stays_one(key: str, own_county: Callable[[str], CountyFiles]) -> None:
    with pytest.raises(DeclarationsFaulty, match="must stay a mandatory report"):
        own_county(weakened(key, mandatory="false"))


def test_an_unknown_key_is_refused_with_file_line_and_key(
    own_county: Callable[[str], CountyFiles],
) -> None:
    with pytest.raises(DeclarationsFaulty) as refusal:
        own_county(weakened("0401", mediation="false") + 'penalty = "50元"\n')
    assert refusal.value.faults == [
        "own/own.toml:15: incident_category penalty: Extra inputs are not permitted"
    ]


def test_every_fault_is_told_not_just_the_first(
    own_county: Callable[[str], CountyFiles],
) -> None:
    text = (
        weakened("0401").replace('limit = "24h"', 'limit = "3 days"')
        + '\n[[nonsense]]\nkey = "x"\n'
    )
    with pytest.raises(DeclarationsFaulty) as refusal:
        own_county(text)
    assert [fault.split(": ")[0] for fault in refusal.value.faults] == [
        "own/own.toml:8",
        "own/own.toml:16",
    ]


ROLE = """[[role]]
key = "{key}"
name = {{ zh = "某", en = "Some" }}
may_in_area = [{area}]
may_for_unit = [{unit}]
source = "test"
"""


@pytest.mark.parametrize(
    ("key", "area", "unit", "told"),
    [
        ("own", '"incidents.fine"', "", "there is no verb called incidents.fine"),
        ("own", '"incidents.see_confidential"', "", "for the unit's own matters only"),
        ("own", '"incidents.handle"', "", "for the unit's own matters only"),
        ("own", "", '"incidents.dispatch"', "is over an area"),
        ("own", '"incidents.verify"', '"incidents.handle"', "may not propose and approve"),
        ("own", '"incidents.verify", "incidents.supervise"', "", "may not approve and supervise"),
        ("own", '"incidents.supervise", "record.read"', "", "may not supervise and audit"),
        ("own", '"posts.keep", "incidents.see"', "", "who keeps posts may not act"),
        ("grid_worker", "", '"incidents.see_confidential"', "may not see confidential"),
    ],
)
def test_a_role_that_grants_too_much_is_refused(
    key: str, area: str, unit: str, told: str, own_county: Callable[[str], CountyFiles]
) -> None:
    with pytest.raises(DeclarationsFaulty) as refusal:
        own_county(ROLE.format(key=key, area=area, unit=unit))
    assert len(refusal.value.faults) == 1
    assert told in refusal.value.faults[0]
    assert refusal.value.faults[0].startswith("own/own.toml:")


def test_the_catalogue_of_verbs_knows_every_verb_it_sorts() -> None:
    sorted_verbs = FOR_UNIT | ONLY_FOR_UNIT | frozenset().union(*DUTIES.values())
    assert sorted_verbs <= set(VERBS)
