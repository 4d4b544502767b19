"""Who looks after what, down to the household (LP-19); what nobody does is a gap (LP-20)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.enforcement.models import DutyArea, Member, Team
from xiangyue.enforcement.services.acting import (
    KEEP,
    DoneAlready,
    NotSoFar,
    WordsMissing,
    check_may,
    recorded,
    words_given,
)
from xiangyue.enforcement.services.forming import WrongPlace, check_belongs
from xiangyue.enforcement.wording import subjects
from xiangyue.places.models import Household, Person, Place, PlaceKind
from xiangyue.places.queries import ancestors_by_kind

LONGEST_NAME = 60


@transaction.atomic
def set_area(
    *,
    place: Place,
    subject: str,
    name: str,
    by: Person,
    at: datetime,
    household: Household | None = None,
    team: Team | None = None,
    person: Person | None = None,
) -> DutyArea:
    """Note what is to be looked after and, if somebody does, who; else it stands as a gap.

    With a `household` it is that household's own affair: nobody else is shown it. Records
    `enforcement.area_set`.

    :raises NotAllowed: no post of theirs keeps the compact there.
    :raises WordsMissing: no known subject or no name.
    :raises WrongPlace: no place of a village, or the household, team or person belongs elsewhere.
    :raises DoneAlready: it is on the list already.
    """
    village = ancestors_by_kind(place).get(PlaceKind.VILLAGE)
    if village is None:
        raise WrongPlace(_("Duty areas lie in a village or community."))
    check_may(by, KEEP, village.path, at=at)
    if subject not in subjects():
        said = _("Please say what it is about.")
        raise WordsMissing(said, fields={"subject": said})
    words = words_given(
        " ".join(name.split()), _("Please say what is to be looked after."), field="name",
        most=LONGEST_NAME,
    )  # fmt: skip
    if household is not None and not household.place_path.startswith(place.path):
        said = _("This household lies elsewhere.")
        raise WrongPlace(said, fields={"household": said})
    _check_who(village, household=household, team=team, person=person)
    Place.objects.select_for_update().get(pk=village.pk)
    twins = DutyArea.objects.filter(
        place=place, subject=subject, name=words, household=household, ended_at=None
    )
    if twins.exists():
        said = _("This is on the list already.")
        raise DoneAlready(said, fields={"name": said})
    made = DutyArea.objects.create(
        village=village, place=place, place_path=place.path, household=household,
        subject=subject, name=words, team=team, person=person, set_by=by, set_at=at,
    )  # fmt: skip
    recorded("area_set", made, place_path=village.path, at=at, actor_id=by.pk, subject=subject)
    return made


def _check_who(
    village: Place, *, household: Household | None, team: Team | None, person: Person | None
) -> None:
    if team is not None and (team.ended_at is not None or team.place_path != village.path):
        said = _("This is no team of the village.")
        raise WrongPlace(said, fields={"team": said})
    if person is not None:
        if household is not None:
            said = _("A household looks after its own; choose a household or a person.")
            raise NotSoFar(said, fields={"person": said})
        check_belongs(person, village)
        if team is not None and not _sits(person, team):
            said = _("%(person)s is not in this team now.") % {"person": person.name}
            raise WrongPlace(said, fields={"person": said})


def _sits(person: Person, team: Team) -> bool:
    return team.members.filter(person=person, state=Member.State.SITTING).exists()


@transaction.atomic
def assign_area(
    *, area: DutyArea, team: Team | None, person: Person | None, by: Person, at: datetime
) -> DutyArea:
    """Say who looks after it from now on; nobody leaves a gap that is shown.

    Records `enforcement.area_assigned`.

    :raises NotAllowed: no post of theirs keeps the compact there.
    :raises WrongPlace: the team or person belongs elsewhere.
    :raises DoneAlready: it is no longer on the list.
    """
    locked = _lock(area)
    check_may(by, KEEP, locked.village.path, at=at)
    _check_who(locked.village, household=locked.household, team=team, person=person)
    locked.team, locked.person = team, person
    locked.save(update_fields=["team", "person"])
    recorded(
        "area_assigned", locked, place_path=locked.village.path, at=at, actor_id=by.pk,
        is_held=bool(team or person or locked.household_id),
    )  # fmt: skip
    return locked


@transaction.atomic
def end_area(*, area: DutyArea, by: Person, at: datetime) -> DutyArea:
    """Take it off the list, as when the road is the town's from now on.

    Records `enforcement.area_ended`.

    :raises NotAllowed: no post of theirs keeps the compact there.
    :raises DoneAlready: it is off the list.
    """
    locked = _lock(area)
    check_may(by, KEEP, locked.village.path, at=at)
    locked.ended_at = at
    locked.save(update_fields=["ended_at"])
    recorded("area_ended", locked, place_path=locked.village.path, at=at, actor_id=by.pk)
    return locked


def _lock(area: DutyArea) -> DutyArea:
    locked = (
        DutyArea.objects.select_for_update(of=("self",))
        .select_related("village", "place", "household")
        .get(pk=area.pk)
    )
    if locked.ended_at is not None:
        raise DoneAlready(_("This is off the list already."))
    return locked
