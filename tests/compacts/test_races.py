"""Two at once on one compact: published, heard, filed, put in force, withdrawn."""

import threading
import time

import pytest
from django.db import transaction

from tests.compacts import test_accompanied as accompanying
from tests.compacts.conftest import DAY, Village, make_village
from tests.incidents.test_races import at_once
from xiangyue.access.queries import standing_of
from xiangyue.activity.models import Entry
from xiangyue.compacts import services
from xiangyue.compacts.invariants import INVARIANTS
from xiangyue.compacts.models import CorrectionOrder, Filing, Opinion, Version
from xiangyue.kernel.refusals import Refused
from xiangyue.procedures import services as procedures
from xiangyue.procedures.models import Run
from xiangyue.publicity.models import Notice

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def village(transactional_db) -> Village:
    return make_village()


def sound() -> list[str]:
    return [fault for check in INVARIANTS.values() for fault in check()]


def recorded(name: str) -> int:
    return Entry.objects.filter(name=f"compacts.{name}").count()


def test_two_clerks_publish_the_second_notice_and_it_hangs_once(village: Village) -> None:
    version = village.first()
    later = village.at + 12 * DAY
    services.begin_revision(version=version, by=village.clerk, at=later)
    results = at_once(
        *(
            lambda by=by: services.publish_second(version=version, by=by, at=later)
            for by in (village.clerk, village.secretary)
        )
    )
    assert sum(isinstance(result, list) for result in results) == 1, results
    assert sum(isinstance(result, services.NotNow) for result in results) == 1, results
    assert Notice.objects.filter(kind="compact_draft_second").count() == 1
    assert version.editions.filter(stage="second").count() == 1


def test_an_opinion_while_the_hearing_closes_is_answered_or_not_taken(village: Village) -> None:
    version = village.first()
    later = village.at + 12 * DAY
    results = at_once(
        lambda: village.say(version, at=later),
        lambda: services.begin_revision(version=version, by=village.clerk, at=later),
    )
    version.refresh_from_db()
    if isinstance(results[0], Opinion):
        assert isinstance(results[1], services.NotReady), results
        assert version.state == "first_notice"
    else:
        assert isinstance(results[0], services.NotHeard), results
        assert version.state == "revised"


def test_filed_twice_at_once_is_filed_once(village: Village) -> None:
    version = village.voted()
    at = village.at + 31 * DAY
    results = at_once(
        *(
            lambda by=by: services.file_with_town(version=version, by=by, at=at)
            for by in (village.clerk, village.secretary)
        )
    )
    assert all(isinstance(result, Filing) for result in results), results
    assert (Filing.objects.count(), recorded("version_filed")) == (1, 1)


def test_put_in_force_and_suspended_at_once_holds_without_the_clause(village: Village) -> None:
    version = village.voted()
    at = village.at + 31 * DAY
    village.sign(version)
    services.file_with_town(version=version, by=village.clerk, at=at)
    services.post_result(version=version, by=village.clerk, at=at)
    clause = version.clauses.get(position=1)
    results = at_once(
        lambda: services.put_in_force(version=version, by=village.clerk, at=at),
        lambda: services.order_correction(
            clause=clause, law="村民委员会组织法第二十七条", reason="请改正这一条。",
            by=village.town, at=at,
        ),
        lambda: services.put_in_force(version=version, by=village.secretary, at=at),
    )  # fmt: skip
    assert sum(isinstance(result, services.NotNow) for result in results) == 1, results
    version.refresh_from_db()
    assert version.state == "in_force"
    assert CorrectionOrder.objects.filter(clause=clause, lifted_at=None).count() == 1
    assert recorded("version_in_force") == 1
    assert sound() == []


def test_withdrawn_and_published_at_once_one_is_told(village: Village) -> None:
    version = village.draft()
    results = at_once(
        lambda: services.publish_first(version=version, by=village.clerk, at=village.at),
        lambda: services.withdraw(
            version=version, reason="先不定了", by=village.secretary, at=village.at
        ),
    )
    version.refresh_from_db()
    assert version.state == "withdrawn"  # withdrawn before it hung, or after
    assert isinstance(results[1], Version), results
    assert isinstance(results[0], list | services.NotNow), results


def test_the_last_two_acts_at_once_put_it_in_force_once(village: Village) -> None:
    version, run = accompanying.voted(village)
    at = village.at + 31 * DAY
    village.sign(version, at=at)
    results = at_once(
        lambda: services.file_with_town(version=version, by=village.clerk, at=at),
        lambda: services.post_result(version=version, by=village.secretary, at=at),
    )
    assert not any(isinstance(result, Refused) for result in results), results
    version.refresh_from_db()
    run.refresh_from_db()
    assert (version.state, run.state) == ("in_force", "done")
    assert recorded("version_in_force") == 1
    assert sound() == []


def test_ended_at_one_desk_while_withdrawn_at_the_other_neither_waits_for_ever(
    village: Village,
) -> None:
    """Whoever ends a procedure holds the run and then comes to the text: so does everybody."""
    version, run = accompanying.hung(village)
    begun = threading.Event()

    def end() -> object:
        with transaction.atomic():
            Run.objects.select_for_update().get(pk=run.pk)
            begun.set()
            time.sleep(0.5)  # the other one comes as far as it gets
            return procedures.end_early(
                run=run, actor=standing_of(village.clerk, at=village.at), at=village.at,
                reason="村里先不定了",
            )  # fmt: skip

    def withdraw() -> object:
        begun.wait(timeout=10)
        return services.withdraw(
            version=version, reason="先不定了", by=village.secretary, at=village.at
        )

    results = at_once(end, withdraw)
    assert isinstance(results[0], Run), results
    assert isinstance(results[1], services.NotNow), results
    assert sound() == []
