"""Real votes in the clerk's village, for the routes to be asked for."""

from datetime import datetime, timedelta
from uuid import UUID

from tests import people
from xiangyue.ballots.models import Ballot, Membership
from xiangyue.ballots.secret.services import name_trustees
from xiangyue.ballots.services import (
    confirm_entries,
    draw_roll,
    fix_roll,
    import_members,
    object_to_roll,
    open_ballot,
    plan_ballot,
    publish_roll,
)
from xiangyue.places.models import Person


def votes(clerk: Person, resident: Person, now: datetime) -> dict[str, object]:
    """A published roll with the resident's objection, a list of members, an open vote by hands."""
    roll = draw_roll(place=people.place(), rule="villagers_assembly", by=clerk, at=now)
    publish_roll(roll=roll, by=clerk, at=now)
    objection = object_to_roll(
        roll=roll, kind="missing", text="奶奶不在名册上", by=resident, at=now
    )
    ballot = _planned(clerk, now, modes=["hands", "online"], tellers=[clerk, resident])
    open_ballot(ballot=ballot, by=clerk, at=now)
    kind, today = "party_member", now.date()
    import_members(
        place=people.place(), kind=kind, text=resident.name, on=today, at=now, by=clerk,
        chosen=[resident],
    )  # fmt: skip
    return {
        "roll_id": roll.pk, "objection_id": objection.pk, "entry_number": 1,
        "ballot_id": ballot.pk, "kind": kind, "member_id": Membership.objects.get().pk,
    }  # fmt: skip


def secret_vote(clerk: Person, trustees: list[Person], now: datetime) -> UUID:
    """A secret vote by phone in the clerk's village, announced, its trustees named."""
    ballot = _planned(clerk, now, modes=["secret_online"], is_secret=True)
    name_trustees(ballot=ballot, people=trustees, by=clerk, at=now)
    return ballot.pk


def _planned(
    clerk: Person,
    now: datetime,
    *,
    modes: list[str],
    is_secret: bool = False,
    tellers: list[Person] | None = None,
) -> Ballot:
    before = now - timedelta(days=30)
    roll = draw_roll(place=people.place(), rule="villagers_assembly", by=clerk, at=before)
    publish_roll(roll=roll, by=clerk, at=before)
    confirm_entries(roll=roll, entries=None, by=clerk, at=before)
    return plan_ballot(
        roll=fix_roll(roll=roll, by=clerk, at=now - timedelta(days=26)),
        title="修村道", questions=["同意修村道吗？"], modes=modes, is_secret=is_secret,
        tellers=tellers or [], opens_at=now, closes_at=now + timedelta(days=1), by=clerk,
        at=now - timedelta(days=20),
    )  # fmt: skip
