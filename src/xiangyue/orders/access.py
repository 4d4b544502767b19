"""The only way that web code fetches a round, an order or a project for a person."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xiangyue.access.queries import granted
from xiangyue.access.rules import Standing
from xiangyue.ballots.access import ballots_to_tell
from xiangyue.ballots.models import RollEntry
from xiangyue.kernel.refusals import NotFound
from xiangyue.orders.acting import CHECK, KEEP, kinds_for
from xiangyue.orders.models import Need, Project, Round
from xiangyue.orders.photo_models import ProjectPhoto
from xiangyue.orders.queries import public_rounds
from xiangyue.places.models import Place


def has_rounds(standing: Standing) -> bool:
    """Whether any post keeps or checks rounds; for showing a menu entry."""
    return standing.may_somewhere(KEEP) or standing.may_somewhere(CHECK)


def public_round(round_id: UUID) -> Round:
    """:raises NotFound: there is none."""
    found = public_rounds().filter(pk=round_id).first()
    if found is None:
        raise NotFound(_("There is no such round."))
    return found


def public_need(need_id: UUID) -> Need:
    """:raises NotFound: there is none."""
    found = Need.objects.filter(pk=need_id).select_related("round__place", "project").first()
    if found is None:
        raise NotFound(_("There is no such order."))
    return found


def public_project(project_id: UUID) -> Project:
    """:raises NotFound: there is none."""
    rows = Project.objects.select_related("round__place", "round__ballot", "round__declaration")
    found = rows.filter(pk=project_id).first()
    if found is None:
        raise NotFound(_("There is no such project."))
    return found


def places_to_keep(standing: Standing) -> list[Place]:
    """Where the person may begin a round: the places of the posts themselves."""
    paths = {holding.place_path for holding in standing.holdings if KEEP in holding.area_verbs}
    rows = Place.objects.filter(path__in=paths, is_active=True).order_by("path")
    return [place for place in rows if kinds_for(place)]


def rounds_to_keep(standing: Standing) -> QuerySet[Round]:
    """The rounds that the person keeps or checks."""
    return public_rounds().filter(granted(standing, KEEP) | granted(standing, CHECK))


def keeps(standing: Standing, round_: Round) -> bool:
    return standing.may(KEEP, place_path=round_.place_path)


def checks(standing: Standing, round_: Round) -> bool:
    return standing.may(CHECK, place_path=round_.place_path)


def round_to_see(standing: Standing, round_id: UUID) -> Round:
    """:raises NotFound: there is none that this person keeps or checks."""
    found = rounds_to_keep(standing).filter(pk=round_id).first()
    if found is None:
        raise NotFound(_("There is no such round that you keep."))
    return found


def round_to_keep(standing: Standing, round_id: UUID) -> Round:
    """:raises NotFound: there is none that this person keeps."""
    found = round_to_see(standing, round_id)
    if not keeps(standing, found):
        raise NotFound(_("There is no such round that you keep."))
    return found


def project_to_keep(standing: Standing, project_id: UUID) -> Project:
    """:raises NotFound: there is none in a round that this person keeps."""
    found = public_project(project_id)
    if not keeps(standing, found.round):
        raise NotFound(_("There is no such project that you keep."))
    return found


def project_to_check(standing: Standing, project_id: UUID) -> Project:
    """:raises NotFound: there is none that this person checks."""
    found = public_project(project_id)
    if not checks(standing, found.round):
        raise NotFound(_("There is no such project that you check."))
    return found


def public_photo(photo_id: UUID) -> ProjectPhoto:
    """:raises NotFound: there is none, or it was taken away."""
    rows = ProjectPhoto.objects.filter(removed_at=None).select_related("project__round")
    found = rows.filter(pk=photo_id).first()
    if found is None:
        raise NotFound(_("There is no such photo."))
    return found


def may_show(standing: Standing, round_: Round) -> bool:
    """Whether the person shows photos of what is built: who keeps the round or checks it."""
    return keeps(standing, round_) or checks(standing, round_)


def project_to_show(standing: Standing, project_id: UUID) -> Project:
    """:raises NotFound: there is none in a round that this person keeps or checks."""
    found = public_project(project_id)
    if not may_show(standing, found.round):
        raise NotFound(_("There is no such project that you keep."))
    return found


def need_to_keep(standing: Standing, need_id: UUID) -> Need:
    """:raises NotFound: there is none in a round that this person keeps."""
    found = public_need(need_id)
    if not keeps(standing, found.round):
        raise NotFound(_("There is no such order in a round that you keep."))
    return found


def round_to_tell(standing: Standing, round_id: UUID) -> Round:
    """A round whose papers the person counts, at whose tablet they stand.

    :raises NotFound: there is none, it has no vote, or the person is no teller of it.
    """
    found = public_rounds().filter(pk=round_id).first()
    if (
        found is None
        or found.ballot_id is None
        or standing.person_id is None
        or not ballots_to_tell(standing).filter(pk=found.ballot_id).exists()
    ):
        raise NotFound(_("There is no such vote in which you are a teller."))
    return found


def is_teller(standing: Standing, round_: Round) -> bool:
    return (
        round_.ballot_id is not None
        and standing.person_id is not None
        and ballots_to_tell(standing).filter(pk=round_.ballot_id).exists()
    )


def entry_of(round_: Round, number: int) -> RollEntry:
    """:raises NotFound: the roll of the vote has no such number."""
    rows = RollEntry.objects.filter(roll=round_.ballot.roll_id) if round_.ballot else None
    entry = rows.filter(number=number, is_struck=False).first() if rows is not None else None
    if entry is None:
        raise NotFound(_("The roll has no such number."))
    return entry
