"""A budget round in the clerk's village whose vote is open, for the routes to be asked for."""

from datetime import datetime, timedelta

from tests import people
from tests.incidents.drawings import photo
from xiangyue.ballots.services import confirm_entries, fix_roll, publish_roll
from xiangyue.orders import services
from xiangyue.orders.models import Round
from xiangyue.places.models import Person

SETTLED = timedelta(days=30)


def budgets(clerk: Person, resident: Person, now: datetime) -> dict[str, object]:
    """Ordered by the resident, costed, on the board long enough, voted on now; clerk and resident
    count."""
    began = now - timedelta(days=60)
    made = services.begin_round(
        kind="service_fund", place=people.place(), title="办哪几件", money_from="专项经费",
        budget=10_000_000, by=clerk, at=began,
    )  # fmt: skip
    need = services.order(round_=made, text="巷口装路灯", by=resident, at=began)
    costing = began + timedelta(days=8)
    services.end_needs(round_=made, by=clerk, at=costing)
    for title, needs in (("路灯", [need]), ("凉亭", [])):
        project = services.keep_project(
            round_=made, title=title, what=f"建{title}", costed_by="镇项目办", needs=needs,
            lines=[services.Cost("材料", 3_000_000)], by=clerk, at=costing,
        )  # fmt: skip
    shown = services.add_photo(
        project=project, stage="before", upload=photo(), by=clerk, at=costing
    )
    services.publish_projects(round_=made, by=clerk, at=costing)
    services.draw_voters(round_=made, by=clerk, at=costing)
    made = Round.objects.get(pk=made.pk)
    assert made.roll is not None
    publish_roll(roll=made.roll, by=clerk, at=costing)
    confirm_entries(roll=made.roll, entries=None, by=clerk, at=costing)
    fix_roll(roll=made.roll, by=clerk, at=costing + timedelta(days=5))
    services.announce_vote(
        round_=made, opens_at=now - timedelta(hours=1), closes_at=now + timedelta(days=5),
        tellers=[clerk, resident], by=clerk, at=costing + SETTLED,
    )  # fmt: skip
    services.open_vote(round_=Round.objects.get(pk=made.pk), by=clerk, at=now)
    return {
        "order_round_id": made.pk, "order_project_id": project.pk, "order_need_id": need.pk,
        "order_photo": shown.pk,
    }  # fmt: skip
