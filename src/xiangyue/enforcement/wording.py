"""Names and sentences about committee, teams, areas and reminders."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.enforcement import rules
from xiangyue.enforcement.blueprint import DutySubject, EnforcementCommittee, EnforcementTeam
from xiangyue.enforcement.models import Committee, Invitation, Member, Team
from xiangyue.places.rules import short_name


def committee_name(committee: Committee) -> str:
    """The village's everyday name and the committee's."""
    kind = meaning(committee.declaration, EnforcementCommittee)
    return short_name(committee.place.name) + kind.name.in_language(get_language())


def team_name(team: Team) -> str:
    """What people call the team."""
    return meaning(team.declaration, EnforcementTeam).name.in_language(get_language())


def seat_name(member: Member) -> str:
    """What somebody is in a committee or a team."""
    if member.committee is not None:
        seat = meaning(member.committee.declaration, EnforcementCommittee).seat(member.seat)
        return seat.name.in_language(get_language()) if seat is not None else member.seat
    return _("Head") if member.seat == "head" else _("Member")


def body_name(member: Member) -> str:
    """The committee or team in which somebody sits."""
    if member.committee is not None:
        return committee_name(member.committee)
    assert member.team is not None
    return short_name(member.team.committee.place.name) + team_name(member.team)


def invitee_kind_name(invitation: Invitation) -> str:
    kind = meaning(invitation.committee.declaration, EnforcementCommittee)
    found = next((each for each in kind.invitee_kinds if each.key == invitation.kind), None)
    return found.name.in_language(get_language()) if found is not None else invitation.kind


def subjects() -> dict[str, DutySubject]:
    """What is looked after, by key, as it is declared now."""
    return {row.key: meaning(row, DutySubject) for row in all_current("duty_subject")}


def subject_name(key: str) -> str:
    found = subjects().get(key)
    return found.name.in_language(get_language()) if found is not None else key


def obstacle_in_words(found: rules.Obstacle, *, hearing_days: int, days_between: int) -> str:
    """Why a step cannot be taken now, in words a member can act on."""
    match found:
        case rules.Obstacle.OVER:
            return _("This is over: it was put right, or its time has passed.")
        case rules.Obstacle.ALREADY:
            return _("This was done already.")
        case rules.Obstacle.OUT_OF_ORDER:
            return _("First comes a talk, then a written reminder, then a talk with the committee.")
        case rules.Obstacle.OBJECTION_WAITS:
            return _("They object; nothing happens until somebody else has answered.")
        case rules.Obstacle.NOT_HEARD:
            return _(
                "They have not been heard yet: note what they say, or wait %(days)d days after the"
                " talk."
            ) % {"days": hearing_days}
        case rules.Obstacle.TOO_SOON:
            return _("At least %(days)d days lie between two steps.") % {"days": days_between}
