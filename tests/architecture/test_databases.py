"""The test databases are put back after tests that commit, whatever the other one left behind."""

import pytest
from django.core.cache import cache

from tests import people
from xiangyue.places.models import Person, Place

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("turn", ["first", "second"])
def test_every_test_finds_the_county_as_it_was_loaded(turn: str) -> None:
    assert Place.objects.filter(code=people.VILLAGE).exists()
    assert not Person.objects.exists()
    assert cache.get("kept") is None
    people.somebody()
    cache.set("kept", turn)
