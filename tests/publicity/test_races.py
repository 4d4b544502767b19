"""Two at once: object, answer, take down while somebody answers, end the same window."""

from collections import Counter
from datetime import timedelta

import pytest

from tests.incidents.test_races import at_once
from tests.publicity.conftest import Village, day, make_village
from xiangyue.activity.models import Entry
from xiangyue.kernel.refusals import NotFound
from xiangyue.publicity import services
from xiangyue.publicity.invariants import INVARIANTS
from xiangyue.publicity.models import Notice, Objection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def village(transactional_db) -> Village:
    return make_village()


def counted(name: str) -> int:
    return Entry.objects.filter(name=f"publicity.{name}").count()


def sound() -> list[str]:
    return [fault for check in INVARIANTS.values() for fault in check()]


def test_two_objections_at_once_are_both_taken_and_counted(village: Village):
    notice = village.publish()
    results = at_once(
        *(
            lambda number=number: village.object(
                notice, f"第{number}条意见", network=f"10.0.0.{number}"
            )
            for number in (1, 2)
        )
    )
    assert all(isinstance(result, Objection) for result in results), results
    assert sorted(notice.objections.values_list("position", flat=True)) == [1, 2]
    assert sound() == []


def test_of_two_who_answer_at_once_one_is_told(village: Village):
    objection = village.object(village.publish())
    results = at_once(
        lambda: village.answer(objection, text="书记答复"),
        lambda: village.answer(objection, by=village.clerk, text="文书答复"),
    )
    kinds = Counter(type(result) for result in results)
    assert kinds == {Objection: 1, services.AlreadyAnswered: 1}, results
    assert counted("objection_answered") == 1
    assert sound() == []


def test_taken_down_and_answered_at_once_both_stand(village: Village):
    notice = village.publish()
    objection = village.object(notice)
    results = at_once(
        lambda: services.take_down(
            notice=notice, by=village.clerk, reason="重新公示", at=village.at, is_erased=True
        ),
        lambda: village.answer(objection),
    )
    assert {type(result) for result in results} == {Notice, Objection}, results
    assert sound() == []


def test_two_workers_end_a_window_once(village: Village):
    for number in range(5):
        village.publish(title=f"第{number}份")
    results = at_once(*(lambda: services.end_windows(at=day(20)) for _worker in range(2)))
    assert sum(results) == 5, results
    assert (counted("window_ended"), counted("notice_settled")) == (5, 5)
    assert sound() == []


def test_the_last_answer_and_the_end_of_the_window_settle_once(village: Village):
    notice = village.publish()
    objection = village.object(notice)
    at_once(
        lambda: services.end_windows(at=day(16)),
        lambda: village.answer(objection, at=day(16) - timedelta(hours=1)),
    )
    services.end_windows(at=day(16))
    assert (counted("window_ended"), counted("notice_settled")) == (1, 1)
    assert sound() == []


def test_two_who_publish_one_draft_publish_it_once(village: Village):
    draft = services.write_draft(
        kind="general", place=village.place, by=village.clerk, at=village.at, title="水渠",
        body="修水渠",
    )  # fmt: skip
    results = at_once(
        *(
            lambda who=who: services.publish_draft(draft=draft, by=who, at=village.at)
            for who in (village.clerk, village.secretary)
        )
    )
    assert {type(result) for result in results} == {Notice, NotFound}, results
    assert Notice.objects.count() == 1
