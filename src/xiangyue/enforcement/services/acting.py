"""What every act begins and ends with: who may, lock, words, record."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from xiangyue.access.queries import standing_of
from xiangyue.activity.services import record
from xiangyue.blueprints.queries import meaning
from xiangyue.enforcement.blueprint import EnforcementCommittee, EnforcementTeam
from xiangyue.enforcement.models import Committee, Member, Team
from xiangyue.kernel.refusals import Conflict, NotAllowed, Refused
from xiangyue.places.models import Person
from xiangyue.publicity.services.acting import WordsMissing, words_given

KEEP = "enforcement.keep"
DIRECT = "enforcement.direct"
VET = "enforcement.vet"
NOTE = "enforcement.note"
LEAD = "enforcement.lead"
ANSWER = "enforcement.answer"

LONGEST_WORDS = 500

__all__ = [
    "ANSWER",
    "DIRECT",
    "KEEP",
    "LEAD",
    "LONGEST_WORDS",
    "NOTE",
    "VET",
    "DoneAlready",
    "NotSoFar",
    "WordsMissing",
    "check_may",
    "committee_kind",
    "lock_committee",
    "lock_member",
    "lock_team",
    "may",
    "near",
    "recorded",
    "team_kind",
    "words_given",
]


class DoneAlready(Conflict):
    """Somebody was quicker, or it was done before."""

    code = "done_already"


class NotSoFar(Refused):
    """Something has to happen first; the words say what."""

    code = "not_so_far"


def may(person: Person, verb: str, place_path: str, *, at: datetime) -> bool:
    return standing_of(person, at=at).may(verb, place_path=place_path)


def check_may(person: Person, verb: str, place_path: str, *, at: datetime) -> None:
    """:raises NotAllowed: no post of theirs does this there."""
    if not may(person, verb, place_path, at=at):
        raise NotAllowed(_("Your posts do not include this here."))


def near(one: Person, other: Person) -> bool:
    """Whether two are the same person or live in one household (REQ-L04)."""
    if one.pk == other.pk:
        return True
    return one.household_id is not None and one.household_id == other.household_id


def committee_kind(committee: Committee) -> EnforcementCommittee:
    """The declaration as it stood when the committee was begun."""
    return meaning(committee.declaration, EnforcementCommittee)


def team_kind(team: Team) -> EnforcementTeam:
    """The declaration as it stood when the team was formed."""
    return meaning(team.declaration, EnforcementTeam)


def lock_committee(committee: Committee) -> Committee:
    """The committee as it stands now, locked until the transaction ends.

    :raises DoneAlready: it was dissolved.
    """
    locked = (
        Committee.objects.select_for_update(of=("self",))
        .select_related("declaration", "place")
        .get(pk=committee.pk)
    )
    if locked.state == Committee.State.DISSOLVED:
        raise DoneAlready(_("This committee was dissolved."))
    return locked


def lock_team(team: Team) -> Team:
    """:raises DoneAlready: the team was dissolved."""
    locked = (
        Team.objects.select_for_update(of=("self",))
        .select_related("declaration", "committee__place", "organisation")
        .get(pk=team.pk)
    )
    if locked.ended_at is not None:
        raise DoneAlready(_("This team was dissolved."))
    return locked


def lock_member(member: Member) -> Member:
    return (
        Member.objects.select_for_update(of=("self",))
        .select_related(
            "person", "notice", "post", "committee__declaration", "committee__place",
            "team__declaration", "team__committee__place", "team__organisation",
        )
        .get(pk=member.pk)
    )  # fmt: skip


def recorded(
    name: str,
    about: models.Model,
    *,
    place_path: str,
    at: datetime,
    actor_id: UUID | None = None,
    **facts: Any,
) -> None:
    record(
        name=f"enforcement.{name}",
        subject=about,
        at=at,
        actor_id=actor_id,
        place_path=place_path,
        facts=facts,
    )
