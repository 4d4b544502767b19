"""N9: whoever ordered or supported is told what became of it, and the record names nobody."""

import pytest

from tests.orders.conftest import AT, CLOSES, House
from xiangyue.notifications.models import Message
from xiangyue.orders import services

pytestmark = pytest.mark.django_db


def told(house: House, name: str) -> set[object]:
    rows = Message.objects.filter(declaration__key__startswith=name)
    return set(rows.values_list("recipient", flat=True))


def test_n9_orderers_and_supporters_are_told_at_each_step(house: House) -> None:
    house.begin()
    need = house.order("要办路灯", who=0)
    services.support(need=need, by=house.residents[8], at=AT)
    house.decided([1], [1], [1])
    everybody = {house.residents[who].pk for who in (0, 1, 2, 3, 8)}
    assert told(house, "orders.needs_answered") == everybody
    assert told(house, "orders.round_decided") == everybody
    services.report_progress(
        project=house.named("路灯"), kind="begun", text="开工了", by=house.keeper, at=CLOSES
    )
    assert told(house, "orders.progress_reported") == {
        house.residents[0].pk, house.residents[8].pk,
    }  # fmt: skip
