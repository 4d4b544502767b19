"""Each declared scenario is played: where a report goes, and what words suggest."""

import csv
from functools import cache
from pathlib import Path

import pytest

from tests.contracts.counties import categories, declared, rules
from xiangyue.incidents.blueprint import (
    DispatchScenario,
)
from xiangyue.incidents.routing import level_of, route
from xiangyue.incidents.rules import Rule, choose_rule, suggest_categories
from xiangyue.places.models import Place


def as_rules(slug: str) -> list[Rule]:
    return [
        Rule(
            key=rule.key,
            position=rule.position,
            categories=rule.categories,
            places=rule.places,
            function=rule.function,
            level=rule.level,
            is_certain=rule.is_certain,
        )
        for rule in rules(slug)
    ]


def sample_code(scenario: DispatchScenario) -> str:
    """The code of a place that the scenario means."""
    by_level = {
        "county": "620725000000",
        "town": "620725102000",
        "village": "620725102201",
        "grid": "620725102201-001",
    }
    return scenario.place or by_level[scenario.at]


SCENARIOS = sorted(
    declared("shandan", "dispatch_scenario", DispatchScenario).values(), key=lambda each: each.key
)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.key)
def test_a_certain_report_is_sent_by_a_certain_rule(scenario: DispatchScenario) -> None:
    rule = choose_rule(
        as_rules("shandan"), category=scenario.category, place_code=sample_code(scenario)
    )
    if scenario.is_certain:
        assert rule is not None
        assert rule.is_certain
        assert rule.function == scenario.function


def test_every_rule_is_played_by_a_scenario() -> None:
    played = {
        rule.key
        for scenario in SCENARIOS
        if (
            rule := choose_rule(
                as_rules("shandan"), category=scenario.category, place_code=sample_code(scenario)
            )
        )
    }
    assert {rule.key for rule in rules()} - played == set()


def test_most_everyday_matters_go_straight_to_grid_village_or_town() -> None:
    certain = [
        rule
        for key in categories()
        if (rule := choose_rule(as_rules("liping"), category=key, place_code="522631"))
        and rule.is_certain
    ]
    low = [rule for rule in certain if rule.level in {"grid", "village", "town"}]
    assert len(certain) >= 60
    assert len(low) >= 40


@pytest.mark.django_db
def test_every_scenario_ends_where_it_says() -> None:
    wrong = {}
    for scenario in SCENARIOS:
        place = Place.objects.get(code=sample_code(scenario))
        target = route(category=categories()[scenario.category], place=place)
        found = (target.unit.function, level_of(target.unit.place), target.is_certain)
        if found != (scenario.function, scenario.level, scenario.is_certain):
            wrong[scenario.key] = found
    assert wrong == {}


@pytest.mark.django_db
def test_every_category_reaches_somebody_from_every_village_of_shandan() -> None:
    for village in Place.objects.filter(kind="village"):
        for category in ("0102", "0308", "0401", "0705", "0707", "0801"):
            target = route(category=categories()[category], place=village)
            assert target.unit.is_active
            assert village.path.startswith(target.unit.place.path)


@cache
def keywords() -> dict[str, tuple[str, ...]]:
    return {key: each.keywords for key, each in categories().items()}


def test_every_category_can_be_found_by_words() -> None:
    assert [key for key, words in keywords().items() if len(words) < 10] == []


with (Path(__file__).parent / "sentences.csv").open(encoding="utf-8", newline="") as handle:
    SENTENCES = [(row["sentence"], row["category"]) for row in csv.DictReader(handle)]


@pytest.mark.parametrize(("sentence", "category"), SENTENCES)
def test_what_villagers_say_suggests_the_category(sentence: str, category: str) -> None:
    assert category in suggest_categories(sentence, keywords())


def test_most_sentences_suggest_the_category_first() -> None:
    first = [
        category == (suggest_categories(sentence, keywords()) or [""])[0]
        for sentence, category in SENTENCES
    ]
    assert sum(first) / len(first) >= 0.85
