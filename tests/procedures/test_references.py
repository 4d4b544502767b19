"""Whatever serves as evidence is led to: its address is one that somebody answers."""

import pytest
from django.apps import apps
from django.urls import resolve

from xiangyue.ballots.models import Ballot
from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Place
from xiangyue.procedures.references import kind_of, known
from xiangyue.publicity.models import Notice

# What an address is made of besides the key; a notice has a number, a committee its village.
MADE_OF = {
    "publicity.notice": {"number": "GS-2026-0001"},
    "enforcement.committee": {"place": Place(code="620725102206")},
    "compacts.version": {"state": "in_force"},
    "compacts.edition": {"version_id": new_id()},
}


def test_notices_and_votes_are_among_it() -> None:
    assert {Notice._meta.label_lower, Ballot._meta.label_lower} <= known()


@pytest.mark.parametrize("label", sorted(known()))
def test_every_address_is_answered(label: str) -> None:
    kind = kind_of(label)
    assert kind is not None
    url = kind.url(apps.get_model(label)(**MADE_OF.get(label, {})))
    assert resolve(url.partition("?")[0]).url_name
