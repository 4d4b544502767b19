"""The only way that web code fetches a committee, a team, an area or a reminder for a person."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.access.queries import granted
from xiangyue.access.rules import Standing
from xiangyue.enforcement.models import (
    Committee,
    DutyArea,
    Invitation,
    Member,
    Reminder,
    ReminderObjection,
    ReminderStep,
    Team,
)
from xiangyue.enforcement.services.acting import ANSWER, DIRECT, KEEP, NOTE, VET
from xiangyue.kernel.identifiers import normalise_code
from xiangyue.kernel.refusals import NotAllowed, NotFound
from xiangyue.places.models import Person, Place, PlaceKind

WITH_SEAT = (
    "person", "notice", "committee__declaration", "committee__place", "team__declaration",
    "team__committee__place", "team__organisation",
)  # fmt: skip


def keeps_compact(standing: Standing) -> bool:
    """Whether any post has to do with keeping a compact at a desk; for a menu entry."""
    return any(standing.may_somewhere(verb) for verb in (KEEP, VET, ANSWER))


def check_keeps(standing: Standing, verb: str = KEEP) -> None:
    """:raises NotAllowed: no post of theirs has to do with it."""
    if not standing.may_somewhere(verb):
        raise NotAllowed(_("Your posts do not include this page."))


# --- for everybody ----------------------------------------------------------------------------


def village_with(code: str) -> Place:
    """:raises NotFound: there is no village with this code."""
    found: Place | None = Place.objects.filter(
        code=code, kind=PlaceKind.VILLAGE, is_active=True
    ).first()
    if found is None:
        raise NotFound(_("There is no village with this code."))
    return found


def place_in_a_village(code: str) -> tuple[Place, Place]:
    """A place and the village that it is or lies in.

    :raises NotFound: there is none.
    """
    place: Place | None = Place.objects.filter(code=code, is_active=True).first()
    if place is not None:
        steps = range(Place.steplen, len(place.path) + 1, Place.steplen)
        village: Place | None = Place.objects.filter(
            path__in=[place.path[:length] for length in steps], kind=PlaceKind.VILLAGE
        ).first()
        if village is not None:
            return place, village
    raise NotFound(_("There is no village with this code."))


def public_team(team_id: UUID) -> Team:
    """:raises NotFound: there is none, or it was dissolved."""
    rows = Team.objects.filter(pk=team_id, ended_at=None)
    found = rows.select_related("declaration", "organisation", "committee__place").first()
    if found is None:
        raise NotFound(_("There is no such team."))
    return found


def card_holder(code: str) -> Member:
    """Whose card has this code, whether it serves or not; codes cannot be guessed.

    :raises NotFound: no card has it.
    """
    found = Member.objects.filter(card_code=normalise_code(code)).select_related(*WITH_SEAT).first()
    if found is None:
        raise NotFound(_("No work card has this code."))
    return found


def is_from_here(person: Person | None, standing: Standing, village: Place) -> bool:
    """Whether somebody lives in the village or serves there: they read who is on duty by name."""
    if person is None:
        return False
    home = person.household.place_path if person.household_id and person.household else ""
    if not home and person.place_id and person.place:
        home = person.place.path
    return home.startswith(village.path) or any(
        village.path.startswith(holding.place_path) or holding.place_path.startswith(village.path)
        for holding in standing.holdings
    )


# --- one's own --------------------------------------------------------------------------------


def own_invitation(person: Person, invitation_id: UUID) -> Invitation:
    """:raises NotFound: there is none for this person."""
    found = (
        Invitation.objects.filter(pk=invitation_id, person=person)
        .select_related("committee__place", "committee__declaration", "person")
        .first()
    )
    if found is None:
        raise NotFound(_("There is no such invitation for you."))
    return found


def own_seat(person: Person, member_id: UUID) -> Member:
    """:raises NotFound: there is none of theirs."""
    rows = Member.objects.filter(pk=member_id, person=person).select_related(*WITH_SEAT)
    found = rows.prefetch_related("vettings").first()
    if found is None:
        raise NotFound(_("There is no such seat of yours."))
    return found


# --- the desk ---------------------------------------------------------------------------------


def villages_to_keep(standing: Standing) -> list[Place]:
    """The villages for which the person keeps the compact, in the order of the tree."""
    rows = Place.objects.filter(granted(standing, KEEP, path_field="path"))
    return list(rows.filter(kind=PlaceKind.VILLAGE, is_active=True).order_by("path")[:500])


def village_to_keep(standing: Standing, code: str) -> Place:
    """:raises NotFound: there is none, or it is not theirs to keep."""
    found = village_with(code)
    if not standing.may(KEEP, place_path=found.path):
        raise NotFound(_("There is no village with this code."))
    return found


def kept_committee(standing: Standing, committee_id: UUID) -> Committee:
    """:raises NotFound: there is none, or not theirs to keep."""
    rows = Committee.objects.filter(granted(standing, KEEP), pk=committee_id)
    found = rows.select_related("place", "declaration").first()
    if found is None:
        raise NotFound(_("There is no committee that you keep here."))
    return found


def kept_invitation(standing: Standing, invitation_id: UUID) -> Invitation:
    """:raises NotFound: there is none, or not theirs to keep."""
    found = (
        Invitation.objects.filter(
            granted(standing, KEEP, path_field="committee__place_path"), pk=invitation_id
        )
        .select_related("committee__place", "committee__declaration", "person", "written_by")
        .first()
    )
    if found is None:
        raise NotFound(_("There is no invitation that you keep here."))
    return found


def kept_team(standing: Standing, team_id: UUID) -> Team:
    """:raises NotFound: there is none, or not theirs to keep."""
    rows = Team.objects.filter(granted(standing, KEEP), pk=team_id, ended_at=None)
    found = rows.select_related("declaration", "organisation", "committee__place").first()
    if found is None:
        raise NotFound(_("There is no team that you keep here."))
    return found


def kept_member(standing: Standing, member_id: UUID) -> Member:
    """:raises NotFound: there is none, or not theirs to keep."""
    rows = Member.objects.filter(granted(standing, KEEP), pk=member_id)
    found = rows.select_related(*WITH_SEAT).first()
    if found is None:
        raise NotFound(_("There is no member that you keep here."))
    return found


def kept_area(standing: Standing, area_id: UUID) -> DutyArea:
    """:raises NotFound: there is none on the list, or not theirs to keep."""
    rows = DutyArea.objects.filter(granted(standing, KEEP), pk=area_id, ended_at=None)
    found = rows.select_related("village", "place", "household", "team", "person").first()
    if found is None:
        raise NotFound(_("There is no duty area that you keep here."))
    return found


# --- vetting ----------------------------------------------------------------------------------


def members_to_vet(standing: Standing) -> QuerySet[Member]:
    """Who is proposed for a committee in the vetter's town, oldest first."""
    if standing.person_id is None:
        return Member.objects.none()
    rows = Member.objects.filter(
        granted(standing, VET), state=Member.State.PROPOSED, committee__isnull=False
    )
    return (
        rows.exclude(person_id=standing.person_id)
        .select_related(*WITH_SEAT, "appeal")
        .prefetch_related("vettings")
        .order_by("proposed_at", "pk")
    )


