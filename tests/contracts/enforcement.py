"""A village that keeps its compact, for the routes to be asked for."""

from datetime import datetime, timedelta
from uuid import uuid4

from tests import people
from xiangyue.blueprints.queries import current
from xiangyue.enforcement import services
from xiangyue.enforcement.models import Committee, Member, Reminder
from xiangyue.places.models import Person


def keeping(clerk: Person, resident: Person, now: datetime) -> dict[str, object]:
    """A committee that the clerk forms, the resident's letter, seat, reminder and objection."""
    place, today = people.place(), now.date()
    head = people.posted("unit_head", at_place=place)
    committee = services.begin_committee(place=place, by=clerk, at=now)
    letter = services.invite(
        committee=committee, person=resident, kind="clan_head", by=clerk, at=now
    )
    member = services.propose_by_role(
        committee=committee, person=head, seat="unit_head", has_agreed=True, by=clerk, at=now
    )
    Committee.objects.filter(pk=committee.pk).update(
        state="sitting", sits_since=now, term_ends_on=today + timedelta(days=1000)
    )
    team = services.form_team(committee=committee, kind="patrol", by=clerk, at=now)
    seat = services.nominate(
        team=team, person=resident, nominated_by="clan", has_agreed=True, by=clerk, at=now
    )
    Member.objects.filter(pk=seat.pk).update(card_code="0123456789AB", card_until=today)
    area = services.set_area(place=place, subject="roads", name="村口的路", by=clerk, at=now)
    reminder = Reminder.objects.create(
        village=place, place_path=place.path, declaration=current("reminder_rule", "reminders"),
        clause_lineage=uuid4(), clause_number=1, person=resident, seen_on=today, seen_at=place,
        team=team, noted_by=head, noted_at=now, erase_on=today + timedelta(days=60),
    )  # fmt: skip
    objection = services.object_to_reminder(
        reminder=reminder, text="那天我不在", by=resident, at=now
    )
    call = services.call_for_help(
        team=team, title="清理杂草", meets_at="村口", starts_at=now + timedelta(days=3),
        wanted_count=2, by=clerk, at=now,
    )  # fmt: skip
    return {
        "help_call_key": call.pk,
        "compact_committee_id": committee.pk, "compact_act": "publish",
        "compact_invitation_id": letter.pk, "own_invitation_id": letter.pk, "letter_act": "brought",
        "compact_member_id": member.pk, "vetted_id": member.pk, "seat_act": "renew-card",
        "compact_team_id": team.pk, "compact_team_key": team.pk, "own_seat_id": seat.pk,
        "card_code": "0123456789AB", "area_id": area.pk, "reminder_id": reminder.pk,
        "reminder_objection_id": objection.pk,
    }  # fmt: skip
