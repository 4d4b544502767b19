"""Two at once: come in, decide, sign, write; each thing is done once."""

from collections import Counter

import pytest

from tests.assemblies.conftest import DURING, Village, fresh, make_village
from tests.incidents.test_races import at_once
from xiangyue.activity.models import Entry
from xiangyue.assemblies import services
from xiangyue.assemblies.invariants import INVARIANTS
from xiangyue.assemblies.minutes_models import Minutes, Signature
from xiangyue.assemblies.motion_models import Decision

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def village(transactional_db) -> Village:
    return make_village()


def sound() -> list[str]:
    return [fault for check in INVARIANTS.values() for fault in check()]


def test_two_tablets_mark_one_person_once(village: Village):
    opened = village.courtyard()
    person = village.villagers[0]
    results = at_once(
        *(
            lambda: services.mark_attendance(
                sitting=opened, person=person, how="list", by=village.clerk, at=DURING
            )
            for _tablet in range(2)
        )
    )
    assert len({one.pk for one in results}) == 1
    assert opened.attendances.filter(person=person).count() == 1


def test_of_two_who_decide_otherwise_one_is_told(village: Village):
    opened = village.courtyard()
    village.come(opened, 6)
    item = village.item(opened)
    results = at_once(
        lambda: village.decide(item, "accepted"), lambda: village.decide(item, "rejected")
    )
    assert Counter(type(one) for one in results) == {Decision: 1, services.Overtaken: 1}
    assert Entry.objects.filter(name="assemblies.item_decided").count() == 1


def test_an_amendment_and_a_decision_at_once_leave_nothing_half_done(village: Village):
    opened = village.courtyard()
    mover, *_rest = village.come(opened, 6)
    item = village.item(opened)
    motion = village.move(item, mover)
    at_once(
        lambda: services.amend(
            motion=motion, text="每户出工五天。", mover=mover, by=village.writer, at=DURING
        ),
        lambda: village.decide(item, motion=motion),
    )
    is_decided = Decision.objects.filter(item=item).exists()
    assert is_decided != motion.amendments.filter(state="open").exists()


def test_two_minute_takers_at_once_lose_nothing(village: Village):
    closed = village.close(village.courtyard())
    minutes = services.draft_minutes(sitting=closed, by=village.writer, at=DURING)
    results = at_once(
        *(
            lambda who=who, text=text: services.write_minutes(
                sitting=closed,
                text=text,
                public_text="公开",
                by=who,
                at=DURING,
                seen_version=minutes.version,
            )
            for who, text in ((village.writer, "甲写的"), (village.clerk, "乙写的"))
        )
    )
    assert Counter(type(one) for one in results) == {Minutes: 1, services.Overtaken: 1}


def test_the_last_two_who_sign_at_once_complete_the_minutes_once(village: Village):
    minutes = village.settled()
    at_once(
        lambda: village.sign(minutes, village.secretary),
        lambda: village.sign(minutes, village.writer),
    )
    assert Signature.objects.count() == 2
    assert fresh(minutes).signed_at is not None
    assert Entry.objects.filter(name="assemblies.minutes_signed").count() == 1
    assert sound() == []
