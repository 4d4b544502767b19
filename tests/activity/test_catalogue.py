"""Which activities exist, and that nobody listens for one that does not."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.activity.conftest import NAME
from xiangyue.activity import catalogue
from xiangyue.activity.models import Entry


@pytest.mark.parametrize(
    "name", ["stone_laid", "activity.stone", "Activity.stone_laid", "activity.stone laid", "a.b_"]
)
def test_an_activity_is_named_module_noun_pastverb(name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="named"):
        catalogue.declare(name, title="Something")


def test_an_activity_is_declared_once() -> None:
    with pytest.raises(ImproperlyConfigured, match="twice"):
        catalogue.declare(NAME, title="A stone was laid again")


def test_an_activity_is_found_by_its_name() -> None:
    activity = catalogue.activity_named(NAME)
    assert (activity.title, activity.facts) == (
        "A stone was laid",
        {"number", "code", "parts"},
    )
    assert activity in catalogue.all_activities()


def test_one_receiver_may_hear_several_activities() -> None:
    catalogue.declare("activity.stone_lifted", title="A stone was lifted")

    @catalogue.hear(NAME, "activity.stone_lifted")
    def listen(entry: Entry) -> None: ...

    assert catalogue.receivers_of(NAME) == (listen,)
    assert catalogue.receivers_of("activity.stone_lifted") == (listen,)


def test_listening_for_an_undeclared_activity_is_a_mistake() -> None:
    @catalogue.hear("activity.stone_thrown")
    def listen(entry: Entry) -> None: ...

    with pytest.raises(ImproperlyConfigured, match=r"activity\.stone_thrown"):
        catalogue.discover()


def test_discovering_again_changes_nothing() -> None:
    before = catalogue.all_activities()
    catalogue.discover()
    assert catalogue.all_activities() == before
