"""Who signs a sitting's minutes, and who has."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from xiangyue.access.posting.queries import role_names
from xiangyue.assemblies.blueprint import CHAIR, MINUTE_TAKER
from xiangyue.assemblies.kinds import kind_of
from xiangyue.assemblies.minutes_models import Minutes, Signature
from xiangyue.assemblies.models import Sitting
from xiangyue.places.queries import active_posts


@dataclass(frozen=True, slots=True)
class SignSeat:
    """One that signs: the people who may, by their names, and the signature if it is there."""

    key: str
    label: str
    people: Mapping[UUID, str]
    signature: Signature | None = None

    @property
    def is_signed(self) -> bool:
        return self.signature is not None


def sign_seats(sitting: Sitting, minutes: Minutes | None, *, at: datetime) -> list[SignSeat]:
    """Who signs, in the declared order; a role that nobody holds at the place falls away.

    A signature counts for the text that it was given for, no other.
    """
    given = {
        row.seat: row
        for row in (
            minutes.signatures.filter(digest=minutes.digest).select_related("person")
            if minutes is not None
            else ()
        )
    }
    names = role_names()
    found = []
    for key in kind_of(sitting).signed_by:
        people, label = _people(sitting, key, at=at), names.get(key, key)
        if key == CHAIR:
            label = _("Chair of the meeting")
        elif key == MINUTE_TAKER:
            label = _("Minute taker")
        if people or key in given:
            found.append(SignSeat(key, str(label), people, given.get(key)))
    return found


def _people(sitting: Sitting, key: str, *, at: datetime) -> dict[UUID, str]:
    if key == CHAIR:
        return {sitting.chair.pk: sitting.chair.name} if sitting.chair is not None else {}
    if key == MINUTE_TAKER:
        who = sitting.minute_taker
        return {who.pk: who.name} if who is not None else {}
    posts = active_posts(at=at).filter(role=key, place=sitting.place).select_related("person")
    return {post.person_id: post.person.name for post in posts}


def office_holders(sitting: Sitting, *, at: datetime) -> set[UUID]:
    """Those of the people who were here that hold a post, and who chaired and wrote."""
    people = sitting.attendances.filter(person__isnull=False).values("person")
    held = set(active_posts(at=at).filter(person__in=people).values_list("person", flat=True))
    return held | {key for key in (sitting.chair_id, sitting.minute_taker_id) if key is not None}
