"""A real compact in the clerk's village, for the routes to be asked for."""

from datetime import datetime

from tests import people
from tests.incidents.drawings import photo
from xiangyue.compacts import services
from xiangyue.places.models import Person

DOUBTFUL = "乱砍林木的，由公安机关依法罚款。"


def compacts(clerk: Person, resident: Person, now: datetime) -> dict[str, object]:
    """One text in force with a clause suspended, the next one out for the resident's opinion."""
    place = people.place()
    first = services.begin_compact(
        kind="village_compact", place=place, title="村规民约", starter="short", by=clerk, at=now
    )
    services.take_over(
        version=first, how="村民会议通过", in_force_from=now.date(), by=clerk, at=now
    )
    signing = services.add_signing(
        version=first, place=place, signer_count=1, signed_on=now.date(), upload=photo(), by=clerk,
        at=now,
    )  # fmt: skip
    telling = services.add_telling(
        compact=first.compact, form="verse", language="普通话", title="顺口溜", text="门前常打扫",
        by=clerk, at=now,
    )  # fmt: skip
    town = people.posted("political_legal_member", at_place=people.town(), name="孙委员")
    order = services.order_correction(
        clause=first.clauses.first(), law="村组法", reason="限制权利", by=town, at=now
    )
    next_one = services.begin_version(compact=first.compact, made_from=first, by=clerk, at=now)
    rhyme = next_one.clauses.first()
    services.save_clause(
        clause=rhyme, topic=rhyme.topic, heading=rhyme.heading, text="门前院落常打扫。", seen=1,
        by=clerk, at=now,
    )  # fmt: skip
    clause = services.add_clause(
        version=next_one, topic="rights", heading="", text=DOUBTFUL, by=clerk, at=now
    )
    services.publish_first(version=next_one, by=clerk, at=now)
    opinion = services.give_opinion(version=next_one, text="太严了", by=resident, at=now)
    return {
        "compact_key": first.compact_id, "compact_id": first.compact_id,
        "version_key": next_one.pk, "version_id": next_one.pk, "clause_id": clause.pk,
        "clause_check": "fine", "correction_id": order.pk, "opinion_id": opinion.pk,
        "opinion_receipt": opinion.receipt_code, "signing_id": signing.pk,
        "telling_id": telling.pk,
    }  # fmt: skip
