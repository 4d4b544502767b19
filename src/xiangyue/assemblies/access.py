"""The only way that web code fetches a sitting, or anything of one, for a person."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from xiangyue.access.queries import granted
from xiangyue.access.rules import Standing
from xiangyue.assemblies.blueprint import SittingKind
from xiangyue.assemblies.kinds import KEEP, all_kinds, kind_of, may_call
from xiangyue.assemblies.models import Attendance, Item, Sitting, Turn, Wish
from xiangyue.assemblies.motion_models import Amendment, Motion
from xiangyue.assemblies.queries import public_sittings
from xiangyue.ballots.models import Ballot, BallotState, Roll, RollState
from xiangyue.councils.models import Council, CouncilState
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Person, Place
from xiangyue.places.queries import active_posts

# Whoever reports for others also enters for them what should be talked about (SE05).
ENTER = "incidents.enter_for_others"
MOST_PLACES = 300


def has_sittings(standing: Standing) -> bool:
    """Whether any post has to do with calling meetings; for showing a menu entry."""
    return standing.may_somewhere(KEEP)


# --- for everybody ----------------------------------------------------------------------------


def public_sitting(sitting_id: UUID) -> Sitting:
    """A meeting that everybody may know of.

    :raises NotFound: there is none.
    """
    found = public_sittings().filter(pk=sitting_id).first()
    if found is None:
        raise NotFound(_("There is no such meeting."))
    return found


def may_ask_for_others(standing: Standing, sitting: Sitting) -> bool:
    return standing.may(ENTER, place_path=sitting.place_path) or standing.may(
        KEEP, place_path=sitting.place_path
    )


def own_turn(person: Person, turn_id: int) -> Turn:
    """One's own place in a queue.

    :raises NotFound: there is none, or it is somebody else's.
    """
    rows = Turn.objects.filter(attendance__person=person).select_related("sitting", "attendance")
    found = rows.filter(pk=turn_id).first()
    if found is None:
        raise NotFound(_("There is nothing like this in the queue."))
    return found


# --- for who runs it --------------------------------------------------------------------------


def sittings_to_run(standing: Standing) -> QuerySet[Sitting]:
    """The meetings of the person's area, and those that they chair or write the minutes of."""
    if standing.person_id is None:
        return Sitting.objects.none()
    mine = Q(chair=standing.person_id) | Q(minute_taker=standing.person_id)
    return public_sittings().filter(granted(standing, KEEP) | mine)


def sitting_to_run(standing: Standing, sitting_id: UUID) -> Sitting:
    """:raises NotFound: there is none, or none that this person runs."""
    found = sittings_to_run(standing).filter(pk=sitting_id).first()
    if found is None:
        raise NotFound(_("There is no such meeting that you run."))
    return found


def may_run(standing: Standing, sitting: Sitting) -> bool:
    if standing.person_id is None:
        return False
    return standing.person_id in {sitting.chair_id, sitting.minute_taker_id} or standing.may(
        KEEP, place_path=sitting.place_path
    )


def item_to_run(standing: Standing, item_id: UUID) -> Item:
    """:raises NotFound: there is none, or its meeting is not this person's to run."""
    rows = Item.objects.filter(sitting__in=sittings_to_run(standing))
    found = rows.filter(pk=item_id).select_related("sitting__place", "ballot").first()
    if found is None:
        raise NotFound(_("There is no such item on an agenda of yours."))
    return found


def motion_to_run(standing: Standing, motion_id: UUID) -> Motion:
    """:raises NotFound: there is none, or its meeting is not this person's to run."""
    rows = Motion.objects.filter(sitting__in=sittings_to_run(standing))
    found = rows.filter(pk=motion_id).select_related("sitting", "item", "mover", "seconder").first()
    if found is None:
        raise NotFound(_("There is no such motion."))
    return found


def amendment_to_run(standing: Standing, amendment_id: UUID) -> Amendment:
    """:raises NotFound: there is none, or its meeting is not this person's to run."""
    rows = Amendment.objects.filter(sitting__in=sittings_to_run(standing))
    found = rows.filter(pk=amendment_id).select_related("sitting", "motion__item", "mover").first()
    if found is None:
        raise NotFound(_("There is no such amendment."))
    return found


