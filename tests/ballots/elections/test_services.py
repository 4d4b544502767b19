"""An election from its announcement to the handover, at each border of the law."""

from datetime import timedelta

import pytest

from tests.ballots.elections.conftest import CLOSES
from xiangyue.ballots.elections import services
from xiangyue.ballots.elections.models import Elected
from xiangyue.places.models import Post

pytestmark = pytest.mark.django_db


def test_an_election_from_the_list_to_the_handover(held):
    found = held.polled()
    assert found.state == "counted"
    elected = {each.name for each in Elected.objects.all()}
    assert elected == {held.chosen["chair"][0].name, *(p.name for p in held.chosen["member"][:2])}
    decided = services.conclude_election(election=held.election, by=held.keeper, at=CLOSES)
    assert decided.state == "decided"
    posts = Post.objects.filter(role="committee_member", active_to=None)
    assert sorted(posts.values_list("seat", flat=True)) == ["chair", "member", "member"]
    assert decided.handover_clock.due_at.date() >= (CLOSES + timedelta(days=10)).date()
    done = services.hand_over(
        election=held.election, items=["公章", "账簿"], overseen_by="镇政府", by=held.keeper,
        at=CLOSES + timedelta(days=3),
    )  # fmt: skip
    assert done.state == "handed_over"
    assert done.handover_clock.stopped_at is not None
