"""The only way that web code fetches a compact, a version, an opinion or a sheet for a person."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from xiangyue.access.limits import spend
from xiangyue.access.queries import granted
from xiangyue.access.rules import Standing
from xiangyue.compacts import rules
from xiangyue.compacts.kinds import all_kinds, suits
from xiangyue.compacts.models import (
    Clause,
    Compact,
    CorrectionOrder,
    Member,
    Opinion,
    Signing,
    Telling,
    Version,
)
from xiangyue.compacts.services.acting import ANSWER, DRAFT, ENTER, REVIEW, may
from xiangyue.compacts.services.hearing import enters_in, home_of, is_hearing
from xiangyue.kernel.identifiers import normalise_code
from xiangyue.kernel.refusals import NotAllowed, NotFound
from xiangyue.places.models import Household, Person, Place
from xiangyue.publicity.receipts import receipt_digest

WITH = ("compact__declaration", "compact__place", "run", "filing_clock")
WRONG_RECEIPTS_PER_HOUR = 20
MOST_CHOICES = 300


# --- for everybody ----------------------------------------------------------------------------


def public_compacts() -> QuerySet[Compact]:
    """The compacts of which everybody may read something."""
    shown = Version.objects.filter(compact=OuterRef("pk")).filter(_is_public())
    return Compact.objects.filter(Exists(shown)).select_related("place", "declaration")


def _is_public() -> Q:
    return Q(first_published_at__isnull=False) | Q(state__in=[str(one) for one in rules.HELD])


def public_compact(compact_id: UUID) -> Compact:
    """:raises NotFound: there is none, or nothing of it was ever put up."""
    found = public_compacts().filter(pk=compact_id).first()
    if found is None:
        raise NotFound(_("There is no such compact."))
    return found


def public_version(version_id: UUID) -> Version:
    """A version as everybody reads it, once it has hung on a board.

    :raises NotFound: there is none, or it is a draft.
    """
    found = Version.objects.filter(_is_public(), pk=version_id).select_related(*WITH).first()
    if found is None:
        raise NotFound(_("There is no such version, or it is still a draft."))
    return found


def may_speak(version: Version, who: Person | None) -> bool:
    """Whether this person gives an opinion by phone."""
    return who is not None and is_hearing(version) and home_of(who, version) is not None


def opinion_of_receipt(code: str, *, network: str, at: datetime) -> Opinion:
    """The opinion on a receipt, for whoever holds it; wrong codes are counted by network.

    :raises NotFound: no receipt has this code.
    :raises TooSoon: too many wrong codes came from there.
    """
    rows = Opinion.objects.select_related("version__compact__place", "clock")
    found = rows.filter(receipt_digest=receipt_digest(code)).first() if code else None
    if found is None:
        spend(f"receipt:{network}", most=WRONG_RECEIPTS_PER_HOUR, hours=1, at=at)
        raise NotFound(_("No receipt has this code; check it and type it again."))
    found.receipt_code = normalise_code(code)
    return found


def own_opinions(standing: Standing) -> QuerySet[Opinion]:
    """What the person said with their account, newest first."""
    if standing.person_id is None:
        return Opinion.objects.none()
    rows = Opinion.objects.filter(person_id=standing.person_id)
    return rows.select_related("version__compact__place", "clock").order_by("-received_at", "pk")


# --- for desks --------------------------------------------------------------------------------


def has_compacts(standing: Standing) -> bool:
    """Whether any post has to do with compacts; for showing a menu entry."""
    return any(standing.may_somewhere(verb) for verb in (DRAFT, ANSWER, REVIEW))


def kept_compacts(standing: Standing) -> QuerySet[Compact]:
    """The compacts of places where the person drafts, answers or reviews."""
    if standing.person_id is None:
        return Compact.objects.none()
    mine = Member.objects.filter(compact=OuterRef("pk")).filter(
        granted(standing, DRAFT) | granted(standing, ANSWER) | granted(standing, REVIEW)
    )
    return Compact.objects.filter(Exists(mine)).select_related("place", "declaration")


def kept_compact(standing: Standing, compact_id: UUID) -> Compact:
    """:raises NotFound: there is none, or none for this person."""
    found = kept_compacts(standing).filter(pk=compact_id).first()
    if found is None:
        raise NotFound(_("There is no compact that you keep here."))
    return found


def kept_version(standing: Standing, version_id: UUID) -> Version:
    """:raises NotFound: there is none, or none for this person; which of the two is not told."""
    rows = Version.objects.filter(compact__in=kept_compacts(standing)).select_related(*WITH)
    found = rows.filter(pk=version_id).first()
    if found is None:
        raise NotFound(_("There is no version that you keep here."))
    return found


def kept_clause(standing: Standing, clause_id: UUID) -> Clause:
    """:raises NotFound: there is none, or none for this person."""
    rows = Clause.objects.filter(version__compact__in=kept_compacts(standing))
    found = (
        rows.filter(pk=clause_id)
        .select_related("written_by", *(f"version__{name}" for name in WITH))
        .first()
    )
    if found is None:
        raise NotFound(_("This clause is no more, or not yours to see."))
    return found


def kept_opinion(standing: Standing, opinion_id: UUID) -> Opinion:
    """:raises NotFound: there is none, or none for this person."""
    rows = Opinion.objects.filter(version__compact__in=kept_compacts(standing))
    found = (
        rows.filter(pk=opinion_id)
        .select_related("version__compact__declaration", "place", "person", "entered_by", "clock")
        .first()
    )
    if found is None:
        raise NotFound(_("There is no opinion that you may see here."))
    return found


def kept_signing(standing: Standing, signing_id: UUID) -> Signing:
    """A sheet of signatures, for those who keep or review the compact alone.

    :raises NotFound: there is none, or none for this person.
    """
    rows = Signing.objects.filter(version__compact__in=kept_compacts(standing))
    found = rows.filter(pk=signing_id).select_related("version__compact").first()
    if found is None:
        raise NotFound(_("There is no sheet that you may see here."))
    return found


def kept_order(standing: Standing, order_id: UUID) -> CorrectionOrder:
    """:raises NotFound: there is none, or none for this person."""
    rows = CorrectionOrder.objects.filter(clause__version__compact__in=kept_compacts(standing))
    found = rows.filter(pk=order_id).select_related("clause__version__compact").first()
    if found is None:
        raise NotFound(_("There is no such order that you may see."))
    return found


def kept_telling(standing: Standing, telling_id: UUID) -> Telling:
    """:raises NotFound: there is none, or none for this person."""
    rows = Telling.objects.filter(compact__in=kept_compacts(standing), removed_at=None)
    found = rows.filter(pk=telling_id).select_related("compact").first()
    if found is None:
        raise NotFound(_("There is nothing of the kind that you keep here."))
    return found


def drafts(standing: Standing, compact: Compact) -> bool:
    return may(standing, DRAFT, compact)


def answers(standing: Standing, compact: Compact) -> bool:
    return may(standing, ANSWER, compact)


def reviews(standing: Standing, compact: Compact) -> bool:
    return may(standing, REVIEW, compact)


def places_to_draft_at(standing: Standing) -> list[Place]:
    """The places of the posts themselves where some kind of compact may be begun."""
    paths = {holding.place_path for holding in standing.holdings if DRAFT in holding.area_verbs}
    if not paths:
        return []
    kinds = list(all_kinds().values())
    rows = Place.objects.filter(path__in=paths, is_active=True).order_by("path")
    return [place for place in rows if any(suits(kind, place) for kind in kinds)]


# --- whoever enters for others ----------------------------------------------------------------


def version_to_enter_for(standing: Standing, version_id: UUID) -> Version:
    """A published version, for somebody who enters opinions there: clerk, grid worker, unit head.

    :raises NotFound: there is none.
    :raises NotAllowed: they enter for nobody there.
    """
    found = public_version(version_id)
    if not enters_for(standing, found):
        raise NotAllowed(_("Your posts do not include entering opinions for others here."))
    return found


def enters_for(standing: Standing, version: Version) -> bool:
    paths = Member.objects.filter(compact=version.compact_id).values_list("place_path", flat=True)
    return any(enters_in(standing, path) for path in paths)


def households_to_ask(standing: Standing, version: Version) -> QuerySet[Household]:
    """The households of the compact in the person's areas that have not been asked yet."""
    areas = Q(pk__in=[])
    for area in standing.areas(ENTER):
        areas |= Q(place_path__startswith=area) | Q(unit__path__startswith=area)
    inside = Q(pk__in=[])
    for member in version.compact.members.all():
        inside |= Q(place_path__startswith=member.place_path)
    asked = version.asked.values("household")
    rows = Household.objects.filter(areas, inside).exclude(pk__in=asked)
    return rows.select_related("unit", "grid").order_by("place_path", "code")
