"""Real meetings in the clerk's village: one that is open with the resident in it, one signed."""

from datetime import datetime, timedelta

from tests import people
from tests.incidents.drawings import photo
from xiangyue.assemblies import services
from xiangyue.assemblies.models import Sitting
from xiangyue.places.models import Person


def assemblies(clerk: Person, resident: Person, now: datetime) -> dict[str, object]:
    """Parameter by parameter; the queue's place is the resident's own."""
    chair = people.somebody("周主持", at_place=people.place())
    held = _open(clerk, chair, now)
    item = held.items.get(position=1)
    here = services.mark_attendance(
        sitting=held, person=resident, how="list", is_voice=True, by=clerk, at=now
    )
    motion = services.move(item=item, text="出工三天。", mover=here, by=clerk, at=now)
    amendment = services.amend(motion=motion, text="出工五天。", mover=here, by=clerk, at=now)
    turn = services.ask_to_speak(item=item, attendance=here, by=resident, at=now)
    called = _called(clerk, now, starts_at=now + timedelta(days=2))
    wish = services.ask_for_item(sitting=called, text="路灯坏了", by=resident, at=now)
    over = services.close_sitting(sitting=_open(clerk, chair, now), by=clerk, at=now)
    services.draft_minutes(sitting=over, by=clerk, at=now)
    minutes = services.settle_minutes(sitting=over, by=clerk, at=now, names_are_words=True)
    services.sign_on_paper(
        sitting=over, seat="chair", person=chair, upload=photo(), by=clerk, at=now,
        seen_digest=minutes.digest,
    )  # fmt: skip
    return {
        "sitting_id": held.pk, "sitting_act": "roll", "agenda_item_id": item.pk,
        "item_act": "next", "motion_id": motion.pk, "motion_act": "order",
        "amendment_id": amendment.pk, "amendment_act": "decide", "wish_id": wish.pk,
        "attendance_id": here.pk, "speaking_id": turn.pk,
        "signature_id": minutes.signatures.get().pk,
    }  # fmt: skip


def _called(clerk: Person, now: datetime, *, starts_at: datetime) -> Sitting:
    return services.announce(
        kind="courtyard", place=people.place(), title="院坝会", where="老槐树下",
        starts_at=starts_at, items=["出工", "晾晒场"], expected_count=4, by=clerk,
        at=now - timedelta(days=3),
    )  # fmt: skip


def _open(clerk: Person, chair: Person, now: datetime) -> Sitting:
    sitting = _called(clerk, now, starts_at=now - timedelta(minutes=5))
    return services.open_sitting(sitting=sitting, chair=chair, minute_taker=clerk, by=clerk, at=now)
