"""What is being decided about keeping the compact: who is to sit, while one can still object."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from xiangyue.enforcement.models import Committee, Invitation, Member
from xiangyue.enforcement.wording import committee_name
from xiangyue.kernel.deciding import MOST, DecidingLine
from xiangyue.places.models import Person, Place
from xiangyue.places.queries import concerning


def lines_for(*, place: Place, person: Person | None, at: datetime) -> list[DecidingLine]:
    """Committees that are being formed, and the invitations that wait for the person who looks."""
    rows = concerning(Committee.objects.filter(state=Committee.State.FORMING), place)
    found = []
    for committee in rows.select_related("place", "declaration")[:MOST]:
        named = (
            committee.members.filter(state=Member.State.PROPOSED, notice__isnull=False)
            .select_related("notice")
            .order_by("-notice__published_at")
            .first()
        )
        notice = named.notice if named is not None else None
        found.append(
            DecidingLine(
                kind=_("Compact committee"),
                title=committee_name(committee),
                url=reverse("notice", args=[notice.number])
                if notice is not None
                else f"{reverse('keeping')}?place={committee.place.code}",
                state=_("on the board; one can object")
                if notice is not None
                else _("people are being invited"),
                until=notice.ends_on if notice is not None else None,
            )
        )
    if person is not None:
        letters = Invitation.objects.filter(person=person, answer=Invitation.Answer.WAITING)
        found += [
            DecidingLine(
                kind=_("Invitation"),
                title=committee_name(one.committee),
                url=reverse("own-invitation", args=[one.pk]),
                state=str(one.get_answer_display()),
                needs_me=True,
            )
            for one in letters.select_related("committee__place", "committee__declaration")
        ]
    return found
