"""What every act on a group's matter begins and ends with, and what no group takes up."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.councils import rules
from xiangyue.councils.blueprint import CouncilKind
from xiangyue.councils.models import (
    Council,
    GroupMatter,
    GroupMatterState,
    Seat,
)
from xiangyue.councils.services.acting import (
    Decided,
    lock,
    own_seats,
    recorded,
)
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.places.models import Person

LONGEST_TEXT, LONGEST_RESULT, LONGEST_MINUTES = 2_000, 2_000, 8_000
ASKS_PER_DAY = 5
State = GroupMatterState
# What may lie before a group that gives opinions; never a report, a petition or a rating (PE01).
OPINION_SUBJECTS = frozenset(
    {
        "publicity.notice", "procedures.run", "consultations.consultation", "ballots.ballot",
        "deliberation.issue", "compacts.version", "orders.round", "councils.matter",
    }
)  # fmt: skip


class NoGroup(Refused):
    """The council is none that takes up matters, or does not sit yet."""

    code = "no_group"


class NotForUs(Refused):
    """A matter that the group takes up in no case; the message says where to go instead."""

    code = "not_for_us"


class NotConsented(Refused):
    """Whom a judgement would be about has not consented, or was not heard."""

    code = "not_consented"


class TooClose(NotAllowed):
    """Who is close to a matter does not judge it."""

    code = "too_close"


def lock_group_matter(matter: GroupMatter) -> GroupMatter:
    """The matter with its group, locked."""
    council = lock(matter.council)
    found = GroupMatter.objects.get(pk=matter.pk)
    found.council = council
    return found


def open_matter(matter: GroupMatter, *states: GroupMatterState) -> GroupMatter:
    found = lock_group_matter(matter)
    if found.state not in (states or (State.TAKEN,)):
        raise Decided(
            _("This matter has moved on meanwhile: %(state)s.")
            % {"state": found.get_state_display()}
        )
    return found


def own_group_seat(council: Council, by: Person, *, at: datetime) -> Seat:
    found = own_seats(by, council, at=at)
    if not found:
        raise NotAllowed(_("You are no member of this group."))
    return found[0]


def check_words(kind: CouncilKind, text: str, *, field: str, in_result: bool) -> None:
    """That the words are none of those the group never takes up, or never says.

    :raises NotForUs: they are; it says where to go instead.
    """
    for one in kind.never:
        if one.in_result and not in_result:
            continue
        if rules.forbidden_in(text, one.words) is not None:
            said = one.instead.in_language(get_language())
            raise NotForUs(said, source=kind.source, fields={field: said})


def check_judges(matter: GroupMatter, by: Person) -> None:
    if not matter.takers.filter(seat__person=by, stepped_back_at=None).exists():
        raise TooClose(_("Those who took the matter and are not close to it do this."))


def end_with(
    matter: GroupMatter, state: GroupMatterState, why: str, *, by: Person | None, at: datetime
) -> None:
    matter.state, matter.ended_at, matter.ended_by, matter.ended_why = state, at, by, why
    matter.save(update_fields=["state", "ended_at", "ended_by", "ended_why"])
    recorded(
        "group_ended", matter.council, at=at, actor_id=by.pk if by is not None else None,
        subject=matter, state=str(state),
    )  # fmt: skip
