"""Teams under the committee: forming them, their head, their members (LP-16)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.blueprints.queries import current, meaning
from xiangyue.enforcement.blueprint import EnforcementTeam
from xiangyue.enforcement.models import Committee, Member, Team
from xiangyue.enforcement.services.acting import (
    KEEP,
    DoneAlready,
    NotSoFar,
    WordsMissing,
    check_may,
    lock_committee,
    lock_team,
    recorded,
    team_kind,
)
from xiangyue.enforcement.services.forming import NotForThisSeat, check_agreed, check_belongs
from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Organisation, OrganisationKind, Person
from xiangyue.places.queries import active_posts, within
from xiangyue.places.rules import short_name

LONGEST_PHONE = 20


@transaction.atomic
def form_team(
    *, committee: Committee, kind: str, phone: str = "", by: Person, at: datetime
) -> Team:
    """Form one of the declared teams; from now on the duty roster knows it as a unit.

    `phone` is the post's, never a member's own. Records `enforcement.team_formed`.

    :raises NotAllowed: no post of theirs keeps the compact there.
    :raises NotSoFar: the committee does not sit yet.
    :raises DoneAlready: there is such a team.
    :raises NotFound: no such team is declared.
    """
    locked = lock_committee(committee)
    check_may(by, KEEP, locked.place_path, at=at)
    if locked.state != Committee.State.SITTING:
        raise NotSoFar(_("The committee sits first; then it forms its teams."), source="LP-16")
    row = current("enforcement_team", kind)
    if locked.teams.filter(kind=kind, ended_at=None).exists():
        raise DoneAlready(_("There is such a team already."))
    declared = meaning(row, EnforcementTeam)
    key = new_id()
    unit = Organisation.objects.create(
        code=f"{locked.place.code}-{declared.function}-{key.hex[-8:]}",
        name=short_name(locked.place.name) + declared.name.in_language(get_language()),
        kind=OrganisationKind.SOCIAL,
        function=declared.function,
        place=locked.place,
        place_path=locked.place_path,
        phone=_phone(phone),
    )
    made = Team.objects.create(
        id=key, committee=locked, place_path=locked.place_path, declaration=row, kind=kind,
        organisation=unit, formed_by=by, formed_at=at,
    )  # fmt: skip
    recorded("team_formed", made, place_path=locked.place_path, at=at, actor_id=by.pk, kind=kind)
    return made


def _phone(text: str) -> str:
    line = " ".join(text.split())
    if len(line) > LONGEST_PHONE or not all(each in "0123456789+-() " for each in line):
        said = _("Please write the post's telephone number, at most 20 digits.")
        raise WordsMissing(said, fields={"phone": said})
    return line


@transaction.atomic
def set_phone(*, team: Team, phone: str, by: Person, at: datetime) -> Team:
    """The telephone number of the team's post; empty takes it away.

    :raises NotAllowed: no post of theirs keeps the compact there.
    :raises WordsMissing: no number.
    """
    locked = lock_team(team)
    check_may(by, KEEP, locked.place_path, at=at)
    locked.organisation.phone = _phone(phone)
    locked.organisation.save(update_fields=["phone"])
    recorded("team_changed", locked, place_path=locked.place_path, at=at, actor_id=by.pk)
    return locked


def may_head(person: Person, team: Team, *, at: datetime) -> bool:
    """Whether the person is a member of the two committees of the village (LP-16)."""
    kind, village = team_kind(team), team.committee.place
    posts = within(active_posts(at=at), village).filter(person=person)
    return (
        posts.filter(role__in=kind.head_roles).exists()
        or posts.filter(body__kind__in=kind.head_bodies).exists()
    )


@transaction.atomic
def nominate(
    *,
    team: Team,
    person: Person,
    nominated_by: str,
    is_head: bool = False,
    has_agreed: bool,
    by: Person,
    at: datetime,
) -> Member:
    """Propose somebody for a team: the head from the two committees, members by Party members,
    their stockade or their clan.

    Records `enforcement.member_proposed`, naming nobody.

    :raises NotAllowed: no post of theirs keeps the compact there.
    :raises NotForThisSeat: a head who is in neither committee, or who directs all of it.
    :raises WordsMissing: nobody has nominated them whom the team takes nominations from.
    :raises NotSoFar: they have not agreed to it, and to be named on the board (REQ-L05).
    :raises DoneAlready: proposed or sitting already, or the team has a head.
    """
    locked = lock_team(team)
    check_may(by, KEEP, locked.place_path, at=at)
    check_belongs(person, locked.committee.place)
    open_seats = locked.members.exclude(state=Member.State.ENDED)
    if open_seats.filter(person=person).exists():
        said = _("%(person)s is in this team already.") % {"person": person.name}
        raise DoneAlready(said, fields={"person": said})
    if is_head:
        nominated_by = Member.Nominator.HEAD
        if not may_head(person, locked, at=at):
            said = _("A member of the village's two committees heads the team.")
            raise NotForThisSeat(said, source="LP-16", fields={"person": said})
        if open_seats.filter(seat="head").exists():
            raise DoneAlready(_("The team has a head already."))
    elif nominated_by not in team_kind(locked).nominators:
        said = _("Please say who nominated them.")
        raise WordsMissing(said, source="LP-16", fields={"nominated_by": said})
    check_agreed(has_agreed=has_agreed)
    made = Member.objects.create(
        team=locked, place_path=locked.place_path, person=person,
        seat="head" if is_head else "member", nominated_by=nominated_by, proposed_by=by,
        proposed_at=at, agreed_at=at,
    )  # fmt: skip
    recorded("member_proposed", made, place_path=locked.place_path, at=at, actor_id=by.pk)
    return made