def member_to_vet(standing: Standing, member_id: UUID) -> Member:
    """:raises NotFound: there is none to be vetted by this person's office."""
    found = members_to_vet(standing).filter(pk=member_id).first()
    if found is None:
        raise NotFound(_("There is nobody here whom you vet."))
    return found


# --- reminders --------------------------------------------------------------------------------


def reminders_in_sight(standing: Standing, *, at: datetime) -> QuerySet[Reminder]:
    """Reminders that concern the person, that their team noted, and those at their turn.

    Who directs the committee sees one after the written reminder, who answers objections sees
    those with one; nobody sees all. What is to be erased today is gone already.
    """
    if standing.person_id is None:
        return Reminder.objects.none()
    written = ReminderStep.objects.filter(reminder=OuterRef("pk"), kind="written")
    objected = ReminderObjection.objects.filter(reminder=OuterRef("pk"))
    mine = Q(person_id=standing.person_id)
    team = granted(standing, NOTE) & Q(
        team__in=Member.objects.filter(
            person_id=standing.person_id, state=Member.State.SITTING, team__isnull=False
        ).values("team")
    )
    director = granted(standing, DIRECT) & Exists(written)
    answering = granted(standing, ANSWER) & Exists(objected)
    rows = Reminder.objects.filter(mine | team | director | answering)
    return (
        rows.filter(erase_on__gt=timezone.localdate(at))
        .select_related(
            "person", "village", "clause", "seen_at", "noted_by", "team__declaration",
            "declaration",
            "team__organisation",
        )
        .prefetch_related("steps__by", "objections__clock", "objections__answered_by")
    )  # fmt: skip


def reminder_in_sight(standing: Standing, reminder_id: UUID, *, at: datetime) -> Reminder:
    """:raises NotFound: there is none, it was erased, or it is not theirs to see."""
    found = reminders_in_sight(standing, at=at).filter(pk=reminder_id).first()
    if found is None:
        raise NotFound(_("There is no such reminder for you; it may have been erased."))
    return found


def objections_to_answer(standing: Standing) -> QuerySet[ReminderObjection]:
    """The objections that wait for an answer where the person answers, due soonest first."""
    rows = ReminderObjection.objects.filter(
        granted(standing, ANSWER, path_field="reminder__place_path"), answered_at=None
    )
    return rows.select_related(
        "reminder__person", "reminder__village", "reminder__noted_by", "clock"
    ).order_by("clock__due_at", "pk")


def objection_to_answer(standing: Standing, objection_id: UUID) -> ReminderObjection:
    """:raises NotFound: there is none that waits, or not theirs to answer."""
    found = objections_to_answer(standing).filter(pk=objection_id).first()
    if found is None:
        raise NotFound(_("There is no objection that you answer here."))
    return found
