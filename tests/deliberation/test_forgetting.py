"""Whose voices they were is forgotten a year after the end; how many they were is not (GD09)."""

from datetime import timedelta

import pytest

from tests.deliberation.conftest import House, fresh
from xiangyue.deliberation import services
from xiangyue.deliberation.invariants import every_voice_counts_once
from xiangyue.deliberation.models import Issue, Support
from xiangyue.deliberation.tasks import forget_voices

pytestmark = pytest.mark.django_db

YEAR = timedelta(days=365)


@pytest.fixture
def settled(house: House) -> Issue:
    """Raised by 居民0 and, joined to it, by 居民1; 居民2 supported both, somebody on paper one."""
    issue, other = house.raised(), house.raised(1)
    house.support(issue, 2)
    house.support(other, 2)
    services.enter_voices(issue=issue, names="马奶奶", by=house.worker, at=house.at)
    house.merge(other, issue)
    task = house.task(house.resolved(house.accepted(fresh(issue))).issue)
    house.checked(house.done(task))
    settled = fresh(issue)
    assert (settled.state, settled.support_count) == ("settled", 4)
    return settled


def known(issue: Issue) -> list[str]:
    """What is still known of anybody in the issue or in what was joined to it."""
    rows = Support.objects.all()
    people = [row.person.name for row in rows if row.person is not None]
    raisers = [each.raised_by.name for each in Issue.objects.all() if each.raised_by is not None]
    return people + raisers + [row.said_by for row in rows if row.said_by not in {"", "—"}]


def test_a_year_after_the_end_nobody_is_known_and_everybody_counts(
    settled: Issue, house: House
) -> None:
    assert services.forget_voices(at=house.at + YEAR) == 0
    assert "马奶奶" in known(settled)
    assert services.forget_voices(at=house.at + YEAR + timedelta(seconds=1)) == 1
    assert known(settled) == []
    assert not Support.objects.filter(voice__regex="^[pn]:").exists()
    assert not Support.objects.exclude(entered_by=None).exists()
    assert fresh(settled).support_count == 4
    assert every_voice_counts_once() == []
    assert services.forget_voices(at=house.at + 2 * YEAR) == 0


def test_nobody_is_left_to_be_told(settled: Issue, house: House) -> None:
    assert services.read_telling_list(issue=settled, by=house.worker, at=house.at)
    forget_voices(at=house.at + 2 * YEAR)
    assert services.read_telling_list(issue=settled, by=house.worker, at=house.at) == []


def test_what_goes_on_or_can_be_asked_again_knows_its_voices(house: House) -> None:
    waiting, declined = house.raised(), house.raised(1)
    services.decline_issue(issue=declined, reason="今年没有钱。", by=house.secretary, at=house.at)
    assert services.forget_voices(at=house.at + 3 * YEAR) == 0
    for issue in (waiting, declined):
        assert fresh(issue).raised_by is not None


def test_what_was_joined_to_something_that_goes_on_knows_its_voices(house: House) -> None:
    issue, other = house.raised(), house.raised(1)
    house.merge(other, issue)
    assert services.forget_voices(at=house.at + 3 * YEAR) == 0
    assert fresh(other).raised_by is not None
