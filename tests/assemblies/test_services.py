"""A meeting from its call to its signed minutes."""

from datetime import timedelta

import pytest

from tests.assemblies.conftest import AGENDA, AT, DURING, STARTS, Village, fresh
from xiangyue.activity.models import Entry
from xiangyue.assemblies import queries, services
from xiangyue.assemblies.invariants import INVARIANTS
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.publicity.models import Notice

pytestmark = pytest.mark.django_db


def said(name: str) -> list[Entry]:
    return list(Entry.objects.filter(name=f"assemblies.{name}").order_by("pk"))


def sound() -> list[str]:
    return [fault for check in INVARIANTS.values() for fault in check()]


class TestCalling:
    def test_a_notice_goes_up_with_the_agenda(self, village: Village):
        sitting = village.announce()
        assert sitting.notice is not None
        assert all(title in sitting.notice.body for title in AGENDA)
        assert sitting.notice.kind == "meeting_call"
        assert [item.title for item in queries.agenda(sitting)] == list(AGENDA)
        assert sitting.invitations.count() >= 30
        assert len(said("sitting_announced")) == 1

    def test_ten_days_lie_between(self, village: Village):
        with pytest.raises(services.TooEarly, match="10"):
            village.announce(starts_at=AT + timedelta(days=9, hours=6))
        assert not Notice.objects.filter(kind="meeting_call").exists()
        assert village.announce(starts_at=AT + timedelta(days=10)).pk

    def test_who_does_not_call_such_meetings_is_refused(self, village: Village):
        for who in (village.villagers[0], village.stranger):
            with pytest.raises(NotAllowed):
                village.announce(by=who)

    def test_an_agenda_is_needed(self, village: Village):
        with pytest.raises(services.WordsMissing):
            village.announce(items=())
        with pytest.raises(services.WordsMissing):
            village.announce(items=("  ",))

    def test_what_comes_later_is_talked_about_and_put_off(self, village: Village):
        sitting = village.announce("courtyard", expected_count=4)
        opened = village.open(sitting)
        village.come(opened, 4)
        late = services.add_item(sitting=opened, title="临时加的", by=village.clerk, at=DURING)
        with pytest.raises(services.NotDecidable):
            village.decide(late)
        assert village.decide(late, "put_off").outcome == "put_off"
        assert Notice.objects.filter(body__contains="临时加的").count() == 1

    def test_a_change_begins_the_notice_anew(self, village: Village):
        sitting = village.announce("courtyard", expected_count=4)
        item = village.item(sitting)
        services.change_item(
            item=item, title="另外一件事", text="", by=village.clerk, at=STARTS - timedelta(hours=1)
        )
        opened = village.open(sitting)
        village.come(opened, 4)
        with pytest.raises(services.NotDecidable):
            village.decide(fresh(item))
        assert village.decide(village.item(opened, 2)).outcome == "accepted"

    def test_what_changes_nothing_announces_nothing(self, village: Village):
        sitting = village.announce()
        item = village.item(sitting)
        services.change_item(
            item=item, title=item.title, text="", by=village.clerk, at=AT + timedelta(days=9)
        )
        assert fresh(item).noticed_on == item.noticed_on
        assert said("item_changed") == []
