"""Real councils in the clerk's village, and a matter that concerns the resident."""

from datetime import datetime, timedelta

from tests.councils.conftest import House, make_community
from xiangyue.councils import services
from xiangyue.places.models import Person


def councils(clerk: Person, resident: Person, now: datetime) -> dict[str, object]:
    """A service group with an errand of the resident's, who is asked to sit in another group; in a
    community a matter that concerns them."""
    house = House(
        clerk=clerk, secretary=clerk, resident=resident, elsewhere=resident,
        at=now - timedelta(days=20),
    )  # fmt: skip
    group = house.group("service_group")
    house.at = now
    errand = house.ask(group, title="代买药", text="腿脚不便")
    seat = house.seat(house.form(), "head", person=resident)
    community = make_community(house)
    house.at = now - timedelta(days=20)
    council = community.sitting()
    matter = services.take_up(council=council, title="停车", by=community.clerk, at=now)
    stake = services.invite_stakeholder(
        council=council, matter=matter, person=resident, stake="车位在门前", by=community.clerk,
        at=now,
    )  # fmt: skip
    return {
        "council_id": group.pk, "council_key": group.pk, "council_seat_id": seat.pk,
        "council_matter_id": services.take_up(
            council=group, title="路灯", by=clerk, at=now
        ).pk,
        "matter_key": matter.pk, "stake_id": stake.pk, "group_matter_id": errand.pk,
        "group_act": "end",
    }  # fmt: skip