def wish_to_answer(standing: Standing, wish_id: UUID) -> Wish:
    """:raises NotFound: there is none, or its meeting is not this person's to run."""
    rows = Wish.objects.filter(sitting__in=sittings_to_run(standing))
    found = rows.filter(pk=wish_id).select_related("sitting").first()
    if found is None:
        raise NotFound(_("There is nothing like this that you answer."))
    return found


def attendance_to_run(standing: Standing, attendance_id: int) -> Attendance:
    """:raises NotFound: there is none, or its meeting is not this person's to run."""
    rows = Attendance.objects.filter(sitting__in=sittings_to_run(standing))
    found = rows.filter(pk=attendance_id).select_related("sitting").first()
    if found is None:
        raise NotFound(_("There is nobody like this among those who are here."))
    return found


def turn_to_run(standing: Standing, turn_id: int) -> Turn:
    """:raises NotFound: there is none, or its meeting is not this person's to run."""
    rows = Turn.objects.filter(sitting__in=sittings_to_run(standing))
    found = rows.filter(pk=turn_id).select_related("sitting", "attendance").first()
    if found is None:
        raise NotFound(_("There is nothing like this in the queue."))
    return found


def places_to_call(standing: Standing) -> list[tuple[Place, list[SittingKind]]]:
    """Where the person may call a meeting, and of which kinds, in the order of the tree."""
    kinds = all_kinds().values()
    levels = {level for kind in kinds for level in kind.levels}
    rows = Place.objects.filter(
        granted(standing, KEEP, path_field="path"), kind__in=levels, is_active=True
    ).order_by("path")[:MOST_PLACES]
    found = [(place, [kind for kind in kinds if may_call(standing, kind, place)]) for place in rows]
    return [(place, fitting) for place, fitting in found if fitting]


def rolls_for(sitting: Sitting) -> QuerySet[Roll]:
    """The fixed rolls on which the meeting may meet, newest first."""
    rows = Roll.objects.filter(
        place=sitting.place, state=RollState.FIXED, rule__key__in=kind_of(sitting).decision_rules
    )
    return rows.select_related("rule").order_by("-drawn_on", "-pk")


def ballots_for(item: Item) -> QuerySet[Ballot]:
    """The votes that may decide the item, newest first."""
    kind = kind_of(item.sitting)
    rows = Ballot.objects.filter(
        place=item.sitting.place, rule__key__in=kind.decision_rules, matter=item.matter
    ).exclude(state=BallotState.ANNULLED)
    if item.sitting.roll_id is not None:
        rows = rows.filter(roll=item.sitting.roll_id)
    return rows.order_by("-opens_at", "-pk")


def councils_at(places: list[Place]) -> QuerySet[Council]:
    rows = Council.objects.filter(place__in=places).exclude(state=CouncilState.DISSOLVED)
    return rows.select_related("place").order_by("place__path", "kind")


# --- minutes ----------------------------------------------------------------------------------


def signs_somewhere(standing: Standing) -> bool:
    """Whether a post of theirs may sign minutes; for showing an entry, never for acting."""
    roles = {key for kind in all_kinds().values() for key in kind.signed_by}
    return standing.holds(*roles)


def sitting_to_read(standing: Standing, sitting_id: UUID) -> Sitting:
    """A meeting whose full minutes the person reads: who runs it, signs it, or was there.

    :raises NotFound: there is none, or it is not for this person.
    """
    found = public_sittings().filter(pk=sitting_id).first()
    if found is not None and standing.person_id is not None:
        if may_run(standing, found) or is_signer(standing, found):
            return found
        if found.attendances.filter(person=standing.person_id).exists():
            return found
    raise NotFound(_("There are no such minutes that you may read."))


def is_signer(standing: Standing, sitting: Sitting) -> bool:
    """Whether a role of theirs at the very place signs its minutes."""
    return any(
        holding.role in kind_of(sitting).signed_by and holding.place_path == sitting.place_path
        for holding in standing.holdings
    )


def people_to_chair(sitting: Sitting, *, at: datetime) -> QuerySet[Person]:
    """Who may chair or write: who holds a post at the place or in it, and who is invited to a
    meeting of a body or council."""
    posts = active_posts(at=at).filter(place_path__startswith=sitting.place_path)
    who = Q(pk__in=posts.values("person"))
    if kind_of(sitting).invites == "council":
        who |= Q(pk__in=sitting.invitations.values("person"))
    return Person.objects.filter(who).order_by("name", "pk")
